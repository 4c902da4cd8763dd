"""The open study on real files, put where the register says by hand and accepted: what others published comes out.

``pytest --realdata DIR tests/e2e/test_real_files.py``. The files are not in this repository.
"""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.e2e.clone import Clone, fresh
from tests.told import faults

pytestmark = pytest.mark.realdata

FILES = {
    "gpps_2015_continuity_listsize_imd.csv": "gpps-2015-sample/practices.csv",
    "fingertips_93553_imd_by_practice_all_data_csv.csv": "fingertips-imd-2019/indicator.csv",
    "fingertips_93930_ae_attendances_0_4_all_data_csv.csv": "fingertips-ae-0-4/indicator.csv",
    "nhsd_gp-reg-pat-prac-all_jan2021.csv": "patients-registered-2021/gp-reg-pat-prac-all.csv",
    "ods_epraccur_2017_03.csv": "ods-practices/epraccur.csv",
}
# A sample that somebody joined of open files: any table with one row per practice can be described like this.
SAMPLE = """
  - id: gpps-2015-sample
    title: GP Patient Survey, July 2015, a sample of practices with list size and deprivation
    producer: NHS England; joined by others
    licence: Open Government Licence v3.0
    accessed: 2026-11-21
    extract: Practices of four blocks of neighbouring commissioners; not a random sample.
    connector: practice_table
    parameters:
      practice_id: practice_code
      practices: {commissioner: CCG Code}
      measures:
        see_preferred_gp: {column: gpps_see_preferred_gp_pct_2015, year: 2015, unit: percent}
        list_size: {column: list_size_2014_15, year: 2014}
        imd: {column: imd_2015, year: 2015}
    files:
      - path: gpps-2015-sample/practices.csv
        sha256: "0000000000000000000000000000000000000000000000000000000000000000"
        bytes: 0
"""
QUESTIONS = """
questions:
  larger_practices_2015:
    kind: gradient
    label: did patients of larger practices see their preferred GP less often in 2015
    claim: down
    outcome: {measure: see_preferred_gp, year: 2015}
    exposure: {measure: list_size, year: 2014}
    adjust:
      - {measure: imd, year: 2015}
    good_direction: up
"""


@pytest.fixture(scope="module")
def real(realdata: Path, tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A clean copy with the real files and their paper."""
    clone = fresh(tmp_path_factory.mktemp("real"))
    clone.append("data/raw/datasets.yaml", SAMPLE)
    clone.edit("studies/open-nhs.yaml", "  datasets:\n", "  datasets:\n    - gpps-2015-sample\n")
    clone.edit("studies/open-nhs.yaml", "\nquestions:\n", QUESTIONS)
    for name, path in FILES.items():
        (clone.folder / "data/raw" / path).parent.mkdir()
        shutil.copyfile(realdata / name, clone.folder / "data/raw" / path)
        accepted = clone.make("pull", f"ACCEPT={path.split('/')[0]}", "OFFLINE=1")
        assert accepted.returncode == 0, accepted.stdout
    done = clone.make("paper", "STUDY=open-nhs", "OFFLINE=1")
    assert done.returncode == 0, done.stdout
    return clone


@pytest.fixture(scope="module")
def rows(real: Clone) -> pd.DataFrame:
    return pd.read_csv(real.folder / "results/open-nhs/estimate/estimates.csv", dtype={"horizon": str})


def test_continuity_falls_with_list_size_as_others_found(rows: pd.DataFrame) -> None:
    here = rows[rows["outcome"] == "larger_practices_2015"]
    slope = here[(here["term"] == "slope") & (here["specification"] == "adjusted")].iloc[0]
    assert (round(slope["estimate"], 1), slope["n_obs"]) == (-12.3, 832)
    means = here[here["term"] == "mean"].sort_values("subgroup")["estimate"]
    assert [round(each, 1) for each in means] == [66.5, 62.3, 54.3, 50.7]


def test_young_children_attend_more_where_patients_are_poorer(rows: pd.DataFrame) -> None:
    here = rows[(rows["outcome"] == "young_children") & (rows["term"] == "slope")]
    assert {round(each, 3) for each in here["estimate"]} == {1.115}


def test_questions_without_their_data_are_left_open_and_said(real: Clone, rows: pd.DataFrame) -> None:
    assert {"trend", "growth", "inequality"} & set(rows["outcome"]) == set()
    page = " ".join((real.folder / "reports/releases/open-nhs-1.0.0/paper.html").read_text("utf-8").split())
    assert "not on disk" in page
    assert "GP Patient Survey 2023" in page
    assert "simulat" not in page.lower().replace("nothing is simulated", "")


def test_what_is_told_is_what_the_rows_say(real: Clone) -> None:
    assert faults(real.folder / "reports/releases/open-nhs-1.0.0", real.folder / "results/open-nhs") == []


def test_an_accepted_file_is_new_data(real: Clone) -> None:
    path = real.folder / "data/raw" / FILES["fingertips_93930_ae_attendances_0_4_all_data_csv.csv"]
    cells = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column in ("Value", "Count"):
        cells[column] = [text and str(round(float(text) / 2, 2)) for text in cells[column]]
    cells.to_csv(path, index=False)
    assert real.make("paper", "STUDY=open-nhs", "OFFLINE=1").returncode != 0
    assert real.make("pull", "ACCEPT=fingertips-ae-0-4", "OFFLINE=1").returncode == 0
    status = real.make("status", "STUDY=open-nhs", "OFFLINE=1").stdout
    assert "the register or what was accepted changed: 1 step (fingertips-ae-0-4)" in status
    done = real.make("paper", "STUDY=open-nhs", "OFFLINE=1")
    assert done.returncode == 0, done.stdout
    before, after = (
        pd.read_csv(real.folder / f"reports/releases/open-nhs-{version}/estimates.csv").query(
            "outcome == 'young_children' and term == 'mean'"
        )["estimate"]
        for version in ("1.0.0", "1.1.0")
    )
    assert after.to_numpy() == pytest.approx(before.to_numpy() / 2, rel=1e-3)
    assert "Cause: data." in real.read("reports/releases/open-nhs-1.1.0/CHANGES.md")
