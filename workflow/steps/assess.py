"""assess: what may be told of protected persons is settled, results are judged, and the five tests are read."""

from collections.abc import Iterator
from pathlib import Path

from analysis.estimate.calibration.calibration_design import calibrated
from workflow.step import Below, Step
from workflow.study_data import StudyData, measures

ESTIMATES = "<disclosed>/estimates.csv"
VERDICTS = "<results>/assess/verdicts.csv"
BENCHMARKS = "<results>/prepare/benchmarks.csv"
COHORT_BENCHMARKS = "<results>/prepare/cohort_benchmarks.csv"
ARMS = "<results>/prepare/arms.csv"
CONTINUITY_BENCHMARKS = "<results>/prepare/continuity_benchmarks.csv"


def steps(data: StudyData) -> Iterator[Step]:
    """The steps of this stage."""
    yield disclose(data)
    yield verdicts(data)
    yield tests(data)


def tables(data: StudyData) -> list[str]:
    """Tables that count persons."""
    return [
        *(["prepare/quality", "prepare/balance"] if data.pilots else []),
        *(["estimate/matched_balance"] if data.cohort else []),
        *(["prepare/continuity_distribution", "prepare/fewest_contacts"] if data.continuity else []),
    ]


def facts(data: StudyData) -> list[str]:
    """Facts that count persons."""
    return [
        *(["estimate/matched"] if data.cohort else []),
        *(["prepare/contacts"] if data.continuity else []),
        *(f"prepare/{name}" for name in data.records),
    ]


def disclose(data: StudyData) -> Step:
    """The boundary: no step after this one reads what was counted of persons from anywhere but <disclosed>."""
    told = [f"{Path(name).name}.parquet" for name in tables(data)] + [f"{Path(name).name}.json" for name in facts(data)]
    return Step(
        "assess_disclose",
        "analysis.assess.disclosure.disclose",
        "Hiding small counts of persons and rounding the others",
        reads={
            "estimates": "<results>/estimate/estimates.csv",
            "unmade": "<results>/estimate/not_estimated.csv",
            "lineage": "<results>/estimate/lineage.json",
            "receipts": data.receipts,
            "panel": ["<results>/prepare/panel.parquet"] if data.pilots else [],
            "matched": ["<results>/estimate/matched.parquet"] if data.cohort else [],
            "tables": [f"<results>/{name}.parquet" for name in tables(data)],
            "facts": [f"<results>/{name}.json" for name in facts(data)],
        },
        plan={"measures": measures(data.study.activity()), "persons": [*data.study.contacts()]},
        writes={"out": Below("<disclosed>", ["estimates.csv", "not_estimated.csv", *told])},
    )


def plan_calibrated(data: StudyData) -> str:
    """What belongs to this plan's calibration; what `make calibrate` wrote for another plan does not."""
    return calibrated(data.study, data.register).digest() if data.study.calibration else "none"


def verdicts(data: StudyData) -> Step:
    """What every later step takes a result to say, of what may be told and nothing else."""
    study = data.study
    return Step(
        "assess_verdicts",
        "analysis.assess.verdicts.verdicts",
        "Judging what the results say",
        reads={
            "estimates": ESTIMATES,
            "tried": data.calibrated("default")[:1] if study.outcomes else [],
            "worlds": data.calibrated(study.name) if study.calibration else [],
            "benchmarks": [BENCHMARKS] if study.outcomes else [],
            "cohort_benchmarks": [COHORT_BENCHMARKS] if data.cohort else [],
            "balance": ["<disclosed>/matched_balance.parquet"] if data.cohort else [],
            "arms": [ARMS] if data.experiment else [],
            "continuity_benchmarks": [CONTINUITY_BENCHMARKS] if data.continuity else [],
        },
        plan={
            "study": study.name,
            "plan_digest": study.plan_digest(),
            "outcomes": study.outcomes,
            "syntheses": study.syntheses,
            "tests": study.tests,
            "questions": study.questions,
            "checks": data.checks,
            "confidence": study.inference.confidence,
            **({"experiment": study.experiment} if data.experiment else {}),
            **(
                {"calibration": study.calibration, "calibration_digest": plan_calibrated(data)}
                if study.calibration
                else {}
            ),
            **({"continuity": data.continuity} if data.continuity else {}),
        },
        writes={"out": VERDICTS},
    )


def tests(data: StudyData) -> Step:
    """The five tests."""
    study = data.study
    return Step(
        "assess_tests",
        "analysis.assess.five_tests.five_tests",
        "Reading the five tests",
        reads={"estimates": ESTIMATES, "verdicts": VERDICTS},
        plan={"tests": study.tests, "outcomes": study.outcomes, "syntheses": study.syntheses},
        writes={"out": "<results>/assess/tests.json"},
    )
