"""Every fault ends in its own sentence and exit code, and leaves earlier results as they were.

One folder per fault: it holds the files that differ from ``base``, and what the message must say. ``removed.txt``
names files that are missing; faults that are no text are made in :mod:`tests.invalid.made`.
"""

import shutil
from pathlib import Path

import pytest

from tests.e2e.clone import Clone, fresh
from tests.e2e.screens import last_screen
from tests.invalid.made import MADE

HERE = Path(__file__).parent
BASE = HERE / "base"
FAULTS = sorted(folder.name for folder in HERE.iterdir() if (folder / "expected.txt").is_file())
# A few go through the whole pipeline too: its steps refuse them with the same words.
THROUGH_THE_PIPELINE = ["month-gap", "unknown-practice-in-the-survey", "zip-bomb"]
EARLIER = ("results/{}/estimate/estimates.csv", "reports/releases/{}-1.0.0/paper.html")


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    return fresh(tmp_path_factory.mktemp("invalid"))


def study(project: Clone, fault: str) -> Path:
    """Put a package with this fault, its study file and something that an earlier run left into the project."""
    folder = project.folder / "packages" / fault
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    given = HERE / fault
    if given != BASE:
        shutil.copytree(given, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.txt", "removed.txt"))
    for name in (given / "removed.txt").read_text().split() if (given / "removed.txt").is_file() else []:
        (folder / name).unlink()
    place = MADE[fault](folder) if fault in MADE else folder
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    text = text.replace("NAME", fault).replace("PACKAGE", str(place))
    (project.folder / f"studies/{fault}.yaml").write_text(text, encoding="utf-8")
    for path in EARLIER:
        earlier = project.folder / path.format(fault)
        earlier.parent.mkdir(parents=True, exist_ok=True)
        earlier.write_text("earlier", encoding="utf-8")
    return folder


def left(project: Clone, fault: str) -> dict[str, bytes]:
    """What stands below results and releases for a study."""
    folders = [project.folder / Path(path.format(fault)).parents[-3] for path in EARLIER]
    return {
        str(path): path.read_bytes() for folder in folders for path in folder.rglob("*")
        if path.is_file() and fault in str(path)
    }  # fmt: skip


def test_the_valid_package_is_valid(project: Clone) -> None:
    study(project, "base")
    done = project.make("check-data", "STUDY=base")
    assert done.returncode == 0, done.stdout
    assert "✗" not in done.stdout
    assert done.stdout.count("✓") == 4 * 6 + 6  # no months of practices, no references of sites


def test_there_is_a_maker_for_each_fault_that_is_no_text() -> None:
    assert set(MADE) - set(FAULTS) == set()
    assert len(FAULTS) >= 45


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_told_and_nothing_is_touched(project: Clone, fault: str) -> None:
    study(project, fault)
    before = left(project, fault)
    done = project.make("check-data", f"STUDY={fault}")
    expected = (HERE / fault / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert [text for text in expected if text not in done.stdout] == [], done.stdout
    assert done.returncode == 2  # make's own code where a command fails; the command's is 1
    assert "Error 1" in done.stdout
    last_screen(done)
    assert left(project, fault) == before


@pytest.mark.parametrize("fault", THROUGH_THE_PIPELINE)
def test_the_pipeline_refuses_with_the_same_words(project: Clone, fault: str) -> None:
    study(project, fault)
    before = left(project, fault)
    done = project.make("paper", f"STUDY={fault}")
    expected = (HERE / fault / "expected.txt").read_text(encoding="utf-8").splitlines()
    told = [text for text in expected if not text.startswith(("sites,", "activity,", "survey,"))]
    assert [text for text in told if text not in done.stdout] == [], done.stdout
    assert done.returncode == 2
    last_screen(done)
    after = left(project, fault)
    assert {path: after[path] for path in before} == before
    assert not [path for path in after if "reports/releases" in path and path not in before]
