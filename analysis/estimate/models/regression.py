"""Regressions with clustered standard errors, in the one convention of this project.

The covariance is the sandwich summed over clusters times G/(G-1), G clusters, and nothing else
(Liang & Zeger 1986, Biometrika 73:13-22; Cameron & Miller 2015, J Human Resources 50:317-372).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analysis.estimate.numerics.errors.intervals import interval, t_test
from analysis.estimates import MISSING, Estimate, Scale
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.numerics.fits.rectifier import Bounded

PER = 1000  # a rate is told as events per 1,000


@dataclass(frozen=True)
class Fit:
    """A fitted regression.

    Attributes
    ----------
    params : Series
        Coefficients by term; of a Poisson model on the log scale.
    covariance : DataFrame
        Their covariance, clustered.
    clusters : int
        How many clusters.
    poisson : bool
        Whether the coefficients are log rates.
    """

    params: "pd.Series[float]"
    covariance: "pd.DataFrame"
    clusters: int
    poisson: bool = False

    def combined(self, weights: Mapping[str, float]) -> tuple[float, float]:
        """A weighted sum of coefficients and its standard error; a term that is not named has weight 0.

        Raises
        ------
        Problem
            When one of the coefficients has no finite estimate.
        """
        used = {name: weight for name, weight in weights.items() if weight and name in self.params.index}
        if unknown := [name for name in used if self.params[name] != self.params[name]]:
            raise NotEstimable(ReasonCode.TERM_HAS_NO_BOUND, "leave it out, or look at more practices", term=unknown[0])
        names, vector = list(used), list(used.values())
        variance = float(vector @ self.covariance.loc[names, names].to_numpy(float) @ vector)
        return float(self.params[names].to_numpy(float) @ vector), max(variance, 0.0) ** 0.5

    def row(self, weights: Mapping[str, float], confidence: float, scale: Scale, **labels: Any) -> Estimate:
        """A weighted sum of coefficients as a row of the table of estimates.

        Parameters
        ----------
        weights : mapping
            Weights by term.
        confidence : float
            Confidence level of the interval.
        scale : {"points", "ratio", "level"}
            A Poisson model tells ratios, and levels as events per 1,000; least squares tells points and levels.
        **labels
            The other columns of the row.
        """
        import numpy as np

        value, std_error = self.combined(weights)
        if std_error <= 1e-9 * max(1.0, abs(value)):
            # Rows of a single cluster do not vary between clusters: their uncertainty is unknown, and not nil.
            std_error = MISSING
        low, high = interval(value, std_error, self.clusters - 1, confidence)
        p_value = MISSING if scale == "level" else t_test(value, std_error, self.clusters - 1)
        if self.poisson:
            unit = PER if scale == "level" else 1
            value, low, high = (unit * np.exp([value, low, high])).tolist()
            std_error *= value if scale == "level" else 1
        return Estimate(
            estimate=value, std_error=std_error, ci_low=low, ci_high=high, p_value=p_value, scale=scale,
            n_clusters=self.clusters, **labels,
        )  # fmt: skip


def least_squares(
    outcome: "pd.Series[float]",
    design: "pd.DataFrame",
    cluster: "pd.Series[str]",
    weights: "pd.Series[float] | None" = None,
) -> Fit:
    """Least squares, weighted where weights are given.

    Parameters
    ----------
    outcome : Series
        What is explained.
    design : DataFrame
        Terms in columns, the constant among them.
    cluster : Series
        The cluster of each row.
    weights : Series, optional
        Weights of rows; only their ratios matter.

    Raises
    ------
    Problem
        When a term cannot be told from the others.
    """
    from statsmodels.regression.linear_model import WLS

    check_terms(design)
    model = WLS(outcome, design, weights=1.0 if weights is None else weights)
    fitted, clusters = _clustered(model, cluster)
    return Fit(fitted.params, _corrected(fitted, clusters), clusters)


def poisson(
    count: "pd.Series[float]", base: "pd.Series[float]", design: "pd.DataFrame", cluster: "pd.Series[str]"
) -> Fit:
    """A Poisson regression of a rate; coefficients are log rate ratios.

    The clustered covariance does not rest on the variance being that of Poisson's distribution. What has no finite
    estimate is missing (:mod:`analysis.estimate.numerics.fits.separation`).

    Raises
    ------
    Problem
        When a term cannot be told from the others, or no term has a finite estimate.
    """
    estimable = finite(count, design)
    rows, free = estimable.kept, design.loc[estimable.kept, estimable.free]
    fitted, clusters = _clustered(_rates(count[rows], base[rows], free), cluster[rows])
    return whole(Fit(fitted.params, _corrected(fitted, clusters), clusters, poisson=True), design, estimable)


def quasi_poisson(count: "pd.Series[float]", base: "pd.Series[float]", design: "pd.DataFrame") -> tuple[Fit, float]:
    """The same regression with rows taken as independent, and its dispersion.

    Returns
    -------
    Fit
        Each row counts as its own cluster; the covariance is Poisson's times the dispersion.
    float
        Pearson's chi-squared over its degrees of freedom (Wedderburn 1974, Biometrika 61:439-447).
    """
    estimable = finite(count, design)
    rows, free = estimable.kept, design.loc[estimable.kept, estimable.free]
    fitted = _rates(count[rows], base[rows], free).fit(scale="X2")
    fit = Fit(fitted.params, fitted.cov_params(), len(free), poisson=True)
    return whole(fit, design, estimable), float(fitted.scale)


def finite(count: "pd.Series[float]", design: "pd.DataFrame") -> "Bounded":
    """Which rows and terms have a finite estimate in a model of log rates.

    Raises
    ------
    Problem
        When a term cannot be told from the others, or no term has a finite estimate.
    """
    import numpy as np

    from analysis.estimate.numerics.fits.rectifier import bounded

    check_terms(design)
    estimable = bounded(np.asarray(count, np.float64), np.asarray(design, np.float64))
    if not estimable.identified.any():
        raise NotEstimable(ReasonCode.NO_EVENTS_FOR_TERMS, "look at more months or more practices")
    return estimable


def whole(fit: Fit, design: "pd.DataFrame", estimable: "Bounded") -> Fit:
    """A fit with all terms of the design, those without a finite estimate missing."""
    terms, identified = list(design.columns), design.columns[estimable.identified]
    params, covariance = fit.params[identified].reindex(terms), fit.covariance.loc[identified, identified]
    return replace(fit, params=params, covariance=covariance.reindex(index=terms, columns=terms))


def _rates(count: "pd.Series[float]", base: "pd.Series[float]", design: "pd.DataFrame") -> Any:
    import numpy as np
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    return GLM(count, design, family=Poisson(), offset=np.log(base))


def _clustered(model: Any, cluster: "pd.Series[str]") -> tuple[Any, int]:
    import pandas as pd

    codes, names = pd.factorize(cluster, sort=True)
    return model.fit(cov_type="cluster", cov_kwds={"groups": codes, "use_correction": False}), len(names)


def _corrected(fitted: Any, clusters: int) -> "pd.DataFrame":
    # Of one cluster nothing is known of how clusters vary.
    covariance: pd.DataFrame = fitted.cov_params() * (clusters / (clusters - 1) if clusters > 1 else MISSING)
    return covariance


def check_terms(design: "pd.DataFrame") -> None:
    """Refuse a design in which a term cannot be told from the others."""
    import numpy as np

    if np.linalg.matrix_rank(design.to_numpy(float)) < design.shape[1]:
        raise NotEstimable(
            ReasonCode.TERMS_NOT_TOLD_APART,
            "take one of them out of `adjust` in the study file, or choose another exposure",
            terms=list(map(str, design.columns)),
        )
