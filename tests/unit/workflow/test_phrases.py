"""A step may tell from the phrases that it names, and from what these say of others."""

from pathlib import Path

import pytest

from analysis.present.designs.designs import designs
from analysis.steps import Problem
from analysis.study import Study
from tests.unit.present.made_rows import clear_fall, table
from tests.unit.present.phrases import allowed
from workflow.phrases import phrases


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library in which a sentence of one topic says one of another, which picks a word."""
    folder = tmp_path / "reports" / "phrases"
    for name, text in {
        "a/first.md.j2": 'So << it | each("b/second") | joined >>.',
        "a/other.md.j2": "Other.",
        "b/second.md.j2": '<% for one in it %><< one | phrase("way") >><% endfor %>',
        "b/unused.md.j2": "Unused.",
        "c.yaml": "way: {walk: on foot}\nfood: {egg: boiled}",
        "d.yaml": "shoe: {left: left}",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.mark.parametrize(
    ("places", "files"),
    [
        (("a",), ["a/first.md.j2", "a/other.md.j2", "b/second.md.j2", "c.yaml"]),
        (("a/first",), ["a/first.md.j2", "b/second.md.j2", "c.yaml"]),
        (("a/other",), ["a/other.md.j2"]),
        (("food",), ["c.yaml"]),
        (("shoe", "a/other"), ["a/other.md.j2", "d.yaml"]),
    ],
)
def test_what_a_phrase_says_of_others_comes_by_itself(library: Path, places: tuple[str, ...], files: list[str]) -> None:
    assert phrases(*places) == [f"reports/phrases/{name}" for name in files]


@pytest.mark.parametrize("place", ["a/frist", "e", "drink", "c"])
def test_a_place_that_is_not_there_is_told(library: Path, place: str) -> None:
    with pytest.raises(Problem, match=f"reports/phrases/{place}, which is not there"):
        phrases(place)


def test_a_figure_that_says_what_its_step_does_not_name_is_an_error(tmp_path: Path, study: Study) -> None:
    table(clear_fall()).to_csv(tmp_path / "estimates.csv", index=False)
    with pytest.raises(Problem, match="There is no phrase `designs/"):
        designs(
            estimates=tmp_path / "estimates.csv", outcomes=dict(study.outcomes), phrases=allowed("present_tests"),
            figures=tmp_path,
        )  # fmt: skip
    assert not list(tmp_path.glob("designs.*"))
