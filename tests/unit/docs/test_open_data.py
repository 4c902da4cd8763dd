"""The page on open data and the code say the same."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis.plan.terms import Plan
from analysis.prepare.questions.corrections import Correction
from analysis.prepare.questions.practice_measures import COVERAGE, MEASURES
from analysis.pull.connectors.base import PRACTICES, TableConnector
from analysis.pull.connectors.gp_patient_survey import BREAKS, QUESTIONS
from analysis.pull.connectors.nhs_payments import AMOUNTS
from analysis.pull.connectors.registry import CONNECTORS, connector
from analysis.pull.connectors.workforce import WIDE
from analysis.pull.datasets.register import Dataset, read_register
from analysis.study import read_study

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "open-data.md").read_text(encoding="utf-8")
SOURCES = [entry for entry in read_register(ROOT / "data/raw/datasets.yaml").datasets if entry.connector]


def rows(section: str) -> list[list[str]]:
    part = next(part for part in PAGE.split("\n## ") if part.startswith(f"{section}\n"))
    return [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| `")]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_table_of_sources_has_every_connector() -> None:
    assert [quoted(row[0])[0] for row in rows("Sources")] == list(CONNECTORS)


@pytest.mark.parametrize(
    ("name", "measures"),
    [
        ("gp_patient_survey", QUESTIONS),
        ("nhs_payments", AMOUNTS),
        ("workforce", WIDE),
        ("patients_registered", ["list_size"]),
        ("deprivation", ["imd"]),
    ],
)
def test_the_table_of_sources_has_every_measure(name: str, measures: Any) -> None:
    cell = next(row[3] for row in rows("Sources") if quoted(row[0]) == [name])
    assert quoted(cell) == list(measures)


def test_the_page_has_the_columns_of_the_tables() -> None:
    told = {quoted(row[0])[0]: quoted(row[2]) for row in rows("What comes out")}
    assert list(told.values()) == [MEASURES, PRACTICES, COVERAGE]


def test_the_page_has_the_keys_of_a_correction() -> None:
    told = [key for row in rows("Corrections") for key in quoted(row[0])]
    assert sorted(told) == sorted(Correction.model_fields)


def test_the_page_has_the_years_in_which_the_survey_breaks() -> None:
    text = PAGE.partition("begins a new one in")[2].partition("\n- ")[0]
    assert [int(year) for year in re.findall(r"\b20\d\d\b", text)] == [year for year in BREAKS if year > 2012]


def test_the_example_of_an_own_table_is_a_data_set() -> None:
    (example,) = yaml.safe_load(PAGE.split("```yaml\n")[1].split("```")[0])
    parameters = Dataset.model_validate(example).parameters
    source = connector(example["connector"])
    assert isinstance(source, TableConnector)
    given: Plan = source.model.model_validate(parameters)
    assert {name for names in source.columns(given).values() for name in names} == {
        "Practice code", "Sees preferred GP (%)", "Responses", "Patients", "Sub-ICB",
    }  # fmt: skip


@pytest.mark.parametrize("entry", SOURCES, ids=lambda entry: entry.id)
def test_every_registered_source_can_be_read_and_says_where_it_is(entry: Dataset) -> None:
    assert entry.connector is not None
    source = connector(entry.connector)
    if isinstance(source, TableConnector):
        assert source.columns(source.model.model_validate(entry.parameters))
    for file in entry.files:
        address = file.url or source.address(file, entry.parameters)
        assert address is None or address.startswith("https://")
        assert address or (file.page and file.link and re.compile(file.link))


def test_the_open_study_reads_what_it_asks_for() -> None:
    study = read_study(ROOT / "studies/open-nhs.yaml")
    assert study.practices is not None
    used = {entry.id: entry for entry in SOURCES if entry.id in study.practices.datasets}
    assert set(used) == set(study.practices.datasets)
    surveyed = {entry.parameters["year"] for entry in used.values() if entry.connector == "gp_patient_survey"}
    listed = {int(id[-4:]) for id, entry in used.items() if entry.connector == "patients_registered"}
    trends = [each for each in study.questions.values() if each.kind in ("trend", "growth")]
    assert trends
    for question in trends:
        assert surveyed == listed == set(range(question.first, question.last + 1))  # type: ignore[union-attr]


def test_the_open_study_claims_nothing_of_the_five_tests() -> None:
    study = read_study(ROOT / "studies/open-nhs.yaml")
    assert [test.indicators for test in study.tests.values()] == [()] * 5
    assert "No current table that we know gives emergency admissions of all causes" in study.tests["T3"].gap
