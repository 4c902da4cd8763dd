"""Admissions by continuity, and how much of a change could run through it: two tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.estimates import one, pick
from analysis.plan.continuity import AdmissionsByContinuity, Continuity
from analysis.present.continuity.captions import Captions, value
from analysis.present.continuity.ways import (
    DASH,
    beside_cell,
    effect_cell,
    span_cell,
    value_text,
)
from analysis.present.look.markdown import Table
from analysis.present.outcomes.benchmarks import SAME, circular
from analysis.present.templates.values import Value
from analysis.wording import change, changed, signed

if TYPE_CHECKING:
    import pandas as pd

# The assumptions, in the order in which the table has them.
ASSUMPTIONS = (
    "list_level_at_most", "list_level_corrected_at_most", "patient_level_at_most", "any_sign",
    "published_list_level_at_most", "published_patient_level_at_most",
)  # fmt: skip
# By specification: whose result stands beside it, and which it is of those with a truth.
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "patient_level_unadjusted": ((), ""),
    "patient_level": (("patient_level", "observed"), "patient_level"),
    "patient_level_comparison": ((), "patient_level"),
    "heavy_users": ((), ""),
    "list_level": (("list_level",), "list_level"),
    "list_level_corrected": ((), "list_level"),
    "list_level_comparison": ((), "list_level"),
}
BOTH = ("per_step", "per_step_of_list")
# A line of the table of admissions: its name, its row, the published results beside it, and its truth.
Line = tuple[str, "pd.Series[Any] | None", tuple[str, ...], str]


@dataclass(frozen=True)
class Counted:
    """What the caption says: admissions of whom, the step, the dispersion, and what stands beside."""

    measure: str
    population: str
    step: str
    alpha: Value | None
    truths: bool
    by_construction: bool


@dataclass(frozen=True)
class Band:
    """A band of the index that is set against the lowest."""

    low: str
    high: str
    highest: bool


def admissions_table(estimates: "pd.DataFrame", benchmarks: "pd.DataFrame", plan: Continuity, words: Captions) -> Table:
    """Admissions by continuity: the patient's own, that of the GP's other patients, and both together.

    Parameters
    ----------
    estimates, benchmarks : DataFrame
        The table of estimates; truth and published values.
    plan : Continuity
        What is asked of continuity.
    words : Captions
        The library of phrases.
    """
    name = "continuity-admissions"
    rows = pick(estimates, design="continuity_admissions")
    if plan.admissions is None or rows.empty:
        return words.empty(name, "tables/no-admissions")
    ratios = pick(rows, scale="ratio")
    lines = [*_steps(ratios, words), *_bands(ratios, plan.admissions, words)]
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
    alpha = words.row(one(rows, term="alpha"))
    counted = Counted(
        measure=plan.admissions.measure,
        population=_whole(rows),
        step=f"{plan.admissions.step:g}",
        alpha=alpha.estimate if alpha else None,
        truths="Truth" in columns,
        by_construction=same,
    )
    return Table(name, words.caption(counted, "tables", "admissions"), columns, bool(rows["simulated"].any()), widths)


def _steps(rows: "pd.DataFrame", words: Captions) -> list[Line]:
    per_step = pick(rows, term="per_step")
    lines = [
        (_label(key, row, words), row, results, truth)
        for key, (results, truth) in STEPS.items()
        for row in [one(per_step, specification=key)]
    ]
    both = pick(rows, specification="both_levels")
    return [*lines, *((words.phrase(term, "admissions_by"), one(both, term=term), (), "") for term in BOTH)]


def _label(specification: str, row: "pd.Series[Any] | None", words: Captions) -> str:
    """What a line says; of heavy users with the end of its population, ``at least 18 contacts``."""
    if specification == "heavy_users" and row is not None:
        return words.say(row["population"].rpartition(" with ")[2], "tables/heavy-users")
    return words.phrase(specification, "admissions_by")


def _bands(rows: "pd.DataFrame", plan: AdmissionsByContinuity, words: Captions) -> list[Line]:
    low, high = (f"{each:g}" for each in plan.bands)
    bands = {"medium_against_low": Band(low, high, highest=False), "high_against_low": Band(low, high, highest=True)}
    return [(words.say(band, "tables/band"), one(rows, term=term), (), "") for term, band in bands.items()]


def _published(benchmarks: "pd.DataFrame", results: tuple[str, ...]) -> str:
    """Published values with the place that they are about."""
    rows = [one(benchmarks, outcome=result, source="published") for result in results]
    values = [
        f"{value_text(row)}{SAME * circular(benchmarks, row['outcome'])} ({row['programme']})"
        for row in rows
        if row is not None
    ]
    return "; ".join(values) or DASH


def _whole(rows: "pd.DataFrame") -> str:
    """Whom the models are about, unless a line says otherwise."""
    others = rows[~rows["specification"].isin(["heavy_users", "patient_level_comparison", "list_level_comparison"])]
    return str((rows if others.empty else others)["population"].iloc[0])


def mediation_table(estimates: "pd.DataFrame", benchmarks: "pd.DataFrame", plan: Continuity, words: Captions) -> Table:
    """The bounds of what runs through continuity, by assumption, beside the pilots' whole effect."""
    name = "continuity-mediation"
    rows = pick(estimates, design="mediation")
    if plan.mediation is None or rows.empty:
        return words.empty(name, "tables/no-mediation")
    bounded = [key for key in ASSUMPTIONS if key in set(rows["specification"])]
    by_assumption = {key: _bounds(rows, key) for key in bounded} | _total(pick(rows, term="total"))
    lines = {words.phrase(key, "assumed"): cells for key, cells in by_assumption.items()}
    heads = ("Admissions", "With uncertainty", "Per 1,000 patients a year")
    columns = {head: [line[at] for line in lines.values()] for at, head in enumerate(heads)}
    truth = one(benchmarks, outcome="mediated", source="truth")
    planted = None if truth is None else value(change(truth["scale"], *[truth["value"]] * 3).estimate, "%")
    caption = words.caption(planted, "tables", "mediation")
    return Table(name, caption, {"Assumption": list(lines)} | columns, bool(rows["simulated"].any()), (40, 20, 20, 20))


def _bounds(rows: "pd.DataFrame", assumption: str) -> tuple[str, str, str]:
    """Bounds in per cent, their outermost limits, and bounds in events."""
    part = pick(rows, specification=assumption)
    ends = [one(part, term=term, scale="ratio") for term in ("bound_low", "bound_high")]
    events = [one(part, term=term, scale="difference") for term in ("bound_low", "bound_high")]
    return _range(ends), _outermost(ends[0], ends[1]), _range(events)


def _range(ends: "Sequence[pd.Series[Any] | None]") -> str:
    values = [_value(end) for end in ends if end is not None]
    return " to ".join(values) if len(values) == 2 else DASH


def _outermost(low: "pd.Series[Any] | None", high: "pd.Series[Any] | None") -> str:
    if low is None or high is None or low["ci_low"] != low["ci_low"] or high["ci_high"] != high["ci_high"]:
        return DASH
    return change(low["scale"], low["estimate"], low["ci_low"], high["ci_high"]).interval()


def _total(rows: "pd.DataFrame") -> dict[str, tuple[str, str, str]]:
    """The pilots' whole effect, where it was estimated."""
    row, events = (one(rows, scale=scale) for scale in ("ratio", "difference"))
    if row is None:
        return {}
    return {"total": (_value(row), span_cell(row), DASH if events is None else _value(events))}


def _value(row: "pd.Series[Any]") -> str:
    # Fewer than one admission per 1,000 patients needs two decimals, as in the text.
    return signed(row["estimate"], decimals=2) if row["scale"] == "difference" else changed(row).signed()
