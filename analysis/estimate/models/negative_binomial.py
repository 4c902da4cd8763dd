"""Negative binomial regression of a rate (NB2) with clustered standard errors.

The variance of a count with mean m is m + alpha m² (Cameron & Trivedi 1986, J Applied Econometrics 1:29-53). Maximum
likelihood by statsmodels, started from Poisson regression; the covariance is the sandwich summed over clusters times
G/(G-1), G clusters, in which the uncertainty of alpha has its part.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.estimate.models.regression import Fit, finite, whole
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.numerics.fits.grid import Floats


@dataclass(frozen=True)
class Overdispersed:
    """A fitted negative binomial regression.

    Attributes
    ----------
    fit : Fit
        Coefficients, which are log rate ratios, and their clustered covariance.
    alpha, alpha_error : float
        By how much counts vary more than Poisson's, and its clustered standard error, which is missing at the edge.
    """

    fit: Fit
    alpha: float
    alpha_error: float


def negative_binomial(
    count: "pd.Series[float]", base: "pd.Series[float]", design: "pd.DataFrame", cluster: "pd.Series[str]"
) -> Overdispersed:
    """Fit the model.

    Where counts vary no more than Poisson's around the Poisson regression, alpha is 0 at the maximum, which is then
    that regression.

    Parameters
    ----------
    count : Series
        Events.
    base : Series
        What they are a rate of, for instance months at risk; positive.
    design : DataFrame
        Terms in columns, the constant among them.
    cluster : Series
        The cluster of each row.

    Returns
    -------
    Overdispersed
        What has no finite estimate is missing (:mod:`analysis.estimate.numerics.fits.separation`).

    Raises
    ------
    Problem
        When there are no events or a single cluster, a term cannot be told from the others, or there is no maximum.
    """
    import numpy as np
    import pandas as pd

    estimable = finite(count, design)
    count, base, cluster = count[estimable.kept], base[estimable.kept], cluster[estimable.kept]
    free = design.loc[estimable.kept, estimable.free]
    codes, names = pd.factorize(cluster, sort=True)
    if len(names) < 2 or not count.sum():
        reason = ReasonCode.NO_EVENTS_TO_EXPLAIN if len(names) > 1 else ReasonCode.ROWS_IN_ONE_CLUSTER
        raise NotEstimable(reason, "look at more months or more practices")
    kwargs = {"cov_type": "cluster", "cov_kwds": {"groups": codes, "use_correction": False}}
    counts, offset = np.asarray(count, np.float64), np.log(np.asarray(base, np.float64))
    fitted, alpha = _maximum(counts, offset, free.to_numpy(float), kwargs)
    covariance = np.asarray(fitted.cov_params()) * len(names) / (len(names) - 1)
    terms, size = list(free.columns), len(free.columns)
    params = pd.Series(np.asarray(fitted.params)[:size], terms)
    fit = Fit(params, pd.DataFrame(covariance[:size, :size], terms, terms), len(names), poisson=True)
    error = float(covariance[size, size] ** 0.5) if alpha else float("nan")
    return Overdispersed(whole(fit, design, estimable), alpha, error)


def _maximum(count: "Floats", offset: "Floats", design: "Floats", kwargs: dict[str, Any]) -> tuple[Any, float]:
    """What maximises the likelihood, and alpha."""
    import numpy as np
    from statsmodels.discrete.discrete_model import NegativeBinomial
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    first = GLM(count, design, family=Poisson(), offset=offset).fit(**kwargs)
    mean = first.fittedvalues
    # Twice the slope of the likelihood in alpha at 0 (Dean & Lawless 1989, J American Statistical Association 84:467).
    excess = float(((count - mean) ** 2 - count).sum())
    if excess <= 0:
        return first, 0.0
    start = np.append(first.params, excess / (mean**2).sum())
    model = NegativeBinomial(count, design, offset=offset)
    # Newton takes few steps from so near; where it strays, the slower way on log alpha cannot leave its range.
    for method, most in (("newton", 50), ("bfgs", 500)):
        with np.errstate(all="ignore"):
            fitted = model.fit(start, method, most, disp=0, warn_convergence=False, **kwargs)
        alpha = float(fitted.params[-1])
        if fitted.mle_retvals["converged"] and alpha > 0 and np.isfinite(np.asarray(fitted.bse)).all():
            return fitted, alpha
    raise NotEstimable(
        ReasonCode.NEGATIVE_BINOMIAL_DID_NOT_CONVERGE, "look for a group without events, and give it more months"
    )
