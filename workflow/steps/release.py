"""release: the paper is rendered, versioned and released."""

from collections.abc import Iterator
from pathlib import Path

from analysis.study import study_path
from workflow.files import BUILT, files_below
from workflow.step import Step
from workflow.steps import assess, present
from workflow.study_data import StudyData

STAGE = "<release>"
FORMATS = ("html", "pdf", "docx")
CODE = ("analysis", "workflow", "Snakefile", "requirements.lock")
# What the texts of a release are made of, and anybody may know.
TEXTS = (".qmd", ".j2", ".md", ".yaml", ".yml", ".bib", ".csv")
VERSION = f"{STAGE}/version.json"
PRIVATE = {"private": "<results>/release/private.json", "ids": "<results>/release/private-ids.parquet"}


def steps(data: StudyData) -> Iterator[Step]:
    """The steps of this stage."""
    shown = [path for step in present.steps(data) for path in step.outputs()]
    yield version(data)
    yield assemble(data, shown)
    yield from (render(data, each) for each in FORMATS)
    yield private(data)
    yield publish(data, shown)


def version(data: StudyData) -> Step:
    """The version that follows from what changed."""
    study = data.study
    return Step(
        "release_version",
        "analysis.release.publish.version",
        "Working out the version from what changed",
        reads={"lineage": "<results>/estimate/lineage.json"},
        plan={
            "study": study.name,
            "date": study.release.date,
            "plan_digest": study.plan_digest(),
            "cover_digest": study.cover_digest(),
            "releases": "reports/releases",
            "draft": data.draft,
            "code": CODE,
            "text": sorted(str(path) for path in Path("reports").iterdir() if _told(path)),
        },
        writes={"out": VERSION},
        beside=[*files_below("analysis", "workflow"), "Snakefile", "requirements.lock", *files_below("reports")],
    )


def _told(path: Path) -> bool:
    return path.name not in BUILT and not path.name.startswith(".")


def assemble(data: StudyData, shown: list[str]) -> Step:
    """Text, figures, tables and numbers in one folder, which Quarto can render."""
    release = data.study.release
    return Step(
        "release_assemble",
        "analysis.release.assemble.assemble",
        "Assembling text, figures, tables and numbers",
        reads={"version": VERSION, "receipts": data.receipts},
        plan={
            "title": data.study.title,
            "subtitle": data.study.subtitle,
            "release": release,
            "reports": "reports",
            "present": f"{data.results}/present",
        },
        writes={"out": f"{STAGE}/source", "manifest": f"{STAGE}/source.sha256"},
        beside=[*shown, *files_below("reports")],
        folders=[f"{STAGE}/source"],
    )


def render(data: StudyData, form: str) -> Step:
    """The paper in one format; its source is compared by its manifest."""
    return Step(
        f"release_render.{form}",
        "analysis.release.render.render",
        f"Rendering paper.{form}",
        plan={"document": data.study.release.document, "to": form, "source": f"{data.release}/source"},
        writes={"out": f"{STAGE}/paper.{form}"},
        beside=[f"{STAGE}/source.sha256"],
        ancient=[f"{STAGE}/source"],
    )


def private(data: StudyData) -> Step:
    """What must not get out, in exact numbers; the gate reads it, and nobody else may."""
    persons = [
        *(["spells"] if data.spells else []),
        *(["cohort"] if data.cohort else []),
        *(["patient_continuity"] if data.continuity else []),
    ]
    return Step(
        "release_private",
        "analysis.release.gate.private",
        "Writing down what must not get out",
        reads={
            "receipts": data.receipts,
            "estimates": "<results>/estimate/estimates.csv",
            "facts": [f"<results>/{name}.json" for name in assess.facts(data)],
            "tables": [f"<results>/{name}.parquet" for name in assess.tables(data)],
            "persons": [f"<results>/prepare/{name}.parquet" for name in persons],
        },
        writes={"out": PRIVATE["private"], "ids": PRIVATE["ids"]},
    )


def public(data: StudyData) -> list[str]:
    """What anybody may know, so that it is no leak where it stands in a release too."""
    return [
        study_path_of(data),
        *(path for path in files_below("reports") if path.endswith(TEXTS)),
        # What the paper says whatever the data are.
        *sorted(map(str, [*Path("analysis/present").rglob("*.py"), Path("analysis/wording.py")])),
        *(f"data/raw/{file.path}" for each in (data.evidence, data.unit_costs) if each for file in each.files),
    ]


def study_path_of(data: StudyData) -> str:
    """The study file."""
    return str(study_path(data.study.name))


def publish(data: StudyData, shown: list[str]) -> Step:
    """The release, or the draft."""
    return Step(
        "release_publish",
        "analysis.release.publish.publish",
        "Putting the draft in its folder" if data.draft else "Releasing the paper",
        reads={
            "papers": [f"{STAGE}/paper.{form}" for form in FORMATS],
            "version": VERSION,
            "estimates": assess.ESTIMATES,
            "unmade": "<disclosed>/not_estimated.csv",
            "verdicts": assess.VERDICTS,
            "receipts": data.receipts,
            **PRIVATE,
            "public": public(data),
            "plan": study_path_of(data),
        },
        plan={
            "present": f"{data.results}/present",
            "releases": "reports/releases",
            "drafts": "reports/drafts",
        },
        writes={"out": f"{STAGE}/published.json"},
        # Nothing is released beside a file that nobody registered.
        beside=[*shown, "<results>/pull/folder.json"],
    )
