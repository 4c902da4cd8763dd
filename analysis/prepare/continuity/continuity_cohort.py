"""Registered patients of the matched ages, with their continuity and their admissions over the same months.

``python -m analysis.prepare.continuity.continuity_cohort --help``
"""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.months import month_count
from analysis.plan.continuity import AdmissionsByContinuity, ContactRules
from analysis.plan.terms import ZONE
from analysis.prepare.contacts.contact_windows import Windows
from analysis.prepare.continuity.contact_arguments import ContactFiles, ContactPlan
from analysis.prepare.outcomes.panel import Columns
from analysis.steps import Paths, Problem, command
from analysis.tables import write_table

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

    from analysis.prepare.contacts.contact_codes import Codes
    from analysis.prepare.contacts.part_contacts import PartContacts

# ASSUME: the mean of fewer other patients tells nothing of a list.
FEWEST_OTHERS = 5
# Who was registered, and alive, on the first day, with the last day on which this held.
# ASSUME: age is the year in which the months begin less the year of birth. A patient who moves, leaves or dies is
# followed until then; one who came later is not followed at all. Of two practices at once, the later one counts.
REGISTERED = """
COPY (
  SELECT patient_id, practice_id, gp_id, (year(begins) - birth_year)::INTEGER AS age, sex, imd,
    conditions::INTEGER AS conditions, contacts, upc, begins, last_day,
    least(until, coalesce(died, until), last_day) AS watched_until
  FROM (
    SELECT spans.*, begins::DATE AS begins, ends::DATE - 1 AS last_day
    FROM spans JOIN windows ON begins BETWEEN registered AND until AND begins >= since AND begins < next
    QUALIFY row_number() OVER (PARTITION BY patient ORDER BY registered DESC, practice) = 1
  )
  JOIN (SELECT patient_id AS patient, practice_id AS practice, contacts, upc FROM {indices}) USING (patient, practice)
  JOIN people USING (patient) JOIN practices USING (practice) LEFT JOIN deaths USING (patient)
  WHERE contacts >= {fewest} AND coalesce(died >= begins, true)
) TO {out} (FORMAT parquet)
"""
# The mean over the other patients of the GP, of all ages. Rounded to 12 digits, so that the order in which threads add
# up does not show.
COHORT = """
WITH listed AS (
  SELECT *, sum(upc) OVER lists AS upc_sum, count(gp_id) OVER lists - 1 AS others
  FROM {patients} WINDOW lists AS (PARTITION BY practice_id, gp_id)
),
aged AS (SELECT * FROM listed WHERE age BETWEEN {youngest} AND {oldest}),
admitted AS (
  SELECT aged.patient_id, sum({amount})::BIGINT AS admissions
  FROM aged JOIN {spells} AS spells ON spells.patient_id = aged.patient_id AND {day} BETWEEN begins AND watched_until
  GROUP BY aged.patient_id
)
SELECT patient_id, practice_id, cluster_id, pilot, gp_id, age, sex, imd, conditions, contacts, upc,
  CASE WHEN others >= {others} THEN round((upc_sum - upc) / others, 12) END AS list_upc,
  coalesce(admissions, 0) AS admissions,
  {months} * (watched_until - begins + 1) / (last_day - begins + 1) AS months
FROM aged JOIN groups USING (practice_id) LEFT JOIN admitted USING (patient_id)
ORDER BY practice_id, patient_id
"""


def continuity_cohort(
    *,
    files: ContactFiles,
    spells: Paths,
    admissions: AdmissionsByContinuity,
    rules: ContactRules,
    time_zone: str = ZONE,
    columns: Columns,
    comparison_cluster: str,
    out: Path,
) -> None:
    """Set each patient's continuity beside the patient's admissions.

    The patients are those who were registered with a practice of the study, and alive, on the first day, were of the
    ages asked for, and had enough contacts with that practice in the months. All months are one window, in which
    contacts count as they do in :mod:`analysis.prepare.continuity.contacts`. An admission is the first spell of a
    continuous inpatient spell, at whatever hospital, that began while the patient was registered.

    Parameters
    ----------
    files : ContactFiles
        What is read; registrations are needed.
    spells : tuple of Path
        The spells that :mod:`analysis.prepare.hospital.spells` made.
    admissions : AdmissionsByContinuity
        Months, ages and measure; as JSON.
    rules : ContactRules
        Which contacts count; as JSON.
    time_zone : str
        In which a time that has a zone becomes a day.
    columns : dict
        By table, columns with another name in the files; as JSON.
    comparison_cluster : str
        Column of the practices table that clusters comparison practices.
    out : Path
        One row per patient, in Parquet: `patient_id`, `practice_id`, `cluster_id`, `pilot` (whether the practice takes
        part), `gp_id`, `age` when the months begin, `sex`, `imd`, `conditions`, `contacts`, `upc`, `list_upc` (mean UPC
        of the other patients of the same GP in the practice, whatever their age; missing where they are fewer than
        five), `admissions`, and `months` for which the patient was registered and alive.

    Raises
    ------
    Problem
        When there are no registrations.
    """
    from analysis.prepare.contacts.part_contacts import parts
    from analysis.prepare.continuity.contact_parts import load_groups, split
    from analysis.prepare.contract.raw import read_receipt
    from analysis.prepare.events.events import engine
    from analysis.prepare.outcomes.panel import assigned

    if not files.registrations:
        raise Problem(
            "Continuity is set beside admissions for registered patients, but the data have no table registrations.",
            "leave out `continuity.admissions` of the study file, or add the table",
        )
    plan = ContactPlan(
        months=admissions.months,
        rules=rules,
        time_zone=time_zone,
        columns=columns,
        comparison_cluster=comparison_cluster,
    )
    length = month_count(admissions.months.first, admissions.months.last)
    window = Windows({0: admissions.months.first}, length)
    with engine(out, zone=time_zone) as (connection, folder):
        load_groups(connection, assigned(files.sites, files.practices, comparison_cluster, columns), window)
        _, codes = split(connection, folder, files, plan, window)
        (folder / "patients").mkdir()
        with closing(parts(folder)) as read:
            for part in read:
                _one_part(connection, folder, part, rules, codes)
        rows = _cohort(connection, folder / "patients", spells, admissions, length)
    write_table(out, rows, read_receipt(files.receipt))


def _one_part(
    connection: "DuckDBPyConnection", folder: Path, part: "PartContacts", rules: ContactRules, codes: "Codes"
) -> None:
    """Write the registered patients of one part who had enough contacts."""
    from analysis.prepare.continuity.contact_parts import indexed
    from analysis.prepare.events.sql import quoted

    if not (folder / "registrations" / part.name).exists():
        return
    _, kept, _ = indexed(connection, folder, part, rules, codes)
    if len(kept.codes):
        indices, out = (quoted(str(folder / table / f"{part.name}.parquet")) for table in ("indices", "patients"))
        connection.execute(REGISTERED.format(indices=indices, fewest=rules.fewest, out=out))


def _cohort(
    connection: "DuckDBPyConnection", patients: Path, spells: Paths, admissions: AdmissionsByContinuity, months: int
) -> "pd.DataFrame":
    """The patients of the ages asked for, with their admissions."""
    import pandas as pd

    from analysis.prepare.events.events import scan
    from analysis.prepare.hospital.activity import SPELL_MEASURES

    if not any(patients.iterdir()):
        return pd.DataFrame()
    day, amount = SPELL_MEASURES[admissions.measure]
    youngest, oldest = admissions.ages
    query = COHORT.format(
        patients=scan((patients,)), spells=scan(spells), day=day, amount=amount, youngest=youngest, oldest=oldest,
        others=FEWEST_OTHERS, months=months,
    )  # fmt: skip
    return connection.execute(query).df()


if __name__ == "__main__":
    command(continuity_cohort)
