"""The pilots' effect on continuity by index, weight, model and strata, and what each minimum of contacts drops."""

from typing import TYPE_CHECKING, Any

from analysis.disclosure import protected, rounded
from analysis.estimates import one, pick
from analysis.plan.continuity import INDICES, ContactRules, Continuity
from analysis.plan.pilots import ContactOutcome
from analysis.present.look.markdown import Table
from analysis.wording import change, changed, number_of

if TYPE_CHECKING:
    import pandas as pd

DASH = "–"
WEIGHTS = {
    "weighted_by_contacts": "patients weighted by contacts",
    "unweighted": "practices weighted equally",
}
MODELS = {"fractional_logit": "fractional logit, average effect"}
COMPOSITION = {
    "adjusted_for_contacts": "adjusted for the number of contacts",
    "same_contacts": "numbers of contacts as before the start",
}
MONTHS = {
    "usual_by_month": "contacts with the usual clinician, by month",
    "registered_by_month": "contacts with the registered GP, by month",
}
# The results whose truth a simulation tells, by specification.
TRUTHS = {"index_upc": "usual_provider", "index_slicc": "registered_gp", "registered_by_month": "registered_gp"}
# What a line of the table says: its name, its row where there is one, and the result that has a truth.
Line = tuple[str, "pd.Series[Any] | None", str]


def empty_table(name: str, why: str) -> Table:
    """The table that stands where nothing could be told, and says why, so that the text has something to refer to."""
    return Table(name, why, {"Result": ["not estimated"]})


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
    asked: Continuity,
    rules: ContactRules,
    outcome: ContactOutcome,
) -> Table:
    """The effect in every way that it was told.

    Parameters
    ----------
    estimates, benchmarks : DataFrame
        The table of estimates; truth and published values.
    asked : Continuity
        What is asked of continuity.
    rules : ContactRules
        Which contacts count.
    outcome : ContactOutcome
        The outcome that the chapter is about.
    """
    name = "continuity-indices"
    sections = _sections(estimates, asked, rules, outcome)
    lines = [line for part in sections.values() for line in part]
    found = [row for _, row, _ in lines if row is not None]
    if not found:
        return empty_table(name, "The effect on continuity could not be estimated. An annex says why.")
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
    simulated = any(bool(row["simulated"]) for row in found)
    return Table(name, _caption(benchmarks, outcome), columns, simulated, (46, 12, 12, 18, 12)[: len(columns)])


def _caption(benchmarks: "pd.DataFrame", outcome: ContactOutcome) -> str:
    truth = (
        " The truth of an index is that of its mean over all patients counted, so it stands by no stratum and no other "
        "weights; that of the survey is in what patients answer."
    )
    return (
        f"The pilots' effect on continuity, told in several ways, in percentage points unless marked %. Where nothing "
        f"else is said, the index is {INDICES[outcome.index]}. Indices have different scales: compare their signs and "
        f"intervals, not their sizes. A dash stands where there is nothing to tell."
        f"{truth * bool((benchmarks['source'] == 'truth').any())}"
    )


def _sections(
    estimates: "pd.DataFrame", asked: Continuity, rules: ContactRules, outcome: ContactOutcome
) -> dict[str, list[Line]]:
    effects = pick(estimates, design="difference_in_differences", term="effect")
    own = pick(effects, outcome=asked.outcome)
    others = [each for each in asked.indices if each != outcome.index]
    truth = TRUTHS.get(f"index_{outcome.index}", "")
    minima = [each for each in rules.fewest_shown if each != rules.fewest]
    number = one(estimates, design="contacts_per_patient", term="effect")
    sections: dict[str, list[Line]] = {
        "As in the plan": [("patients weighted equally", one(own, specification="primary"), truth)],
        "By weight": _named(own, WEIGHTS),
        "By fewest contacts": [
            (f"{each} contacts or more", one(own, specification=f"fewest_{each}"), "") for each in minima
        ],
        "By model": [(label, one(own, specification=key), truth) for key, label in MODELS.items()],
        "With contacts held equal": _named(own, COMPOSITION),
        "By number of contacts": _strata(own),
        "By index": [_index(own, each) for each in others],
        "By month": _named(own, MONTHS),
        "As patients tell of it": _survey(effects),
        "Whether the index can be compared": [("contacts per patient, in number and in %", number, "")],
    }
    return {head: lines for head, lines in sections.items() if lines}


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


def _named(rows: "pd.DataFrame", names: dict[str, str]) -> list[Line]:
    return [(label, one(rows, specification=key), TRUTHS.get(key, "")) for key, label in names.items()]


def _index(rows: "pd.DataFrame", index: str) -> Line:
    key = f"index_{index}"
    return INDICES[index], one(rows, specification=key), TRUTHS.get(key, "")


def _before(row: "pd.Series[Any] | None") -> str:
    return DASH if row is None or row["baseline"] != row["baseline"] else f"{row['baseline']:.1f}"


def fewest_table(
    estimates: "pd.DataFrame", dropped: "pd.DataFrame", asked: Continuity, rules: ContactRules, simulated: bool
) -> Table:
    """What each minimum of contacts drops, and the effect under it.

    Parameters
    ----------
    estimates : DataFrame
        The table of estimates.
    dropped : DataFrame
        By minimum, the patients kept and dropped, a patient once in each window, and the shares.
    asked : Continuity
        What is asked of continuity.
    rules : ContactRules
        Which contacts count.
    simulated : bool
        Whether the patients are simulated.
    """
    name = "continuity-fewest"
    if dropped.empty:
        return empty_table(name, "What a minimum of contacts drops could not be counted: no patient has contacts.")
    rows = dropped.sort_values("fewest").to_dict("records")
    specifications = ["primary" if row["fewest"] == rules.fewest else f"fewest_{row['fewest']}" for row in rows]
    own = pick(estimates, outcome=asked.outcome, design="difference_in_differences", term="effect")
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
    caption = (
        f"What each minimum of contacts in a window of {number_of(rules.window_months, 'month')} drops, and the "
        f"pilots' effect under it; the plan asks for {rules.fewest}. A patient counts once in each window. Counts of "
        "people are rounded to the nearest five and hidden up to seven."
    )
    return Table(name, caption, columns, simulated, (11, 14, 14, 14, 14, 14, 19))


def _share(row: dict[Any, Any], key: str) -> str:
    """A share in per cent; hidden where the count behind it is."""
    hidden = rounded(row["dropped"]) is None or row[key] != row[key]
    return "*" if hidden else f"{100 * row[key]:.1f}%"
