"""The parts of a paper that follow from the plan hold what the plan has, and nothing else."""

from types import SimpleNamespace

import pytest

from analysis.present.document.data import lacking
from analysis.present.outcomes.benchmarks import Beside
from analysis.present.provenance.sources import PaperPlan
from analysis.study import Study
from tests.unit.present.phrases import REPORTS, said, section


def made(name: str, study: Study, *supplied: str) -> str:
    plan = PaperPlan(
        inference=study.inference, outcomes=study.outcomes, syntheses=study.syntheses, supplied=supplied,
        evidence=study.evidence or "",
    )  # fmt: skip
    beside = SimpleNamespace(published=Beside([], []))
    pages = {"study": plan, "evidence": list(study.syntheses), "tests": study.tests, "beside": beside}
    return section(name, pages | {"simulation": None})


def test_what_the_plan_has_is_told(study: Study) -> None:
    assert "include /sections/evidence/beside-own.qmd" in made("outcomes/beside-own", study)
    methods = made("outcomes/methods-kinds-own", study, "activity")
    for name in ("outcomes/methods-activity-own", "outcomes/methods-survey-own", "evidence/methods"):
        assert f"/sections/{name}.qmd" in methods
    assert "/tables/evidence.md" in made("document/annexes-own", study)
    assert made("document/annex-checklists", study).startswith("# Annex D: reporting checklists")


def test_annexes_are_lettered_without_a_gap(study: Study) -> None:
    """Quality is A; published estimates, addresses, the trial of the methods and checklists follow where they are."""
    for evidence, addresses, tried in (("evidence", "C", "D"), ("", "B", "C")):
        plan = PaperPlan(
            inference=study.inference, outcomes=study.outcomes, syntheses={}, supplied=(), evidence=evidence,
            calibration=study.calibration,
        )  # fmt: skip
        beside = SimpleNamespace(published=Beside([], []))
        pages = {"study": plan, "evidence": [], "tests": {}, "beside": beside, "calibration": None, "simulation": None}
        where = "annex-addresses" if evidence else "annex-addresses-evidence"
        assert f"/sections/document/{where}.qmd" in section("document/annexes-own", pages)
        heading = (REPORTS / f"sections/document/{where}.qmd").read_text(encoding="utf-8")
        assert heading.startswith(f"# Annex {addresses}: ")
        assert section("calibration/annex", pages).startswith(f"# Annex {tried}: ")
        assert section("document/annex-checklists", pages).startswith(f"# Annex {chr(ord(tried) + 1)}: ")


def test_what_the_plan_lacks_leaves_no_trace(study: Study) -> None:
    bare = {name: each.model_copy(update={"published": None}) for name, each in study.survey().items()}
    least = study.model_copy(update={"outcomes": bare, "syntheses": {}, "tests": {}, "evidence": None})
    assert made("outcomes/beside-own", least) == ""
    methods = made("outcomes/methods-kinds-own", least, "survey")
    assert methods == "{{< include /sections/outcomes/methods-survey-own.qmd >}}"
    assert "tables/evidence" not in made("document/annexes-own", least)
    assert made("document/annex-checklists", least).startswith("# Annex C: reporting checklists")


def test_methods_say_when_counts_were_made_of_records(study: Study) -> None:
    records = "/sections/outcomes/methods-records-own.qmd"
    assert records in made("outcomes/methods-kinds-own", study, "sites", "practices", "episodes")
    assert records not in made("outcomes/methods-kinds-own", study, "sites", "practices", "activity", "episodes")


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
