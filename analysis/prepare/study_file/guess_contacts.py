"""What tables of events seem to hold, which are looked at by DuckDB and never read as a whole."""

from collections.abc import Mapping

from analysis.prepare.events.event_contract import EVENT_TABLES
from analysis.prepare.events.events import names_in, scan
from analysis.prepare.events.sql import identifier
from analysis.pull.package.package import Package
from analysis.steps import Problem

# So many words, each no longer than this: a column of texts has more, and they are about persons.
WORDS = """
SELECT left(trim(CAST({column} AS VARCHAR)), 40) AS word, count(*) / sum(count(*)) OVER () AS share
FROM {source} GROUP BY word HAVING word <> '' ORDER BY share DESC, word LIMIT 50
"""


def headers(package: Package) -> dict[str, list[str]]:
    """By table of events, its columns; a table that cannot be read is left to `make check-data`."""
    import duckdb

    headers_of: dict[str, list[str]] = {}
    with duckdb.connect() as connection:
        for table in (table for table in EVENT_TABLES if table in package.tables):
            try:
                names = names_in(connection, scan(package.paths(table)))
            except (Problem, duckdb.Error):
                continue
            headers_of[table] = [name for name, _ in names.values() if name != "filename"]
    return headers_of


def needed(table: str) -> list[str]:
    """The columns that a table of events must have; none of any other table."""
    return [column.name for column in EVENT_TABLES[table].columns if column.needed] if table in EVENT_TABLES else []


def words(package: Package, columns: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """By column, the roles and modes that the contacts have, most frequent first, with their shares of the contacts.

    Parameters
    ----------
    package : Package
        The tables.
    columns : mapping
        Columns of contacts by the contract's name, where the files have another.
    """
    import duckdb

    words_of: dict[str, dict[str, float]] = {}
    with duckdb.connect() as connection:
        for column in ("role", "mode") if "contacts" in package.tables else ():
            name = identifier(columns.get(column, column))
            try:
                rows = connection.execute(WORDS.format(column=name, source=scan(package.paths("contacts")))).fetchall()
            except (Problem, duckdb.Error):
                continue
            words_of[column] = dict(rows)
    return words_of
