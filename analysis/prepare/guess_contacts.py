"""What tables of contacts and registrations seem to hold, which are looked at by DuckDB and never read as a whole."""

from analysis.prepare.event_contract import EVENT_TABLES
from analysis.prepare.events import names_in, scan
from analysis.pull.package import Package
from analysis.steps import Problem

PERSONS = ("contacts", "registrations")


def headers(package: Package) -> dict[str, list[str]]:
    """By table, the columns of contacts and registrations; a table that cannot be read is left to `make check-data`."""
    import duckdb

    found: dict[str, list[str]] = {}
    with duckdb.connect() as connection:
        for table in (table for table in PERSONS if table in package.tables):
            try:
                names = names_in(connection, scan(package.paths(table)))
            except (Problem, duckdb.Error):
                continue
            found[table] = [name for name, _ in names.values() if name != "filename"]
    return found


def needed(table: str) -> list[str]:
    """The columns that a table of events must have; none of any other table."""
    return [column.name for column in EVENT_TABLES[table].columns if column.needed] if table in EVENT_TABLES else []
