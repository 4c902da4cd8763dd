"""How intervals and tests missed what they promise where the truth was known and trends were parallel."""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.answers import About, Question
from analysis.assess.calibration.worlds import BEFORE
from analysis.plan.calibration import Calibration
from analysis.verdicts import Verdict, Verdicts

# Of the phrases `calibrated_estimate`: the primary model, and the test of the periods before the start.
PRIMARY, JOINT = "difference_in_differences/poisson_fixed_effects", "pre_trend"


@dataclass(frozen=True)
class Place:
    """With how many sites, and in which kinds of world where it is not in all that were tried."""

    sites: list[str]
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """How an estimate missed its promise.

    Attributes
    ----------
    code : str
        Of the phrases `fault`: ``too_narrow``, ``effect_too_often`` …
    perhaps : bool
        Whether chance could show it in so many worlds (Wilson's interval).
    places : list of Place
        First what holds in all kinds of world.
    """

    code: str
    perhaps: bool
    places: list[Place]


@dataclass(frozen=True)
class Judged:
    """What was judged of an estimate in a kind of world, in words, with so many sites."""

    verdict: Verdict
    kind: str
    sites: int


@dataclass(frozen=True)
class Missed:
    """An estimate, by a code of the phrases `calibrated_estimate`, and its faults."""

    estimate: str
    faults: list[Fault]


def code(design: str, estimator: str, term: str, horizon: str) -> str:
    """The code of an estimate in the phrases `calibrated_estimate`."""
    if term in BEFORE:
        return term
    if term == "inference":
        linear = estimator == "linear_rate" and horizon != "wild_bootstrap"
        return f"inference/{horizon}{'/linear_rate' * linear}"
    return f"{design}/{estimator}"


def missed(verdicts: Verdicts, plan: Calibration) -> list[Missed]:
    """Each estimate that missed what it promises.

    Parameters
    ----------
    verdicts : Verdicts
        What was judged of each estimate, by kind of world and number of sites.
    plan : Calibration
        The scenarios.
    """
    judged: dict[str, list[Judged]] = {}
    for each in verdicts:
        if each.about == About.CALIBRATION and each.question in (Question.HELD, Question.ALARMS):
            scenario, sites = each.check.rsplit("/", 1)
            judged.setdefault(each.subject, []).append(Judged(each, plan.scenarios[scenario].label, int(sites)))
    estimates = {code(*subject.split("/")): list(_faults(subject, own)) for subject, own in judged.items()}
    return [Missed(name, faults) for name, faults in estimates.items() if faults]


def _faults(subject: str, judged: list[Judged]) -> Iterator[Fault]:
    seen = "difference" if subject.split("/")[2] in BEFORE else "effect"
    intervals, tests = (
        [each for each in judged if each.verdict.question == question] for question in (Question.HELD, Question.ALARMS)
    )
    for answer in ("too_narrow", "too_wide"):
        yield from _fault(answer, answer, intervals)
    for answer in ("too_often", "too_seldom"):
        yield from _fault(f"{seen}_{answer}", answer, tests)


def _fault(code: str, answer: str, judged: list[Judged]) -> Iterator[Fault]:
    sure = [each for each in judged if getattr(each.verdict, answer)]
    sites = {each.sites for each in sure}
    unsure = [each for each in judged if getattr(each.verdict, f"perhaps_{answer}") and each.sites not in sites]
    for missing, perhaps in ((sure, False), (unsure, True)):
        if missing:
            yield Fault(code, perhaps, _places(judged, missing))


def _places(judged: list[Judged], missing: list[Judged]) -> list[Place]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for number in sorted({each.sites for each in missing}, reverse=True):
        tried, kinds = ({each.kind for each in part if each.sites == number} for part in (judged, missing))
        groups.setdefault(() if kinds == tried else tuple(sorted(kinds)), []).append(str(number))
    return [Place(groups[kinds], kinds) for kinds in sorted(groups)]
