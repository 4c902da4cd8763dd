"""Errors of staggered effects against fitting the library's estimators again without each cluster."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis.estimate.designs.cohorts import balanced
from analysis.estimate.designs.etwfe import etwfe_poisson
from analysis.estimate.designs.group_time import Effects, imputation, sun_abraham
from analysis.estimate.designs.staggered import cohort_effects


def world(seed: int = 0) -> pd.DataFrame:
    """Three cohorts in one, two and three clusters of two practices, and five clusters that never start."""
    random = np.random.default_rng(seed)
    starts = dict(enumerate([3, 4, 4, 6, 6, 6, 0, 0, 0, 0, 0]))
    unit, period = (each.ravel() for each in np.indices((22, 8)))
    cluster, cohort = unit // 2, np.array([starts[each // 2] for each in unit])
    site = random.normal(0, 0.1, 11)
    shock = random.normal(0, 0.05, (11, 8))[cluster, period] + site[cluster] * (period + 1 >= 4)
    population = random.integers(2000, 9000, 22)[unit].astype(float)
    count = random.poisson(population * 0.02 * np.exp(shock + 0.05 * (cohort > 0) * (period + 1 >= cohort)))
    cells = pd.DataFrame(
        {
            "unit": unit,
            "period": period + 1,
            "cohort": cohort,
            "cluster": cluster,
            "count": count,
            "population": population,
        }
    )
    return balanced(cells.assign(rate=12_000 * cells["count"] / cells["population"]))


def refitted(fit: Callable[[pd.DataFrame], Effects], cells: pd.DataFrame, key: tuple[str, int], of: str) -> float:
    whole, values = getattr(fit(cells)[key], of), []
    for cluster in cells["cluster"].unique():
        values.append(getattr(fit(cells[cells["cluster"] != cluster])[key], of))
    count = len(values)
    return float(((count - 1) / count * sum((value - whole) ** 2 for value in values)) ** 0.5)


KEYS = [("effect", 0), ("cohort", 6), ("cohort", 4), ("period", 0), ("period", 2)]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("name", "fit"), [("imputation", imputation), ("sun_abraham", sun_abraham)])
def test_linear_errors_are_those_of_fitting_again(
    name: str, fit: Callable[[pd.DataFrame], Effects], key: tuple[str, int]
) -> None:
    cells = world()
    found = cohort_effects(name, cells, jackknife=True)[key]
    assert found.difference == fit(cells)[key].difference
    assert found.std_error == pytest.approx(refitted(fit, cells, key, "difference"), rel=1e-6)


@pytest.mark.parametrize("key", [("effect", 0), ("cohort", 6)])
@pytest.mark.parametrize("of", ["difference", "log_ratio"])
def test_poisson_errors_are_near_those_of_fitting_again(key: tuple[str, int], of: str) -> None:
    cells = world()
    found = cohort_effects("etwfe_poisson", cells, jackknife=True)[key]
    error = found.std_error if of == "difference" else found.log_error
    assert error == pytest.approx(refitted(etwfe_poisson, cells, key, of), rel=0.03)  # one Newton step


@pytest.mark.parametrize("estimator", ["imputation", "sun_abraham", "etwfe_poisson"])
def test_the_sandwich_stays_as_it_was_published(estimator: str) -> None:
    cells = world()
    plain, wider = (cohort_effects(estimator, cells, jackknife=each)["effect", 0] for each in (False, True))
    assert plain.difference == wider.difference
    assert plain.std_error < wider.std_error
