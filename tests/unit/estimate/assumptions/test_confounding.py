"""Rows on unobserved confounders, and that dividing by the bias factor is what the model itself would give."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.commands.arguments import flat
from analysis.estimate.assumptions.confounding import confounding
from analysis.estimate.numerics.bounds.bias import bias_factor
from analysis.estimate.outcomes.admissions import effects, measure_rows
from analysis.plan.sensitivity import ConfounderCheck
from analysis.tables import read_table
from tests.reasons import in_words

CHECK = ConfounderCheck(
    kind="confounder", label="with a confounder", outcomes=("admitted", "unknown"), prevalence_pilot=(0.1, 0.4),
    prevalence_comparison=0.1, strength=(1.2, 2.0),
)  # fmt: skip


@pytest.fixture(scope="module")
def rows(prepared: Path) -> pd.DataFrame:
    return measure_rows(read_table(prepared / "panel.parquet")[0], "emergency")


@pytest.fixture(scope="module")
def table(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    out = tmp_path_factory.mktemp("confounding") / "part.parquet"
    flat(confounding)(
        panel=prepared / "panel.parquet", outcomes={"admitted": "emergency", "unknown": "dental"},
        checks={"unobserved": CHECK}, confidence=0.95, out=out,
    )  # fmt: skip
    return read_table(out)[0]


def test_what_is_freed_of_a_confounder_is_what_the_model_gives_without_it(rows: pd.DataFrame) -> None:
    """Pilots' exposure after the start multiplied by the factor: the ratio is divided by it, its error stays."""
    before, factor = effects(rows, "admitted", 0.95)[0], bias_factor(0.4, 0.1, 2.0)
    exposed = rows.assign(population=rows["population"] * np.where(rows["after"], factor, 1.0))
    after = effects(exposed, "admitted", 0.95)[0]
    assert after.estimate == pytest.approx(before.estimate / factor, rel=1e-8)
    assert after.std_error == pytest.approx(before.std_error, rel=1e-6)


def test_every_confounder_of_the_grid_has_a_row(rows: pd.DataFrame, table: pd.DataFrame) -> None:
    ratio = effects(rows, "admitted", 0.95)[0]
    grid = table[table["term"] == "effect"]
    assert len(grid) == 4
    strength = 2.0 if ratio.estimate >= 1 else 0.5
    row = grid[grid["horizon"] == f"prevalence 0.4, strength {strength:g}"].iloc[0]
    factor = bias_factor(0.4, 0.1, strength)
    assert [row["estimate"], row["ci_low"], row["ci_high"]] == pytest.approx(
        [ratio.estimate / factor, ratio.ci_low / factor, ratio.ci_high / factor]
    )
    # Each works against the finding, or not at all where it is as common in both groups.
    pulls = np.sign(grid["estimate"] - ratio.estimate) * np.sign(1 - ratio.estimate)
    assert sorted(pulls) == [0, 0, 1, 1]


def test_at_the_tipping_strength_the_estimate_is_one(rows: pd.DataFrame, table: pd.DataFrame) -> None:
    ratio = effects(rows, "admitted", 0.95)[0].estimate
    tips = table[table["term"] == "tipping"].set_index("horizon")["estimate"]
    assert ratio / bias_factor(0.4, 0.1, tips["prevalence 0.4, estimate"]) == pytest.approx(1)
    assert "prevalence 0.1, estimate" not in tips  # as common in both groups: no strength would do


def test_e_values_of_estimate_and_interval(table: pd.DataFrame) -> None:
    values = table[table["term"] == "e_value"].set_index("horizon")["estimate"]
    assert values["estimate"] >= values["interval"] >= 1


def test_an_outcome_that_cannot_be_estimated_says_so_and_the_others_go_on(table: pd.DataFrame) -> None:
    (failed,) = table[table["reason"].notna()].to_dict("records")
    assert (failed["outcome"], failed["design"]) == ("unknown", "difference_in_differences")
    assert "no measure dental" in in_words(failed)
