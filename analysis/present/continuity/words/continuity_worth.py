"""What is the change in continuity worth in admissions? What the template tells: bounds, and never a point."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from analysis.present.continuity.words.continuity_shared import Chapter
from analysis.present.templates.values import Ends, Row, Value

CORRECTED = "list_level_corrected_at_most"
# In the order in which they are told. What others found stands in place of our own estimates.
OURS = (CORRECTED, "patient_level_at_most", "any_sign")
# On a list level that was not corrected; told only where the corrected one could not be estimated.
UNCORRECTED = "list_level_at_most"
PUBLISHED = ("published_list_level_at_most", "published_patient_level_at_most")


@dataclass(frozen=True)
class Bound:
    """The bounds under one assumption, and how far chance may move them; events per 1,000 patients a year.

    What is counted is said with the first, as its label.
    """

    assumption: str
    estimates: Ends
    limits: Ends
    label: str = ""


@dataclass(frozen=True)
class Planted:
    """The truth of a simulation, and within how many assumptions' limits it lies."""

    text: str
    within: int
    assumptions: int

    @property
    def everywhere(self) -> bool:
        """Whether it lies within the limits of each."""
        return self.within == self.assumptions


@dataclass(frozen=True)
class Total:
    """The whole change in admissions, and the level before."""

    estimate: Value
    ends: Ends
    unclear: bool
    baseline: Value | None


@dataclass(frozen=True)
class Worth:
    """What the change in continuity is worth in admissions.

    Attributes
    ----------
    bounds : list of Bound
        As they are told one after the other; none where nothing was bounded.
    reason : str
        Why nothing was.
    label : str
        The outcome that it is worth.
    planted : Planted or None
    total : Total or None
    """

    bounds: list[Bound]
    reason: str
    label: str
    planted: Planted | None
    total: Total | None


def worth(chapter: Chapter) -> Worth | None:
    """What the change is worth; None where the plan does not ask."""
    if chapter.asked.mediation is None:
        return None
    outcome = _outcome(chapter)
    return Worth(
        bounds(chapter),
        chapter.why("mediation", outcome=outcome),
        _label(chapter),
        _planted(chapter),
        _total(chapter, outcome),
    )


def bounds(chapter: Chapter) -> list[Bound]:
    """The bounds in their order; what is counted is said with the first."""
    found = list(_bounds(chapter))
    return [replace(bound, label=_label(chapter)) for bound in found[:1]] + found[1:]


def _label(chapter: Chapter) -> str:
    outcome = _outcome(chapter)
    return chapter.labels.get(outcome, outcome.replace("_", " "))


def _outcome(chapter: Chapter) -> str:
    assert chapter.asked.mediation is not None
    return chapter.asked.mediation.outcome


def _bounds(chapter: Chapter) -> Iterator[Bound]:
    for assumption in (*OURS, UNCORRECTED, *PUBLISHED):
        low, high = _rows(chapter, assumption, "difference")
        if low and high and not (assumption == UNCORRECTED and _rows(chapter, CORRECTED, "difference")[0]):
            yield Bound(assumption, (low.estimate, high.estimate), (low.ci_low, high.ci_high))


def _rows(chapter: Chapter, assumption: str, scale: str) -> tuple[Row | None, Row | None]:
    where = {"outcome": _outcome(chapter), "specification": assumption, "scale": scale}
    low, high = (chapter.row("mediation", term=term, **where) for term in ("bound_low", "bound_high"))
    return (None, None) if low is None or high is None else (Row(chapter.context, low), Row(chapter.context, high))


def _planted(chapter: Chapter) -> Planted | None:
    truth, text = chapter.truth("mediated"), chapter.planted("mediated")
    limits = [(low.ci_low.number, high.ci_high.number) for low, high in _told(chapter)]
    if truth is None or not text or not limits:
        return None
    within = sum(low <= truth <= high for low, high in limits)
    return Planted(text, within, len(limits))


def _told(chapter: Chapter) -> Iterator[tuple[Row, Row]]:
    for low, high in (_rows(chapter, assumption, "ratio") for assumption in OURS):
        if low and high:
            yield low, high


def _total(chapter: Chapter, outcome: str) -> Total | None:
    found = chapter.row("mediation", outcome=outcome, term="total", scale="difference")
    if found is None:
        return None
    row = Row(chapter.context, found)
    clear = row.ci_low.number > 0 or row.ci_high.number < 0
    return Total(row.estimate, row.interval, not clear, row.baseline if row.baseline.number > 0 else None)
