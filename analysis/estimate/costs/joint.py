"""Effects on several outcomes together: how their errors go with each other.

The same practices give every outcome, so that the estimates are correlated. Leaving each cluster out in turn, of all
outcomes at once, tells by how much.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.estimate.models.panel_checks import check_enough
from analysis.estimate.models.samples import sides
from analysis.estimate.numerics.errors.jackknife import crv3, leave_one_out
from analysis.estimate.numerics.fits.grid import Floats
from analysis.estimate.numerics.fits.poisson import fit, grid
from analysis.estimate.outcomes.admissions import measure_rows, model_panel, rates
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Effects:
    """Effects on k outcomes.

    Attributes
    ----------
    log_ratios : (k,) float
        Of the fixed-effects Poisson model, as in the primary analysis.
    covariance : (k, k) float
        Leave-one-cluster-out (CRV3).
    baselines, expected : (k,) float
        Events per 1,000 patients a year in pilot practices before their start, and those to be expected after it
        without the pilots.
    clusters : int
        How many were left out in turn.
    rows, practices : int
        Of the first outcome.
    """

    log_ratios: Floats
    covariance: Floats
    baselines: Floats
    expected: Floats
    clusters: int
    rows: int
    practices: int


def joint_effects(panel: "pd.DataFrame", measures: list[str]) -> Effects:
    """Fit every outcome with all clusters, and without each.

    Parameters
    ----------
    panel : DataFrame
        The practice-month panel.
    measures : list of str
        The measures in the activity table.

    Raises
    ------
    Problem
        When there is one pilot site only, so that nothing is left without it, or too few clusters for their errors; or
        the outcomes have other clusters.
    """
    if panel.loc[panel["pilot"], "cluster_id"].nunique() < 2:
        raise NotEstimable(ReasonCode.ONE_SITE, "leave `costs` out")
    tables = [measure_rows(panel, measure) for measure in measures]
    check_enough(ReasonCode.TOO_FEW_CLUSTERS_FOR_COSTS, **sides(tables[0]))
    clusters = [sorted(rows["cluster_id"].unique()) for rows in tables]
    if any(each != clusters[0] for each in clusters):
        raise NotEstimable(ReasonCode.COSTED_OUTCOMES_DIFFER, "cost others")
    log_ratios, left = zip(*(_apart(rows) for rows in tables), strict=True)
    full = np.concatenate(log_ratios)
    seen = [rates(rows) for rows in tables]
    baselines, after = np.array([(each.before, each.after) for each in seen]).T
    first, covariance = tables[0], crv3(full, np.hstack(left))
    sizes = len(clusters[0]), len(first), first["practice_id"].nunique()
    return Effects(full, covariance, baselines, after / np.exp(full), *sizes)


def _apart(rows: "pd.DataFrame") -> tuple[Floats, Floats]:
    """The effect on one outcome, and the same without each cluster in turn, in the order of their names."""
    table = grid(model_panel(rows, rows[["after"]].to_numpy(float)))
    model = fit(table)
    return model.coefficients, leave_one_out(table, model)
