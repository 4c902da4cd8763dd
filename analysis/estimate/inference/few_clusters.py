"""The uncertainty of the primary estimate of one outcome, a count or a share, by each method for few clusters.

The methods and their conventions are listed in :mod:`analysis.estimate.inference.inference`.
"""

from collections.abc import Callable
from dataclasses import replace

from analysis.estimate.inference.primary import SEED, Primary, PrimaryShare
from analysis.estimate.models.effect import with_interval
from analysis.estimate.numerics.errors.intervals import interval, t_test
from analysis.estimates import MISSING, Estimate
from analysis.plan.designs import Method


def crv3_poisson(model: Primary) -> Estimate:
    """The variance from leaving out each cluster, the model refitted in full."""
    import numpy as np

    from analysis.estimate.numerics.errors.jackknife import crv3, leave_one_out
    from analysis.estimate.numerics.fits.poisson import fit

    fitted = fit(model.bounded)
    covariance = crv3(fitted.coefficients, leave_one_out(model.bounded, fitted))
    log_ratio, std_error = float(fitted.coefficients[0]), float(covariance[0, 0] ** 0.5)
    low, high = np.exp(interval(log_ratio, std_error, fitted.clusters - 1, model.confidence)).tolist()
    p_value = t_test(log_ratio, std_error, fitted.clusters - 1)
    return replace(model.effect, horizon="crv3", std_error=std_error, ci_low=low, ci_high=high, p_value=p_value)


def crv3_linear(model: Primary) -> Estimate:
    """The same for linear rates, where it takes no refitting."""
    import numpy as np

    from analysis.estimate.numerics.errors.jackknife import crv3, leave_one_out_linear

    estimate, left = leave_one_out_linear(model.linear_terms)
    std_error = float(crv3(np.array([estimate]), left[:, None])[0, 0] ** 0.5)
    columns = with_interval(estimate, std_error, left.size - 1, model.confidence)
    return replace(model.effect, horizon="crv3", **model.linear_labels, **columns)


def score_bootstrap(model: Primary) -> Estimate:
    """The bootstrap of the Poisson model's scores."""
    import numpy as np

    from analysis.estimate.numerics.errors.bootstrap import inverted, wild_test

    draws, log_ratio = model.weights, float(np.log(model.effect.estimate))

    def p_of(value: float) -> float:
        return wild_test(model.score_terms(value), draws)

    low, high = np.exp(inverted(p_of, log_ratio, model.effect.std_error, model.confidence)).tolist()
    return replace(model.effect, horizon="score_bootstrap", p_value=p_of(0.0), ci_low=low, ci_high=high)


def wild_bootstrap(model: Primary) -> Estimate:
    """The wild cluster bootstrap of linear rates."""
    from analysis.estimate.numerics.errors.bootstrap import inverted, wild_test

    draws, terms = model.weights, model.linear_terms
    estimate, std_error = terms.estimate()
    low, high = inverted(lambda value: wild_test(terms.under(value), draws), estimate, std_error, model.confidence)
    p_value = wild_test(terms.under(0.0), draws)
    return replace(
        model.effect, horizon="wild_bootstrap", estimate=estimate, std_error=std_error, ci_low=low, ci_high=high,
        p_value=p_value, **model.linear_labels,
    )  # fmt: skip


def randomisation(model: Primary) -> Estimate:
    """The share of assignments of starts to clusters that show as much."""
    from analysis.estimate.numerics.errors.randomisation import assignments, randomisation_test, start_months

    starts = start_months(model.bounded)
    drawn = assignments(starts, model.draws, SEED)
    p_value = randomisation_test(model.without(), starts, drawn)
    return replace(
        model.effect, horizon="randomisation", p_value=p_value, std_error=MISSING, ci_low=MISSING, ci_high=MISSING
    )


Maker = Callable[[Primary], Estimate]
METHODS: dict[Method, dict[str, Maker]] = {
    "crv3": {"poisson_fixed_effects": crv3_poisson, "linear_rate": crv3_linear},
    "score_bootstrap": {"poisson_fixed_effects": score_bootstrap},
    "wild_bootstrap": {"linear_rate": wild_bootstrap},
    "randomisation": {"poisson_fixed_effects": randomisation},
}
SHARE_METHODS: dict[Method, dict[str, Maker]] = {
    "crv3": {"weighted_least_squares": crv3_linear},
    "score_bootstrap": {},
    "wild_bootstrap": {"weighted_least_squares": wild_bootstrap},
    "randomisation": {"weighted_least_squares": randomisation},
}


def methods_of(model: Primary) -> dict[Method, dict[str, Maker]]:
    """The methods that can tell an outcome's uncertainty, by the estimator that each rests on."""
    return SHARE_METHODS if isinstance(model, PrimaryShare) else METHODS
