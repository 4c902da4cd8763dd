"""The step: a line of the study file is rows of the table, and a check that fails stops no other."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.commands.arguments import flat
from analysis.estimate.robustness.sensitivity import sensitivity
from analysis.estimates import KEY
from analysis.plan.sensitivity import Checks
from analysis.study import Study
from analysis.tables import read_table
from tests.reasons import sentences

KINDS = ("estimator", "window", "comparison", "placebo_date", "leave_one_out", "dose", "heterogeneity")


def run(prepared: Path, checks: Checks, out: Path) -> pd.DataFrame:
    flat(sensitivity)(
        panel=prepared / "panel.parquet", outcomes={"emergency_admissions": "emergency", "elective_admissions": "none"},
        checks=checks, confidence=0.95, out=out,
    )  # fmt: skip
    assert read_table(out)[1] == read_table(prepared / "panel.parquet")[1]
    return read_table(out)[0]


@pytest.fixture(scope="module")
def rows(prepared: Path, study: Study, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    named = {"outcomes": ("emergency_admissions", "elective_admissions")}
    checks = {name: check.model_copy(update=named) for name, check in study.checks(*KINDS).items()}
    return run(prepared, checks, tmp_path_factory.mktemp("sensitivity") / "rows.parquet")


def test_every_check_of_the_default_study_has_rows(rows: pd.DataFrame, study: Study) -> None:
    assert set(rows["specification"]) == set(study.checks(*KINDS))
    made = rows[rows["reason"].isna()]
    assert not made.duplicated(KEY).any()
    assert set(made["design"]) == {"difference_in_differences"}
    assert set(made["outcome"]) == {"emergency_admissions"}


def test_a_measure_that_is_missing_is_told_with_outcome_and_check(rows: pd.DataFrame, study: Study) -> None:
    unmade = rows[rows["outcome"] == "elective_admissions"]
    assert set(unmade["specification"]) == set(study.checks(*KINDS))
    assert sentences(unmade).str.startswith("The activity table has no measure none").all()


def test_a_check_that_cannot_be_made_leaves_the_others(prepared: Path, study: Study, tmp_path: Path) -> None:
    named = {"outcomes": ("emergency_admissions",)}
    wrong = study.sensitivity["by_model"].model_copy(update=named | {"by": "colour"})
    right = study.sensitivity["linear_rates"].model_copy(update=named)
    made = run(prepared, {"by_colour": wrong, "linear_rates": right}, tmp_path / "rows.parquet")
    assert list(made["specification"]) == ["by_colour", "linear_rates", "linear_rates"]
    assert made["reason"].notna().tolist() == [True, False, False]
    assert made["estimator"].tolist() == ["poisson_fixed_effects", "linear_rate", "linear_rate"]
