"""The words of a cross-section: is one measure related to another across practices."""

from typing import TYPE_CHECKING, Any

from analysis.estimates import pick, sole
from analysis.plan.practices import Gradient
from analysis.present.provenance.context import Context
from analysis.wording import Change, changed, counted, in_words, listed, measured, p_value, sentence, spanned

if TYPE_CHECKING:
    import pandas as pd

EXTREMES = {
    "list_size": ("the fewest patients", "the most"),
    "imd": ("the least deprived patients", "the most deprived"),
    "gp_fte": ("the fewest GPs", "the most"),
}
CAUTION = (
    "This compares practices with one another at one time. It does not say what would happen to a practice that "
    "changed, because practices differ in much else."
)


def gradient_words(context: Context, name: str, question: Gradient) -> dict[str, str]:
    """The answer, its detail and its reading."""
    rows = pick(context.estimates, outcome=name, design="cross_section")
    main = "adjusted" if question.adjust else "unadjusted"
    step = "per_doubling" if question.log_exposure else "slope"
    row = sole(rows, term=step, specification=main)
    told = changed(row)
    size = context.cite(f"questions.{name}.size", _size(told), row)
    interval = context.cite(f"questions.{name}.interval", told.interval(), row)
    held = listed([measured(each.measure) for each in question.adjust]) if question.adjust else ""
    constant = f", with {held} held constant" if held else ""
    goes = f"{_step(question)} goes with {_worth(told, size, question)} ({spanned(told, interval, context.level)})"
    outcome, exposure = measured(question.outcome.measure), measured(question.exposure.measure)
    if told.clear:
        direction = "higher" if told.estimate > 0 else "lower"
        answer = f"Where {exposure} is higher, {outcome} is {direction}: {goes}{constant}."
    else:
        answer = f"Whether {outcome} differs with {exposure} is not clear: {goes}{constant}."
    parts = [_means(context, name, rows, question), _slopes(context, name, rows, question, held)]
    parts += [_curve(context, name, rows, question), _neighbours(context, name, rows, question)]
    return {
        "answer": answer,
        "detail": " ".join(part for part in parts if part),
        "reading": f"{against_claim(told, question.claim)}{CAUTION}",
    }


def against_claim(told: Change, claim: str | None) -> str:
    """The answer beside what somebody claimed; nothing where nobody claimed anything."""
    if claim is None:
        return ""
    if not told.clear:
        return "What was claimed is neither shown nor ruled out. "
    agrees = (told.estimate > 0) == (claim == "up")
    return "That is the direction that was claimed. " if agrees else "That is the opposite of what was claimed. "


def _size(told: Change) -> str:
    return told.size() if told.unit == " points" else f"{abs(told.estimate):.1f}%"


def _step(question: Gradient) -> str:
    exposure = measured(question.exposure.measure)
    return f"twice {exposure}" if question.log_exposure else f"every {question.step:g} more on {exposure}"


def _worth(told: Change, size: str, question: Gradient) -> str:
    if question.family == "count":
        return f"a rate that is {size} {'higher' if told.estimate > 0 else 'lower'}"
    return f"{size} {'more' if told.estimate > 0 else 'less'}"


def _level(question: Gradient, row: "pd.Series[Any]") -> str:
    return f"{row['estimate']:.0f} per 1,000" if question.family == "count" else f"{row['estimate']:.1f}%"


def _means(context: Context, name: str, rows: "pd.DataFrame", question: Gradient) -> str:
    means = [sole(rows, term="mean", subgroup=f"{at} of 4") for at in range(1, 5)]
    told = [
        context.cite(f"questions.{name}.quarter_{at}", _level(question, row), row)
        for at, row in enumerate(means, start=1)
    ]
    few, many = EXTREMES.get(question.exposure.measure, ("the lowest values", "the highest"))
    return (
        f"In the quarter of practices with {few} the mean is {told[0]}, in the next two quarters {told[1]} and "
        f"{told[2]}, and in the quarter with {many} {told[3]}."
    )


def _slopes(context: Context, name: str, rows: "pd.DataFrame", question: Gradient, held: str) -> str:
    parts = []
    if question.log_exposure:
        main = "adjusted" if question.adjust else "unadjusted"
        unit = "for each unit of the natural logarithm"
        parts.append(
            f"{sentence(unit)} the difference is {_told(context, name, sole(rows, term='slope', specification=main))}"
        )
    if held:
        row = sole(rows, term="slope", specification="unadjusted")
        parts.append(f"without holding {held} constant it is {_told(context, name, row)}")
    correlation = pick(rows, term="correlation")
    if len(correlation):
        row = sole(correlation)
        value = context.cite(f"questions.{name}.correlation", f"{row['estimate']:.2f}".replace("-", "−"), row)
        parts.append(f"the correlation is {value}")
    return f"{sentence('; '.join(parts))}." if parts else ""


def _curve(context: Context, name: str, rows: "pd.DataFrame", question: Gradient) -> str:
    """Whether a straight line tells it all; nothing where no curve was fitted."""
    tests = pick(rows, term="nonlinearity")
    if tests.empty:
        return ""
    row = sole(tests)
    told = context.cite(f"questions.{name}.nonlinearity", p_value(row["p_value"]), row)
    straight = "straight line over the logarithm" if question.log_exposure else "straight line"
    bends = "is not straight" if row["p_value"] < 1 - context.confidence else "is not clearly other than straight"
    knots = in_words(question.knots or 0)
    return f"A curve with {knots} knots in place of the {straight} {bends} ({told})."


def _told(context: Context, name: str, row: "pd.Series[Any]") -> str:
    told, key = changed(row), f"questions.{name}.{row['specification']}"
    value = context.cite(f"{key}.slope", told.signed(), row)
    return f"{value} ({context.cite(f'{key}.interval', told.interval(), row)})"


def _neighbours(context: Context, name: str, rows: "pd.DataFrame", question: Gradient) -> str:
    """What clustering does to the interval."""
    main = sole(rows, term="slope", specification="adjusted" if question.adjust else "unadjusted")
    alone = sole(rows, term="slope", specification="unclustered")
    practices = context.cite(f"questions.{name}.practices", counted(main["n_units"]), main)
    clusters = context.cite(f"questions.{name}.clusters", counted(main["n_clusters"]), main)
    interval = context.cite(f"questions.{name}.unclustered", changed(alone).interval(), alone)
    text = (
        f"The {practices} practices lie in {clusters} areas, which are allowed to differ. Had neighbours been taken as "
        f"unrelated, the interval of the slope would have run from {interval}"
    )
    scatter = pick(rows, term="dispersion")
    if scatter.empty:
        return f"{text}."
    row = sole(scatter)
    times = context.cite(f"questions.{name}.dispersion", f"{row['estimate']:.1f}", row)
    return f"{text}; the counts vary {times} times as much as chance alone would make them."
