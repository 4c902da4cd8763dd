"""Contacts and registrations split into parts by patient, each of which is worked out by itself."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from analysis.months import month_numbers
from analysis.plan.continuity import ContactRules
from analysis.prepare.contacts import contact_cells, contact_checks, contact_rules, contact_words, registration_spans
from analysis.prepare.contacts.contact_windows import Windows
from analysis.prepare.contacts.judged import judged
from analysis.prepare.continuity.contact_arguments import ContactFiles, ContactPlan
from analysis.prepare.events.event_contract import REGISTRATIONS
from analysis.prepare.events.events import event_select
from analysis.prepare.events.sql import quoted
from analysis.prepare.indices.indices import patient_indices

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

    from analysis.prepare.contacts.contact_codes import Codes
    from analysis.prepare.contacts.judged import Judged
    from analysis.prepare.contacts.part_contacts import PartContacts
    from analysis.prepare.contacts.registration_spans import Spans

# So many contacts are worked on at once: a patient's are never split, and memory does not grow with the table.
ROWS_AT_ONCE = 2_500_000
PEOPLE = "CREATE OR REPLACE TEMP TABLE people AS SELECT patient_id, patient FROM frame"
COUNTED = """
SELECT practice AS practice_id, patient AS patient_id, clinician AS clinician_id, part, date, own AS registered
FROM counted
"""


def load_groups(connection: "DuckDBPyConnection", groups: "pd.DataFrame", windows: Windows) -> None:
    """Put practices and windows into the tables `practices`, `groups` and `windows`."""
    ordered = groups.sort_values("practice_id", ignore_index=True)
    starts = month_numbers(ordered["start_month"]).astype("Int64")
    own = ordered[["practice_id", "site_id", "cluster_id", "pilot"]]
    # Practices are numbered in the order of their ids.
    tables = {
        "practices": ordered[["practice_id", "gp_fte"]].assign(practice=ordered.index.astype("int32")),
        "groups": own.assign(start=starts, practice=ordered.index.astype("int32")),
        "windows": windows.frame(),
    }
    for name, frame in tables.items():
        connection.register("frame", frame)
        connection.execute(f"CREATE TEMP TABLE {name} AS FROM frame")
    connection.unregister("frame")


def split(
    connection: "DuckDBPyConnection", folder: Path, files: ContactFiles, plan: ContactPlan, windows: Windows
) -> "tuple[Counter[str], Codes]":
    """Write the contacts that may count, and registrations, into parts by patient; count the fates of the others.

    The contacts are numbers from here on, which the codes that are given read.
    """
    rules, months = plan.rules, plan.months
    rows = contact_cells.rows(connection, files.contacts, plan.columns.get("contacts", {}), months)
    contact_rules.tally(connection, rows, rules, months, windows)
    counts = Counter(dict(connection.execute("SELECT fate, sum(n)::BIGINT FROM tally GROUP BY fate").fetchall()))
    counts["read"] = counts.total()
    contact_words.refuse(connection, counts, rules)
    buckets = 1 + counts.pop("counted", 0) // ROWS_AT_ONCE
    counts["of a practice with one clinician id"] = contact_checks.single(connection, rules.checks)
    codes = contact_rules.split(connection, rows, rules, months, windows, folder / "contacts", buckets)
    if files.registrations:
        named = plan.columns.get("registrations", {})
        listed = event_select(connection, REGISTRATIONS, files.registrations, named, months=months)
        registration_spans.split(connection, listed, rules, folder / "registrations", buckets)
    return counts, codes


def indexed(
    connection: "DuckDBPyConnection", folder: Path, part: "PartContacts", rules: ContactRules, codes: "Codes"
) -> "tuple[dict[str, int], Judged, Spans]":
    """Work out the indices of the patients of one part of those that :func:`split` wrote; the fates of their contacts.

    Patients and practices have numbers there, of which the tables `people` and `practices` have the ids;
    registrations are in `spans` and `deaths`. Where no contact counts, there are no indices.
    """
    connection.register("frame", part.ids)
    connection.execute(PEOPLE)
    connection.unregister("frame")
    counts = registration_spans.spans(connection, parquet_sql(folder / "registrations" / part.name))
    spans = registration_spans.numbered(connection, len(part.ids), codes.first)
    fates, kept = judged(part, spans, rules, codes)
    if len(kept.codes):
        table = pa.table({"patient": kept.patients, "code": kept.codes, "part": kept.parts})
        connection.register("judged", table)
        connection.execute(f"CREATE OR REPLACE TEMP VIEW counted AS {codes.unpacked('judged')}")
        indices = folder / "indices" / f"{part.name}.parquet"
        indices.parent.mkdir(exist_ok=True)
        patient_indices(connection, COUNTED, indices)
        connection.unregister("judged")
    return counts | fates, kept, spans


def parquet_sql(folder: Path) -> str:
    """The Parquet files of a folder, for a query; an empty text where there are none."""
    files = ", ".join(quoted(str(file)) for file in sorted(folder.glob("*.parquet")))
    return f"read_parquet([{files}], hive_partitioning = false)" if files else ""
