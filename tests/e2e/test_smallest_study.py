"""A study of one's own with the least that it can have: one outcome, and nothing beside it."""

import re
from zipfile import ZipFile

import pikepdf
import pytest

from analysis.simulate.outcomes.pilots import simulate
from analysis.simulate.outcomes.world import World
from tests.e2e.clone import Clone, fresh
from tests.told import faults

ENTRY = """
  - id: our-extract
    title: Our extract
    producer: Us
    licence: None
    accessed: 2026-01-31
    extract: Hospital records of our area
    files:
"""
FILE = """      - path: our-extract/{name}.csv
        sha256: "{zeros}"
        bytes: 0
        columns: []
"""
STUDY = """\
config_version: 1
name: ours
title: Ambulance calls and our pilots
subtitle: What changed
pilots:
  dataset: our-extract
  months: {first: 2007-10, last: 2010-09}
outcomes:
  ambulance_calls:
    kind: activity
    label: ambulance calls
    measure: emergency
    good_direction: down
    smallest_change: 3
release:
  document: own-study.qmd
  date: 2026-01-31
  authors:
    - name: Our team
"""


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A clean copy whose only paper is ours."""
    clone = fresh(tmp_path_factory.mktemp("ours"))
    world = World(seed=3, sites=5, practices_per_site=4, regions=7, comparison_per_region=3, first="2007-10", months=36)
    tables = {name: table for name, table in simulate(world).items() if name != "survey"}
    (clone.folder / "data/raw/our-extract").mkdir()
    for name, table in tables.items():
        table.to_csv(clone.folder / f"data/raw/our-extract/{name}.csv", index=False)
    files = "".join(FILE.format(name=name, zeros="0" * 64) for name in tables)
    clone.append("data/raw/datasets.yaml", ENTRY + files)
    (clone.folder / "studies/ours.yaml").write_text(STUDY, encoding="utf-8")
    for words in (["pull", "ACCEPT=our-extract"], ["paper", "STUDY=ours"]):
        done = clone.make(*words)
        assert done.returncode == 0, done.stdout
    return clone


def plain(page: str) -> str:
    """The visible text of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<style.*?</style>|<[^>]+>", "", page, flags=re.DOTALL))


def test_one_outcome_without_survey_evidence_and_tests_makes_a_paper(ours: Clone) -> None:
    release = ours.folder / "reports/releases/ours-1.0.0"
    seen = plain((release / "paper.html").read_text(encoding="utf-8"))
    assert re.search(r"Ambulance calls (rose|fell|did not clearly change)", seen)
    assert "No survey was supplied" in seen
    assert "No table of contacts was supplied, so continuity indices were not calculated." in seen
    assert "{{<" not in seen
    # Only the worlds in which the intervals were tried are simulated, and these say so.
    tried = re.sub(r"in simulated pilots of \w+ sites they held the truth|simulated worlds", "", seen)
    assert "simulat" not in tried.lower()
    assert {path.stem for path in (release / "figures").iterdir()} == {"effects", "event-ambulance-calls"}


def test_word_and_pdf_are_made_of_the_same_text(ours: Clone) -> None:
    release = ours.folder / "reports/releases/ours-1.0.0"
    with ZipFile(release / "paper.docx") as word:
        text = word.read("word/document.xml").decode()
    assert "No survey was supplied" in plain(text)
    assert "{{&lt;" not in text
    with pikepdf.open(release / "paper.pdf") as pdf:
        assert len(pdf.pages) > 3
        assert "Ambulance calls and our pilots" in str(pdf.docinfo.get("/Title"))


def test_what_is_told_is_what_the_rows_say(ours: Clone) -> None:
    assert faults(ours.folder / "reports/releases/ours-1.0.0", ours.folder / "results/ours") == []
