"""What is judged and by which plan, and how a judgement is put down with the rows that it rests on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any

from analysis.answers import UNKNOWN, About, Question, Reason
from analysis.assess.verdicts.rules import changes
from analysis.estimates import verdict_row
from analysis.plan.calibration import Calibration
from analysis.plan.continuity import Continuity
from analysis.plan.experiment import Experiment
from analysis.plan.pilots import ActivityOutcome, ContactOutcome, SurveyOutcome
from analysis.plan.practices import Questions
from analysis.plan.sensitivity import Checks
from analysis.plan.tests import FiveTest
from analysis.steps import AsJson
from analysis.study import Synthesis
from analysis.verdicts import MISSING, Verdict, key_of
from analysis.wording import changed

if TYPE_CHECKING:
    import pandas as pd

Outcomes = dict[str, ActivityOutcome | SurveyOutcome | ContactOutcome]
DID = "difference_in_differences"
NOTHING = (MISSING, MISSING)


@dataclass(frozen=True, kw_only=True)
class JudgedPlan:
    """The parts of the plan by which results are judged.

    Attributes
    ----------
    outcomes, syntheses, tests, questions : dict
        Their plans by name; empty where the study has none.
    checks : dict
        The checks by name, each with the outcomes that it checks.
    experiment : Experiment
        The plan of the experiment; none where the study has none.
    continuity : Continuity
        What is asked of continuity of care; none where the study asks nothing.
    confidence : float
        What the intervals promise.
    calibration : Calibration
        The kinds of world; none where the plan asks for no calibration.
    calibration_digest : str
        The digest of what the plan wants calibrated; a calibration with another one is not judged.
    """

    outcomes: Outcomes = field(default_factory=dict)
    syntheses: dict[str, Synthesis] = field(default_factory=dict)
    tests: dict[str, FiveTest] = field(default_factory=dict)
    questions: Questions = field(default_factory=dict)
    checks: Annotated[Checks, AsJson] = field(default_factory=dict)
    experiment: Annotated[Experiment | None, AsJson] = None
    continuity: Annotated[Continuity | None, AsJson] = None
    confidence: float = 0.95
    calibration: Annotated[Calibration | None, AsJson] = None
    calibration_digest: str = ""


@dataclass(frozen=True, kw_only=True)
class Basis:
    """The results as they may be told, the plan by which they are judged, and what stands beside them.

    Attributes
    ----------
    estimates : DataFrame
        The table of estimates.
    plan : JudgedPlan
        The parts of the plan by which they are judged.
    benchmarks : dict
        By what they stand beside (``outcome``; ``design`` for matched patients), truths and published values; of an
        ``experiment`` what others published of its arms.
    tried : tuple of DataFrame
        What `make calibrate` wrote for the default study; none where it never ran.
    worlds : tuple of DataFrame
        What `make calibrate` wrote last for this plan; none where it never ran, or ran for another plan.
    balance : tuple
        Of matched patients, their balance and whether it is of simulated ones; none where the study has none.
    """

    estimates: "pd.DataFrame"
    plan: JudgedPlan
    benchmarks: "Mapping[About, pd.DataFrame]" = field(default_factory=dict)
    tried: "tuple[pd.DataFrame, ...]" = ()
    worlds: "tuple[pd.DataFrame, ...]" = ()
    balance: "tuple[tuple[pd.DataFrame, bool], ...]" = ()

    def primary(self, outcome: str) -> "pd.Series[Any] | None":
        """The row by which an outcome is read; None where it was not estimated."""
        return verdict_row(self.estimates, outcome, DID)


def interval(row: "pd.Series[Any] | None") -> tuple[float, float]:
    """A row's interval in per cent or in its own unit, in which 0 is no change; missing where it has none."""
    if row is None:
        return NOTHING
    change = changed(row)
    return change.low, change.high


def value_of(row: "pd.Series[Any] | None", column: str = "estimate") -> float:
    """A number of a row; missing where there is none."""
    return MISSING if row is None else float(row[column])


def direction_verdict(row: "pd.Series[Any] | None", *, about: About, subject: str, check: str = "") -> Verdict:
    """Whether the change in a row is clear, and which way."""
    verdict = changes.direction(*interval(row))
    return judged(
        [row], about=about, subject=subject, check=check, question=Question.DIRECTION, verdict=verdict, rule="direction"
    )  # fmt: skip


def from_others(verdict: Verdict, others: Iterable[Verdict]) -> Verdict:
    """A judgement that follows from others, with the rows that they rest on."""
    parts = list(others)
    return replace(
        verdict,
        estimates=tuple(dict.fromkeys(key for each in parts for key in each.estimates)),
        simulated=any(each.simulated for each in parts),
        data_digest=" ".join(sorted({part for each in parts for part in each.data_digest.split()})),
    )


def judged(
    rows: "Iterable[pd.Series[Any] | None]",
    *,
    about: About,
    subject: str,
    question: Question,
    verdict: str,
    rule: str,
    check: str = "",
    margin: float = MISSING,
    reason: Reason | None = None,
) -> Verdict:
    """A judgement with the keys of its rows and what follows from them: simulated or not, the data, why it is unknown.

    Parameters
    ----------
    rows : iterable of Series or None
        The rows that it rests on; None stands for one that was not estimated.
    about, subject, question, verdict, rule, check, margin
        As in :class:`analysis.verdicts.Verdict`.
    reason : Reason, optional
        Why it is unknown, where the rows do not say so by themselves.
    """
    every = list(rows)
    estimated = [row for row in every if row is not None]
    return Verdict(
        about=about,
        subject=subject,
        check=check,
        question=question,
        verdict=verdict,
        margin=margin,
        rule=rule,
        estimates=tuple(key_of(row) for row in estimated),
        reason=(reason or _reason(every)) if verdict == UNKNOWN else "",
        simulated=any(bool(row["simulated"]) for row in estimated),
        data_digest=" ".join(sorted({str(row["data_digest"]) for row in estimated})),
    )


def _reason(rows: "list[pd.Series[Any] | None]") -> Reason:
    estimated = [row for row in rows if row is not None]
    if not estimated or len(estimated) < len(rows):
        return Reason.NOT_ESTIMATED
    return Reason.TOO_FEW_CLUSTERS if any(changed(row).few for row in estimated) else Reason.NO_INTERVAL
