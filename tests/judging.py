"""Judgements of tables that tests make by hand, by the same functions as the step."""

from pathlib import Path
from typing import Any

import pandas as pd

from analysis.assess.verdicts.judged import Basis, JudgedPlan
from analysis.assess.verdicts.verdicts import judge
from analysis.estimates import read_estimates
from analysis.study import Study
from analysis.verdicts import Verdicts, write_verdicts


def judged(table: pd.DataFrame, study: Study | None = None, **parts: Any) -> Verdicts:
    """The verdicts on a table, by the plan of a study or by the parts given."""
    beside = {name: parts.pop(name) for name in ("benchmarks", "tried", "worlds", "balance") if name in parts}
    plan = JudgedPlan(**(plans(study) if study else {}) | parts)
    return Verdicts(judge(Basis(estimates=table, plan=plan, **beside)))


def plans(study: Study) -> dict[str, Any]:
    """The parts of a study that are judged by."""
    return {
        "outcomes": study.outcomes, "syntheses": study.syntheses, "tests": study.tests, "questions": study.questions,
        "checks": study.checks(*{each.kind for each in study.sensitivity.values()}), "experiment": study.experiment,
    }  # fmt: skip


def write_judged(estimates: Path, study: Study, out: Path, **parts: Any) -> Path:
    """The table of verdicts on a table of estimates, beside which it stands."""
    write_verdicts(out, judged(read_estimates(estimates), study, **parts), study.name, study.plan_digest())
    return out
