"""What `make status` says: about ten lines, stages and reasons counted, and never that stale work is up to date."""

from pathlib import Path

import pytest

from analysis.pull.datasets.contents import Contents, written_of
from analysis.release.publish.sums import NAME, sums
from analysis.steps import write_json, write_text
from workflow.status import Job, lines

FOLLOWS = "Input files updated by another job: results/ours/estimate/estimates.csv"
CODE, DATA, TEXT = "analysis/present/look/style.py", "data/raw/ours/sites.csv", "reports/paper.qmd"
RESULTS = Path("results/ours")
PANEL, TABLE, PAPER = (
    f"results/ours/{name}" for name in ("prepare/panel.parquet", "estimate/estimates.csv", "release/paper.pdf")
)


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with results of a study, and what its steps wrote and read."""
    monkeypatch.chdir(tmp_path)
    for path in (CODE, DATA, TEXT, PANEL, TABLE, PAPER):
        write_text(Path(path), path)
    contents = Contents(RESULTS / "contents.json")
    read = {path: contents.digest(Path(path)) for path in (CODE, DATA, TEXT)}
    written_of("ours", contents).ended([PANEL, TABLE, PAPER], read)
    return tmp_path


def jobs(panel: str = FOLLOWS, table: str = FOLLOWS, paper: str = FOLLOWS) -> list[Job]:
    return [
        Job("prepare_panel", panel, [DATA], [PANEL]),
        Job("estimate_table", table, [PANEL], [TABLE]),
        Job("release_render", paper, [TABLE, CODE, TEXT], [PAPER]),
        Job("all", FOLLOWS, [PAPER], []),
    ]


CHANGED = "Params have changed since last execution: before: 'x'; now: 'y'"


def test_data_that_changed_are_named_and_what_rests_on_them_is_counted(built: Path) -> None:
    write_text(Path(DATA), "other")
    assert lines("ours", jobs(panel=CHANGED)) == [
        "3 steps of the study ours would run: prepare 1, estimate 1, release 1.",
        f"  data changed: 1 step ({DATA})",
        "  they rest on what these steps make: 2 steps",
        "`make paper STUDY=ours` runs them.",
    ]


def test_a_change_behind_another_is_named_too(built: Path) -> None:
    for path in (DATA, CODE, TEXT):
        write_text(Path(path), "other")
    told = "\n".join(lines("ours", jobs(panel=CHANGED)))
    assert f"code changed: 1 step ({CODE})" in told
    assert f"text changed: 1 step ({TEXT})" in told


def test_an_output_that_its_step_did_not_write_is_named(built: Path) -> None:
    write_text(Path(TABLE), "edited")
    assert f"  results are not what their step wrote: 1 step ({TABLE})" in lines("ours", jobs()[1:])


def test_where_no_file_changed_it_is_the_study(built: Path) -> None:
    assert "  the study file changed: 1 step" in lines("ours", jobs(table=CHANGED)[1:])


def test_a_first_run_is_told_in_three_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for path in (CODE, DATA, TEXT):
        write_text(Path(path), path)
    assert lines("ours", jobs(panel=f"Missing output files: {PANEL}"))[1:-1] == ["  results are not there yet: 3 steps"]


def test_a_hundred_steps_are_told_in_ten_lines(built: Path) -> None:
    for path in (DATA, CODE, TEXT, TABLE):
        write_text(Path(path), "other")
    assert len(lines("ours", jobs(panel=CHANGED) * 40)) <= 10


def test_nothing_to_do_is_said_only_of_a_whole_release(built: Path) -> None:
    release = Path("reports/releases/ours-1.0.0")
    write_text(release / "paper.html", "paper")
    write_text(release / NAME, sums(release))
    write_json(RESULTS / "release/published.json", {"folder": str(release)})
    assert lines("ours", []) == ["Nothing to be done: everything is up to date."]
    write_text(release / "paper.html", "edited")
    assert "is not whole: paper.html is missing or was changed" in lines("ours", [])[0]


def test_files_that_are_gone_are_named(built: Path) -> None:
    Path(TABLE).unlink()
    told = lines("ours", jobs(table=CHANGED))
    assert f"  files that their step wrote are gone: 1 step ({TABLE})" in told
