"""Contents decide, never time stamps: of a study's own data, of the register's files, and of what the steps wrote."""

import gzip
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest

from analysis.simulate.outcomes.pilots import simulate
from analysis.simulate.outcomes.world import World
from tests.e2e.clone import Clone, fresh
from tests.e2e.test_reruns import planned
from tests.e2e.test_smallest_study import STUDY

WORLD = World(seed=3, sites=5, practices_per_site=4, regions=6, comparison_per_region=4, first="2007-10", months=36)
OLD, FUTURE = 1_000_000_000, 2_000_000_000  # 2001 and 2033
# What new data begin with and end in.
REMADE = {
    "pull_package",
    "prepare_panel",
    "estimate_admissions",
    "estimate_table",
    "present_outcomes",
    "release_publish",
}
NOTHING: set[str] = set()


def extract(folder: Path) -> None:
    """Tables as people have them: a CSV file, a Parquet file, and a folder of compressed parts."""
    tables = simulate(WORLD)
    (folder / "activity").mkdir(parents=True)
    tables["sites"].to_csv(folder / "sites.csv", index=False)
    tables["practices"].to_parquet(folder / "practices.parquet", index=False)
    for year, rows in tables["activity"].groupby(tables["activity"]["month"].str[:4]):
        rows.to_csv(folder / "activity" / f"{year}.csv.gz", index=False)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Clone, Path]:
    """A clean copy with the paper of a study on a package of its own, which is linked; and the package."""
    place = tmp_path_factory.mktemp("contents")
    clone, data = fresh(place / "clone"), place / "data"
    extract(data)
    (place / "linked").symlink_to(data)
    study = STUDY.replace("dataset: our-extract", f"package: {place / 'linked'}")
    (clone.folder / "studies/ours.yaml").write_text(study, encoding="utf-8")
    paper(clone)
    return clone, data


@pytest.fixture
def ours(once: tuple[Clone, Path], tmp_path: Path) -> Iterator[tuple[Clone, Path]]:
    """The same; what a test does to the package or to results is undone, with new inodes and the old stamps."""
    clone, data = once
    kept = {
        path: tmp_path / str(number)
        for number, path in enumerate([data, clone.folder / "results", clone.folder / ".snakemake"])
    }
    for path, copy in kept.items():
        shutil.copytree(path, copy)
    yield clone, data
    for path, copy in kept.items():
        shutil.rmtree(path)
        shutil.copytree(copy, path)


def paper(clone: Clone, study: str = "ours") -> str:
    done = clone.make("paper", f"STUDY={study}")
    assert done.returncode == 0, done.stdout
    return done.stdout


def correct(path: Path) -> None:
    """Doubles the emergencies of a part, as a correction would."""
    rows = pd.read_csv(path)
    rows.loc[rows["measure"] == "emergency", "count"] *= 2
    rows.to_csv(path, index=False)


def older(data: Path) -> None:
    """A corrected part with an older stamp, as `cp -p`, `unzip` and `rsync -a` leave it."""
    correct(data / "activity/2009.csv.gz")
    os.utime(data / "activity/2009.csv.gz", (OLD, OLD))


def same_size_and_stamp(data: Path) -> None:
    """Another file of equal size and stamp takes the place of one, as `mv` does."""
    path, other = data / "sites.csv", data / "other"
    facts, text = path.stat(), path.read_bytes()
    other.write_bytes(text.replace(b"2009-04", b"2009-05", 1))
    os.utime(other, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    other.replace(path)
    assert path.read_bytes() != text
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (facts.st_size, facts.st_mtime_ns)


def packed_anew(data: Path) -> None:
    """The same rows, compressed otherwise."""
    path = data / "activity/2008.csv.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()), compresslevel=1))


def other_list_size(data: Path) -> None:
    frame = pd.read_parquet(data / "practices.parquet")
    frame.loc[0, "list_size"] += 500
    frame.to_parquet(data / "practices.parquet", index=False)
    os.utime(data / "practices.parquet", (OLD, OLD))


def stamped(data: Path, when: int) -> None:
    for path in data.rglob("*"):
        os.utime(path, (when, when))


def same_bytes(data: Path) -> None:
    """A file is broken, and put back from a copy."""
    text = (data / "sites.csv").read_bytes()
    (data / "sites.csv").write_bytes(b"broken")
    (data / "sites.csv").unlink()
    (data / "sites.csv").write_bytes(text)


EDITS: list[tuple[str, Callable[[Path], object], set[str]]] = [
    ("a corrected part with an older stamp", older, REMADE),
    ("another file of equal size and stamp", same_size_and_stamp, REMADE),
    ("a part packed anew", packed_anew, REMADE),
    ("a Parquet table with an older stamp", other_list_size, REMADE),
    ("a part renamed", lambda data: (data / "activity/2009.csv.gz").rename(data / "activity/b.csv.gz"), REMADE),
    ("a part added", lambda data: shutil.copy2(data / "activity/2009.csv.gz", data / "activity/b.csv.gz"), REMADE),
    ("a part removed", lambda data: (data / "activity/2009.csv.gz").unlink(), REMADE),
    ("every stamp in the future", lambda data: stamped(data, FUTURE), NOTHING),
    ("every stamp in the past", lambda data: stamped(data, OLD), NOTHING),
    ("the same bytes", same_bytes, NOTHING),
    ("a file that is no table", lambda data: (data / "notes.docx").write_text("?", encoding="utf-8"), NOTHING),
]


@pytest.mark.parametrize(("edit", "expected"), [row[1:] for row in EDITS], ids=[row[0] for row in EDITS])
def test_an_edit_of_ones_own_data(ours: tuple[Clone, Path], edit: Callable[[Path], object], expected: set[str]) -> None:
    clone, data = ours
    edit(data)
    jobs = set(planned(clone, "ours"))
    assert expected <= jobs
    assert bool(expected) == bool(jobs)
    assert "pull_folder" not in jobs


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def flip(path: Path) -> None:
    """One bit changes, and the stamp does not."""
    facts, content = path.stat(), path.read_bytes()
    path.write_bytes(content[:-40] + bytes([content[-40] ^ 1]) + content[-39:])
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


# By output: the rule that makes it, and one whose output it is made of, which is not made anew.
MADE: list[tuple[str, Callable[[Path], object], str, str]] = [
    ("estimate/estimates.csv", flip, "estimate_table", "estimate_admissions"),
    ("prepare/panel.parquet", cut, "prepare_panel", "pull_package"),
    ("present/figures/effects.svg", flip, "present_outcomes", "estimate_table"),
    ("release/source", lambda folder: flip(folder / "own-study.qmd"), "release_assemble", "present_sections"),
    ("release/paper.pdf", flip, "release_render", "release_assemble"),
]


@pytest.mark.parametrize(("name", "damage", "rule", "before"), MADE, ids=[row[0] for row in MADE])
def test_what_a_step_did_not_write_is_made_anew(
    ours: tuple[Clone, Path], name: str, damage: Callable[[Path], object], rule: str, before: str
) -> None:
    clone, path = ours[0], ours[0].folder / "results/ours" / name
    damage(path)
    jobs = planned(clone, "ours")
    assert (jobs.get(rule), jobs.get(before)) == (1, None)
    told = clone.make("status", "STUDY=ours").stdout
    assert f"results/ours/{name} is not what its step wrote" in told
    assert f"results are not what their step wrote: 1 step (results/ours/{name})" in told


def test_edited_estimates_are_never_published(ours: tuple[Clone, Path]) -> None:
    clone, data = ours
    path, releases = clone.folder / "results/ours/estimate/estimates.csv", clone.folder / "reports/releases"
    right = (releases / "ours-1.0.0/estimates.csv").read_bytes()
    rows = pd.read_csv(path, dtype=str)
    rows.loc[0, "estimate"] = "0.5"
    rows.to_csv(path, index=False)
    releases.rename(data.with_name("away"))
    assert "estimates.csv is not what its step wrote" in paper(clone)
    assert (releases / "ours-1.0.0/estimates.csv").read_bytes() == right
    assert "Nothing to be done" in paper(clone)


def test_broken_data_stop_the_run_before_anything_is_lost(ours: tuple[Clone, Path]) -> None:
    clone, data = ours
    before = (data / "sites.csv").read_bytes()
    (data / "sites.csv").write_bytes(before.replace(b"2009-", b"20x9-"))
    for _ in range(2):
        refused = clone.make("paper", "STUDY=ours")
        assert refused.returncode != 0
        assert "sites.csv, column start_month" in refused.stdout
    (data / "sites.csv").write_bytes(before)
    assert planned(clone, "ours") == {}


def test_a_corrected_archive_with_an_older_stamp_is_seen(ours: tuple[Clone, Path]) -> None:
    clone, data = ours
    packed = data.parent / "data.zip"
    clone.edit("studies/ours.yaml", str(data.parent / "linked"), str(packed))
    try:
        archive(data, packed)
        target = "results/ours/prepare/panel.parquet"
        words = ["snakemake", "--nolock", "--quiet", "--config", "study=ours", "--", target]
        assert clone.run(*words).returncode == 0
        assert "Nothing to be done" in clone.run(*words).stdout
        correct(data / "activity/2009.csv.gz")
        archive(data, packed)
        os.utime(packed, (OLD, OLD))
        done = clone.run("snakemake", "--dry-run", "--nolock", "--config", "study=ours", "--", target)
        assert [f"\n{rule} " in done.stdout for rule in ("pull_unpack", "pull_package", "prepare_panel")] == [True] * 3
    finally:
        clone.edit("studies/ours.yaml", str(packed), str(data.parent / "linked"))


def archive(data: Path, packed: Path) -> None:
    with ZipFile(packed, "w") as whole:
        for path in sorted(each for each in data.rglob("*") if each.is_file()):
            whole.write(path, path.relative_to(data))


def test_a_flipped_byte_of_a_registered_file_stops_every_command(ours: tuple[Clone, Path]) -> None:
    clone, _ = ours
    path = clone.folder / "data/raw/published/evaluations.csv"
    before = path.read_bytes()
    flip(path)
    for step in ("paper", "pull", "status"):
        refused = clone.make(step, "STUDY=evidence")
        assert refused.returncode != 0, step
        assert "evaluations.csv is not the file that the register knows" in refused.stdout
        assert "make pull ACCEPT=published-evidence" in refused.stdout
    path.write_bytes(before)
    assert clone.make("status", "STUDY=evidence").returncode == 0
