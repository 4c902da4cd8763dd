"""Least squares of shares with practice and time effects, weights and errors clustered, at any number of practices.

A share of a practice at one time, in percentage points, is explained by the practice, the time and the covariates.
The effects of practices are taken out exactly and not fitted as so many columns, so that thousands of practices are no
burden. Weighted means of patients give what the patients themselves would: least squares needs no more of those whose
covariates are the same than their number and their mean. So do the clustered errors: a cluster's score is a sum of
residuals times covariates over its patients, which is the same sum over the means times how many they stand for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.estimate.models.effect import Fitted, difference_row
from analysis.estimate.models.panel_checks import check_error
from analysis.estimate.models.samples import sides
from analysis.estimates import Estimate
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.numerics.fits.grid import Floats, Panel

POINTS = 100  # a share of 1 in percentage points
GROUPS = ["cluster_id", "pilot", "after"]


@dataclass(frozen=True)
class Shares:
    """A fitted model of shares.

    Attributes
    ----------
    model : Fitted
        Coefficients in percentage points.
    pulls : DataFrame
        By cluster, how far its residuals pull each coefficient. Their cross products times G/(G-1), G clusters, are
        the coefficients' covariance; those of models that share clusters give the covariance between models.
    """

    model: Fitted
    pulls: "pd.DataFrame"


def fit(rows: "pd.DataFrame", covariates: "Floats", time: str = "wave") -> Shares:
    """Fit the model.

    Parameters
    ----------
    rows : DataFrame
        practice_id, cluster_id, the column of `time`, value (0 to 1) and responses, which are the weights. A practice
        may have several rows at one time.
    covariates : (n, k) float
        What the coefficients belong to.
    time : str
        The column that tells the time.

    Raises
    ------
    Problem
        When a covariate cannot be told from the practice and time effects, or there is one cluster.
    """
    import pandas as pd

    from analysis.estimate.models.linear_rate import influences

    coefficients, pulls = influences(share_panel(rows, covariates, time), POINTS)
    clusters = len(pulls)
    covariance = clusters / (clusters - 1) * pulls.T @ pulls
    model = Fitted(coefficients, covariance, clusters - 1, clusters, log=False)
    return Shares(model, pd.DataFrame(pulls, sorted(rows["cluster_id"].unique())))


def share_panel(rows: "pd.DataFrame", covariates: "Floats", time: str = "wave") -> "Panel":
    """The rows as a panel of counts out of responses, covariates as given.

    Raises
    ------
    Problem
        When there are no rows.
    """
    import pandas as pd

    from analysis.estimate.numerics.fits.grid import Panel

    if rows.empty:
        raise nobody()
    unit, when, cluster = (pd.factorize(rows[key], sort=True)[0] for key in ("practice_id", time, "cluster_id"))
    weight = rows["responses"].to_numpy(float)
    return Panel(rows["value"].to_numpy(float) * weight, weight, unit, when, cluster, covariates)


def nobody() -> NotEstimable:
    """What is said where no row is left to compare."""
    return NotEstimable(
        ReasonCode.NOBODY_TO_COMPARE,
        "give the data more contacts, or set `continuity.contacts` and `pilots.contacts` in the study file to fewer",
    )


def check_sides(rows: "pd.DataFrame", reasons: tuple[ReasonCode, ReasonCode], mend: str, **values: str) -> None:
    """Refuse rows that leave nothing to compare the pilots with.

    Parameters
    ----------
    rows : DataFrame
        `pilot` and `after`.
    reasons : tuple of ReasonCode
        Where pilots lack rows before or after their start, and where there is no comparison.
    mend : str
        How to mend it.
    **values
        What the words of both reasons need.

    Raises
    ------
    Problem
        When pilots lack rows before or after their start, or there is no comparison.
    """
    if not rows["after"].any() or rows.loc[rows["pilot"], "after"].all():
        raise NotEstimable(reasons[0], mend, **values)
    if rows["pilot"].all():
        raise NotEstimable(reasons[1], mend, **values)


def pooled(cells: "pd.DataFrame", time: str = "wave") -> "pd.DataFrame":
    """Cells of the same practice and time together: their responses, and the mean of their values over these."""
    keys = ["practice_id", time, *GROUPS]
    sums = cells.assign(value=cells["value"] * cells["responses"]).groupby(keys, as_index=False)
    rows = sums[["responses", "value"]].sum()
    return rows.assign(value=rows["value"] / rows["responses"])


def after(rows: "pd.DataFrame") -> "Floats":
    """The treatment as a covariate: whether a row is of a pilot practice at or after its start, (n, 1)."""
    return rows[["after"]].to_numpy(float)


def baseline(rows: "pd.DataFrame") -> float:
    """The weighted share before the start in the pilots, in per cent."""
    before = rows[rows["pilot"] & ~rows["after"]]
    return float(POINTS * (before["value"] * before["responses"]).sum() / before["responses"].sum())


def sizes(rows: "pd.DataFrame") -> dict[str, Any]:
    """The columns of an estimate that tell what it rests on."""
    units = rows["practice_id"].nunique()
    return {"n_obs": len(rows), "n_units": units, "baseline": baseline(rows), **sides(rows)}


def in_points(model: Fitted, index: int, confidence: float, **labels: Any) -> Estimate:
    """One coefficient as a row of the table of estimates, in percentage points; `labels` are its other columns.

    Raises
    ------
    Problem
        When there is no variation to measure uncertainty by.
    """
    value, std_error = float(model.coefficients[index]), float(model.covariance[index, index] ** 0.5)
    check_error(value, std_error, labels)
    return difference_row(value, std_error, model.df, confidence, scale="points", n_clusters=model.clusters, **labels)


def averaged(parts: Mapping[str, Shares], weights: Mapping[str, float]) -> Fitted:
    """The weighted mean of the first coefficients of several models that may share clusters.

    Parameters
    ----------
    parts : mapping
        The models, by name.
    weights : mapping
        By name, weights that add up to 1 and are taken as known.

    Returns
    -------
    Fitted
        One coefficient, clustered over all the models' clusters.
    """
    import numpy as np
    import pandas as pd

    value = sum(weights[name] * float(part.model.coefficients[0]) for name, part in parts.items())
    pulls = pd.concat([weights[name] * part.pulls[0] for name, part in parts.items()]).groupby(level=0).sum()
    clusters = len(pulls)
    variance = clusters / (clusters - 1) * float((pulls**2).sum())
    return Fitted(np.array([value]), np.array([[variance]]), clusters - 1, clusters, log=False)
