"""Does one practice decide an estimate? The estimate without the practice that moves it most.

``python -m analysis.estimate.robustness.influence --help``
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.estimate.models.samples import sides
from analysis.estimate.numerics.fits.likelihood import cluster_scores
from analysis.estimate.numerics.fits.poisson import Fit, fit, solve
from analysis.estimate.outcomes.admissions import measure_rows, model_panel
from analysis.plan.clusters import too_few
from analysis.reasons import NotEstimable
from analysis.steps import command, write_json
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

# Practices that one step of Newton finds most influential, of which each is then left out in earnest.
TRIED = 3


def influence(*, panel: Path, outcomes: dict[str, str], confidence: float, out: Path) -> None:
    """Leave out the practices that move each estimate most, and say whether one decides it.

    Parameters
    ----------
    panel : Path
        The practice-month panel.
    outcomes : dict
        By outcome, the measure that it reads.
    confidence : float
        Confidence level: one practice decides an estimate that lies outside the interval without it.
    out : Path
        By outcome (JSON): the practice, the rate ratio with and without it, the change in standard errors, and whether
        it decides the estimate; an outcome that cannot be estimated is left out.
    """
    frame, _ = read_table(panel)
    influences: dict[str, dict[str, object]] = {}
    for name, measure in outcomes.items():
        try:
            strongest = most_influential(measure_rows(frame, measure), confidence)
        except NotEstimable:
            continue  # the step that estimates it says why
        influences |= {name: strongest} if strongest else {}
    write_json(out, influences)


def most_influential(rows: "pd.DataFrame", confidence: float = 0.95) -> dict[str, object]:
    """The practice without which the estimate changes most, in standard errors of the estimate without it (DFBETAS).

    Practices are ordered by one step of Newton from the full estimate (Belsley, Kuh and Welsch 1980); of the first
    three the model is fitted again. Nothing where the estimate cannot be made without any of them.

    Parameters
    ----------
    rows : DataFrame
        Rows of the panel, of one measure.
    confidence : float
        Confidence level of the interval without the practice.
    """
    practices = sorted(rows["practice_id"].unique())
    whole = fit(model_panel(rows, rows[["after"]].to_numpy(float)))
    influences = [_without(rows, practices[unit], whole, confidence) for unit in _order(whole)[:TRIED]]
    return max((each for each in influences if each), key=lambda each: abs(float(str(each["moves"]))), default={})


def _order(model: Fit) -> list[int]:
    """Units by how far one step moves the estimate without them, the furthest first."""
    table, free = model.data.table, model.data.free
    scores = cluster_scores(replace(table, cluster=np.arange(len(table.count))), model.parameters)
    steps = solve(model.hessian[np.ix_(free, free)], scores[:, free].T)[-1]
    return [int(unit) for unit in np.argsort(-np.abs(steps))]


def _without(rows: "pd.DataFrame", practice: str, whole: Fit, confidence: float) -> dict[str, object]:
    from scipy import stats

    rest = rows[rows["practice_id"] != practice]
    try:
        model = fit(model_panel(rest, rest[["after"]].to_numpy(float)))
    except NotEstimable:
        return {}
    # Of too few clusters there is no clustered interval that an estimate could lie outside of.
    enough, error = not too_few(*sides(rest).values()), float(np.sqrt(model.covariance[0, 0]))
    moves = float((whole.coefficients[0] - model.coefficients[0]) / error) if error > 0 else 0.0
    if not np.isfinite(moves):
        return {}
    return {
        "practice": practice,
        "estimate": float(np.exp(whole.coefficients[0])),
        "without": float(np.exp(model.coefficients[0])),
        "moves": moves,
        "decides": enough and bool(abs(moves) > stats.t.ppf((1 + confidence) / 2, model.clusters - 1)),
    }


if __name__ == "__main__":
    command(influence)
