"""present: tables of background and annexes, and the words and numbers of the paper."""

import re
from collections.abc import Iterator
from pathlib import Path

from analysis.plan.pilots import TABLES
from workflow.files import files_below
from workflow.phrases import phrases
from workflow.step import Files, Step
from workflow.steps.assess import (
    ARMS,
    BENCHMARKS,
    COHORT_BENCHMARKS,
    CONTINUITY_BENCHMARKS,
    ESTIMATES,
    VERDICTS,
    plan_calibrated,
)
from workflow.steps.shown import EVIDENCE, READINGS, STAGE, STATES, UNMADE, tables_named
from workflow.study_data import StudyData


def steps(data: StudyData) -> Iterator[Step]:
    """The steps that follow those of figures and their tables."""
    yield calibration(data)
    yield tables(data)
    yield sections(data)


def calibration(data: StudyData) -> Step:
    """How the methods do where the truth is known."""
    worlds = data.calibrated(data.study.name)
    return Step(
        "present_calibration",
        "analysis.present.calibration.calibration",
        "Saying how the methods do where the truth is known",
        reads={
            "worlds": worlds[:1],
            "record": worlds[1:],
            "phrases": phrases("calibration/tables", "calibrated_estimate"),
        },
        plan={
            "digest": plan_calibrated(data),
            **({"calibration": data.study.calibration} if data.study.calibration else {}),
        },
        writes={"out": f"{STAGE}/tables/calibration.md"},
    )


def printed(document: str) -> str:
    """The text of a document in reports/ and of every section that it includes."""
    places = [Path("reports", document), Path("reports", f"{document}.j2")]
    text = "\n".join(place.read_text(encoding="utf-8") for place in places if place.is_file())
    return "\n".join([text, *map(printed, re.findall(r"include /?(sections/\S+\.qmd)", text))])


def tables(data: StudyData) -> Step:
    """The tables of background and annexes."""
    study, panel = data.study, bool(data.pilots)
    # Lists of the first national pilots and of the concerns of 2011, for papers that print them.
    text = printed(study.release.document)
    transcribed = {
        name: path
        for name in ("pilots", "concerns")
        if f"tables/{name}.md" in text and (path := data.raw(data.evidence, f"{name}.csv"))
    }
    names = [
        "sources",
        *(["evidence", "evidence-words"] if data.evidence else []),
        *transcribed,
        *(["quality", "questioned", "balance", "sites"] if panel else []),
        *(["unit-costs"] if data.unit_costs else []),
    ]
    return Step(
        "present_tables",
        "analysis.present.document.tables",
        "Writing the tables of background and annexes",
        reads={
            "receipts": data.receipts,
            "phrases": phrases(
                "document/tables",
                "document/questioned",
                "evidence/tables",
                "reported",
                "questioned_kind",
                "costs/tables",
            ),
            "evidence": [EVIDENCE] if data.evidence else [],
            **{name: [path] for name, path in transcribed.items()},
            "panel": ["<results>/prepare/panel.parquet"] if panel else [],
            "quality": ["<disclosed>/quality.parquet"] if panel else [],
            "questioned": ["<results>/prepare/questioned.json"] if panel else [],
            "influence": ["<results>/estimate/influence.json"] if study.activity() else [],
            "balance": ["<disclosed>/balance.parquet"] if panel else [],
            "unit_costs": ["<results>/prepare/unit_costs.parquet"] if data.unit_costs else [],
            "records": [f"<disclosed>/{name}.json" for name in data.records],
        },
        plan={
            "labels": {each.series: each.label for each in study.outcomes.values()},
            "outcomes": {name: each.label for name, each in study.outcomes.items()},
        },
        writes={"out": tables_named(*names)},
    )


def supplied(data: StudyData) -> list[str]:
    """Which tables the pilots' data hold: the paper says what could not be analysed without the others."""
    return [name for name in TABLES if data.table(name)]


def sections(data: StudyData) -> Step:
    """Results in words, each number with its address."""
    study = data.study
    contacts = study.pilots.contacts if study.pilots else None
    asked: dict[str, object] = {
        **({"experiment": study.experiment} if data.experiment else {}),
        **({"continuity": data.continuity, "contacts": contacts} if data.continuity else {}),
        **({"calibration": study.calibration, "digest": plan_calibrated(data)} if study.calibration else {}),
    }
    return Step(
        "present_sections",
        "analysis.present.document.sections",
        "Putting results into words, each number with its address",
        reads={
            "estimates": ESTIMATES,
            "lineage": "<results>/estimate/lineage.json",
            "tests": READINGS,
            "verdicts": VERDICTS,
            "benchmarks": BENCHMARKS,
            "unmade": [UNMADE],
            **topics(data),
        },
        plan={
            "outcomes": study.outcomes,
            "syntheses": study.syntheses,
            "questions": study.questions,
            "inference": study.inference,
            "supplied": supplied(data),
            "checks": data.checks,
            "costs": bool(study.costs),
            "evidence": study.evidence or "",
            "document": study.release.document,
            "reports": "reports",
            **asked,
        },
        writes={
            "addresses": f"{STAGE}/addresses.json",
            "out": f"{STAGE}/sections.json",
        },
        # Templates, phrases, and the sections between them, which include others.
        beside=[path for path in files_below("reports") if path.endswith((".qmd", ".j2", ".yaml"))],
    )


def topics(data: StudyData) -> dict[str, Files]:
    """What words on one topic are made from, where the study has it."""
    study = data.study
    cohort = ["<disclosed>/matched.json", "<disclosed>/matched_balance.parquet", COHORT_BENCHMARKS]
    contacts = ["<disclosed>/fewest_contacts.parquet", "<disclosed>/contacts.json", CONTINUITY_BENCHMARKS]
    return {
        "quality": ["<disclosed>/quality.parquet"] if data.pilots else [],
        "arms": [ARMS] if data.experiment else [],
        "states": [STATES] if study.questions else [],
        "cohort": cohort if data.cohort else [],
        "contact_facts": contacts if data.continuity else [],
        "tried": data.calibrated("default")[:1] if study.outcomes else [],
        "power": data.calibrated(study.name) if study.calibration else [],
        "published": [EVIDENCE] if study.syntheses else [],
    }
