"""What a data package seems to hold: columns under other names, outcomes, months. A person checks all of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.prepare.contract import MONTH
from analysis.prepare.event_contract import EVENT_TABLES
from analysis.prepare.formats import read_files
from analysis.prepare.guess_contacts import headers, needed, words
from analysis.pull.package import Package
from analysis.steps import Problem

if TYPE_CHECKING:
    import pandas as pd

# Names under which columns of the contract are met, without capitals, spaces and signs.
SYNONYMS = {
    "practice_id": "gpcode gppracticecode practicecode practice orgcode odscode gpprac pracid",
    "site_id": "site sitecode pilot pilotid",
    "name": "sitename pilotname",
    "model": "modelofcare caremodel",
    "start_month": "start started startdate golive golivemonth",
    "region": "regionname icb icbcode subicb ccg ccgcode area commissioner",
    "list_size": "listsize registeredpatients numberofpatients patients",
    "imd": "imdscore deprivation deprivationscore imd2019 imd2025",
    "gp_fte": "gpwte fte gpftes totalgpfte",
    "share_65plus": "share65 share65andover prop65plus proportion65plus over65",
    "month": "period yearmonth activitymonth",
    "measure": "activitytype type indicator",
    "count": "events number admissions total",
    "population": "registered denominator",
    "wave": "surveymonth fieldwork",
    "item": "question questionid",
    "responses": "base respondents numberofresponses",
    "value": "share proportion",
    "patient_id": "patient patid patientpseudonym person personid pseudonym pseudoid",
    "date": "contactdate consultationdate consdate eventdate appointmentdate apptdate day",
    "clinician_id": "clinician clinicianpseudonym staff staffid practitioner practitionerid doctor doctorid hcp hcpid",
    "role": "staffrole stafftype clinicianrole cliniciantype jobrole jobcategory hcptype profession",
    "mode": "contactmode contacttype consultationmode consultationtype appointmentmode apptmode appttype",
    "registered": "registrationdate dateregistered regdate regstart regstartdate registrationstart",
    "left": "dateleft leavingdate deregistered deregistrationdate regend regenddate registrationend",
    "died": "death deathdate dateofdeath dod",
    "gp_id": "gp registeredgp usualgp namedgp personalgp accountablegp usualgpid usualgpstaffid",
    "birth_year": "yearofbirth yob birth",
    "sex": "gender",
    "conditions": "numberofconditions longtermconditions ltc ltcs multimorbidity",
}
# By measure or item: the outcome's name, its label, and the direction in which patients or the service gain.
KNOWN = {
    "emergency": ("emergency_admissions", "emergency admissions", "down"),
    "elective": ("elective_admissions", "elective admissions", "down"),
    "other_admissions": ("other_admissions", "other admissions", "down"),
    "outpatient": ("outpatient_attendances", "outpatient attendances", "down"),
    "ae": ("emergency_department_attendances", "attendances at emergency departments", "down"),
    "acsc": ("avoidable_admissions", "admissions for ambulatory-care-sensitive conditions", "down"),
    "bed_days": ("bed_days", "bed days", "down"),
    "readmission_30": ("readmissions", "emergency readmissions within 30 days", "down"),
    "see_preferred_gp": ("continuity", "continuity of care", "up"),
    "upc": ("continuity", "the share of contacts with the usual clinician", "up"),
}
# The measures that event tables are counted into.
COUNTED = {
    "episodes": ("emergency", "elective"),
    "spells": ("emergency", "elective"),
    "outpatients": ("outpatient",),
    "emergency_care": ("ae",),
}


DATES = {"episodes": "ADMIDATE", "spells": "admitted", "outpatients": "APPTDATE", "emergency_care": "ARRIVALDATE"}
TABULAR = ("sites", "practices", "activity", "survey")


@dataclass(frozen=True)
class Guess:
    """What a package seems to hold.

    Attributes
    ----------
    columns : dict
        By table, the contract's names of columns and the files' own.
    missing : list of str
        What the contract needs and no column looks like, in words.
    measures, items, indices : list of str
        The series of counts, of survey shares, and of continuity indices from contacts.
    odd : list of str
        Series whose names cannot stand in a study file.
    first, last : str
        The months of the panel.
    tables : tuple of str
        The tables that the package holds.
    words : dict
        By column, the roles and modes of its contacts with their shares.
    """

    columns: dict[str, dict[str, str]]
    missing: list[str]
    measures: list[str]
    items: list[str]
    indices: list[str]
    odd: list[str]
    first: str
    last: str
    tables: tuple[str, ...] = ()
    words: dict[str, dict[str, float]] = field(default_factory=dict)


def guessed(package: Package) -> Guess:
    """Look at a package's tables.

    Raises
    ------
    Problem
        When a table is not readable, or there are no months at all.
    """
    frames = {table: read_files(package.paths(table), table).frame for table in TABULAR if table in package.tables}
    present = {table: [str(name) for name in frame.columns] for table, frame in frames.items()} | headers(package)
    columns = {table: suggested(table, names) for table, names in present.items()}
    missing = [
        f"{table}.{name}" for table, names in present.items() for name in needed(table) or column_types(table)
        if name not in names and name not in columns[table]
    ]  # fmt: skip
    renamed = {
        table: frame.rename(columns={own: name for name, own in columns[table].items()})
        for table, frame in frames.items()
    }
    measures = _series(renamed, "activity", "measure") or _counted(package)
    items = _series(renamed, "survey", "item")
    first, last = _months(renamed, package)
    plain = [each for each in (*measures, *items) if re.fullmatch(r"[a-z][a-z0-9_]*", each)]
    odd = sorted({*measures, *items} - set(plain))
    return Guess(
        {table: names for table, names in columns.items() if names}, missing,
        [each for each in measures if each in plain], [each for each in items if each in plain],
        ["upc"] if "contacts" in package.tables else [], odd, first, last, tuple(sorted(package.tables)),
        words(package, columns.get("contacts", {})),
    )  # fmt: skip


def column_types(table: str) -> dict[str, str]:
    """The columns of a table as Frictionless calls their types; none for an event table."""
    from analysis.prepare import contract

    model = getattr(contract, table.title(), None)
    kinds = {"float64": "number", "int64": "integer"}
    columns = model.to_schema().columns.items() if model else ()
    return {name: kinds.get(str(column.dtype), "string") for name, column in columns}


def suggested(table: str, present: list[str]) -> dict[str, str]:
    """The columns of a table that seem to have another name in its file: the contract's name, then the file's."""
    wanted = EVENT_TABLES[table].names() if table in EVENT_TABLES else list(column_types(table))
    free = {bare(name): name for name in present if name not in wanted}
    return dict(_matches([name for name in wanted if name not in present], free))


def _matches(wanted: list[str], free: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name in wanted:
        alike = [bare(name), *SYNONYMS.get(name, "").split()]
        if found := next((each for each in alike if each in free), None):
            yield name, free.pop(found)


def bare(name: str) -> str:
    """A name without capitals, spaces and signs."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _series(frames: "dict[str, pd.DataFrame]", table: str, column: str) -> list[str]:
    """The names in a column, well-known ones first."""
    if table not in frames or column not in frames[table]:
        return []
    found = {str(each) for each in frames[table][column].dropna().unique()} - {""}
    order = [*KNOWN, *sorted(found)]
    return sorted(found, key=order.index)


def _counted(package: Package) -> list[str]:
    found = {measure for table, measures in COUNTED.items() if table in package.tables for measure in measures}
    return [measure for measure in KNOWN if measure in found]


def _months(frames: "dict[str, pd.DataFrame]", package: Package) -> tuple[str, str]:
    """First and last month of the activity or the events; without any, two years around the sites' starts."""
    activity = _found_months(frames, "activity", "month") or _event_months(package)
    if len(activity) > 1:
        return activity[0], activity[-1]
    starts = _found_months(frames, "sites", "start_month")
    if not starts:
        raise Problem(
            f"{package.place} has no months written as YYYY-MM, neither in activity nor as the sites' start_month.",
            "write months as YYYY-MM, for instance 2009-04",
        )
    return f"{int(starts[0][:4]) - 2}{starts[0][4:]}", f"{int(starts[-1][:4]) + 2}{starts[-1][4:]}"


def _event_months(package: Package) -> list[str]:
    """The months of the first table of events, without a day ever being read into memory."""
    import duckdb

    table = next((each for each in COUNTED if each in package.tables), None)
    if table is None:
        return []
    files, column = [str(path) for path in package.paths(table)], DATES[table]
    read = "read_parquet($1)" if files[0].endswith(".parquet") else "read_csv($1, all_varchar = true)"
    # HES writes days of 1582 and 1800 where none is known.
    query = f"""
        SELECT DISTINCT strftime(day, '%Y-%m') FROM (SELECT TRY_CAST("{column}" AS DATE) AS day FROM {read})
        WHERE day > DATE '1990-01-01' ORDER BY 1
    """
    try:
        return [month for (month,) in duckdb.execute(query, [files]).fetchall()]
    except duckdb.Error:
        return []  # `make check-data` says what is wrong with it


def _found_months(frames: "dict[str, pd.DataFrame]", table: str, column: str) -> list[str]:
    import pandas as pd

    if table not in frames or column not in frames[table]:
        return []
    cells = frames[table][column].dropna()
    months = cells.dt.strftime("%Y-%m") if pd.api.types.is_datetime64_any_dtype(cells) else cells.astype(str)
    return sorted({month for month in months.unique() if re.fullmatch(MONTH, month)})
