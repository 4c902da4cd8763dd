"""The connectors read real files of their sources and agree with what others published of them.

``pytest --realdata DIR tests/unit/pull/connectors/test_realdata.py``. The files are not in this repository.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.prepare.questions.practice_measures import practice_measures
from analysis.pull.connectors.base import PRACTICE, Tidy
from analysis.pull.connectors.registry import connector
from analysis.steps import write_json, write_text
from analysis.tables import Lineage, Source, read_table

pytestmark = pytest.mark.realdata

FILES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "imd": (
        "fingertips_93553_imd_by_practice_all_data_csv.csv", "fingertips",
        {"indicator": 93553, "measure": "imd", "series": "imd_2019"},
    ),
    "ae": (
        "fingertips_93930_ae_attendances_0_4_all_data_csv.csv", "fingertips",
        {"indicator": 93930, "measure": "ae_attendances_0_4", "quantity": "count"},
    ),
    "lists": ("nhsd_gp-reg-pat-prac-all_jan2021.csv", "patients_registered", {}),
    "register": ("ods_epraccur_2017_03.csv", "practice_register", {}),
    "payments-2014": ("nhs_payments_2014-15.csv", "nhs_payments", {"year": 2014}),
    "payments-2022": ("nhs_payments_2022-23.csv", "nhs_payments", {"year": 2022}),
    "survey": (
        "gpps_2015_continuity_listsize_imd.csv", "practice_table",
        {
            "practice_id": "practice_code",
            "measures": {
                "see_preferred_gp": {
                    "column": "gpps_see_preferred_gp_pct_2015", "year": 2015, "unit": "percent", "series": "gpps_2012",
                },
                "list_size": {"column": "list_size_2014_15", "year": 2014},
                "imd": {"column": "imd_2015", "year": 2015, "series": "imd_2015"},
            },
            "practices": {"commissioner": "CCG Code"},
        },
    ),
}  # fmt: skip


def tidy(realdata: Path, name: str, **more: Any) -> Tidy:
    file, source, parameters = FILES[name]
    connector(source).check(realdata / file, parameters | more)
    return connector(source).read((realdata / file,), parameters | more)


@pytest.mark.parametrize(
    ("name", "rows"),
    [("lists", 6658), ("payments-2014", 7959), ("payments-2022", 6669), ("survey", 895), ("imd", 6545), ("ae", 6343)],
)
def test_every_practice_of_the_file_is_read(name: str, rows: int, realdata: Path) -> None:
    # Rows of the files as they were published; of Fingertips, those whose area type is a general practice.
    found = tidy(realdata, name)
    assert len(found.practices) == rows
    assert found.measures.groupby("measure")["practice_id"].nunique().eq(rows).all()
    assert not found.measures.duplicated(["practice_id", "year", "measure"]).any()


def test_attendances_of_children_are_those_published(realdata: Path) -> None:
    found = tidy(realdata, "ae").measures
    assert found["value"].sum() == 2_278_160
    assert found["base"].sum() == 3_036_228
    assert found["value"].isna().sum() == 1  # "Value suppressed for disclosure control reasons"


def test_sixty_million_patients_were_registered_in_january_2021(realdata: Path) -> None:
    found = tidy(realdata, "lists").measures
    assert set(found["year"]) == {2021}
    assert found["value"].sum() == pytest.approx(60.6e6, rel=0.001)  # the published total, in millions to one decimal


def test_general_practices_of_england_in_the_register(realdata: Path) -> None:
    practices = tidy(realdata, "register").practices
    assert len(practices) < 13_385  # the register also has prisons, walk-in centres, Wales and the islands
    assert practices["practice_id"].str.fullmatch(PRACTICE).all()
    # The four NHS regions of England in 2017.
    assert set(practices["region"]) == {"Y54", "Y55", "Y56", "Y57"}
    closed = practices[practices["closed"] != ""]
    assert (closed["opened"] < closed["closed"]).mean() > 0.99


@pytest.mark.parametrize("name", ["payments-2014", "payments-2022"])
def test_an_average_payment_times_the_list_is_the_total(name: str, realdata: Path) -> None:
    # The publisher's own columns: what a practice was paid is its average per patient times its patients.
    measures = ["payments_per_patient", "payments_total", "list_size"]
    found = tidy(realdata, name, measures=measures).measures.dropna(subset=["value"])
    wide = found.pivot(index="practice_id", columns="measure", values="value")
    large = wide[wide["list_size"] >= 1000]
    assert len(large) > 6000
    assert (large["payments_per_patient"] * large["list_size"] / large["payments_total"]).between(
        0.99, 1.01
    ).mean() > 0.99


@pytest.fixture(scope="module")
def sample(realdata: Path, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The survey sample of 2015 through the whole step: measures side by side, lists of 1,000 patients or more."""
    folder = tmp_path_factory.mktemp("sample")
    file, source, parameters = FILES["survey"]
    lineage = Lineage((Source("survey", "0" * 64, "observed"),)).to_records()
    about = {"id": "survey", "title": "Sample", "connector": source, "parameters": parameters}
    write_json(folder / "survey.json", about | {"files": [{"path": file}], "lineage": lineage})
    write_text(folder / "corrections.yaml", "corrections: []\n")
    outputs = {name: folder / f"{name}.parquet" for name in ("measures", "practices", "coverage")}
    practice_measures(
        receipts=(folder / "survey.json",), raw=realdata, corrections=folder / "corrections.yaml", missing={}, **outputs
    )
    measures, _ = read_table(outputs["measures"])
    wide = measures.pivot(index="practice_id", columns="measure", values="value").dropna()
    return wide[wide["list_size"] >= 1000]


def test_continuity_by_list_size_is_what_others_found(sample: pd.DataFrame) -> None:
    assert len(sample) == 832
    correlation = np.corrcoef(np.log(sample["list_size"]), sample["see_preferred_gp"])[0, 1]
    assert correlation == pytest.approx(-0.35, abs=0.005)
    quarters = pd.qcut(sample["list_size"], 4, labels=False)
    means = 100 * sample["see_preferred_gp"].groupby(quarters).mean()
    assert means.tolist() == pytest.approx([66.5, 62.3, 54.3, 50.7], abs=0.05)


def test_the_slope_on_log_list_size_is_what_others_found(sample: pd.DataFrame) -> None:
    columns = [np.ones(len(sample)), np.log(sample["list_size"]), sample["imd"]]
    slopes, *_ = np.linalg.lstsq(np.column_stack(columns), 100 * sample["see_preferred_gp"], rcond=None)
    assert slopes[1] == pytest.approx(-12.3, abs=0.05)
