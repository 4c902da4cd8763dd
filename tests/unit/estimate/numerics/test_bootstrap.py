"""The bootstraps against least squares refitted in each draw, and what enumeration and inversion must give."""

from itertools import product

import numpy as np
import pytest

from analysis.estimate.numerics.errors.bootstrap import bootstrap_statistics, inverted, p_value, weights, wild_test
from analysis.estimate.numerics.errors.cluster_terms import PER_YEAR, linear_terms, poisson_terms
from analysis.estimate.numerics.errors.intervals import interval, t_test
from analysis.estimate.numerics.fits.grid import Floats, Panel
from analysis.estimate.numerics.fits.likelihood import expected
from analysis.estimate.numerics.fits.poisson import fit, grid
from analysis.steps import Problem
from tests.cluster_world import clustered, dummies, least_squares, t_by_rows

CLUSTERS = 5
SIGNS = np.array(list(product([1.0, -1.0], repeat=CLUSTERS)))


@pytest.fixture(scope="module")
def panel() -> Panel:
    return clustered(CLUSTERS, {0: 2, 1: 3}, 0.1, seed=5)


def by_rows(panel: Panel, outcome: Floats, weight: Floats, drawn: Floats) -> list[float]:
    """Each draw as the textbook has it: restricted residuals times the cluster's weight, everything fitted again."""
    restricted = dummies(panel)[:, :-1]
    fitted = restricted @ least_squares(restricted, outcome, weight)
    return [t_by_rows(panel, fitted + draw[panel.cluster] * (outcome - fitted), weight) for draw in drawn]


@pytest.mark.parametrize("drawn", [SIGNS, np.random.default_rng(1).normal(size=(20, CLUSTERS))], ids=["signs", "any"])
def test_wild_bootstrap_refits_in_every_draw(panel: Panel, drawn: Floats) -> None:
    rate = PER_YEAR * panel.count / panel.exposure
    observed, found = bootstrap_statistics(linear_terms(grid(panel)).under(0.0), drawn)
    assert observed == pytest.approx(t_by_rows(panel, rate, panel.exposure), rel=1e-8)
    assert found == pytest.approx(by_rows(panel, rate, panel.exposure, drawn), rel=1e-6)


def test_the_estimate_and_its_error_are_those_of_least_squares(panel: Panel) -> None:
    rate = PER_YEAR * panel.count / panel.exposure
    estimate, error = linear_terms(grid(panel)).estimate()
    assert estimate == pytest.approx(least_squares(dummies(panel), rate, panel.exposure)[-1], rel=1e-8)
    assert estimate / error == pytest.approx(t_by_rows(panel, rate, panel.exposure), rel=1e-8)


def test_another_null_is_the_same_as_taking_it_off_the_outcome(panel: Panel) -> None:
    rate = PER_YEAR * panel.count / panel.exposure - 40 * panel.covariates[:, 0]
    _, found = bootstrap_statistics(linear_terms(grid(panel)).under(40.0), SIGNS)
    assert found == pytest.approx(by_rows(panel, rate, panel.exposure, SIGNS), rel=1e-6)


def test_score_bootstrap_is_that_of_the_working_model_under_the_null(panel: Panel) -> None:
    table = grid(panel)
    null = fit(panel, held={0: 0.0}).parameters
    mean = expected(table, null).ravel()
    _, found = bootstrap_statistics(poisson_terms(table, null), SIGNS)
    assert found == pytest.approx(by_rows(panel, (panel.count - mean) / mean, mean, SIGNS), rel=1e-6)


def test_all_signs_of_sixteen_clusters() -> None:
    draws = weights(16, 6, 9999, 0)
    assert draws.every
    assert draws.weights.shape == (2**15, 16)
    assert len(np.unique(draws.weights, axis=0)) == 2**15
    assert set(np.unique(draws.weights)) == {-1.0, 1.0}
    assert (draws.weights[:, 0] == 1).all()


def test_the_smallest_p_value_of_sixteen_clusters() -> None:
    # All signs and their opposites are the two draws as extreme as the observed one: 2 of 2^16.
    table = grid(clustered(16, dict.fromkeys(range(6), 3), 1.0, seed=2))
    draws = weights(16, 6, 9999, 0)
    score = poisson_terms(table, fit(table, held={0: 0.0}).parameters)
    for terms in (linear_terms(table).under(0.0), score):
        assert wild_test(terms, draws) == 2 / 2**16


def test_more_clusters_are_drawn_at_random() -> None:
    draws = weights(40, 16, 99, 7)
    assert not draws.every
    assert draws.weights.shape == (99, 40)
    assert set(np.unique(draws.weights)) == {-1.0, 1.0}
    assert (draws.weights == weights(40, 16, 99, 7).weights).all()
    assert (draws.weights != weights(40, 16, 99, 8).weights).any()


@pytest.mark.parametrize(("clusters", "treated"), [(16, 2), (40, 3), (8, 4)])
def test_few_clusters_take_six_points(clusters: int, treated: int) -> None:
    drawn = weights(clusters, treated, 20_000, 0).weights
    assert np.unique(drawn) == pytest.approx([-(1.5**0.5), -1, -(0.5**0.5), 0.5**0.5, 1, 1.5**0.5])
    assert drawn.mean() == pytest.approx(0, abs=0.01)
    assert drawn.var() == pytest.approx(1, abs=0.01)


def test_one_treated_cluster_is_refused() -> None:
    with pytest.raises(Problem, match="One cluster alone") as problem:
        weights(16, 1, 99, 0)
    assert "randomisation" in problem.value.mend


def test_p_values_count_the_observed_statistic_once() -> None:
    drawn = np.array([2.0, -1.0, 0.5, -2.0])
    assert p_value(2.0, drawn, every=True) == 0.5
    assert p_value(2.0, drawn, every=False) == 0.6
    assert p_value(3.0, drawn[:3], every=False) == 0.25


def test_inverting_the_t_test_gives_its_interval() -> None:
    found = inverted(lambda value: t_test(0.3 - value, 0.1, 15), 0.3, 0.1, 0.95)
    assert found == pytest.approx(interval(0.3, 0.1, 15, 0.95), abs=1e-4)


def test_a_test_that_never_rejects_has_no_interval() -> None:
    assert np.isnan(inverted(lambda _: 1.0, 0.3, 0.1, 0.95)).all()


def test_the_interval_leaves_out_what_the_test_rejects() -> None:
    panel = clustered(12, dict.fromkeys(range(5), 3), 0.1, seed=11)
    terms, draws = linear_terms(grid(panel)), weights(12, 5, 999, 0)
    estimate, error = terms.estimate()
    low, high = inverted(lambda value: wild_test(terms.under(value), draws), estimate, error, 0.95)
    assert low < estimate < high
    for end, outwards in ((low, -error), (high, error)):
        assert wild_test(terms.under(end - 0.01 * outwards), draws) > 0.05
        assert wild_test(terms.under(end + 0.01 * outwards), draws) <= 0.05
