"""Matched patients: were cases and controls alike after matching, in their means and in their spread."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.answers import About, Question
from analysis.assess.verdicts.judged import Basis
from analysis.assess.verdicts.rules import robustness
from analysis.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd

DESIGN = "matched_cohort"


def cohort_verdicts(basis: Basis) -> Iterator[Verdict]:
    """Balance after matching, over the covariates that may be told; nothing where the study has no matched cohort."""
    for table, simulated in basis.balance:
        rows = disclosed(table)
        after = rows[rows["stage"] == "after"]
        if after.empty:
            return
        values = {
            Question.BALANCE: robustness.balance(after["standardised_difference"].tolist()),
            Question.VARIANCES: robustness.variances(after["variance_ratio"].tolist()),
        }
        for question, verdict in values.items():
            yield Verdict(
                about=About.DESIGN, subject=DESIGN, question=question, verdict=verdict, rule=str(question),
                simulated=simulated,
            )  # fmt: skip


def disclosed(balance: "pd.DataFrame") -> "pd.DataFrame":
    """The covariates whose balance may be told both before and after matching."""
    hidden = balance.loc[balance["standardised_difference"].isna(), "covariate"]
    return balance[~balance["covariate"].isin(hidden)]
