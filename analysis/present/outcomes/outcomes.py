"""Which outcomes the paper tells first, and the row by which each is read."""

from typing import TYPE_CHECKING, Any

from analysis.estimates import verdict_row
from analysis.present.provenance.context import Context, Outcomes

if TYPE_CHECKING:
    import pandas as pd


def primary(outcomes: Outcomes) -> Outcomes:
    """The outcomes that the plan calls primary; all, where it calls none so."""
    return {name: each for name, each in outcomes.items() if each.primary} or outcomes


def effect_row(context: Context, name: str) -> "pd.Series[Any] | None":
    """The row that says what happened to an outcome of the study; None where it could not be estimated."""
    return verdict_row(context.estimates, name, "difference_in_differences")
