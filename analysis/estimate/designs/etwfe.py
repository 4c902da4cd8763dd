"""Extended two-way fixed effects for counts: a Poisson model with a term for each cohort and period from its start on.

log E[y_it] = log(patients_it) + practice_i + period_t + tau_gt for the treated cells of cohort g in period t
(Wooldridge 2023, Econometrics Journal 26:C31-C66). Each tau_gt is told by the cohort's own past and by practices that
have not started, so no late starter is compared with an early one.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.estimate.designs.cohorts import groups, treated_cells
from analysis.estimate.designs.group_time import Effect, Effects
from analysis.estimate.models.effect import PER
from analysis.estimates import MISSING

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.numerics.fits.grid import Codes, Floats
    from analysis.estimate.numerics.fits.poisson import Fit

# What rests on a cohort and period whose events leave it without a bound is not estimated.
UNBOUNDED = Effect(MISSING, MISSING, bounded=False)


def etwfe_poisson(cells: "pd.DataFrame", *, jackknife: bool = False) -> Effects:
    """Effects on the treated, on both scales.

    Parameters
    ----------
    cells : DataFrame
        See :class:`analysis.estimate.designs.cohorts.Cohorts`, with practices that do not start; need not be balanced.
    jackknife : bool
        Whether errors are those of leaving out each cluster in turn, see
        :mod:`analysis.estimate.designs.staggered_jackknife`; else the sandwich's.

    Returns
    -------
    dict
        The log ratio is the mean of the tau_gt weighted by treated patient-time, as Wooldridge weights them by treated
        units. The difference is expected events less those expected without the start, per 1,000 patients a year. Their
        standard errors are by the delta method from scores summed by cluster, times G/(G-1) for G clusters.
    """
    import numpy as np
    import pandas as pd

    from analysis.estimate.designs.staggered_jackknife import poisson_effects
    from analysis.estimate.numerics.errors.jackknife import newton_steps
    from analysis.estimate.numerics.fits.grid import Panel
    from analysis.estimate.numerics.fits.poisson import fit

    cell, terms = _terms(cells)
    unit, period, cluster = (pd.factorize(cells[key], sort=True)[0] for key in ("unit", "period", "cluster"))
    count, patients = cells["count"].to_numpy(float), cells["population"].to_numpy(float)
    model = fit(Panel(count, patients, unit, period, cluster, terms))
    events, exposure = (_by_cluster(cluster, each[:, None] * terms) for each in (count, patients))
    members = [(group, np.unique(cell[group.rows])) for group in groups(cells)]
    effects = {
        (group.term, group.horizon): _effect(model, events.sum(0), exposure.sum(0), own) for group, own in members
    }
    if not jackknife:
        return effects
    changes = newton_steps(model)
    for group, own in members:
        key = (group.term, group.horizon)
        if effects[key] is UNBOUNDED:
            continue
        log_error, error = poisson_effects(model.coefficients[own], changes[:, own], events[:, own], exposure[:, own])
        effects[key] = replace(effects[key], std_error=error, log_error=log_error)
    return effects


def _by_cluster(cluster: "Codes", rows: "Floats") -> "Floats":
    import numpy as np

    sums = np.zeros((int(cluster.max()) + 1, rows.shape[1]))
    np.add.at(sums, cluster, rows)
    return sums


def _terms(cells: "pd.DataFrame") -> tuple["Floats", "Floats"]:
    """The code of each treated cell's cohort and period, and one column of zeros and ones for each code."""
    import numpy as np

    treated = treated_cells(cells)
    code = (cells["cohort"] * (int(cells["period"].max()) + 1) + cells["period"]).to_numpy()
    codes = np.unique(code[treated])
    place = np.where(treated, np.searchsorted(codes, code), -1)
    return place, (place[:, None] == np.arange(codes.size)).astype(float)


def _effect(model: "Fit", events: "Floats", exposure: "Floats", own: "Floats") -> Effect:
    """The effect over the cells whose codes are given."""
    import numpy as np

    if not model.data.identified[own].all():
        return UNBOUNDED
    size = events.size
    log_ratios = model.coefficients[own]
    # Each cluster's share in the coefficients, and in the cells' expected events: there the scores are the residuals,
    # which add up to zero, so expected events are the observed ones.
    shares = model.pulls()[:, -size:][:, own]
    residuals = model.scores[:, -size:][:, own]
    weight = exposure[own] / exposure[own].sum()
    without = events[own] * np.exp(-log_ratios)
    change = PER * (events[own] - without).sum() / exposure[own].sum()
    changes = PER * ((1 - np.exp(-log_ratios)) * residuals + without * shares) / exposure[own].sum()
    correction = (model.clusters / (model.clusters - 1)) ** 0.5
    error, log_error = (correction * float(np.linalg.norm(each)) for each in (changes.sum(axis=1), shares @ weight))
    return Effect(float(change), error, float(weight @ log_ratios), log_error)
