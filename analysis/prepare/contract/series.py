"""Years that may be compared: a measure is comparable only within one series."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from analysis.prepare.contract.faults import Fault, shown
from analysis.prepare.contract.reach import MONTH
from analysis.pull.connectors.gp_patient_survey import BREAKS, QUESTIONS
from analysis.steps import Problem
from analysis.wording import measured

if TYPE_CHECKING:
    import pandas as pd

    from analysis.prepare.contract.raw_files import Raw

# Where single questions of the GP Patient Survey changed, and no new series begins.
CHANGES = {
    2021: "several questions of 2021 are not comparable with those of 2020; the survey's summary of changes names them"
}
MEND = (
    "keep the waves of one series, or leave the outcome out of the study; where the question did not change, write the "
    "years of its breaks, or [] for none, as `breaks` of the outcome in the study file"
)


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
    listed = ", ".join(f"{series} in {_span(row['min'], row['max'])}" for series, row in spans.iterrows())
    reasons = [f" ({year}: {each.reason})" for year, each in BREAKS.items() if each.series in spans.index[1:]]
    raise Problem(
        f"The question {name} compares {measured(measure)} between {first} and {last}, but the series breaks: "
        f"{listed}{''.join(reasons)}.",
        f"set `first` and `last` of questions.{name} within one series, or leave the question out of the study file",
    )


def break_faults(survey: "Raw", breaks: Mapping[str, Sequence[int] | None]) -> list[Fault]:
    """Items of a study's own survey whose waves lie on both sides of a break in their series.

    A difference-in-differences does not mend a break: practices answer to a new question or sample in different ways.

    Parameters
    ----------
    survey : Raw
        The survey table.
    breaks : mapping
        By item, the years in which the study says that a new series begins, or None where it does not say.
    """
    faults = []
    for item, given in breaks.items():
        month = survey.frame["wave"].str.fullmatch(MONTH)
        rows = survey.frame[month & (survey.frame["item"] == item)]
        years = survey_breaks(item, given)
        if between := crossed(rows["wave"], years):
            waves = f"run from {rows['wave'].min()} to {rows['wave'].max()}"
            named = "; ".join(f"in {year} ({years[year]})" for year in between)
            found = f"the waves of {shown(item)} {waves}, but its series breaks {named}"
            late = rows.index[rows["wave"].str[:4].astype(int) >= between[0]]
            faults.append(survey.fault("months", "wave", late, found, "waves of one series", MEND))
    return faults


def survey_breaks(item: str, given: Sequence[int] | None = None) -> dict[int, str]:
    """The years in which a new series of a survey item begins, each with the reason.

    Parameters
    ----------
    item : str
        The item; those of the GP Patient Survey have its breaks, others none.
    given : sequence of int, optional
        What the study says instead.
    """
    if given is not None:
        return dict.fromkeys(given, "as the study file says")
    if item not in QUESTIONS:
        return {}
    return CHANGES | {year: each.reason for year, each in BREAKS.items() if year > min(BREAKS)}


def crossed(waves: Iterable[str], breaks: Iterable[int]) -> list[int]:
    """The breaks that have waves both before them and from them on, in order."""
    years = [int(wave[:4]) for wave in waves]
    return sorted(each for each in breaks if years and min(years) < each <= max(years))


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"
