"""The tables of continuity: one row per patient and window, and what practices and minima make of them."""

from typing import TYPE_CHECKING

from analysis.plan.continuity import PATIENT_INDICES, ContactRules
from analysis.prepare.contacts.contact_windows import Windows
from analysis.prepare.events.sql import mean

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

# A window in which the practice's own pilot starts is half before and half after.
CLEAR = "NOT coalesce(start - month BETWEEN 1 AND {last}, false)"
GONE = """
CREATE OR REPLACE TEMP TABLE gone AS SELECT practice_id, part FROM moved CROSS JOIN windows
WHERE 12 * left(first, 4)::INTEGER + right(first, 2)::INTEGER > month
  OR 12 * left(last, 4)::INTEGER + right(last, 2)::INTEGER < month + {months} - 1
"""
THERE = """
CREATE OR REPLACE TEMP VIEW there AS
SELECT groups.practice_id, part, contacts, {indices}, pilot, coalesce(pilot AND month >= start, false) AS after
FROM {files} AS measured JOIN windows USING (part) JOIN groups ON groups.practice = measured.practice_id
ANTI JOIN gone ON gone.practice_id = groups.practice_id AND gone.part = measured.part WHERE {clear}
"""
OF_PATIENTS = """
UNPIVOT (
  SELECT practice_id, part, count(*) AS responses, {contacts} AS contacts, {means}
  FROM {patients} WHERE contacts >= {fewest} GROUP BY ALL
) ON {indices} INTO NAME item VALUE value
"""
# St Leonard's Index (SLICC; Sidaway-Lee and others 2019): of the contacts of patients with a registered GP, those with
# that GP. Own Patient Ratio (OPR; Br J Gen Pract 2023;73:279-282): of the contacts of clinicians who have a list, those
# with patients of that list. Both lie between 0 and 1, and are missing where there are no such contacts.
OF_LISTS = """
SELECT practice_id, part, 'slicc' AS item, sum(listed)::BIGINT AS responses, sum(own) / sum(listed) AS value,
  CAST(NULL AS DOUBLE) AS contacts
FROM seen {clear} GROUP BY ALL HAVING sum(listed) > 0
UNION ALL BY NAME
SELECT practice_id, part, 'opr' AS item, sum(contacts)::BIGINT AS responses, sum(own) / sum(contacts) AS value,
  CAST(NULL AS DOUBLE) AS contacts
FROM seen SEMI JOIN holders USING (practice, part, clinician) {clear} GROUP BY ALL
"""
# Without a start of their own, comparison practices are before and after the first pilot's start.
DISTRIBUTION = """
SELECT pilot, after, low / 10 AS low, (low + 1) / 10 AS high, count(upc)::BIGINT AS patients
FROM (SELECT unnest([true, false]) AS pilot) CROSS JOIN (SELECT unnest([false, true]) AS after)
CROSS JOIN (SELECT unnest(range(10)) AS low)
LEFT JOIN (
  SELECT upc, pilot, CASE WHEN pilot THEN after ELSE part >= 0 END AS after,
    least(floor(10 * upc + 1e-9), 9)::BIGINT AS low
  FROM {patients} WHERE contacts >= {fewest}
) USING (pilot, after, low)
GROUP BY ALL ORDER BY ALL
"""
FEWEST = """
SELECT fewest, count(*) AS patients, count(*) FILTER (contacts >= fewest) AS kept,
  count(*) FILTER (contacts < fewest) AS dropped, avg((contacts < fewest)::INTEGER) AS share_patients_dropped,
  coalesce(sum(contacts) FILTER (contacts < fewest), 0) / sum(contacts) AS share_contacts_dropped
FROM {patients} CROSS JOIN (SELECT unnest({shown}::INTEGER[]) AS fewest)
GROUP BY fewest ORDER BY fewest
"""


def leave_out(connection: "DuckDBPyConnection", moved: "pd.DataFrame", windows: Windows) -> None:
    """Put the windows in which a practice is not there throughout into the table `gone`.

    Fewer months hold fewer contacts, of which more are with one clinician: such a window is no fair one.
    """
    connection.register("moved", moved)
    connection.execute(GONE.format(months=windows.months))
    connection.unregister("moved")


def there(connection: "DuckDBPyConnection", files: str, windows: Windows) -> str:
    """The patients in windows in which their practice is there throughout, for a query; empty where there are none.

    `files` are those of :func:`analysis.prepare.continuity.contact_parts.indexed`, for a query.
    """
    if files:
        indices, clear = ", ".join(PATIENT_INDICES), CLEAR.format(last=windows.months - 1)
        connection.execute(THERE.format(indices=indices, files=files, clear=clear))
    return "there" if files else ""


def panel(connection: "DuckDBPyConnection", patients: str, rules: ContactRules, windows: Windows) -> "pd.DataFrame":
    """One row per practice, window and index."""
    of_patients = OF_PATIENTS.format(
        means=", ".join(f"{mean(index)} AS {index}" for index in PATIENT_INDICES), patients=patients,
        contacts="round(sum(contacts)::DOUBLE / count(contacts), 12)", indices=", ".join(PATIENT_INDICES),
        fewest=rules.fewest,
    )  # fmt: skip
    clear = CLEAR.format(last=windows.months - 1)
    joined = (
        f"JOIN windows USING (part) JOIN groups USING (practice) ANTI JOIN gone USING (practice_id, part) WHERE {clear}"
    )
    columns = "practice_id, wave, item, responses, value, contacts"
    both = f"SELECT * FROM ({of_patients}) UNION ALL BY NAME {OF_LISTS.format(clear=joined)}"
    return connection.execute(f"SELECT {columns} FROM ({both}) JOIN windows USING (part)").df()


def distribution(connection: "DuckDBPyConnection", patients: str, rules: ContactRules) -> "pd.DataFrame":
    """How many patients have which UPC, in bins of a tenth, by group and time."""
    return connection.execute(DISTRIBUTION.format(patients=patients, fewest=rules.fewest)).df()


def fewest(connection: "DuckDBPyConnection", patients: str, rules: ContactRules) -> "pd.DataFrame":
    """How many patients and contacts each minimum of contacts leaves out."""
    return connection.execute(FEWEST.format(patients=patients, shown=[*rules.fewest_shown])).df()
