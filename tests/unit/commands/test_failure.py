"""Any exception becomes a sentence on one line, with a mend that deletes nothing real."""

import errno
import os
from pathlib import Path

import pandas as pd
import pytest

from analysis.commands.drafts import sweep
from analysis.commands.failure import problem_of
from analysis.steps import Problem, again


def system(number: int, path: str = "data/x.csv") -> OSError:
    return OSError(number, os.strerror(number), path)


CASES = {
    "no space": (system(errno.ENOSPC), "There is no space left on the disk. data/x.csv could not be written."),
    "quota": (system(errno.EDQUOT), "There is no space left on the disk"),
    "no space, told by a library": (RuntimeError("IO Error: write: No space left on device"), "There is no space left"),
    "missing": (system(errno.ENOENT), "data/x.csv is missing."),
    "denied": (system(errno.EACCES), "data/x.csv may not be read or written by you."),
    "another number": (system(errno.ESTALE), "data/x.csv could not be used: Stale file handle."),
    "memory": (MemoryError("Unable to allocate 3 GiB"), "The memory of this machine was not enough"),
    "memory, told by a library": (type("OutOfMemoryException", (Exception,), {})("x"), "The memory of this machine"),
    "recursion": (RecursionError(), "Something is nested too deeply to be read."),
    "stopped": (KeyboardInterrupt(), "It was stopped before its end."),
    "a problem": (Problem("It is wrong.", "put it right"), "It is wrong."),
    "unforeseen": (KeyError("summary"), "This step ended in a fault of its own: KeyError: 'summary'."),
    "unforeseen, over many lines": (ValueError("one\n  two\x1b[2J"), "fault of its own: ValueError: one two"),
}


@pytest.mark.parametrize(("error", "told"), CASES.values(), ids=CASES.keys())
def test_every_failure_is_a_sentence_and_a_mend(error: BaseException, told: str) -> None:
    said, mend = str(problem_of(error)).split("\n  To mend it: ")
    assert said.startswith(told) or told in said
    assert said.endswith(".")
    assert mend
    assert not set("\n\x1b") & set(said + mend)


def test_what_came_of_being_stopped_is_being_stopped() -> None:
    error = RuntimeError("Cannot close a running event loop")
    error.__context__ = KeyboardInterrupt()
    assert problem_of(error).sentence == "It was stopped before its end."


def test_the_file_that_cannot_be_read_is_named_and_only_results_are_deleted(tmp_path: Path) -> None:
    whole, computed, raw = tmp_path / "a.parquet", tmp_path / "results/b.parquet", tmp_path / "raw/c.json"
    pd.DataFrame({"a": range(9)}).to_parquet(whole)
    for path in (computed, raw):
        path.parent.mkdir()
        path.write_bytes(b"{")
    told = problem_of(ValueError("odd"), [whole, computed, raw])
    assert told.sentence.startswith(f"{computed} is damaged: ")
    assert told.mend.startswith(f"delete {computed}: it is computed anew")
    told = problem_of(ValueError("odd"), [whole, raw])
    assert told.sentence.startswith(f"{raw} is damaged: ")
    assert told.mend.startswith(f"restore {raw}")
    assert "fault of its own" in problem_of(ValueError("odd"), [whole]).sentence


def test_the_file_itself_is_named_and_not_its_draft_or_what_would_lie_below_it(tmp_path: Path) -> None:
    told = problem_of(system(errno.ENOSPC, "results/own/.812-panel.parquet")).sentence
    assert told == "There is no space left on the disk. results/own/panel.parquet could not be written."
    (tmp_path / "results").write_text("mine", encoding="utf-8")
    told = problem_of(system(errno.ENOTDIR, str(tmp_path / "results/own/logs"))).sentence
    assert told == f"{tmp_path}/results is a file, and a folder is expected there."


def test_a_mend_names_the_study_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STUDY", raising=False)
    assert again() == "make paper"
    monkeypatch.setenv("STUDY", "evidence")
    assert (again(), again("check-data")) == ("make paper STUDY=evidence", "make check-data STUDY=evidence")


def test_drafts_of_dead_processes_go_and_nothing_else(tmp_path: Path) -> None:
    dead, mine = tmp_path / "a/.999999999-x.csv", tmp_path / f"a/.{os.getpid()}-x.csv"
    other, folder = tmp_path / "a/.hidden-x.csv", tmp_path / "a/.999999999-release"
    (folder / "figures").mkdir(parents=True)
    for path in (dead, mine, other, folder / "paper.html", folder / "figures/a.svg"):
        path.write_text("x", encoding="utf-8")
    sweep(tmp_path)
    assert sorted(tmp_path.rglob("*")) == sorted([tmp_path / "a", mine, other])
    sweep(tmp_path / "not-there")
