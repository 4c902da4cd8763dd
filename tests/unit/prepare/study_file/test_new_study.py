"""A new study: months that are complete or left open, designs that fit the starts, columns that are found."""

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis.prepare.check_data.examine import examine
from analysis.prepare.study_file.guess import guessed
from analysis.prepare.study_file.guess_months import Month, complete
from analysis.prepare.study_file.study_text import study_text
from analysis.pull.package.package import read_package
from analysis.pull.package.receive import check_descriptor
from analysis.steps import Problem
from analysis.study import Study, read_study
from tests.unit.prepare.check_data.test_typos import Tables, valid

SPANS = pd.period_range("2012-01", "2019-12", freq="M").astype(str)


def package(folder: Path, tables: Tables) -> Path:
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return folder


def written(folder: Path, study: Study) -> str:
    guess = guessed(read_package(folder, "ours", folder))
    return study_text("ours", {"package": str(folder)}, guess, study, document="own-study.qmd", date="2026-01-31")


def test_a_thin_head_and_tail_are_not_complete() -> None:
    thin = [*["2011-11", "2011-12"], *SPANS, "2020-01"]
    months = {month: Month(40 if month in thin[:2] + thin[-1:] else 1000) for month in thin}
    assert complete(months) == ("2012-01", "2019-12")
    # The quietest month of a year, growth, and a single year with a thin middle are complete.
    assert complete({month: Month(1000 + 10 * at - 150 * (month[5:] == "12")) for at, month in enumerate(SPANS)}) == (
        SPANS[0], SPANS[-1],
    )  # fmt: skip


def test_many_thin_months_do_not_make_thin_months_usual() -> None:
    # As where an extract by year of discharge has stays that began long before.
    months = {month: Month(3 if month < "2017-01" else 900) for month in SPANS}
    assert complete(months) == ("2017-01", "2019-12")


def test_a_month_that_is_cut_off_is_not_complete() -> None:
    months = {month: Month(1000, 1, 28) for month in SPANS}
    assert complete(months | {"2019-12": Month(800, 1, 22), "2012-01": Month(900, 9, 31)}) == ("2012-02", "2019-11")
    # With few events a month, days without any are chance.
    few = {month: Month(10, 3, 22) for month in SPANS}
    assert complete(few) == (SPANS[0], SPANS[-1])


def test_months_of_events_are_complete_ones_under_mapped_names(tmp_path: Path, study: Study) -> None:
    tables = {name: table for name, table in valid().items() if name in ("sites", "practices")}
    days = [str(day)[:10] for day in pd.date_range("2008-04-01", "2011-03-12") for _ in range(8)] + ["2007-01-03"]
    folder = package(tmp_path, tables)
    episodes = pd.DataFrame({"TOKEN_PERSON_ID": range(len(days)), "Admission Date": days, "GP_PRACTICE": "P01"})
    episodes.to_csv(folder / "episodes.csv", index=False, sep=";")
    guess = guessed(read_package(folder, "ours", folder))
    expected = {"HESID": "TOKEN_PERSON_ID", "ADMIDATE": "Admission Date", "GPPRAC": "GP_PRACTICE"}
    assert guess.columns["episodes"] == expected
    assert (guess.first, guess.last, guess.seen) == ("2008-04", "2011-02", ("2007-01", "2011-03"))
    text = written(folder, study)
    assert "months: {first: 2008-04, last: 2011-02}" in text
    assert "the complete ones in the data (any rows: 2007-01 to 2011-03)" in text


@pytest.mark.parametrize(("name", "mapped"), [("Mth", True), ("period of activity", True), ("month", False)])
def test_months_are_found_under_other_names(name: str, mapped: bool, tmp_path: Path) -> None:
    tables = valid()
    tables["activity"] = tables["activity"].rename(columns={"month": name})
    guess = guessed(read_package(package(tmp_path, tables), "ours", tmp_path))
    assert (guess.first, guess.last) == ("2008-04", "2011-03")
    assert guess.columns == ({"activity": {"month": name}} if mapped else {})


def test_months_that_nobody_can_tell_are_left_open(tmp_path: Path, study: Study) -> None:
    tables = valid()
    days = tables["activity"]["month"].str.replace(r"(\d+)-(\d+)", r"\2/\1", regex=True)
    tables["activity"] = tables["activity"].drop(columns="month").assign(when=days)
    text = written(package(tmp_path, tables), study)
    assert "# MISSING: no months written as YYYY-MM were found" in text
    assert "the months of the comparison: the complete ones" not in text
    path = tmp_path / "ours.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Problem, match=r"months"):
        read_study(path)


@pytest.mark.parametrize(("months", "proposed"), [(1, False), (2, True), (4, True)])
def test_the_staggered_design_is_proposed_where_starts_differ(
    months: int, proposed: bool, tmp_path: Path, study: Study
) -> None:
    tables = valid()
    starts = [f"2009-{10 + min(number, months - 1) - (months > 3)}" for number in range(4)]
    tables["sites"] = tables["sites"].assign(start_month=starts)
    path = tmp_path / "ours.yaml"
    path.write_text(written(package(tmp_path, tables), study), encoding="utf-8")
    found = {design for each in read_study(path).activity().values() for design in each.designs}
    assert ("staggered" in found) == proposed


ALWAYS = {"linear_rates", "half_a_year_early"}
OF_SITES = {"without_each_site"}
OF_CLUSTERS = {"diverging_trends", "unobserved"}


@pytest.mark.parametrize(
    ("sites", "regions", "start", "checks"),
    [
        (4, 8, "2009-10", ALWAYS | OF_SITES | OF_CLUSTERS),
        (2, 8, "2009-10", ALWAYS),
        (4, 3, "2009-10", ALWAYS | OF_SITES),
        (4, 8, "2008-09", {"linear_rates", "without_each_site", "unobserved"}),
    ],
)
def test_checks_are_proposed_that_the_data_can_answer(
    sites: int, regions: int, start: str, checks: set[str], tmp_path: Path, study: Study
) -> None:
    tables = valid()
    site = tables["practices"]["site_id"]
    spread = [f"R{number % regions}" for number in range(len(site))]
    few = tables["practices"].assign(site_id=site.where(site <= f"S{sites}", "S1"), region=spread)
    tables |= {"practices": few, "sites": tables["sites"].head(sites).assign(start_month=start)}
    path = tmp_path / "ours.yaml"
    text = written(package(tmp_path, tables), study)
    path.write_text(text, encoding="utf-8")
    assert set(read_study(path).sensitivity) == checks
    assert "`primary: true`" in text


def test_a_test_says_what_it_would_be_read_by_that_the_data_lack(tmp_path: Path, study: Study) -> None:
    tables = {name: table for name, table in valid().items() if name != "survey"}
    tables["activity"] = tables["activity"][tables["activity"]["measure"] == "emergency"]
    path = tmp_path / "ours.yaml"
    path.write_text(written(package(tmp_path, tables), study), encoding="utf-8")
    tests = read_study(path).tests
    assert tests["T2"].gap.startswith("These data tell nothing of continuity of care, by which it would be read. Conti")
    third = "These data tell nothing of outpatient attendances and elective admissions, by which it is read too. Fewer"
    assert tests["T3"].gap.startswith(third)
    assert tests["T4"].gap == study.tests["T4"].gap


def test_without_counts_no_check_is_proposed(tmp_path: Path, study: Study) -> None:
    tables = {name: table for name, table in valid().items() if name != "activity"}
    assert "sensitivity" not in written(package(tmp_path, tables), study)


@pytest.mark.parametrize(
    ("created", "right"),
    [("2025-09-01", True), ("2025-09-01T12:00:00Z", True), ("September", False), ("2025-13-45", False)],
)
def test_a_day_or_a_time_says_when_a_package_was_made(created: str, right: bool, tmp_path: Path) -> None:
    package(tmp_path, valid())
    resources = [{"name": name, "path": f"{name}.csv"} for name in valid()]
    descriptor = {"name": "ours", "created": created, "resources": resources}
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    read = read_package(tmp_path, "ours", tmp_path)
    if right:
        check_descriptor(read)
    else:
        with pytest.raises(Problem, match="created"):
            check_descriptor(read)


def test_all_faults_are_told_in_one_round_and_only_what_was_looked_at_is_ticked(tmp_path: Path, study: Study) -> None:
    tables = valid()
    tables["practices"] = tables["practices"].drop(columns="gp_fte").assign(share_65plus=17)
    tables["activity"] = tables["activity"].rename(columns={"population": "denominator"}).astype({"count": object})
    tables["activity"].loc[3, "count"] = "*"
    tables["survey"].loc[5, "practice_id"] = "P99"
    assert study.pilots is not None
    files = {name: (tmp_path / f"{name}.csv",) for name in tables}
    package(tmp_path, tables)
    pilots = study.pilots.model_copy(update={"months": study.pilots.months})
    seen = examine(files, study, pilots)
    told = {(fault.table, fault.check, fault.column) for fault in seen.faults}
    assert {
        ("practices", "columns", "gp_fte"), ("practices", "values", "share_65plus"), ("activity", "values", "count"),
        ("activity", "columns", "population"), ("survey", "references", "practice_id"),
    } <= told  # fmt: skip
    (lacking,) = [fault for fault in seen.faults if fault.column == "population"]
    assert "did you mean `denominator`?" in lacking.mend
    assert "the file has practice_id, month, measure, count, denominator" in lacking.found
    assert {"types", "values", "keys", "references", "months"} & seen.checked["activity"] == set()


def test_an_event_table_without_a_column_is_looked_at_and_not_ticked(tmp_path: Path, study: Study) -> None:
    tables = valid()
    days = pd.date_range("2008-04-01", "2011-03-31").astype(str)
    spells = {"patient_id": "A", "practice_id": "P01", "admitted": days, "discharged": "yesterday", "diag": "I50"}
    tables["spells"] = pd.DataFrame(spells)
    package(tmp_path, tables)
    assert study.pilots is not None
    seen = examine({name: (tmp_path / f"{name}.csv",) for name in tables}, study, study.pilots)
    told = {(fault.check, fault.column) for fault in seen.faults if fault.table == "spells"}
    assert {("columns", "method"), ("columns", "diagnosis_1"), ("types", "discharged")} <= told
    assert seen.checked["spells"] == {"readable", "columns"}


def test_ids_of_events_that_a_spreadsheet_rounded_are_no_doubles(tmp_path: Path, study: Study) -> None:
    tables = valid()
    contacts = {"patient_id": ["5.01E+11", "5.01E+11", "7"], "practice_id": "P01", "date": "2009-04-01"}
    tables["contacts"] = pd.DataFrame(contacts).assign(clinician_id="D1", role="gp", mode="telephone")
    package(tmp_path, tables)
    assert study.pilots is not None
    seen = examine({name: (tmp_path / f"{name}.csv",) for name in tables}, study, study.pilots)
    told = [fault for fault in seen.faults if fault.table == "contacts" and fault.check in ("values", "keys")]
    assert [(fault.column, fault.found, fault.count) for fault in told] == [("patient_id", "5.01E+11", 2)]
    assert "take none out" in told[0].mend
