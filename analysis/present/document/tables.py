"""The tables of annexes and background: data quality, balance, published estimates, data sets, pilots, concerns.

``python -m analysis.present.document.tables --help``
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.months import month_numbers, month_text, month_words
from analysis.plain_text import escaped, escaped_plan
from analysis.prepare.outcomes.quality import analysed
from analysis.present.costs.unit_cost_table import unit_cost_table
from analysis.present.document.quality_table import balance_table, quality_table
from analysis.present.document.questioned_table import questioned_words
from analysis.present.document.records import records
from analysis.present.evidence.evidence_table import directions_table, evidence_table
from analysis.present.look.markdown import Table, spelled_out
from analysis.present.provenance.address import Book
from analysis.present.templates.formats import formats
from analysis.present.templates.language import Filters
from analysis.pull.package.receive import BROUGHT
from analysis.steps import Paths, command, read_json, write_text
from analysis.tables import read_table
from analysis.wording import DASH, counted


@dataclass(frozen=True)
class Origins:
    """Whether the study brought any data set itself, and whether it brought all of them."""

    own: bool
    all_own: bool


def sources_table(receipts: Paths, words: Filters) -> Table:
    """The data sets behind the paper, with licence and digest."""
    entries = [read_json(path) for path in receipts]
    columns = {
        "Data set": [f"{escaped(entry['title'])} (`{entry['id']}`)" for entry in entries],
        "Kind": [entry["kind"] for entry in entries],
        "Producer": [escaped(entry["producer"]) for entry in entries],
        "Licence": [escaped(entry["licence"]) for entry in entries],
        "sha256 begins": [f"`{entry['lineage'][0]['sha256'][:12]}`" for entry in entries],
    }
    own = [entry for entry in entries if entry.get("extract") == BROUGHT]
    caption = words["say"](Origins(bool(own), len(own) == len(entries)), "document/tables/sources")
    return Table("sources", caption, columns, False, (28, 11, 26, 20, 15))


def pilots_table(path: Path, words: Filters) -> Table:
    """The sixteen pilots of 2009."""
    import pandas as pd

    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    cite = ["; ".join(f"@{key}" for key in keys.split(";")) for keys in rows["source"]]
    columns = {
        "Pilot": list(rows["pilot"]),
        "Name": list(rows["name"]),
        "Focus": [focus or "not confirmed in the sources seen" for focus in rows["focus"]],
        "Source": [f"[{each}]" for each in cite],
    }
    short = spelled_out([*columns["Name"], *columns["Focus"]])
    caption = f"{words['say'](None, 'document/tables/pilots')}{short}"
    return Table("pilots", caption, columns, False, (8, 48, 32, 12))


def sites_table(path: Path, words: Filters) -> Table:
    """The pilot sites that are analysed, from the practice-month panel: model, start, practices."""
    rows, lineage = read_table(path)
    pilots = rows[rows["pilot"] & rows["site_id"].isin(analysed(rows))]
    pilots = pilots.assign(start=lambda each: month_numbers(each["month"]) - each["event_time"])
    sites = pilots.groupby("site_id", as_index=False).agg(
        name=("site_name", "first"),
        model=("model", "first"),
        start=("start", "first"),
        practices=("practice_id", "nunique"),
    )
    models = sites["model"].fillna("").astype(str).str.replace("_", " ")
    columns = {
        "Site": [_site(site, name) for site, name in zip(sites["site_id"], sites["name"], strict=True)],
        "Model of care": [model or DASH for model in models],
        "Start": [month_words(month_text(int(start))) for start in sites["start"]],
        "Practices": [counted(count) for count in sites["practices"]],
    }
    caption = words["say"](None, "document/tables/sites")
    return Table("sites", caption, columns, lineage.simulated, (22, 42, 22, 14))


def _site(site: str, name: str | None) -> str:
    """A site by the name that people know, and the id that results call it by."""
    return f"{name} ({site})" if name and name != site else site


def concerns_table(path: Path, words: Filters) -> Table:
    """The twelve concerns of 2011."""
    import pandas as pd

    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    columns = {
        "No.": list(rows["concern"]),
        "Concern": list(rows["concern_text"]),
        "Measurable": list(rows["quantifiable"]),
    }
    caption = words["say"](None, "document/tables/concerns")
    return Table("concerns", caption, columns, False, (7, 78, 15))


@dataclass(frozen=True, kw_only=True)
class TableFiles:
    """What the tables are made from.

    Attributes
    ----------
    receipts : tuple of Path
        The receipts of all data sets.
    evidence : tuple of Path
        The prepared evidence, where the study names published evidence.
    pilots, concerns : tuple of Path
        The transcribed lists, where the paper prints them.
    panel : tuple of Path
        The practice-month panel, where the study has pilots.
    quality, balance : tuple of Path
        Prepared tables, where the study has pilots.
    questioned, influence : tuple of Path
        What was asked about, and whether one practice decides a finding, where the study has pilots.
    records : tuple of Path
        What was counted of hospital records, where the data have them.
    unit_costs : tuple of Path
        The prepared unit costs, where the study has costs.
    """

    receipts: Paths
    evidence: Paths = ()
    pilots: Paths = ()
    concerns: Paths = ()
    panel: Paths = ()
    quality: Paths = ()
    questioned: Paths = ()
    influence: Paths = ()
    balance: Paths = ()
    records: Paths = ()
    unit_costs: Paths = ()


def tables(
    *, files: TableFiles, labels: dict[str, str], phrases: Paths, out: Path, outcomes: dict[str, str] | None = None
) -> None:
    """Write the tables that need no estimate.

    Parameters
    ----------
    files : TableFiles
        What they are made from.
    labels : dict
        The name in words of each measure and item, as JSON.
    phrases : tuple of Path
        The phrases that it may tell from.
    out : Path
        Folder for the tables (Markdown), each named after what it shows.
    outcomes : dict
        The name in words of each outcome, as JSON.
    """
    words = formats(Book(), *phrases)
    for table in _tables(files, labels, words):
        write_text(out / f"{table.name}.md", table.markdown() if any(table.columns.values()) else "")
    influence = {name: each for path in files.influence for name, each in read_json(path).items()}
    for path in files.questioned:
        write_text(out / "questioned.md", questioned_words(path, words, influence, outcomes or {}))


def _tables(files: TableFiles, labels: dict[str, str], words: Filters) -> Iterator[Table]:
    for path in files.evidence:
        yield evidence_table(path, words)
        yield directions_table(path, words)
    yield sources_table(files.receipts, words)
    events = records([read_json(path) for path in files.records])
    each: tuple[tuple[Paths, Callable[[Path, Filters], Table]], ...] = (
        (files.pilots, pilots_table),
        (files.concerns, concerns_table),
        (files.panel, sites_table),
        (files.quality, lambda path, words: quality_table(path, labels, words, events)),
        (files.balance, balance_table),
        (files.unit_costs, unit_cost_table),
    )
    for paths, table in each:
        yield from (table(path, words) for path in paths)


if __name__ == "__main__":
    command(tables, given=escaped_plan)
