"""What would an unobserved confounder have to be like? The E-value, and a grid of confounders.

``python -m analysis.estimate.assumptions.confounding --help``
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from analysis.estimate.numerics.bounds.bias import bias_factor, e_value, nearest_one, tipping_strength
from analysis.estimate.outcomes.admissions import effects
from analysis.estimate.outcomes.counted import CountedOutcomes
from analysis.estimate.robustness.run_checks import each_check
from analysis.estimates import Estimate, write_part
from analysis.plan.clusters import too_few
from analysis.plan.sensitivity import AnyCheck, Checks, ConfounderCheck
from analysis.steps import AsJson, command
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd


# What every row takes over from the estimate that it asks about.
SHARED = (
    "outcome", "population", "design", "n_obs", "n_units", "n_clusters", "treated_clusters", "comparison_clusters",
    "baseline",
)  # fmt: skip


def confounding(
    *,
    counted: CountedOutcomes,
    checks: Annotated[Checks, AsJson],
    out: Path,
) -> None:
    """What would an unobserved confounder have to be like.

    In a difference-in-differences what differs between practices and stays is no confounder: only a change is. So
    the confounder here is a factor that before the start is as common among the patients of pilot practices as
    elsewhere, becomes more common among them with the start, for a reason that is not the pilot, and changes the rate
    of those who have it. It multiplies the pilots' rate after the start by a known factor, so dividing by that factor
    is exact: the model fitted to rates freed of it gives the same ratio, and drawing confounders would only add noise.

    Parameters
    ----------
    checks : dict
        The checks by name, as JSON.
    out : Path
        Rows of the table of estimates: E-values of the estimate and of the end of its interval nearest to 1, the
        ratio freed of each confounder of the grid, and by prevalence the strength at which the estimate, and its
        interval, reach 1 (no row where no strength would do).
    """
    frame, lineage = read_table(counted.panel)
    confounders = {name: check for name, check in checks.items() if isinstance(check, ConfounderCheck)}
    rows = each_check(
        frame,
        counted.outcomes,
        confounders,
        partial(_rows, confidence=counted.confidence),
        estimator=lambda check: "e_value",
    )
    write_part(out, rows, lineage, __spec__)


def _rows(rows: "pd.DataFrame", outcome: str, name: str, check: AnyCheck, confidence: float) -> list[Estimate]:
    assert isinstance(check, ConfounderCheck)
    ratio = effects(rows, outcome, confidence)[0]
    labels = {key: getattr(ratio, key) for key in SHARED} | {"specification": name}
    return [*e_values(ratio, labels), *freed(ratio, check, labels), *tipping(ratio, check, labels)]


def e_values(ratio: Estimate, labels: dict[str, Any]) -> list[Estimate]:
    """The E-value of the estimate and of its interval."""
    return [
        Estimate(
            **labels, estimator="e_value", term="e_value", horizon=horizon, scale="statistic", estimate=e_value(value)
        )
        for horizon, value in _nearest(ratio).items()
    ]


def _nearest(ratio: Estimate) -> dict[str, float]:
    """The estimate, and what of its interval is nearest to no effect, where it has one."""
    if too_few(ratio.treated_clusters, ratio.comparison_clusters):
        return {"estimate": ratio.estimate}
    return {"estimate": ratio.estimate, "interval": nearest_one(ratio.ci_low, ratio.ci_high)}


def freed(ratio: Estimate, check: ConfounderCheck, labels: dict[str, Any]) -> list[Estimate]:
    """The ratio and its interval without each confounder of the grid; the standard error of the log stays."""
    # ASSUME: the confounder works for the finding that it is to explain away: it lowers the rate where the estimate
    # is below 1, by the same factors.
    sign, elsewhere = 1 if ratio.estimate >= 1 else -1, check.prevalence_comparison
    rows = []
    for prevalence in dict.fromkeys(check.prevalence_pilot):
        for strength in (each**sign for each in dict.fromkeys(check.strength)):
            factor = bias_factor(prevalence, elsewhere, strength)
            estimate, low, high = (each / factor for each in (ratio.estimate, ratio.ci_low, ratio.ci_high))
            row = Estimate(
                **labels, estimator="confounder_grid", term="effect", scale="ratio", estimate=estimate,
                horizon=f"prevalence {prevalence:g}, strength {strength:.3g}", std_error=ratio.std_error, ci_low=low,
                ci_high=high,
            )  # fmt: skip
            rows.append(row)
    return rows


def tipping(ratio: Estimate, check: ConfounderCheck, labels: dict[str, Any]) -> list[Estimate]:
    """By prevalence, the strength at which the estimate is 1, and at which its interval first holds 1."""
    rows = []
    for prevalence in dict.fromkeys(check.prevalence_pilot):
        for horizon, value in _nearest(ratio).items():
            strength = tipping_strength(value, prevalence, check.prevalence_comparison)
            if strength is not None:
                row = Estimate(
                    **labels, estimator="confounder_grid", term="tipping", scale="statistic", estimate=strength,
                    horizon=check.tipping_horizon(prevalence, horizon),
                )  # fmt: skip
                rows.append(row)
    return rows


if __name__ == "__main__":
    command(confounding)
