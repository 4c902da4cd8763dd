"""Indices of continuity of care: one pass over contacts gives every index of every patient and window.

Of the n contacts of a patient in a window, n_i are with clinician i of M; contacts stand in the order of their days.

=================  ==============================================  =======  ===========================================
column             formula                                         range    source
=================  ==============================================  =======  ===========================================
``upc``            max n_i / n                                     1/n … 1  Breslau & Reeb 1975
``coc``            (Σ n_i² − n) / (n (n − 1))                      0 … 1    Bice & Boxerman 1977, Med Care 15:347-349
``secon``          share of neighbouring contacts with the same    0 … 1    Steinwachs 1979, Med Care 17:551-565
                   clinician
``mmci``           (1 − M / (n + 0.1)) / (1 − 1 / (n + 0.1))       0 … 1    Magill & Senf 1987, J Fam Pract 24:165-168
``k``              (n − M) / (n − 1)                               0 … 1    Ejlertsson & Berg 1984
``herfindahl``     Σ (n_i / n)²                                    1/n … 1  –
=================  ==============================================  =======  ===========================================

All are undefined, and missing, for fewer than two contacts.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KEY = ("practice_id", "patient_id", "part")
ALL = """
WITH ordered AS (
  SELECT practice_id, patient_id, part, clinician_id, registered,
    clinician_id = lag(clinician_id) OVER (
      PARTITION BY practice_id, patient_id, part ORDER BY date, clinician_id) AS again
  FROM ({contacts})
),
seen AS (
  SELECT practice_id, patient_id, part, clinician_id, count(*) AS n, sum(again::INTEGER) AS again,
    sum(registered::INTEGER) AS registered
  FROM ordered GROUP BY ALL
),
patients AS (
  SELECT practice_id, patient_id, part, sum(n)::INTEGER AS contacts, count(*)::INTEGER AS clinicians,
    max(n) AS most, sum(n * n) AS squares, coalesce(sum(again), 0) AS again, sum(registered)::INTEGER AS registered
  FROM seen GROUP BY ALL
)
SELECT practice_id, patient_id, part, contacts, clinicians, registered,
  CASE WHEN contacts > 1 THEN most / contacts END AS upc,
  CASE WHEN contacts > 1 THEN (squares - contacts) / (contacts * (contacts - 1)) END AS coc,
  CASE WHEN contacts > 1 THEN again / (contacts - 1) END AS secon,
  CASE WHEN contacts > 1 THEN (1 - clinicians / (contacts + 0.1)) / (1 - 1 / (contacts + 0.1)) END AS mmci,
  CASE WHEN contacts > 1 THEN (contacts - clinicians) / (contacts - 1) END AS k,
  CASE WHEN contacts > 1 THEN squares / (contacts * contacts) END AS herfindahl
FROM patients
"""


def patient_indices(connection: "DuckDBPyConnection", contacts: str, out: Path) -> None:
    """Work out all indices of every patient and window.

    Parameters
    ----------
    connection : DuckDBPyConnection
        From :func:`analysis.prepare.events.engine`.
    contacts : str
        A query that gives the contacts that count: `practice_id`, `patient_id`, `clinician_id` (texts or whole
        numbers; a clinician counts within a practice), `part` (the number of the window), `date`, and `registered`
        (whether it was with the patient's registered GP; missing where that is not known).
    out : Path
        One row per practice, patient and window, in no order, in Parquet: `contacts`, `clinicians`, `registered` (how
        many contacts were with the registered GP) and the indices.
    """
    query = ALL.format(contacts=contacts)
    connection.execute(f"COPY ({query}) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")
