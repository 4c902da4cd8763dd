"""Change anything that matters and exactly the right steps rerun; change nothing that matters and none do."""

import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.clone import Clone

Edit = Callable[[Clone], object]
Jobs = dict[str, int]

RELEASE: Jobs = {"release_version": 1, "release_assemble": 1, "release_render": 3, "release_publish": 1, "all": 1}
FROM_TABLE: Jobs = {
    "estimate_table": 1, "assess_verdicts": 1, "assess_tests": 1,
    "present_outcomes": 1, "present_evidence": 1,
    "present_designs": 1, "present_cohort": 1, "present_robustness": 1, "present_continuity": 1,
    "present_sections": 1, "present_tests": 1, "present_tables": 1, "assess_disclose": 1,
    "release_private": 1,
    **RELEASE,
}  # fmt: skip
# Models of many outcomes at once.
TOGETHER: Jobs = {
    "estimate_inference": 1, "estimate_staggered": 1, "estimate_synthetic_control": 1, "estimate_interrupted": 1,
    "estimate_sensitivity": 1, "estimate_specification_curve": 1, "estimate_parallel_trends": 1,
    "estimate_confounding": 1, "estimate_costs": 1, "estimate_influence": 1,
}  # fmt: skip
POISSON: Jobs = {"estimate_admissions": 8, "estimate_event_study": 8, **TOGETHER}
# Two outcomes tell of continuity, and some models of one of them.
CONTINUITY: Jobs = {
    "estimate_continuity": 2, "estimate_continuity_checks": 1, "estimate_continuity_gaps": 1, "estimate_mediation": 1,
}  # fmt: skip
MODELS: Jobs = {
    **POISSON, **CONTINUITY, "estimate_practice_size": 1, "estimate_continuity_admissions": 1, "estimate_synthesis": 1,
    "estimate_matched_cohort": 1,
}  # fmt: skip
PREPARED: Jobs = {
    "prepare_panel": 1, "prepare_survey": 1, "prepare_evidence": 1, "prepare_benchmarks": 1, "prepare_description": 1,
    "prepare_unit_costs": 1, "prepare_spells": 1, "prepare_cohort": 1, "prepare_contacts": 1,
    "prepare_continuity_cohort": 1, "prepare_questioned": 1,
}  # fmt: skip
PLANNED: Jobs = {
    "prepare_benchmarks": 1, "estimate_matched_cohort": 1, "present_tables": 1,
    **FROM_TABLE,
}  # fmt: skip
LOOK: Jobs = {
    **{rule: jobs for rule, jobs in FROM_TABLE.items() if rule.startswith("present_")},
    **RELEASE,
    "present_calibration": 1,
}  # fmt: skip
TEXT: Jobs = RELEASE | {"present_sections": 1}
EVERYTHING: Jobs = {
    "pull_folder": 1,
    "pull_generate": 1,
    "pull_verify": 3,
    **PREPARED,
    **MODELS,
    "estimate_matching": 1,
    **FROM_TABLE,
    "present_calibration": 1,
}


def planned(clone: Clone, study: str = "default") -> Jobs:
    """What Snakemake would run, by kind of rule."""
    done = clone.run("snakemake", "--dry-run", "--nolock", "--config", f"study={study}")
    assert done.returncode == 0, done.stdout
    table = re.search(r"^job +count\n[- ]+\n(.*?)^total", done.stdout, re.MULTILINE | re.DOTALL)
    jobs = Counter[str]()
    for rule, count in re.findall(r"^(\w+)\S* +(\d+)$", table[1] if table else "", re.MULTILINE):
        jobs[rule] += int(count)
    return dict(jobs)


def comment(path: str) -> Edit:
    return lambda clone: clone.append(path, "\n# a comment\n")


def comment_in(path: str) -> Edit:
    """A comment in a template."""
    return lambda clone: clone.append(path, "<# a comment #>\n")


def touch_all(clone: Clone) -> None:
    """Make every file newer, the first steps' files newest of all, as a copy in any order may."""
    paths = [path for path in clone.folder.rglob("*") if not {".venv", ".snakemake"} & set(path.parts)]
    newest = time.time()
    for path in paths:
        later = ["released", "release", "present", "assess", "estimate", "prepare", "pull"]
        age = next((place for place, stage in enumerate(later) if stage in path.parts), len(later))
        os.utime(path, (newest + age, newest + age + 30 * ("source" in path.parts)))


def swap_measures(clone: Clone) -> None:
    """Two outcomes exchange their measures: the set of all values in the plan stays the same."""
    clone.edit("config.yaml", "measure: emergency", "measure: other")
    clone.edit("config.yaml", "measure: elective", "measure: emergency")
    clone.edit("config.yaml", "measure: other", "measure: elective")


def other_cover(clone: Clone) -> None:
    """Another title, subtitle, status, author and date: what is printed and decides no number."""
    for old, new in {
        "\ntitle: Integrated": "\ntitle: On integrated",
        "\nsubtitle: What": "\nsubtitle: Again what",
        "\n  date: 2026-11-22": "\n  date: 2026-11-23",
        "\n  status: draft": "\n  status: final",
        "\n    - name: Integrated": "\n    - name: Another\n    - name: Integrated",
    }.items():
        clone.edit("config.yaml", old, new)


def another_data_set(clone: Clone) -> None:
    """A data set that this study does not use changes its title."""
    clone.edit("data/raw/datasets.yaml", "title: GP Patient Survey 2018", "title: The GP Patient Survey 2018")


def old_module(clone: Clone) -> None:
    """Code of another version, unpacked with its older stamp."""
    clone.append("analysis/present/look/style.py", "\n# a comment\n")
    os.utime(clone.folder / "analysis/present/look/style.py", (1_000_000_000, 1_000_000_000))


EDITS: list[tuple[str, Edit, Jobs]] = [
    ("nothing", lambda clone: None, {}),
    ("touch every file", touch_all, {}),
    ("the README", comment("README.md"), {}),
    ("a test", comment("tests/conftest.py"), {}),
    (
        "a file that nobody registered",
        lambda clone: (clone.folder / "data/raw/mine.csv").touch(),
        {"pull_folder": 1, "release_publish": 1, "all": 1},
    ),
    ("another study", comment("studies/evidence.yaml"), {}),
    ("a comment in the study file", comment("config.yaml"), {"release_publish": 1, "all": 1}),
    ("words of the cover", other_cover, RELEASE),
    ("another data set in the register", another_data_set, {}),
    ("a module with an older stamp", old_module, LOOK),
    (
        "a module two imports away",
        comment("analysis/estimate/numerics/fits/poisson.py"),
        {**POISSON, **CONTINUITY, "estimate_matched_cohort": 1, **FROM_TABLE},
    ),
    (
        "the look of figures",
        comment("analysis/present/look/style.py"),
        LOOK,
    ),
    ("the lock", comment("requirements.lock"), EVERYTHING),
    (
        "two parameters swapped",
        swap_measures,
        {**PLANNED, **TOGETHER, "estimate_admissions": 2, "estimate_event_study": 2, "present_calibration": 1},
    ),
    (
        "the smallest change that matters",
        lambda clone: clone.edit("config.yaml", "measure: emergency\n    good_direction: down\n    smallest_change: 3",
                                 "measure: emergency\n    good_direction: down\n    smallest_change: 4"),
        FROM_TABLE,
    ),
    (
        "the confidence level",
        lambda clone: clone.edit("config.yaml", "confidence: 0.95", "confidence: 0.9"),
        {**MODELS, **FROM_TABLE, "present_calibration": 1},
    ),
    (
        "the months of the panel",
        lambda clone: clone.edit("config.yaml", "2007-04, last: 2011-03", "2007-04, last: 2010-12"),
        {
            "prepare_panel": 1, "prepare_description": 1, "present_tables": 1, "prepare_cohort": 1,
            "estimate_matching": 1, "estimate_matched_cohort": 1, "prepare_contacts": 1, "estimate_practice_size": 1,
            "prepare_questioned": 1, "prepare_spells": 1, "prepare_continuity_cohort": 1,
            "estimate_continuity_admissions": 1,
            **POISSON, **CONTINUITY, "estimate_continuity": 1, **FROM_TABLE,
        },
    ),
    (
        "the caliper",
        lambda clone: clone.edit("config.yaml", "  matched_cohort:\n", "  matched_cohort:\n    caliper: 0.3\n"),
        {"estimate_matching": 1, "estimate_matched_cohort": 1, **FROM_TABLE},
    ),
    (
        "what is published beside the matched cohort",
        lambda clone: clone.edit("config.yaml", "      emergency_admissions: icp-six-emergency\n", ""),
        {"prepare_benchmarks": 1, **FROM_TABLE},
    ),
    (
        "a section of the paper",
        lambda clone: clone.append("reports/sections/advice/limits.qmd.j2", "\nOne more limit.\n"),
        TEXT,
    ),
    ("a phrase of the text", comment_in("reports/phrases/designs/agree.md.j2"), TEXT),
    ("a phrase of a figure", comment_in("reports/phrases/designs/caption.md.j2"), TEXT | {"present_designs": 1}),
    (
        "a phrase that figures of two topics say",
        comment_in("reports/phrases/outcomes/figures/bars.md.j2"),
        TEXT | {"present_outcomes": 1, "present_continuity": 1},
    ),
    ("a list of words", comment("reports/phrases/matched_cohort.yaml"), TEXT | {"present_cohort": 1}),
]  # fmt: skip


@pytest.fixture(scope="module")
def place(built: Clone, tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """One copy of the built project, in which each edit is made and taken back."""
    folder = tmp_path_factory.mktemp("reruns") / "copy"
    shutil.copytree(built.folder, folder, symlinks=True)
    return Clone(folder)


@pytest.fixture
def edited(place: Clone) -> Iterator[Clone]:
    """The copy, which is as it was after the test: names, bytes and time stamps."""
    before = {path: (path.stat(), _bytes(path)) for path in _files(place.folder)}
    yield place
    for path in _files(place.folder):
        if path not in before:
            path.unlink()
    for path, (facts, content) in before.items():
        if path.stat().st_mtime_ns != facts.st_mtime_ns:
            if content is not None and path.read_bytes() != content:
                path.write_bytes(content)
            os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not {".venv", ".snakemake"} & set(path.parts)]


def _bytes(path: Path) -> bytes | None:
    """What a file holds that an edit may change: results and raw data are only touched."""
    return None if {"results", "data"} & set(path.parts) and path.suffix != ".yaml" else path.read_bytes()


@pytest.mark.parametrize(("edit", "expected"), [row[1:] for row in EDITS], ids=[row[0] for row in EDITS])
def test_edit_reruns_exactly_what_depends_on_it(edited: Clone, edit: Edit, expected: Jobs) -> None:
    edit(edited)
    assert planned(edited) == expected


def test_asking_writes_nothing(edited: Clone) -> None:
    edited.edit("config.yaml", "confidence: 0.95", "confidence: 0.9")
    steps = {path: path.stat() for path in (edited.folder / "results/default/steps").iterdir()}
    assert planned(edited) != {}
    assert {path: path.stat() for path in (edited.folder / "results/default/steps").iterdir()} == steps


def test_arguments_that_are_gone_or_edited_come_back_and_rerun_nothing(copy: Clone) -> None:
    steps = copy.folder / "results/default/steps"
    before = {path.name: path.read_bytes() for path in steps.iterdir()}
    shutil.rmtree(steps)
    copy.write("results/default/steps/estimate_costs.json", "{}")
    assert "Nothing to be done" in copy.make("paper").stdout
    assert {path.name: path.read_bytes() for path in steps.iterdir()} == before


def test_results_copied_to_a_fresh_folder_are_up_to_date(copy: Clone) -> None:
    touch_all(copy)
    done = copy.make("paper")
    assert "Nothing to be done" in done.stdout
