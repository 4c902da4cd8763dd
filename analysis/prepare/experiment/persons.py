"""The persons of an experiment: who was in which arm, and how much each used in each year.

``python -m analysis.prepare.experiment.persons --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from analysis.plan.experiment import Experiment
from analysis.steps import AsJson, Problem, command
from analysis.tables import write_table
from analysis.wording import number_of

if TYPE_CHECKING:
    import pandas as pd


def persons(*, table: Path, receipt: Path, experiment: Annotated[Experiment, AsJson], out: Path) -> None:
    """Check the table of persons and give each row its arm and its outcomes.

    Parameters
    ----------
    table : Path
        The raw table (CSV), one row per person and year.
    receipt : Path
        What the pull stage vouched for.
    experiment : Experiment
        The plan of the experiment, as JSON.
    out : Path
        The rows with `arm`, `person_id` and a column for each outcome, in Parquet. It never leaves the results folder.
    """
    from analysis.prepare.contract.contract import Persons
    from analysis.prepare.contract.raw import read_raw, read_receipt

    rows = read_raw(table, Persons)
    write_table(out, with_arms(rows, experiment, str(table)), read_receipt(receipt))


def with_arms(rows: "pd.DataFrame", experiment: Experiment, where: str) -> "pd.DataFrame":
    """The rows with their arm and the outcomes of the plan.

    Raises
    ------
    Problem
        When a row's arm is none of the plan's, a column of the plan is missing, or a person changes arms.
    """
    _check_columns(rows, experiment, where)
    arm_of = {value: name for name, arm in experiment.arms.items() for value in arm.values}
    arm = rows[experiment.arm_column].map(arm_of)
    if arm.isna().any():
        strange = rows.loc[arm.isna(), experiment.arm_column].iloc[0]
        raise Problem(
            f"{where} has {number_of(arm.isna().sum(), 'row')} whose {experiment.arm_column} is in no arm, for "
            f"instance {strange}.",
            "add the value to `experiment.arms` in the study file",
        )
    if (arm.groupby(rows[experiment.person]).nunique() > 1).any():
        raise Problem(f"{where} has persons in more than one arm.", "correct the table, or `experiment.arms`")
    totals = {name: rows[list(outcome.columns)].sum(axis=1) for name, outcome in experiment.outcomes.items()}
    return rows.assign(person_id=rows[experiment.person], arm=arm, **totals)


def _check_columns(rows: "pd.DataFrame", experiment: Experiment, where: str) -> None:
    model = experiment.specification
    named = [column for outcome in experiment.outcomes.values() for column in outcome.columns]
    named += [experiment.arm_column, experiment.person, *experiment.adjust]
    named += [model.outcome, *model.covariates] if model else []
    if missing := [column for column in named if column not in rows]:
        raise Problem(f"{where} has no column {missing[0]}.", "correct `experiment` in the study file")


if __name__ == "__main__":
    command(persons)
