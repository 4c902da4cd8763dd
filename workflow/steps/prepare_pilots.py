"""prepare: the pilots' tables are checked against the contract and joined."""

from collections.abc import Iterator

from analysis.plan.pilots import Pilots
from analysis.prepare.outcomes.panel import GROUP
from workflow.step import Step
from workflow.study_data import StudyData

STAGE = "<results>/prepare"


def steps(data: StudyData, asked: Pilots) -> Iterator[Step]:
    """The steps that the pilots' tables go through."""
    yield panel(data, asked)
    if data.spells:
        yield spells(data, asked)
    if not data.table("activity"):
        yield activity(data, asked)
    if data.study.contacts():
        yield contacts(data, asked)
    if data.continuity_cohort:
        yield continuity_cohort(data, asked)
    if data.cohort:
        yield cohort(data, asked)
    if data.study.survey() or data.table("survey"):
        yield survey(data)
    yield description(data)
    yield questioned(data, asked)


def groups(data: StudyData) -> dict[str, list[str]]:
    """The tables that say which practice is a pilot's."""
    return {"sites": data.table("sites"), "practices": data.table("practices")}


def counts(data: StudyData) -> list[str]:
    """Counts by practice and month: of the data themselves, or of records of persons."""
    return data.table("activity") or [f"{STAGE}/activity.parquet"]


def panel(data: StudyData, asked: Pilots) -> Step:
    """The practice-month panel."""
    study = data.study
    cluster = study.inference.comparison_cluster
    # Columns of practices and sites that a step behind the panel asks for.
    kept = dict.fromkeys([*study.asked_columns(), *([cluster] if data.continuity and data.continuity.size else [])])
    return Step(
        "prepare_panel",
        "analysis.prepare.outcomes.panel",
        "Joining sites, practices and activity into the practice-month panel",
        reads={**groups(data), "activity": counts(data), "receipt": data.receipt(data.pilots)},
        plan={
            "months": asked.months,
            "comparison_cluster": cluster,
            "until": until(data),
            "allow_gaps": asked.allow_gaps,
            "keep": [name for name in kept if name not in GROUP],
            "silent": asked.limits.silent,
            **data.mapped("sites", "practices", "activity"),
        },
        writes={"out": f"{STAGE}/panel.parquet"},
    )


def until(data: StudyData) -> str:
    """The month of the paper: no data are from later."""
    return data.study.release.date[:7]


def records(data: StudyData, asked: Pilots) -> dict[str, object]:
    """What the plan says of hospital records."""
    return {
        "months": asked.months,
        "rules": asked.hospital,
        "limits": data.row_limits(),
        "time_zone": asked.time_zone,
        "columns": asked.columns,
    }


def spells(data: StudyData, asked: Pilots) -> Step:
    """Stays in hospital."""
    episodes = data.table("episodes")
    return Step(
        "prepare_spells",
        "analysis.prepare.hospital.spells",
        "Making spells of hospital episodes",
        reads={
            "practices": data.table("practices"),
            "episodes": episodes,
            "spells": [] if episodes else data.table("spells"),
            "conditions": f"analysis/prepare/hospital/conditions/{asked.hospital.conditions}.yaml",
        },
        plan=records(data, asked),
        writes={"out": f"{STAGE}/spells.parquet", "facts": f"{STAGE}/spells.json"},
        beside=[data.receipt(data.pilots)],
    )


def activity(data: StudyData, asked: Pilots) -> Step:
    """Admissions and attendances, counted of records of persons."""
    return Step(
        "prepare_activity",
        "analysis.prepare.hospital.activity",
        "Counting admissions and attendances per practice and month",
        reads={
            "practices": data.table("practices"),
            "spells": [f"{STAGE}/spells.parquet"] if data.spells else [],
            **{name: data.table(name) for name in ("outpatients", "emergency_care", "populations")},
        },
        plan=records(data, asked),
        writes={"out": f"{STAGE}/activity.parquet", "facts": f"{STAGE}/activity.json"},
        beside=[data.receipt(data.pilots)],
    )


def contacts(data: StudyData, asked: Pilots) -> Step:
    """Continuity of care, from contacts."""
    return Step(
        "prepare_contacts",
        "analysis.prepare.continuity.contacts",
        "Working out continuity of care from contacts",
        reads={
            **groups(data),
            "contacts": data.table("contacts"),
            "registrations": data.table("registrations"),
            "receipt": data.receipt(data.pilots),
        },
        plan={
            "months": asked.months,
            "rules": asked.contacts,
            "limits": data.row_limits(),
            "time_zone": asked.time_zone,
            "columns": asked.columns,
            "comparison_cluster": data.study.inference.comparison_cluster,
            "silent": asked.limits.silent,
        },
        writes={
            "out": f"{STAGE}/continuity.parquet",
            "patients": f"{STAGE}/patient_continuity.parquet",
            "by_month": f"{STAGE}/contact_months.parquet",
            "distribution": f"{STAGE}/continuity_distribution.parquet",
            "fewest": f"{STAGE}/fewest_contacts.parquet",
            "facts": f"{STAGE}/contacts.json",
        },
    )


def continuity_cohort(data: StudyData, asked: Pilots) -> Step:
    """Patients' continuity beside their later admissions."""
    return Step(
        "prepare_continuity_cohort",
        "analysis.prepare.continuity.continuity_cohort",
        "Setting patients' continuity beside their admissions",
        reads={
            **groups(data),
            "contacts": data.table("contacts"),
            "registrations": data.table("registrations"),
            "spells": [f"{STAGE}/spells.parquet"],
            "receipt": data.receipt(data.pilots),
        },
        plan={
            "admissions": data.continuity.admissions if data.continuity else {},
            "rules": asked.contacts,
            "time_zone": asked.time_zone,
            "columns": asked.columns,
            "comparison_cluster": data.study.inference.comparison_cluster,
        },
        writes={"out": f"{STAGE}/continuity_cohort.parquet"},
    )


def cohort(data: StudyData, asked: Pilots) -> Step:
    """Patients, followed at every month in which one could have been chosen."""
    settings = data.study.designs.matched_cohort
    return Step(
        "prepare_cohort",
        "analysis.prepare.matched_cohort.cohort",
        "Following patients at every month in which one could have been chosen",
        reads={
            "patients": data.table("patients"),
            "practices": data.table("practices"),
            "spells": [f"{STAGE}/spells.parquet"],
            "outpatients": data.table("outpatients"),
            "panel": [f"{STAGE}/panel.parquet"],
            "receipt": data.receipt(data.pilots),
        },
        plan={
            "history_months": settings.history_months,
            "follow_up_months": settings.follow_up_months,
            "measures": sorted({each.measure for each in data.study.designed("matched_cohort").values()}),
            "months": asked.months,
            "rules": asked.hospital,
            "time_zone": asked.time_zone,
            **data.mapped("patients", "practices", "outpatients"),
        },
        writes={"out": f"{STAGE}/cohort.parquet", "facts": f"{STAGE}/cohort.json"},
    )


def survey(data: StudyData) -> Step:
    """The survey panel."""
    return Step(
        "prepare_survey",
        "analysis.prepare.outcomes.survey",
        "Joining the survey to the practices' groups",
        reads={**groups(data), "responses": data.table("survey"), "receipt": data.receipt(data.pilots)},
        plan={
            "comparison_cluster": data.study.inference.comparison_cluster,
            "until": until(data),
            "breaks": {each.item: each.breaks for each in data.study.survey().values()},
            **data.mapped("sites", "practices", "survey"),
        },
        writes={"out": f"{STAGE}/survey.parquet"},
    )


def description(data: StudyData) -> Step:
    """What the practices were like before the start, and what the data hold and lack."""
    shares = [
        *([f"{STAGE}/survey.parquet"] if data.table("survey") else []),
        *([f"{STAGE}/continuity.parquet"] if data.study.contacts() else []),
    ]
    return Step(
        "prepare_description",
        "analysis.prepare.outcomes.description",
        "Comparing practices before the start, and counting what the data hold and lack",
        reads={**groups(data), "panel": f"{STAGE}/panel.parquet", "survey": shares},
        plan={
            "comparison_cluster": data.study.inference.comparison_cluster,
            "indices": sorted({each.index for each in data.study.contacts().values()}),
            **data.mapped("sites", "practices"),
        },
        writes={"balance_out": f"{STAGE}/balance.parquet", "quality_out": f"{STAGE}/quality.parquet"},
    )


def questioned(data: StudyData, asked: Pilots) -> Step:
    """Questions about values that look like slips."""
    return Step(
        "prepare_questioned",
        "analysis.prepare.check_data.questioned",
        "Asking about values that look like slips",
        reads={
            **groups(data),
            "activity": counts(data),
            "survey": data.table("survey"),
            "receipt": data.receipt(data.pilots),
        },
        plan={
            "months": asked.months,
            "odd": asked.limits.odd,
            **data.mapped("sites", "practices", "activity", "survey"),
        },
        writes={"out": f"{STAGE}/questioned.json"},
    )
