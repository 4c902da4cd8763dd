"""How a confounder bends a rate ratio, in closed form: the E-value, the bias factor, and where a finding tips.

E-value: VanderWeele & Ding (2017, Ann Intern Med 167:268-274). Bias factor of a binary confounder: Bross (1966,
J Chronic Dis 19:637-647); Schlesselman (1978, Am J Epidemiol 108:3-8).
"""


def e_value(ratio: float) -> float:
    """The least association with both the intervention and the outcome that would explain a ratio away.

    Parameters
    ----------
    ratio : float
        A ratio of rates or risks, above or below 1.

    Returns
    -------
    float
        A ratio, 1 or more.
    """
    above = max(ratio, 1 / ratio)
    return float(above + (above * (above - 1)) ** 0.5)


def nearest_one(low: float, high: float) -> float:
    """The value in an interval of ratios that is nearest to 1: one of its ends, or 1 where it holds 1."""
    return min(max(low, 1.0), high)


def bias_factor(prevalence: float, elsewhere: float, strength: float) -> float:
    """What a binary confounder multiplies the ratio by.

    Parameters
    ----------
    prevalence, elsewhere : float
        Its share among the patients of pilot and of comparison practices.
    strength : float
        The rate of those who have it, over the rate of those who do not.
    """
    return (1 + prevalence * (strength - 1)) / (1 + elsewhere * (strength - 1))


def tipping_strength(ratio: float, prevalence: float, elsewhere: float) -> float | None:
    """The strength at which the confounder alone would give the ratio.

    Parameters
    ----------
    ratio : float
        What is to be explained.
    prevalence, elsewhere : float
        As for :func:`bias_factor`.

    Returns
    -------
    float or None
        None where no confounder of such prevalence would do, however strong.
    """
    if ratio == 1:
        return 1.0
    gap = prevalence - ratio * elsewhere
    if gap == 0:
        return None
    strength = 1 + (ratio - 1) / gap
    # It has to work in the direction of the finding, and no rate is negative.
    return strength if strength >= 0 and (strength > 1) == (ratio > 1) else None
