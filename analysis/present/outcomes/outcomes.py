"""The words of one outcome: what was found, what it amounts to, and what stands beside it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from analysis.estimate.outcomes.event_study import REFERENCE
from analysis.estimate.outcomes.pre_trend import latest_before
from analysis.estimates import pick, verdict_row
from analysis.plan.pilots import ActivityOutcome, AnyOutcome, ContactOutcome, SurveyOutcome
from analysis.present.outcomes.readings import matters
from analysis.present.provenance.benchmark_words import Beside, beside_words
from analysis.present.provenance.context import Context, Outcomes
from analysis.present.provenance.not_estimated_words import missing_words, why
from analysis.wording import Change, changed, in_words, listed, p_value, sentence, signed

if TYPE_CHECKING:
    import pandas as pd

# Whom an item asks about, where it asks whether patients see the one that they prefer.
SEEN = {
    "see_preferred_gp": "their preferred GP",
    "see_preferred_professional": "the healthcare professional whom they prefer",
}
Citer = Callable[[str, str], str]
LEVEL = 0.05
# From this chance to notice a trend on, that a test noticed none says something.
STRONG = 0.8


def outcome_words(context: Context, name: str, outcome: AnyOutcome, benchmarks: "pd.DataFrame") -> dict[str, str]:
    """Everything the paper says of one outcome, by key."""
    row = effect_row(context, name)
    if row is None:
        return _missing(context, name, outcome, benchmarks)
    told = changed(row)
    cite = _citer(context, f"outcomes.{name}", row)
    words = {
        "label": outcome.label,
        "change": cite("change", told.signed()),
        "interval": cite("interval", told.interval()),
        "size": cite("size", told.size()),
        "found": found(told, cite, context.level),
        "baseline": _baseline(row, outcome, cite),
        "matters": matters(told, outcome.good_direction, outcome.smallest_change),
        "beside": beside_words(context.book, "outcomes", [Beside(name, outcome.label, told)], benchmarks),
    }
    if isinstance(outcome, ActivityOutcome):
        words |= {"events": _events(context, name, outcome), "pretrend": pre_trend(context, name)}
    return words | {"headline": headline(context, {name: words}), "waves": "", "once": ""}


def primary(outcomes: Outcomes) -> Outcomes:
    """The outcomes that the plan calls primary; all, where it calls none so."""
    return {name: each for name, each in outcomes.items() if each.primary} or outcomes


def groups(names: list[str]) -> list[list[str]]:
    """The outcomes that a headline each tells together: the first, those between, the last."""
    return [group for group in (names[:1], names[1:-1], names[1:][-1:]) if group]


def effect_row(context: Context, name: str) -> "pd.Series[Any] | None":
    """The row that says what happened to an outcome of the study; None where it could not be estimated."""
    return verdict_row(context.estimates, name, "difference_in_differences")


def _missing(context: Context, name: str, outcome: AnyOutcome, benchmarks: "pd.DataFrame") -> dict[str, str]:
    """The words of an outcome that could not be estimated; what was published of it still stands beside."""
    reason = why(context.unmade, name, "difference_in_differences")
    told = beside_words(context.book, "outcomes", [Beside(name, outcome.label, None)], benchmarks)
    return missing_words(outcome.label, reason, told, isinstance(outcome, ActivityOutcome))


def _citer(context: Context, prefix: str, row: "pd.Series[Any]") -> Citer:
    return lambda key, text: context.cite(f"{prefix}.{key}", text, row)


def found(told: Change, cite: Citer, level: str) -> str:
    """A verb phrase that says no more than the interval allows."""
    if not told.known:
        return f"changed by {cite('change', told.signed())}, {_chance(told, cite)}"
    by = " by randomisation inference" * told.few
    interval = f"{level} confidence interval{by} {cite('interval', told.interval())}"
    if not told.clear:
        return f"{told.verb()} ({cite('change', told.signed())}; {interval})"
    return f"{told.verb()} by {cite('size', told.size())} ({interval})"


def _chance(told: Change, cite: Citer) -> str:
    """What can be said of chance where there is no interval."""
    if not told.few:
        return "whose uncertainty is not known"
    if told.p_value != told.p_value:
        return "and from so few clusters it cannot be told whether that is more than chance"
    value = cite("p_value", p_value(told.p_value))
    if told.p_value < LEVEL:
        return f"more than chance alone would explain ({value} by randomisation inference; an interval cannot be told)"
    return f"which may be chance alone ({value} by randomisation inference; an interval cannot be told)"


def _baseline(row: "pd.Series[Any]", outcome: AnyOutcome, cite: Citer) -> str:
    if isinstance(outcome, SurveyOutcome):
        level = cite("baseline", f"{row['baseline']:.1f}%")
        if outcome.item in SEEN:
            who = SEEN[outcome.item]
            return f"Before the start, {level} of respondents in pilot practices said that they saw {who}."
        return f"Before the start, {outcome.label} stood at {level} in pilot practices."
    if isinstance(outcome, ContactOutcome):
        level = cite("baseline", f"{row['baseline']:.1f}%")
        return f"Before the start, {level} of a patient's contacts were with the clinician seen most often, on average."
    level = cite("baseline", f"{row['baseline']:.0f}")
    return f"Before the start, pilot practices had {level} {outcome.label} per 1,000 patients a year."


def _events(context: Context, name: str, outcome: ActivityOutcome) -> str:
    row = context.row(
        outcome=name, design="difference_in_differences", term="effect", specification="primary", subgroup="all",
        scale="difference",
    )  # fmt: skip
    assert row is not None
    count = context.cite(f"outcomes.{name}.events", f"{abs(row['estimate']):.1f}", row)
    more = "more" if row["estimate"] > 0 else "fewer"
    said = f"That is {count} {more} {outcome.label} per 1,000 patients a year than were to be expected"
    if row["ci_low"] != row["ci_low"]:
        return f"{said}."
    span = f"{signed(row['ci_low'])} to {signed(row['ci_high'])}"
    interval = context.cite(f"outcomes.{name}.events_interval", span, row)
    return f"{said} (interval {interval})."


def pre_trend(context: Context, name: str) -> str:
    """Whether the groups moved together before the start, and how much the test could have noticed."""
    row = context.row(outcome=name, design="event_study", term="pre_trend")
    if row is None:
        return why(context.unmade, name, "event_study")
    value = context.cite(f"outcomes.{name}.pretrend", p_value(row["p_value"]), row)
    power = context.row(outcome=name, design="event_study", term="pre_trend_power")
    slope = context.row(outcome=name, design="event_study", term="pre_trend_slope")
    tests = f"joint test of {tested(context.estimates, row)} {value}{_slope(context, name, slope)}"
    moved = row["p_value"] < LEVEL or (slope is not None and slope["p_value"] < LEVEL)
    if moved:
        said = (
            f"Before the start the two groups did not move quite together ({tests}), so part of the difference after "
            "it may have been under way already."
        )
    elif power is not None and power["estimate"] >= STRONG:
        said = f"Before the start the two groups moved together as far as the data can tell ({tests})."
    else:
        doubt = ", though such tests can miss a drift that matters" if power is None else ""
        said = f"Before the start no difference in how the two groups moved was found ({tests}){doubt}."
    return f"{said} {_power(context, name, power, silent=bool(row['p_value'] >= LEVEL))}".strip()


def tested(estimates: "pd.DataFrame", row: "pd.Series[Any]") -> str:
    """Which periods the joint test of a row is about: as many of the latest as the pilots' clusters bear."""
    which = {key: row[key] for key in ("outcome", "design", "specification")}
    before_and_after = pick(estimates, term="period", **which)
    periods = before_and_after["horizon"].astype(int)
    before = sorted(set(periods[periods < REFERENCE]))
    count = len(latest_before(before, REFERENCE, int(row.get("treated_clusters", 0))))
    if not before or count == len(before):
        return "the periods before the last one"
    latest = f"latest {in_words(count)}" if count > 1 else "latest"
    return f"the {latest} of {in_words(len(before))} periods before the last one"


def _slope(context: Context, name: str, row: "pd.Series[Any] | None") -> str:
    """The slope over all months before the start; empty where there is none."""
    if row is None:
        return ""
    told = changed(row)
    size, interval = (
        context.cite(f"outcomes.{name}.pretrend_{key}", text, row)
        for key, text in (("slope", told.signed()), ("slope_interval", told.interval()))
    )
    return f"; slope over all months before it {size} a year, interval {interval}"


def _power(context: Context, name: str, row: "pd.Series[Any] | None", *, silent: bool) -> str:
    """How likely the joint test was to notice a trend as large as the effect; empty where nobody worked it out."""
    if row is None:
        return ""
    chance = context.cite(f"outcomes.{name}.pretrend_power", f"{row['estimate']:.0%}", row)
    weak = ", so its silence says little" if row["estimate"] < STRONG else ", so its silence says something"
    return f"The joint test had a chance of {chance} to notice a trend that adds up to the effect{weak * silent}."


def headline(context: Context, words: dict[str, dict[str, str]]) -> str:
    """One sentence that can stand alone: what happened to these outcomes, and in simulated pilots where it was so."""
    said = listed([f"{each['label']} {each['found']}" for each in words.values()]) + "."
    rows = [effect_row(context, name) for name in words]
    simulated = any(row is not None and row["simulated"] for row in rows)
    return f"In the simulated pilots, {said}" if simulated else sentence(said)
