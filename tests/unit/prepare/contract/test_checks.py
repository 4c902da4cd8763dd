"""Tables beside one another, and what a package is guessed to hold."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.plan.terms import Period
from analysis.prepare.contract.checks import activity_faults, practice_faults, survey_faults, unknown_practices
from analysis.prepare.contract.contract import Activity, Practices, Sites, Survey
from analysis.prepare.contract.faults import Fault
from analysis.prepare.contract.raw import read_checked
from analysis.prepare.contract.raw_files import Raw
from analysis.prepare.contract.reach import month_notes, reach_faults, site_faults
from analysis.prepare.study_file.guess import guessed, suggested
from analysis.pull.package.package import Package, read_package

BASE = Path(__file__).parents[3] / "invalid" / "base"
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


P2_IN_MARCH = 8  # its row in the table, which stands in line 10


@pytest.mark.parametrize("typo", ["2000-03", "2090-03", "2009-3", "2009-04"])
def test_a_gap_names_the_row_whose_month_may_be_a_slip(tables: dict[str, Raw], typo: str) -> None:
    activity, frame = tables["activity"], tables["activity"].frame
    assert tuple(frame.loc[P2_IN_MARCH, ["practice_id", "month"]]) == ("P2", "2009-03")
    slip = changed(activity, frame.assign(month=frame["month"].where(frame.index != P2_IN_MARCH, typo)))
    # Another practice has a gap of its own, for which no row may be had.
    slip = changed(activity, slip.frame.drop(index=2))
    faults = [fault for fault in activity_faults(slip, tables["practices"], months=MONTHS) if "gap" in fault.found]
    (gap,) = faults
    assert gap.count == 2
    assert "practice P2 has no emergency between 2009-02 and 2009-04" in gap.found
    assert f"'{typo}'" in gap.found
    assert gap.mend.startswith("correct the month of line")
    assert "10" in gap.mend.split(" if it is")[0]


def test_a_few_rows_outside_the_months_are_told_with_their_lines(tables: dict[str, Raw]) -> None:
    activity, frame = tables["activity"], tables["activity"].frame
    slip = changed(activity, frame.assign(month=frame["month"].where(frame.index != P2_IN_MARCH, "2000-03")))
    (note,) = month_notes(slip, MONTHS)
    assert note.startswith("activity: 1 of 36 rows (line 10) lies outside 2009-01 to 2009-06")
    (many,) = month_notes(activity, Period(first="2009-01", last="2009-04"))
    assert "12 of 36 rows lie outside" in many


@pytest.mark.parametrize(
    ("months", "told"),
    [
        (("2009-01", "2009-06"), []),
        (
            ("2009-01", "2009-09"),
            ["end in 2009-09, and the counts of emergency in 2009-06; the months without rows are"],
        ),
        (("2008-10", "2009-06"), ["begin in 2008-10, and the counts of emergency in 2009-01"]),
        (("2008-10", "2009-09"), ["begin in 2008-10", "end in 2009-09"]),
    ],
)
def test_months_of_the_study_that_no_row_has_are_told(
    tables: dict[str, Raw], months: tuple[str, str], told: list[str]
) -> None:
    notes = month_notes(tables["activity"], Period(first=months[0], last=months[1]))
    assert len(notes) == len(told)
    assert all(part in note for part, note in zip(told, notes, strict=True))
    assert all("missing, and not zero. Add them, or write `" in note for note in notes)


def test_months_that_one_measure_has_are_no_reason_to_shorten_all(tables: dict[str, Raw]) -> None:
    frame = tables["activity"].frame
    shorter = frame[frame["month"] < "2009-06"].assign(measure="outpatient")
    (note,) = month_notes(changed(tables["activity"], pd.concat([frame, shorter], ignore_index=True)), MONTHS)
    assert "the counts of outpatient in 2009-05" in note
    assert "write" not in note


@pytest.mark.parametrize(
    ("start", "sides"),
    [("2009-02", []), ("2009-06", []), ("2009-07", ["end in 2009-06"]), ("2009-01", ["begin in 2009-01"])],
)
def test_a_site_has_counts_on_both_sides_of_its_start(tables: dict[str, Raw], start: str, sides: list[str]) -> None:
    """The months of the study may be longer than the data: it is the data that must reach."""
    wide, sites = Period(first="2008-01", last="2010-12"), tables["sites"]
    moved = changed(sites, sites.frame.assign(start_month=["2009-04", start]))
    assert site_faults(moved, wide) == []
    faults = reach_faults(moved, tables["practices"], tables["activity"], wide)
    assert [fault.count for fault in faults] == [1] * len(sides)
    for fault, side in zip(faults, sides, strict=True):
        assert fault.rows == (3,)
        assert f"the site 'S2' starts in {start}, and the counts of its practices {side}" in fault.found
        assert "its practices and their activity" in fault.mend


def test_a_site_that_was_taken_out_takes_its_practices_and_their_activity_along(tables: dict[str, Raw]) -> None:
    sites, practices, activity = (tables[name] for name in ("sites", "practices", "activity"))
    (unknown,) = practice_faults(practices, changed(sites, sites.frame[sites.frame["site_id"] == "S1"]), "region")
    assert "export practices and their activity without it" in unknown.mend
    # Emptying the cell would set pilot practices among those to compare with.
    assert "empty the cell of a practice that was no pilot, and of no other" in unknown.mend
    rest = changed(practices, practices.frame[practices.frame["site_id"] != "S2"])
    (orphans,) = activity_faults(activity, rest, months=MONTHS)
    assert "where it is no part of the study, export activity without it too" in orphans.mend


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
