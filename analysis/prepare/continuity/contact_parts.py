"""Contacts and registrations split into parts by patient, each of which is worked out by itself."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.months import month_numbers
from analysis.plan.continuity import ContactRules
from analysis.plan.terms import Period
from analysis.prepare.continuity import contact_cells, contact_checks, contact_rules, contact_words, registration_spans
from analysis.prepare.continuity.contact_windows import Windows
from analysis.prepare.continuity.judged import judged, number_patients
from analysis.prepare.events.event_contract import REGISTRATIONS
from analysis.prepare.events.events import event_select
from analysis.prepare.events.sql import quoted
from analysis.prepare.indices.indices import patient_indices
from analysis.prepare.outcomes.panel import Columns
from analysis.steps import Paths

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

    from analysis.prepare.continuity.contact_codes import Codes
    from analysis.prepare.continuity.judged import Judged

# So many contacts are worked on at once: a patient's are never split, and memory does not grow with the table.
ROWS_AT_ONCE = 2_500_000
COUNTED = """
SELECT practice AS practice_id, patient AS patient_id, clinician AS clinician_id, part, date, own AS registered
FROM counted
"""


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
    rows = contact_cells.rows(connection, contacts, columns.get("contacts", {}), months)
    contact_rules.tally(connection, rows, rules, months, windows)
    told = Counter(dict(connection.execute("SELECT fate, sum(n)::BIGINT FROM tally GROUP BY fate").fetchall()))
    told["read"] = told.total()
    contact_words.refuse(connection, told, rules)
    buckets = 1 + told.pop("counted", 0) // ROWS_AT_ONCE
    told["of a practice with one clinician id"] = contact_checks.single(connection, rules.checks)
    codes = contact_rules.split(connection, rows, rules, months, windows, folder / "contacts", buckets)
    if registrations:
        named = columns.get("registrations", {})
        listed = event_select(connection, REGISTRATIONS, registrations, named, months=months)
        registration_spans.split(connection, listed, rules, folder / "registrations", buckets)
    return told, codes


def buckets(folder: Path) -> list[str]:
    """The parts into which the patients are split."""
    return sorted({each.name for table in ("contacts", "registrations") for each in (folder / table).glob("bucket=*")})


def indexed(
    connection: "DuckDBPyConnection", folder: Path, bucket: str, rules: ContactRules, codes: "Codes"
) -> "tuple[dict[str, int], Judged | None, Path | None]":
    """Work out the indices of the patients of one part that :func:`split` wrote; the fates of their contacts.

    Patients and practices have numbers there, of which the tables `people` and `known` have the ids; registrations are
    in `spans` and `deaths`. Where the part has no contacts, there are no indices.
    """
    import pyarrow as pa

    met, listed = (folder / table / bucket for table in ("contacts", "registrations"))
    people, patients, found = number_patients(connection, met, listed)
    told = registration_spans.spans(connection, files_of(listed))
    if not met.exists():
        return told, None, None
    fates, kept = judged(connection, people, patients, found, rules, codes)
    table = pa.table({"patient": kept.patients, "code": kept.codes, "part": kept.parts})
    connection.register("judged", table)
    connection.execute(f"CREATE OR REPLACE TEMP VIEW counted AS {codes.unpacked('judged')}")
    indices = folder / "indices" / f"{bucket}.parquet"
    indices.parent.mkdir(exist_ok=True)
    patient_indices(connection, COUNTED, indices)
    return told | fates, kept, indices


def files_of(folder: Path) -> str:
    """The Parquet files of a folder, for a query; an empty text where there are none."""
    files = ", ".join(quoted(str(file)) for file in sorted(folder.glob("*.parquet")))
    return f"read_parquet([{files}], hive_partitioning = false)" if files else ""
