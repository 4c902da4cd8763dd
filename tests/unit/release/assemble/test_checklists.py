"""The annex of reporting checklists names only what a paper has, and says what it has not."""

import re
from pathlib import Path

from analysis.release.assemble.checklists import checklists
from analysis.yaml_files import read_yaml

TEXT = """
# Methods {#sec-methods}

# Executive summary {#sec-summary .unnumbered}

| a |

: A table {#tbl-quality tbl-colwidths="[1]"}
"""
LIST = """
- name: x
  caption: Where.
  items:
    - {item: "1", asks: A, where: [sec-summary, tbl-quality, sec-elsewhere]}
    - {item: "2", asks: B, where: [sec-elsewhere], note: Nobody knows.}
    - {item: "3", asks: C, where: [fig-flow], otherwise: There was no flow.}
- name: y
  needs: sec-elsewhere
  caption: Never.
  items: []
"""


def test_places_that_are_there_become_links_and_others_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "checklists.yaml"
    path.write_text(LIST, encoding="utf-8")
    made = checklists(path, TEXT)
    assert "[Executive summary](#sec-summary)" in made
    assert "@tbl-quality" in made
    assert "elsewhere" not in made
    assert "Not in this paper. Nobody knows." in made
    assert "There was no flow." in made
    assert "Never" not in made
    assert '#policy-page("sec-summary")' in made


def test_a_project_without_checklists_has_none(tmp_path: Path) -> None:
    assert checklists(tmp_path / "checklists.yaml", TEXT) == ""


def test_the_checklists_name_places_by_their_kind_and_every_item_once(root: Path) -> None:
    for each in read_yaml(root / "reports/checklists.yaml"):
        items = [item["item"] for item in each["items"]]
        assert len(set(items)) == len(items)
        places = [place for item in each["items"] for place in item["where"]]
        assert all(re.fullmatch(r"(sec|fig|tbl)-[a-z-]+", place) for place in places)


def test_every_section_that_a_checklist_names_is_written_somewhere(root: Path) -> None:
    known = {
        found for path in (root / "reports/sections").glob("*/*.qmd*")
        for found in re.findall(r"\{#(sec-[\w-]+)", path.read_text(encoding="utf-8"))
    }  # fmt: skip
    asked = {
        place for each in read_yaml(root / "reports/checklists.yaml") for item in each["items"]
        for place in item["where"] if place.startswith("sec-")
    }  # fmt: skip
    assert asked - known <= {"sec-methods-cohort", "sec-cohort"}
