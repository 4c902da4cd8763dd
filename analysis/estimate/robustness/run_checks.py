"""Each check of each outcome that it asks for, so that what stops one of them stops no other."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from analysis.estimate.outcomes.admissions import DESIGN, measure_rows
from analysis.estimates import Measures, Row, attempt
from analysis.plan.sensitivity import AnyCheck

if TYPE_CHECKING:
    import pandas as pd

# Makes the rows of one check: from the outcome's rows of the panel, its name, the check's name and the check.
Make = Callable[["pd.DataFrame", str, str, AnyCheck], Sequence[Row]]


def each_check(
    panel: "pd.DataFrame",
    outcomes: Measures,
    checks: Mapping[str, AnyCheck],
    make: Make,
    estimator: Callable[[AnyCheck], str],
) -> list[Row]:
    """The rows of every check of every outcome; one that cannot be made leaves a row that says why.

    Parameters
    ----------
    panel : DataFrame
        The practice-month panel.
    outcomes : dict
        By outcome's name, the measure in the activity table.
    checks : mapping
        The checks by name, each with the outcomes that it checks.
    make : callable
        Makes the rows of one check of one outcome.
    estimator : callable
        The estimator that a check which cannot be made is told under.
    """
    rows_of = cache(lambda outcome: measure_rows(panel, outcomes[outcome]))

    def rows_by_check(outcome: str, name: str, check: AnyCheck) -> Sequence[Row]:
        return make(rows_of(outcome), outcome, name, check)

    return [
        row
        for name, check in checks.items()
        for outcome in check.outcomes
        for row in attempt(
            partial(rows_by_check, outcome, name, check),
            outcome=outcome, design=DESIGN, specification=name, estimator=estimator(check),
        )
    ]  # fmt: skip
