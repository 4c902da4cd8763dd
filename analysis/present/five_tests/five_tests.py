"""The five tests: the map from tests to evidence.

``python -m analysis.present.five_tests.five_tests --help``
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.plain_text import escaped_plan
from analysis.present.five_tests.page import Counted, count_states
from analysis.present.look.style import MUTED, FigureText, canvas, save
from analysis.present.provenance.address import Book
from analysis.present.templates.formats import formats
from analysis.steps import Paths, command, read_json
from analysis.wording import sentence

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

FILL = {
    "met": "#cfe8d5",
    "partly met": "#e6edc4",
    "not met": "#f6cfc4",
    "uncertain": "#fdeec2",
    "not assessable": "#ffffff",
}
OVERALL = "Reading"


@dataclass(frozen=True)
class Readings:
    """How many tests read how."""

    counted: list[Counted]


def tests(*, readings: Path, phrases: Paths, figures: Path) -> None:
    """Draw the map from tests to evidence.

    Parameters
    ----------
    readings : Path
        The readings of the five tests.
    phrases : tuple of Path
        The phrases that it may tell from.
    figures : Path
        Folder for tests.svg, .png, .csv and .md.
    """
    read, say = read_json(readings), formats(Book(), *phrases)["say"]
    cells = drawn(read)
    simulated = bool(cells["simulated"].any())
    caption = say(Readings(count_states([test["state"] for test in read])), "five_tests/figure")
    text = FigureText("tests", caption, say(read, "five_tests/figure-alt"), simulated)
    with canvas(7.2, 3.4) as (figure, axes):
        _draw(axes, cells, [f"{test['test']}  {test['title']}" for test in read])
        save(figures, figure, cells, text)


def drawn(readings: list[dict[str, Any]]) -> "pd.DataFrame":
    """One row per cell of the map: test, evidence (or the overall reading), state."""
    import pandas as pd

    cells = [
        {"test": test["test"], "evidence": each["label"], "state": _named(each), "simulated": each["simulated"]}
        for test in readings
        for each in test["indicators"]
    ]
    overall = [
        {"test": test["test"], "evidence": OVERALL, "state": _named(test), "simulated": _any(test)} for test in readings
    ]
    return pd.DataFrame([*cells, *overall])


def _named(read: dict[str, Any]) -> str:
    """A state as it is drawn: ``partly met``."""
    return str(read["state"]).replace("_", " ")


def _any(test: dict[str, Any]) -> bool:
    return any(each["simulated"] for each in test["indicators"])


def _draw(axes: "Axes", cells: "pd.DataFrame", titles: list[str]) -> None:
    rows = list(dict.fromkeys(sorted(cells["test"])))
    columns = [each for each in dict.fromkeys(cells["evidence"]) if each != OVERALL] + [OVERALL]
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    for cell in cells.to_dict("records"):
        column, row = columns.index(cell["evidence"]), rows.index(cell["test"])
        _cell(axes, column, row, cell["state"], cell["evidence"] == OVERALL)
    axes.set_yticks(range(len(rows)), titles)
    axes.set_xticks(range(len(columns)), [sentence(each).replace(" ", "\n", 1) for each in columns])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.grid(visible=False)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.axvline(len(columns) - 1.5, color=MUTED, linewidth=1)


def _cell(axes: "Axes", column: int, row: int, state: str, overall: bool) -> None:
    from matplotlib.patches import Rectangle

    weight = "bold" if overall else "normal"
    axes.add_patch(Rectangle((column - 0.46, row - 0.4), 0.92, 0.8, facecolor=FILL[state], edgecolor="#8a9296"))
    axes.text(column, row, state.replace(" ", "\n", 1), ha="center", va="center", fontsize=9, weight=weight)


if __name__ == "__main__":
    command(tests, given=escaped_plan)
