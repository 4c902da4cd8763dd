"""CRV3 against leaving out each cluster by hand."""

import numpy as np
import pytest

from analysis.estimate.numerics.errors import jackknife
from analysis.estimate.numerics.errors.cluster_terms import PER_YEAR, linear_terms, poisson_terms
from analysis.estimate.numerics.errors.jackknife import crv3, leave_one_out, leave_one_out_linear
from analysis.estimate.numerics.fits.poisson import Panel, fit, grid
from analysis.steps import Problem
from tests.cluster_world import clustered, dummies, least_squares, taken


@pytest.fixture(scope="module")
def panel() -> Panel:
    return clustered(8, {0: 2, 1: 3, 2: 3}, 0.1, seed=3)


def test_poisson_is_refitted_without_each_cluster(panel: Panel) -> None:
    left = leave_one_out(grid(panel), fit(panel))
    for cluster, found in enumerate(left):
        by_hand = fit(taken(panel, panel.cluster != cluster)).coefficients
        assert found == pytest.approx(by_hand, abs=1e-7)


def test_linear_equals_least_squares_without_each_cluster(panel: Panel) -> None:
    estimate, left = leave_one_out_linear(linear_terms(grid(panel)))
    for found, rows in [(estimate, panel.cluster >= 0), *((left[each], panel.cluster != each) for each in range(8))]:
        part = taken(panel, rows)
        rate = PER_YEAR * part.count / part.exposure
        assert found == pytest.approx(least_squares(dummies(part), rate, part.exposure)[-1], rel=1e-8)


def test_one_step_is_near_the_refit(panel: Panel) -> None:
    model = fit(panel)
    change, left = leave_one_out_linear(poisson_terms(grid(panel), model.parameters))
    assert change == pytest.approx(0, abs=1e-8)
    refitted = leave_one_out(grid(panel), model)[:, 0] - model.coefficients[0]
    assert left == pytest.approx(refitted, abs=0.1 * model.covariance[0, 0] ** 0.5)


def test_variance_by_hand() -> None:
    # Without each of three clusters 1, 3 and 5 instead of 2: two thirds of 1 + 1 + 9.
    assert crv3(np.array([2.0]), np.array([[1.0], [3.0], [5.0]])) == pytest.approx(22 / 3)


def test_the_mean_of_clusters_has_its_textbook_variance() -> None:
    values = np.array([3.0, 5.0, 4.0, 8.0])
    left = (values.sum() - values) / 3
    assert crv3(values.mean(keepdims=True), left[:, None]) == pytest.approx(values.var(ddof=1) / 4)


def test_the_only_treated_cluster_cannot_be_left_out() -> None:
    panel = clustered(6, {0: 3})
    with pytest.raises(Problem, match="cannot be told"):
        leave_one_out_linear(linear_terms(grid(panel)))
    with pytest.raises(Problem):
        leave_one_out(grid(panel), fit(panel))


def test_with_many_clusters_one_newton_step_is_as_good_as_fitting_again(monkeypatch: pytest.MonkeyPatch) -> None:
    table = grid(clustered(60, dict.fromkeys(range(25), 3), 0.2, seed=5))
    model = fit(table)
    full = leave_one_out(table, model)
    monkeypatch.setattr(jackknife, "REFITTED", 59)
    quick = leave_one_out(table, model)
    errors = [crv3(model.coefficients, each)[0, 0] ** 0.5 for each in (full, quick)]
    assert errors[1] == pytest.approx(errors[0], rel=0.01)
    assert (quick != full).any()
