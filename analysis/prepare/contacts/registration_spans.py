"""Registrations as spans of time: on each day at most one of a patient and practice holds.

Spans follow one another without a gap, so that a contact finds its own by one comparison of days: `since` is the first
day on which a span is looked at, `next` the first day of the one after it. The patient was on the list from
`registered` to `until`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.plan.continuity import ContactRules
from analysis.prepare.contacts.contact_words import nobody_sql

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

FATE = """CASE
  WHEN broken IS NOT NULL THEN broken
  WHEN patient_id IS NULL OR listed.practice_id IS NULL OR registered IS NULL THEN 'value missing'
  WHEN listed.practice_id NOT IN (SELECT practice_id FROM practices) THEN 'of other practices'
  WHEN "left" < registered THEN 'ends before it begins'
  ELSE 'valid' END"""
LISTED = """
SELECT listed.* EXCLUDE (gp_id), {fate} AS fate, CASE WHEN NOT {nobody} THEN gp_id END AS gp_id,
  coalesce(clinician, -1) AS gp, (hash(patient_id) % {buckets})::SMALLINT AS bucket
FROM ({source}) AS listed
LEFT JOIN clinicians ON clinicians.practice_id = listed.practice_id AND clinicians.clinician_id = listed.gp_id
"""
FEW = ("practice_id", "sex", "broken", "fate")
# ASSUME: of registrations that overlap, the one that began last says with whom the patient is registered; of rows with
# one first day the hash of the content says which is kept, so that the order of the file does not matter.
# Most patients are registered once with a practice, and need no sorting.
SPANS = """
CREATE OR REPLACE TEMP TABLE spans AS
WITH valid AS MATERIALIZED (
  SELECT patient, practice, registered, "left", birth_year, sex, imd, conditions, gp_id, gp,
    hash(registration) AS content
  FROM {source} AS registration JOIN people USING (patient_id) JOIN practices USING (practice_id) WHERE fate = 'valid'
),
several AS (SELECT patient, practice FROM valid GROUP BY ALL HAVING count(*) > 1),
begun AS (
  SELECT *, max(coalesce("left", DATE '9999-12-31')) OVER (
      PARTITION BY patient, practice ORDER BY registered ROWS UNBOUNDED PRECEDING) AS until
  FROM (
    SELECT * FROM valid SEMI JOIN several USING (patient, practice)
    QUALIFY row_number() OVER (PARTITION BY patient, practice, registered ORDER BY content) = 1
  )
)
SELECT * EXCLUDE ("left", content), false AS overlapping, DATE '0001-01-01' AS since, DATE '9999-12-31' AS next,
  coalesce("left", DATE '9999-12-31') AS until
FROM valid ANTI JOIN several USING (patient, practice)
UNION ALL BY NAME
SELECT * EXCLUDE ("left", content), coalesce(registered < lag(until) OVER ordered, false) AS overlapping,
  CASE WHEN lag(registered) OVER ordered IS NULL THEN DATE '0001-01-01' ELSE registered END AS since,
  coalesce(lead(registered) OVER ordered, DATE '9999-12-31') AS next
FROM begun WINDOW ordered AS (PARTITION BY patient, practice ORDER BY registered)
"""
DEATHS = """
CREATE OR REPLACE TEMP TABLE deaths AS
SELECT patient, min(died) AS died FROM {source} JOIN people USING (patient_id) WHERE died IS NOT NULL GROUP BY ALL
"""
NONE = """
CREATE OR REPLACE TEMP TABLE spans (patient INTEGER, practice INTEGER, registered DATE, birth_year BIGINT, sex VARCHAR,
  imd DOUBLE, conditions BIGINT, gp_id VARCHAR, gp INTEGER, until DATE, overlapping BOOLEAN, since DATE, next DATE);
CREATE OR REPLACE TEMP TABLE deaths (patient INTEGER, died DATE)
"""
# With numbers only, and days from the first of the study.
NUMBERS = """
SELECT patient, practice, (registered - {first})::BIGINT AS since, (until - {first})::BIGINT AS until,
  CASE WHEN gp_id IS NULL THEN {nobody} ELSE gp END::BIGINT AS gp
FROM spans ORDER BY patient, practice, registered
"""
DIED = "SELECT patient, (died - {first})::BIGINT AS died FROM deaths"
# The columns of spans as numbers, in which they stand by patient and practice.
PRACTICE, SINCE, UNTIL, GP = range(4)


@dataclass(frozen=True)
class Spans:
    """Spans and deaths of some people as numbers; days count from the first of the study.

    Attributes
    ----------
    rows : (spans, 4) int
        By patient, practice and first day: practice, first day on the list, last day, and the number of the registered
        GP (-1 of one who saw nobody, and the number of nobody where none is registered).
    starts : (people + 1,) int
        Where the spans of each patient begin, and where the last one's end.
    died : (people,) int
        The day of death, far away where nobody died.
    """

    rows: "Integers"
    starts: "Integers"
    died: "Integers"


def split(connection: "DuckDBPyConnection", source: str, rules: ContactRules, folder: Path, buckets: int) -> None:
    """Write the registrations into parts by patient, as the contacts are; it needs `practices` and `clinicians`."""
    from analysis.prepare.events import split_parts

    listed = LISTED.format(fate=FATE, nobody=nobody_sql("gp_id", rules.unknown), buckets=buckets, source=source)
    split_parts.split(connection, listed, folder, FEW, "bucket")


def spans(connection: "DuckDBPyConnection", source: str) -> dict[str, int]:
    """Put the spans of some patients into the table `spans` and their deaths into `deaths`, and count fates.

    Parameters
    ----------
    connection : DuckDBPyConnection
        From :func:`analysis.prepare.events.events.engine`.
    source : str
        A part that :func:`split` wrote; empty where there are no registrations of these patients.
    """
    if not source:
        connection.execute(NONE)
        return {}
    connection.execute(DEATHS.format(source=source))
    connection.execute(SPANS.format(source=source))
    fates = dict(connection.execute(f"SELECT fate, count(*) FROM {source} GROUP BY fate").fetchall())
    kept, overlapping = connection.execute("SELECT count(*), count(*) FILTER (overlapping) FROM spans").fetchall()[0]
    return {
        **{f"registrations {fate}": rows for fate, rows in fates.items() if fate != "valid"},
        "registrations read": sum(fates.values()), "registrations counted": kept,
        "registrations twice": fates.get("valid", 0) - kept, "registrations overlapping": overlapping,
    }  # fmt: skip


def numbered(connection: "DuckDBPyConnection", people: int, first: str) -> Spans:
    """The tables `spans` and `deaths` of so many people as numbers; `first` is the first day of the study, as SQL."""
    import numpy as np

    from analysis.prepare.indices.judge_kernel import NOBODY

    columns: dict[str, Any] = connection.execute(NUMBERS.format(first=first, nobody=NOBODY)).fetchnumpy()
    starts = np.searchsorted(columns.pop("patient"), np.arange(people + 1, dtype=np.int32)).astype(np.int64)
    rows = np.stack([*columns.values()], axis=1)
    deaths: dict[str, Any] = connection.execute(DIED.format(first=first)).fetchnumpy()
    died = np.full(people, np.iinfo(np.int64).max)
    died[deaths["patient"]] = deaths["died"]
    return Spans(np.ascontiguousarray(rows), starts, died)
