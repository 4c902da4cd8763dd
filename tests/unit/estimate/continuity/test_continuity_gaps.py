"""Gaps of continuity between patients, and what the pilots did to them: arithmetic, other implementations, truths."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimate.continuity.continuity_gaps import continuity_gaps, gaps_by
from analysis.estimate.continuity.gap_change import two_points
from analysis.estimate.questions.inequality import inequality_line, relative_index, slope_index
from analysis.estimates import Estimate, NotEstimated
from analysis.plan.continuity import Continuity, ContinuityGaps
from analysis.prepare.ranks import ridit
from analysis.steps import Problem
from analysis.tables import Lineage, Source, read_table, write_table
from tests.reasons import sentences

LINEAGE = Lineage((Source("reference", "0" * 64, "simulated"),))
LABELS = {"outcome": "o", "population": "p", "design": "d", "estimator": "e"}
SLOPE, CHANGE, EFFECT = -12.0, -6.0, -5.0


def patients(seed: int = 3, practices: int = 24, each: int = 60) -> pd.DataFrame:
    """Patients over four windows; a third of practices are pilots from window 0 or 1 on."""
    random = np.random.default_rng(seed)
    size = practices * each
    practice = np.repeat(np.arange(practices), each)
    imd = np.round(random.uniform(5, 60, size), 1)
    place = (imd - 5) / 55
    pilot, parts = practice % 3 == 0, []
    for part in (-2, -1, 0, 1):
        after = pilot & (part >= practice % 2)
        level = 65 + SLOPE * place - part + random.normal(0, 3, practices)[practice] * 0.2
        upc = level + after * (EFFECT + CHANGE * (place - 0.5)) + random.normal(0, 8, size)
        facts = {
            "practice_id": [f"P{number:02}" for number in practice], "patient_id": np.arange(size).astype(str),
            "part": part, "cluster_id": [f"C{number % 12:02}" for number in practice], "pilot": pilot, "after": after,
            "imd": imd, "age": 50.0 + np.arange(size) % 30, "conditions": np.arange(size) % 3, "upc": upc / 100,
        }  # fmt: skip
        parts.append(pd.DataFrame(facts))
    return pd.concat(parts, ignore_index=True)


def cells_of(rows: pd.DataFrame, by: str = "imd") -> pd.DataFrame:
    keys = ["practice_id", "part", "cluster_id", "pilot", "after", by]
    grouped = rows.groupby(keys)["upc"].agg(["size", "mean"]).reset_index()
    return grouped.rename(columns={by: "measure", "size": "responses", "mean": "value"}).astype({"responses": float})


def answered(folder: Path, rows: pd.DataFrame, **asked: object) -> pd.DataFrame:
    write_table(folder / "patients.parquet", rows, LINEAGE)
    plan = Continuity(outcome="usual_provider", gaps=ContinuityGaps.model_validate(asked))
    out = folder / "out.parquet"
    continuity_gaps(patients=folder / "patients.parquet", asked=plan, item="upc", confidence=0.95, out=out)
    made, lineage = read_table(out)
    assert lineage == LINEAGE
    return made


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return answered(tmp_path_factory.mktemp("gaps"), patients())


def one(rows: pd.DataFrame, **where: str) -> pd.Series:
    for column, value in where.items():
        rows = rows[rows[column] == value]
    (row,) = rows.to_dict("records")
    return pd.Series(row)


def covers(row: pd.Series, truth: float) -> bool:
    return bool(row["ci_low"] <= truth <= row["ci_high"])


@settings(max_examples=12)
@given(st.lists(st.tuples(st.floats(0.05, 1), st.floats(10, 90)), min_size=2, max_size=8))
def test_the_slope_index_is_that_of_the_published_formula(groups: list[tuple[float, float]]) -> None:
    # SEER's HD*Calc, measures of absolute disparity: sum of p R (m - mean) over sum of p R^2 less the squared mean R.
    share, mean = (np.array(each) for each in zip(*groups, strict=True))
    share /= share.sum()
    place = share.cumsum() - share / 2
    by_formula = (share * place * (mean - share @ mean)).sum() / (share @ place**2 - (share @ place) ** 2)
    frame = pd.DataFrame({"value": np.arange(len(groups)), "people": share, "outcome": mean, "cluster_id": "A"})
    frame.loc[0, "cluster_id"] = "B"
    line = inequality_line(frame.assign(ridit=ridit(frame["value"], frame["people"])), frame["people"])
    assert slope_index(line, 0.95, LABELS).estimate == pytest.approx(by_formula, abs=1e-7)
    # The line passes through the mean at the middle of the population; its ends are half the index away.
    ends = share @ mean - by_formula / 2, share @ mean + by_formula / 2
    if min(ends) > 1:
        assert relative_index(line, 0.95, LABELS).estimate == pytest.approx(ends[1] / ends[0])


def test_a_line_that_passes_below_zero_has_no_ratio() -> None:
    frame = pd.DataFrame({"ridit": [0.25, 0.75] * 2, "outcome": [1.0, 9, 1, 9], "cluster_id": list("AABB")})
    with pytest.raises(Problem, match="no ratio"):
        relative_index(inequality_line(frame, pd.Series([1.0] * 4)), 0.95, LABELS)


def test_the_planted_slope_is_found_before_the_start(rows: pd.DataFrame) -> None:
    slope = one(rows, specification="imd", term="slope_index")
    assert covers(slope, SLOPE)
    assert slope["n_obs"] == 24 * 60 * 2
    assert slope["n_clusters"] == 12
    ratio = one(rows, specification="imd", term="relative_index")
    assert ratio["estimate"] == pytest.approx((65 + 1.5 + SLOPE) / (65 + 1.5), abs=0.03)
    gap = one(rows, specification="imd", term="gap")
    means = [one(rows, specification="imd", term="mean", subgroup=f"{at} of 5")["estimate"] for at in range(1, 6)]
    assert gap["estimate"] == pytest.approx(means[-1] - means[0])
    # Between the middles of the outer fifths lie four fifths of the population.
    assert gap["estimate"] == pytest.approx(0.8 * SLOPE, abs=2)


def test_slope_and_mean_are_those_of_the_patients_themselves(rows: pd.DataFrame) -> None:
    from statsmodels.regression.linear_model import OLS

    early = patients().query("part < 0").reset_index(drop=True)
    place = (early["imd"].rank() - 0.5) / len(early)
    design, groups = pd.DataFrame({"place": place, "constant": 1.0}), pd.factorize(early["cluster_id"])[0]
    fitted = OLS(100 * early["upc"], design).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    slope = one(rows, specification="imd", term="slope_index")
    assert slope["estimate"] == pytest.approx(fitted.params["place"])
    assert slope["std_error"] == pytest.approx(fitted.bse["place"] * (12 / 11) ** 0.5)


def test_the_planted_change_of_the_gap_is_found(rows: pd.DataFrame) -> None:
    change = one(rows, term="gap_change", specification="gap_imd")
    assert covers(change, CHANGE)
    assert change["std_error"] < 2.5
    effects = [
        one(rows, term="effect", specification="by_imd", subgroup=f"{at} of 5")["estimate"] for at in range(1, 6)
    ]
    # In a fifth of these patients chance alone moves an effect by about a point.
    assert effects == pytest.approx([EFFECT + CHANGE * (at / 5 - 0.1 - 0.5) for at in range(1, 6)], abs=3.5)


def test_what_does_not_rank_continuity_has_no_slope(rows: pd.DataFrame) -> None:
    assert covers(one(rows, specification="age", term="slope_index"), 0.0)
    assert covers(one(rows, specification="age", term="relative_index"), 1.0)
    assert covers(one(rows, specification="gap_age", term="gap_change"), 0.0)


def test_equal_values_stand_in_one_group_and_groups_are_counted_without_gaps(rows: pd.DataFrame) -> None:
    means = rows[(rows["specification"] == "conditions") & (rows["term"] == "mean")]
    assert list(means["subgroup"]) == ["1 of 3", "2 of 3", "3 of 3"]
    assert set(means["n_obs"]) == {24 * 60 * 2 / 3}


def by_patients(rows: pd.DataFrame) -> tuple[float, float]:
    """The change of the gap and its standard error, from the patients themselves with a dummy for each effect."""
    from statsmodels.regression.linear_model import OLS

    place = ridit(rows["imd"], pd.Series(1.0, index=rows.index))
    effects = pd.get_dummies(rows[["practice_id", "part"]].astype(str), dtype=float)
    windows = effects.filter(like="part_").iloc[:, :-1]
    terms = pd.DataFrame({"change": place * rows["after"], "after": rows["after"], "place": place}, dtype=float)
    lines = windows.mul(place, axis=0).add_prefix("line_").assign(pilot=place * rows["pilot"])
    design = pd.concat([terms, lines, windows, effects.filter(like="practice_id_")], axis=1)
    groups = pd.factorize(rows["cluster_id"])[0]
    fitted = OLS(100 * rows["upc"], design).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    clusters = groups.max() + 1
    return float(fitted.params["change"]), float(fitted.bse["change"] * (clusters / (clusters - 1)) ** 0.5)


def test_two_points_for_each_window_tell_what_the_patients_tell() -> None:
    raw = patients(seed=2, practices=12, each=15).sample(frac=0.8, random_state=1).reset_index(drop=True)
    made = gaps_by(lambda: cells_of(raw), "o", "imd", 5, 0.95)
    (row,) = (each for each in made if isinstance(each, Estimate) and each.term == "gap_change")
    assert (row.estimate, row.std_error) == pytest.approx(by_patients(raw), rel=1e-6)


@settings(max_examples=20)
@given(st.integers(0, 200), st.integers(1, 5))
def test_two_points_keep_sums_squares_and_products(seed: int, values: int) -> None:
    random = np.random.default_rng(seed)
    cells = pd.DataFrame(
        {
            "practice_id": "P", "part": 0, "cluster_id": "C", "pilot": True, "after": False,
            "ridit": random.uniform(0, 1, values), "responses": random.integers(1, 9, values).astype(float),
            "value": random.uniform(0, 1, values),
        }
    )  # fmt: skip
    points = two_points(cells)
    assert len(points) == 2
    for other in ("ridit", "value"):
        ours, theirs = ((each["responses"] * each["ridit"] * each[other]).sum() for each in (points, cells))
        assert ours == pytest.approx(theirs)
    for name in ("ridit", "value"):
        assert (points["responses"] * points[name]).sum() == pytest.approx((cells["responses"] * cells[name]).sum())
    assert points["responses"].sum() == cells["responses"].sum()


def test_without_registrations_the_reason_is_told(tmp_path: Path) -> None:
    rows = answered(tmp_path, patients().assign(age=float("nan")).drop(columns="conditions"), by=["age", "conditions"])
    assert len(rows) == 8
    assert sentences(rows).str.contains("no table of registrations").all()
    assert set(rows["specification"]) == {"age", "gap_age", "by_age", "conditions", "gap_conditions", "by_conditions"}


def test_an_index_of_lists_is_refused_in_words(tmp_path: Path) -> None:
    write_table(tmp_path / "patients.parquet", patients(), LINEAGE)
    plan = Continuity(outcome="registered_gp")
    continuity_gaps(
        patients=tmp_path / "patients.parquet", asked=plan, item="slicc", confidence=0.95, out=tmp_path / "out.parquet"
    )
    assert sentences(read_table(tmp_path / "out.parquet")[0]).str.contains("that of a list").all()


@pytest.mark.parametrize(
    ("kept", "missing", "still"),
    [
        ("part < 0", "both before and after", "imd"), ("part >= 0", "before the pilots' start", ""),
        ("pilot", "of comparison practices", "imd"),
    ],
)  # fmt: skip
def test_half_of_the_data_gives_half_of_the_answers(kept: str, missing: str, still: str) -> None:
    made = gaps_by(lambda: cells_of(patients().query(kept)), "o", "imd", 5, 0.95)
    assert any(missing in row.why.sentence for row in made if isinstance(row, NotEstimated))
    assert (still in {row.specification for row in made if isinstance(row, Estimate)}) == bool(still)


def test_the_order_of_patients_does_not_matter(rows: pd.DataFrame, tmp_path: Path) -> None:
    pd.testing.assert_frame_equal(rows, answered(tmp_path, patients().sample(frac=1, random_state=5)))
