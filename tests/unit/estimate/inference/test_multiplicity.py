"""Many outcomes at once: published examples, another implementation, and bounds that must hold."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimate.inference.multiplicity import holm, romano_wolf, with_adjusted_p_values
from analysis.estimate.numerics.errors.bootstrap import p_value
from analysis.estimate.table import stamped
from analysis.estimates import Estimate, write_part
from analysis.tables import Lineage, Source

P = st.lists(st.floats(1e-6, 1), min_size=1, max_size=6).map(np.array)


def test_holm_by_the_rule() -> None:
    # Four times the smallest, three times the next, and no p-value below the one before it.
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(P)
def test_holm_agrees_with_statsmodels(p_values: np.ndarray) -> None:
    from statsmodels.stats.multitest import multipletests

    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


def drawn_together(seed: int, outcomes: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    mixing = random.normal(size=(outcomes, outcomes))
    return 2 * random.normal(size=outcomes), random.normal(size=(199, outcomes)) @ mixing


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_romano_wolf_lies_between_one_test_and_bonferroni(seed: int, outcomes: int) -> None:
    observed, drawn = drawn_together(seed, outcomes)
    alone = np.array([p_value(each, drawn[:, index], False) for index, each in enumerate(observed)])
    found = romano_wolf(observed, drawn, False)
    assert (found >= alone).all()
    # The largest statistic passes a bound no more often than all of them taken together.
    bound = [min(1.0, p_value(each, drawn.ravel(), True) * outcomes * 199 / 200 + 1 / 200) for each in observed]
    lesser = [max(bound[other] for other in range(outcomes) if abs(observed[other]) >= abs(each)) for each in observed]
    assert (found <= np.array(lesser) + 1e-12).all()
    order = np.argsort(-np.abs(observed))
    assert (np.diff(found[order]) >= 0).all()


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_romano_wolf_step_by_step(seed: int, outcomes: int) -> None:
    observed, drawn = drawn_together(seed, outcomes)
    left, last, steps = set(range(outcomes)), 0.0, {}
    while left:
        best = max(left, key=lambda index: abs(observed[index]))
        beaten = [np.abs(row[sorted(left)]).max() >= abs(observed[best]) for row in drawn]
        last = steps[best] = max(last, (1 + sum(beaten)) / 200)
        left.remove(best)
    assert romano_wolf(observed, drawn, False) == pytest.approx([steps[index] for index in range(outcomes)])


def test_the_same_outcome_twice_costs_nothing() -> None:
    observed, drawn = drawn_together(1, 1)
    twice = romano_wolf(observed.repeat(2), drawn.repeat(2, axis=1), False)
    assert twice == pytest.approx(p_value(observed[0], drawn[:, 0], False))


EFFECT = Estimate(
    outcome="a", population="everybody", design="difference_in_differences", estimator="by_hand", term="effect",
    scale="ratio", estimate=0.9, std_error=0.05, ci_low=0.8, ci_high=1.0, p_value=0.01,
)  # fmt: skip


def joined(folder: Path, *rows: Estimate) -> pd.DataFrame:
    write_part(folder / "part.parquet", rows, Lineage((Source("data", "0" * 64, "published"),)), __spec__)
    return stamped(
        [folder / "part.parquet"], "s", "f" * 64, lambda table: with_adjusted_p_values(table, ("a", "b", "c"), "here")
    )[0]


def of(table: pd.DataFrame, column: str, **where: str) -> dict[str, float]:
    for name, value in where.items():
        table = table[table[name] == value]
    return dict(zip(table["outcome"], table[column], strict=True))


def test_holm_over_every_primary_outcome(tmp_path: Path) -> None:
    survey = replace(EFFECT, outcome="c", scale="points", p_value=0.03)
    others = [replace(EFFECT, outcome="secondary", p_value=0.001), replace(EFFECT, term="period", p_value=0.001)]
    checks = [replace(EFFECT, specification="another", p_value=0.001), replace(EFFECT, subgroup="without S01")]
    levels = replace(EFFECT, scale="difference")
    rows = [EFFECT, replace(EFFECT, outcome="b", p_value=0.04), survey, levels, *others, *checks]
    made = joined(tmp_path, *rows)
    expected = {"a": 0.03, "b": 0.06, "c": 0.06}
    primary = made[(made["term"] == "effect") & made["p_adjusted"].notna()]
    assert of(primary[primary["scale"] != "difference"], "p_adjusted") == pytest.approx(expected)
    assert of(primary, "p_adjusted", scale="difference") == pytest.approx({"a": 0.03})
    assert of(made, "p_value", horizon="holm") == pytest.approx(expected)
    assert set(of(made, "estimate", horizon="holm").values()) == {0.9}


def test_romano_wolf_where_the_whole_family_has_it(tmp_path: Path) -> None:
    rows = [replace(EFFECT, outcome=name, p_value=p) for name, p in (("a", 0.01), ("b", 0.04))]
    wolf = [replace(row, term="inference", horizon="romano_wolf", p_value=row.p_value * 1.5) for row in rows]
    made = joined(tmp_path, *rows, *wolf)
    assert of(made, "p_adjusted", term="effect") == pytest.approx({"a": 0.015, "b": 0.06})
    with_survey = joined(tmp_path, *rows, *wolf, replace(EFFECT, outcome="c", scale="points", p_value=0.5))
    assert of(with_survey, "p_adjusted", term="effect") == pytest.approx({"a": 0.03, "b": 0.08, "c": 0.5})


def test_one_outcome_is_no_family(tmp_path: Path) -> None:
    made = joined(tmp_path, EFFECT)
    assert made["p_adjusted"].isna().all()
    assert len(made) == 1
