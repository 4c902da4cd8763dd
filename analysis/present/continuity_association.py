"""Admissions by continuity, and how much of a change could run through it: two tables."""

from typing import TYPE_CHECKING, Any

from analysis.estimates import pick
from analysis.plan.continuity import AdmissionsByContinuity, Continuity
from analysis.present.continuity_tables import DASH, beside_cell, effect_cell, empty_table, first, span_cell
from analysis.present.markdown import Table
from analysis.present.survival import size
from analysis.wording import change, changed, sentence, signed

if TYPE_CHECKING:
    import pandas as pd

ADMISSIONS = {"acsc": "ambulatory-care-sensitive admissions", "emergency": "emergency admissions"}
ASSUMPTIONS = {
    "list_level_at_most": "continuity does at most what the list-level association says",
    "patient_level_at_most": "continuity does at most what the patient-level association says",
    "any_sign": "the same, and it may also do harm",
}
# By specification: what a line says, whose result stands beside it, and which it is of those with a truth.
STEPS = {
    "patient_level_unadjusted": ("own contacts, nothing held constant", (), ""),
    "patient_level": ("own contacts", ("patient_level", "observed"), "patient_level"),
    "heavy_users": ("own contacts, patients {who}", (), ""),
    "list_level": ("contacts of the GP's other patients", ("list_level",), "list_level"),
    "list_level_corrected": ("the same, corrected for chance in a list's mean", (), "list_level"),
}
BOTH = {"per_step": "both in one model: own contacts", "per_step_of_list": "both in one model: the GP's other patients"}
# A line of the table of admissions: its name, its row, the published results beside it, and its truth.
Line = tuple[str, "pd.Series[Any] | None", tuple[str, ...], str]


def admissions_table(estimates: "pd.DataFrame", benchmarks: "pd.DataFrame", asked: Continuity) -> Table:
    """Admissions by continuity: the patient's own, that of the GP's other patients, and both together.

    Parameters
    ----------
    estimates, benchmarks : DataFrame
        The table of estimates; truth and published values.
    asked : Continuity
        What is asked of continuity.
    """
    name = "continuity-admissions"
    rows = pick(estimates, design="continuity_admissions")
    if asked.admissions is None or rows.empty:
        return empty_table(name, "Whether admissions go with continuity was not estimated. An annex says why.")
    ratios = pick(rows, scale="ratio")
    lines = [*_steps(ratios), *_bands(ratios, asked.admissions)]
    columns = {
        "Continuity": [label for label, *_ in lines],
        "Admissions": [effect_cell(row) for _, row, *_ in lines],
        "Interval": [span_cell(row) for _, row, *_ in lines],
    }
    if (benchmarks["source"] == "published").any():
        columns["Published"] = [_published(benchmarks, results) for _, _, results, _ in lines]
    if (benchmarks["source"] == "truth").any():
        columns["Truth"] = [beside_cell(benchmarks, truth, "truth") for *_, truth in lines]
    widths = (32, 12, 18, 28, 10)[: len(columns)]
    return Table(
        name, _caption(rows, asked.admissions, known="Truth" in columns), columns, bool(rows["simulated"].any()), widths
    )


def _steps(rows: "pd.DataFrame") -> list[Line]:
    per_step = pick(rows, term="per_step")
    lines = [
        (label.format(who=_who(row)), row, results, truth)
        for key, (label, results, truth) in STEPS.items()
        for row in [first(pick(per_step, specification=key))]
    ]
    both = pick(rows, specification="both_levels")
    return [*lines, *((label, first(pick(both, term=term)), (), "") for term, label in BOTH.items())]


def _who(row: "pd.Series[Any] | None") -> str:
    """Which patients a row is about: the end of its population, ``with at least 18 contacts``."""
    return "with many of them" if row is None else f"with {row['population'].rpartition(' with ')[2]}"


def _bands(rows: "pd.DataFrame", plan: AdmissionsByContinuity) -> list[Line]:
    low, high = plan.bands
    names = {
        "medium_against_low": f"own contacts, {low:g} to {high:g} against less than {low:g}",
        "high_against_low": f"own contacts, {high:g} or more against less than {low:g}",
    }
    return [(label, first(pick(rows, term=term)), (), "") for term, label in names.items()]


def _published(benchmarks: "pd.DataFrame", results: tuple[str, ...]) -> str:
    """Published values with the place that they are about."""
    rows = [first(pick(benchmarks, outcome=result, source="published")) for result in results]
    told = [f"{effect_text(row)} ({row['programme']})" for row in rows if row is not None]
    return "; ".join(told) or DASH


def effect_text(row: "pd.Series[Any]") -> str:
    """A published value as a change."""
    return change(row["scale"], *[row["value"]] * 3).signed()


def _whole(rows: "pd.DataFrame") -> str:
    """Whom the models are about, unless a line says otherwise."""
    others = rows[rows["specification"] != "heavy_users"]
    return str((rows if others.empty else others)["population"].iloc[0])


def _caption(rows: "pd.DataFrame", plan: AdmissionsByContinuity, *, known: bool) -> str:
    alpha = first(pick(rows, term="alpha"))
    varied = "" if alpha is None else f" Admissions vary more than by chance alone (alpha {alpha['estimate']:.2f})."
    truth = f" The truth is what {plan.step:g} more of the chance to see the own GP does." if known else ""
    return (
        f"{sentence(ADMISSIONS[plan.measure])} of {_whole(rows)}, by the share of contacts with one GP: "
        f"change in admissions for {plan.step:g} more of it, or between bands. Age, sex, deprivation, conditions and "
        f"the number of contacts are held constant where nothing else is said.{varied}{truth}"
    )


def mediation_table(estimates: "pd.DataFrame", benchmarks: "pd.DataFrame", asked: Continuity) -> Table:
    """The bounds of what runs through continuity, by assumption, beside the pilots' whole effect.

    Parameters
    ----------
    estimates, benchmarks : DataFrame
        The table of estimates; truth and published values.
    asked : Continuity
        What is asked of continuity.
    """
    name = "continuity-mediation"
    rows = pick(estimates, design="mediation")
    if asked.mediation is None or rows.empty:
        return empty_table(name, "How much could run through continuity was not estimated. An annex says why.")
    bounded = [key for key in ASSUMPTIONS if key in set(rows["specification"])]
    total = pick(rows, term="total")
    named = [*(ASSUMPTIONS[key] for key in bounded), *["the pilots' whole effect"] * (not total.empty)]
    columns = {"Assumption": named}
    for head, scale in {"Admissions": "ratio", "Per 1,000 patients a year": "difference"}.items():
        columns[head] = [*(_bounds(rows, key, scale) for key in bounded), *_total(total, scale)]
    truth = beside_cell(benchmarks, "mediated", "truth")
    known = f" In the simulation, {truth} ran through continuity." if truth != DASH else ""
    caption = (
        "How much of the pilots' effect on admissions could run through continuity: lowest and highest value under "
        f"each assumption, with the uncertainty of what it is made from. These are bounds and no estimates.{known}"
    )
    return Table(name, caption, columns, bool(rows["simulated"].any()), (52, 24, 24))


def _bounds(rows: "pd.DataFrame", assumption: str, scale: str) -> str:
    part = pick(rows, specification=assumption, scale=scale)
    low, high = first(pick(part, term="bound_low")), first(pick(part, term="bound_high"))
    return DASH if low is None or high is None else f"{_value(low)} to {_value(high)}"


def _total(rows: "pd.DataFrame", scale: str) -> list[str]:
    row = first(pick(rows, scale=scale))
    if rows.empty:
        return []
    return [DASH if row is None else size(row).replace(" per 1,000 a year", "")]


def _value(row: "pd.Series[Any]") -> str:
    return signed(row["estimate"]) if row["scale"] == "difference" else changed(row).signed()
