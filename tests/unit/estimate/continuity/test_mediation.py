"""Bounds of what runs through continuity: worked out by hand, and against a truth that is planted."""

from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.estimate.continuity.mediation import mediation, published_slope
from analysis.estimate.numerics.bounds.product_bounds import Uncertain, at_most, between_limits
from analysis.estimates import Estimate, NotEstimated, Row, write_part
from analysis.plan.continuity import Continuity
from analysis.steps import Problem
from analysis.tables import Lineage, Source, read_table
from tests.reasons import sentences

LINEAGE = Lineage((Source("x", "0" * 64, "observed"),))
ASKED = Continuity.model_validate({
    "outcome": "usual", "admissions": {"months": {"first": "2009-04", "last": "2011-03"}},
    "mediation": {"outcome": "acsc"},
})  # fmt: skip


def row(**values: Any) -> Estimate:
    plain = {"population": "p", "estimator": "e", "std_error": 0.01, "ci_low": 0.0, "ci_high": 9.0, "n_clusters": 41}
    return Estimate(**plain | values)  # type: ignore[arg-type]


def bounded(folder: Path, change: float, ratios: dict[str, float], error: float = 0.01) -> pd.DataFrame:
    """The rows of the step, for a change of continuity in points and ratios of admissions per step."""
    total = {"outcome": "acsc", "design": "difference_in_differences", "term": "effect", "baseline": 20.0}
    effect = row(outcome="usual", design="d", term="effect", scale="points", estimate=change, std_error=100 * error)
    parts: dict[str, list[Row]] = {
        "effect": [effect],
        "total": [row(**total, scale="ratio", estimate=1.02), row(**total, scale="difference", estimate=0.4)],
        "association": [
            row(outcome="a", design="d", term="per_step", scale="ratio", specification=name, estimate=ratio,
                std_error=error)
            if ratio else NotEstimated(outcome="a", design="d", reason="no", specification=name)
            for name, ratio in ratios.items()
        ],
    }  # fmt: skip
    for name, rows in parts.items():
        write_part(folder / f"{name}.parquet", rows, LINEAGE, __spec__)
    paths = {name: folder / f"{name}.parquet" for name in parts}
    mediation(**paths, asked=ASKED, confidence=0.95, out=folder / "out.parquet")
    return read_table(folder / "out.parquet")[0]


RATIOS = {"list_level": 0.98, "list_level_corrected": 0.96, "patient_level": 0.92}


def picked(rows: pd.DataFrame, specification: str, term: str, scale: str = "ratio") -> "pd.Series[Any]":
    return rows[(rows["specification"] == specification) & (rows["term"] == term) & (rows["scale"] == scale)].squeeze(
        axis=0
    )


def test_the_bounds_are_those_of_the_formula(tmp_path: Path) -> None:
    # Five points lost are a fourth of a step of twenty: a fourth of the log ratio, the other way round.
    rows = bounded(tmp_path, -5.0, RATIOS)
    for name, ratio in RATIOS.items():
        low, high = (picked(rows, f"{name}_at_most", term) for term in ("bound_low", "bound_high"))
        assert low["estimate"] == 1
        assert high["estimate"] == pytest.approx(ratio**-0.25)
        events = picked(rows, f"{name}_at_most", "bound_high", "difference")
        assert events["estimate"] == pytest.approx(20 * (ratio**-0.25 - 1))
    # 40 degrees of freedom: 2.021 for 95 %, and 2.329 for each of two intervals with half of the error.
    low, high = (picked(rows, "any_sign", term) for term in ("bound_low", "bound_high"))
    slopes = [log(0.96) - 2.0211 * 0.01, log(0.96) + 2.0211 * 0.01]
    assert (low["estimate"], high["estimate"]) == pytest.approx(
        (exp(-0.25 * slopes[1]), exp(-0.25 * slopes[0])), rel=1e-6
    )
    outer = exp((-0.25 - 2.3289 * 0.05) * (log(0.96) - 2.3289 * 0.01))
    assert high["ci_high"] == pytest.approx(outer, rel=1e-5)
    assert picked(rows, "list_level_corrected_at_most", "bound_high")["ci_high"] == pytest.approx(outer, rel=1e-5)


def test_the_whole_effect_stands_beside_them(tmp_path: Path) -> None:
    rows = bounded(tmp_path, -5.0, RATIOS)
    assert picked(rows, "primary", "total")["estimate"] == 1.02
    assert picked(rows, "primary", "total", "difference")["estimate"] == 0.4
    assert set(rows["outcome"]) == {"acsc"}


def test_no_change_of_continuity_leaves_nothing_to_run_through_it(tmp_path: Path) -> None:
    rows = bounded(tmp_path, 0.0, RATIOS)
    ratios = rows[rows["term"].str.startswith("bound") & (rows["scale"] == "ratio")]
    assert (ratios["estimate"] == 1).all()
    # Though no change was found, there may have been one.
    assert picked(rows, "patient_level_at_most", "bound_high")["ci_high"] > 1
    assert picked(rows, "patient_level_at_most", "bound_low")["ci_low"] < 1


def test_what_is_not_known_is_told(tmp_path: Path) -> None:
    rows = bounded(tmp_path, -5.0, RATIOS | {"list_level_corrected": 0.0})
    unmade = rows.assign(reason=sentences(rows)).dropna(subset="reason").set_index("specification")["reason"]
    assert set(unmade.index) == {"list_level_corrected_at_most", "any_sign"}
    assert unmade["any_sign"] == "It is not known how admissions go with continuity (list_level_corrected)."
    assert picked(rows, "list_level_at_most", "bound_high")["estimate"] > 1


NUMBERS = st.builds(Uncertain, st.floats(-1, 1), st.floats(0.001, 0.5), st.integers(5, 200).map(float))


@given(NUMBERS, NUMBERS, st.floats(1, 3))
def test_less_assumed_is_never_narrower(moved: Uncertain, slope: Uncertain, times: float) -> None:
    low, high = at_most(moved, slope, 0.95)
    further = at_most(moved, Uncertain(times * slope.value, slope.std_error, slope.df), 0.95)
    assert further[0].value <= low.value <= 0 <= high.value <= further[1].value
    # A study that is less sure has limits further out.
    unsure = at_most(moved, Uncertain(slope.value, times * slope.std_error, slope.df), 0.95)
    assert unsure[0].low <= low.low
    assert unsure[1].high >= high.high


@given(NUMBERS, NUMBERS)
def test_limits_are_in_order(moved: Uncertain, slope: Uncertain) -> None:
    for pair in (at_most(moved, slope, 0.95), between_limits(moved, slope, 0.95)):
        for bound in pair:
            assert bound.low <= bound.value <= bound.high
        assert pair[0].value <= pair[1].value
    # What the bounds leave open, whatever its sign, holds the product of both estimates.
    low, high = between_limits(moved, slope, 0.95)
    assert low.value <= moved.value * slope.value <= high.value


@given(NUMBERS, NUMBERS)
def test_both_signs_turned_change_nothing(moved: Uncertain, slope: Uncertain) -> None:
    assume(abs(moved.value) > 1e-6)
    turned = [Uncertain(-each.value, each.std_error, each.df) for each in (moved, slope)]
    for make in (at_most, between_limits):
        for one, other in zip(make(moved, slope, 0.95), make(*turned, 0.95), strict=True):
            assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high))


@pytest.mark.parametrize("causal", [0.0, 0.3, 1.0])
def test_the_limits_hold_the_planted_part_as_often_as_they_say(causal: float) -> None:
    # Continuity falls by a third of a step; of a log ratio of -0.06 with what is associated, a part is causal.
    random, moved, associated = np.random.default_rng(7), -0.33, -0.06
    planted, held, draws = moved * associated * causal, 0, 1_000
    for _ in range(draws):
        change = Uncertain(random.normal(moved, 0.1), 0.1, 1e6)
        slope = Uncertain(random.normal(associated, 0.03), 0.03, 1e6)
        low, high = at_most(change, slope, 0.95)
        held += low.low <= planted <= high.high
    # By chance 95 % of 1,000 would be 936 or fewer only once in forty times.
    assert held >= 936


def test_a_published_association_bounds_as_its_interval_says(tmp_path: Path) -> None:
    """-1.9 % (-3.5 to -0.2) for 0.2 of the index by list: Hetlevik and others 2021."""
    ratios = np.log([0.981, 0.965, 0.998])
    published = pd.DataFrame({
        "evidence_id": ["by-list", "bare"], "log_ratio": [ratios[0], ratios[0]],
        "log_std_error": [(ratios[2] - ratios[1]) / (2 * 1.959964), np.nan],
    })  # fmt: skip
    slope, clusters = published_slope(published, "by-list", 20)
    assert np.exp(slope.limits(0.95)) == pytest.approx([0.965, 0.998], abs=5e-4)
    assert clusters == ()
    assert published_slope(published, "by-list", 10)[0].value == pytest.approx(ratios[0] / 2)
    for strange in ("bare", "nobody"):
        with pytest.raises(Problem, match="with an interval"):
            published_slope(published, strange, 20)
    # A fall of 10 points is half a step.
    low, high = at_most(Uncertain(-0.5, 0.0, 39), slope, 0.95)
    assert (low.value, np.exp(high.value)) == (0.0, pytest.approx(0.981**-0.5))
