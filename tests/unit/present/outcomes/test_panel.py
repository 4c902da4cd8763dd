"""What the paper says of the data: how many sites, since when, and numbers that agree with their nouns."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.months import month_numbers
from analysis.prepare.outcomes.balance import compared
from analysis.prepare.outcomes.quality import analysed, described
from analysis.present.document.data import AvailabilityPage, data
from analysis.present.document.quality_table import balance_table, quality_table
from analysis.present.document.tables import sites_table
from analysis.tables import Lineage, write_table
from tests.unit.present.phrases import library, said

OWN = Lineage(())


def panel(starts: dict[str, str], practices: int = 10, others: int = 5) -> pd.DataFrame:
    """Practices of each site and comparison practices, followed for three months of 2022 to 2023."""
    months = ["2022-09", "2022-10", "2023-10"]
    groups = [(f"P{at}", list(starts)[at % len(starts)]) for at in range(practices)]
    groups += [(f"C{at}", "") for at in range(others)]
    rows = [
        {"practice_id": id, "site_id": site, "time": month, "after": bool(site) and month >= starts[site]}
        for id, site in groups
        for month in months
    ]
    frame = pd.DataFrame(rows).assign(series="emergency", size=1)
    return frame.assign(pilot=frame["site_id"] != "", cluster_id=frame["site_id"].replace("", "region A"))


def words(folder: Path, frame: pd.DataFrame) -> dict[str, str]:
    write_table(folder / "quality.parquet", pd.DataFrame([described(frame, "activity")]), OWN)
    told = data(folder / "quality.parquet", ())
    return {name: said(f"background/{name}", told) for name in ("pilots", "extent")}


def test_first_and_last_start_are_both_told(tmp_path: Path) -> None:
    told = words(tmp_path, panel({"S1": "2022-10", "S2": "2023-10"}))
    assert told["pilots"] == "the 2 pilots in this extract"
    assert told["extent"] == (
        "10 pilot practices at 2 sites, set beside 5 comparison practices and followed month by month from September "
        "2022 to October 2023 (the first pilot started in October 2022 and the last in October 2023)"
    )


def test_a_site_without_months_on_both_sides_of_its_start_is_not_counted(tmp_path: Path) -> None:
    frame = panel({"S1": "2022-10", "S2": "2023-10", "S3": "2023-11", "S4": "2022-09"}, practices=12)
    told = words(tmp_path, frame)
    assert told["pilots"] == "the 2 pilots in this extract"
    assert told["extent"].startswith("6 pilot practices at 2 sites, set beside 5 comparison practices")
    assert analysed(frame) == ["S1", "S2"]
    # Where that is so of all nothing is estimated, and the paper says for which sites.
    assert analysed(panel({"S3": "2023-11"})) == ["S3"]


def test_one_pilot_is_no_plural(tmp_path: Path) -> None:
    told = words(tmp_path, panel({"S1": "2022-10"}, practices=1, others=1))
    assert told["pilots"] == "the one pilot in this extract"
    assert told["extent"].startswith("1 pilot practice at 1 site, set beside 1 comparison practice and followed")
    assert told["extent"].endswith("(the pilot started in October 2022)")


def test_records_of_persons_are_owned_up_to() -> None:
    def told(*persons: str, simulated: bool = False) -> str:
        return said("background/persons", AvailabilityPage(list(persons), simulated))

    assert told() == "Records of single persons were not used."
    assert "records of single persons: hospital episodes and contacts with general practice" in told(
        "episodes", "contacts"
    )
    assert "simulated persons: patients." in told("patients", simulated=True)


@pytest.mark.parametrize(
    ("pilots", "others"),
    [([], [1.0, 2.0]), ([None], [1.0, 2.0]), ([1.0], [1.0, 2.0]), ([1.0, 2.0], [3.0, 3.0]), ([2.0, 2.0], [2.0, 2.0])],
)
def test_a_balance_that_cannot_be_told_is_a_dash_with_its_reason(
    pilots: list[Any], others: list[Any], tmp_path: Path
) -> None:
    values = pd.Series([*pilots, *others], dtype=float)
    pilot = pd.Series([True] * len(pilots) + [False] * len(others), dtype=bool)
    rows = pd.DataFrame(
        [compared(values, pilot) | {"characteristic": "Deprivation score (Index of Multiple Deprivation)"}]
    )
    write_table(tmp_path / "balance.parquet", rows, OWN)
    text = balance_table(tmp_path / "balance.parquet", library()).markdown()
    assert not re.search(r"\b(nan|inf)\b", text)
    assert "–" in text
    assert "A dash stands where" in text


def test_practices_that_inform_nothing_are_counted(tmp_path: Path) -> None:
    frame = panel({"S1": "2022-10"})
    frame = frame.assign(size=frame["size"].where(~frame["practice_id"].isin(["P1", "C1", "C2"]), 0))
    write_table(tmp_path / "quality.parquet", pd.DataFrame([described(frame, "activity")]), OWN)
    text = quality_table(tmp_path / "quality.parquet", {"emergency": "emergency admissions"}, library()).markdown()
    assert "In the whole of the months 3 practices had no emergency admissions, so that they inform no estimate" in text


def test_the_sites_of_the_data_stand_in_the_table_of_sites(tmp_path: Path) -> None:
    frame = panel({"S1": "2022-10", "S2": "2023-10"}).rename(columns={"time": "month"})
    start = month_numbers(frame["site_id"].map({"S1": "2022-10", "S2": "2023-10"}))
    frame = frame.assign(event_time=month_numbers(frame["month"]) - start, model="case_management")
    names = {"S1": "First pilot", "S2": ""}
    frame = frame.assign(site_name=frame["site_id"].map(names))
    frame.loc[frame["site_id"] == "S2", "model"] = None
    write_table(tmp_path / "panel.parquet", frame, OWN)
    assert sites_table(tmp_path / "panel.parquet", library()).columns == {
        "Site": ["First pilot (S1)", "S2"], "Model of care": ["case management", "–"],
        "Start": ["October 2022", "October 2023"], "Practices": ["5", "5"],
    }  # fmt: skip
