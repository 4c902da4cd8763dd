"""General-practice contacts become continuity of care: per patient, per practice and window, per month.

``python -m analysis.prepare.contacts --help``
"""

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.months import month_numbers
from analysis.plan.continuity import ContactRules
from analysis.plan.limits import LIMITS, Limits
from analysis.plan.terms import ZONE, Period
from analysis.prepare.contact_windows import Windows, windows
from analysis.prepare.panel import Columns
from analysis.steps import Paths, Problem, command, write_json

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from analysis.prepare.contact_codes import Codes
    from analysis.prepare.judged import Judged

# So many contacts are worked on at once: a patient's are never split, and memory does not grow with the table.
ROWS_AT_ONCE = 5_000_000
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
    from analysis.prepare import contact_checks, contact_months, contact_panels, contact_rules, contact_words
    from analysis.prepare.events import engine
    from analysis.prepare.panel import assigned
    from analysis.prepare.raw import read_receipt
    from analysis.prepare.survey import timed
    from analysis.tables import write_table

    if not contacts:
        raise Problem(
            "An outcome is read from contacts, but the data have no table contacts.", "drop the outcome, or add it"
        )
    lineage, groups = read_receipt(receipt), assigned(sites, practices, comparison_cluster, columns)
    first = groups["start_month"].dropna().min()
    of_time = Windows(windows(first, months, rules.window_months), rules.window_months)
    with engine(out, zone=time_zone) as (connection, folder):
        known(connection, groups, of_time)
        told, codes = split(connection, folder, contacts, registrations, columns, rules, months, of_time)
        monthly = contact_months.empty_counts(len(groups), months)
        for bucket in _buckets(connection, folder):
            told.update(_one_part(connection, folder, bucket, rules, codes, of_time, monthly))
        contact_checks.refuse(told, rules.checks, limits)
        ordered = connection.execute("FROM groups ORDER BY practice").df()
        moved = contact_months.come_and_go(monthly, ordered, months, silent)
        contact_panels.leave_out(connection, moved, of_time)
        made = contact_panels.there(_parts(folder / "patients"))
        rows = _panel(connection, made, rules, of_time, told)
        write_table(out, timed(rows, groups).merge(groups[ABOUT], on="practice_id"), lineage)
        write_table(by_month, contact_months.panel(monthly, ordered, months), lineage)
        write_table(distribution, contact_panels.distribution(connection, made, rules), lineage)
        write_table(fewest, contact_panels.fewest(connection, made, rules), lineage)
        contact_panels.write(connection, f"FROM {made} WHERE contacts > 1", patients, lineage)
        noticed = contact_checks.noticed(connection, rules.checks, moved["practice_id"].tolist())
        words = contact_words.left_out(connection)
    told["patients counted"] = int(rows.loc[rows["item"] == "upc", "responses"].sum())
    write_json(facts, dict.fromkeys(contact_rules.FATES, 0) | told | noticed | {"words": words})
    for note in contact_words.notes(words, told["read"]):
        print(f"note: {note}.", file=sys.stderr)


def known(connection: "DuckDBPyConnection", groups: "pd.DataFrame", windows: Windows) -> None:
    """Put practices and windows into the tables `known`, `groups` and `windows`."""
    ordered = groups.sort_values("practice_id", ignore_index=True)
    starts = month_numbers(ordered["start_month"]).astype("Int64")
    own = ordered[["practice_id", "site_id", "cluster_id", "pilot"]]
    # Practices are numbered in the order of their ids.
    tables = {
        "known": ordered[["practice_id", "gp_fte"]].assign(practice=ordered.index.astype("int32")),
        "groups": own.assign(start=starts, practice=ordered.index.astype("int32")),
        "windows": windows.frame(),
    }
    for name, frame in tables.items():
        connection.register("frame", frame)
        connection.execute(f"CREATE TEMP TABLE {name} AS FROM frame")
    connection.unregister("frame")


def split(
    connection: "DuckDBPyConnection", folder: Path, contacts: Paths, registrations: Paths, columns: Columns,
    rules: ContactRules, months: Period, windows: Windows,
) -> "tuple[Counter[str], Codes]":  # fmt: skip
    """Write the contacts that may count, and registrations, into parts by patient; count the fates of the others.

    The contacts are numbers from here on, which the codes that are given read.
    """
    from analysis.prepare import contact_cells, contact_checks, contact_rules, contact_words, registration_spans
    from analysis.prepare.event_contract import REGISTRATIONS
    from analysis.prepare.events import event_select

    rows = contact_cells.rows(connection, contacts, columns.get("contacts", {}), months)
    contact_rules.tally(connection, rows, rules, months, windows)
    told = Counter(dict(connection.execute("SELECT fate, sum(n)::BIGINT FROM tally GROUP BY fate").fetchall()))
    told["read"] = told.total()
    contact_words.refuse(connection, told, rules)
    buckets = 1 + told.pop("counted", 0) // ROWS_AT_ONCE
    told["of a practice with one clinician id"] = contact_checks.single(connection, rules.checks)
    codes = contact_rules.split(connection, rows, rules, months, windows, f"{folder}/contacts", buckets)
    if registrations:
        named = columns.get("registrations", {})
        listed = event_select(connection, REGISTRATIONS, registrations, named, months=months)
        registration_spans.split(connection, listed, rules, f"{folder}/registrations", buckets)
    return told, codes


def _buckets(connection: "DuckDBPyConnection", folder: Path) -> list[str]:
    """The parts into which the patients are split, and an empty table for what each gives."""
    from analysis.prepare import contact_panels

    contact_panels.create(connection)
    (folder / "patients").mkdir()
    return sorted({each.name for table in ("contacts", "registrations") for each in (folder / table).glob("bucket=*")})


def _one_part(
    connection: "DuckDBPyConnection", folder: Path, bucket: str, rules: ContactRules, codes: "Codes", windows: Windows,
    monthly: "NDArray[np.int64]",
) -> dict[str, int]:  # fmt: skip
    """Work out the patients of one part."""
    from analysis.prepare import contact_months, contact_panels

    told, judged, indices = indexed(connection, folder, bucket, rules, codes)
    if judged and indices:
        contact_months.add(judged, codes, windows.months, monthly)
        contact_panels.add(connection, indices, windows, folder / "patients" / f"{bucket}.parquet")
    return told


def indexed(
    connection: "DuckDBPyConnection", folder: Path, bucket: str, rules: ContactRules, codes: "Codes"
) -> "tuple[dict[str, int], Judged | None, Path | None]":
    """Work out the indices of the patients of one part that :func:`split` wrote; the fates of their contacts.

    Patients and practices have numbers there, of which the tables `people` and `known` have the ids; registrations are
    in `spans` and `deaths`. Where the part has no contacts, there are no indices.
    """
    import pyarrow as pa

    from analysis.prepare import contact_panels, registration_spans
    from analysis.prepare.indices import patient_indices
    from analysis.prepare.judged import judged, number_patients

    source, listed = (_parts(folder / table / bucket) for table in ("contacts", "registrations"))
    people = number_patients(connection, source, listed)
    told = registration_spans.spans(connection, listed)
    if not source:
        return told, None, None
    fates, kept = judged(connection, source, people, rules, codes)
    table = pa.table({"patient": kept.patients, "code": kept.codes, "part": kept.parts})
    connection.register("judged", table)
    connection.execute(f"CREATE OR REPLACE TEMP VIEW counted AS {codes.unpacked('judged')}")
    patient_indices(connection, contact_panels.COUNTED, folder / "indices.parquet")
    return told | fates, kept, folder / "indices.parquet"


def _parts(folder: Path) -> str:
    """The Parquet files of a folder, for a query; an empty text where there are none."""
    from analysis.prepare.sql import quoted

    files = ", ".join(quoted(str(file)) for file in sorted(folder.glob("*.parquet")))
    return f"read_parquet([{files}], hive_partitioning = false)" if files else ""


def _panel(
    connection: "DuckDBPyConnection", patients: str, rules: ContactRules, windows: Windows, told: "Counter[str]"
) -> "pd.DataFrame":
    """One row per practice, window and index, of which there is one at least."""
    from analysis.prepare import contact_panels

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
