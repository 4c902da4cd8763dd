"""A release is never overwritten, and which side changed is said."""

from pathlib import Path

import pytest

from analysis.release.publish.publish import _settle
from analysis.release.publish.sums import NAME, sums
from analysis.steps import Problem, write_text


def release(folder: Path, text: str) -> Path:
    """A whole release of one page."""
    write_text(folder / "paper.html", text)
    write_text(folder / NAME, sums(folder))
    return folder


def test_the_same_release_may_come_again(tmp_path: Path) -> None:
    before = release(tmp_path / "releases/1.0.0", "a")
    _settle(release(tmp_path / "new", "a"), before, Path("results/default"))
    assert (before / "paper.html").read_text(encoding="utf-8") == "a"


def test_a_whole_release_that_differs_stays_and_results_are_computed_anew(tmp_path: Path) -> None:
    before = release(tmp_path / "releases/1.0.0", "a")
    with pytest.raises(Problem, match="The release is whole, so it is what was computed since that changed") as problem:
        _settle(release(tmp_path / "new", "b"), before, Path("results/mine"))
    assert "rm -r results/mine && make paper" in problem.value.mend
    assert (before / "paper.html").read_text(encoding="utf-8") == "a"


def test_a_release_that_somebody_changed_is_the_one_to_move_away(tmp_path: Path) -> None:
    before = release(tmp_path / "releases/1.0.0", "a")
    write_text(before / "paper.html", "mine")
    with pytest.raises(Problem, match=r"paper.html in it is missing or was changed since its release") as problem:
        _settle(release(tmp_path / "new", "a"), before, Path("results/mine"))
    assert problem.value.mend.startswith(f"move {before} away")
    assert (before / "paper.html").read_text(encoding="utf-8") == "mine"
