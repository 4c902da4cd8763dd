"""What becomes of each row of a table of events: one fate for each, and the fates add up to the rows that are read.

A row has the first fate of its table that fits. Rows of some fates are no more than a note while they are few; with
more than the study file allows (`pilots.limits`) the run stops, for every table by the same rule.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from analysis.plan.hospital import HospitalRules
from analysis.plan.limits import Limits
from analysis.plan.terms import Period
from analysis.prepare.events.event_cells import within_sql
from analysis.prepare.events.event_contract import ATTENDANCES, EventTable
from analysis.prepare.events.sql import in_list
from analysis.prepare.outcomes.panel import Columns
from analysis.steps import Paths, Problem, again
from analysis.wording import number_of, plural

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

READ, COUNTED = "read", "counted"
# By fate: the limit of the study file that holds for it.
LIMITED = {
    "value missing": "broken", "impossible date": "broken", "in the future": "broken",
    "ends before it begins": "broken", "after death": "broken", "before registration": "broken",
    "unknown code": "unknown_codes", "twice": "twice", "overlapping": "overlapping",
    "outside the months": "outside_months", "of other practices": "other_practices",
    "without a practice": "other_practices",
}  # fmt: skip
# In the order in which they are told.
FATES = (
    "not finished", "not attended", "unknown code", "impossible date", "in the future", "value missing",
    "ends before it begins", "without a practice", "of other practices", "outside the months", "without a population",
    "twice", "overlapping",
)  # fmt: skip
# What is looked at in a row of each table, before its practice and its day.
OWN = {
    "episodes": """
      WHEN EPISTAT IN ('1', '9') THEN 'not finished' WHEN EPISTAT IS DISTINCT FROM '3' THEN 'unknown code'
      WHEN broken IS NOT NULL THEN broken
      WHEN HESID IS NULL OR PROCODE3 IS NULL OR EPIKEY IS NULL OR EPISTART IS NULL OR EPIEND IS NULL OR ADMIDATE IS NULL
        THEN 'value missing'
      WHEN EPIEND < EPISTART THEN 'ends before it begins'""",
    "spells": """
      WHEN broken IS NOT NULL THEN broken WHEN patient_id IS NULL OR admitted IS NULL THEN 'value missing'
      WHEN discharged < admitted THEN 'ends before it begins'""",
    "outpatients": """
      WHEN broken IS NOT NULL THEN broken WHEN APPTDATE IS NULL THEN 'value missing'
      WHEN coalesce(ATTENDED, '') NOT IN {known} THEN 'unknown code' WHEN ATTENDED NOT IN {attended} THEN 'not attended'
    """,
    "contacts": """
      WHEN broken IS NOT NULL THEN broken
      WHEN patient_id IS NULL OR practice_id IS NULL OR date IS NULL OR role IS NULL OR mode IS NULL
        THEN 'value missing'""",
    "registrations": """
      WHEN broken IS NOT NULL THEN broken
      WHEN patient_id IS NULL OR practice_id IS NULL OR registered IS NULL THEN 'value missing'
      WHEN "left" < registered THEN 'ends before it begins'""",
    "emergency_care": "WHEN broken IS NOT NULL THEN broken WHEN ARRIVALDATE IS NULL THEN 'value missing'",
}
PLACE = """
  WHEN {practice} IS NULL THEN 'without a practice'
  WHEN {practice} NOT IN ({practices}) THEN 'of other practices'
  WHEN NOT ({within}) THEN 'outside the months'"""


def known_practices(connection: "DuckDBPyConnection", practices: Paths, columns: Columns) -> None:
    """Put the ids of the study's practices into the table `known_practices`."""
    from analysis.prepare.contract.contract import Practices
    from analysis.prepare.contract.raw import read_raw

    ids = read_raw(practices, Practices, columns.get("practices"))[["practice_id"]]
    connection.register("ids", ids)
    connection.execute("CREATE OR REPLACE TEMP TABLE known_practices AS FROM ids")
    connection.unregister("ids")


def own_sql(table: EventTable, rules: HospitalRules) -> str:
    """The cases of a row that do not count, whatever its practice and its day.

    It asks for the columns of :func:`analysis.prepare.events.events.event_select`, with `broken`.
    """
    attended = canonical(rules.attended)
    return OWN[table.name].format(known=in_list([*ATTENDANCES, *attended]), attended=in_list(attended))


def place_sql(practice: str, day: str, practices: str, months: Period) -> str:
    """The cases of a row that is of none of the study's practices or months; `practices` is a query of their ids."""
    return PLACE.format(practice=practice, practices=practices, within=within_sql(day, months))


def canonical(codes: Sequence[str]) -> list[str]:
    """Codes of the study file as :func:`analysis.prepare.events.event_cells.cell_sql` gives those of the data."""
    return [code.lstrip("0") or "0" for code in codes]


def refuse(table: str, rows: Mapping[str, int], limits: Limits, place: Mapping[str, str] | None = None) -> None:
    """Stop where more rows of a table have one fate than the study file allows, or none counts.

    Parameters
    ----------
    table : str
        The table of the data contract.
    rows : mapping
        By fate, how many rows have it; under ``read`` how many there are.
    limits : Limits
        The limits of the study file.
    place : mapping
        By limit, the key of the study file that sets it where that is another than `pilots.limits`.

    Raises
    ------
    Problem
        With the fate, how many rows have it, and how to mend it.
    """
    read = rows[READ]
    for fate, limit in LIMITED.items():
        most = getattr(limits, limit)
        if rows.get(fate, 0) > most * read:
            raise Problem(
                f"Of {number_of(read, 'row')} of {table} {rows[fate]:,} {plural(rows[fate], 'is', 'are')} `{fate}`, "
                f"more than {100 * most:g}%.",
                f"correct the data (`{again('check-data')}` tells the rows), or allow more in the study file: "
                f"`{(place or {}).get(limit, f'pilots.limits.{limit}')}`",
            )
    if not rows.get(COUNTED):
        raise Problem(
            f"No row of {table} counts: of {number_of(read, 'row')} {fates_in_words(rows)}.",
            "correct the data, or leave the table out",
        )


def fates_in_words(rows: Mapping[str, int]) -> str:
    """How many rows have which fate, in words, the most frequent first."""
    counts = {fate: count for fate, count in rows.items() if count and fate not in (READ, COUNTED)}
    return ", ".join(f"{counts[fate]:,} {fate}" for fate in sorted(counts, key=lambda fate: (-counts[fate], fate)))
