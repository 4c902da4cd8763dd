"""Tables beside one another, and what a package is guessed to hold."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.plan.terms import Period
from analysis.prepare.checks import activity_faults, practice_faults, site_faults, survey_faults, unknown_practices
from analysis.prepare.contract import Activity, Practices, Sites, Survey
from analysis.prepare.faults import Fault
from analysis.prepare.guess import guessed, suggested
from analysis.prepare.parts import Raw
from analysis.prepare.raw import read_checked
from analysis.pull.package import Package, read_package

BASE = Path(__file__).parents[2] / "invalid" / "base"
MONTHS = Period(first="2009-01", last="2009-06")


@pytest.fixture
def tables() -> dict[str, Raw]:
    """The valid package."""
    models = {"sites": Sites, "practices": Practices, "activity": Activity, "survey": Survey}
    return {name: read_checked(BASE / f"{name}.csv", model) for name, model in models.items()}


def changed(raw: Raw, frame: pd.DataFrame) -> Raw:
    return Raw(raw.table, frame, raw.parts)


def checks(faults: list[Fault]) -> list[str]:
    return [fault.check for fault in faults]


def test_a_valid_package_has_no_faults(tables: dict[str, Raw]) -> None:
    sites, practices, activity, survey = tables.values()
    measures, items = {"admissions": "emergency"}, {"continuity": "see_preferred_gp"}
    assert site_faults(sites, MONTHS) == []
    assert practice_faults(practices, sites, "region") == []
    assert activity_faults(activity, practices, months=MONTHS, until="2009-06", measures=measures) == []
    assert survey_faults(survey, practices, sites, until="2009-06", items=items) == []


def test_a_gap_is_within_a_series_and_may_be_allowed(tables: dict[str, Raw]) -> None:
    activity, practices = tables["activity"], tables["practices"]
    ends = activity.frame["month"].isin(["2009-01", "2009-06"]) & (activity.frame["practice_id"] == "P1")
    shorter = changed(activity, activity.frame[~ends])
    assert activity_faults(shorter, practices, months=MONTHS) == []
    inner = (activity.frame["month"] == "2009-03") & (activity.frame["practice_id"] == "P2")
    broken = changed(activity, activity.frame[~inner])
    (gap,) = activity_faults(broken, practices, months=MONTHS)
    assert (gap.check, gap.count) == ("months", 1)
    assert gap.found.startswith("practice P2 has no emergency between 2009-02 and 2009-04")
    assert activity_faults(broken, practices, months=MONTHS, allow_gaps=True) == []


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ("p1", "writes 'P1': write the id in one way"),
        ("P 1", "writes 'P1'"),
        ("P-1", "writes 'P1'"),
        ("P99", "or add the practice to the table of practices"),
    ],
)
def test_an_id_written_otherwise_is_no_unknown_practice(tables: dict[str, Raw], written: str, mend: str) -> None:
    frame = tables["activity"].frame
    other = changed(tables["activity"], frame.assign(practice_id=frame["practice_id"].replace("P1", written)))
    (fault,) = unknown_practices(other, tables["practices"])
    assert mend in fault.mend
    assert "drop" not in fault.mend


@pytest.mark.parametrize("written", ["5.01E+11", "NA", ""])
def test_what_is_no_id_is_told_once(tables: dict[str, Raw], written: str) -> None:
    frame = tables["activity"].frame
    other = changed(tables["activity"], frame.assign(practice_id=frame["practice_id"].replace("P1", written)))
    assert unknown_practices(other, tables["practices"]) == []


@pytest.mark.parametrize("lost", ["12", "12.0", "012"])
def test_leading_noughts_that_a_spreadsheet_took_off_are_named(tables: dict[str, Raw], lost: str) -> None:
    known = tables["practices"].frame.assign(practice_id=["0012", "P2", "P3", "P4", "P5", "P6"])
    given = tables["activity"].frame.assign(practice_id=tables["activity"].frame["practice_id"].replace("P1", lost))
    (fault,) = unknown_practices(changed(tables["activity"], given), changed(tables["practices"], known))
    assert fault.mend.startswith("the table of practices writes '0012'")


def test_a_turn_of_the_year_is_no_gap(tables: dict[str, Raw]) -> None:
    activity = tables["activity"]
    months = dict(
        zip(
            sorted(activity.frame["month"].unique()),
            pd.period_range("2009-10", periods=6, freq="M").astype(str),
            strict=True,
        )
    )
    later = changed(activity, activity.frame.assign(month=activity.frame["month"].map(months)))
    assert activity_faults(later, tables["practices"], months=Period(first="2009-10", last="2010-03")) == []


@pytest.mark.parametrize(("factor", "faulty"), [(1.5, False), (9, False), (10, True), (0.1, True), (0.5, False)])
def test_a_merger_is_no_jump_and_a_digit_too_many_is(tables: dict[str, Raw], factor: float, faulty: bool) -> None:
    frame = tables["activity"].frame
    grown = frame["population"].where((frame["practice_id"] != "P1") | (frame["month"] < "2009-04"), 5000 * factor)
    faults = activity_faults(
        changed(tables["activity"], frame.assign(population=grown)), tables["practices"], months=MONTHS
    )
    assert checks(faults) == ["values"] * faulty


def test_sites_start_within_the_panel(tables: dict[str, Raw]) -> None:
    starts = {"2009-04": Period(first="2009-03", last="2009-06"), "2009-05": Period(first="2009-01", last="2009-05")}
    assert [site_faults(tables["sites"], months) for months in starts.values()] == [[], []]
    assert checks(site_faults(tables["sites"], Period(first="2009-04", last="2009-06"))) == ["months"]
    assert checks(site_faults(tables["sites"], Period(first="2009-01", last="2009-04"))) == ["months"]


def test_columns_are_suggested_by_their_look_and_by_synonyms_once_each() -> None:
    assert suggested("practices", ["GP_CODE", "Site ID", "ICB", "List Size", "imd", "gp_fte", "Share 65plus"]) == {
        "practice_id": "GP_CODE", "site_id": "Site ID", "region": "ICB", "list_size": "List Size",
        "share_65plus": "Share 65plus",
    }  # fmt: skip
    assert suggested("sites", ["site_id", "name", "model", "start_month", "start"]) == {}


def with_events(folder: Path, **tables: str) -> Package:
    """The valid package with tables of contacts and registrations beside it."""
    for path in BASE.glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return read_package(folder, "ours", folder)


def test_columns_of_contacts_and_registrations_are_suggested_or_told_to_be_missing(tmp_path: Path) -> None:
    contacts = "PatID,practice,Date,Staff ID,Job Role\nA,P1,2009-04-01,D,GP\n"
    registrations = "patient_id,practice_id,Reg Start,left,year_of_birth,sex,imd\nA,P1,2001-01-01,,1940,female,20\n"
    guess = guessed(with_events(tmp_path, contacts=contacts, registrations=registrations))
    assert guess.columns == {
        "contacts": {
            "patient_id": "PatID", "practice_id": "practice", "date": "Date", "clinician_id": "Staff ID",
            "role": "Job Role",
        },
        "registrations": {"registered": "Reg Start", "birth_year": "year_of_birth"},
    }  # fmt: skip
    # The dates of death and the registered GP may lack.
    assert guess.missing == ["contacts.mode", "registrations.conditions"]
    assert guess.words == {"role": {"GP": 1}}


def test_a_table_of_contacts_that_cannot_be_read_does_not_stop_a_guess(tmp_path: Path) -> None:
    with_events(tmp_path)
    (tmp_path / "contacts.parquet").write_bytes(b"PAR1 is not all of it")
    package = read_package(tmp_path, "ours", tmp_path)
    assert "contacts" in package.tables
    assert guessed(package).columns == {}


def test_a_package_is_guessed_to_hold_what_it_holds() -> None:
    guess = guessed(read_package(BASE, "base", BASE))
    assert (guess.first, guess.last) == ("2009-01", "2009-06")
    assert (guess.measures, guess.items, guess.odd) == (["emergency"], ["see_preferred_gp"], [])
    assert (guess.columns, guess.missing) == ({}, [])


def test_records_of_events_are_guessed_to_become_counts(tmp_path: Path) -> None:
    for name in ("sites", "practices"):
        (tmp_path / f"{name}.csv").write_bytes((BASE / f"{name}.csv").read_bytes())
    episodes = {"ADMIDATE": ["1800-01-01", "2008-04-30", "2010-03-01"]}
    pd.DataFrame(episodes).to_csv(tmp_path / "episodes.csv", index=False)
    guess = guessed(read_package(tmp_path, "events", tmp_path))
    assert guess.measures == ["emergency", "elective"]
    assert (guess.first, guess.last) == ("2008-04", "2010-03")
