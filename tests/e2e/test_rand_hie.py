"""The ready-made example on real people: from a clean copy to a paper that agrees with what was published."""

import os
import re

import pandas as pd
import pytest

from tests.e2e.clone import Clone, fresh
from tests.told import faults


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    clone = fresh(tmp_path_factory.mktemp("rand"))
    done = clone.make("paper", "STUDY=rand-hie")
    assert done.returncode == 0, done.stdout
    (clone.folder / "said.txt").write_text(done.stdout, encoding="utf-8")
    return clone


def test_headline_is_the_ratio_of_the_published_means(example: Clone) -> None:
    # Manning and others 1987: 4.55 visits under free care, 2.73 under 95% coinsurance.
    fewer = re.search(
        r"1\. Under 95% coinsurance there were ([\d.]+)% fewer face-to-face visits", example.read("said.txt")
    )
    assert fewer is not None
    assert float(fewer[1]) == pytest.approx(100 * (1 - 2.73 / 4.55), abs=0.2)


def test_what_is_told_is_what_the_rows_say(example: Clone) -> None:
    release = example.folder / "reports/releases/rand-hie-1.0.0"
    assert faults(release, example.folder / "results/rand-hie") == []


def test_paper_is_of_observed_people_and_holds_no_row_of_any(example: Clone) -> None:
    release = example.folder / "reports/releases/rand-hie-1.0.0"
    assert all((release / f"paper.{kind}").stat().st_size > 50_000 for kind in ("html", "pdf", "docx"))
    page = (release / "paper.html").read_text(encoding="utf-8")
    assert "{{<" not in page
    assert "simulat" not in page.lower()
    tables = {path.name: pd.read_csv(path) for path in release.rglob("*.csv")}
    assert not any(table["simulated"].any() for table in tables.values())
    assert [name for name, table in tables.items() if {"zper", "person_id"} & set(table) or len(table) > 100] == []
    assert not list(release.rglob("*.parquet"))


MADE = "data/raw/rand-hie/persons.csv"  # which a module of this project writes
UP_TO_DATE = "Nothing to be done: everything is up to date."


def edit(example: Clone, when: int | None) -> bytes:
    """Another value in a file that was made here, under the stamp that it had or another; the file as it was."""
    path = example.folder / MADE
    before, facts = path.read_bytes(), path.stat()
    path.write_bytes(before.replace(b",4.", b",5.", 1))
    assert path.read_bytes() != before
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns if when is None else when * 10**9))
    return before


@pytest.mark.parametrize("when", [None, 1_000_000_000, 2_000_000_000], ids=["same stamp", "older", "newer"])
def test_an_edited_file_that_was_made_here_is_refused(example: Clone, when: int | None) -> None:
    before = edit(example, when)
    for step in ("status", "pull"):
        refused = example.make(step, "STUDY=rand-hie")
        assert refused.returncode != 0
        assert "persons.csv is not the file that the register knows" in refused.stdout
    (example.folder / MADE).write_bytes(before)
    assert UP_TO_DATE in example.make("status", "STUDY=rand-hie").stdout


def test_the_mend_of_an_edited_file_restores_it(example: Clone) -> None:
    before = edit(example, None)
    mend = re.search(r"To mend it: `(.+?)`", example.make("paper", "STUDY=rand-hie").stdout)
    assert mend is not None
    done = example.run("bash", "-c", mend[1].replace("make ", "make --old-file .venv/installed "))
    assert done.returncode == 0, done.stdout
    assert (example.folder / MADE).read_bytes() == before
    assert UP_TO_DATE in example.make("status", "STUDY=rand-hie").stdout


@pytest.mark.parametrize("lost", [MADE, "results/rand-hie/pull/rand-hie.json"])
def test_a_lost_file_is_told_and_made_anew(example: Clone, lost: str) -> None:
    before = (example.folder / lost).read_bytes()
    (example.folder / lost).unlink()
    assert f"files that their step wrote are gone: 1 step ({lost})" in example.make("status", "STUDY=rand-hie").stdout
    assert example.make("pull", "STUDY=rand-hie").returncode == 0
    assert (example.folder / lost).read_bytes() == before


def test_who_reads_no_further_is_told_of_no_fault(example: Clone) -> None:
    done = example.run(
        "bash", "-c", "make --old-file .venv/installed status STUDY=rand-hie | true; echo ${PIPESTATUS[0]}"
    )
    assert done.stdout == "0\n"
