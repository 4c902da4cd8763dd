"""How many contacts of each practice and month were with the patient's usual and registered clinician.

The usual clinician is the one whom the patient saw most over a window's length before the month began, within the
study's months; of several the one seen last, then the first by id. So the month's own contacts say nothing of who is
usual, and the share does not fall as contacts of the month rise.
"""

from typing import TYPE_CHECKING

from analysis.prepare.contact_windows import Windows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CREATE = """
CREATE OR REPLACE TEMP TABLE monthly (practice_id VARCHAR, month INTEGER, contacts BIGINT, with_usual BIGINT,
  of_known BIGINT, with_registered BIGINT, of_listed BIGINT)
"""
COUNT = """
INSERT INTO monthly
WITH seen AS (
  SELECT practice_id, patient_id, month, clinician_id, count(*) AS n, count(part) AS inside, max(date) AS latest,
    count(*) FILTER (own AND part IS NOT NULL) AS own, count(own) FILTER (part IS NOT NULL) AS listed
  FROM counted WHERE fate = 'counted' GROUP BY ALL
),
before AS (
  SELECT now.practice_id, now.patient_id, now.month, past.clinician_id, sum(past.n) AS n, max(past.latest) AS latest
  FROM (SELECT DISTINCT practice_id, patient_id, month FROM seen WHERE inside > 0) AS now
  JOIN seen AS past ON past.practice_id = now.practice_id AND past.patient_id = now.patient_id
    AND past.month BETWEEN now.month - {length} AND now.month - 1
  GROUP BY ALL
),
usual AS (
  SELECT practice_id, patient_id, month, first(clinician_id ORDER BY n DESC, latest DESC, clinician_id) AS usual
  FROM before GROUP BY ALL
)
SELECT practice_id, month, sum(inside), coalesce(sum(inside) FILTER (clinician_id = usual), 0),
  coalesce(sum(inside) FILTER (usual IS NOT NULL), 0), sum(own), sum(listed)
FROM seen LEFT JOIN usual USING (practice_id, patient_id, month) WHERE inside > 0 GROUP BY ALL
"""
PANEL = """
SELECT practice_id, strftime(make_date((month - 1) // 12, (month - 1) % 12 + 1, 1), '%Y-%m') AS month,
  sum(contacts)::BIGINT AS contacts, sum(with_usual)::BIGINT AS with_usual, sum(of_known)::BIGINT AS of_known,
  sum(with_registered)::BIGINT AS with_registered, sum(of_listed)::BIGINT AS of_listed,
  site_id, cluster_id, pilot, coalesce(pilot AND month >= start, false) AS after, month - start AS event_time
FROM monthly JOIN groups USING (practice_id) GROUP BY ALL ORDER BY ALL
"""


def create(connection: "DuckDBPyConnection") -> None:
    """Make the empty table `monthly`."""
    connection.execute(CREATE)


def count(connection: "DuckDBPyConnection", windows: Windows) -> None:
    """Add the patients of the table `counted` to `monthly`."""
    connection.execute(COUNT.format(length=windows.months))
