"""Which contacts count: the fate of every row of the table of contacts, as SQL.

Nothing is left out in silence: each row has one fate, the first of this list that fits, and the fates add up to the
rows that were read. A row goes by these rules first, then by its practice's (one clinician id), then by its patient's
registration, and at last rows that stand twice count once.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.continuity import ContactRules
from analysis.plan.terms import Period
from analysis.prepare.contacts.contact_cells import RAWS, group, groups, written_alike
from analysis.prepare.contacts.contact_codes import Codes, codes
from analysis.prepare.contacts.contact_windows import Windows
from analysis.prepare.contacts.contact_words import comparable, nobody_sql, word_sql
from analysis.prepare.events.event_cells import within_sql
from analysis.prepare.events.sql import identifier, in_list, quoted

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

FATES = (
    "counted", "impossible date", "value missing", "of other practices", "in the future", "outside the months",
    "outside the windows", "of other roles", "of other modes", "nobody named", "of a practice with one clinician id",
    "after death", "before registration", "after leaving", "twice", "again on the day",
)  # fmt: skip
# Each way in which the data tell with whom a contact was, once: as it stands in the files, as it is read, and as it is
# compared with the study file's words.
WORDS = """
CREATE OR REPLACE TEMP TABLE words AS
SELECT *, {role} AS role_compared, {mode} AS mode_compared, clinician_id IS NULL OR {nobody} AS nobody_named,
  practice_id IN (SELECT practice_id FROM practices) AS ours
FROM ({groups})
"""
FATE = """CASE
  WHEN broken = 'impossible date' THEN broken
  WHEN nobody OR practice_id IS NULL OR inside IS NULL OR role IS NULL OR mode IS NULL THEN 'value missing'
  WHEN NOT ours THEN 'of other practices'
  WHEN broken = 'in the future' THEN broken
  WHEN NOT inside THEN 'outside the months'
  WHEN part IS NULL THEN 'outside the windows'
  WHEN role_compared NOT IN {roles} THEN 'of other roles'
  WHEN mode_compared NOT IN {modes} THEN 'of other modes'
  WHEN nobody_named THEN 'nobody named'
  ELSE 'counted' END"""
TALLY = """
CREATE OR REPLACE TEMP TABLE tally AS
SELECT practice_id, clinician_id, part, mode_compared IN {remote} AS remote, fate, sum(n)::BIGINT AS n,
  CASE fate WHEN 'of other roles' THEN role WHEN 'of other modes' THEN mode END AS word
FROM (SELECT *, {fate} AS fate FROM written JOIN words ON {alike}) GROUP BY ALL
"""
# Clinicians have numbers within their practice, in the order of their ids; ids of two practices are two clinicians.
CLINICIANS = """
CREATE OR REPLACE TEMP TABLE clinicians AS
SELECT practice, practice_id, clinician_id,
  (row_number() OVER (PARTITION BY practice_id ORDER BY clinician_id) - 1)::INTEGER AS clinician
FROM (SELECT DISTINCT practice_id, clinician_id FROM words WHERE clinician_id IS NOT NULL)
JOIN practices USING (practice_id) ANTI JOIN single USING (practice_id)
"""
# The words of the contacts that may count.
COUNTING = """
CREATE OR REPLACE TEMP TABLE counting AS
SELECT {raws}, {whom} AS whom FROM words JOIN clinicians USING (practice_id, clinician_id)
WHERE role_compared IN {in_roles} AND mode_compared IN {in_modes} AND NOT nobody_named
"""
# Role and mode as one number.
WHAT = "({modes} * (list_position({roles}, role_compared) - 1) + list_position({listed}, mode_compared) - 1)"
# One part holds all contacts of its patients, so that it can be worked on by itself. Those without a patient go along,
# for a condition would read the patients once more.
SPLIT = """
SELECT patient_id, whom | {day} AS code, (hash(patient_id) % {buckets})::SMALLINT AS bucket
FROM ({source}) AS contacts JOIN counting ON {alike}
WHERE {within}
"""


def tally(connection: "DuckDBPyConnection", source: str, rules: ContactRules, months: Period, windows: Windows) -> None:
    """Count contacts by practice, clinician, window and fate in the table `tally`; it needs the table `practices`.

    `source` is what :func:`analysis.prepare.contacts.contact_cells.rows` gives.
    """
    group(connection, source, part_sql(windows), months)
    connection.execute(
        WORDS.format(
            role=word_sql("role"), mode=word_sql("mode"), nobody=nobody_sql("clinician_id", rules.unknown),
            groups=groups(connection),
        )
    )  # fmt: skip
    fate = FATE.format(roles=in_list(comparable(rules.roles)), modes=in_list(comparable(rules.modes)))
    remote = in_list(comparable(rules.checks.remote))
    connection.execute(TALLY.format(fate=fate, remote=remote, alike=written_alike("written", "words")))


def split(
    connection: "DuckDBPyConnection", source: str, rules: ContactRules, months: Period, windows: Windows,
    folder: Path, buckets: int,
) -> Codes:  # fmt: skip
    """Write the contacts that may count into parts by patient; it needs the tables `words`, `practices` and `single`.

    Each is a number from here on; the table `clinicians` has the ids of the clinicians. Contacts of the study's months
    outside its windows are kept: they tell whom a patient saw before.
    """
    from analysis.prepare.contacts import contact_files

    roles, modes = comparable(rules.roles), comparable(rules.modes)
    connection.execute(CLINICIANS)
    written = codes(connection, len(roles) * len(modes), months, windows)
    what = WHAT.format(modes=len(modes), roles=array(roles), listed=array(modes))
    connection.execute(
        COUNTING.format(
            raws=", ".join(map(identifier, RAWS)), whom=written.whom(what), in_roles=in_list(roles),
            in_modes=in_list(modes),
        )
    )  # fmt: skip
    query = SPLIT.format(
        day=written.on("date"), buckets=buckets, source=source, alike=written_alike("contacts", "counting"),
        within=within_sql("date", months),
    )  # fmt: skip
    contact_files.write(connection, query, folder)
    return written


def part_sql(windows: Windows) -> str:
    """The expression that gives the window of a contact's day; missing outside of all."""
    days = windows.frame()
    cases = [f"WHEN date < {_day(days['begins'].min())} THEN NULL"]
    cases += [f"WHEN date < {_day(ends)} THEN {part}" for part, ends in zip(days["part"], days["ends"], strict=True)]
    return f"CASE {' '.join(cases)} END::SMALLINT"


def _day(day: "pd.Timestamp") -> str:
    return f"DATE {quoted(str(day.date()))}"


def array(words: list[str]) -> str:
    """Texts as a list of SQL."""
    return "[" + ", ".join(quoted(word) for word in words) + "]"
