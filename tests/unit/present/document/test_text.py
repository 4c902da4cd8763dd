"""The parts of a paper that follow from the plan hold what the plan has, and nothing else."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from analysis.present.document.data import lacking
from analysis.present.document.text import text
from analysis.study import Study
from tests.unit.present.phrases import said


def made(folder: Path, study: Study, *supplied: str) -> dict[str, str]:
    text(
        outcomes=study.outcomes, syntheses=study.syntheses, tests=dict(study.tests.items()),
        evidence=study.evidence or "", supplied=supplied, out=folder,
    )  # fmt: skip
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_every_outcome_test_and_synthesis_has_its_section(tmp_path: Path, study: Study) -> None:
    parts = made(tmp_path, study)
    assert [parts["results"].count(f"{{{{< var outcomes.{name}.headline >}}}}") for name in study.outcomes] == [
        1
    ] * len(study.outcomes)
    assert parts["results"].count("include /figures/event-") == len(study.activity())
    assert "include /sections/evidence/beside-own.qmd" in parts["evidence"]


def test_what_the_plan_lacks_leaves_no_trace(tmp_path: Path, study: Study) -> None:
    bare = {name: each.model_copy(update={"published": None}) for name, each in study.survey().items()}
    least = {"outcomes": bare, "syntheses": {}, "tests": {}, "evidence": None}
    parts = made(tmp_path, study.model_copy(update=least))
    assert parts["evidence"] == ""
    assert "outcomes/methods-activity-own" not in parts["methods"]
    assert "evidence/methods" not in parts["methods"]
    assert "tables/evidence" not in parts["annexes"]
    assert "/figures/" not in parts["results"]


def test_methods_say_when_counts_were_made_of_records(tmp_path: Path, study: Study) -> None:
    assert "outcomes/methods-records-own" in made(tmp_path, study, "sites", "practices", "episodes")["methods"]
    assert (
        "outcomes/methods-records-own"
        not in made(tmp_path, study, "sites", "practices", "activity", "episodes")["methods"]
    )


def told(*supplied: str) -> str:
    page = SimpleNamespace(tables=[each.replace("_", " ") for each in supplied], lacking=lacking(supplied))
    return said("background/lacking", page)


def test_each_missing_table_has_its_sentence_and_one_can_stand_for_another() -> None:
    assert "continuity indices were not calculated" in told("sites", "survey", "spells")
    assert "readmission" not in told("contacts", "episodes")
    supplied = told("activity", "contacts", "episodes", "patients", "survey", "registrations")
    assert supplied == "The data hold the tables activity, contacts, episodes, patients, survey and registrations."
    assert told("survey").startswith("The data hold the table survey. No table of contacts was supplied")


@pytest.mark.parametrize("table", ["outpatients", "emergency_care", "populations"])
def test_tables_of_events_are_missed_where_counts_are_made_of_records(table: str) -> None:
    records = ("sites", "practices", "episodes", "contacts", "patients", "survey", "registrations")
    others = [each for each in ("outpatients", "emergency_care", "populations") if each != table]
    word = {"emergency_care": "emergency-care"}.get(table, table.removesuffix("s"))
    assert f"No table of {word}" in told(*records, *others)
    assert f"No table of {word}" not in told(*records, *others, table)
    assert f"No table of {word}" not in told(*records, "activity")


def test_registrations_are_missed_only_where_there_are_contacts() -> None:
    assert "No table of registrations" in told("contacts", "episodes", "survey")
    assert "No table of registrations" not in told("episodes", "survey")
