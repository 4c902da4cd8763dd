"""What stands last on the screen after a failure, and what must not have changed."""

import re
from pathlib import Path
from subprocess import CompletedProcess

from analysis.steps import file_digest
from tests.e2e.clone import Clone

MAKES_OWN = re.compile(r"make: \*\*\* \[.*\] Error \d+")
# A table of faults and their mends may stand above the last sentence; nothing else that begins so may.
TRACES = re.compile(r"Traceback|^  File \"|WorkflowError|Exception in|\{\"|RuleException", re.MULTILINE)


def last_screen(done: CompletedProcess[str]) -> str:
    """The sentence that stands last, with its mend, after checking that the screen is as it should be."""
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    assert done.returncode != 0, done.stdout
    assert lines, "nothing was said"
    if MAKES_OWN.fullmatch(lines[-1]):  # make's own line, which it prints below everything
        lines.pop()
    told, mend = lines[-2:]
    assert told.startswith("error: "), done.stdout
    assert mend.startswith("  To mend it: "), done.stdout
    assert told.rstrip().endswith((".", ":", "?")), told
    assert not TRACES.search(done.stdout), done.stdout
    assert done.stdout.count(told) == 1, done.stdout
    return f"{told}\n{mend}"


def drafts(project: Clone) -> list[str]:
    """Files that somebody began to write and did not finish."""
    roots = [project.folder / name for name in ("results", "data", "studies", "reports", "workflow")]
    hidden = [path for root in roots for path in root.rglob(".*") if re.match(r"\.\d+-", path.name)]
    return [str(path.relative_to(project.folder)) for path in hidden]


def kept(project: Clone) -> dict[str, str]:
    """What no failure may change: releases, raw data, study files."""
    roots = ("reports/releases", "data/raw", "studies")
    files = [path for root in roots for path in (project.folder / root).rglob("*") if ordinary(path)]
    return {str(path): file_digest(path) for path in files}


def ordinary(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".")
