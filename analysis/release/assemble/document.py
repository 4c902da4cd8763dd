"""Whether a document tells only of what the plan has, which is known before anything is computed."""

import re
from collections.abc import Iterator
from pathlib import Path

from analysis.present.templates.files import included, read_source
from analysis.steps import Problem
from analysis.study import Study

# What a name begins with says of which part of the plan it tells, in a variable or in a tag of a template.
NAMED = re.compile(r"(?:\{\{<\s*var|<<|<%[^%]*?)\s*(?<![.\w])(outcomes|evidence|tests|questions)\.(\w+)")


def check_document(study: Study, reports: Path = Path("reports")) -> None:
    """Refuse a document that is not there, or that tells of outcomes, tests or questions which the plan lacks.

    Parameters
    ----------
    study : Study
        The plan, which names its document.
    reports : Path
        The folder of the paper's sources.

    Raises
    ------
    Problem
        Names the first variable without a part of the plan, and where it stands.
    """
    document = study.release.document
    if not (reports / document).is_file():
        documents = ", ".join(sorted(path.name for path in reports.glob("*.qmd")))
        raise Problem(f"There is no document {reports / document}.", f"set `release.document` to one of {documents}")
    parts: dict[str, set[str]] = {
        "outcomes": set(study.outcomes),
        "evidence": set(study.syntheses),
        "tests": set(study.tests),
        "questions": set(study.questions),
    }
    for file in sources(reports / document, reports):
        for part, name in NAMED.findall(read_source(file, reports)):
            if name not in parts[part]:
                raise Problem(
                    f"{file} tells of `{part}.{name}`, and the plan of the study {study.name} has no such part.",
                    "set `release.document: own-study.qmd`, which follows from the plan, or give the study that part",
                )


def sources(file: Path, reports: Path, above: tuple[Path, ...] = ()) -> Iterator[Path]:
    """A document and every file that it includes, as far as people wrote them: what steps make is left out."""
    yield file
    for each in included(read_source(file, reports), file, reports):
        if each in (*above, file):
            raise Problem(f"{file} includes {each}, which includes it in turn.", "take out one of the two includes")
        yield from sources(each, reports, (*above, file))
