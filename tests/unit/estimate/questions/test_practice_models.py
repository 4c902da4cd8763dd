"""The models of the questions: the planted truth, values by hand, and properties that must hold."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis.estimate.questions.questions import answer
from analysis.estimates import Estimate, NotEstimated
from analysis.plan.practices import Gradient
from analysis.prepare.questions.practices import OpenPractices
from analysis.prepare.questions.questions import framed
from tests.practice_world import GROWTH, SLOPE, YEARLY, questions, tidy

ASKED = questions()
Rows = dict[tuple[str, ...], Estimate]


@pytest.fixture(scope="module")
def frames() -> dict[str, pd.DataFrame]:
    known = OpenPractices(*tidy(), smallest_list=1000, cluster="commissioner", fewest=30)
    made = {name: framed(known, name, question).rows.reset_index() for name, question in ASKED.items()}
    return {name: rows for name, rows in made.items() if len(rows)}


def estimated(frame: pd.DataFrame, name: str) -> Rows:
    """Rows by term, subgroup, specification and horizon."""
    rows = [row for row in answer(frame, name, ASKED[name], 0.95) if isinstance(row, Estimate)]
    return {(row.term, row.subgroup, row.specification, row.horizon): row for row in rows}


def one(rows: Rows, term: str, subgroup: str = "all", specification: str = "primary") -> Estimate:
    (row,) = (row for key, row in rows.items() if key[:3] == (term, subgroup, specification))
    return row


def covers(row: Estimate, truth: float) -> bool:
    return row.ci_low <= truth <= row.ci_high


def test_the_planted_slope_is_found_and_its_doubling_is_the_same_slope(frames: dict[str, pd.DataFrame]) -> None:
    rows = estimated(frames["larger_practices"], "larger_practices")
    slope = one(rows, "slope", specification="adjusted")
    # Between practices the list of the last year also holds growth, which is planted with a slope of its own.
    assert min(SLOPE, GROWTH) - 1 < slope.estimate < max(SLOPE, GROWTH) + 1
    assert covers(slope, SLOPE)
    doubling = one(rows, "per_doubling", specification="adjusted")
    assert doubling.estimate == pytest.approx(slope.estimate * math.log(2))
    assert doubling.ci_high == pytest.approx(slope.ci_high * math.log(2))
    assert (slope.n_obs, slope.n_clusters) == (240, 12)


def test_correlation_and_quarter_means_are_those_of_the_data(frames: dict[str, pd.DataFrame]) -> None:
    frame = frames["larger_practices"]
    rows = estimated(frame, "larger_practices")
    by_hand = np.corrcoef(np.log(frame["exposure"]), frame["outcome"])[0, 1]
    assert one(rows, "correlation", specification="unadjusted").estimate == pytest.approx(by_hand)
    quarters = frame["outcome"].groupby(pd.qcut(frame["exposure"], 4, labels=False)).mean()
    assert [one(rows, "mean", f"{at} of 4").estimate for at in range(1, 5)] == pytest.approx(list(quarters))


def test_the_fitted_line_is_the_slope_through_the_mean(frames: dict[str, pd.DataFrame]) -> None:
    frame = frames["larger_practices"]
    rows = estimated(frame, "larger_practices")
    fitted = [row for row in rows.values() if (row.term, row.specification) == ("fitted", "adjusted")]
    slope = one(rows, "slope", specification="adjusted").estimate
    centre = np.log(frame["exposure"]).mean()
    expected = [frame["outcome"].mean() + slope * (math.log(float(row.horizon)) - centre) for row in fitted]
    assert [row.estimate for row in fitted] == pytest.approx(expected, abs=1e-3)


def test_a_straight_gradient_has_no_bend_and_the_curve_follows_the_line(frames: dict[str, pd.DataFrame]) -> None:
    rows = estimated(frames["larger_practices"], "larger_practices")
    assert one(rows, "nonlinearity", specification="spline").p_value > 0.05
    curve = {float(row.horizon): row.estimate for row in rows.values() if row.specification == "spline"
             and row.term == "fitted"}  # fmt: skip
    slope = np.polyfit(np.log(list(curve)), list(curve.values()), 1)[0]
    assert slope == pytest.approx(one(rows, "slope", specification="adjusted").estimate, abs=1)


def test_a_threshold_is_a_bend(frames: dict[str, pd.DataFrame]) -> None:
    frame = frames["larger_practices"]
    beyond = (np.log(frame["exposure"]) - 9).clip(lower=0)
    rows = estimated(frame.assign(outcome=frame["outcome"] - 15 * beyond), "larger_practices")
    assert one(rows, "nonlinearity", specification="spline").p_value < 0.001


def test_rates_may_bend_too(frames: dict[str, pd.DataFrame]) -> None:
    curved = ASKED["children"].model_copy(update={"knots": 3})
    rows = [row for row in answer(frames["children"], "children", curved, 0.95) if row.specification == "spline"]
    fitted = [row for row in rows if isinstance(row, Estimate) and row.term == "fitted"]
    # 0.01 on the log scale per point of deprivation, at 500 per 1,000 where nobody is poor.
    expected = [1000 * math.exp(0.01 * float(row.horizon) - 0.7) for row in fitted]
    assert [row.estimate for row in fitted] == pytest.approx(expected, rel=0.04)


def test_a_curve_that_cannot_be_fitted_leaves_the_line(frames: dict[str, pd.DataFrame]) -> None:
    frame = frames["larger_practices"]
    rows = answer(
        frame.assign(exposure=np.where(frame.index % 2, 2000.0, 9000.0)), "q", ASKED["larger_practices"], 0.95
    )
    (reason,) = (row.why.sentence for row in rows if isinstance(row, NotEstimated))
    assert "same value" in reason
    assert [row for row in rows if isinstance(row, Estimate) and row.term == "slope"]


def test_a_plan_without_knots_reads_as_it_did_before() -> None:
    assert "knots" not in ASKED["children"].model_dump(mode="json")
    assert ASKED["larger_practices"].model_dump(mode="json")["knots"] == 4


def test_the_planted_rate_ratio_is_found(frames: dict[str, pd.DataFrame]) -> None:
    rows = estimated(frames["children"], "children")
    slope = one(rows, "slope", specification="unadjusted")
    assert slope.scale == "ratio"
    # 0.01 on the log scale per point, told per ten points.
    assert slope.estimate == pytest.approx(math.exp(0.1), abs=0.01)
    # The counts are Poisson's own, so nothing is left to disperse.
    assert one(rows, "dispersion", specification="unclustered").estimate == pytest.approx(1.0, abs=0.3)
    total = frames["children"]
    first = total[total["exposure"].rank(pct=True) <= 0.25]
    assert one(rows, "mean", "1 of 4").estimate == pytest.approx(1000 * first["outcome"].sum() / first["base"].sum())


def test_the_planted_trend_is_found(frames: dict[str, pd.DataFrame]) -> None:
    frame = frames["trend"]
    rows = estimated(frame, "trend")
    wide = frame.pivot(index="practice_id", columns="year", values="outcome")
    change = one(rows, "first_to_last")
    assert change.estimate == pytest.approx((wide[2023] - wide[2018]).mean())
    # Lists grew, too: by 0.05 in all, and by 0.4 in one practice of twenty, over five years.
    expected = YEARLY + GROWTH * (0.05 + 0.4 / 20) / 5
    assert one(rows, "per_year").estimate == pytest.approx(expected, abs=0.1)
    # A balanced panel: the common slope is the mean of the practices' own slopes.
    own = [np.polyfit(wide.columns, wide.loc[practice], 1)[0] for practice in wide.index]
    assert one(rows, "per_year").estimate == pytest.approx(np.mean(own))
    assert change.horizon == "2018 to 2023"
    means = {key[3]: row.estimate for key, row in rows.items() if row.term == "mean"}
    assert means == pytest.approx({str(year): wide[year].mean() for year in wide})


def test_the_interval_of_a_change_is_that_of_the_practices_own_changes(frames: dict[str, pd.DataFrame]) -> None:
    frame = frames["trend"]
    wide = frame.pivot(index="practice_id", columns="year", values="outcome")
    moved = (wide[2023] - wide[2018]).rename("moved").to_frame()
    moved["cluster"] = frame.drop_duplicates("practice_id").set_index("practice_id")["cluster_id"]
    scores = (moved["moved"] - moved["moved"].mean()).groupby(moved["cluster"]).sum()
    by_hand = (12 / 11 * (scores**2).sum()) ** 0.5 / len(moved)
    assert one(estimated(frame, "trend"), "first_to_last").std_error == pytest.approx(by_hand)


def test_growth_is_found_and_jumps_stand_apart(frames: dict[str, pd.DataFrame]) -> None:
    rows = estimated(frames["growth"], "growth")
    slope = one(rows, "slope")
    assert covers(slope, GROWTH)
    assert one(rows, "per_tenth").estimate == pytest.approx(slope.estimate * math.log(1.1))
    jumped, others = one(rows, "change", "jumped"), one(rows, "change", "others")
    assert (jumped.n_units, others.n_units) == (12, 228)
    assert one(rows, "jump").estimate == pytest.approx(jumped.estimate - others.estimate)
    assert one(rows, "jump").estimate == pytest.approx(0.4 * GROWTH, abs=1.5)


def test_without_jumps_nothing_is_said_of_them(frames: dict[str, pd.DataFrame]) -> None:
    rows = estimated(frames["growth"].assign(jump=float("nan")), "growth")
    assert not [key for key in rows if key[0] == "jump" or key[1] in ("jumped", "others")]


def test_indices_of_inequality_by_hand() -> None:
    # Five groups of as many patients stand at 0.1, 0.3 ... 0.9; their means fall by 4 from group to group.
    frame = pd.DataFrame(
        {
            "practice_id": [f"P{number}" for number in range(10)], "cluster_id": ["A", "B"] * 5,
            "outcome": [70.0, 70, 66, 66, 62, 62, 58, 58, 54, 54], "list_size": [1000.0] * 10,
            "ridit": np.repeat([0.1, 0.3, 0.5, 0.7, 0.9], 2), "group": np.repeat([1, 2, 3, 4, 5], 2),
        }
    )  # fmt: skip
    frame["outcome"] += [1, -1] * 5
    rows = estimated(frame, "inequality")
    # 4 points each 0.2 of the population is 20 points from end to end, 72 at one end and 52 at the other.
    assert one(rows, "slope_index").estimate == pytest.approx(-20.0)
    assert one(rows, "relative_index").estimate == pytest.approx(52 / 72)
    assert one(rows, "gap").estimate == pytest.approx(-16.0)
    assert [one(rows, "mean", f"{at} of 5").estimate for at in range(1, 6)] == pytest.approx([70, 66, 62, 58, 54])


def test_equality_has_no_slope_and_a_ratio_of_one(frames: dict[str, pd.DataFrame]) -> None:
    random = np.random.default_rng(5)
    noise = random.normal(0, 2, len(frames["inequality"]))
    rows = estimated(frames["inequality"].assign(outcome=60 + noise), "inequality")
    assert covers(one(rows, "slope_index"), 0.0)
    assert covers(one(rows, "relative_index"), 1.0)


def signs(rows: Rows) -> dict[tuple[str, ...], float]:
    return {key: row.estimate for key, row in rows.items() if row.scale == "points"}


def shifted(frame: pd.DataFrame) -> pd.DataFrame:
    column = "change" if "change" in frame else "outcome"
    return frame.assign(**{column: frame[column] + 7})


@pytest.mark.parametrize("name", ["larger_practices", "trend", "inequality"])
def test_a_shift_of_all_outcomes_moves_levels_and_no_difference(frames: dict[str, pd.DataFrame], name: str) -> None:
    before, after = estimated(frames[name], name), estimated(shifted(frames[name]), name)
    assert signs(after) == pytest.approx(signs(before), abs=1e-6)
    levels = [key for key, row in before.items() if row.scale == "level"]
    assert [after[key].estimate for key in levels] == pytest.approx([before[key].estimate + 7 for key in levels])


@pytest.mark.parametrize("name", ["larger_practices", "children", "trend", "inequality", "growth"])
@pytest.mark.parametrize(
    "change",
    [lambda rows: rows.sample(frac=1, random_state=4), lambda rows: rows.assign(cluster_id=rows["cluster_id"] + "!")],
    ids=["order of rows", "names of clusters"],
)
def test_what_says_nothing_changes_nothing(
    frames: dict[str, pd.DataFrame], name: str, change: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    before, after = estimated(frames[name], name), estimated(change(frames[name]), name)
    assert list(before) == list(after)
    for key, row in before.items():
        told = [after[key].estimate, after[key].std_error, after[key].ci_low, after[key].ci_high]
        assert told == pytest.approx([row.estimate, row.std_error, row.ci_low, row.ci_high], nan_ok=True), key


def test_patients_counted_in_thousands_change_no_index(frames: dict[str, pd.DataFrame]) -> None:
    frame = frames["inequality"]
    before = estimated(frame, "inequality")
    after = estimated(frame.assign(list_size=frame["list_size"] / 1000), "inequality")
    assert {key: row.estimate for key, row in after.items()} == pytest.approx(
        {key: row.estimate for key, row in before.items()}
    )


def test_neighbours_that_share_their_luck_widen_the_interval(frames: dict[str, pd.DataFrame]) -> None:
    frame = frames["larger_practices"]
    luck = frame["cluster_id"].str[1:].astype(int)
    together = frame.assign(outcome=frame["outcome"] + luck, exposure=frame["exposure"] * np.exp(0.1 * luck))
    rows = estimated(together, "larger_practices")
    clustered, alone = (one(rows, "slope", specification=each) for each in ("adjusted", "unclustered"))
    assert clustered.estimate == alone.estimate
    assert clustered.std_error > 1.5 * alone.std_error


def test_a_gradient_without_measures_held_constant_has_one_model(frames: dict[str, pd.DataFrame]) -> None:
    plain = ASKED["larger_practices"].model_copy(update={"adjust": ()})
    assert isinstance(plain, Gradient)
    rows = answer(frames["larger_practices"], "q", plain, 0.95)
    assert {row.specification for row in rows if row.term == "slope"} == {"unadjusted", "unclustered"}
