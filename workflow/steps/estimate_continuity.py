"""estimate: what is asked of continuity of care beside whether the pilots changed it."""

from collections.abc import Iterator

from analysis.plan.continuity import Continuity
from workflow.step import Step
from workflow.steps.model import PANEL, PREPARED, STAGE, model
from workflow.study_data import StudyData


def steps(data: StudyData, asked: Continuity) -> Iterator[Step]:
    """What is asked of continuity of care beside whether the pilots changed it."""
    outcome = data.study.contacts()[asked.outcome]
    shares = f"{PREPARED}/continuity.parquet"
    patients = f"{PREPARED}/patient_continuity.parquet"
    pilots = data.study.pilots
    assert pilots is not None  # the data on continuity are the pilots'
    yield model(
        "estimate_continuity_checks",
        "analysis.estimate.continuity.continuity_checks",
        "Telling the change of continuity in other ways",
        data,
        reads={
            "panel": shares,
            "patients": patients,
            "months": f"{PREPARED}/contact_months.parquet",
            "survey": [f"{PREPARED}/survey.parquet"] if data.study.survey() else [],
        },
        plan={
            "asked": asked,
            "rules": pilots.contacts,
            "index": outcome.index,
            "population": outcome.population,
            "items": {name: each.item for name, each in data.study.survey().items()},
        },
    )
    if asked.admissions:
        yield model(
            "estimate_continuity_admissions",
            "analysis.estimate.continuity.continuity_admissions",
            "Relating admissions to continuity across patients",
            data,
            reads={
                "receipt": data.receipt(data.pilots),
                "cohort": [f"{PREPARED}/continuity_cohort.parquet"] if data.continuity_cohort else [],
            },
            plan={"asked": asked.admissions, "fewest": pilots.contacts.fewest},
        )
    if asked.size:
        yield model(
            "estimate_practice_size",
            "analysis.estimate.continuity.practice_size",
            "Relating continuity to the size of practices",
            data,
            reads={"panel": shares, "activity": PANEL},
            plan={
                "asked": asked,
                "item": outcome.item,
                "comparison_cluster": data.study.inference.comparison_cluster,
            },
        )
    if asked.gaps:
        yield model(
            "estimate_continuity_gaps",
            "analysis.estimate.continuity.continuity_gaps",
            "Asking who has less continuity",
            data,
            reads={"patients": patients},
            plan={"asked": asked, "item": outcome.item},
        )
    if asked.mediation:
        published = asked.published and data.continuity_evidence
        yield model(
            "estimate_mediation",
            "analysis.estimate.continuity.mediation",
            "Bounding what runs through continuity",
            data,
            reads={
                "effect": f"{STAGE}/{asked.outcome}.continuity.parquet",
                "total": f"{STAGE}/{asked.mediation.outcome}.admissions.parquet",
                "association": f"{STAGE}/continuity_admissions.parquet",
                "evidence": [f"{PREPARED}/continuity_evidence.parquet"] if published else [],
            },
            plan={"asked": asked},
        )
