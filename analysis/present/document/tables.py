"""The tables of annexes and background: data quality, balance, published estimates, data sets, pilots, concerns.

``python -m analysis.present.document.tables --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.disclosure import MARK, protected
from analysis.months import month_numbers, month_text, month_words
from analysis.plain_text import escaped, escaped_plan
from analysis.plan.hospital import MEASURES
from analysis.prepare.outcomes.quality import analysed
from analysis.present.costs.unit_cost_table import unit_cost_table
from analysis.present.document.questioned_table import influence_words, questioned_words
from analysis.present.document.records import records_words
from analysis.present.evidence.evidence_table import directions_table, evidence_table
from analysis.present.look.markdown import Table, spelled_out
from analysis.present.outcomes.panel import waves
from analysis.present.provenance.address import Book
from analysis.present.templates.formats import formats
from analysis.pull.package.receive import BROUGHT
from analysis.steps import Paths, command, read_json, write_text
from analysis.tables import read_table
from analysis.wording import DASH, counted, fixed, listed, number_of, percentage, plural, sentence

if TYPE_CHECKING:
    import pandas as pd


def _when(rows: "pd.DataFrame", row: "pd.Series[Any]") -> str:
    """From when to when the data reach; of a survey taken twice, both times."""
    between = "and" if waves(rows, row["series"]) == 2 else "to"
    return f"{month_words(row['first'])} {between} {month_words(row['last'])}"


def quality_table(path: Path, labels: dict[str, str], more: str = "") -> Table:
    """What the data hold and lack; `labels` names each measure and item; `more` is said after the caption."""
    rows, lineage = read_table(path)
    columns = {
        "Series": [escaped(sentence((MEASURES | labels).get(name, name))) for name in rows["series"]],
        "Pilot practices": [counted(value) for value in rows["pilot_practices"]],
        "Comparison practices": [counted(value) for value in rows["comparison_practices"]],
        "Months or waves": [_when(rows, row) for _, row in rows.iterrows()],
        "Missing": [percentage(m, e) for m, e in zip(rows["cells_missing"], rows["cells_expected"], strict=True)],
        "Zero": [MARK if value != value else percentage(value, 1) for value in rows["zero_share"]],
        "Events or responses": [protected(value) for value in rows["total"]],
    }
    caption = (
        "What the data hold: missing is the share of practice-months (or practice-waves) without a value, zero the "
        "share with no event. Counts of people are rounded to the nearest five and hidden up to seven."
        f"{_come_and_go(rows)}{_silent(rows, MEASURES | labels)}"
    )
    return Table("quality", f"{caption} {more}".strip(), columns, lineage.simulated, (18, 11, 14, 22, 10, 8, 17))


def _come_and_go(rows: "pd.DataFrame") -> str:
    """How many practices are not there throughout, and what becomes of them."""
    activity = rows[rows["source"] == "activity"]
    found = {"stop": int(activity["practices_stop"].max()), "start": int(activity["practices_start"].max())}
    told = [
        f"{number_of(count, 'practice')} {plural(count, f'{word}s', word)}" for word, count in found.items() if count
    ]
    if not told:
        return ""
    return (
        f" Within the months {' and '.join(told)}, in rows or in events of any kind: outside their own months they are "
        "missing and not zero, and series of whole areas leave them out."
    )


def _silent(rows: "pd.DataFrame", labels: dict[str, str]) -> str:
    """How many practices never had an event of a kind, so that they inform no ratio; empty where all had."""
    found = rows[(rows["source"] == "activity") & (rows["practices_silent"] > 0)]
    if found.empty:
        return ""
    told = [
        f"{number_of(each['practices_silent'], 'practice')} had no {labels.get(each['series'], each['series'])}"
        for each in found.to_dict("records")
    ]
    return f" In the whole of the months {listed(told)}, so that they inform no estimate of a ratio of them."


# Why the rates of the balance table are not the levels of the text.
ONE_EACH = (
    " Each practice counts once, in the months before the first site's start. Levels in the text are of all patients "
    "of pilot practices together, up to each site's own start, so they differ a little."
)


def balance_table(path: Path) -> Table:
    """Pilot beside comparison practices before the start."""
    rows, lineage = read_table(path)
    columns = {
        "Before the start": list(rows["characteristic"]),
        "Pilot mean": [_short(value) for value in rows["pilot_mean"]],
        "Pilot SD": [_short(value) for value in rows["pilot_sd"]],
        "Comparison mean": [_short(value) for value in rows["comparison_mean"]],
        "Comparison SD": [_short(value) for value in rows["comparison_sd"]],
        "Std. difference": [fixed(value, 2) for value in rows["standardised_difference"]],
        "Variance ratio": [fixed(value, 2) for value in rows["variance_ratio"]],
    }
    lacking = (
        " A dash stands where the data have no values to compare: fewer than two practices of a group have one, or all "
        "have the same; or where too few events stand behind one to tell it."
    ) * any(DASH in cells for cells in columns.values())
    caption = (
        "Pilot and comparison practices before the start. A standardised difference beyond 0.1 either way is usually "
        "called an imbalance; the models compare changes, so a difference in level alone does not bias them."
        f"{ONE_EACH * bool(rows['characteristic'].str.contains('patients a year').any())}{lacking}"
    )
    return Table("balance", caption, columns, lineage.simulated, (27, 11, 9, 15, 15, 13, 10))


def _short(value: float) -> str:
    return fixed(value, 0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 3)


def sources_table(receipts: Paths) -> Table:
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
    known = "as received" if len(own) == len(entries) else "as registered and verified"
    brought = "; what the study brought itself is in no register, and its digest is that of the files as received"
    caption = f"Data sets behind this paper, {known}{brought * bool(own)}."
    return Table("sources", caption, columns, False, (28, 11, 26, 20, 15))


def pilots_table(path: Path) -> Table:
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
    caption = f"The sixteen integrated-care pilots announced in April 2009.{short}"
    return Table("pilots", caption, columns, False, (8, 48, 32, 12))


def sites_table(path: Path) -> Table:
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
    caption = "The pilot sites that are analysed here. A dash stands where the data name no model."
    return Table("sites", caption, columns, lineage.simulated, (22, 42, 22, 14))


def _site(site: str, name: str | None) -> str:
    """A site by the name that people know, and the id that results call it by."""
    return f"{name} ({site})" if name and name != site else site


def concerns_table(path: Path) -> Table:
    """The twelve concerns of 2011."""
    import pandas as pd

    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    columns = {
        "No.": list(rows["concern"]),
        "Concern": list(rows["concern_text"]),
        "Measurable": list(rows["quantifiable"]),
    }
    caption = "The twelve concerns put to members in 2011, in our words, and whether open data can measure them."
    return Table("concerns", caption, columns, False, (7, 78, 15))


def tables(
    *,
    receipts: Paths,
    labels: dict[str, str],
    phrases: Path,
    out: Path,
    outcomes: dict[str, str] | None = None,
    evidence: Paths = (),
    pilots: Paths = (),
    concerns: Paths = (),
    panel: Paths = (),
    quality: Paths = (),
    questioned: Paths = (),
    influence: Paths = (),
    balance: Paths = (),
    records: Paths = (),
    unit_costs: Paths = (),
) -> None:
    """Write the tables that need no estimate.

    Parameters
    ----------
    receipts : tuple of Path
        The receipts of all data sets.
    labels : dict
        The name in words of each measure and item, as JSON.
    phrases : Path
        The library of phrases.
    out : Path
        Folder for the tables (Markdown), each named after what it shows.
    outcomes : dict
        The name in words of each outcome, as JSON.
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
    words = formats(Book(), phrases)
    made = [table(path, words) for path in evidence for table in (evidence_table, directions_table)]
    made += [sources_table(receipts)]
    made += [pilots_table(path) for path in pilots] + [concerns_table(path) for path in concerns]
    made += [sites_table(path) for path in panel]
    more = records_words([read_json(path) for path in records])
    made += [quality_table(path, labels, more) for path in quality] + [balance_table(path) for path in balance]
    made += [unit_cost_table(path, words) for path in unit_costs]
    for table in made:
        write_text(out / f"{table.name}.md", table.markdown() if any(table.columns.values()) else "")
    decided = " ".join(influence_words(read_json(path), outcomes or {}) for path in influence)
    for path in questioned:
        write_text(out / "questioned.md", questioned_words(path, decided))


if __name__ == "__main__":
    command(tables, given=escaped_plan)
