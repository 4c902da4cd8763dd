"""The same estimates with their uncertainty told in several ways: the table."""

from typing import TYPE_CHECKING, Any

from analysis.estimates import verdict_row
from analysis.present.inference.page import ADJUSTED, by_method, family
from analysis.present.look.markdown import Table, dashed, size
from analysis.present.provenance.context import Outcomes
from analysis.wording import changed, in_words, p_value, sentence

if TYPE_CHECKING:
    import pandas as pd

METHODS = {
    "crv3": "leaving out one cluster at a time (CRV3)",
    "score_bootstrap": "score bootstrap, by cluster",
    "wild_bootstrap": "wild cluster bootstrap, linear model",
    "randomisation": "all or many other assignments of the pilots",
    "holm": "primary, adjusted for several outcomes (Holm)",
    "romano_wolf": "primary, adjusted by resampling (Romano–Wolf)",
}


def inference_table(estimates: "pd.DataFrame", outcomes: Outcomes) -> Table:
    """A row for each outcome and method: estimate with interval, p-value."""
    rows = [line for name, outcome in outcomes.items() for line in _lines(estimates, name, outcome.label)]
    heads = ("Outcome", "Uncertainty by", "Estimate", "*p*-value")
    columns = {head: [row[place] for row in rows] for place, head in enumerate(heads)}
    caption = (
        "The uncertainty of the primary estimates told in several ways. All methods answer the same question; they "
        "differ in what they trust with few clusters."
        f"{dashed(columns, 'a method gives a *p*-value and no interval, or nothing was estimated')}"
    )
    simulated = bool(estimates.loc[estimates["outcome"].isin(list(outcomes)), "simulated"].any())
    return Table("inference", caption, columns, simulated, (22, 38, 26, 14))


def _lines(estimates: "pd.DataFrame", name: str, label: str) -> list[tuple[str, str, str, str]]:
    primary = verdict_row(estimates, name, "difference_in_differences")
    if primary is None:
        return [(sentence(label), "–", "not estimated", "–")]
    how = "randomisation (primary: too few clusters for clustered errors)"
    how = how if changed(primary).few else "clusters of practices (primary)"
    first = (sentence(label), how, size(primary), _p(primary))
    others = by_method(estimates, name)
    return [first, *(("", _method(estimates, method), _interval(row), _p(row)) for method, row in others.items())]


def _method(estimates: "pd.DataFrame", method: str) -> str:
    """The method in words; one that adjusts says over how many outcomes."""
    over = f", over {in_words(family(estimates, method))} outcomes" * (method in ADJUSTED)
    return f"{METHODS[method]}{over}"


def _interval(row: "pd.Series[Any]") -> str:
    return size(row) if row["ci_low"] == row["ci_low"] else "–"


def _p(row: "pd.Series[Any]") -> str:
    """The p-value as printed in a column, adjusted where the method adjusts it."""
    value = row["p_value"]
    return "–" if value != value else p_value(value).removeprefix("p ").removeprefix("= ")
