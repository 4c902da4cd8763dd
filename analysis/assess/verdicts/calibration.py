"""The last calibration of this plan: did intervals and tests keep their promise, could the primary test notice."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analysis.answers import UNKNOWN, About, Question, Reason
from analysis.assess.calibration.worlds import BEFORE, judged_worlds, powered_worlds
from analysis.assess.verdicts.judged import Basis, judged
from analysis.assess.verdicts.rules import robustness
from analysis.assess.verdicts.rules.calibration import Share, alarms, held
from analysis.plan.calibration import Calibration
from analysis.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd

# What tells estimates apart in the table of a calibration.
ESTIMATE = ("design", "estimator", "term", "horizon")


def calibration_verdicts(basis: Basis) -> Iterator[Verdict]:
    """Every estimate in every kind of world that counts, by number of sites; nothing where this plan has none."""
    plan = basis.plan.calibration
    for worlds in basis.worlds if plan is not None else ():
        assert plan is not None
        for row in judged_worlds(worlds, plan).to_dict("records"):
            yield _promise(row, Question.HELD, held(_share(row, "coverage"), basis.plan.confidence), "held")
            if row["term"] in BEFORE or row["effect"] == 1:
                yield _promise(row, Question.ALARMS, alarms(_share(row, "rejection"), basis.plan.confidence), "alarms")
        yield from _power(basis, plan, worlds)


def _promise(row: dict[Any, Any], question: Question, verdict: str, rule: str) -> Verdict:
    return Verdict(
        about=About.CALIBRATION,
        subject="/".join(str(row[name]) for name in ESTIMATE),
        check=f"{row['scenario']}/{row['sites']}",
        question=question,
        verdict=verdict,
        rule=rule,
        reason=Reason.NO_INTERVAL if verdict == UNKNOWN else "",
        simulated=True,
    )


def _share(row: dict[Any, Any], name: str) -> Share:
    return float(row[name]), float(row[f"{name}_low"]), float(row[f"{name}_high"])


def _power(basis: Basis, plan: Calibration, worlds: "pd.DataFrame") -> Iterator[Verdict]:
    row = basis.primary(plan.outcome)
    if row is None or (rows := powered_worlds(worlds, plan, row)).empty:
        return
    verdict = robustness.power(float(rows["rejection"].min()))
    yield judged(
        [row], about=About.CALIBRATION, subject=plan.outcome, question=Question.POWER, verdict=verdict, rule="power"
    )  # fmt: skip
