"""Linear estimators for staggered starts against published numbers, and what must hold of them."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from analysis.estimate.designs.group_time import Effects, callaway_santanna, imputation, sun_abraham
from analysis.estimate.designs.two_way import two_way_fixed_effects
from analysis.steps import Problem
from tests.cohort_data import made, minimum_wages

NEVER = partial(callaway_santanna, control="never_treated")
NOT_YET = partial(callaway_santanna, control="not_yet_treated")
ROBUST = [NEVER, NOT_YET, sun_abraham, imputation]


@pytest.fixture(scope="module")
def wages() -> pd.DataFrame:
    return minimum_wages()


@pytest.fixture(scope="module")
def callaway(wages: pd.DataFrame) -> Effects:
    return NEVER(wages)


def differences(effects: Effects, term: str, first: int = 0) -> dict[int, float]:
    return {horizon: each.difference for (name, horizon), each in effects.items() if name == term and horizon >= first}


# R package did, README and vignette: simple -.03995 (.01203), dynamic -.0772, group -.0310, calendar -.0417.
def test_callaway_santanna_as_published(wages: pd.DataFrame, callaway: Effects) -> None:
    assert callaway["effect", 0].difference == pytest.approx(-0.03995, abs=5e-6)
    # did divides by the counties, this project by the counties less one.
    assert callaway["effect", 0].std_error * (499 / 500) ** 0.5 == pytest.approx(0.01203, abs=6e-6)
    assert np.mean(list(differences(callaway, "period").values())) == pytest.approx(-0.07724, abs=5e-6)
    sizes = wages.drop_duplicates("unit")["cohort"].value_counts()
    groups = differences(callaway, "cohort")
    assert np.average(list(groups.values()), weights=sizes[list(groups)]) == pytest.approx(-0.03102, abs=5e-6)
    assert np.mean(list(differences(callaway, "calendar").values())) == pytest.approx(-0.0417, abs=5e-5)


def test_callaway_santanna_by_time_since_the_start_as_published(callaway: Effects) -> None:
    assert callaway["period", 0].difference == pytest.approx(-0.0199, abs=5e-5)
    assert callaway["period", 3].difference == pytest.approx(-0.1008, abs=5e-5)


def test_doubly_robust_with_a_covariate_as_published(wages: pd.DataFrame) -> None:
    effect = NEVER(wages, adjust=("lpop",))["effect", 0]
    assert effect.difference == pytest.approx(-0.04175, abs=5e-6)
    assert effect.std_error == pytest.approx(0.0115, abs=5e-5)


def test_sun_abraham_as_fixest_has_it(wages: pd.DataFrame) -> None:
    effect = sun_abraham(wages)["effect", 0]
    assert effect.difference == pytest.approx(-0.039951, abs=5e-7)
    # fixest also takes 5 years and 12 terms of cohort and time off the degrees of freedom.
    assert effect.std_error * (2499 / (2500 - 17)) ** 0.5 == pytest.approx(0.011796, abs=5e-7)


def test_imputation_as_three_libraries_have_it(wages: pd.DataFrame) -> None:
    assert imputation(wages)["effect", 0].difference == pytest.approx(-0.04771, abs=5e-6)


@pytest.mark.parametrize("estimator", ROBUST)
def test_each_aggregation_is_a_mean_of_the_same_cells(estimator: partial[Effects], wages: pd.DataFrame) -> None:
    effects, treated = estimator(wages), wages[(wages["cohort"] > 0) & (wages["period"] >= wages["cohort"])]
    overall = effects["effect", 0].difference
    since = treated["period"] - treated["cohort"]
    for term, by in (("cohort", treated["cohort"]), ("calendar", treated["period"]), ("period", since)):
        shares = by.value_counts(normalize=True)
        found = differences(effects, term)
        assert set(found) == set(shares.index)
        assert sum(shares[horizon] * each for horizon, each in found.items()) == pytest.approx(overall, abs=1e-10)


@pytest.mark.parametrize("estimator", ROBUST)
def test_effects_that_differ_and_grow_are_found(estimator: partial[Effects]) -> None:
    def effect(cohort: int, since: int) -> float:
        return (10 if cohort == 3 else 2) * (1 + since)

    cells = made((0, 3, 5, 7), effect)
    found = estimator(cells)
    for (term, horizon), each in found.items():
        own = {"effect": cells["cohort"] > 0, "cohort": cells["cohort"] == horizon}
        own |= {"calendar": cells["period"] == horizon, "period": cells["period"] - cells["cohort"] == horizon}
        rows = cells[own[term] & (cells["cohort"] > 0) & (cells["period"] >= cells["cohort"])]
        true = [effect(g, t - g) for g, t in zip(rows["cohort"], rows["period"], strict=True)]
        expected = np.average(true, weights=rows["population"]) if len(rows) else 0.0
        assert each.difference == pytest.approx(expected, abs=1e-6), (term, horizon)


@pytest.mark.parametrize("estimator", [*ROBUST, two_way_fixed_effects])
def test_two_periods_and_one_start_are_the_plain_difference_in_differences(estimator: partial[Effects]) -> None:
    cells = made((0, 2), lambda cohort, since: 5.0, periods=2, noise=4.0)
    mean = cells.groupby([cells["cohort"] > 0, "period"])[["rate", "weight"]].apply(
        lambda group: np.average(group["rate"], weights=group["weight"])
    )
    plain = (mean[True, 2] - mean[True, 1]) - (mean[False, 2] - mean[False, 1])
    assert estimator(cells)["effect", 0].difference == pytest.approx(plain, abs=1e-9)


@pytest.mark.parametrize("estimator", [*ROBUST, two_way_fixed_effects])
def test_weights_are_patients(estimator: partial[Effects]) -> None:
    cells = made((0, 3, 5), lambda cohort, since: 5.0, units=10, noise=4.0).assign(
        weight=lambda frame: 1 + frame["unit"] % 2
    )
    twice = pd.concat([cells, cells[cells["weight"] == 2].assign(unit=lambda frame: frame["unit"] + 1000)])
    whole, split = estimator(cells), estimator(twice.assign(weight=1.0).reset_index(drop=True))
    assert split["effect", 0].difference == pytest.approx(whole["effect", 0].difference, abs=1e-8)
    if estimator is not imputation:  # its standard error is an upper bound, which depends on what a practice is
        assert split["effect", 0].std_error == pytest.approx(whole["effect", 0].std_error, rel=1e-6)


def test_what_the_library_refuses_is_a_problem() -> None:
    cells = made((0, 3), lambda cohort, since: 5.0).assign(same=1.0, again=1.0)
    with pytest.raises(Problem, match="does not take these practices") as problem:
        NEVER(cells, adjust=("same", "again"))
    assert "study file" in problem.value.mend
