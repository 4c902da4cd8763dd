"""prepare: tables are checked against the contract and joined; those of pilots in prepare_pilots.py."""

from collections.abc import Iterator

from workflow.step import Below, Step
from workflow.steps import prepare_pilots
from workflow.study_data import StudyData

STAGE = "<results>/prepare"


def steps(data: StudyData) -> Iterator[Step]:
    """The steps of this stage."""
    if data.evidence:
        yield evidence(data)
    if data.unit_costs:
        yield unit_costs(data)
    yield benchmarks(data)
    if data.study.practices:
        yield practice_measures(data)
    if data.study.questions:
        yield questions(data)
    if data.experiment:
        yield from experiment(data)
    if data.study.pilots:
        yield from prepare_pilots.steps(data, data.study.pilots)


def evidence(data: StudyData) -> Step:
    """Published estimates, and those on continuity where the study asks of it."""
    continuity = data.raw(data.evidence, "continuity.csv") if data.continuity_evidence else ""
    return Step(
        "prepare_evidence",
        "analysis.prepare.evidence.evidence",
        "Putting published estimates on one scale",
        reads={
            "evaluations": data.raw(data.evidence, "evaluations.csv"),
            "receipt": data.receipt(data.evidence),
            "continuity": continuity,
        },
        writes={
            "out": f"{STAGE}/evidence.parquet",
            "continuity_out": f"{STAGE}/continuity_evidence.parquet" if continuity else "",
        },
    )


def unit_costs(data: StudyData) -> Step:
    """Published unit costs."""
    return Step(
        "prepare_unit_costs",
        "analysis.prepare.costs.unit_costs",
        "Checking published unit costs",
        reads={"table": data.raw(data.unit_costs, "unit_costs.csv"), "receipt": data.receipt(data.unit_costs)},
        writes={"out": f"{STAGE}/unit_costs.parquet"},
    )


def benchmarks(data: StudyData) -> Step:
    """Truth and published values: of outcomes, of the matched cohort, and of what continuity goes with."""
    study, truth = data.study, data.raw(data.pilots, "truth.json")
    cohort = {
        name: [f"cohort.{each.measure}", study.designs.matched_cohort.published.get(name, "")]
        for name, each in study.designed("matched_cohort").items()
    }
    continuity = {
        "continuity": data.continuity.published if data.continuity else {},
        "items": {name: each.item for name, each in study.survey().items()},
    }
    return Step(
        "prepare_benchmarks",
        "analysis.prepare.evidence.benchmarks",
        "Setting truth and published values beside each outcome",
        reads={
            "evidence": [f"{STAGE}/evidence.parquet"] if data.evidence else [],
            "truth": [truth] if truth else [],
            "continuity_evidence": [f"{STAGE}/continuity_evidence.parquet"] if data.continuity_evidence else [],
        },
        plan={
            "outcomes": {name: [each.series, each.published or ""] for name, each in study.outcomes.items()},
            "costs": study.costs.published if study.costs else (),
            **({"cohort": cohort} if data.cohort else {}),
            **(continuity if data.continuity else {}),
        },
        writes={
            "out": f"{STAGE}/benchmarks.csv",
            "cohort_out": f"{STAGE}/cohort_benchmarks.csv" if data.cohort else "",
            "continuity_out": f"{STAGE}/continuity_benchmarks.csv" if data.continuity else "",
        },
    )


def practice_measures(data: StudyData) -> Step:
    """Open data by general practice and year."""
    return Step(
        "prepare_practice_measures",
        "analysis.prepare.questions.practice_measures",
        "Reading open data by practice and year",
        # A receipt is written anew whenever a file of its data set changes.
        reads={
            "receipts": [data.receipt(each) for each in data.open_data if each not in data.missing],
            "corrections": "data/raw/corrections.yaml",
        },
        plan={"raw": "data/raw", "missing": {each.id: each.title for each in data.missing}},
        writes={
            "measures": f"{STAGE}/practice_measures.parquet",
            "practices": f"{STAGE}/practice_register.parquet",
            "coverage": f"{STAGE}/practice_coverage.parquet",
        },
    )


def questions(data: StudyData) -> Step:
    """The practices that can answer each question."""
    practices = data.study.practices
    assert practices is not None  # a plan with questions has practices
    return Step(
        "prepare_questions",
        "analysis.prepare.questions.questions",
        "Finding the practices that can answer each question",
        reads={"measures": f"{STAGE}/practice_measures.parquet", "register": f"{STAGE}/practice_register.parquet"},
        plan={
            "questions": data.study.questions,
            "smallest_list": practices.smallest_list,
            "cluster": practices.cluster,
            "fewest": practices.fewest,
        },
        writes={
            "out": Below(
                f"{STAGE}/questions", [*(f"{name}.parquet" for name in data.study.questions), "questions.json"]
            )
        },
    )


def experiment(data: StudyData) -> Iterator[Step]:
    """Persons by arm of an experiment, and what others published of it."""
    yield Step(
        "prepare_persons",
        "analysis.prepare.experiment.persons",
        "Giving each person an arm of the experiment",
        reads={"table": data.raw(data.experiment, "persons.csv"), "receipt": data.receipt(data.experiment)},
        plan={"experiment": data.study.experiment},
        writes={"out": f"{STAGE}/persons.parquet"},
    )
    yield Step(
        "prepare_arms",
        "analysis.prepare.experiment.arms",
        "Collecting what others published of the experiment",
        reads={"evidence": f"{STAGE}/evidence.parquet"},
        plan={"experiment": data.study.experiment},
        writes={"out": f"{STAGE}/arms.csv"},
    )
