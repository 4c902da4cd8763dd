"""The last calibration of this plan: the tables of its annex.

``python -m analysis.present.calibration.calibration --help``
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from analysis.assess.calibration.narrow import read_tried
from analysis.assess.verdicts.calibration import ESTIMATE
from analysis.plain_text import escaped_plan
from analysis.plan.calibration import Calibration
from analysis.present.calibration.misses import code
from analysis.present.look.markdown import Table
from analysis.present.provenance.address import Book
from analysis.present.templates.formats import formats
from analysis.present.templates.language import Filters
from analysis.steps import AsJson, Paths, command, read_json, write_text
from analysis.wording import signed

if TYPE_CHECKING:
    import pandas as pd


def calibration(
    *,
    digest: str,
    phrases: Paths,
    out: Path,
    calibration: Annotated[Calibration | None, AsJson] = None,
    worlds: Paths = (),
    record: Paths = (),
) -> None:
    """Write the tables of the annex on calibration; an empty file where there is none of this plan.

    Parameters
    ----------
    digest : str
        The digest of what the plan wants calibrated; a calibration with another one is not shown.
    phrases : tuple of Path
        The phrases that it may tell from.
    out : Path
        The tables (Markdown).
    calibration : Calibration
        The scenarios, as JSON; none where the plan asks for none.
    worlds, record : tuple of Path
        What `make calibrate` wrote last; none where it never ran.
    """
    own = [path for path, recorded in zip(worlds, record, strict=True) if read_json(recorded)["digest"] == digest]
    words = formats(Book(), *phrases)
    write_text(out, "\n\n".join(_tables(read_tried(own[0]), calibration, words)) if calibration and own else "")


@dataclass(frozen=True)
class Worlds:
    """A kind of world in words, and whether there is no effect in it."""

    label: str
    nothing: bool


def _tables(table: "pd.DataFrame", plan: Calibration, words: Filters) -> list[str]:
    scenarios = [name for name in plan.scenarios if name in set(table["scenario"])]
    return [_table(table[table["scenario"] == name], name, plan, words).markdown() for name in scenarios]


def _table(rows: "pd.DataFrame", name: str, plan: Calibration, words: Filters) -> Table:
    scenario, numbers = plan.scenarios[name], sorted(set(rows["sites"]), reverse=True)
    groups = [(key, part.set_index("sites")) for key, part in rows.groupby(list(ESTIMATE), sort=False)]
    columns = {
        "Estimate": [words["phrase"](code(*map(str, key)), "calibrated_estimate") for key, _ in groups],
        "Worlds": [_worlds(part, numbers) for _, part in groups],
    }
    for head, cell in (("Bias", _bias), ("Held", _coverage), ("Seen", _rejection)):
        for number in numbers:
            columns[f"{head}, {number}"] = [
                cell(part.loc[number]) if number in part.index else "–" for _, part in groups
            ]
    shown = Worlds(scenario.label, bool((rows["effect"] == 1).all()))
    caption = words["say"](shown, "calibration/tables/worlds")
    widths = (22, 8, *[70 // (3 * len(numbers))] * (3 * len(numbers)))
    return Table(f"calibration-{name.replace('_', '-')}", caption, columns, True, widths)


def _worlds(rows: "pd.DataFrame", numbers: list[int]) -> str:
    """How many worlds gave an estimate, by number of sites where they are not as many with each."""
    counts = rows["worlds"].to_dict()
    worlds = [counts[number] for number in numbers if number in counts]
    return ", ".join(f"{each:,}" for each in (worlds[:1] if len(set(worlds)) == 1 else worlds))


def _bias(row: "pd.Series[Any]") -> str:
    if row["term"] == "pre_trend_slope":
        return f"{signed(100 * row['bias'], '%')} a year ({100 * row['bias_error']:.2f})"
    if row["scale"] == "ratio":
        return f"{signed(100 * row['bias'], '%')} ({100 * row['bias_error']:.2f})"
    if row["scale"] == "difference":
        return f"{signed(row['bias'])} events ({row['bias_error']:.2f})"
    return "–"


def _coverage(row: "pd.Series[Any]") -> str:
    return _share(row, "coverage")


def _rejection(row: "pd.Series[Any]") -> str:
    return _share(row, "rejection")


def _share(row: "pd.Series[Any]", name: str) -> str:
    value, low, high = (100 * row[key] for key in (name, f"{name}_low", f"{name}_high"))
    return f"{value:.1f}% ({low:.0f} to {high:.0f})" if value == value else "–"


if __name__ == "__main__":
    command(calibration, given=escaped_plan)
