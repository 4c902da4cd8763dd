"""The table of persons: everybody is in one arm of the plan, and published means keep their reference."""

from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from analysis.plan.experiment import Experiment
from analysis.prepare.experiment.arms import published_arms
from analysis.prepare.experiment.persons import with_arms
from analysis.steps import Problem

PLAN: dict[str, Any] = {
    "dataset": "trial", "arm_column": "plan", "person": "zper", "reference": "free", "headline": "paid",
    "arms": {"free": {"label": "free care", "values": [1]}, "paid": {"label": "a charge", "values": [2, 3]}},
    "outcomes": {"visits": {"label": "visits", "columns": ["doctor", "nurse"]}},
}  # fmt: skip
ROWS = pd.DataFrame({"zper": ["a", "a", "b"], "plan": [1, 1, 3], "doctor": [2, 0, 1], "nurse": [1, 0, 4]})


def test_each_row_has_its_arm_and_its_sum() -> None:
    made = with_arms(ROWS, Experiment.model_validate(PLAN), "persons.csv")
    assert made["arm"].tolist() == ["free", "free", "paid"]
    assert made["visits"].tolist() == [3, 0, 5]
    assert made["person_id"].tolist() == ["a", "a", "b"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (ROWS.assign(plan=[1, 1, 9]), "has 1 row whose plan is in no arm, for instance 9"),
        (ROWS.assign(plan=[1, 2, 3]), "persons in more than one arm"),
        (ROWS.drop(columns="nurse"), "has no column nurse"),
    ],
)
def test_a_table_that_does_not_fit_the_plan_is_told(rows: pd.DataFrame, told: str) -> None:
    with pytest.raises(Problem, match=told):
        with_arms(rows, Experiment.model_validate(PLAN), "persons.csv")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"reference": "nothing"}, "`nothing` is none of the arms"),
        ({"headline": "nothing"}, "`nothing` is none of the arms"),
        ({"arms": {**PLAN["arms"], "paid": {"label": "a charge", "values": [1]}}}, "the value 1 of `plan`"),
        ({"arms": {"Free care": PLAN["arms"]["free"], **PLAN["arms"]}}, "`Free care` is no name"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Experiment.model_validate(PLAN | change)


def test_published_means_are_set_against_their_own_study_alone() -> None:
    published = pd.DataFrame(
        {
            "evidence_id": ["a", "b", "c", "d"], "study": ["one", "one", "two", "one"], "certainty": "F", "data": "x",
            "outcome": ["visits", "visits", "visits", "mdvis"], "outcome_detail": ["free", "paid", "paid", "price"],
            "measure": ["mean_per_person_year"] * 3 + ["log_rate_ratio"], "estimate": [4.0, 3.0, 2.0, -0.1],
        }
    )  # fmt: skip
    rows = published_arms(published, "free").set_index("evidence_id")["ratio"]
    assert rows["b"] == 0.75
    assert rows[["c", "d"]].isna().all()
