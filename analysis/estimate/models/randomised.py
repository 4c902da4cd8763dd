"""What stands in place of clustered errors where clusters are too few: randomisation inference, and its interval.

The p-value is that of :mod:`analysis.estimate.numerics.errors.randomisation`. Its interval holds every effect that the
same test does not reject once the effect is taken out of the treated practices: counts divided by the ratio, or shares
less the difference (Rosenbaum 2002, Covariance adjustment in randomized experiments, Statistical Science 17:286-327;
Imbens & Rosenbaum 2005, J R Stat Soc A 168:109-126). It supposes one effect for all clusters. Where so few assignments
are possible that none could be rejected at the level asked for, nothing is told.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from analysis.estimate.models.effect import as_events
from analysis.estimate.numerics.errors.bootstrap import inverted
from analysis.estimate.numerics.errors.randomisation import assignments, randomisation_test, start_months
from analysis.estimate.numerics.errors.randomisation_statistics import (
    Null,
    assignment_statistics,
    linear_null,
    poisson_null,
)
from analysis.estimate.numerics.fits.grid import Floats, Grid, Panel, grid
from analysis.estimate.numerics.fits.poisson import fit
from analysis.estimate.numerics.fits.separation import remaining
from analysis.estimates import MISSING, Estimate
from analysis.plan.clusters import too_few
from analysis.reasons import NotEstimable
from analysis.steps import seed

SEED = seed("estimate.randomised")
# Random assignments where not all can be enumerated: for the p-value, and for each value that an end is sought at.
DRAWS, DRAWS_OF_ENDS = 9_999, 1_999


@dataclass(frozen=True)
class Told:
    """A p-value and an interval; missing where randomisation cannot tell them."""

    p_value: float = MISSING
    low: float = MISSING
    high: float = MISSING


def randomised_ratios(rows: list[Estimate], panel: Panel, confidence: float) -> list[Estimate]:
    """The rows of an effect on counts, ratio and difference, with randomisation's interval where clusters are too few.

    Parameters
    ----------
    rows : list of Estimate
        The ratio first.
    panel : Panel
        The data; the first covariate is the treatment.
    confidence : float
        Confidence level of the interval.
    """
    ratio = rows[0]
    if not too_few(ratio.treated_clusters, ratio.comparison_clusters):
        return rows
    test = by_randomisation(remaining(grid(panel)), float(np.log(ratio.estimate)), _poisson, confidence)
    low, high = np.exp([test.low, test.high]).tolist()
    ratio = replace(ratio, std_error=MISSING, p_value=test.p_value, ci_low=low, ci_high=high)
    return [ratio, as_events(ratio)]


def randomised_points(row: Estimate, panel: Panel, unit: float, confidence: float) -> Estimate:
    """The same for a row of shares; `unit` is what a share of one is told as."""
    if not too_few(row.treated_clusters, row.comparison_clusters):
        return row
    test = by_randomisation(grid(panel), row.estimate / unit, _linear, confidence)
    low, high = unit * test.low, unit * test.high
    return replace(row, std_error=MISSING, p_value=test.p_value, ci_low=low, ci_high=high)


def by_randomisation(table: Grid, estimate: float, under: Callable[[Grid, float], Null], confidence: float) -> Told:
    """The p-value of no effect, and the interval of effects that are not rejected.

    Parameters
    ----------
    table : Grid
        The data; the first covariate is the treatment.
    estimate : float
        A log ratio, or a difference of shares.
    under : callable
        The model without an effect once a value of it is taken out of the data.
    confidence : float
        Confidence level of the interval.
    """
    try:
        starts = start_months(table)
    except NotEstimable:  # practices of one cluster that do not start together: no assignment stands for another
        return Told()
    drawn, ends = assignments(starts, DRAWS, SEED), assignments(starts, DRAWS_OF_ENDS, SEED, DRAWS_OF_ENDS)
    if drawn.every and 1 / len(drawn.starts) > 1 - confidence + 1e-12:
        return Told()
    null = under(table, 0.0)
    step = float(assignment_statistics(null, ends.starts).change.std())

    def p_of(value: float) -> float:
        return randomisation_test(under(table, value), starts, ends)

    try:
        interval = inverted(p_of, estimate, step, confidence)
    except NotEstimable:  # a value so far out that no model without an effect can be fitted
        interval = (MISSING, MISSING)
    return Told(randomisation_test(null, starts, drawn), *interval)


def _poisson(table: Grid, value: float) -> Null:
    freed = replace(table, count=table.count * np.exp(-value * table.covariates[:, :, 0]))
    return poisson_null(freed, fit(freed, held={0: 0.0}))


def _linear(table: Grid, value: float) -> Null:
    return linear_null(replace(table, count=_less(table, value)))


def _less(table: Grid, value: float) -> Floats:
    return np.asarray(table.count - value * table.exposure * table.covariates[:, :, 0])
