"""Judge every result by the plan, once: what text, tables, figures and the five tests read.

``python -m analysis.assess.verdicts.verdicts --help``
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated

from analysis.assess.calibration.narrow import read_tried
from analysis.assess.verdicts.benchmarks import benchmark_verdicts
from analysis.assess.verdicts.checks import check_verdicts
from analysis.assess.verdicts.continuity import continuity_verdicts
from analysis.assess.verdicts.costs import cost_verdicts
from analysis.assess.verdicts.designs import design_verdicts
from analysis.assess.verdicts.evidence import evidence_verdicts
from analysis.assess.verdicts.experiment import experiment_verdicts
from analysis.assess.verdicts.five_tests import reading_verdicts
from analysis.assess.verdicts.judged import Basis
from analysis.assess.verdicts.matched_cohort import cohort_verdicts
from analysis.assess.verdicts.outcomes import outcome_verdicts
from analysis.assess.verdicts.questions import question_verdicts
from analysis.assess.verdicts.rows import row_verdicts
from analysis.estimates import read_estimates
from analysis.plan.continuity import Continuity
from analysis.plan.experiment import Experiment
from analysis.plan.pilots import ActivityOutcome, ContactOutcome, SurveyOutcome
from analysis.plan.practices import Questions
from analysis.plan.sensitivity import Checks
from analysis.plan.tests import FiveTest
from analysis.steps import AsJson, Paths, command
from analysis.study import Synthesis
from analysis.tables import read_table
from analysis.verdicts import About, Verdict, write_verdicts

JUDGES = (
    outcome_verdicts, check_verdicts, design_verdicts, benchmark_verdicts, evidence_verdicts, reading_verdicts,
    question_verdicts, experiment_verdicts, cost_verdicts, cohort_verdicts, continuity_verdicts, row_verdicts,
)  # fmt: skip


def verdicts(
    *,
    estimates: Path,
    outcomes: dict[str, ActivityOutcome | SurveyOutcome | ContactOutcome],
    syntheses: dict[str, Synthesis],
    tests: dict[str, FiveTest],
    questions: Questions,
    study: str,
    plan_digest: str,
    out: Path,
    checks: Annotated[Checks | None, AsJson] = None,
    experiment: Annotated[Experiment | None, AsJson] = None,
    confidence: float = 0.95,
    calibration: Paths = (),
    benchmarks: Paths = (),
    cohort_benchmarks: Paths = (),
    balance: Paths = (),
    continuity: Annotated[Continuity | None, AsJson] = None,
    continuity_benchmarks: Paths = (),
) -> None:
    """Judge every result.

    Parameters
    ----------
    estimates : Path
        The table of estimates, as it may be told: no judgement tells what the table does not.
    outcomes, syntheses, tests, questions : dict
        The plans of what is judged, as JSON.
    study, plan_digest : str
        The study's name and the digest of its plan.
    out : Path
        The table of verdicts (CSV).
    checks : dict
        The checks by name, each with the outcomes that it checks, as JSON.
    experiment : Experiment
        The plan of the experiment, as JSON; none where the study has none.
    confidence : float
        What the intervals promise.
    calibration : tuple of Path
        What `make calibrate` wrote for the default study; none where it never ran.
    benchmarks, cohort_benchmarks, continuity_benchmarks : tuple of Path
        Truths and published values of the outcomes, of matched patients, and of what is asked of continuity; none
        where the study has none.
    continuity : Continuity
        What is asked of continuity, as JSON; none where the study asks nothing.
    balance : tuple of Path
        The balance of matched patients; none where the study has none.
    """
    import pandas as pd

    beside = {
        About.OUTCOME: benchmarks, About.DESIGN: cohort_benchmarks, About.CONTINUITY: continuity_benchmarks
    }  # fmt: skip
    basis = Basis(
        estimates=read_estimates(estimates),
        outcomes=outcomes,
        syntheses=syntheses,
        tests=tests,
        checks=checks or {},
        questions=questions,
        experiment=experiment,
        benchmarks={about: pd.read_csv(path) for about, paths in beside.items() for path in paths},
        tried=tuple(read_tried(path) for path in calibration),
        confidence=confidence,
        balance=tuple((table, lineage.simulated) for table, lineage in map(read_table, balance)),
        continuity=continuity,
    )
    write_verdicts(out, judge(basis), study, plan_digest)


def judge(basis: Basis) -> Iterator[Verdict]:
    """Every judgement, topic by topic."""
    return chain.from_iterable(judges(basis) for judges in JUDGES)


if __name__ == "__main__":
    command(verdicts)
