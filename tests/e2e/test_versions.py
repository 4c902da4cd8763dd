"""The version follows from what changed, a release is never overwritten, and a killed run leaves nothing wrong."""

import os
import shutil
import signal
import subprocess
import time

from tests.e2e.clone import Clone
from tests.e2e.screens import last_screen

FIRST = "reports/releases/evidence-1.0.0"


def paper(clone: Clone, study: str = "evidence") -> str:
    done = clone.make("paper", f"STUDY={study}")
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_new_text_is_a_patch_and_the_first_release_stays(copy: Clone) -> None:
    before = copy.read(f"{FIRST}/SHA256SUMS")
    copy.append("reports/sections/advice/limits-evidence.qmd", "\nOne more limit.\n")
    assert "evidence-1.0.1" in paper(copy)
    assert "Cause: text." in copy.read("reports/releases/evidence-1.0.1/CHANGES.md")
    assert "One more limit." in copy.read("reports/releases/evidence-1.0.1/paper.html")
    assert copy.read(f"{FIRST}/SHA256SUMS") == before


def test_a_draft_has_no_version_and_leaves_releases_alone(copy: Clone) -> None:
    before = copy.read(f"{FIRST}/SHA256SUMS")
    for limit in ("First draft of a limit.", "Second draft of a limit."):
        copy.append("reports/sections/advice/limits-evidence.qmd", f"\n{limit}\n")
        drafted = copy.make("paper", "STUDY=evidence", "DRAFT=1")
        assert drafted.returncode == 0, drafted.stdout
        assert "Draft of the paper, not released:\n  reports/drafts/evidence/paper.html" in drafted.stdout
        page = copy.read("reports/drafts/evidence/paper.html")
        assert limit in page
        assert "Draft, not released" in page
        assert "draft without a version" in page
        assert "1.0.1" not in page
    assert [path.name for path in (copy.folder / "reports/drafts").iterdir()] == ["evidence"]
    assert copy.read("reports/drafts/evidence/CHANGES.md").endswith("since evidence-1.0.0:\n\n- none\n")
    assert not (copy.folder / "reports/releases/evidence-1.0.1").exists()
    assert copy.read(f"{FIRST}/SHA256SUMS") == before
    # The release follows from the last release, whatever drafts there were; and a draft makes no release stale.
    assert "evidence-1.0.1" in paper(copy)
    assert "Nothing to be done" in copy.make("paper", "STUDY=evidence", "DRAFT=1").stdout
    assert "Nothing to be done" in paper(copy)


def test_new_data_are_a_minor_version_and_the_moved_numbers_are_listed(copy: Clone) -> None:
    copy.edit("data/raw/published/evaluations.csv", ",percent_change,-23,-39,-3,", ",percent_change,-13,-29,7,")
    refused = copy.make("paper", "STUDY=evidence")
    assert refused.returncode != 0
    assert "make pull ACCEPT=published-evidence" in refused.stdout
    assert copy.make("pull", "ACCEPT=published-evidence").returncode == 0
    assert "evidence-1.1.0" in paper(copy)
    told = copy.read("reports/releases/evidence-1.1.0/CHANGES.md")
    assert "Cause: data." in told
    assert "rushcliffe-emergency / ratio: 0.77 to 0.87" in told


def test_new_plan_is_a_major_version(copy: Clone) -> None:
    copy.edit("studies/evidence.yaml", "smallest_change: 3\n    leave_out", "smallest_change: 5\n    leave_out")
    assert "evidence-2.0.0" in paper(copy)
    assert "Cause: plan." in copy.read("reports/releases/evidence-2.0.0/CHANGES.md")


def test_lost_release_is_named_and_comes_back_the_same(copy: Clone) -> None:
    before = copy.read(f"{FIRST}/SHA256SUMS")
    (copy.folder / FIRST / "paper.pdf").unlink()
    refused = copy.make("paper", "STUDY=evidence")
    assert refused.returncode != 0
    assert "paper.pdf is missing or was changed" in last_screen(refused)
    assert "make paper STUDY=evidence" in last_screen(refused)
    mend = refused.stdout.split("To mend it: `")[1].split("`")[0].replace("make paper", "true")
    assert copy.run("bash", "-c", mend).returncode == 0
    paper(copy)
    assert copy.read(f"{FIRST}/SHA256SUMS") == before


def test_run_killed_half_way_is_finished_by_the_next_with_the_same_bytes(copy: Clone) -> None:
    expected = copy.read(f"{FIRST}/SHA256SUMS")
    shutil.rmtree(copy.folder / "results/evidence")
    shutil.rmtree(copy.folder / FIRST)
    for seconds in (4.0, 7.0):
        kill_after(copy, seconds)
        assert not (copy.folder / FIRST).exists()
    paper(copy)
    assert copy.read(f"{FIRST}/SHA256SUMS") == expected
    left = [path.name for path in copy.folder.glob("reports/releases/.*")]
    assert left == []


def kill_after(clone: Clone, seconds: float) -> None:
    """Start `make paper` and kill it and all its children at once, without a chance to tidy up."""
    command = ["make", "--old-file", ".venv/installed", "paper", "STUDY=evidence"]
    run = subprocess.Popen(
        command, cwd=clone.folder, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(seconds)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
