"""Years that may be compared: a measure is comparable only within one series."""

from typing import TYPE_CHECKING

from analysis.pull.connectors.gp_patient_survey import BREAKS
from analysis.steps import Problem
from analysis.wording import measured

if TYPE_CHECKING:
    import pandas as pd


def check_series(values: "pd.DataFrame", measure: str, first: int, last: int, name: str) -> None:
    """Refuse to compare years across a break in the series.

    Parameters
    ----------
    values : DataFrame
        Practice measures, one row per practice, year and measure.
    measure : str
        The measure that is compared.
    first, last : int
        The years, both included.
    name : str
        The question's name in the study.

    Raises
    ------
    Problem
        Names the question, the series with their years, and the reason for the break.
    """
    rows = values[(values["measure"] == measure) & values["year"].between(first, last)]
    spans = rows.groupby("series")["year"].agg(["min", "max"]).sort_values("min")
    if len(spans) < 2:
        return
    told = ", ".join(f"{series} in {_span(row['min'], row['max'])}" for series, row in spans.iterrows())
    reasons = [f" ({year}: {each.reason})" for year, each in BREAKS.items() if each.series in spans.index[1:]]
    raise Problem(
        f"The question {name} compares {measured(measure)} between {first} and {last}, but the series breaks: "
        f"{told}{''.join(reasons)}.",
        f"set `first` and `last` of questions.{name} within one series, or leave the question out of the study file",
    )


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"
