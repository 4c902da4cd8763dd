"""Effects on several outcomes together: how their errors go with each other.

The same practices give every outcome, so that the estimates are correlated. Leaving each cluster out in turn, of all
outcomes at once, tells by how much: the cluster jackknife, CRV3 (MacKinnon, Nielsen & Webb 2023, J Econometrics
232:272-299), which also errs less on the bold side with few clusters than the usual sandwich.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.estimate.admissions import baseline_rate, measure_rows, model_panel
from analysis.estimate.poisson import Codes, Floats, Panel, fit
from analysis.steps import Problem

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
        Leave-one-cluster-out.
    baselines : (k,) float
        Events per 1,000 patients a year in pilot practices before their start.
    clusters : int
        How many were left out in turn.
    rows, practices : int
        Of the first outcome.
    """

    log_ratios: Floats
    covariance: Floats
    baselines: Floats
    clusters: int
    rows: int
    practices: int


def effects(panel: "pd.DataFrame", measures: list[str]) -> Effects:
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
        When there is one pilot site only, so that nothing is left without it.
    """
    if panel.loc[panel["pilot"], "cluster_id"].nunique() < 2:
        raise Problem("There is one site only, so that leaving it out leaves no pilot.", "leave `costs` out")
    tables = [measure_rows(panel, measure) for measure in measures]
    clusters = np.unique(np.concatenate([rows["cluster_id"].unique() for rows in tables]))
    full = np.array([_log_ratio(_panel(rows)) for rows in tables])
    without = np.array([_left_out(rows, clusters) for rows in tables])
    apart = without - full[:, None]
    covariance = (len(clusters) - 1) / len(clusters) * apart @ apart.T
    baselines = np.array([baseline_rate(rows) for rows in tables])
    return Effects(full, covariance, baselines, len(clusters), len(tables[0]), tables[0]["practice_id"].nunique())


def _left_out(rows: "pd.DataFrame", clusters: "Floats") -> Floats:
    """The effect without each cluster in turn."""
    data, own = _panel(rows), rows["cluster_id"].to_numpy()
    return np.array([_log_ratio(_kept(data, own != cluster)) for cluster in clusters])


def _panel(rows: "pd.DataFrame") -> Panel:
    return model_panel(rows, rows[["after"]].to_numpy(float))


def _log_ratio(data: Panel) -> float:
    return float(fit(data).coefficients[0])


def _kept(data: Panel, keep: "Floats") -> Panel:
    codes = (_closed(each[keep]) for each in (data.unit, data.month, data.cluster))
    return Panel(data.count[keep], data.exposure[keep], *codes, data.covariates[keep])


def _closed(codes: Codes) -> Codes:
    """The same codes without gaps."""
    present = np.bincount(codes) > 0
    return np.asarray((np.cumsum(present) - 1)[codes])
