"""A section can be read alone, over the project that was assembled last."""

import json
import re
import shutil
from pathlib import Path

import pytest

from analysis.release.render.preview import alone, lay_over, named, preview
from analysis.steps import Problem
from tests.unit.release.render.test_render import REPORTS, assembled


def made(folder: Path, text: str) -> Path:
    """A project over which a section called `room/made` was laid."""
    source, reports = assembled(folder / "source"), folder / "reports"
    (reports / "sections" / "room").mkdir(parents=True)
    shutil.copytree(REPORTS / "phrases", reports / "phrases")
    (folder / "sections.json").write_text(json.dumps({"sections/room/made.qmd": text}), encoding="utf-8")
    (folder / "addresses.json").write_text("{}", encoding="utf-8")
    lay_over(source, reports, folder, folder / "project", "paper.qmd")
    return folder / "project"


def test_a_section_is_shown_with_what_it_refers_to_named(tmp_path: Path) -> None:
    text = "## A heading {#sec-here}\n\nAs @sec-here and @fig-elsewhere say, {{< var outcomes.emergency.change >}}.\n"
    preview(made(tmp_path, text), "paper.qmd", "room/made", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "A heading" in page
    assert "[the figure fig-elsewhere]" in page
    assert 'href="#sec-here"' in page


@pytest.mark.parametrize(
    ("section", "meant"),
    [
        ("room/mode", "write SECTION=room/made,"),
        ("Room/Made", "write SECTION=room/made,"),
        ("room", "write SECTION=<topic>/<name>, one of room/made,"),
        ("elsewhere/x", "write SECTION=<topic>/<name>, one of the topics .*room"),
        ("../paper", "write SECTION=<topic>/<name>, one of the topics .*room"),
    ],
)
def test_a_section_that_is_not_there_is_told_with_those_that_are(tmp_path: Path, section: str, meant: str) -> None:
    with pytest.raises(Problem, match=f"The paper has no section {section}") as caught:
        preview(made(tmp_path, "Text."), "paper.qmd", section, tmp_path / "page.html")
    assert re.match(meant, caught.value.mend)
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize(
    "section", ["room/made", "room/made.qmd", "sections/room/made.qmd.j2", "reports/sections/room/made.qmd.j2"]
)
def test_a_section_is_taken_by_its_file_too(tmp_path: Path, section: str) -> None:
    assert named(section, made(tmp_path, "Text.")) == "room/made"


def test_what_is_defined_in_the_section_stays_a_link() -> None:
    assert alone("@tbl-a and @tbl-b, [@ling2012] {#tbl-a}") == "@tbl-a and *[the table tbl-b]*, [@ling2012] {#tbl-a}"
