"""The words of an experiment: what each arm used, and how that agrees with what was published."""

import math
from typing import TYPE_CHECKING, Any

from analysis.plan.experiment import Experiment
from analysis.present.provenance.address import Origin
from analysis.present.provenance.context import Context
from analysis.wording import changed, counted, in_words, plural, sentence, signed, spanned

if TYPE_CHECKING:
    import pandas as pd

Words = dict[str, Any]


def experiment_words(context: Context, plan: Experiment, beside: "pd.DataFrame") -> Words:
    """Everything the paper says of an experiment, by key.

    Parameters
    ----------
    context : Context
        The table of estimates and the book of numbers.
    plan : Experiment
        The plan of the experiment.
    beside : DataFrame
        What others published, as :mod:`analysis.prepare.experiment.arms` wrote it.
    """
    # The model of any outcome is of all persons.
    row = _row(
        context, outcome=next(iter(plan.outcomes)), term="arm_mean", subgroup=plan.reference, specification="primary"
    )
    words: Words = {
        "persons": context.cite("experiment.persons", counted(row["n_units"]), row),
        "person_years": context.cite("experiment.person_years", counted(row["n_obs"]), row),
    }
    for name in plan.outcomes:
        words[name] = {arm: _arm_words(context, plan, name, arm) for arm in plan.arms}
        told = [_agreement(context, plan, name, beside, study) for study in plan.beside]
        words[name]["beside"] = " ".join(each for each in told if each)
        words[name]["otherwise"] = _otherwise(context, plan, name)
    return words | (_specification_words(context, plan, beside) if plan.specification else {})


def experiment_headlines(context: Context, plan: Experiment) -> dict[str, str]:
    """A headline for each outcome, three at most: the leading arm against the reference."""
    lines = [_found(context, plan, name, plan.headline) for name in plan.outcomes]
    return dict(zip(("one", "two", "three"), lines, strict=False))


def mean_text(value: float) -> str:
    """A mean per person and year, with two decimals or, where it is small, with three."""
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def _row(context: Context, **where: str) -> "pd.Series[Any]":
    row = context.row(design="experiment", **where)
    assert row is not None  # every arm of the plan is estimated
    return row


def _arm_words(context: Context, plan: Experiment, name: str, arm: str) -> dict[str, str]:
    row = _row(context, outcome=name, term="arm_mean", subgroup=arm, specification="primary")
    words = {"mean": context.cite(f"experiment.{name}.{arm}.mean", mean_text(row["estimate"]), row)}
    if arm == plan.reference:
        return words
    adjusted = context.row(outcome=name, term="arm_effect", subgroup=arm, specification="adjusted")
    if adjusted is not None:
        words["adjusted"] = context.cite(f"experiment.{name}.{arm}.adjusted", changed(adjusted).signed(), adjusted)
    return words | {"found": _found(context, plan, name, arm)}


def _otherwise(context: Context, plan: Experiment, name: str) -> str:
    """What the leading arm comes to under the other reading of the arm column; empty where there is none."""
    if plan.other_reading is None:
        return ""
    count, arm = in_words(len(plan.other_reading.values)), plan.arms[plan.other_reading.arm].label
    found = _found(context, plan, name, plan.headline, "other_reading")
    return f"If the {count} plans in doubt are counted under {arm}, {found[:1].lower()}{found[1:]}"


def _found(context: Context, plan: Experiment, name: str, arm: str, specification: str = "primary") -> str:
    """One sentence on one arm that says no more than the interval allows."""
    row = _row(context, outcome=name, term="arm_effect", subgroup=arm, specification=specification)
    told, label = changed(row), plan.outcomes[name].label
    key = f"experiment.{name}.{arm}{f'.{specification}' * (specification != 'primary')}"
    place, usual = sentence(f"under {plan.arms[arm].label}"), plan.arms[plan.reference].label
    interval = spanned(told, context.cite(f"{key}.interval", told.interval(), row), context.level)
    if not told.clear:
        change = context.cite(f"{key}.change", told.signed(), row)
        return f"{place}, {label} did not clearly differ from those under {usual} ({change}; {interval})."
    size = context.cite(f"{key}.size", told.size(), row)
    more = "more" if told.estimate > 0 else "fewer"
    return f"{place} there were {size} {more} {label} than under {usual} ({interval})."


def _agreement(context: Context, plan: Experiment, name: str, beside: "pd.DataFrame", study: str) -> str:
    """How far one study's published means of an outcome lie from ours, and the ratio of the leading arm."""
    rows = beside[(beside["outcome"] == name) & (beside["study"] == study)].set_index("subgroup")
    if rows.empty:
        return ""
    origin = Origin(
        f"evaluations.csv: study={study}, outcome={name}", "analysis.prepare.experiment.arms", rows["data"].iloc[0]
    )
    where = {"outcome": name, "term": "arm_mean", "specification": "primary"}
    ours = {arm: _row(context, subgroup=arm, **where)["estimate"] for arm in rows.index}
    most = max(abs(ours[arm] - value) for arm, value in rows["value"].items())
    key = f"experiment.{name}.{study}"
    far = context.book.cite(f"{key}.most", apart(most, float(rows["value"].max())), origin)
    told = (
        f"The {in_words(len(rows))} {plural(len(rows), 'mean')} of {plan.outcomes[name].label} from "
        f"{plan.beside[study]} {plural(len(rows), 'differs', 'differ')} from ours by {far}."
    )
    if plan.headline not in rows.index or rows["ratio"].isna()[plan.headline]:
        return told
    row = _row(context, outcome=name, term="arm_effect", subgroup=plan.headline, specification="primary")
    theirs = context.book.cite(f"{key}.ratio", signed(100 * (rows["ratio"][plan.headline] - 1), "%"), origin)
    ours_told = context.cite(f"{key}.ours", changed(row).signed(), row)
    return f"{told} Their means put the change under {plan.arms[plan.headline].label} at {theirs}; ours is {ours_told}."


def apart(most: float, largest: float) -> str:
    """The largest difference, with the decimals of :func:`mean_text`: ``0.11 or less``, ``less than 0.01``."""
    decimals = 2 if largest >= 1 else 3
    unit = 10.0**-decimals
    return f"less than {unit:g}" if most < unit else f"{math.ceil(most / unit - 1e-9) * unit:.{decimals}f} or less"


def _specification_words(context: Context, plan: Experiment, beside: "pd.DataFrame") -> dict[str, str]:
    """How the published model compares, and how much wider honest standard errors are."""
    assert plan.specification is not None
    outcome, first = plan.specification.outcome, plan.specification.covariates[0]
    table = beside[beside["outcome"] == outcome].set_index("subgroup")
    if table.empty:
        return {}
    published = table["value"]
    rows = {term: _row(context, outcome=outcome, subgroup=term, specification="published") for term in published.index}
    most = max(abs(rows[term]["estimate"] - value) for term, value in published.items())
    plain = _row(context, outcome=outcome, subgroup=first, specification="published")
    wide = _row(context, outcome=outcome, subgroup=first, specification="published_clustered")
    times = f"{wide['std_error'] / plain['std_error']:.1f}"
    origin = Origin(
        f"evaluations.csv: study={table['study'].iloc[0]}", "analysis.prepare.experiment.arms", table["data"].iloc[0]
    )
    return {
        "terms": context.book.cite("experiment.terms", str(len(rows)), origin),
        "decimals": context.cite("experiment.decimals", str(int(-math.log10(2 * max(most, 1e-9)))), plain),
        "times": context.cite("experiment.times", times, wide),
    }
