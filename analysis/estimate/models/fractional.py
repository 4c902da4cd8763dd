"""Logistic regression of shares with practice and time effects: their effect in points, errors clustered.

A share of responses, or a mean index between 0 and 1, has the mean expit(practice + time + x b). The estimates solve
the likelihood equations of binomial counts, weighted by responses. They are right for any share whose mean is so,
counts or not (Papke & Wooldridge 1996, J Applied Econometrics 11:619-632), because the clustered errors do not rest on
the binomial variance. For counts, responses are the binomial denominators, so one model serves both.

The practice effects have no closed form, but each stands in the equations of its own practice alone. Newton's step
takes them out of the equations of the others exactly, so thousands of practices are no burden.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.estimate.models.effect import Fitted
from analysis.estimate.models.weighted_fixed_effects import POINTS, after, in_points, share_panel, sizes
from analysis.estimates import Estimate
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.numerics.fits.grid import Floats, Grid

# ASSUME: an odds ratio of three millions is none that data tell; the likelihood grows without end towards it.
UNBOUNDED = 15.0


@dataclass(frozen=True)
class Logit:
    """The model at some parameters.

    Attributes
    ----------
    table : Grid
        The data; `count` is share times weight, `exposure` the weight.
    effects : (units,) float
        Of practices, in log odds.
    parameters : (p,) float
        Effects of all times but the first, then the covariates' coefficients: log odds ratios.
    """

    table: "Grid"
    effects: "Floats"
    parameters: "Floats"

    @property
    def odds(self) -> "Floats":
        """The log odds in every cell: (units, cells)."""
        import numpy as np

        first, cells = self.table.months - 1, self.table.count.shape[1]
        times = np.repeat(np.append(0.0, self.parameters[:first]), cells // self.table.months)
        odds: Floats = self.effects[:, None] + times + self.table.covariates @ self.parameters[first:]
        return odds

    def value(self) -> float:
        """The log likelihood, but for a constant."""
        import numpy as np

        odds = self.odds
        return float((self.table.count * odds - self.table.exposure * np.logaddexp(0, odds)).sum())

    def moved(self, step: "tuple[Floats, Floats]", share: float = 1.0) -> "Logit":
        """The model a step further, or a share of it."""
        return Logit(self.table, self.effects + share * step[0], self.parameters + share * step[1])


@dataclass(frozen=True)
class Equations:
    """First and second derivatives of the log likelihood (the second times -1).

    Attributes
    ----------
    own, own_information : (units,) float
        Of the practice effects.
    scores, mixed : (units, p) float
        Each practice's part of the parameters' scores; information shared with its own effect.
    information : (p, p) float
        Of the parameters, the practice effects taken out.
    """

    own: "Floats"
    own_information: "Floats"
    scores: "Floats"
    mixed: "Floats"
    information: "Floats"

    def step(self) -> "tuple[Floats, Floats]":
        """Newton's step of practice effects and parameters."""
        from analysis.estimate.numerics.fits.poisson import solve

        moved = solve(self.information, self.freed().sum(0))
        return (self.own - self.mixed @ moved) / self.own_information, moved

    def freed(self) -> "Floats":
        """The parameters' scores after the practice effects are taken out: (units, p)."""
        scores: Floats = self.scores - self.mixed * (self.own / self.own_information)[:, None]
        return scores


def fit(table: "Grid", tolerance: float = 1e-12, most: int = 50) -> Logit:
    """Fit the model.

    Parameters
    ----------
    table : Grid
        The data; practices whose shares are all 0, or all 1, tell nothing and are left out.
    tolerance : float
        Newton's last step is the one that is made when the likelihood can grow no further than by this share of the
        weights.
    most : int
        Iterations before giving up.

    Raises
    ------
    Problem
        When a covariate cannot be told from practice and time effects, or the likelihood has no largest value.
    """
    import numpy as np

    from analysis.estimate.models.linear_rate import check_varies

    model = _start(table)
    check_varies(model.table, np.diag(equations(model).information))
    stop = tolerance * float(model.table.exposure.sum())
    for _ in range(most):
        now = equations(model)
        step = now.step()
        if step[0] @ now.own + step[1] @ now.scores.sum(0) <= stop:
            return _bounded(model.moved(step))
        model = _climbed(model, step)
    raise _unbounded()


def equations(model: Logit) -> Equations:
    """The derivatives at the model's parameters."""
    from scipy.special import expit

    from analysis.estimate.numerics.fits.grid import cross_products, design_sums

    table, mean = model.table, expit(model.odds)
    residual, weight = table.count - table.exposure * mean, table.exposure * mean * (1 - mean)
    mixed = design_sums(weight, table.covariates, table.months)
    return Equations(
        residual.sum(1),
        weight.sum(1),
        design_sums(residual, table.covariates, table.months),
        mixed,
        cross_products(weight, table.covariates, mixed, table.months),
    )


def partial_effect(model: Logit) -> Fitted:
    """The average partial effect of the first covariate where it is 1, in percentage points.

    The mean, over the weights of those cells, of their share less what it would be with the covariate at 0: the effect
    in the treated, which is what least squares estimates too (Puhani 2012, Economics Letters 115:85-87; Wooldridge
    2023, Econometrics Journal 26:C31-C66). Its error is by the delta method; it carries that of all effects.
    """
    import numpy as np
    from scipy.special import expit

    from analysis.estimate.numerics.fits.grid import cluster_sums, design_sums
    from analysis.estimate.numerics.fits.poisson import solve

    # ASSUME: the cells over which the effect is averaged, and their weights, are taken as given.
    table, first, now = model.table, model.table.months - 1, equations(model)
    treated = table.covariates[:, :, 0]
    weight = table.exposure * treated / (table.exposure * treated).sum()
    with_it, without = expit(model.odds), expit(model.odds - treated * model.parameters[first])
    slope = weight * (with_it * (1 - with_it) - without * (1 - without))
    gradient = design_sums(slope, table.covariates, table.months).sum(0)
    gradient[first] += (weight * without * (1 - without)).sum()
    gradient = gradient - now.mixed.T @ (slope.sum(1) / now.own_information)
    clusters = int(table.cluster.max()) + 1
    pulls = cluster_sums(table.cluster, clusters, now.freed()) @ solve(now.information, gradient)
    present = len(np.unique(table.cluster))
    variance = POINTS**2 * present / (present - 1) * float(pulls @ pulls)
    effect = POINTS * float((weight * (with_it - without)).sum())
    return Fitted(np.array([effect]), np.array([[variance]]), present - 1, present, log=False)


def logit_effect(rows: "pd.DataFrame", confidence: float, **labels: Any) -> Estimate:
    """The pilots' effect on a share by logistic regression, as a row in percentage points.

    Parameters
    ----------
    rows : DataFrame
        Shares of practices in windows or waves, as
        :func:`analysis.estimate.continuity.continuity.share_effect` takes them.
    confidence : float
        Confidence level of the interval.
    **labels
        The other columns of the row.

    Raises
    ------
    Problem
        When the effect cannot be told, or there is one cluster.
    """
    from analysis.estimate.models.linear_rate import check_clusters
    from analysis.estimate.numerics.fits.grid import grid

    table = grid(share_panel(rows, after(rows)))
    check_clusters(table)
    return in_points(partial_effect(fit(table)), 0, confidence, **labels | sizes(rows))


def _start(table: "Grid") -> Logit:
    import numpy as np
    from scipy.special import logit

    count, weight = table.count.sum(1), table.exposure.sum(1)
    inside = (count > 0) & (count < weight)
    if not inside.any():
        raise _unbounded()
    return Logit(table.only(inside), logit(count[inside] / weight[inside]), np.zeros(table.size))


def _climbed(model: Logit, step: "tuple[Floats, Floats]") -> Logit:
    share, value = 1.0, model.value()
    while share > 1e-6:  # the likelihood is concave, so some shorter step climbs
        if (candidate := model.moved(step, share)).value() >= value:
            return candidate
        share /= 2
    return model


def _bounded(model: Logit) -> Logit:
    import numpy as np

    if np.abs(model.parameters).max() > UNBOUNDED:
        raise _unbounded()
    return model


def _unbounded() -> NotEstimable:
    return NotEstimable(ReasonCode.LOGIT_HAS_NO_BOUND, "read the estimate by least squares alone")
