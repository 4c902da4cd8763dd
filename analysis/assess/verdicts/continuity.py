"""The chapter on continuity: is its change more than one of how often patients came, whom did it reach, and others."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.answers import UNKNOWN, About, Question, Reason
from analysis.assess.verdicts.benchmarks import benchmark, beside_verdicts
from analysis.assess.verdicts.judged import DID, Basis, interval, judged
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
    asked = basis.plan.continuity
    if asked is None:
        return
    yield from before_verdicts(basis, asked.outcome)
    yield _composition(basis, asked)
    for by in asked.gaps.by if asked.gaps else ():
        yield _gap(basis, asked, by)
    for exposure in asked.size.exposures if asked.size else ():
        yield _straight(basis, asked, exposure)
    for beside in (basis.benchmarks[About.CONTINUITY],) if About.CONTINUITY in basis.benchmarks else ():
        yield from _beside(basis, asked, beside[beside["value"].notna()])


def _composition(basis: Basis, asked: Continuity) -> Verdict:
    """What becomes of the change among patients with as many contacts as before."""
    rows = [basis.primary(asked.outcome), _effect(basis, asked.outcome, "same_contacts")]
    verdict = robustness.survives(*(interval(row) for row in rows))
    return judged(
        rows, about=About.CONTINUITY, subject=asked.outcome, check="same_contacts", question=Question.SURVIVES,
        verdict=verdict, rule="survives",
    )  # fmt: skip


def _gap(basis: Basis, asked: Continuity, by: str) -> Verdict:
    """What the pilots made of the gap between the two ends of a ranking."""
    found = {"outcome": asked.outcome, "scale": "points"}
    rows = [
        one(basis.estimates, design="continuity_gaps", specification=by, term="slope_index", **found),
        one(basis.estimates, design=DID, specification=f"gap_{by}", term="gap_change", **found),
    ]
    told = [(interval(row), float("nan") if row is None else changed(row).estimate) for row in rows]
    verdict = changes.gap(*told)
    known = all(row is not None and changes.direction(*interval(row)) != UNKNOWN for row in rows)
    return judged(
        rows, about=About.CONTINUITY, subject=asked.outcome, check=by, question=Question.GAP, verdict=verdict,
        rule="gap", reason=Reason.NO_FINDING if known else None,
    )  # fmt: skip


def _straight(basis: Basis, asked: Continuity, exposure: str) -> Verdict:
    """Whether the relation with size is more than a straight line."""
    row = one(
        basis.estimates, outcome=asked.outcome, design="practice_size", specification="spline", subgroup=exposure,
        term="nonlinearity",
    )  # fmt: skip
    verdict = UNKNOWN if row is None else changes.straight(float(row["p_value"]), basis.plan.confidence)
    return judged(
        [row], about=About.CONTINUITY, subject=asked.outcome, check=exposure, question=Question.STRAIGHT,
        verdict=verdict, rule="straight",
    )  # fmt: skip


def _beside(basis: Basis, asked: Continuity, beside: "pd.DataFrame") -> Iterator[Verdict]:
    """Whether intervals hold what was planted and what was published."""
    for result in dict.fromkeys(beside["outcome"]):
        if result == "mediated":
            yield from _mediated(basis, asked, beside)
        else:
            yield from beside_verdicts(_result(basis, asked, result), About.CONTINUITY, result, beside)


def _result(basis: Basis, asked: Continuity, result: str) -> "pd.Series[Any] | None":
    """The row that a result is about; None where there is none, as of what stands beside no estimate of ours."""
    outcome = basis.plan.outcomes[asked.outcome]
    if isinstance(outcome, ContactOutcome) and result == OF_INDEX.get(outcome.index):
        return basis.primary(asked.outcome)
    associated = {"outcome": ASSOCIATION, "design": "continuity_admissions", "term": "per_step", "scale": "ratio"}
    sized = {"outcome": asked.outcome, "design": "practice_size", "term": "per_doubling", "subgroup": "list_size"}
    grown = {"outcome": asked.outcome, "design": "practice_growth"}
    places = {
        "patient_level": associated | {"specification": "patient_level"},
        "list_level": associated | {"specification": "list_level"},
        "size": sized | {"specification": "adjusted"},
        "growth": grown | {"specification": "primary", "term": "per_tenth"},
        "merger": grown | {"term": "jump"},
    }
    return one(basis.estimates, **places[result]) if result in places else None


def _mediated(basis: Basis, asked: Continuity, beside: "pd.DataFrame") -> Iterator[Verdict]:
    """Whether what was planted lies within the bounds under each assumption, as far as chance may move them."""
    truth = benchmark(beside, "mediated", "truth")
    if asked.mediation is None or truth is None:
        return
    for assumption in BOUNDED:
        rows = [
            one(
                basis.estimates, outcome=asked.mediation.outcome, design="mediation", specification=assumption,
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
