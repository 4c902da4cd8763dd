"""The chapter on continuity: is its change more than one of how often patients came, whom did it reach, and others."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.answers import UNKNOWN, About, Question, Reason
from analysis.assess.verdicts.benchmarks import benchmark_row, beside_verdicts
from analysis.assess.verdicts.judged import DID, Basis, interval, judged, value_of
from analysis.assess.verdicts.outcomes import before_verdicts
from analysis.assess.verdicts.rules import changes, robustness
from analysis.estimates import one
from analysis.plan.continuity import Continuity
from analysis.plan.pilots import ContactOutcome
from analysis.verdicts import Verdict
from analysis.wording import changed

if TYPE_CHECKING:
    import pandas as pd

ASSOCIATION = "admissions_by_continuity"
# By index, the truth that a simulation tells of its mean.
OF_INDEX = {"upc": "usual_provider", "slicc": "registered_gp"}
# The assumptions under which a truth is looked for; what others found says nothing of a simulation.
BOUNDED = ("list_level_corrected_at_most", "patient_level_at_most", "any_sign")


def continuity_verdicts(basis: Basis) -> Iterator[Verdict]:
    """Every judgement of what the plan asks of continuity; none where it asks nothing."""
    plan = basis.plan.continuity
    if plan is None:
        return
    yield from before_verdicts(basis, plan.outcome)
    yield _composition(basis, plan)
    for by in plan.gaps.by if plan.gaps else ():
        yield _gap(basis, plan, by)
    for exposure in plan.size.exposures if plan.size else ():
        yield _straight(basis, plan, exposure)
    for beside in (basis.benchmarks[About.CONTINUITY],) if About.CONTINUITY in basis.benchmarks else ():
        yield from _beside(basis, plan, beside[beside["value"].notna()])


def _composition(basis: Basis, plan: Continuity) -> Verdict:
    """What becomes of the change among patients with as many contacts as before."""
    rows = [basis.primary(plan.outcome), _effect(basis, plan.outcome, "same_contacts")]
    verdict = robustness.survives(*(interval(row) for row in rows))
    return judged(
        rows, about=About.CONTINUITY, subject=plan.outcome, check="same_contacts", question=Question.SURVIVES,
        verdict=verdict, rule="survives",
    )  # fmt: skip


def _gap(basis: Basis, plan: Continuity, by: str) -> Verdict:
    """What the pilots made of the gap between the two ends of a ranking."""
    labels = {"outcome": plan.outcome, "scale": "points"}
    rows = [
        one(basis.estimates, design="continuity_gaps", specification=by, term="slope_index", **labels),
        one(basis.estimates, design=DID, specification=f"gap_{by}", term="gap_change", **labels),
    ]
    gaps = [(interval(row), float("nan") if row is None else changed(row).estimate) for row in rows]
    verdict = changes.gap(*gaps)
    estimated = all(row is not None and changes.direction(*interval(row)) != UNKNOWN for row in rows)
    return judged(
        rows, about=About.CONTINUITY, subject=plan.outcome, check=by, question=Question.GAP, verdict=verdict,
        rule="gap", reason=Reason.NO_FINDING if estimated else None,
    )  # fmt: skip


def _straight(basis: Basis, plan: Continuity, exposure: str) -> Verdict:
    """Whether the relation with size is more than a straight line."""
    row = one(
        basis.estimates, outcome=plan.outcome, design="practice_size", specification="spline", subgroup=exposure,
        term="nonlinearity",
    )  # fmt: skip
    verdict = changes.straight(value_of(row, "p_value"), basis.plan.confidence)
    return judged(
        [row], about=About.CONTINUITY, subject=plan.outcome, check=exposure, question=Question.STRAIGHT,
        verdict=verdict, rule="straight",
    )  # fmt: skip


def _beside(basis: Basis, plan: Continuity, beside: "pd.DataFrame") -> Iterator[Verdict]:
    """Whether intervals hold what was planted and what was published."""
    for result in dict.fromkeys(beside["outcome"]):
        if result == "mediated":
            yield from _mediated(basis, plan, beside)
        else:
            yield from beside_verdicts(_result(basis, plan, result), About.CONTINUITY, result, beside)


def _result(basis: Basis, plan: Continuity, result: str) -> "pd.Series[Any] | None":
    """The row that a result is about; None where there is none, as of what stands beside no estimate of ours."""
    outcome = basis.plan.outcomes[plan.outcome]
    if isinstance(outcome, ContactOutcome) and result == OF_INDEX.get(outcome.index):
        return basis.primary(plan.outcome)
    associated = {"outcome": ASSOCIATION, "design": "continuity_admissions", "term": "per_step", "scale": "ratio"}
    sized = {"outcome": plan.outcome, "design": "practice_size", "term": "per_doubling", "subgroup": "list_size"}
    grown = {"outcome": plan.outcome, "design": "practice_growth"}
    places = {
        "patient_level": associated | {"specification": "patient_level"},
        "list_level": associated | {"specification": "list_level"},
        "size": sized | {"specification": "adjusted"},
        "growth": grown | {"specification": "primary", "term": "per_tenth"},
        "merger": grown | {"term": "jump"},
    }
    return one(basis.estimates, **places[result]) if result in places else None


def _mediated(basis: Basis, plan: Continuity, beside: "pd.DataFrame") -> Iterator[Verdict]:
    """Whether what was planted lies within the bounds under each assumption, as far as chance may move them."""
    truth = benchmark_row(beside, "mediated", "truth")
    if plan.mediation is None or truth is None:
        return
    for assumption in BOUNDED:
        rows = [
            one(
                basis.estimates, outcome=plan.mediation.outcome, design="mediation", specification=assumption,
                term=term, scale="ratio",
            )
            for term in ("bound_low", "bound_high")
        ]  # fmt: skip
        low, high = (interval(row) for row in rows)
        yield judged(
            rows, about=About.CONTINUITY, subject="mediated", check=assumption, question=Question.TRUTH,
            verdict=changes.holds((low[0], high[1]), 100 * (float(truth["value"]) - 1)), rule="holds",
        )  # fmt: skip


def _effect(basis: Basis, outcome: str, specification: str) -> "pd.Series[Any] | None":
    return one(
        basis.estimates, outcome=outcome, design=DID, specification=specification, term="effect", subgroup="all",
        scale="points",
    )  # fmt: skip
