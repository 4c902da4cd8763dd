"""Entropy balancing: the means wanted, exactly; the least departure from equal weights; a refusal where none fit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from analysis.estimate.numerics.weights.entropy import balancing_weights, moments
from analysis.steps import Problem


@given(st.integers(0, 10_000), st.integers(1, 6))
def test_weighted_means_are_the_targets(seed: int, columns: int) -> None:
    random = np.random.default_rng(seed)
    values = random.normal(size=(300, columns)) * random.uniform(0.01, 100, columns)
    target = values.mean(axis=0) + 0.5 * values.std(axis=0) * random.uniform(-1, 1, columns)
    weight = balancing_weights(values, target)
    assert (weight > 0).all()
    assert weight.sum() == pytest.approx(1, abs=1e-12)
    assert np.abs((weight @ values - target) / values.std(axis=0)).max() < 1e-8


def test_weights_are_those_of_the_primal_problem() -> None:
    random = np.random.default_rng(3)
    values, size = random.normal(size=(25, 2)), 25
    target = np.array([0.3, -0.2])
    primal = minimize(
        lambda w: float(np.sum(w * np.log(w * size))), np.full(size, 1 / size), bounds=[(1e-9, 1)] * size,
        constraints=[
            {"type": "eq", "fun": lambda w: w @ values - target}, {"type": "eq", "fun": lambda w: w.sum() - 1},
        ],
        method="SLSQP", options={"ftol": 1e-14, "maxiter": 1000},
    )  # fmt: skip
    assert balancing_weights(values, target) == pytest.approx(primal.x, abs=1e-5)


def test_where_the_means_hold_already_the_base_weights_stay() -> None:
    values = np.random.default_rng(1).normal(size=(50, 3))
    base = np.random.default_rng(2).uniform(1, 3, 50)
    assert balancing_weights(values, base @ values / base.sum(), base) == pytest.approx(base / base.sum(), rel=1e-9)


def test_columns_that_depend_on_one_another_or_do_not_vary_do_no_harm() -> None:
    random = np.random.default_rng(4)
    plain = random.normal(size=(200, 2))
    extra = np.column_stack([plain, plain.sum(axis=1), np.ones(200)])
    target = np.array([0.2, 0.1])
    assert balancing_weights(extra, np.array([0.2, 0.1, 0.3, 1.0])) == pytest.approx(
        balancing_weights(plain, target), rel=1e-6
    )


@pytest.mark.parametrize("target", [[9.0, 0.0], [0.0, -9.0]])
def test_means_out_of_reach_are_refused(target: list[float]) -> None:
    values = np.random.default_rng(5).uniform(-1, 1, (100, 2))
    with pytest.raises(Problem, match="lie outside"):
        balancing_weights(values, np.array(target))


def test_moments_are_means_and_squares_of_what_has_more_than_two_values() -> None:
    values = np.column_stack([np.arange(4.0), np.array([0.0, 1.0, 0.0, 1.0])])
    assert moments(values) == pytest.approx(np.column_stack([values, (values[:, 0] - 1.5) ** 2]))
