"""What the published evaluations say together."""

from collections.abc import Iterator

from analysis.answers import About, Question, Reason
from analysis.assess.verdicts.judged import Basis, judged, value_of
from analysis.assess.verdicts.outcomes import size_verdicts
from analysis.assess.verdicts.rules import readings
from analysis.estimates import one, pick, verdict_row
from analysis.verdicts import Verdict


def evidence_verdicts(basis: Basis) -> Iterator[Verdict]:
    """Every synthesis: whether its pooled change is clear and matters, and whether estimates differ beyond chance."""
    for name, plan in basis.plan.syntheses.items():
        row = verdict_row(basis.estimates, name, "synthesis")
        yield from size_verdicts(row, About.SYNTHESIS, name, plan.good_direction, plan.smallest_change)
        rows = pick(basis.estimates, outcome=name, design="synthesis", term="study", specification="in_synthesis")
        share = one(basis.estimates, outcome=name, design="synthesis", term="i2")
        verdict = readings.spread(value_of(share), len(rows))
        yield judged(
            [share], about=About.SYNTHESIS, subject=name, question=Question.SPREAD, verdict=verdict, rule="spread",
            reason=Reason.NOT_ESTIMATED if share is None else Reason.TOO_FEW_STUDIES,
        )  # fmt: skip
