"""Disclosure control: everything that a paper is made from, as it may be told. No later step reads exact numbers.

``python -m analysis.assess.disclosure.disclose --help``
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from analysis.assess.disclosure import disclosed_facts, disclosed_tables
from analysis.assess.disclosure.disclosed_reasons import disclosed_reasons
from analysis.assess.disclosure.disclosed_rows import Rows, disclosed_rows
from analysis.assess.disclosure.event_counts import EventCounts, event_counts
from analysis.estimates import Measures, read_estimates
from analysis.steps import AsJson, Paths, command, read_json, write_json, write_text
from analysis.tables import Lineage, lineage_from, read_table, write_csv, write_table

if TYPE_CHECKING:
    import pandas as pd

Known = dict[str, bool]


def disclose(
    *,
    estimates: Path,
    unmade: Path,
    lineage: Path,
    receipts: Paths,
    out: Path,
    measures: Annotated[Measures | None, AsJson] = None,
    persons: tuple[str, ...] = (),
    panel: Paths = (),
    matched: Paths = (),
    tables: Paths = (),
    facts: Paths = (),
) -> None:
    """Write what a paper reads, with the counts of protected persons hidden or rounded.

    Parameters
    ----------
    estimates, unmade, lineage : Path
        The exact table of estimates, what could not be estimated, and the data sets behind each row.
    receipts : tuple of Path
        What the pull stage vouches for; it decides whose persons are protected.
    out : Path
        The folder for all of these under their own names; rows that are withheld stand in not_estimated.csv.
    measures : dict
        By outcome, its measure in the activity table, as JSON.
    persons : tuple of str
        Outcomes whose observations are patients, as JSON.
    panel, matched : tuple of Path
        The practice-month panel and the matched patients, for the events behind each row.
    tables, facts : tuple of Path
        Prepared tables (Parquet) and what was counted on the way (JSON).
    """
    public = {str(each["id"]): each["disclosure"] == "public" for each in map(read_json, receipts)}
    counted = event_counts(panel, matched)
    guarded = not all(public.values())
    _estimates(estimates, unmade, read_json(lineage), public, Rows(counted, measures or {}, persons), out)
    exact = {path.name: read_json(path) for path in facts}
    for path in tables:
        frame, sources = read_table(path)
        shown = TABLES[path.stem](frame, counted, exact) if is_protected(sources, public) else frame
        write_table(out / path.name, shown, sources)
    for name, numbers in exact.items():
        disclosed = disclosed_facts.matching_counts if name == "matched.json" else disclosed_facts.counts
        write_json(out / name, disclosed(numbers) if guarded else numbers)


def is_protected(lineage: Lineage, public: Known) -> bool:
    """Whether a table descends from any data set that is not known to be public."""
    return not all(public.get(source.id, False) for source in lineage.sources)


def _estimates(estimates: Path, unmade: Path, lineages: dict[str, Any], public: Known, rows: Rows, out: Path) -> None:
    import pandas as pd

    table = read_estimates(estimates)
    guarded = {key: is_protected(lineage_from(records), public) for key, records in lineages.items()}
    shown, withheld = disclosed_rows(table, table["data_digest"].map(lambda key: guarded.get(key, True)), rows)
    if any(guarded.values()):
        missing = pd.read_csv(unmade, dtype=str, keep_default_na=False)
        together = pd.concat(
            [disclosed_reasons(missing), pd.DataFrame(withheld, columns=missing.columns)], ignore_index=True
        )
        write_csv(out / "estimates.csv", shown)
        write_csv(out / "not_estimated.csv", together)
        return
    # Without protected persons both files stay as they are, byte by byte.
    write_text(out / "estimates.csv", estimates.read_text(encoding="utf-8"))
    write_text(out / "not_estimated.csv", unmade.read_text(encoding="utf-8"))


Told = Callable[["pd.DataFrame", EventCounts, dict[str, Any]], "pd.DataFrame"]
# How each table is told; one that is not named here cannot be read by a paper.
TABLES: dict[str, Told] = {
    "quality": lambda table, counted, facts: disclosed_tables.quality(table),
    "balance": lambda table, counted, facts: disclosed_tables.balance(table, counted),
    "matched_balance": lambda table, counted, facts: disclosed_tables.matched_balance(table, facts["matched.json"]),
    "continuity_distribution": lambda table, counted, facts: disclosed_tables.distribution(table),
    "fewest_contacts": lambda table, counted, facts: disclosed_tables.fewest_contacts(table),
}

if __name__ == "__main__":
    command(disclose)
