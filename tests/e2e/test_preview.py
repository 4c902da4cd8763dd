"""An author edits a sentence and sees it, over the results that are there: nothing is computed, nothing is released."""

from pathlib import Path

from tests.e2e.clone import Clone

WORTH = "reports/sections/continuity/worth.qmd.j2"


def states(folder: Path) -> dict[str, int]:
    """When each result and release was written, but for the preview's own."""
    kept = [*(folder / "results/default").rglob("*"), *(folder / "reports/releases").rglob("*")]
    return {str(path): path.stat().st_mtime_ns for path in kept if path.is_file() and "/preview/" not in str(path)}


def test_an_edited_sentence_is_shown_and_nothing_else_happens(copy: Clone) -> None:
    before = states(copy.folder)
    copy.append(WORTH, "\nThis sentence is new, and << continuity.worth.label >> stand in it.\n")
    done = copy.make("preview", "SECTION=continuity/worth")
    assert done.returncode == 0, done.stdout
    page = copy.folder / "results/default/preview/continuity-worth.html"
    assert str(page.relative_to(copy.folder)) in done.stdout
    assert "This sentence is new, and ambulatory-care-sensitive admissions stand in it." in page.read_text("utf-8")
    assert states(copy.folder) == before
    whole = copy.make("preview")
    assert whole.returncode == 0, whole.stdout
    assert "This sentence is new" in (copy.folder / "results/default/preview/paper.html").read_text("utf-8")


def test_what_is_wrong_is_told_with_file_and_line(copy: Clone) -> None:
    copy.append(WORTH, "\n<< continuity.wroth.label >>\n")
    done = copy.make("preview", "SECTION=continuity/worth")
    assert done.returncode != 0
    assert f"{WORTH}, line " in done.stdout
    assert "wroth" in done.stdout


def test_quarto_shows_the_project_where_it_is_installed(copy: Clone) -> None:
    quarto = copy.folder / ".venv-quarto" / "quarto"
    quarto.parent.mkdir()
    quarto.write_text('#!/bin/sh\necho "quarto $@"\n', encoding="utf-8")
    quarto.chmod(0o755)
    done = copy.run("env", f"PATH={quarto.parent}:/usr/bin:/bin", "make", "--old-file", ".venv/installed", "preview")
    assert "quarto preview results/default/preview/project/paper.qmd" in done.stdout
