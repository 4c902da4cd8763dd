"""The figure of each question to practice-level data.

``python -m analysis.present.questions.questions --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.estimates import pick, read_estimates
from analysis.plain_text import escaped_plan
from analysis.plan.practices import Gradient, Growth, Inequality, Questions, Trend, Value
from analysis.present.look.style import ESTIMATE, MUTED, Told, bare, canvas, save
from analysis.present.provenance.address import slug
from analysis.steps import command, read_json, write_text
from analysis.wording import measured, number_of, sentence

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Question = Gradient | Trend | Inequality | Growth
# What the model expects: along a straight line, or along a curve.
LINES = ("fitted", "spline")
# What the low and the high end of a ranking are called.
ENDS = {"imd": ("least deprived", "most deprived")}
COLUMNS = ["term", "x", "estimate", "ci_low", "ci_high", "simulated"]


def question_figures(*, estimates: Path, questions: Questions, states: Path, figures: Path) -> None:
    """Draw the answer to each question; a question that was left open has an empty text and a figure that says why.

    Parameters
    ----------
    estimates : Path
        The table of estimates.
    questions : dict
        Their plans by name, as JSON.
    states : Path
        What the prepare stage says of each question.
    figures : Path
        Folder for question-NAME.svg, .png, .csv and .md.
    """
    table, state = read_estimates(estimates), read_json(states)
    for name, each in questions.items():
        if state[name]["state"] == "left open":
            _leave_open(figures, name, state[name]["reason"])
        else:
            _draw_answer(figures, name, each, drawn(pick(table, outcome=name), each))


def drawn(rows: "pd.DataFrame", question: Question) -> "pd.DataFrame":
    """The points with their intervals, by their place on the x axis, and the fitted line where the question has one.

    Where a curve was fitted beside the straight line, the curve is drawn; its term is then `spline`.
    """
    import pandas as pd

    points = rows[rows["term"] == ("bin" if isinstance(question, Gradient | Growth) else "mean")]
    line, curve = pick(rows, term="fitted"), pick(rows, term="fitted", specification="spline")
    line = curve.assign(term="spline") if len(curve) else line
    places = points["subgroup"].str.split().str[0] if isinstance(question, Inequality) else points["horizon"]
    both = pd.concat([points.assign(x=places.astype(float)), line.assign(x=line["horizon"].astype(float))])
    return both[COLUMNS].sort_values(["term", "x"], ignore_index=True)


def _draw_answer(figures: Path, name: str, question: Question, rows: "pd.DataFrame") -> None:
    with canvas(7.2, 3.6) as (figure, axes):
        _draw(axes, rows, question)
        _name_axes(axes, rows, question)
        save(figures, figure, rows, told(name, question, rows))


def _draw(axes: "Axes", rows: "pd.DataFrame", question: Question) -> None:
    points, line = rows[~rows["term"].isin(LINES)], rows[rows["term"].isin(LINES)]
    error = [points["estimate"] - points["ci_low"], points["ci_high"] - points["estimate"]]
    style = "o-" if isinstance(question, Trend) else "o"
    axes.errorbar(points["x"], points["estimate"], yerr=error, fmt=style, color=ESTIMATE, capsize=2, markersize=5)
    if len(line):
        axes.plot(line["x"], line["estimate"], color=MUTED, linewidth=1.6)
        axes.fill_between(line["x"], line["ci_low"], line["ci_high"], color=MUTED, alpha=0.2, linewidth=0)
    if isinstance(question, Growth):
        axes.axhline(0, color="#333333", linewidth=1)
    bare(axes)


def _name_axes(axes: "Axes", rows: "pd.DataFrame", question: Question) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_xlabel(x_label(question))
    axes.set_ylabel(y_label(question))
    places = sorted(rows.loc[~rows["term"].isin(LINES), "x"].unique())
    if isinstance(question, Gradient) and question.log_exposure:
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    elif isinstance(question, Trend):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    elif isinstance(question, Inequality):
        low, high = ENDS.get(question.by.measure, ("lowest", "highest"))
        inner = [f"{place:.0f}" for place in places[1:-1]]
        axes.set_xticks(places, [f"1\n{low}", *inner, f"{places[-1]:.0f}\n{high}"])


def x_label(question: Question) -> str:
    """What stands along the x axis."""
    match question:
        case Gradient():
            return f"{_named(question.exposure.measure)}, {question.exposure.year}"
        case Trend():
            return "Year"
        case Inequality():
            return f"Equal groups of patients, by {measured(question.by.measure)} of their practice, {question.by.year}"
        case Growth():
            return f"Growth of the list from {question.first} to {question.last}, %"


def y_label(question: Question) -> str:
    """What stands along the y axis, with its unit."""
    match question:
        case Gradient(family="count"):
            return "Rate per 1,000"
        case Growth():
            return "Change, percentage points"
        case _:
            return "Mean, %"


def told(name: str, question: Question, rows: "pd.DataFrame") -> Told:
    """What the figure says in words."""
    points, curved = rows[~rows["term"].isin(LINES)], bool((rows["term"] == "spline").any())
    first, last = points.iloc[0], points.iloc[-1]
    unit = "" if isinstance(question, Gradient) and question.family == "count" else "%"
    unit = " points" if isinstance(question, Growth) else unit
    ends_told = (
        f"from {first['estimate']:.1f}{unit} at {first['x']:,.6g} to {last['estimate']:.1f}{unit} at {last['x']:,.6g}"
    )
    alt = f"{number_of(len(points), 'mean')} with intervals by {x_label(question).lower()}: {ends_told}."
    caption = _caption(question, curved=curved)
    return Told(f"question-{slug(name)}", caption, alt.replace("-", "−"), bool(rows["simulated"].any()))


def _caption(question: Question, *, curved: bool) -> str:
    match question:
        case Gradient():
            held = ", the measures held constant at their means" if question.adjust else ""
            what = f"{_of(question.outcome)}, by {measured(question.exposure.measure)}"
            model = f"a restricted cubic spline with {question.knots} knots" if curved else "the model"
            return f"{what}: means of equal groups of practices with intervals, and what {model} expects{held}."
        case Trend():
            return f"{_named(question.outcome)} in the practices that have every year: means with intervals."
        case Inequality():
            what = f"{_of(question.outcome)}, by {measured(question.by.measure)}"
            return f"{what}: means of equal groups of patients with intervals."
        case Growth():
            what = f"Change in {measured(question.outcome)} from {question.first} to {question.last}"
            return f"{what}, by growth of the list: means of equal groups of practices, and what the model expects."


def _of(value: Value) -> str:
    return f"{_named(value.measure)}, {value.year}"


def _named(measure: str) -> str:
    return sentence(measured(measure).removeprefix("the "))


def _leave_open(figures: Path, name: str, reason: str) -> None:
    import pandas as pd

    words = Told(f"question-{slug(name)}", "Left open.", reason, simulated=False)
    with canvas(7.2, 0.8) as (figure, axes):
        axes.set_axis_off()
        axes.text(0.5, 0.5, f"Left open: {reason}", ha="center", va="center", wrap=True)
        save(figures, figure, pd.DataFrame(columns=COLUMNS), words)
    # The paper says in its text why nothing is drawn, so it places no figure.
    write_text(figures / f"{words.name}.md", "")


if __name__ == "__main__":
    command(question_figures, given=escaped_plan)
