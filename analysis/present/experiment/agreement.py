"""How an experiment agrees with what others published of it: the means of arms, and a model."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.plan.experiment import Experiment
from analysis.present.provenance.address import Origin
from analysis.present.provenance.sources import Sources
from analysis.present.templates.findings import Finding, finding
from analysis.present.templates.values import Printed, Value

if TYPE_CHECKING:
    import pandas as pd

STEP = "analysis.prepare.experiment.arms"


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """The change under the leading arm: which that is, the published one, and ours."""

    arm: str
    theirs: Value
    ours: Finding


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """One study's published means of an outcome.

    Attributes
    ----------
    means : int
        How many there are.
    label, study : str
        The outcome, and whose they are, in words.
    most : Printed
        The largest difference from ours, rounded up.
    below : bool
        Whether it is less than that, and not that or less.
    ratio : Ratio or None
        None where none was published of the leading arm.
    """

    means: int
    label: str
    study: str
    most: Printed
    below: bool
    ratio: Ratio | None


@dataclass(frozen=True, kw_only=True)
class Model:
    """A published model estimated again.

    Attributes
    ----------
    terms : Printed
        How many coefficients it has.
    decimals : Printed
        To how many decimal places they agree.
    times : Printed
        How many times as large the standard error of the first one is, allowing for the likeness of a person's years.
    """

    terms: Printed
    decimals: Printed
    times: Printed


def mean_text(value: float) -> str:
    """A mean per person and year, with two decimals or, where it is small, with three."""
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def apart(most: float, largest: float) -> tuple[str, bool]:
    """The largest difference, rounded up with the decimals of :func:`mean_text`, and whether it is less than that."""
    decimals = 2 if largest >= 1 else 3
    unit = 10.0**-decimals
    return (f"{unit:g}", True) if most < unit else (f"{math.ceil(most / unit - 1e-9) * unit:.{decimals}f}", False)


def agreements(sources: Sources, plan: Experiment, name: str, published: "pd.DataFrame") -> Iterator[Agreement]:
    """How far each study's published means of an outcome lie from ours; nothing of one that has none beside ours."""
    for study, label in plan.beside.items():
        rows = published[(published["outcome"] == name) & (published["study"] == study)].set_index("subgroup")
        most = _most(sources, name, rows["value"])
        if most is not None:
            origin = Origin(f"evaluations.csv: study={study}, outcome={name}", STEP, str(rows["data"].iloc[0]))
            text, below = apart(most, float(rows["value"].max()))
            key = f"experiment.{name}.{study}"
            yield Agreement(
                means=len(rows), label=plan.outcomes[name].label, study=label,
                most=Printed(text, f"{key}.most", origin), below=below,
                ratio=_ratio(sources, plan, name, rows["ratio"], f"{key}.ratio", origin),
            )  # fmt: skip


def _most(sources: Sources, name: str, published: "pd.Series[float]") -> float | None:
    """The largest difference between published means and ours; None where there is none or one of ours is missing."""
    where = {"design": "experiment", "outcome": name, "term": "arm_mean", "specification": "primary"}
    ours = {str(arm): sources.context.row(subgroup=str(arm), **where) for arm in published.index}
    differences = [abs(float(row["estimate"]) - published[arm]) for arm, row in ours.items() if row is not None]
    return max(differences) if differences and len(differences) == len(ours) else None


def _ratio(
    sources: Sources, plan: Experiment, name: str, published: "pd.Series[float]", key: str, origin: Origin
) -> Ratio | None:
    row = sources.context.row(
        design="experiment", outcome=name, term="arm_effect", subgroup=plan.headline, specification="primary"
    )  # fmt: skip
    ours = finding(sources, row)
    if ours is None or plan.headline not in published.index or math.isnan(published[plan.headline]):
        return None
    theirs = Value(100 * (float(published[plan.headline]) - 1), key, origin, "%")
    return Ratio(arm=plan.arms[plan.headline].label, theirs=theirs, ours=ours)


def model(sources: Sources, plan: Experiment, published: "pd.DataFrame") -> Model | None:
    """How the published model compares, and how much wider clustered errors are; None where none was published."""
    if plan.specification is None:
        return None
    outcome, first = plan.specification.outcome, plan.specification.covariates[0]
    table = published[published["outcome"] == outcome].set_index("subgroup")
    labels = {"design": "experiment", "outcome": outcome}
    rows = {
        str(term): sources.context.row(subgroup=str(term), specification="published", **labels) for term in table.index
    }
    wide = sources.context.row(subgroup=first, specification="published_clustered", **labels)
    ours = {term: row for term, row in rows.items() if row is not None}
    if table.empty or wide is None or len(ours) < len(rows):
        return None
    most = max(abs(ours[str(term)]["estimate"] - value) for term, value in table["value"].items())
    origin = Origin(f"evaluations.csv: study={table['study'].iloc[0]}", STEP, str(table["data"].iloc[0]))
    plain, clustered = (sources.context.origin(row) for row in (ours[first], wide))
    decimals = str(int(-math.log10(2 * max(most, 1e-9))))
    times = f"{wide['std_error'] / ours[first]['std_error']:.1f}"
    return Model(
        terms=Printed(str(len(ours)), "experiment.terms", origin),
        decimals=Printed(decimals, "experiment.decimals", plain),
        times=Printed(times, "experiment.times", clustered),
    )
