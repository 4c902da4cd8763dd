"""What a data package seems to hold: columns under other names, outcomes, months. A person checks all of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.closest import bare
from analysis.prepare.contract.formats import read_files
from analysis.prepare.contract.synonyms import names_of
from analysis.prepare.events.event_contract import EVENT_TABLES
from analysis.prepare.study_file.guess_contacts import headers, needed, words
from analysis.prepare.study_file.guess_months import month_column, months_in, whole_months
from analysis.pull.package.package import Package

if TYPE_CHECKING:
    import pandas as pd

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
        The complete months that all counts have; empty where no months were found.
    tables : tuple of str
        The tables that the package holds.
    words : dict
        By column, the roles and modes of its contacts with their shares.
    starts : tuple of str
        The different months in which sites start.
    seen : tuple of str
        The first and the last month of any row; they may be further apart than the complete ones.
    clusters : tuple of int
        Sites with practices, and regions of comparison practices.
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
    starts: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    clusters: tuple[int, int] = (0, 0)


def guessed(package: Package) -> Guess:
    """Look at a package's tables.

    Raises
    ------
    Problem
        When a table is not readable.
    """
    frames = {table: read_files(package.paths(table), table).frame for table in TABULAR if table in package.tables}
    present = {table: [str(name) for name in frame.columns] for table, frame in frames.items()} | headers(package)
    columns = {table: suggested(table, names) for table, names in present.items()}
    _add_month(frames, columns)
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
    first, last, *seen = whole_months(renamed, package, columns) or ("", "")
    plain = [each for each in (*measures, *items) if re.fullmatch(r"[a-z][a-z0-9_]*", each)]
    odd = sorted({*measures, *items} - set(plain))
    return Guess(
        {table: names for table, names in columns.items() if names}, missing,
        [each for each in measures if each in plain], [each for each in items if each in plain],
        ["upc"] if "contacts" in package.tables else [], odd, first, last, tuple(sorted(package.tables)),
        words(package, columns.get("contacts", {})), _starts(renamed), tuple(seen),
        _clusters(renamed),
    )  # fmt: skip


def _starts(frames: "dict[str, pd.DataFrame]") -> tuple[str, ...]:
    """The different months in which sites start."""
    return tuple(sorted(set(months_in(frames["sites"], "start_month")))) if "sites" in frames else ()


def _clusters(frames: "dict[str, pd.DataFrame]") -> tuple[int, int]:
    """Sites with practices, and regions of comparison practices; none where the columns are not known."""
    practices = frames.get("practices")
    if practices is None or not {"site_id", "region"} <= set(practices.columns):
        return 0, 0
    site = practices["site_id"].fillna("").astype(str)
    return int(site[site != ""].nunique()), int(practices.loc[site == "", "region"].nunique())


def _add_month(frames: "dict[str, pd.DataFrame]", columns: dict[str, dict[str, str]]) -> None:
    """Suggest for a month that no name looks like the column whose cells are months."""
    for table, name in (("activity", "month"), ("survey", "wave")):
        if table in frames and name not in frames[table] and name not in columns[table]:
            month = month_column(frames[table])
            columns[table] |= {name: month} if month and month not in columns[table].values() else {}


def column_types(table: str) -> dict[str, str]:
    """The columns of a table as Frictionless calls their types; none for an event table."""
    from analysis.prepare.contract import contract

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
        if match := next((each for each in names_of(name) if each in free), None):
            yield name, free.pop(match)


def _series(frames: "dict[str, pd.DataFrame]", table: str, column: str) -> list[str]:
    """The names in a column, well-known ones first."""
    if table not in frames or column not in frames[table]:
        return []
    series = {str(each) for each in frames[table][column].dropna().unique()} - {""}
    order = [*KNOWN, *sorted(series)]
    return sorted(series, key=order.index)


def _counted(package: Package) -> list[str]:
    present = {measure for table, measures in COUNTED.items() if table in package.tables for measure in measures}
    return [measure for measure in KNOWN if measure in present]
