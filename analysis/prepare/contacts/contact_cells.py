"""The cells of a table of contacts: days and patients are read row by row, all else once for each way it is written.

Millions of contacts have a few thousand clinicians, of some roles and modes. So the four columns that say with whom a
contact was stay as they stand in the files until they are grouped, and are read as the contract says, and judged, in
the groups.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.plan.terms import Period
from analysis.prepare.events.event_cells import cell_sql, is_plain, layers, within_sql
from analysis.prepare.events.event_contract import CONTACTS
from analysis.prepare.events.events import files_of, names_in, nested
from analysis.prepare.events.sql import identifier
from analysis.steps import Paths

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

WHOM = ("practice_id", "clinician_id", "role", "mode")
# The contract of what is read row by row, and of what is read once for each group.
BY_ROW = replace(CONTACTS, columns=tuple(each for each in CONTACTS.columns if each.name not in WHOM))
BY_GROUP = replace(CONTACTS, columns=tuple(CONTACTS.column(name) for name in WHOM))
# As it stands in the file.
RAW = "{} written"
RAWS = tuple(RAW.format(name) for name in WHOM)
# How many contacts are written alike, of those alike in what is wrong with patient and day, whether the day is of the
# months, and the window.
WRITTEN = """
CREATE OR REPLACE TEMP TABLE written AS
SELECT {raws}, nobody, broken, {within} AS inside, {part} AS part, count(*) AS n
FROM ({rows}) GROUP BY ALL
"""


def rows(connection: "DuckDBPyConnection", files: Paths, columns: Mapping[str, str], months: Period) -> str:
    """The query that gives contacts with patient, `date` and `broken` as the contract says, and all else as it stands.

    Whether there is no patient is in `nobody`.

    Parameters
    ----------
    connection, files, columns, months
        As for :func:`analysis.prepare.events.events.event_select`.
    """
    source, given, _ = files_of(connection, CONTACTS, files, columns)
    alone = {name: identifier(given[name][0]) for name in BY_ROW.names()}
    raws = {RAW.format(name): identifier(given[name][0]) for name in WHOM}
    raws |= {"nobody": nobody(*given["patient_id"])}
    kinds = {name: (name, given[name][1]) for name in alone}
    return nested([alone | raws, *_beside(layers(BY_ROW, kinds, months, []), raws)], source)


def group(connection: "DuckDBPyConnection", source: str, part: str, months: Period) -> None:
    """Put how many contacts are written alike into the table `written`; `part` gives the window."""
    raws = ", ".join(map(identifier, RAWS))
    connection.execute(WRITTEN.format(raws=raws, within=within_sql("date", months), part=part, rows=source))


def groups(connection: "DuckDBPyConnection") -> str:
    """The query that gives each way in which the table `written` tells with whom a contact was, as it is read too."""
    raws = ", ".join(map(identifier, RAWS))
    source = f"(SELECT DISTINCT {raws} FROM written)"
    columns = names_in(connection, source)
    kinds = {name: (RAW.format(name), columns[RAW.format(name)][1]) for name in WHOM}
    return nested(_beside(layers(BY_GROUP, kinds, None, []), RAWS), source)


def written_alike(left: str, right: str) -> str:
    """Whether rows of two tables are written alike, as an expression of SQL; what is empty is like what is empty."""
    return " AND ".join(f"{left}.{identifier(raw)} IS NOT DISTINCT FROM {right}.{identifier(raw)}" for raw in RAWS)


def nobody(file: str, kind: str) -> str:
    """Whether the column of the file tells no patient, as an expression of SQL."""
    missing = f"{cell_sql(CONTACTS, CONTACTS.column('patient_id'), file, kind)} IS NULL"
    return f"CASE WHEN {is_plain(identifier(file))} THEN false ELSE {missing} END" if kind == "VARCHAR" else missing


def _beside(steps: Iterable[Mapping[str, str]], kept: Iterable[str]) -> Iterator[dict[str, str]]:
    """Steps of a query that keep some columns as they are."""
    for step in steps:
        yield {**step, **{name: identifier(name) for name in kept}}
