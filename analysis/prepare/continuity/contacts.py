"""General-practice contacts become continuity of care: per patient, per practice and window, per month.

``python -m analysis.prepare.continuity.contacts --help``
"""

import sys
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.continuity import ContactRules
from analysis.prepare.contacts.contact_windows import Windows, windows
from analysis.prepare.continuity.contact_arguments import ContactFiles, ContactPlan, ContactResults
from analysis.steps import Problem, command, write_json

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from analysis.prepare.contacts.contact_codes import Codes
    from analysis.prepare.contacts.judged import Judged
    from analysis.prepare.contacts.registration_spans import Spans

# What a practice says of itself, beside its group.
ABOUT = ["practice_id", "region", "list_size", "gp_fte", "imd", "share_65plus"]


def contacts(*, files: ContactFiles, plan: ContactPlan, results: ContactResults) -> None:
    """Work out continuity of care from contacts.

    Windows are counted from the first pilot's start, forwards and backwards, so that none is half before and half
    after it; the windows that are not wholly within the months are left out, and so is the window in which a
    practice's own pilot starts later. A practice that opens or closes has no window that is not wholly within its own
    months. A patient counts with each practice where the contacts were, and a clinician
    within a practice.

    Parameters
    ----------
    files : ContactFiles
        What is read.
    plan : ContactPlan
        What the study says of contacts.
    results : ContactResults
        What is written.

    Raises
    ------
    Problem
        When the months have no whole window on each side of the start, when hardly a contact counts, or when more
        rows are left out than the limits allow.
    """
    from analysis.prepare.contacts import contact_checks, contact_rules, contact_words
    from analysis.prepare.continuity import contact_months, contact_panels, contact_parts, contact_patients
    from analysis.prepare.contract.raw import read_receipt
    from analysis.prepare.events.events import engine
    from analysis.prepare.outcomes.panel import assigned
    from analysis.prepare.outcomes.survey import around_start
    from analysis.tables import write_table

    if not files.contacts:
        raise Problem(
            "An outcome is read from contacts, but the data have no table contacts.", "drop the outcome, or add it"
        )
    lineage = read_receipt(files.receipt)
    groups = assigned(files.sites, files.practices, plan.comparison_cluster, plan.columns)
    length, checks = plan.rules.window_months, plan.rules.checks
    of_time = Windows(windows(groups["start_month"].dropna().min(), plan.months, length), length)
    with engine(results.out, zone=plan.time_zone) as (connection, folder):
        contact_parts.load_groups(connection, groups, of_time)
        counts, codes = contact_parts.split(connection, folder, files, plan, of_time)
        fates, monthly = _worked_out(connection, folder, plan, of_time, codes)
        counts.update(fates)
        contact_checks.refuse(counts, checks, plan.limits)
        ordered, moved = _come_and_go(connection, monthly, plan, of_time)
        patients = contact_panels.there(connection, contact_parts.parquet_sql(folder / "indices"), of_time)
        rows = _panel(connection, patients, plan.rules, of_time, counts)
        write_table(results.out, around_start(rows, groups).merge(groups[ABOUT], on="practice_id"), lineage)
        write_table(results.by_month, contact_months.panel(monthly, ordered, plan.months), lineage)
        write_table(results.distribution, contact_panels.distribution(connection, patients, plan.rules), lineage)
        write_table(results.fewest, contact_panels.fewest(connection, patients, plan.rules), lineage)
        contact_patients.write(connection, folder, of_time, results.patients, lineage)
        noticed = contact_checks.noticed(connection, checks, moved["practice_id"].tolist())
        words = contact_words.left_out(connection)
    counts["patients counted"] = int(rows.loc[rows["item"] == "upc", "responses"].sum())
    write_json(results.facts, dict.fromkeys(contact_rules.FATES, 0) | counts | noticed | {"words": words})
    for note in contact_words.notes(words, counts["read"]):
        print(f"note: {note}.", file=sys.stderr)


def _come_and_go(
    connection: "DuckDBPyConnection", monthly: "NDArray[np.int64]", plan: ContactPlan, windows: Windows
) -> "tuple[pd.DataFrame, pd.DataFrame]":
    """The groups in the order of their practices' numbers, and those that open or close, whose windows are left out."""
    from analysis.prepare.continuity import contact_months, contact_panels

    ordered = connection.execute("FROM groups ORDER BY practice").df()
    moved = contact_months.come_and_go(monthly, ordered, plan.months, plan.silent)
    contact_panels.leave_out(connection, moved, windows)
    return ordered, moved


def _worked_out(
    connection: "DuckDBPyConnection", folder: Path, plan: ContactPlan, windows: Windows, codes: "Codes"
) -> "tuple[Counter[str], NDArray[np.int64]]":
    """Work out all parts, and count the fates of their contacts and registrations, and contacts by month.

    The table `seen` has the contacts by clinician from then on, and `holders` the GPs who have a list.
    """
    from analysis.prepare.contacts.part_contacts import parts
    from analysis.prepare.continuity import contact_lists, contact_months, contact_parts, contact_patients

    counts: Counter[str] = Counter()
    by_clinician = contact_lists.empty_counts(connection, codes)
    by_month = contact_months.empty_counts(by_clinician.practices, plan.months)

    def count(judged: "Judged", spans: "Spans") -> None:
        contact_months.add(judged, codes, windows.months, by_month)
        by_clinician.add(judged, codes)
        by_clinician.add_holders(spans)

    with ThreadPoolExecutor(1) as worker, closing(parts(folder)) as read:
        counting: Future[None] | None = None
        for part in read:
            fates, judged, spans = contact_parts.indexed(connection, folder, part, plan.rules, codes)
            counts.update(fates)
            # What is found in one part is counted while DuckDB works on the next.
            if counting:
                counting.result()
            counting = worker.submit(count, judged, spans)
            contact_patients.keep(connection, folder, part.name)
        if counting:
            counting.result()
    contact_lists.tables(connection, by_clinician)
    return counts, by_month


def _panel(
    connection: "DuckDBPyConnection", patients: str, rules: ContactRules, windows: Windows, counts: "Counter[str]"
) -> "pd.DataFrame":
    """One row per practice, window and index, of which there is one at least."""
    from analysis.prepare.continuity import contact_panels

    rows = contact_panels.panel(connection, patients, rules, windows) if patients else None
    if rows is None or "upc" not in set(rows["item"]):
        counted = ", ".join(f"{count} {fate}" for fate, count in counts.items() if count)
        raise Problem(
            f"No patient has {rules.fewest} contacts that count in one window: {counted}.",
            "correct `pilots.contacts` in the study file (roles and modes as the data write them), or the data",
        )
    return rows


if __name__ == "__main__":
    command(contacts)
