"""How wrong an assumption would have to be to undo a finding: trends, confounders, and all choices at once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.answers import Question
from analysis.estimates import one, pick
from analysis.plan.sensitivity import ConfounderCheck
from analysis.present.assumptions.check import Check, CheckSource, extremes
from analysis.present.templates.values import Ends, Row, Value
from analysis.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd

# In which measure a violation of parallel trends is told, and the question that it answers.
TRENDS = {"relative_magnitudes": Question.DRIFT, "smoothness": Question.BEND}


@dataclass(frozen=True, kw_only=True)
class Trends(Check):
    """How far trends may have differed, in each of the measures that was worked out."""

    measures: "list[Trend]"
    sentence: str = "assumptions/trends"


@dataclass(frozen=True, kw_only=True)
class Trend(Check):
    """How far trends may have differed in one measure.

    Attributes
    ----------
    measure : str
        ``relative_magnitudes`` or ``smoothness``.
    told : str
        The phrase that tells it in the text.
    widest : Row or None
        The interval under the largest violation that was tried.
    violation : Value or None
        That violation.
    survives : Verdict
        What becomes of the finding.
    breakdown : Row or None
        The violation from which on it is gone.
    """

    measure: str
    told: str
    widest: Row | None
    violation: Value | None
    survives: Verdict
    breakdown: Row | None


def parallel_trends(source: CheckSource) -> Iterator[Check]:
    """How large a violation of parallel trends the finding survives, in each of the two measures."""
    measures = [trend for measure, question in TRENDS.items() if (trend := _trend(source, measure, question))]
    yield Trends(**source.common, measures=[each for each in measures if each.breakdown])
    yield from measures


def _trend(source: CheckSource, measure: str, question: Question) -> Trend | None:
    bounds = pick(source.rows, term=measure, scale="ratio")
    broken = one(source.rows, term="breakdown", horizon=measure)
    if bounds.empty and broken is None:
        return None
    widest = None if bounds.empty else max((row for _, row in bounds.iterrows()), key=lambda row: float(row["horizon"]))
    return Trend(
        **source.common,
        line=f"assumptions/lines/{measure}",
        measure=measure,
        told=f"assumptions/{measure}",
        widest=None if widest is None else source.row(widest),
        violation=None if widest is None else source.row(widest).number_in("horizon"),
        survives=source.verdict(question),
        breakdown=None if broken is None else source.row(broken),
    )


@dataclass(frozen=True, kw_only=True)
class Confounder(Check):
    """What a confounder that nobody observed would have to be like, to undo the estimate or its interval."""

    whole: Row | None
    edge: Row | None
    sentence: str = "assumptions/confounder"


@dataclass(frozen=True, kw_only=True)
class Tipping(Check):
    """By how much it would have to multiply the rate, in some share of pilot practices, to undo the interval."""

    share: Value
    row: Row
    line: str = "assumptions/lines/tipping"


def confounder(source: CheckSource) -> Iterator[Check]:
    """What a confounder that nobody observed would have to be like."""
    whole, edge = (one(source.rows, term="e_value", horizon=each) for each in ("estimate", "interval"))
    yield Confounder(
        **source.common,
        whole=None if whole is None else source.row(whole),
        edge=None if edge is None else source.row(edge),
        line="assumptions/lines/confounder" if whole is not None else "",
    )
    if source.finding.clear and isinstance(source.check, ConfounderCheck):
        yield from _tipping(source, source.check)


def _tipping(source: CheckSource, check: ConfounderCheck) -> Iterator[Tipping]:
    for share in dict.fromkeys(check.prevalence_pilot):
        row = one(source.rows, term="tipping", horizon=check.tipping_horizon(share, "interval"))
        if row is not None:
            tipping = source.row(row)
            yield Tipping(**source.common, row=tipping, share=replace(tipping.estimate, number=share))


@dataclass(frozen=True, kw_only=True)
class Points:
    """Some combinations of choices: how many, the lowest and the highest, and in how many a change is clear."""

    count: int
    number: Value
    lowest: Row
    highest: Row
    rises: int
    falls: int

    @property
    def ends(self) -> Ends:
        """The lowest and the highest estimate."""
        return self.lowest.estimate, self.highest.estimate

    @property
    def several(self) -> bool:
        """Whether there is more than one."""
        return self.count > 1

    @property
    def clear(self) -> bool:
        """Whether a change is clear in any of them."""
        return self.rises + self.falls > 0

    @property
    def all_rise(self) -> bool:
        """Whether a rise is clear in each."""
        return self.rises == self.count

    @property
    def all_fall(self) -> bool:
        """Whether a fall is clear in each."""
        return self.falls == self.count


@dataclass(frozen=True, kw_only=True)
class Curve(Check):
    """What every combination of the declared choices says.

    Attributes
    ----------
    whole, fewer : Points or None
        The combinations that rest on every site, and those that lose some and are not counted.
    judged : Points or None
        Those of the former that have an interval.
    below, fall, rise : Row or None
        The shares of the former that lie below no change, in which a fall is clear, and in which a rise is.
    choices : Verdict
        In how many the finding is clear.
    """

    whole: Points | None
    fewer: Points | None
    judged: Points | None
    below: Row | None
    fall: Row | None
    rise: Row | None
    choices: Verdict
    sentence: str = "assumptions/curve"


def curve(source: CheckSource) -> Iterator[Check]:
    """What every combination of the declared choices says."""
    yield curve_of(source)


def curve_of(source: CheckSource) -> Curve:
    """The same, of which a figure tells more."""
    whole, fewer = whole_points(source.rows)
    below, fall, rise = (one(source.rows, term=f"share_{side}") for side in ("below", "clear_below", "clear_above"))
    return Curve(
        **source.common,
        whole=_points(source, whole, "curve_count"),
        fewer=_points(source, fewer, "curve_fewer"),
        judged=_points(source, whole[whole["ci_low"].notna()], "curve_judged"),
        below=None if below is None else source.row(below),
        fall=None if fall is None else source.row(fall),
        rise=None if rise is None else source.row(rise),
        choices=source.verdict(Question.CHOICES),
        line="" if whole.empty and fewer.empty else "assumptions/lines/curve",
    )


def _points(source: CheckSource, rows: "pd.DataFrame", name: str) -> Points | None:
    if rows.empty:
        return None
    directions = [source.sources.verdicts.of_row(row) for _, row in rows.iterrows()]
    lowest, highest = (source.row(row) for row in extremes(rows))
    place = f"rows of estimates.csv: outcome={source.outcome}, specification={source.name}, term=curve"
    origin = replace(source.sources.context.origin(rows.iloc[0]), place=place) if source.cited else None
    return Points(
        count=len(rows),
        number=Value(len(rows), f"robustness.{source.outcome}.{source.name}.{name}", origin),
        lowest=lowest,
        highest=highest,
        rises=sum(each.rose for each in directions),
        falls=sum(each.fell for each in directions),
    )


def sites_of(rows: "pd.DataFrame") -> dict[str, tuple[float, float]]:
    """By combination of choices, the sites that tell it, and all sites; empty where nobody counted them."""
    counts = pick(rows, term="sites")
    return {row["horizon"]: (row["estimate"], row["n_units"]) for row in counts.to_dict("records")}


def whole_points(rows: "pd.DataFrame") -> "tuple[pd.DataFrame, pd.DataFrame]":
    """The combinations that rest on every site, and those that lose some."""
    counts, points = sites_of(rows), pick(rows, term="curve")
    lose = points["horizon"].map({key: sites < every for key, (sites, every) in counts.items()}).eq(True)
    return points[~lose], points[lose]
