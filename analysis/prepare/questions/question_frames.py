"""Which practices can answer which question: one frame per kind of question, ready for its model."""

from typing import TYPE_CHECKING

from analysis.plan.practices import Gradient, Growth, Inequality, Trend, Value
from analysis.prepare.questions.practices import Frame, OpenPractices
from analysis.prepare.ranks import place_groups, ridit
from analysis.steps import Problem
from analysis.wording import measured

if TYPE_CHECKING:
    import pandas as pd


def gradient(practices: OpenPractices, question: Gradient) -> Frame:
    """By practice: `outcome`, `base`, `exposure`, and a column for each measure that is held constant."""
    outcome, count = question.outcome, question.family == "count"
    frame = _begun(practices, outcome, share=not count)
    if count:
        frame.keep(frame.rows["base"] > 0, f"without a base for {measured(outcome.measure)}")
    _add(practices, frame, "exposure", question.exposure)
    if question.log_exposure:
        frame.keep(frame.rows["exposure"] > 0, f"where {measured(question.exposure.measure)} is not above zero")
    for value in question.adjust:
        _add(practices, frame, adjusted_column(value), value)
    frame.finish(practices, outcome.year)
    return frame


def adjusted_column(value: Value) -> str:
    """The column of a measure that is held constant."""
    return f"{value.measure}_{value.year}"


def trend(practices: OpenPractices, question: Trend) -> Frame:
    """By practice and year: `outcome`, of the practices that have it in every year that the data hold."""
    import pandas as pd

    available = practices.years(question.outcome)
    years = [year for year in range(question.first, question.last + 1) if year in available]
    frame = _begun(practices, Value(measure=question.outcome, year=question.first), share=True)
    for year in sorted({*years, question.last} - {question.first}):
        _add(practices, frame, str(year), Value(measure=question.outcome, year=year))
    frame.finish(practices, question.first)
    wide = frame.rows.assign(**{str(question.first): frame.rows["outcome"] / 100})
    long = [wide[["cluster_id"]].assign(year=year, outcome=100 * wide[str(year)]) for year in years]
    frame.rows = pd.concat(long)
    return frame


def inequality(practices: OpenPractices, question: Inequality) -> Frame:
    """By practice: `outcome`, `list_size`, its place in the ranking (`ridit`) and its `group`."""
    frame = _begun(practices, question.outcome, share=True)
    _add(practices, frame, "by", question.by)
    frame.finish(practices, question.outcome.year)
    place = ridit(frame.rows["by"], frame.rows["list_size"])
    frame.rows = frame.rows.assign(ridit=place, group=place_groups(place, question.groups))
    return frame


def growth(practices: OpenPractices, question: Growth) -> Frame:
    """By practice: `change` of the outcome in points, `growth` of the log list, the biggest `jump` within one year."""
    import numpy as np

    first, last = question.first, question.last
    frame = _begun(practices, Value(measure=question.outcome, year=first), share=True)
    _add(practices, frame, "later", Value(measure=question.outcome, year=last))
    _add(practices, frame, "first_list", Value(measure="list_size", year=first))
    _add(practices, frame, "last_list", Value(measure="list_size", year=last))
    frame.finish(practices, first)
    rows = frame.rows
    frame.rows = rows.assign(
        change=100 * rows["later"] - rows["outcome"],
        growth=np.log(rows["last_list"] / rows["first_list"]),
        jump=biggest_jump(practices, first, last).reindex(rows.index),
    )
    return frame


def biggest_jump(practices: OpenPractices, first: int, last: int) -> "pd.Series[float]":
    """The largest growth of each practice's list within one year, as a share; missing where a year is missing."""
    import pandas as pd

    available = set(practices.years("list_size"))
    lists = [practices.of("list_size", year)["value"] for year in range(first, last + 1) if year in available]
    together = pd.concat(lists, axis=1)
    if together.shape[1] <= last - first:
        return pd.Series(float("nan"), index=together.index)
    return (together.T.pct_change(fill_method=None).iloc[1:].max(skipna=False)).rename("jump")


def _begun(practices: OpenPractices, outcome: Value, *, share: bool) -> Frame:
    rows = practices.of(outcome.measure, outcome.year)
    if share and not rows["value"].between(0, 1).all():
        raise Problem(
            f"The study takes {outcome.measure} as a share from 0 to 1, but in {outcome.year} it has the value "
            f"{rows['value'][~rows['value'].between(0, 1)].iloc[0]:g}.",
            "ask for another measure, or give a gradient `family: count` in the study file",
        )
    values = rows["value"] * (100 if share else 1)
    frame = Frame(rows.assign(outcome=values)[["outcome", "base"]], start=len(rows))
    frame.datasets = frozenset(rows["dataset"])
    return frame


def _add(practices: OpenPractices, frame: Frame, column: str, value: Value) -> None:
    rows = practices.of(value.measure, value.year)
    frame.add(column, rows["value"], f"without {measured(value.measure)} in {value.year}")
    frame.datasets |= frozenset(rows["dataset"])
