"""The cells of a table of events as expressions of SQL: what each column may hold, and what is wrong with a row."""

from collections.abc import Iterator, Mapping, Sequence

from analysis.plan.terms import Period
from analysis.prepare.contract.marks import MISSING_WORDS
from analysis.prepare.events.event_contract import EventColumn, EventTable
from analysis.prepare.events.sql import identifier, in_list, quoted

# ASSUME: an extract may go on for a year after the study's last month; a later date is a slip of the pen.
YEARS_AFTER = 1
# No record is of this day or before: spreadsheets and data bases write it where a date is not known.
EARLIEST = "1900-01-01"
# Dates that HES writes where a date is not known: HFAnalyticsLab/HES_pipeline, src/clean.R, commit 25ed7f7.
UNKNOWN_DATES = ("1582-10-15", "1600-01-01", "1800-01-01", "1801-01-01")
# Practice codes that HES writes where no practice is known, and "not applicable": the same source.
UNKNOWN_PRACTICES = ("V81997", "V81998", "V81999", "&")

SQL_TYPES = {"text": "VARCHAR", "code": "VARCHAR", "date": "DATE", "whole number": "BIGINT", "number": "DOUBLE"}

LONGEST = max(map(len, MISSING_WORDS))
# A text of which one sees without reading it as the contract says that it is no word for a missing value and stands
# without spaces around it: it is longer, and has no spaces there, of which those of other alphabets take more than a
# byte.
PLAIN = "strlen({0}) > {longest} AND {0} >= '!' AND NOT suffix({0}, ' ') AND strlen({0}) = length({0})"


# A cell is read in three steps, each an expression of the one before, so that a query works out each of them once.


def trimmed(column: EventColumn, value: str, kind: str) -> str:
    """First step: text trimmed and dates that are text as text; dates, numbers and their casts as such."""
    text = f"trim(CAST({value} AS VARCHAR))"
    if kind == "VARCHAR":
        # For IN DuckDB joins each column to the words; a place in a list it works out once for each word in a file.
        text = f"CASE WHEN coalesce(list_position([{in_list(MISSING_WORDS)[1:-1]}], {text}), 0) = 0 THEN {text} END"
        # That takes longer than to see that most ids need none of it; of few different texts it is done once for each.
        text = f"CASE WHEN {is_plain(value)} THEN {value} ELSE {text} END" if column.identifies else text
    else:
        text = f"nullif({text}, '')"
    if column.type == "date":
        return f"TRY_CAST({value} AS DATE)" if dated(kind) else text
    if column.type == "whole number":
        return f"CASE WHEN TRY_CAST({value} AS DOUBLE) % 1 = 0 THEN TRY_CAST({value} AS BIGINT) END"
    if column.type == "number":
        return f"TRY_CAST({value} AS DOUBLE)"
    if kind in ("DOUBLE", "FLOAT"):
        whole = f"CASE WHEN {value} % 1 = 0 THEN CAST(TRY_CAST({value} AS BIGINT) AS VARCHAR) END"
        return f"CASE WHEN NOT isnan({value}) THEN coalesce({whole}, {text}) END"
    return text


def is_plain(value: str) -> str:
    """Whether a text is no word for a missing value and has no spaces around it; true where that is easily seen."""
    return PLAIN.format(value, longest=LONGEST)


def shaped(column: EventColumn, value: str, kind: str) -> str:
    """Second step: text as a day, and without the ``.0`` that a whole number gets in a column of numbers with gaps.

    A day is YYYY-MM-DD, also with a time, or YYYYMMDD; anything else is missing. A time with a time zone is a day of
    the connection's zone, which :func:`analysis.prepare.events.events.engine` sets.
    """
    if column.type == "date" and not dated(kind):
        return (
            f"CASE WHEN {value} LIKE '____-__-__' THEN TRY_CAST({value} AS DATE)"
            f" WHEN {value} LIKE '____-__-__%' THEN CAST(TRY_CAST({value} AS TIMESTAMPTZ) AS DATE)"
            f" WHEN length({value}) = 8 OR {value} LIKE '________.0'"
            f" THEN CAST(try_strptime(left({value}, 8), '%Y%m%d') AS DATE) END"
        )
    if column.type in ("text", "code") and (kind == "VARCHAR" or kind.startswith("DECIMAL")):
        # Most cells have no point, and looking for one takes a tenth of the time that a pattern takes.
        whole = f"regexp_replace({value}, '^([0-9]+)\\.0+$', '\\1')"
        return f"CASE WHEN contains({value}, '.0') THEN {whole} ELSE {value} END"
    return value


def standard_code(table: EventTable, column: EventColumn, value: str) -> str:
    """Third step: codes without leading zeros, and what is written where nothing is known left empty."""
    if column.type == "date":
        unknown = ", ".join(f"DATE {quoted(each)}" for each in UNKNOWN_DATES)
        # Most days are looked at once only.
        return f"CASE WHEN {value} > DATE '{EARLIEST}' OR {value} NOT IN ({unknown}) THEN {value} END"
    if column.type == "code":
        return f"CASE WHEN {value} LIKE '0%' THEN coalesce(nullif(ltrim({value}, '0'), ''), '0') ELSE {value} END"
    if column.name == table.practice:
        return f"CASE WHEN {value} NOT IN {in_list(UNKNOWN_PRACTICES)} THEN {value} END"
    return value


def cell_sql(table: EventTable, column: EventColumn, name: str, kind: str) -> str:
    """The expression that reads one column by all three steps."""
    return standard_code(table, column, shaped(column, trimmed(column, identifier(name), kind), kind))


def layers(
    table: EventTable, given: Mapping[str, tuple[str, str]], months: Period | None, row: Sequence[str]
) -> Iterator[dict[str, str]]:
    """Columns of three queries, each reading from the last; see :func:`analysis.prepare.events.events.event_select`.

    Parameters
    ----------
    table : EventTable
        The contract.
    given : mapping
        By column of the contract, its name and its type in the files.
    months : Period
        With them there is the column `broken`.
    row : sequence of str
        With all columns of the files there is the column `same`.
    """
    kinds = {name: kind for name, (_, kind) in given.items()}
    whole = {"whole row": f"hash({', '.join(map(identifier, row))})"} if row else {}
    yield {name: trimmed(table.column(name), identifier(file), kind) for name, (file, kind) in given.items()} | whole
    texts = [name for name, kind in kinds.items() if table.column(name).type == "date" and not dated(kind)]
    yield {
        **{name: shaped(table.column(name), identifier(name), kind) for name, kind in kinds.items()},
        **{f"{name} written": f"{identifier(name)} IS NOT NULL" for name in texts},
        **{name: identifier(name) for name in whole},
    }
    columns = {name: table.column(name) for name in table.names() if name in given or not table.column(name).last}
    yield {
        **{
            name: standard_code(table, column, identifier(name))
            if name in given
            else f"CAST(NULL AS {SQL_TYPES[column.type]})"
            for name, column in columns.items()
        },
        **({"broken": broken(table, kinds, months)} if months else {}),
        **({"same": same_row(table, kinds)} if row else {}),
    }


def dated(kind: str) -> bool:
    """Whether a type of SQL is a day or a time."""
    return kind == "DATE" or kind.startswith("TIMESTAMP")


def latest(months: Period) -> str:
    """The last day that a date may have, as SQL; a later one is in the future."""
    return f"DATE '{int(months.last[:4]) + YEARS_AFTER}-{months.last[5:]}-28'"


def within_sql(day: str, months: Period) -> str:
    """Whether a day is of the months, as SQL."""
    return f"{day} BETWEEN DATE '{months.first}-01' AND last_day(DATE '{months.last}-01')"


def broken(table: EventTable, given: Mapping[str, str], months: Period) -> str:
    """What is wrong with the dates of a row, as an expression of the second step; missing where nothing is.

    `given` has the type in the files by column; of a date that is text the column with `` written`` behind its name
    says whether anything stands there.
    """
    late, impossible = [], []
    for name, kind in given.items():
        if table.column(name).type == "date":
            day = standard_code(table, table.column(name), identifier(name))
            late.append(f"{day} > {latest(months)}")
            impossible.append(f"{day} <= DATE '{EARLIEST}'")
            impossible += [] if dated(kind) else [f"({identifier(f'{name} written')} AND {identifier(name)} IS NULL)"]
    cases = {"impossible date": " OR ".join(impossible), "in the future": " OR ".join(late)}
    return f"CASE {' '.join(f'WHEN {each} THEN {quoted(fate)}' for fate, each in cases.items())} END"


def same_row(table: EventTable, given: Mapping[str, str]) -> str:
    """What two rows share that stand twice, as an expression of the second step."""
    (key,) = table.key
    row = (
        f"CASE WHEN {identifier('HESID')} IS NOT NULL THEN {identifier('whole row')} END"
        if "HESID" in given
        else "NULL"
    )
    if key not in given:
        return row
    # The hash of nothing is no nothing.
    return f"CASE WHEN {identifier(key)} IS NOT NULL THEN hash({identifier(key)}) ELSE {row} END"
