"""Two-way fixed effects of rates with staggered starts, and what they compare: the Goodman-Bacon decomposition."""

from typing import TYPE_CHECKING

from analysis.estimate.designs.cohorts import treated_cells
from analysis.estimate.designs.group_time import Effect, Effects, refused, survey

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("treated_vs_never", "earlier_vs_later", "later_vs_earlier")


def two_way_fixed_effects(cells: "pd.DataFrame") -> Effects:
    """The coefficient of having started, with practice and period effects, weighted by patients.

    It compares late starters with early ones too, and misleads where effects differ by cohort or grow with time.

    Parameters
    ----------
    cells : DataFrame
        Balanced, see :func:`analysis.estimate.designs.cohorts.balanced`.

    Returns
    -------
    dict
        The effect; its standard error is summed by cluster, times G/(G-1) for G clusters.
    """
    import pandas as pd

    from analysis.estimate.models.effect import PER
    from analysis.estimate.models.linear_rate import fit
    from analysis.estimate.numerics.fits.grid import Panel

    unit, period, cluster = (pd.factorize(cells[key], sort=True)[0] for key in ("unit", "period", "cluster"))
    weight, treated = cells["weight"].to_numpy(float), treated_cells(cells).astype(float)
    events = cells["rate"].to_numpy(float) * weight / PER
    model = fit(Panel(events, weight, unit, period, cluster, treated[:, None]))
    return {("effect", 0): Effect(float(model.coefficients[0]), float(model.covariance[0, 0] ** 0.5))}


def goodman_bacon(cells: "pd.DataFrame") -> dict[str, tuple[float, float]]:
    """What two-way fixed effects compare (Goodman-Bacon 2021, J Econometrics 225:254-277, theorem 1).

    Parameters
    ----------
    cells : DataFrame
        See :func:`two_way_fixed_effects`.

    Returns
    -------
    dict
        By kind of comparison, its weight and the weighted mean of its differences-in-differences; the weights add up to
        one, and weights times means to the coefficient. Where the weight of ``later_vs_earlier`` is large, the
        coefficient rests on comparisons with practices that had started before.
    """
    from diff_diff import BaconDecomposition

    data, design = survey(cells)
    names = {"outcome": "rate", "unit": "unit", "time": "period", "first_treat": "cohort"}
    parts = refused(lambda: BaconDecomposition(weights="exact").fit(data, **names, survey_design=design))
    weights = {kind: float(getattr(parts, f"total_weight_{kind}")) for kind in KINDS}
    return {kind: (each, float(getattr(parts, f"weighted_avg_{kind}"))) for kind, each in weights.items() if each > 0}
