"""Other designs of the same outcome: what becomes of the finding under each, and whether they agree."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.answers import About, Question, Reason
from analysis.assess.verdicts.checks import CheckRows, another
from analysis.assess.verdicts.judged import DID, Basis, judged
from analysis.assess.verdicts.rules import robustness
from analysis.estimates import one, pick
from analysis.plan.pilots import ActivityOutcome
from analysis.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd

# The design that follows some patients and not everybody registered, so that it answers another question.
OTHER_PEOPLE = "matched_cohort"


def design_verdicts(basis: Basis) -> Iterator[Verdict]:
    """Every other design of each outcome that has more than one, and all of them together."""
    for name, plan in basis.plan.outcomes.items():
        if not isinstance(plan, ActivityOutcome) or not set(plan.designs) - {DID, "event_study"}:
            continue
        primary, rows = basis.primary(name), other_designs(basis.estimates, name, plan)
        verdicts = []
        for key, row in rows.items():
            check = CheckRows(name, key, basis.estimates.iloc[:0], primary)
            own = [replace(each, about=About.DESIGN) for each in another(check, row=row)]
            verdicts += own[:1]
            yield from own
        reason = Reason.NOT_ESTIMATED if primary is None or not verdicts else None
        yield judged(
            [primary, *rows.values()], about=About.OUTCOME, subject=name, question=Question.DESIGNS,
            verdict=robustness.designs(each.verdict for each in verdicts), rule="designs", reason=reason,
        )  # fmt: skip


def other_designs(estimates: "pd.DataFrame", name: str, plan: ActivityOutcome) -> "dict[str, pd.Series[Any]]":
    """The effect as a ratio by every other design, by ``design/estimator``; designs of other people are left out."""
    rows = pick(
        estimates, outcome=name, term="effect", scale="ratio", specification="primary", horizon="after", subgroup="all"
    )
    rows = rows[rows["design"].isin(set(plan.designs) - {DID, OTHER_PEOPLE, "event_study"})]
    pairs = dict.fromkeys(zip(rows["design"], rows["estimator"], strict=True))
    effects = {pair: one(rows, design=pair[0], estimator=pair[1]) for pair in pairs}
    return {"/".join(pair): row for pair, row in effects.items() if row is not None}
