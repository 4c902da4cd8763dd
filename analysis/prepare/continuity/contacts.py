"""General-practice contacts become continuity of care: per patient, per practice and window, per month.

``python -m analysis.prepare.continuity.contacts --help``
"""

import sys
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.continuity import ContactRules
from analysis.plan.limits import LIMITS, Limits
from analysis.plan.terms import ZONE, Period
from analysis.prepare.continuity.contact_windows import Windows, windows
from analysis.prepare.outcomes.panel import Columns
from analysis.steps import Paths, Problem, command, write_json

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from analysis.prepare.continuity.contact_codes import Codes

# What a practice says of itself, beside its group.
ABOUT = ["practice_id", "region", "list_size", "gp_fte", "imd", "share_65plus"]


def contacts(
    *,
    sites: Paths,
    practices: Paths,
    receipt: Path,
    months: Period,
    rules: ContactRules,
    limits: Limits = LIMITS,
    time_zone: str = ZONE,
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
    silent: float = LIMITS.silent,
) -> None:
    """Work out continuity of care from contacts.

    Windows are counted from the first pilot's start, forwards and backwards, so that none is half before and half
    after it; the windows that are not wholly within the months are left out, and so is the window in which a
    practice's own pilot starts later. A practice that opens or closes has no window that is not wholly within its own
    months. A patient counts with each practice where the contacts were, and a clinician
    within a practice.

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
    limits : Limits
        From where on the run stops; as JSON.
    time_zone : str
        In which a time that has a zone becomes a day.
    columns : dict
        By table, the columns that have other names in the files; as JSON.
    comparison_cluster : str
        Column of the practices table that clusters comparison practices.
    out : Path
        One row per practice, window (`wave` is its first month) and index (`item`), in Parquet. `value` is the mean
        over patients with enough contacts, `responses` their number, `contacts` their mean number of contacts; of the
        indices of lists (SLICC, OPR) `value` is a share of contacts, and `responses` are those.
    patients : Path
        One row per practice, patient and window with two contacts or more, in Parquet: rows about persons.
    by_month : Path
        One row per practice and month of the windows, in Parquet: contacts, and how many were with the usual and with
        the registered clinician.
    distribution : Path
        How many patients have which UPC, by group and time, in Parquet.
    fewest : Path
        What each minimum of contacts drops, in Parquet.
    facts : Path
        How many contacts were counted and left out and why, the words of role and mode that the study does not
        count, and which practices look wrong, as JSON.
    silent : float
        The chance below which months without contacts are those of a practice that is not there.

    Raises
    ------
    Problem
        When the months have no whole window on each side of the start, when hardly a contact counts, or when more
        rows are left out than the limits allow.
    """
    from analysis.prepare.continuity import (
        contact_checks,
        contact_months,
        contact_panels,
        contact_parts,
        contact_patients,
        contact_rules,
        contact_words,
    )
    from analysis.prepare.contract.raw import read_receipt
    from analysis.prepare.events.events import engine
    from analysis.prepare.outcomes.panel import assigned
    from analysis.prepare.outcomes.survey import timed
    from analysis.tables import write_table

    if not contacts:
        raise Problem(
            "An outcome is read from contacts, but the data have no table contacts.", "drop the outcome, or add it"
        )
    lineage, groups = read_receipt(receipt), assigned(sites, practices, comparison_cluster, columns)
    first = groups["start_month"].dropna().min()
    of_time = Windows(windows(first, months, rules.window_months), rules.window_months)
    with engine(out, zone=time_zone) as (connection, folder):
        contact_parts.known(connection, groups, of_time)
        told, codes = contact_parts.split(
            connection, folder, contacts, registrations, columns, rules, months, of_time
        )  # fmt: skip
        monthly = contact_months.empty_counts(len(groups), months)
        told.update(_worked_out(connection, folder, rules, codes, of_time, monthly))
        contact_checks.refuse(told, rules.checks, limits)
        ordered, moved = _come_and_go(connection, monthly, months, of_time, silent)
        made = contact_panels.there(connection, contact_parts.files_of(folder / "indices"), of_time)
        rows = _panel(connection, made, rules, of_time, told)
        write_table(out, timed(rows, groups).merge(groups[ABOUT], on="practice_id"), lineage)
        write_table(by_month, contact_months.panel(monthly, ordered, months), lineage)
        write_table(distribution, contact_panels.distribution(connection, made, rules), lineage)
        write_table(fewest, contact_panels.fewest(connection, made, rules), lineage)
        contact_patients.write(connection, folder, of_time, patients, lineage)
        noticed = contact_checks.noticed(connection, rules.checks, moved["practice_id"].tolist())
        words = contact_words.left_out(connection)
    told["patients counted"] = int(rows.loc[rows["item"] == "upc", "responses"].sum())
    write_json(facts, dict.fromkeys(contact_rules.FATES, 0) | told | noticed | {"words": words})
    for note in contact_words.notes(words, told["read"]):
        print(f"note: {note}.", file=sys.stderr)


def _come_and_go(
    connection: "DuckDBPyConnection", monthly: "NDArray[np.int64]", months: Period, windows: Windows, silent: float
) -> "tuple[pd.DataFrame, pd.DataFrame]":
    """The groups in the order of their practices' numbers, and those that open or close, whose windows are left out."""
    from analysis.prepare.continuity import contact_months, contact_panels

    ordered = connection.execute("FROM groups ORDER BY practice").df()
    moved = contact_months.come_and_go(monthly, ordered, months, silent)
    contact_panels.leave_out(connection, moved, windows)
    return ordered, moved


def _worked_out(
    connection: "DuckDBPyConnection", folder: Path, rules: ContactRules, codes: "Codes", windows: Windows,
    monthly: "NDArray[np.int64]",
) -> "Counter[str]":  # fmt: skip
    """Work out all parts, and count the fates of their contacts and registrations."""
    from analysis.prepare.continuity import contact_months, contact_panels, contact_parts, contact_patients

    contact_panels.create(connection)
    told: Counter[str] = Counter()
    with ThreadPoolExecutor(1) as worker:
        counting: list[Future[None]] = []
        for bucket in contact_parts.buckets(folder):
            fates, judged, indices = contact_parts.indexed(connection, folder, bucket, rules, codes)
            told.update(fates)
            if judged and indices:
                # The months of one part are counted while DuckDB reads the next.
                for each in counting:
                    each.result()
                counting = [worker.submit(contact_months.add, judged, codes, windows.months, monthly)]
                contact_panels.add(connection)
                contact_patients.keep(connection, folder, bucket)
        for each in counting:
            each.result()
    return told


def _panel(
    connection: "DuckDBPyConnection", patients: str, rules: ContactRules, windows: Windows, told: "Counter[str]"
) -> "pd.DataFrame":
    """One row per practice, window and index, of which there is one at least."""
    from analysis.prepare.continuity import contact_panels

    rows = contact_panels.panel(connection, patients, rules, windows) if patients else None
    if rows is None or "upc" not in set(rows["item"]):
        counted = ", ".join(f"{count} {fate}" for fate, count in told.items() if count)
        raise Problem(
            f"No patient has {rules.fewest} contacts that count in one window: {counted}.",
            "correct `pilots.contacts` in the study file (roles and modes as the data write them), or the data",
        )
    return rows


if __name__ == "__main__":
    command(contacts)
