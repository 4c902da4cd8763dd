"""The table of published unit costs."""

from pathlib import Path

from analysis.present.look.markdown import Table, spelled_out
from analysis.present.templates.language import Filters
from analysis.tables import read_table
from analysis.wording import sentence


def unit_cost_table(path: Path, words: Filters) -> Table:
    """Every unit cost in the register, with its price year and source."""
    rows, lineage = read_table(path)
    columns = {
        "Activity": [sentence(label) for label in rows["label"]],
        "Pounds": [_pounds(low, high) for low, high in zip(rows["value_gbp"], rows["high_gbp"], strict=True)],
        "Price year": list(rows["price_year"]),
        "Source": list(rows["source"]),
        "Certainty": list(rows["certainty"]),
    }
    caption = f"{words['say'](None, 'costs/tables/unit-costs')}{spelled_out(columns['Source'])}"
    return Table("unit-costs", caption, columns, lineage.simulated, (28, 10, 10, 42, 10))


def _pounds(low: float, high: float) -> str:
    return f"{low:,.0f}" if high != high else f"{low:,.0f} to {high:,.0f}"
