"""The step for staggered starts: its rows, what it cannot estimate, and the scales that it tells."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.commands.arguments import flat
from analysis.estimate.designs.staggered import staggered, staggered_rows
from analysis.estimate.outcomes.admissions import baseline_rate
from analysis.estimates import KEY, Estimate, NotEstimated, Row
from analysis.plan.designs import Staggered
from analysis.tables import read_table
from tests.cohort_data import practice_months

NAMES = [*Staggered().estimators, "goodman_bacon"]
ROBUST = [name for name in Staggered().estimators if name != "two_way_fixed_effects"]


def estimated(panel: pd.DataFrame, **settings: object) -> list[Row]:
    return staggered_rows(panel, "admissions", "emergency", Staggered.model_validate(settings), 0.95)


def told(rows: list[Row], **where: str) -> Iterator[Estimate]:
    for row in rows:
        if isinstance(row, Estimate) and all(getattr(row, name) == value for name, value in where.items()):
            yield row


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return practice_months()


@pytest.fixture(scope="module")
def rows(panel: pd.DataFrame) -> list[Row]:
    return estimated(panel)


def test_every_estimator_tells_every_aggregation_on_both_scales(rows: list[Row]) -> None:
    assert not [row for row in rows if isinstance(row, NotEstimated)]
    for name in ROBUST:
        for scale in ("ratio", "difference"):
            made = list(told(rows, estimator=name, scale=scale))
            horizons = {term: [row.horizon for row in made if row.term == term] for term in {row.term for row in made}}
            assert horizons["effect"] == ["after"]
            assert horizons["cohort"] == ["2008-04", "2008-07", "2008-10"]
            assert horizons["calendar"] == ["2008-04", "2008-07", "2008-10", "2009-01", "2009-04"]
            after = [each for each in horizons["period"] if int(each) >= 0]
            assert after == ["0", "1", "2", "3", "4"]
            assert "-1" not in horizons["period"]
    keys = [tuple(getattr(row, name, "") for name in KEY) for row in rows]
    assert len(set(keys)) == len(keys)


def test_two_way_fixed_effects_come_with_their_decomposition(rows: list[Row]) -> None:
    (whole,) = told(rows, estimator="two_way_fixed_effects", scale="difference")
    weights = {row.horizon: row.estimate for row in told(rows, estimator="goodman_bacon", term="weight")}
    parts = {row.horizon: row.estimate for row in told(rows, estimator="goodman_bacon", term="comparison")}
    assert set(weights) == set(parts) == {"earlier_vs_later", "later_vs_earlier", "treated_vs_never"}
    assert sum(weights[kind] * parts[kind] for kind in parts) == pytest.approx(whole.estimate, abs=1e-8)
    assert not any(told(estimated(practice_months(), estimators=["imputation"]), estimator="goodman_bacon"))


def test_every_estimator_finds_the_truth(rows: list[Row], panel: pd.DataFrame) -> None:
    for name in (*ROBUST, "two_way_fixed_effects"):
        (ratio,) = told(rows, estimator=name, term="effect", scale="ratio")
        (events,) = told(rows, estimator=name, term="effect", scale="difference")
        assert abs(np.log(ratio.estimate / 0.8)) < 3 * ratio.std_error < 0.2
        assert ratio.ci_high < 1
        assert events.ci_high < 0
        assert ratio.baseline == events.baseline == pytest.approx(baseline_rate(panel))


def test_ratio_and_difference_of_a_linear_model_agree(rows: list[Row], panel: pd.DataFrame) -> None:
    (ratio,) = told(rows, estimator="imputation", term="effect", scale="ratio")
    (events,) = told(rows, estimator="imputation", term="effect", scale="difference")
    after = panel[panel["after"]]
    observed = 12_000 * after["count"].sum() / after["population"].sum()
    for name in ("estimate", "ci_low", "ci_high"):
        assert getattr(ratio, name) == pytest.approx(observed / (observed - getattr(events, name)))
    assert ratio.p_value == events.p_value


def test_adjusting_changes_only_callaway_santanna(rows: list[Row], panel: pd.DataFrame) -> None:
    adjusted = estimated(panel, adjust=["imd"])
    for name in Staggered().estimators:
        before, after = (next(told(each, estimator=name, term="effect")).estimate for each in (rows, adjusted))
        assert (before != after) == name.startswith("callaway_santanna")


def test_one_common_start() -> None:
    rows = estimated(practice_months(("2008-04", None)))
    assert not [row for row in rows if isinstance(row, NotEstimated)]
    (weight,) = told(rows, estimator="goodman_bacon", term="weight")
    assert (weight.horizon, weight.estimate) == ("treated_vs_never", pytest.approx(1))
    for left, right in (("callaway_santanna_never", "sun_abraham"), ("imputation", "two_way_fixed_effects")):
        first, second = (next(told(rows, estimator=name, term="effect")).estimate for name in (left, right))
        assert first == pytest.approx(second, rel=1e-9)


def test_where_everyone_starts_some_day_only_never_starters_are_missed() -> None:
    rows = estimated(practice_months(("2008-04", "2008-07", "2008-10")))
    (missed,) = [row for row in rows if isinstance(row, NotEstimated)]
    assert (missed.outcome, missed.design, missed.estimator) == ("admissions", "staggered", "callaway_santanna_never")
    assert "never starts" in missed.why.sentence
    for name in ROBUST[1:]:
        # The last cohort is only compared with.
        assert [row.horizon for row in told(rows, estimator=name, term="cohort", scale="ratio")] == [
            "2008-04",
            "2008-07",
        ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"population": np.nan}, "no population above 0"),
        ({"count": 0}, "every count is zero"),
        ({"cluster_id": "one"}, "one cluster"),
        ({"measure": "dental"}, "no measure emergency"),
    ],
)
def test_what_cannot_be_estimated_is_told_for_each_estimator(change: dict[str, object], reason: str) -> None:
    rows = estimated(practice_months().assign(**change))
    assert [row.estimator for row in rows] == NAMES
    assert all(isinstance(row, NotEstimated) and reason in row.why.sentence for row in rows)


def test_nobody_to_compare_with_is_told_for_each_estimator() -> None:
    rows = estimated(practice_months(("2008-04",)))
    assert [row.estimator for row in rows if isinstance(row, NotEstimated)] == NAMES


def test_gaps_leave_out_a_practice_where_models_need_whole_series(panel: pd.DataFrame) -> None:
    first = panel["practice_id"] == panel["practice_id"].iloc[0]
    rows = estimated(panel[~(first & (panel["month"] > "2009-03"))])
    units = {name: next(told(rows, estimator=name, term="effect")).n_units for name in Staggered().estimators}
    assert units == {name: 48 if name == "etwfe_poisson" else 47 for name in units}


def test_one_site_in_a_cohort_has_no_standard_error() -> None:
    rows = estimated(practice_months(("2008-04", "2008-04", None, None), per_start=1))
    for name in Staggered().estimators:
        (effect,) = told(rows, estimator=name, term="effect", scale="ratio")
        assert np.isnan(effect.std_error)
        assert np.isnan(effect.ci_low)


def test_the_step_writes_its_rows_with_the_lineage(prepared: Path, tmp_path: Path) -> None:
    settings = Staggered(estimators=("etwfe_poisson", "imputation"))
    out, source = tmp_path / "staggered.parquet", prepared / "panel.parquet"
    flat(staggered)(panel=source, outcomes={"e": "emergency"}, settings=settings, confidence=0.9, out=out)
    frame, lineage = read_table(out)
    assert lineage == read_table(source)[1]
    assert set(frame["estimator"]) == {"etwfe_poisson", "imputation"}
    assert (frame["outcome"] == "e").all()
