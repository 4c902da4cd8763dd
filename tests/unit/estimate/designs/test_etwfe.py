"""The extended Poisson model against published numbers and another implementation, and what must hold of it."""

import numpy as np
import pandas as pd
import pytest

from analysis.estimate.designs.etwfe import etwfe_poisson
from analysis.estimate.models.effect import PER
from tests.cohort_data import made, minimum_wages


@pytest.fixture(scope="module")
def wages() -> pd.DataFrame:
    return minimum_wages()


def test_mean_effect_on_employment_as_fixest_has_it(wages: pd.DataFrame) -> None:
    # R fixest, Poisson with the same terms and no covariate: average marginal effect -28.91383.
    assert etwfe_poisson(wages)["effect", 0].difference / PER == pytest.approx(-28.91383, abs=5e-6)


def test_time_since_the_start_as_another_implementation(wages: pd.DataFrame) -> None:
    from diff_diff import WooldridgeDiD

    model = WooldridgeDiD(method="poisson")
    other = model.fit(wages, outcome="count", unit="unit", time="period", first_treat="cohort")
    found = etwfe_poisson(wages)
    table = other.aggregate("event_study").to_dataframe().set_index("relative_period")
    for horizon, att in table["att"].items():
        assert found["period", int(horizon)].difference / PER == pytest.approx(att, abs=1e-6)


def test_one_start_and_two_periods_are_the_ratio_of_ratios() -> None:
    cells = made((0, 2), lambda cohort, since: 7.0, periods=2, noise=3.0)
    events = cells.groupby([cells["cohort"] > 0, "period"])["count"].sum()
    ratio = (events[True, 2] / events[True, 1]) / (events[False, 2] / events[False, 1])
    effect = etwfe_poisson(cells)["effect", 0]
    assert effect.log_ratio == pytest.approx(np.log(ratio), abs=1e-9)
    change = events[True, 2] - events[True, 2] / ratio
    patients = cells.loc[(cells["cohort"] > 0) & (cells["period"] == 2), "population"].sum()
    assert effect.difference == pytest.approx(PER * change / patients, abs=1e-8)


def test_ratios_that_differ_and_grow_are_found() -> None:
    cells = made((0, 3, 5, 7), lambda cohort, since: 0.0)
    since = (cells["period"] - cells["cohort"]).where(cells["cohort"] > 0, -1)
    log_ratio = ((0.01 * cells["cohort"]) * (1 + since)).where(since >= 0, 0.0)
    season = np.exp(0.1 * np.sin(cells["period"]))
    level = np.exp(cells["unit"] % 7 / 10)
    cells = cells.assign(count=cells["population"] * level * season * np.exp(log_ratio))
    found, treated = etwfe_poisson(cells), cells["cohort"].gt(0) & since.ge(0)
    by = {"cohort": cells["cohort"], "calendar": cells["period"], "period": since, "effect": pd.Series(0, cells.index)}
    for (term, horizon), each in found.items():
        rows = treated & (by[term] == horizon)
        weights = cells.loc[rows, "population"]
        assert each.log_ratio == pytest.approx(np.average(log_ratio[rows], weights=weights), abs=1e-8)
        without = cells["count"] / np.exp(log_ratio)
        change = PER * (cells["count"] - without)[rows].sum() / weights.sum()
        assert each.difference == pytest.approx(change, rel=1e-7)


def test_standard_errors_are_those_of_leaving_clusters_out() -> None:
    # With many clusters the jackknife and the delta method agree (Efron & Stein 1981, Ann Stat 9:586-596).
    cells = made((0, 3, 5), lambda cohort, since: 5.0, units=100, noise=10.0)
    whole = etwfe_poisson(cells)["effect", 0]
    left = [etwfe_poisson(cells[cells["cluster"] != each])["effect", 0] for each in range(60)]
    for value, error in (("difference", "std_error"), ("log_ratio", "log_error")):
        replicates = np.array([getattr(each, value) for each in left])
        jackknife = (59 / 60 * ((replicates - replicates.mean()) ** 2).sum()) ** 0.5
        assert getattr(whole, error) == pytest.approx(jackknife, rel=0.1)


def test_a_split_practice_changes_nothing() -> None:
    cells = made((0, 3, 5), lambda cohort, since: 5.0, noise=5.0)
    halves = cells.assign(count=cells["count"] / 2, population=cells["population"] / 2)
    both = pd.concat([halves, halves.assign(unit=halves["unit"] + 1000)], ignore_index=True)
    for key, each in etwfe_poisson(cells).items():
        split = etwfe_poisson(both)[key]
        assert (split.difference, split.std_error) == pytest.approx((each.difference, each.std_error), rel=1e-8)
        assert (split.log_ratio, split.log_error) == pytest.approx((each.log_ratio, each.log_error), rel=1e-8)
