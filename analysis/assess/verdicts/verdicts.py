"""Judge every result by the plan, once: what text, tables, figures and the five tests read.

``python -m analysis.assess.verdicts.verdicts --help``
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.answers import About
from analysis.assess.calibration.narrow import read_tried
from analysis.assess.verdicts.benchmarks import benchmark_verdicts
from analysis.assess.verdicts.calibration import calibration_verdicts
from analysis.assess.verdicts.checks import check_verdicts
from analysis.assess.verdicts.continuity import continuity_verdicts
from analysis.assess.verdicts.costs import cost_verdicts
from analysis.assess.verdicts.designs import design_verdicts
from analysis.assess.verdicts.evidence import evidence_verdicts
from analysis.assess.verdicts.experiment import experiment_verdicts
from analysis.assess.verdicts.five_tests import reading_verdicts
from analysis.assess.verdicts.judged import Basis, JudgedPlan
from analysis.assess.verdicts.matched_cohort import cohort_verdicts
from analysis.assess.verdicts.outcomes import outcome_verdicts
from analysis.assess.verdicts.questions import question_verdicts
from analysis.assess.verdicts.rows import row_verdicts
from analysis.estimates import read_estimates
from analysis.steps import Paths, command, read_json
from analysis.tables import read_table
from analysis.verdicts import Verdict, write_verdicts

if TYPE_CHECKING:
    import pandas as pd

JUDGES = (
    outcome_verdicts, check_verdicts, design_verdicts, benchmark_verdicts, evidence_verdicts, reading_verdicts,
    question_verdicts, experiment_verdicts, cost_verdicts, cohort_verdicts, continuity_verdicts,
    calibration_verdicts, row_verdicts,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class JudgedFiles:
    """What is judged, and what stands beside it.

    Attributes
    ----------
    estimates : Path
        The table of estimates, as it may be told: no judgement tells what the table does not.
    tried : tuple of Path
        What `make calibrate` wrote for the default study; none where it never ran.
    worlds : tuple of Path
        What `make calibrate` wrote last for this study, table and record; none where it never ran.
    benchmarks, cohort_benchmarks, continuity_benchmarks : tuple of Path
        Truths and published values of the outcomes, of matched patients, and of what is asked of continuity; none
        where the study has none.
    arms : tuple of Path
        What others published of an experiment; none where the study has none.
    balance : tuple of Path
        The balance of matched patients; none where the study has none.
    """

    estimates: Path
    tried: Paths = ()
    worlds: Paths = ()
    benchmarks: Paths = ()
    cohort_benchmarks: Paths = ()
    continuity_benchmarks: Paths = ()
    arms: Paths = ()
    balance: Paths = ()


def verdicts(*, plan: JudgedPlan, files: JudgedFiles, study: str, plan_digest: str, out: Path) -> None:
    """Judge every result.

    Parameters
    ----------
    plan : JudgedPlan
        By what it is judged.
    files : JudgedFiles
        What is judged.
    study, plan_digest : str
        The study's name and the digest of its plan.
    out : Path
        The table of verdicts (CSV).
    """
    write_verdicts(out, judge(read_basis(plan, files)), study, plan_digest)


def read_basis(plan: JudgedPlan, files: JudgedFiles) -> Basis:
    """Read what is judged."""
    import pandas as pd

    beside = {
        About.OUTCOME: files.benchmarks,
        About.DESIGN: files.cohort_benchmarks,
        About.CONTINUITY: files.continuity_benchmarks,
        About.EXPERIMENT: files.arms,
    }
    return Basis(
        estimates=read_estimates(files.estimates),
        plan=plan,
        benchmarks={about: pd.read_csv(path) for about, paths in beside.items() for path in paths},
        tried=tuple(read_tried(path) for path in files.tried),
        worlds=tuple(_worlds(plan, files)),
        balance=tuple((table, lineage.simulated) for table, lineage in map(read_table, files.balance)),
    )


def _worlds(plan: JudgedPlan, files: JudgedFiles) -> "Iterator[pd.DataFrame]":
    """The calibration of this plan, if it is the last one."""
    for table, record in [files.worlds] if len(files.worlds) == 2 else []:
        if read_json(record)["digest"] == plan.calibration_digest:
            yield read_tried(table)


def judge(basis: Basis) -> Iterator[Verdict]:
    """Every judgement, topic by topic."""
    return chain.from_iterable(judges(basis) for judges in JUDGES)


if __name__ == "__main__":
    command(verdicts)
