"""One look for all figures: colour-blind safe, no meaning by colour alone, the same bytes every time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.plain_text import unescaped
from analysis.present.provenance.address import slug
from analysis.steps import whole, write_text
from analysis.tables import write_csv

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FONTS = Path(__file__).parents[3] / "reports" / "styles" / "fonts"
# Okabe and Ito's palette, of which seaborn's "colorblind" is a variant; every series also has a marker of its own.
ESTIMATE, TRUTH, PUBLISHED, MUTED = "#00546b", "#d55e00", "#5c4b8a", "#6b7378"
SIMULATED = "Simulated data."


@dataclass(frozen=True)
class FigureText:
    """What a figure says in words.

    Attributes
    ----------
    name : str
        File name without ending; also the figure's id.
    caption : str
        What it shows, a sentence or two; the label for simulated data is added by lineage.
    alt : str
        The same for somebody who cannot see it, with the values.
    simulated : bool
        Whether any row drawn is simulated.
    """

    name: str
    caption: str
    alt: str
    simulated: bool


@contextmanager
def canvas(width: float, height: float) -> "Iterator[tuple[Figure, Axes]]":
    """A figure of this size in inches, in the paper's style, closed afterwards."""
    with panels(width, height, 1, 1) as (figure, axes):
        yield figure, axes[0]


@contextmanager
def panels(
    width: float, height: float, rows: int, columns: int, **layout: Any
) -> "Iterator[tuple[Figure, list[Axes]]]":
    """A figure of several panels, row by row; `layout` goes to ``matplotlib.pyplot.subplots``."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import seaborn as sns
    from matplotlib import font_manager

    for font in sorted(FONTS.rglob("*.ttf")):
        font_manager.fontManager.addfont(font)
    settings: Any = {"font.family": ["Source Sans 3", "DejaVu Sans"], "font.size": 10.5, "svg.hashsalt": "paper"}
    with sns.axes_style("whitegrid", {"grid.color": "#e3e7e9"}), plt.rc_context(settings):
        figure, axes = plt.subplots(
            rows, columns, figsize=(width, height), layout="constrained", squeeze=False, **layout
        )
        try:
            yield figure, list(axes.flat)
        finally:
            plt.close(figure)


def save(folder: Path, figure: "Figure", drawn: "pd.DataFrame", text: FigureText) -> None:
    """Write a figure as SVG and PNG, the data behind it as CSV, and the text that places it in the paper.

    Parameters
    ----------
    folder : Path
        Where NAME.svg, NAME.png, NAME.csv and NAME.md go.
    figure : Figure
        What was drawn.
    drawn : DataFrame
        The rows drawn.
    text : FigureText
        What it says in words.
    """
    _write_out(figure)
    with whole(folder / f"{text.name}.svg") as path:
        figure.savefig(path, metadata={"Date": None})
    with whole(folder / f"{text.name}.png") as path:
        figure.savefig(path, dpi=200, metadata={"Software": None})
    write_csv(folder / f"{text.name}.csv", _plain(drawn))
    write_text(folder / f"{text.name}.md", placed(text))


def _plain(drawn: "pd.DataFrame") -> "pd.DataFrame":
    def shown(cell: object) -> object:
        return unescaped(cell) if isinstance(cell, str) else cell

    return drawn.assign(**{str(name): drawn[name].map(shown) for name in drawn.select_dtypes(["object", "str"])})


def _write_out(figure: "Figure") -> None:
    """Take the escapes of Markdown out of texts of the plan, but for the dollar, of which matplotlib makes formulas."""
    from matplotlib.text import Text
    from matplotlib.ticker import FuncFormatter

    for each in figure.findobj(Text):
        assert isinstance(each, Text)
        each.set_text(unescaped(each.get_text(), but="$"))
    # Names at an axis are written anew whenever it is drawn.
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        if isinstance(named := axis.get_major_formatter(), FuncFormatter):
            axis.set_major_formatter(FuncFormatter(partial(_named, named.func)))


def _named(name: "Callable[[float, int | None], str]", place: float, number: int | None) -> str:
    return unescaped(name(place, number), but="$")


def placed(text: FigureText) -> str:
    """The Markdown that places a figure in the paper."""
    caption = f"{text.caption} {SIMULATED}" if text.simulated else text.caption
    alt = text.alt.replace('"', "'")
    return f'![{caption}](/figures/{text.name}){{#fig-{slug(text.name)} fig-alt="{alt}"}}\n'


def nothing(folder: Path, name: str, why: str) -> None:
    """The figure that stands where none could be drawn, and says why, so that the paper has no gap."""
    import textwrap

    import pandas as pd

    with canvas(7.2, 1.0) as (figure, axes):
        axes.text(0.5, 0.5, textwrap.fill(why, 90), ha="center", va="center", color=MUTED)
        axes.set_axis_off()
        save(folder, figure, pd.DataFrame({"simulated": []}), FigureText(name, why, why, simulated=False))


def unframed(axes: "Axes") -> None:
    """Take away the frame and the tick marks that carry no information."""
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="y", length=0)
