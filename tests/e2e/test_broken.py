"""Broken input ends in a sentence that says what is wrong and how to mend it; earlier results stay."""

from collections.abc import Callable

import pytest

from tests.e2e.clone import Clone
from tests.e2e.screens import last_screen

FIRST = "reports/releases/evidence-1.0.0"
RAW = "data/raw/published"


def write(path: str, text: str) -> Callable[[Clone], object]:
    return lambda clone: (clone.folder / path).write_text(text, encoding="utf-8")


def remove(path: str) -> Callable[[Clone], object]:
    return lambda clone: (clone.folder / path).unlink()


def append(path: str, text: str) -> Callable[[Clone], object]:
    return lambda clone: clone.append(path, text)


FAULTS = {
    "wrong digest": (
        append(f"{RAW}/evaluations.csv", "\n"),
        [f"{RAW}/evaluations.csv is not the file that the register knows", "make pull ACCEPT=published-evidence"],
    ),
    "missing file": (
        remove(f"{RAW}/evaluations.csv"),
        [f"{RAW}/evaluations.csv of data set published-evidence is missing", "git checkout -- data/raw/published"],
    ),
    "unknown file": (
        write("data/raw/mine.csv", "a,b\n1,2\n"),
        ["data/raw/mine.csv is in no data set of data/raw/datasets.yaml", "register it"],
    ),
    "unreadable register": (
        write("data/raw/datasets.yaml", "datasets: [}\n"),
        ["The register data/raw/datasets.yaml is not readable as YAML", "git checkout -- data/raw/datasets.yaml"],
    ),
    "register with a wrong key": (
        lambda clone: clone.edit("data/raw/datasets.yaml", "    licence: CC0 1.0", "    license: CC0 1.0"),
        ["The register data/raw/datasets.yaml is wrong at `datasets.2.licen", "correct data/raw/datasets.yaml"],
    ),
    "missing register": (
        remove("data/raw/datasets.yaml"),
        ["The register of data sets, data/raw/datasets.yaml, is missing", "git checkout -- data/raw/datasets.yaml"],
    ),
    "unknown key in the study": (
        append("studies/evidence.yaml", "colour: blue\n"),
        ["studies/evidence.yaml is not a study: `colour`", "take `colour` out of line "],
    ),
    "study that does not exist": (
        remove("studies/evidence.yaml"),
        ["There is no study file studies/evidence.yaml", "make paper STUDY=<name>"],
    ),
    "data set that is not registered": (
        lambda clone: clone.edit("studies/evidence.yaml", "evidence: published-evidence", "evidence: my-evidence"),
        ["data/raw/datasets.yaml has no data set `my-evidence`", "correct the id in the study file"],
    ),
    "estimate left out that does not exist": (
        lambda clone: clone.edit("studies/evidence.yaml", "nottingham-city-avoidable:", "nottingham-avoidable:"),
        [
            "leaves out `nottingham-avoidable`, which is no published estimate",
            "syntheses.published_emergency.leave_out",
        ],
    ),
    "number typed into a result": (
        append("reports/sections/evidence/results.qmd.j2", "\nAdmissions fell by 12% in all.\n"),
        ["evidence/results.qmd.j2 states the number 12", "take it from a row"],
    ),
    "variable that does not exist": (
        append("reports/sections/evidence/results.qmd.j2", "\n{{< var nothing.found >}}\n"),
        ["nothing.found", "evidence/results.qmd"],
    ),
    "citation that does not exist": (
        append("reports/sections/advice/limits-evidence.qmd", "\nAs shown before.[@nobody2099]\n"),
        ["nobody2099", "references.bib"],
    ),
}


@pytest.mark.parametrize(("fault", "told"), FAULTS.values(), ids=FAULTS.keys())
def test_fault_is_told_in_a_sentence_and_the_earlier_release_stays(
    copy: Clone, fault: Callable[[Clone], object], told: list[str]
) -> None:
    before = copy.read(f"{FIRST}/SHA256SUMS")
    fault(copy)
    done = copy.make("paper", "STUDY=evidence")
    assert done.returncode != 0
    assert [text for text in told if text not in done.stdout] == [], done.stdout
    last_screen(done)
    assert copy.read(f"{FIRST}/SHA256SUMS") == before
    checked = Clone(copy.folder / FIRST).run("sha256sum", "--check", "--quiet", "SHA256SUMS")
    assert checked.returncode == 0, checked.stdout
    assert [path.name for path in (copy.folder / "reports/releases").iterdir()].count("evidence-1.0.1") == 0
