"""The months that a package seems to cover whole: a thin head or tail is of another extract, or not yet complete."""

import calendar
import re
from collections.abc import Mapping
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from analysis.plan.terms import ZONE
from analysis.prepare.contract.contract import MONTH
from analysis.prepare.events.event_cells import cell_sql
from analysis.prepare.events.event_contract import EVENT_TABLES
from analysis.prepare.events.events import names_in, scan
from analysis.prepare.events.sql import quoted
from analysis.pull.package.package import Package
from analysis.steps import Problem

if TYPE_CHECKING:
    import pandas as pd

# By table of events, the day that puts an event into a month.
DATES = {"episodes": "ADMIDATE", "spells": "admitted", "outpatients": "APPTDATE", "emergency_care": "ARRIVALDATE"}
# ASSUME: a month with less than three quarters of the rows of the twelve beside it, or half of those of a usual month,
# is not complete; the quietest month of a year has more.
BESIDE, USUAL, YEAR = 0.75, 0.5, 12
# ASSUME: where there are so many events in a month, one that has none in its first or last days is cut off.
MANY, DAYS = 100, 5
QUERY = """
SELECT strftime(day, '%Y-%m') AS month, count(*) AS events, min(day(day)) AS first, max(day(day)) AS last
FROM (SELECT {day} AS day FROM {source})
WHERE day > DATE '1990-01-01' GROUP BY month ORDER BY month
"""


class Month(NamedTuple):
    """The rows of a month, and the first and the last day that has any; 0 where days are not known."""

    rows: int
    first: int = 0
    last: int = 0


Months = dict[str, Month]


def whole_months(
    frames: "Mapping[str, pd.DataFrame]", package: Package, columns: Mapping[str, Mapping[str, str]]
) -> list[str]:
    """First and last month that all counts cover whole, and those that any has rows of; nothing where none is found.

    Parameters
    ----------
    frames : mapping
        Tables of practices, in the contract's names.
    package : Package
        For the tables of events.
    columns : mapping
        By table, the contract's names of columns and the files' own.
    """
    counts = [_of_activity(frames["activity"])] if "activity" in frames else _of_events(package, columns)
    spans = [complete(months) for months in counts if len(months) > 1]
    if not spans:
        return []
    first, last = max(span[0] for span in spans), min(span[1] for span in spans)
    return [first, last, min(min(each) for each in counts if each), max(max(each) for each in counts if each)]


def complete(months: Months) -> tuple[str, str]:
    """The first and the last month that are complete."""
    names = sorted(months)
    usual = _usual([months[name].rows for name in names])
    kept = list(names)
    while len(kept) > 2 and _thin(months, kept, -1, usual):
        kept.pop()
    while len(kept) > 2 and _thin(months, kept, 0, usual):
        kept.pop(0)
    return kept[0], kept[-1]


def _usual(rows: list[int]) -> float:
    """The rows of the month in which the middle row stands, so that many thin months do not make thin months usual."""
    half, seen = sum(rows) / 2, 0
    for each in sorted(rows):
        seen += each
        if seen >= half:
            return each
    return 0


def _thin(months: Months, kept: list[str], end: int, usual: float) -> bool:
    name = kept[end]
    month, others = months[name], kept[-YEAR - 1 : -1] if end else kept[1 : YEAR + 1]
    beside = median(months[each].rows for each in others)
    cut = month.last < calendar.monthrange(int(name[:4]), int(name[5:]))[1] - DAYS if end else month.first > DAYS + 1
    return month.rows < max(USUAL * usual, BESIDE * beside) or (usual >= MANY and month.last > 0 and cut)


def _of_activity(frame: "pd.DataFrame") -> Months:
    rows = months_in(frame, "month").value_counts()
    return {str(month): Month(int(count)) for month, count in rows.items()}


def months_in(frame: "pd.DataFrame", column: str) -> "pd.Series[str]":
    """The months in a column, as YYYY-MM; what is none is left out."""
    import pandas as pd

    if column not in frame:
        return pd.Series([], dtype="str")
    cells = frame[column].dropna()
    months = (
        cells.dt.strftime("%Y-%m") if pd.api.types.is_datetime64_any_dtype(cells) else cells.astype(str).str.strip()
    )
    return months[months.str.fullmatch(MONTH.strip("^$"))]


def _of_events(package: Package, columns: Mapping[str, Mapping[str, str]]) -> list[Months]:
    """The months of each table of events, without a day ever being read into memory."""
    import duckdb

    counts = []
    for table, day in DATES.items():
        if table not in package.tables:
            continue
        contract = EVENT_TABLES[table]
        try:
            source = scan(package.paths(table))
            with duckdb.connect() as connection:
                connection.execute(f"SET TimeZone = {quoted(ZONE)}")
                present = names_in(connection, source)
                cell = cell_sql(contract, contract.column(day), *present[columns.get(table, {}).get(day, day).lower()])
                rows = connection.execute(QUERY.format(day=cell, source=source)).fetchall()
        except (Problem, duckdb.Error, KeyError):
            continue  # `make check-data` says what is wrong with it
        counts.append({month: Month(*facts) for month, *facts in rows})
    return counts


def month_column(frame: "pd.DataFrame") -> str | None:
    """The one column whose cells are months; None where there is none, or more than one."""
    import pandas as pd

    alike = []
    for name in frame.columns:
        cells = frame[name].dropna()
        if pd.api.types.is_datetime64_any_dtype(cells):
            alike.append(str(name))
        elif len(cells) and pd.api.types.is_string_dtype(cells) and re.fullmatch(MONTH, str(cells.iloc[0]).strip()):
            alike += [str(name)] * (len(months_in(frame, name)) == len(cells))
    return alike[0] if len(alike) == 1 else None
