"""Fifty failures, each by itself: the sentence and its mend stand last, and nothing else is changed.

Most are made with files; what cannot be (a disk that fails, a file that goes while it is read) is made by
``faulty/sitecustomize.py`` at the moment when a path is opened. A small disk is a tmpfs where root may mount one.
"""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from tests.e2e.clone import Clone, fresh
from tests.e2e.screens import drafts, kept, last_screen

HERE = Path(__file__).parent
BASE = HERE.parent / "invalid/base"
Arrange = Callable[[Clone], object]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A clean copy with a study of its own, `own`, whose data are a few files of text, and an earlier release."""
    clone = fresh(tmp_path_factory.mktemp("clean"))
    (clone.folder / "reports/releases/own-1.0.0").mkdir(parents=True)
    (clone.folder / "reports/releases/own-1.0.0/paper.html").write_text("earlier", encoding="utf-8")
    return clone


@pytest.fixture
def project(clean: Clone, tmp_path: Path) -> Clone:
    """A copy of it that a test may change."""
    shutil.copytree(clean.folder, tmp_path / "copy", symlinks=True)
    clone = Clone(tmp_path / "copy")
    shutil.copytree(BASE, clone.folder / "own")
    text = (BASE / "study.yaml").read_text(encoding="utf-8").replace("NAME", "own").replace("PACKAGE", "own")
    (clone.folder / "studies/own.yaml").write_text(text, encoding="utf-8")
    return clone


def nothing(_: Clone) -> None:
    """The command line alone is at fault."""


def write(path: str, text: str | bytes) -> Arrange:
    content = text.encode() if isinstance(text, str) else text
    return lambda project: (project.folder / path).write_bytes(content)


def edit(path: str, old: str, new: str) -> Arrange:
    return lambda project: project.edit(path, old, new)


def remove(path: str) -> Arrange:
    return lambda project: (project.folder / path).unlink()


def pipe(path: str) -> Arrange:
    def made(project: Clone) -> None:
        (project.folder / path).unlink(missing_ok=True)
        os.mkfifo(project.folder / path)

    return made


def bound(path: str) -> Arrange:
    def made(project: Clone) -> None:
        (project.folder / path).unlink()
        here = Path.cwd()
        os.chdir(project.folder)  # the path of a socket may not be long
        try:
            with socket.socket(socket.AF_UNIX) as end:
                end.bind(path)
        finally:
            os.chdir(here)

    return made


def leads_nowhere(path: str) -> Arrange:
    def made(project: Clone) -> None:
        (project.folder / path).unlink()
        (project.folder / path).symlink_to("not-there.csv")

    return made


def folder(path: str) -> Arrange:
    def made(project: Clone) -> None:
        (project.folder / path).unlink(missing_ok=True)
        (project.folder / path).mkdir()

    return made


def flipped(path: Path, place: float = 0.4) -> None:
    """Flip the bits of one byte."""
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 0xFF
    path.write_bytes(content)


def flipped_table(project: Clone) -> None:
    table = project.folder / "own/activity.csv"
    frame = pd.concat([pd.read_csv(table)] * 50)
    frame.to_parquet(table.with_suffix(".parquet"), compression="gzip")
    flipped(table.with_suffix(".parquet"))
    table.unlink()


def flipped_episodes(project: Clone) -> None:
    """A table of persons, which is read with DuckDB and never as a whole."""
    days = pd.date_range("2009-01-01", "2009-06-30").strftime("%Y-%m-%d").to_numpy()
    count = 4000
    frame = pd.DataFrame({
        "patient_id": [f"a{number:05d}" for number in range(count)],
        "practice_id": [f"P{1 + number % 6}" for number in range(count)],
        "admitted": days[[number % 181 for number in range(count)]],
        "discharged": days[[number % 181 for number in range(count)]],
        "method": ["21"] * count,
        "diagnosis_1": ["J45"] * count,
    })  # fmt: skip
    frame.to_parquet(project.folder / "own/spells.parquet", compression="gzip")
    flipped(project.folder / "own/spells.parquet", 0.2)
    (project.folder / "own/activity.csv").unlink()


def zipped(project: Clone) -> Path:
    place = project.folder / "own.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted((project.folder / "own").glob("*.csv")):
            archive.write(file, file.name)
    return place


def flipped_zip(project: Clone) -> None:
    flipped(zipped(project), 0.2)


def strange_zip(project: Clone) -> None:
    """A way of packing that Python cannot unpack."""
    content = zipped(project).read_bytes()
    for head, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        start = content.index(head) + at
        content = content[:start] + b"\x09\x00" + content[start + 2 :]
    (project.folder / "own.zip").write_bytes(content)


def results_is_a_file(project: Clone) -> None:
    (project.folder / "results").write_text("mine", encoding="utf-8")


NESTED = "[" * 3000 + "]" * 3000
STUDY, DATA, PAPER = ["study", "NAME=mine"], "DATA=own", ["paper", "STUDY=own"]
CHECK = ["check-data", "STUDY=own"]
# A part of what `make paper` does, which is quicker.
STEP = ["--until", "prepare_panel"]

# What is wrong: how it comes about, what is typed, and what the last two lines say.
FAILURES: dict[str, tuple[Arrange, list[str], str]] = {
    "a path for a name": (nothing, ["check-data", "STUDY=../config"], "'../config' is no name of a study"),
    "a study that is not there": (nothing, ["paper", "STUDY=nothing"], "There is no study file studies/nothing.yaml"),
    "no data": (nothing, ["study", "NAME=mine"], "A new study needs a name and data"),
    "a name that is none": (nothing, ["study", "NAME=My Study", DATA], "'My Study' cannot be the name of a study"),
    "a name that is taken": (nothing, ["study", "NAME=evidence", DATA], "studies/evidence.yaml exists already"),
    "data that are not there": (nothing, [*STUDY, "DATA=nowhere"], "There is no data package at nowhere"),
    "a pipe for an archive": (pipe("own.zip"), [*STUDY, "DATA=own.zip"], "own.zip is a pipe or a device"),
    "a device for data": (nothing, [*STUDY, "DATA=/dev/zero"], "/dev/zero is a pipe or a device"),
    "a text for data": (write("own.txt", "x"), [*STUDY, "DATA=own.txt"], "own.txt is neither a folder nor a zip"),
    "a pattern for a folder": (folder("a{b}"), [*STUDY, "DATA=a{b}"], "'a{b}' holds the character '{'"),
    "an empty folder": (folder("empty"), [*STUDY, "DATA=empty"], "empty has no table sites"),
    "a pipe for a table": (pipe("own/activity.csv"), CHECK, "own/activity.csv is a pipe or a device"),
    "a socket for a table": (bound("own/sites.csv"), CHECK, "own/sites.csv is a pipe or a device"),
    "a link to nothing": (leads_nowhere("own/sites.csv"), CHECK, "own/sites.csv is a link to a file that is not there"),
    "a folder for a table": (folder("own/sites.csv"), CHECK, "own has no table sites"),
    "a pipe for a study": (pipe("studies/own.yaml"), CHECK, "studies/own.yaml is no ordinary file"),
    "a folder for a study": (folder("studies/own.yaml"), PAPER, "studies/own.yaml is no ordinary file"),
    "brackets in brackets": (write("studies/own.yaml", f"a: {NESTED}"), PAPER, "not readable as YAML: brackets within"),
    "a study in another alphabet": (write("studies/own.yaml", b"title: \xff\xfe"), PAPER, "is not readable as YAML"),
    "a key that nobody knows": (write("studies/own.yaml", "colour: red\n"), PAPER, "studies/own.yaml is not a study"),
    "a document that is not there": (edit("studies/own.yaml", "own-study.qmd", "mine.qmd"), PAPER, "no document"),
    "a document for another plan": (
        edit("studies/own.yaml", "own-study.qmd", "paper.qmd"), PAPER, "the plan of the study own has no such part",
    ),
    "a flipped byte in a table": (flipped_table, CHECK, "The data of the study own have one fault"),
    "a flipped byte in a table of persons": (flipped_episodes, CHECK, "The data of the study own have one fault"),
    "a flipped byte, met by a step": (flipped_table, PAPER, "own/activity.parquet: it is no whole Parquet file"),
    "a flipped byte in an archive": (flipped_zip, [*STUDY, "DATA=own.zip"], "own.zip is damaged at"),
    "an archive packed in a strange way": (strange_zip, [*STUDY, "DATA=own.zip"], "own.zip is damaged at"),
    "a descriptor of brackets": (write("own/datapackage.json", NESTED), CHECK, "own/datapackage.json is not readable"),
    "a data set that is not registered": (nothing, ["pull", "ACCEPT=nothing"], "has no data set `nothing`"),
    "an accepted file that is not there": (
        remove("data/raw/published/evaluations.csv"), ["pull", "ACCEPT=published-evidence"], "evaluations.csv",
    ),
    "a register that is a pipe": (pipe("data/raw/datasets.yaml"), CHECK[:1], "datasets.yaml is no ordinary file"),
    "a register that is no YAML": (write("data/raw/datasets.yaml", "a: [}"), PAPER, "is not readable as YAML"),
    "a file that nobody registered": (write("data/raw/mine.csv", "a"), PAPER, "mine.csv is in no data set"),
    "a changed raw file": (write("data/raw/published/evaluations.csv", "a"), PAPER, "not the file that the register"),
    "a raw file that is a pipe": (pipe("data/raw/published/evaluations.csv"), PAPER, "evaluations.csv of data set"),
    "a file where results should be": (results_is_a_file, PAPER, "error: results is a file, and a folder is"),
    "a benchmark that is a path": (nothing, ["bench", "WHAT=../x"], "WHAT"),
    "a benchmark that is not there": (nothing, ["bench", "WHAT=nothing"], "WHAT"),
    "data that the pipeline refuses": (edit("own/activity.csv", "2009-02", "2009-13"), PAPER, "own/activity.csv"),
}  # fmt: skip

# What goes wrong, at the opening of which path, what is typed, and what the last two lines say.
MOMENTS: dict[str, tuple[str, str, list[str], str]] = {
    "a table that goes while a study is made": ("vanished", "own/activity.csv", [*STUDY, DATA], "own/activity.csv"),
    "a table that goes while it is checked": ("vanished", "own/activity.csv", CHECK, "own/activity.csv"),
    "a table that may not be read": ("denied", "own/sites.csv", CHECK, "own/sites.csv may not be read"),
    "a disk that fails": ("bad disk", "own/sites.csv", CHECK, "own/sites.csv could not be used: Input/output error"),
    "no space for the study": ("disk full", "-mine.yaml", [*STUDY, DATA], "There is no space left on the disk"),
    "no space for a result": ("disk full", "-panel.parquet", PAPER, "There is no space left on the disk"),
    "a disk that cannot be written": ("read-only", "-panel.parquet", STEP, "lies on a disk that cannot be written"),
    "not enough memory": ("memory", "own/activity.csv", STEP, "The memory of this machine was not enough"),
    "a step that is killed": ("killed", "-panel.parquet", PAPER, "The memory of this machine was not enough"),
    "a step that is stopped": ("stopped", "-panel.parquet", STEP, "It was stopped before its end"),
    "a fault of ours in a step": ("fault of ours", "-panel.parquet", STEP, "a fault of its own: KeyError: 'summary'"),
    "a fault of ours in a check": ("fault of ours", "own/sites.csv", CHECK, "a fault of its own: KeyError: 'summary'"),
    "a fault of ours in the plan": ("fault of ours", "studies/own.yaml", PAPER, "a fault of its own: KeyError"),
    "what is nested too deeply": ("too deep", "own/sites.csv", CHECK, "nested too deeply"),
}


def test_fifty_failures_are_tried() -> None:
    assert len(FAILURES) + len(MOMENTS) >= 50


@pytest.mark.parametrize(("arrange", "words", "told"), FAILURES.values(), ids=FAILURES.keys())
def test_the_sentence_and_its_mend_stand_last(project: Clone, arrange: Arrange, words: list[str], told: str) -> None:
    arrange(project)
    refused(project, words, told)


@pytest.mark.parametrize(("kind", "at", "words", "told"), MOMENTS.values(), ids=MOMENTS.keys())
def test_what_goes_wrong_on_the_way_is_told_last(
    project: Clone, kind: str, at: str, words: list[str], told: str
) -> None:
    refused(project, words, told, PYTHONPATH=str(HERE / "faulty"), FAULT=kind, AT=at)


def refused(project: Clone, words: list[str], told: str, **environment: str) -> str:
    """The last two lines after a command that fails, and has changed nothing."""
    before = kept(project)
    given = [f"{name}={value}" for name, value in environment.items()]
    make = ["make", "--old-file", ".venv/installed"] if words != STEP else ["STUDY=own", "python", "workflow/run.py"]
    done = project.run("timeout", "120", "env", *given, *make, *words)
    said = last_screen(done)
    assert told in said, done.stdout
    assert kept(project) == before
    assert drafts(project) == ([] if environment.get("FAULT") != "killed" else drafts(project))
    if screens := os.environ.get("SCREENS"):  # to show them: SCREENS=/tmp/screens.txt python -m pytest …
        with Path(screens).open("a", encoding="utf-8") as stream:
            stream.write(f"make {' '.join(words)}\n{said}\n\n")
    return said


@pytest.fixture
def small_disk(project: Clone) -> Iterator[Clone]:
    """The project's results on a disk of 200 kB."""
    place = project.folder / "results"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", place], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    yield project
    subprocess.run(["umount", place], check=True)


def test_a_disk_that_runs_full_is_one_sentence(small_disk: Clone) -> None:
    refused(small_disk, PAPER, "There is no space left on the disk")


def test_a_file_that_may_grow_no_further_is_one_sentence(project: Clone) -> None:
    """The limit of an account, as large as a block."""
    done = project.run("bash", "-c", "ulimit -f 1; make --old-file .venv/installed study NAME=mine DATA=own")
    assert "grew larger than this account may write" in last_screen(done)
    assert not (project.folder / "studies/mine.yaml").exists()


def test_another_run_is_waited_for(project: Clone) -> None:
    with (project.folder / ".snakemake-running").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        assert "Another run is under way in this folder" in refused(project, PAPER, "wait until it ends")


def test_a_run_that_is_stopped_by_hand_says_that_it_goes_on(project: Clone) -> None:
    command = ["make", "--old-file", ".venv/installed", *PAPER]
    run = subprocess.Popen(
        command, cwd=project.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    assert run.stdout is not None
    said = run.stdout.readline()  # the first step began
    os.killpg(run.pid, signal.SIGINT)
    said += run.communicate(timeout=60)[0]
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith("make: ")]
    assert lines[-2:] == [
        "error: It was stopped before its end.",
        "  To mend it: run the same command again; what is finished is kept",
    ], said


def test_what_a_killed_run_left_goes_at_the_next(project: Clone) -> None:
    environment = {"PYTHONPATH": str(HERE / "faulty"), "FAULT": "killed", "AT": "-panel.parquet"}
    refused(project, PAPER, "The memory of this machine", **environment)
    left = project.folder / "results/own/prepare/.999999999-late.parquet"
    left.write_bytes(b"half")
    running = project.folder / f"results/own/prepare/.{os.getpid()}-running.parquet"
    running.write_bytes(b"half")
    project.make("status", "STUDY=own")
    assert not left.exists()
    assert running.exists()


def test_a_python_that_is_not_there_is_named(tmp_path: Path, clean: Clone) -> None:
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(clean.folder / name, tmp_path / name)
    done = Clone(tmp_path).run("make", "paper", "PYTHON=/nowhere/python")
    assert "There is no Python at /nowhere/python" in last_screen(done)


def test_a_title_with_braces_is_a_title(project: Clone) -> None:
    """Snakemake takes {A} in a parameter for a wildcard."""
    project.edit("studies/own.yaml", "Pilots made by hand", "Pilots {A} and {B} by {hand}")
    done = project.make("status", "STUDY=own")
    assert done.returncode == 0, done.stdout


def test_a_run_counts_its_steps_and_tells_the_time_left(project: Clone) -> None:
    folder = project.folder / "results/own/benchmarks"
    folder.mkdir(parents=True)
    for rule in ("pull_package", "prepare_panel", "prepare_survey"):
        (folder / f"{rule}.tsv").write_text("s\th:m:s\n600.0\t0:10:00\n", encoding="utf-8")
    run = ["env", "STUDY=own", "python", "workflow/run.py", "--until", "prepare_panel", "prepare_survey"]
    done = project.run(*run)
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert [line.partition(" of 3")[0].strip() for line in lines] == ["1", "2", "3"]
    minutes = 30 / (os.cpu_count() or 1)
    assert lines[0] == f"  1 of 3, about {round(minutes)} min left: Receiving the study's own data package"


def test_a_step_by_hand_tells_which_of_its_files_is_damaged(project: Clone, tmp_path: Path) -> None:
    """Results of an earlier step, a byte of which was changed."""
    from analysis.tables import Lineage, Source, write_table

    panel = tmp_path / "results/own/panel.parquet"
    frame = pd.DataFrame({"practice_id": [f"P{number}" for number in range(500)], "count": range(500)})
    write_table(panel, frame, Lineage((Source("own", "0" * 64, "observed"),)))
    content = bytearray(panel.read_bytes())
    content[4:40] = bytes(36)
    panel.write_bytes(content)
    options = ["--panel", str(panel), "--name", "a", "--measure", "b", "--confidence", "0.95", "--out", "out.parquet"]
    done = project.run("python", "-m", "analysis.estimate.outcomes.admissions", *options)
    said = last_screen(done)
    assert f"{panel} is damaged" in said
    assert f"delete {panel}: it is computed anew" in said
    published = tmp_path / "results/own/published.json"
    published.write_text(json.dumps({"folder": "reports/releases/own-1.0.0"})[:-2], encoding="utf-8")
    done = project.run("python", "-m", "analysis.release.publish.announce", "--published", str(published))
    assert f"{published} is damaged" in last_screen(done)
