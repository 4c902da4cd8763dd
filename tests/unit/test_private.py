"""Rows of persons are for their owner alone, and what is released is for everybody, whatever the umask."""

import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from analysis.release.publish.publish import _settle, _shelf, released_plan
from analysis.tables import Lineage, write_table


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_table_between_steps_is_private(tmp_path: Path, umask: int) -> None:
    write_table(tmp_path / "persons.parquet", pd.DataFrame({"patient_id": ["a"]}), Lineage(()))
    assert mode(tmp_path / "persons.parquet") == 0o600


def test_what_a_step_writes_is_private(tmp_path: Path, root: Path, umask: int) -> None:
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as archive:
        archive.writestr("parts/sites.csv", "site_id\n")
        archive.writestr("spells.csv", "patient_id\n")
        archive.writestr("parts/practices.csv", "practice_id\n")
    out = tmp_path / "results" / "package"
    words = ["--place", str(tmp_path / "data.zip"), "--out", str(out)]
    subprocess.run([sys.executable, "-m", "analysis.pull.package.unpack", *words], cwd=root, check=True)
    assert mode(out / "spells.csv") == 0o600
    assert {mode(path) for path in (tmp_path / "results").rglob("*") if path.is_dir()} == {0o700}


def test_a_release_is_open_and_so_is_the_folder_it_stands_in(tmp_path: Path, umask: int) -> None:
    releases, new = tmp_path / "reports/releases", tmp_path / "new"
    _shelf(releases)
    (new / "tables").mkdir(parents=True)
    (new / "tables/effects.md").write_text("", encoding="utf-8")
    _settle(new, releases / "1.0.0", Path("results/default"))
    folders = [releases, releases / "1.0.0", releases / "1.0.0/tables"]
    assert [mode(path) for path in (*folders, folders[-1] / "effects.md")] == [0o755, 0o755, 0o755, 0o644]
    releases.chmod(0o700)  # somebody closed it on purpose
    _shelf(releases)
    assert mode(releases) == 0o700


def test_a_release_names_no_folder_of_this_machine(tmp_path: Path) -> None:
    plan, place = tmp_path / "ours.yaml", "/home/somebody/secret trial/extract.zip"
    plan.write_text(f'name: ours # from {place}\npilots:\n  package: "{place}"\n', encoding="utf-8")
    told = released_plan(plan, [{"extract": "Brought by the study", "lineage": [{"sha256": "ab12"}]}])
    assert told.splitlines()[:3] == ["name: ours # from extract.zip", "pilots:", '  package: "extract.zip"']
    assert "The sha256 over its files is ab12." in told
    assert "/" not in told


def test_a_plan_without_a_path_is_released_as_it_is(tmp_path: Path) -> None:
    plan = tmp_path / "default.yaml"
    plan.write_text("name: default\npilots: {dataset: reference-pilots}\n", encoding="utf-8")
    assert released_plan(plan, []) == plan.read_text(encoding="utf-8")
