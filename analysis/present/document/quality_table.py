"""The tables of the annex on data quality: what the data hold and lack, and how alike the groups were."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.disclosure import MARK, protected
from analysis.months import month_words
from analysis.plain_text import escaped
from analysis.plan.hospital import MEASURES
from analysis.present.document.records import Records
from analysis.present.look.markdown import Table
from analysis.present.outcomes.panel import waves
from analysis.present.templates.language import Filters
from analysis.tables import read_table
from analysis.wording import DASH, counted, fixed, percentage, sentence

if TYPE_CHECKING:
    import pandas as pd


def _when(rows: "pd.DataFrame", row: "pd.Series[Any]") -> str:
    """From when to when the data reach; of a survey taken twice, both times."""
    between = "and" if waves(rows, row["series"]) == 2 else "to"
    return f"{month_words(row['first'])} {between} {month_words(row['last'])}"


@dataclass(frozen=True)
class Practices:
    """So many practices that have no event of a kind, or that stop or start within the months."""

    count: str
    number: int
    label: str = ""
    stop: bool = False


@dataclass(frozen=True)
class Held:
    """What the caption of the table of data quality tells.

    Attributes
    ----------
    moves : list of Practices
        Those that are not there throughout.
    silent : list of Practices
        Those that never had an event of a kind, so that they inform no ratio.
    records : list of Records
        What became of the records of events.
    """

    moves: list[Practices]
    silent: list[Practices]
    records: list[Records]


def quality_table(path: Path, labels: dict[str, str], words: Filters, events: Sequence[Records] = ()) -> Table:
    """What the data hold and lack; `labels` names each measure and item."""
    rows, lineage = read_table(path)
    names = MEASURES | labels
    columns = {
        "Series": [escaped(sentence(names.get(name, name))) for name in rows["series"]],
        "Pilot practices": [counted(value) for value in rows["pilot_practices"]],
        "Comparison practices": [counted(value) for value in rows["comparison_practices"]],
        "Months or waves": [_when(rows, row) for _, row in rows.iterrows()],
        "Missing": [percentage(m, e) for m, e in zip(rows["cells_missing"], rows["cells_expected"], strict=True)],
        "Zero": [MARK if value != value else percentage(value, 1) for value in rows["zero_share"]],
        "Events or responses": [protected(value) for value in rows["total"]],
    }
    held = Held(_come_and_go(rows), _silent(rows, names), list(events))
    caption = words["say"](held, "document/tables/quality")
    return Table("quality", caption, columns, lineage.simulated, (18, 11, 14, 22, 10, 8, 17))


def _come_and_go(rows: "pd.DataFrame") -> list[Practices]:
    activity = rows[rows["source"] == "activity"]
    practices = {True: int(activity["practices_stop"].max()), False: int(activity["practices_start"].max())}
    return [Practices(counted(count), count, stop=stop) for stop, count in practices.items() if count]


def _silent(rows: "pd.DataFrame", labels: dict[str, str]) -> list[Practices]:
    silent = rows[(rows["source"] == "activity") & (rows["practices_silent"] > 0)]
    return [
        Practices(
            counted(each["practices_silent"]), each["practices_silent"], labels.get(each["series"], each["series"])
        )
        for each in silent.to_dict("records")
    ]


@dataclass(frozen=True)
class Balance:
    """Whether the table of balance has rates, which are not the levels of the text, and cells that nothing fills."""

    rates: bool
    lacking: bool


def balance_table(path: Path, words: Filters) -> Table:
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
    rates = bool(rows["characteristic"].str.contains("patients a year").any())
    shown = Balance(rates, any(DASH in cells for cells in columns.values()))
    caption = words["say"](shown, "document/tables/balance")
    return Table("balance", caption, columns, lineage.simulated, (27, 11, 9, 15, 15, 13, 10))


def _short(value: float) -> str:
    return fixed(value, 0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 3)
