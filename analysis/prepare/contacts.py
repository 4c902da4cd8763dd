"""General-practice contacts become continuity of care per practice and window, in the shape of the survey panel.

``python -m analysis.prepare.contacts --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.continuity import ContactRules
from analysis.plan.terms import Period
from analysis.prepare.panel import Columns
from analysis.steps import Paths, Problem, command, write_json

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

# A contact that stands twice is one contact. The index does not depend on the order of contacts, so contacts of one day
# need no rule; two clinicians seen equally often give the same share whichever is called the usual one.
FATES = """
CREATE TEMP TABLE contacts AS
SELECT patient_id, practice_id, clinician_id, lower(role) AS role, lower(mode) AS mode, date, CASE
  WHEN patient_id IS NULL OR practice_id IS NULL OR clinician_id IS NULL OR date IS NULL OR role IS NULL OR mode IS NULL
    THEN 'value missing'
  WHEN practice_id NOT IN (SELECT practice_id FROM known) THEN 'of other practices'
  WHEN strftime(date, '%Y-%m') NOT BETWEEN {first} AND {last} THEN 'outside the windows'
  WHEN lower(role) NOT IN {roles} THEN 'of other roles'
  WHEN lower(mode) NOT IN {modes} THEN 'of other modes'
  ELSE 'counted' END AS fate,
  floor((12 * year(date) + month(date) - {start}) / {window})::INTEGER AS part
FROM ({source})
"""
# Usual Provider of Care (Breslau and Reeb 1975): the contacts with the clinician seen most often over all contacts. It
# falls as contacts rise, whatever clinicians do, so their mean number stands beside it.
UPC = """
WITH once AS (SELECT DISTINCT * EXCLUDE (fate) FROM contacts WHERE fate = 'counted'),
seen AS (SELECT practice_id, part, patient_id, clinician_id, count(*) AS n FROM once GROUP BY ALL),
patients AS (SELECT practice_id, part, patient_id, sum(n) AS n, max(n) / sum(n) AS upc FROM seen GROUP BY ALL)
SELECT practice_id, part, count(*) AS responses, avg(upc) AS value, avg(n) AS contacts
FROM patients WHERE n >= {fewest} GROUP BY ALL
"""


def contacts(
    *,
    sites: Paths,
    practices: Paths,
    receipt: Path,
    months: Period,
    rules: ContactRules,
    columns: Columns,
    comparison_cluster: str,
    out: Path,
    patients: Path,
    by_month: Path,
    distribution: Path,
    fewest: Path,
    facts: Path,
    contacts: Paths = (),
    registrations: Paths = (),
) -> None:
    """Work out the Usual Provider of Care index (UPC) per practice and window, for the continuity model.

    Windows are counted from the first pilot's start, forwards and backwards, so that none is half before and half
    after it; the windows that are not wholly within the months are left out, and so is the window in which a
    practice's own pilot starts later. A patient counts with the practice where the contacts were.

    Parameters
    ----------
    sites, practices : tuple of Path
        The raw tables, each one file or several parts.
    contacts, registrations : tuple of Path
        Files or folders, CSV or Parquet; without registrations nobody's age, deprivation or GP is known.
    receipt : Path
        What the pull stage vouched for.
    months : Period
        First and last month of the study.
    rules : ContactRules
        Which contacts count; as JSON.
    columns : dict
        By table, the columns that have other names in the files; as JSON.
    comparison_cluster : str
        Column of the practices table that clusters comparison practices.
    out : Path
        One row per practice and window (`wave` is its first month, `responses` the patients, `value` their mean
        UPC, `contacts` their mean number of contacts), in Parquet.
    patients : Path
        One row per practice, patient and window with two contacts or more, in Parquet.
    by_month : Path
        One row per practice and month, in Parquet.
    distribution : Path
        How many patients have which UPC, by group and time, in Parquet.
    fewest : Path
        What each minimum of contacts drops, in Parquet.
    facts : Path
        How many contacts were counted and left out, and why, as JSON.
    """
    from analysis.prepare.event_contract import CONTACTS
    from analysis.prepare.events import engine, event_select
    from analysis.prepare.panel import assigned
    from analysis.prepare.raw import read_receipt
    from analysis.prepare.survey import timed
    from analysis.tables import write_table

    if not contacts:
        raise Problem(
            "An outcome is read from contacts, but the data have no table contacts.", "drop the outcome, or add it"
        )
    groups = assigned(sites, practices, comparison_cluster, columns)
    waves = windows(groups["start_month"].dropna().min(), months, rules.window_months)
    with engine(out) as (connection, _):
        typed = event_select(connection, CONTACTS, contacts, columns.get("contacts", {}))
        connection.register("known", groups[["practice_id"]])
        told = _read(connection, typed, waves, rules)
        rows = connection.execute(UPC.format(fewest=rules.fewest)).df()
    if rows.empty:
        raise Problem(
            f"No patient has {rules.fewest} contacts that count in one window: {told}.",
            "correct `pilots.contacts` in the study file (roles and modes as the data write them), or the data",
        )
    rows = rows.assign(wave=rows["part"].map(waves), item="upc").drop(columns="part")
    write_table(out, timed(_clear(rows, groups, rules.window_months), groups), read_receipt(receipt))
    for path in (patients, by_month, distribution, fewest):
        write_table(path, rows.iloc[:0], read_receipt(receipt))
    write_json(facts, told | {"patients counted": int(rows["responses"].sum())})


def windows(start: str, months: Period, length: int) -> dict[int, str]:
    """The whole windows within the months, by number from the start: the first month of each.

    Raises
    ------
    Problem
        When there is no whole window before the start, or none after it.
    """
    begin, first, last = (number(month) for month in (start, months.first, months.last))
    parts = range(-((begin - first) // length), (last + 1 - begin) // length)
    if not (parts and parts[0] < 0 <= parts[-1]):
        raise Problem(
            f"The months {months.first} to {months.last} have no whole window of {length} months on each side of the "
            f"pilots' start in {start}.",
            "give more months, or set `pilots.contacts.window_months` to fewer",
        )
    return {part: month_text(begin + part * length) for part in parts}


def number(month: str) -> int:
    """Months since year 0 of a month such as 2009-04."""
    return 12 * int(month[:4]) + int(month[5:])


def month_text(months: int) -> str:
    """The inverse of :func:`number`."""
    return f"{(months - 1) // 12:04}-{(months - 1) % 12 + 1:02}"


def _read(connection: "DuckDBPyConnection", typed: str, waves: dict[int, str], rules: ContactRules) -> dict[str, int]:
    """Put the contacts into the table `contacts`, and count the fate of each."""
    from analysis.prepare.events import listed, quoted

    start = number(waves[0])
    end = month_text(start + (max(waves) + 1) * rules.window_months - 1)
    connection.execute(
        FATES.format(
            first=quoted(waves[min(waves)]), last=quoted(end), start=start, window=rules.window_months, source=typed,
            roles=listed([role.lower() for role in rules.roles]), modes=listed([mode.lower() for mode in rules.modes]),
        )
    )  # fmt: skip
    fates = dict(connection.execute("SELECT fate, count(*) FROM contacts GROUP BY fate ORDER BY fate").fetchall())
    once = connection.execute(
        "SELECT count(*) FROM (SELECT DISTINCT * FROM contacts WHERE fate = 'counted')"
    ).fetchall()
    return {**fates, "read": sum(fates.values()), "counted": once[0][0], "twice": fates.get("counted", 0) - once[0][0]}


def _clear(rows: "pd.DataFrame", groups: "pd.DataFrame", length: int) -> "pd.DataFrame":
    """The rows without the window in which a practice's own pilot starts: it is half before and half after."""
    start = rows["practice_id"].map(groups.set_index("practice_id")["start_month"])
    since = start.dropna().map(number) - rows["wave"].map(number)
    return rows[~since.between(1, length - 1)].reset_index(drop=True)


if __name__ == "__main__":
    command(contacts)
