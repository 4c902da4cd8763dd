"""The ready-made example on real people: from a clean copy to a paper that agrees with what was published."""

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
