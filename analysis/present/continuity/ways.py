"""The pilots' effect on continuity by index, weight, model and strata, and what each minimum of contacts drops."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.disclosure import protected, rounded
from analysis.estimates import one, pick
from analysis.plan.continuity import ContactRules, Continuity
from analysis.plan.pilots import ContactOutcome
from analysis.present.continuity.captions import Captions
from analysis.present.look.markdown import Table
from analysis.wording import change, changed

if TYPE_CHECKING:
    import pandas as pd

DASH = "–"
# By section of the table, the specifications that it holds.
WEIGHTS = ("weighted_by_contacts", "unweighted")
MODELS = ("fractional_logit",)
COMPOSITION = ("adjusted_for_contacts", "same_contacts")
MONTHS = ("usual_by_month", "registered_by_month")
# The results whose truth a simulation tells, by specification.
TRUTHS = {"index_upc": "usual_provider", "index_slicc": "registered_gp", "registered_by_month": "registered_gp"}
# What a line of the table says: its name, its row where there is one, and the result that has a truth.
Line = tuple[str, "pd.Series[Any] | None", str]


@dataclass(frozen=True)
class Indices:
    """What the caption of the effects says: the index of the plan, and whether truths stand beside."""

    index: str
    truths: bool


@dataclass(frozen=True)
class Fewest:
    """What the caption of the minima says: months of a window, and the minimum of the plan."""

    window_months: int
    fewest: int


def effect_cell(row: "pd.Series[Any] | None") -> str:
    """An effect; points without their unit, a ratio in per cent; a dash where nothing was estimated."""
    return DASH if row is None else changed(row).signed().removesuffix(" points")


def span_cell(row: "pd.Series[Any] | None") -> str:
    """Its interval; a dash where there is none."""
    if row is None or row["ci_low"] != row["ci_low"]:
        return DASH
    return changed(row).interval().removesuffix(" points")


def beside_cell(benchmarks: "pd.DataFrame", result: str, source: str) -> str:
    """The truth or the published value of a result; a dash where there is none."""
    row = one(benchmarks, outcome=result, source=source)
    return DASH if row is None else value_text(row).removesuffix(" points")


def value_text(row: "pd.Series[Any]") -> str:
    """A truth or a published value as a change."""
    return change(row["scale"], *[row["value"]] * 3).signed()


def indices_table(
    estimates: "pd.DataFrame",
    benchmarks: "pd.DataFrame",
    plan: Continuity,
    rules: ContactRules,
    outcome: ContactOutcome,
    words: Captions,
) -> Table:
    """The effect in every way that it was told.

    Parameters
    ----------
    estimates, benchmarks : DataFrame
        The table of estimates; truth and published values.
    plan : Continuity
        What is asked of continuity.
    rules : ContactRules
        Which contacts count.
    outcome : ContactOutcome
        The outcome that the chapter is about.
    words : Captions
        The library of phrases.
    """
    name = "continuity-indices"
    sections = _sections(estimates, plan, rules, outcome, words)
    lines = [line for part in sections.values() for line in part]
    estimated = [row for _, row, _ in lines if row is not None]
    if not estimated:
        return words.empty(name, "tables/no-indices")
    blank: Line = ("", None, "")
    flat = [line for head, part in sections.items() for line in ((f"*{head}*", *blank[1:]), *part)]
    heads = {f"*{head}*" for head in sections}
    columns = {
        "Told by": [label for label, _, _ in flat],
        "Pilots before": ["" if label in heads else _before(row) for label, row, _ in flat],
        "Effect": ["" if label in heads else effect_cell(row) for label, row, _ in flat],
        "Interval": ["" if label in heads else span_cell(row) for label, row, _ in flat],
    }
    if (benchmarks["source"] == "truth").any():
        columns["Truth"] = [
            "" if label in heads else beside_cell(benchmarks, result, "truth") for label, _, result in flat
        ]
    simulated = any(bool(row["simulated"]) for row in estimated)
    caption = words.caption(Indices(outcome.index, "Truth" in columns), "tables", "indices")
    return Table(name, caption, columns, simulated, (46, 12, 12, 18, 12)[: len(columns)])


def _sections(
    estimates: "pd.DataFrame", plan: Continuity, rules: ContactRules, outcome: ContactOutcome, words: Captions
) -> dict[str, list[Line]]:
    effects = pick(estimates, design="difference_in_differences", term="effect")
    own = pick(effects, outcome=plan.outcome)
    others = [each for each in plan.indices if each != outcome.index]
    truth = TRUTHS.get(f"index_{outcome.index}", "")
    minima = [each for each in rules.fewest_shown if each != rules.fewest]
    number = one(estimates, design="contacts_per_patient", term="effect")
    sections: dict[str, list[Line]] = {
        "plan": [(words.phrase("primary", "told_by"), one(own, specification="primary"), truth)],
        "weight": _named(own, WEIGHTS, words),
        "fewest": [(f"{each} contacts or more", one(own, specification=f"fewest_{each}"), "") for each in minima],
        "model": [(words.phrase(key, "told_by"), one(own, specification=key), truth) for key in MODELS],
        "equal": _named(own, COMPOSITION, words),
        "contacts": _strata(own),
        "index": [_index(own, each, words) for each in others],
        "month": _named(own, MONTHS, words),
        "survey": _survey(effects),
        "number": [(words.phrase("contacts_per_patient", "told_by"), number, "")],
    }
    return {words.phrase(head, "section_of_ways"): lines for head, lines in sections.items() if lines}


def _strata(own: "pd.DataFrame") -> list[Line]:
    """By number of contacts, from few to many."""
    rows = pick(own, specification="by_contacts")
    rows = rows.assign(begin=rows["subgroup"].str.split().str[0].astype(int)).sort_values("begin")
    return [(row["subgroup"], row, "") for _, row in rows.iterrows()]


def _survey(effects: "pd.DataFrame") -> list[Line]:
    """Each survey share by the model of its answers."""
    return [
        (f"survey, {row['outcome'].replace('_', ' ')}: answers weighted as a binomial", row, f"survey_{row['outcome']}")
        for _, row in pick(effects, specification="binomial_weights").iterrows()
    ]


def _named(rows: "pd.DataFrame", names: tuple[str, ...], words: Captions) -> list[Line]:
    return [(words.phrase(key, "told_by"), one(rows, specification=key), TRUTHS.get(key, "")) for key in names]


def _index(rows: "pd.DataFrame", index: str, words: Captions) -> Line:
    key = f"index_{index}"
    return words.phrase(index, "index_name"), one(rows, specification=key), TRUTHS.get(key, "")


def _before(row: "pd.Series[Any] | None") -> str:
    return DASH if row is None or row["baseline"] != row["baseline"] else f"{row['baseline']:.1f}"


def fewest_table(
    estimates: "pd.DataFrame",
    dropped: "pd.DataFrame",
    plan: Continuity,
    rules: ContactRules,
    words: Captions,
    *,
    simulated: bool,
) -> Table:
    """What each minimum of contacts drops, and the effect under it.

    Parameters
    ----------
    estimates : DataFrame
        The table of estimates.
    dropped : DataFrame
        By minimum, the patients kept and dropped, a patient once in each window, and the shares.
    plan : Continuity
        What is asked of continuity.
    rules : ContactRules
        Which contacts count.
    words : Captions
        The library of phrases.
    simulated : bool
        Whether the patients are simulated.
    """
    name = "continuity-fewest"
    if dropped.empty:
        return words.empty(name, "tables/no-fewest")
    rows = dropped.sort_values("fewest").to_dict("records")
    specifications = ["primary" if row["fewest"] == rules.fewest else f"fewest_{row['fewest']}" for row in rows]
    own = pick(estimates, outcome=plan.outcome, design="difference_in_differences", term="effect")
    effects = [one(own, specification=each) for each in specifications]
    columns = {
        "Fewest contacts": [f"{row['fewest']}" for row in rows],
        "Patients kept": [protected(row["kept"]) for row in rows],
        "Patients dropped": [protected(row["dropped"]) for row in rows],
        "Share of patients": [_share(row, "share_patients_dropped") for row in rows],
        "Share of contacts": [_share(row, "share_contacts_dropped") for row in rows],
        "Effect, points": [effect_cell(row) for row in effects],
        "Interval": [span_cell(row) for row in effects],
    }
    caption = words.say(Fewest(rules.window_months, rules.fewest), "tables/fewest")
    return Table(name, caption, columns, simulated, (11, 14, 14, 14, 14, 14, 19))


def _share(row: dict[Any, Any], key: str) -> str:
    """A share in per cent; hidden where the count behind it is."""
    hidden = rounded(row["dropped"]) is None or row[key] != row[key]
    return "*" if hidden else f"{100 * row[key]:.1f}%"
