"""The words of trend, inequality and growth across practices."""

from typing import TYPE_CHECKING, Any

from analysis.estimates import pick, sole
from analysis.plan.practices import Growth, Inequality, Trend
from analysis.present.provenance.context import Context
from analysis.present.questions.gradient_words import against_claim
from analysis.wording import Change, changed, counted, listed, measured, plural, spanned

if TYPE_CHECKING:
    import pandas as pd

# What the low and the high end of a ranking are called.
ENDS = {"imd": ("least deprived", "most deprived")}


def ends(measure: str) -> tuple[str, str]:
    """The low and the high end of a ranking by a measure, in words."""
    return ENDS.get(measure, ("lowest", "highest"))


def trend_words(context: Context, name: str, question: Trend) -> dict[str, str]:
    """How a measure changed over the years, within practices."""
    rows = pick(context.estimates, outcome=name, design="trend")
    change, yearly = (sole(rows, term=term) for term in ("first_to_last", "per_year"))
    levels = pick(rows, term="mean").sort_values("horizon")
    told, outcome = changed(change), measured(question.outcome)
    first, last = (
        context.cite(f"questions.{name}.{key}", f"{row['estimate']:.1f}%", row)
        for key, row in (("first", levels.iloc[0]), ("last", levels.iloc[-1]))
    )
    size, span = _size(context, name, change)
    moved = f"by {size} ({span})" if told.clear else f"({size}; {span})"
    answer = f"Between {question.first} and {question.last} {outcome} {told.verb()} {moved}."
    detail = (
        f"It stood at {first} in {question.first} and at {last} in {question.last}, in "
        f"{_where(context, name, change)}. A straight line through the years gives "
        f"{_signed(context, name, 'per_year', yearly)} a year."
    )
    reading = (
        "The same practices are compared throughout, so that openings and closures do not move the mean. What moved "
        "it, a series of means does not tell."
    )
    return {"answer": answer, "detail": detail, "reading": f"{against_claim(told, question.claim)}{reading}"}


def inequality_words(context: Context, name: str, question: Inequality) -> dict[str, str]:
    """How far apart the practices of poor and of rich patients are."""
    rows = pick(context.estimates, outcome=name, design="inequality")
    index = sole(rows, term="slope_index")
    told, outcome, (low, high) = changed(index), measured(question.outcome.measure), ends(question.by.measure)
    size, span = _size(context, name, index)
    answer = (
        f"Between the {low} and the {high} end of the population {outcome} does not clearly differ ({size}; {span})."
    )
    if told.clear:
        direction = "higher" if told.estimate > 0 else "lower"
        answer = f"At the {high} end of the population {outcome} is {size} {direction} than at the {low} end ({span})."
    reading = (
        "Practices are ranked by where their patients live, and every patient counts the same. Patients of one "
        "practice differ as well, and that difference is not seen here."
    )
    detail = f"{_groups(context, name, rows, low, high)} {_relative(context, name, rows)}"
    return {"answer": answer, "detail": detail, "reading": f"{against_claim(told, question.claim)}{reading}"}


def _groups(context: Context, name: str, rows: "pd.DataFrame", low: str, high: str) -> str:
    means = pick(rows, term="mean").sort_values("subgroup", key=lambda values: values.str.split().str[0].astype(int))
    told = [
        context.cite(f"questions.{name}.group_{at}", f"{row['estimate']:.1f}%", row)
        for at, (_, row) in enumerate(means.iterrows(), start=1)
    ]
    gap = sole(rows, term="gap")
    return (
        f"From the {low} to the {high} group of patients the means are {listed(told)}, in "
        f"{_where(context, name, gap)}. The {high} group stands {_signed(context, name, 'gap', gap)} against the {low}."
    )


def _relative(context: Context, name: str, rows: "pd.DataFrame") -> str:
    row = sole(rows, term="relative_index")
    ratio = context.cite(f"questions.{name}.relative", f"{row['estimate']:.2f}", row)
    span = f"{row['ci_low']:.2f} to {row['ci_high']:.2f}"
    interval = context.cite(f"questions.{name}.relative_interval", span, row)
    return f"The relative index of inequality is {ratio} ({interval}), where one would be equality."


def _grew(told: Change, question: Growth) -> str:
    """What is known of how the measure moved."""
    outcome, years = measured(question.outcome), f"etween {question.first} and {question.last}"
    if not told.clear:
        return f"It is not clear whether {outcome} changed in another way b{years}"
    return f"B{years} {outcome} {'rose more or fell less' if told.estimate > 0 else 'fell more or rose less'}"


def growth_words(context: Context, name: str, question: Growth) -> dict[str, str]:
    """What happened to a measure where practices grew."""
    rows = pick(context.estimates, outcome=name, design="growth")
    slope, overall = sole(rows, term="per_tenth"), sole(rows, term="change", subgroup="all")
    told, (size, span) = changed(slope), _size(context, name, slope)
    more = f" {'more' if told.estimate > 0 else 'less'}" if told.clear else ""
    detail = (
        f"Over all practices the change was {_signed(context, name, 'overall', overall)}, in "
        f"{_where(context, name, slope)}. {_jump(context, name, rows, question)}"
    )
    reading = (
        "Practices that grow differ from those that do not, and a practice that takes over a neighbour also takes over "
        "its patients' experience. The comparison is of changes, so a lasting difference between practices does not "
        "disturb it."
    )
    return {
        "answer": f"{_grew(told, question)} where lists grew: a tenth more patients go with {size}{more} ({span}).",
        "detail": detail,
        "reading": f"{against_claim(told, question.claim)}{reading}",
    }


def _jump(context: Context, name: str, rows: "pd.DataFrame", question: Growth) -> str:
    difference = pick(rows, term="jump")
    limit = f"{100 * question.jump:g}%"
    if difference.empty:
        return f"Too few practices are known to have grown by more than {limit} within one year to be set apart."
    jumped, others = (sole(rows, term="change", subgroup=each) for each in ("jumped", "others"))
    count = context.cite(f"questions.{name}.jumped", counted(jumped["n_units"]), jumped)
    told = [_signed(context, name, key, row) for key, row in (("jumped_change", jumped), ("others_change", others))]
    apart = _signed(context, name, "jump", sole(difference))
    return (
        f"In the {count} {plural(jumped['n_units'], 'practice')} whose list grew by more than {limit} within one year "
        f"the change was {told[0]}, in the others {told[1]}: a difference of {apart}."
    )


def _size(context: Context, name: str, row: "pd.Series[Any]") -> tuple[str, str]:
    """The size of a difference, with its sign where its direction is not clear, and its interval."""
    told = changed(row)
    size = context.cite(f"questions.{name}.size", told.size() if told.clear else told.signed(), row)
    interval = context.cite(f"questions.{name}.interval", told.interval(), row)
    return size, spanned(told, interval, context.level)


def _signed(context: Context, name: str, key: str, row: "pd.Series[Any]") -> str:
    told: Change = changed(row)
    value = context.cite(f"questions.{name}.{key}", told.signed(), row)
    return f"{value} ({context.cite(f'questions.{name}.{key}_interval', told.interval(), row)})"


def _where(context: Context, name: str, row: "pd.Series[Any]") -> str:
    practices = context.cite(f"questions.{name}.practices", counted(row["n_units"]), row)
    clusters = context.cite(f"questions.{name}.clusters", counted(row["n_clusters"]), row)
    return f"{practices} {plural(row['n_units'], 'practice')} of {clusters} {plural(row['n_clusters'], 'area')}"
