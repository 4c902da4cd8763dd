"""Whether a claim holds, is weakened or fails, and why: a pure reading of verdicts and facts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analysis.assess.claims.register import Claim, Condition
from analysis.verdicts import Verdict, Verdicts

STANDINGS = ("fails", "weakened", "holds")
# How sure a transcription has to be for a claim to rest on it.
FACTS = frozenset({"F", "F-2nd", "F-code", "C"})


@dataclass(frozen=True, kw_only=True)
class Ground:
    """One thing that a claim rests on, and how it stands.

    Attributes
    ----------
    rests_on : str
        A judgement's subject, question and check, or a fact's id.
    standing : str
        ``holds``, ``weakened`` or ``fails``.
    reason : str
        Why: ``as_written``, ``another_answer``, ``weaker_answer``, ``gone``, ``simulated`` or ``no_fact``.
    answer : str
        The judgement's answer, or how sure the transcription of the fact is; empty where it is gone.
    """

    rests_on: str
    standing: str
    reason: str
    answer: str = ""


@dataclass(frozen=True)
class Standing:
    """How a claim stands, and each of its grounds."""

    claim: str
    standing: str
    grounds: tuple[Ground, ...]


def standing(name: str, claim: Claim, verdicts: Verdicts, facts: Mapping[str, str]) -> Standing:
    """How a claim stands: as its weakest ground.

    Parameters
    ----------
    name : str
        The claim's name in the register.
    claim : Claim
        The claim.
    verdicts : Verdicts
        All judgements of the study.
    facts : mapping
        By id of each published fact and estimate, how sure its transcription is.
    """
    grounds = (*_judged(claim, verdicts), *_facts(claim, facts))
    return Standing(name, min((each.standing for each in grounds), key=STANDINGS.index), grounds)


def _judged(claim: Claim, verdicts: Verdicts) -> Iterator[Ground]:
    for each in claim.conditions:
        rests_on = ", ".join(part for part in (each.subject, each.question, each.check) if part)
        rows = [row for row in verdicts.each(each.subject, each.question, each.about) if row.check == each.check]
        if len(rows) != 1:
            yield Ground(rests_on=rests_on, standing="fails", reason="gone")
        else:
            yield _answered(rests_on, each, rows[0])


def _answered(rests_on: str, condition: Condition, verdict: Verdict) -> Ground:
    """No claim about the world rests on a simulated row, whatever the answer."""
    if verdict.simulated:
        how = ("fails", "simulated")
    elif verdict.verdict in condition.holds:
        how = ("holds", "as_written")
    elif verdict.verdict in condition.weakened:
        how = ("weakened", "weaker_answer")
    else:
        how = ("fails", "another_answer")
    return Ground(rests_on=rests_on, standing=how[0], reason=how[1], answer=verdict.verdict)


def _facts(claim: Claim, facts: Mapping[str, str]) -> Iterator[Ground]:
    for name in claim.facts:
        certainty = facts.get(name)
        if certainty is None:
            yield Ground(rests_on=name, standing="fails", reason="gone")
        elif certainty not in FACTS:
            yield Ground(rests_on=name, standing="fails", reason="no_fact", answer=certainty)
        else:
            yield Ground(rests_on=name, standing="holds", reason="as_written", answer=certainty)
