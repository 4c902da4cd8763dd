"""The figure of each question to practice-level data.

``python -m analysis.present.questions.questions --help``
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.answers import About
from analysis.answers import Question as Asked
from analysis.estimates import pick, read_estimates
from analysis.plain_text import escaped_plan
from analysis.plan.practices import Gradient, Growth, Inequality, Questions, Trend
from analysis.present.look.style import ESTIMATE, MUTED, FigureText, canvas, save, unframed
from analysis.present.provenance.address import Book, slug
from analysis.present.questions.changes import RANKED
from analysis.present.questions.figure_words import Answer, Drawn, Ends
from analysis.present.templates.formats import formats
from analysis.present.templates.language import Filters
from analysis.present.templates.values import Value
from analysis.steps import Paths, command, read_json, write_text
from analysis.verdicts import Verdict, read_verdicts
from analysis.wording import fixed, measured

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Question = Gradient | Trend | Inequality | Growth
# What the model expects: along a straight line, or along a curve.
LINES = ("fitted", "spline")
# What the low and the high end of a ranking are called.
ENDS = {"imd": ("least deprived", "most deprived")}
COLUMNS = ["term", "x", "estimate", "ci_low", "ci_high", "simulated"]


def question_figures(
    *, estimates: Path, verdicts: Path, questions: Questions, states: Path, phrases: Paths, figures: Path
) -> None:
    """Draw the answer to each question; a question that was left open has an empty text and a figure that says why.

    Parameters
    ----------
    estimates, verdicts : Path
        The table of estimates, and what its rows are taken to say.
    questions : dict
        Their plans by name, as JSON.
    states : Path
        What the prepare stage says of each question.
    phrases : tuple of Path
        The phrases that it may tell from.
    figures : Path
        Folder for question-NAME.svg, .png, .csv and .md.
    """
    words = formats(Book(), *phrases)
    table, state, judged = read_estimates(estimates), read_json(states), read_verdicts(verdicts)
    for name, each in questions.items():
        if state[name]["state"] == "left open":
            _leave_open(figures, name, state[name]["reason"], words)
        else:
            direction = judged.of(name, Asked.DIRECTION, about=About.QUESTION)
            _draw_answer(figures, name, each, drawn(pick(table, outcome=name), each), direction, words)


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


def _draw_answer(
    figures: Path, name: str, question: Question, rows: "pd.DataFrame", direction: Verdict, words: Filters
) -> None:
    with canvas(7.2, 3.6) as (figure, axes):
        _draw(axes, rows, question)
        _name_axes(axes, rows, question, axis(question, words))
        save(figures, figure, rows, figure_text(name, question, rows, direction, words))


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
    unframed(axes)


def _name_axes(axes: "Axes", rows: "pd.DataFrame", question: Question, along: str) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_xlabel(along)
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


def axis(question: Question, words: Filters) -> str:
    """What stands along the x axis."""
    text: str = words["say"](shown(question), "questions/figures/axis")
    return text


def y_label(question: Question) -> str:
    """What stands along the y axis, with its unit."""
    match question:
        case Gradient(family="count"):
            return "Rate per 1,000"
        case Growth():
            return "Change, percentage points"
        case _:
            return "Mean, %"


def figure_text(name: str, question: Question, rows: "pd.DataFrame", direction: Verdict, words: Filters) -> FigureText:
    """What the figure says in words."""
    points, curved = rows[~rows["term"].isin(LINES)], bool((rows["term"] == "spline").any())
    unit = "" if isinstance(question, Gradient) and question.family == "count" else "%"
    unit = " points" if isinstance(question, Growth) else unit
    sizes = [f"{fixed(value, 1)}{unit}" for value in points["estimate"].iloc[[0, -1]]]
    places = [_place(value, question) for value in points["x"].iloc[[0, -1]]]
    ends = Ends(
        axis=axis(question, words).lower(), points=Value(len(points), "", None), start=sizes[0], start_at=places[0],
        end=sizes[1], end_at=places[1],
    )  # fmt: skip
    what = replace(shown(question), curved=curved, answer=_answer(question, direction))
    caption = words["say"](what, "questions/figures/caption")
    alt = words["say"](ends, "questions/figures/alt")
    return FigureText(f"question-{slug(name)}", caption, alt, bool(rows["simulated"].any()))


def _place(value: float, question: Question) -> str:
    """Where a point stands along the x axis: a year, a group, or a measure to as many figures as a reader bears."""
    if isinstance(question, Trend | Inequality):
        return f"{value:.0f}"
    return fixed(value, 0 if abs(value) >= 100 else 1)


def shown(question: Question) -> Drawn:
    """What a figure shows of a question, before anything is known of its curve."""
    kinds: dict[str, Any] = {
        "gradient": isinstance(question, Gradient), "trend": isinstance(question, Trend),
        "inequality": isinstance(question, Inequality), "growth": isinstance(question, Growth),
    }  # fmt: skip
    if isinstance(question, Trend | Growth):
        return Drawn(**kinds, **_measured(question.outcome), first=question.first, last=question.last)
    by = question.exposure if isinstance(question, Gradient) else question.by
    held, knots = (bool(question.adjust), question.knots or 0) if isinstance(question, Gradient) else (False, 0)
    return Drawn(
        **kinds, **_measured(question.outcome.measure), year=question.outcome.year, exposure=measured(by.measure),
        exposure_named=_measured(by.measure)["outcome"], exposure_year=by.year, held=held, knots=knots,
    )  # fmt: skip


def _answer(question: Question, direction: Verdict) -> Answer:
    what = shown(question)
    by = question.by.measure if isinstance(question, Inequality) else ""
    return Answer(
        direction=direction, outcome=what.measure, exposure=what.exposure, ends=by if by in RANKED else "other",
        first=what.first, last=what.last,
    )  # fmt: skip


def _measured(measure: str) -> dict[str, Any]:
    text = measured(measure)
    return {"measure": text, "outcome": text.removeprefix("the ")}


def _leave_open(figures: Path, name: str, reason: str, words: Filters) -> None:
    import pandas as pd

    empty = FigureText(f"question-{slug(name)}", "Left open.", reason, simulated=False)
    why = words["say"](reason, "questions/figures/left-open")
    with canvas(7.2, 0.8) as (figure, axes):
        axes.set_axis_off()
        axes.text(0.5, 0.5, why, ha="center", va="center", wrap=True)
        save(figures, figure, pd.DataFrame(columns=COLUMNS), empty)
    # The paper says in its text why nothing is drawn, so it places no figure.
    write_text(figures / f"{empty.name}.md", "")


if __name__ == "__main__":
    command(question_figures, given=escaped_plan)
