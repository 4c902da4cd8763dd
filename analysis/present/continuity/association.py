"""Admissions by continuity, and how much of a change could run through it: two tables."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analysis.estimates import one, pick
from analysis.plan.continuity import AdmissionsByContinuity, Continuity
from analysis.present.continuity.ways import (
    DASH,
    beside_cell,
    effect_cell,
    empty_table,
    span_cell,
    value_text,
)
from analysis.present.look.markdown import Table
from analysis.present.provenance.benchmark_words import SAME, SAME_SAID, circular
from analysis.wording import change, changed, sentence, signed

if TYPE_CHECKING:
    import pandas as pd

ADMISSIONS = {"acsc": "ambulatory-care-sensitive admissions", "emergency": "emergency admissions"}
ASSUMPTIONS = {
    "list_level_at_most": "continuity does between nothing and what the estimate by list says",
    "list_level_corrected_at_most": "the same, by list and corrected for chance",
    "patient_level_at_most": "the same, by patient, which probably overstates",
    "any_sign": "it spares admissions or adds to them, as far as the interval of the corrected estimate goes",
    "published_list_level_at_most": "continuity does between nothing and what was published by list",
    "published_patient_level_at_most": "the same, as published by patient, which probably overstates",
}
# By specification: what a line says, whose result stands beside it, and which it is of those with a truth.
STEPS = {
    "patient_level_unadjusted": ("own contacts, nothing held constant", (), ""),
    "patient_level": ("own contacts", ("patient_level", "observed"), "patient_level"),
    "patient_level_comparison": ("own contacts, comparison practices only", (), "patient_level"),
    "heavy_users": ("own contacts, patients {who}", (), ""),
    "list_level": ("contacts of the GP's other patients", ("list_level",), "list_level"),
    "list_level_corrected": ("the same, corrected for chance in a list's mean", (), "list_level"),
    "list_level_comparison": ("contacts of the GP's other patients, comparison practices only", (), "list_level"),
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
    same = any(circular(benchmarks, result) for _, _, results, _ in lines for result in results)
    caption = _caption(rows, asked.admissions, known="Truth" in columns, same=same)
    return Table(name, caption, columns, bool(rows["simulated"].any()), widths)


def _steps(rows: "pd.DataFrame") -> list[Line]:
    per_step = pick(rows, term="per_step")
    lines = [
        (label.format(who=_who(row)), row, results, truth)
        for key, (label, results, truth) in STEPS.items()
        for row in [one(per_step, specification=key)]
    ]
    both = pick(rows, specification="both_levels")
    return [*lines, *((label, one(both, term=term), (), "") for term, label in BOTH.items())]


def _who(row: "pd.Series[Any] | None") -> str:
    """Which patients a row is about: the end of its population, ``with at least 18 contacts``."""
    return "with many of them" if row is None else f"with {row['population'].rpartition(' with ')[2]}"


def _bands(rows: "pd.DataFrame", plan: AdmissionsByContinuity) -> list[Line]:
    low, high = plan.bands
    names = {
        "medium_against_low": f"own contacts, {low:g} to {high:g} against less than {low:g}",
        "high_against_low": f"own contacts, {high:g} or more against less than {low:g}",
    }
    return [(label, one(rows, term=term), (), "") for term, label in names.items()]


def _published(benchmarks: "pd.DataFrame", results: tuple[str, ...]) -> str:
    """Published values with the place that they are about."""
    rows = [one(benchmarks, outcome=result, source="published") for result in results]
    told = [
        f"{value_text(row)}{SAME * circular(benchmarks, row['outcome'])} ({row['programme']})"
        for row in rows
        if row is not None
    ]
    return "; ".join(told) or DASH


def _whole(rows: "pd.DataFrame") -> str:
    """Whom the models are about, unless a line says otherwise."""
    others = rows[~rows["specification"].isin(["heavy_users", "patient_level_comparison", "list_level_comparison"])]
    return str((rows if others.empty else others)["population"].iloc[0])


def _caption(rows: "pd.DataFrame", plan: AdmissionsByContinuity, *, known: bool, same: bool) -> str:
    alpha = one(rows, term="alpha")
    told = "Admissions vary more than by chance alone: the dispersion alpha is"
    varied = "" if alpha is None else f" {told} {alpha['estimate']:.2f}, where chance alone gives nought."
    step = f"{plan.step:g} more"
    truth = f" The truth is what {step} of the chance to see the own GP does; {step} of UPC stands for a larger step."
    truth = f"{truth}{SAME_SAID * same}" if known else ""
    return (
        f"{sentence(ADMISSIONS[plan.measure])} of {_whole(rows)}, by the share of contacts with one GP: "
        f"change in admissions for {plan.step:g} more of it, or between bands. Age, sex, deprivation, conditions, the "
        f"number of contacts and pilot status are held constant where nothing else is said.{varied}{truth}"
    )


def mediation_table(estimates: "pd.DataFrame", benchmarks: "pd.DataFrame", asked: Continuity) -> Table:
    """The bounds of what runs through continuity, by assumption, beside the pilots' whole effect."""
    name = "continuity-mediation"
    rows = pick(estimates, design="mediation")
    if asked.mediation is None or rows.empty:
        return empty_table(name, "How much could run through continuity was not estimated. An annex says why.")
    bounded = [key for key in ASSUMPTIONS if key in set(rows["specification"])]
    lines = {**{ASSUMPTIONS[key]: _bounds(rows, key) for key in bounded}, **_total(pick(rows, term="total"))}
    heads = ("Admissions", "With uncertainty", "Per 1,000 patients a year")
    columns = {head: [line[at] for line in lines.values()] for at, head in enumerate(heads)}
    truth = beside_cell(benchmarks, "mediated", "truth")
    known = f" In the simulation, {truth} ran through continuity." if truth != DASH else ""
    caption = (
        "How much of the pilots' effect on admissions could run through continuity: lowest and highest value under "
        "each assumption, and how far they reach with the uncertainty of what they are made from. These are bounds and "
        f"no estimates.{known}"
    )
    return Table(name, caption, {"Assumption": list(lines)} | columns, bool(rows["simulated"].any()), (40, 20, 20, 20))


def _bounds(rows: "pd.DataFrame", assumption: str) -> tuple[str, str, str]:
    """Bounds in per cent, their outermost limits, and bounds in events."""
    part = pick(rows, specification=assumption)
    ends = [one(part, term=term, scale="ratio") for term in ("bound_low", "bound_high")]
    events = [one(part, term=term, scale="difference") for term in ("bound_low", "bound_high")]
    return _range(ends), _outermost(ends[0], ends[1]), _range(events)


def _range(ends: "Sequence[pd.Series[Any] | None]") -> str:
    told = [_value(end) for end in ends if end is not None]
    return " to ".join(told) if len(told) == 2 else DASH


def _outermost(low: "pd.Series[Any] | None", high: "pd.Series[Any] | None") -> str:
    if low is None or high is None or low["ci_low"] != low["ci_low"] or high["ci_high"] != high["ci_high"]:
        return DASH
    return change(low["scale"], low["estimate"], low["ci_low"], high["ci_high"]).interval()


def _total(rows: "pd.DataFrame") -> dict[str, tuple[str, str, str]]:
    """The pilots' whole effect, where it was estimated."""
    row, events = (one(rows, scale=scale) for scale in ("ratio", "difference"))
    if row is None:
        return {}
    return {"the pilots' whole effect": (_value(row), span_cell(row), DASH if events is None else _value(events))}


def _value(row: "pd.Series[Any]") -> str:
    # Fewer than one admission per 1,000 patients needs two decimals, as in the text.
    return signed(row["estimate"], decimals=2) if row["scale"] == "difference" else changed(row).signed()
