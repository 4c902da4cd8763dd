"""present: figures, tables and numbers for the paper. Nothing here estimates anything."""

from collections.abc import Iterator

from analysis.plan.continuity import Continuity
from analysis.plan.pilots import AnyOutcome
from analysis.present.continuity.continuity import FIGURES as CONTINUITY_FIGURES
from analysis.present.continuity.continuity import TABLES as CONTINUITY_TABLES
from analysis.present.designs.design_rows import compared
from analysis.present.robustness.robustness import curves
from workflow.phrases import phrases
from workflow.step import Step
from workflow.steps import present_words
from workflow.steps.assess import ARMS, BENCHMARKS, COHORT_BENCHMARKS, CONTINUITY_BENCHMARKS, ESTIMATES, VERDICTS
from workflow.steps.shown import (
    EVIDENCE,
    READINGS,
    STAGE,
    STATES,
    figures,
    slugs,
    tables_named,
)
from workflow.study_data import StudyData


def steps(data: StudyData) -> Iterator[Step]:
    """The steps of this stage."""
    study = data.study
    if study.tests:
        yield tests()
    if study.syntheses:
        yield evidence(data)
    if study.outcomes:
        yield outcomes(data)
    if data.cohort:
        yield matched_cohort(data)
    if several_designs(data):
        yield designs(data)
    if curves(data.checks):
        yield robustness(data)
    if data.continuity:
        yield continuity(data, data.continuity)
    if data.experiment:
        yield experiment(data)
    if study.questions:
        yield questions(data)
        yield practice_tables()
    yield from present_words.steps(data)


def tests() -> Step:
    """The five tests."""
    return Step(
        "present_tests",
        "analysis.present.five_tests.five_tests",
        "Mapping the five tests to their evidence",
        reads={"readings": READINGS, "phrases": phrases("five_tests/figure", "five_tests/figure-alt")},
        writes={"figures": figures("tests")},
    )


def evidence(data: StudyData) -> Step:
    """Published estimates, a forest plot for each synthesis."""
    return Step(
        "present_evidence",
        "analysis.present.evidence.evidence",
        "Drawing the published evidence",
        reads={
            "estimates": ESTIMATES,
            "verdicts": VERDICTS,
            "published": EVIDENCE,
            "phrases": phrases("evidence/figures"),
        },
        plan={"syntheses": data.study.syntheses},
        writes={"figures": figures(*slugs("evidence", data.study.syntheses))},
    )


def outcomes(data: StudyData) -> Step:
    """All effects in one figure, and each count period by period."""
    return Step(
        "present_outcomes",
        "analysis.present.outcomes.figures",
        "Drawing effects and event studies",
        reads={
            "estimates": ESTIMATES,
            "verdicts": VERDICTS,
            "benchmarks": BENCHMARKS,
            "phrases": phrases("outcomes/figures", "outcomes/tables"),
        },
        plan={"outcomes": data.study.outcomes},
        writes={
            "figures": figures("effects", *slugs("event", data.study.activity())),
            "table": f"{STAGE}/tables/effects.md",
        },
    )


def matched_cohort(data: StudyData) -> Step:
    """The matched cohort."""
    return Step(
        "present_cohort",
        "analysis.present.matched_cohort.cohort",
        "Drawing the matched cohort",
        reads={
            "estimates": ESTIMATES,
            "balance": "<disclosed>/matched_balance.parquet",
            "flow": "<disclosed>/matched.json",
            "benchmarks": COHORT_BENCHMARKS,
            "phrases": phrases(
                "matched_cohort/figures", "matched_cohort/tables", "matched_cohort/balance", "cohort_box"
            ),
        },
        plan={"outcomes": data.study.designed("matched_cohort")},
        writes={"figures": figures("cohort-flow", "cohort-balance"), "table": f"{STAGE}/tables/cohort.md"},
    )


def several_designs(data: StudyData) -> bool:
    """Whether an outcome has more than one design."""
    return bool(compared(dict[str, AnyOutcome](data.study.activity())))


def designs(data: StudyData) -> Step:
    """The designs side by side."""
    return Step(
        "present_designs",
        "analysis.present.designs.designs",
        "Setting the designs side by side",
        reads={
            "estimates": ESTIMATES,
            "phrases": phrases(*(f"designs/{each}" for each in ("heading", "caption", "alt", "no-design"))),
        },
        plan={"outcomes": data.study.activity()},
        writes={"figures": figures("designs")},
    )


def robustness(data: StudyData) -> Step:
    """The specification curves."""
    return Step(
        "present_robustness",
        "analysis.present.robustness.robustness",
        "Asking whether the findings would survive a sceptic",
        reads={
            "estimates": ESTIMATES,
            "verdicts": VERDICTS,
            "phrases": phrases(*(f"assumptions/{each}" for each in ("curve-caption", "curve-alt", "no-curve"))),
        },
        plan={
            "outcomes": data.study.outcomes,
            "checks": data.checks,
            "inference": data.study.inference,
        },
        writes={"figures": figures(*slugs("curve", curves(data.checks)))},
    )


def continuity(data: StudyData, asked: Continuity) -> Step:
    """What happened to continuity of care, and what it goes with."""
    pilots = data.study.pilots
    assert pilots is not None  # the data on continuity are the pilots'
    told = [asked.outcome, *([asked.mediation.outcome] if asked.mediation else [])]
    return Step(
        "present_continuity",
        "analysis.present.continuity.continuity",
        "Drawing what happened to continuity",
        reads={
            "estimates": ESTIMATES,
            "verdicts": VERDICTS,
            "distribution": "<disclosed>/continuity_distribution.parquet",
            "fewest": "<disclosed>/fewest_contacts.parquet",
            "facts": "<disclosed>/contacts.json",
            "benchmarks": CONTINUITY_BENCHMARKS,
            "phrases": phrases(
                *(f"continuity/{each}" for each in ("figures", "tables", "messages")),
                # Contacts month by month are told as counts are.
                *("outcomes/figures/periods-alt", "outcomes/figures/period-axis"),
                *("exposure", "admissions_by", "assumed", "slope_by", "told_by", "section_of_ways", "index_name"),
            ),
        },
        plan={
            "continuity": asked,
            "outcomes": {name: data.study.outcomes[name] for name in told},
            "rules": pilots.contacts,
            "confidence": data.study.inference.confidence,
        },
        writes={"figures": figures(*CONTINUITY_FIGURES), "tables": tables_named(*CONTINUITY_TABLES)},
    )


def experiment(data: StudyData) -> Step:
    """The arms of an experiment."""
    return Step(
        "present_experiment",
        "analysis.present.experiment.experiment",
        "Setting the arms of the experiment beside what was published",
        reads={
            "estimates": ESTIMATES,
            "verdicts": VERDICTS,
            "arms": ARMS,
            "phrases": phrases("experiment/figures", "experiment/tables"),
        },
        plan={"experiment": data.study.experiment},
        writes={"figures": figures("arms"), "tables": tables_named("arms", "published-arms", "specification")},
    )


def questions(data: StudyData) -> Step:
    """The answers to questions of practice-level data."""
    return Step(
        "present_questions",
        "analysis.present.questions.questions",
        "Drawing the answers to the questions",
        reads={
            "estimates": ESTIMATES,
            "verdicts": VERDICTS,
            "states": STATES,
            "phrases": phrases("questions/figures"),
        },
        plan={"questions": data.study.questions},
        writes={"figures": figures(*slugs("question", data.study.questions))},
    )


def practice_tables() -> Step:
    """What the data sets of practice-level data hold."""
    return Step(
        "present_practice_tables",
        "analysis.present.questions.practice_tables",
        "Setting out what the data sets hold",
        reads={
            "coverage": "<results>/prepare/practice_coverage.parquet",
            "phrases": phrases("questions/tables"),
        },
        writes={"out": f"{STAGE}/tables/coverage.md"},
    )
