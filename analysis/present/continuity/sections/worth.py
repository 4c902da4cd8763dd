"""What the change in continuity is worth in admissions: bounds, and never a point."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from analysis.answers import About
from analysis.present.continuity.sections.rows import Rows
from analysis.present.templates.findings import Finding
from analysis.present.templates.reasons import Reasoned
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

    What is counted is said with the first, as its label. Without uncertainty to move them there are no limits.
    """

    assumption: str
    estimates: Ends
    limits: Ends | None
    label: str = ""


@dataclass(frozen=True)
class Planted:
    """The truth of a simulation, and within how many assumptions' limits it lies."""

    truth: Value
    within: int
    assumptions: int

    @property
    def everywhere(self) -> bool:
        """Whether it lies within the limits of each."""
        return self.within == self.assumptions


@dataclass(frozen=True)
class Worth:
    """What the change in continuity is worth in admissions.

    Attributes
    ----------
    bounds : list of Bound
        As they are told one after the other; none where nothing was bounded.
    reason : Reasoned or None
        Why nothing was.
    label : str
        The outcome that it is worth.
    planted : Planted or None
    total : Finding or None
        The whole change in admissions.
    baseline : Value or None
        How many there were before; None where there were none.
    """

    bounds: list[Bound]
    reason: Reasoned | None
    label: str
    planted: Planted | None
    total: Finding | None
    baseline: Value | None

    @property
    def first(self) -> Bound | None:
        """The bounds that are told first."""
        return self.bounds[0] if self.bounds else None


def worth(rows: Rows) -> Worth | None:
    """What the change is worth; None where the plan does not ask."""
    if rows.plan.mediation is None:
        return None
    outcome = rows.plan.mediation.outcome
    total = rows.finding("mediation", outcome=outcome, term="total", scale="difference")
    before = None if total is None else total.row.baseline
    return Worth(
        bounds=bounds(rows, outcome),
        reason=rows.why("mediation", outcome=outcome),
        label=_label(rows, outcome),
        planted=_planted(rows),
        total=total,
        baseline=before if before is not None and before.number > 0 else None,
    )


def bounds(rows: Rows, outcome: str) -> list[Bound]:
    """The bounds in their order; what is counted is said with the first."""
    bounded = list(_bounds(rows, outcome))
    return [replace(bound, label=_label(rows, outcome)) for bound in bounded[:1]] + bounded[1:]


def _label(rows: Rows, outcome: str) -> str:
    named = rows.sources.plan.outcomes.get(outcome)
    return named.label if named else outcome.replace("_", " ")


def _bounds(rows: Rows, outcome: str) -> Iterator[Bound]:
    for assumption in (*OURS, UNCORRECTED, *PUBLISHED):
        low, high = _ends(rows, outcome, assumption)
        if low and high and not (assumption == UNCORRECTED and _ends(rows, outcome, CORRECTED)[0]):
            limits = (low.ci_low, high.ci_high) if low.ci_low and high.ci_high else None
            yield Bound(assumption, (low.estimate, high.estimate), limits)


def _ends(rows: Rows, outcome: str, assumption: str) -> tuple[Row | None, Row | None]:
    where = {"outcome": outcome, "specification": assumption, "scale": "difference"}
    low, high = (rows.row("mediation", term=term, **where) for term in ("bound_low", "bound_high"))
    return (low, high) if low and high else (None, None)


def _planted(rows: Rows) -> Planted | None:
    truth = rows.truth("mediated")
    truths = [each for each in rows.sources.verdicts.each("mediated", "truth", About.CONTINUITY) if each.known]
    if truth is None or not truths:
        return None
    return Planted(truth, sum(each.holds for each in truths), len(truths))
