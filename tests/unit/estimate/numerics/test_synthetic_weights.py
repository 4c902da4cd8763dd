"""Synthetic control and synthetic difference-in-differences: published numbers, and what must hold."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from analysis.estimate.numerics.weights.synthetic_weights import Comparison, Solver, exact, gap
from analysis.steps import Problem

Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def california() -> Comparison:
    """Packs of cigarettes sold per head, California and 38 states, 1970 to 2000; Proposition 99 in 1989."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from synthdid import load_california_prop99

    table = load_california_prop99().pivot(index="State", columns="Year", values="PacksPerCapita")
    return Comparison(table.loc["California"].to_numpy(), table.drop("California").to_numpy(), 19)


def frank_wolfe(noise: float, *, thinned: bool) -> Solver:
    """The solver of the published analysis, with its stopping rule: a step gains too little, or 10,000 steps."""

    def walk(columns: Floats, target: Floats, ridge: float, weights: Floats, steps: int) -> Floats:
        penalty, last = ridge * len(target), np.inf
        for _ in range(steps):
            error = columns @ weights - target
            slope = error @ columns + penalty * weights
            best = int(slope.argmin())
            step = -weights + (np.arange(len(weights)) == best)
            along = columns[:, best] - columns @ weights
            length = along @ along + penalty * step @ step
            weights = weights + np.clip(-(slope @ step) / length, 0, 1) * step if length > 0 else weights
            value = ridge * weights @ weights + np.mean((columns @ weights - target) ** 2)
            if last - value <= (1e-5 * noise) ** 2:
                break
            last = value
        return weights

    def solve(columns: Floats, target: Floats, ridge: float) -> Floats:
        weights = np.full(columns.shape[1], 1 / columns.shape[1])
        if thinned:
            weights = walk(columns, target, ridge, weights, 100)
            weights = np.where(weights <= weights.max() / 4, 0, weights)
            weights = weights / weights.sum()
        return walk(columns, target, ridge, weights, 10_000)

    return solve


def noise(data: Comparison) -> float:
    return float(np.std(np.diff(data.donors[:, : data.before], axis=1), ddof=1))


# Arkhangelsky et al. (2021), table 1, prints -15.6 and -19.6; the package synthdid gives four decimals.
def test_published_synthetic_did(california: Comparison) -> None:
    found = gap(california, "synthetic_did", frank_wolfe(noise(california), thinned=True))
    assert found.effect == pytest.approx(-15.6038, abs=5e-5)


def test_published_synthetic_control(california: Comparison) -> None:
    found = gap(california, "synthetic_control", frank_wolfe(noise(california), thinned=True), classical=True)
    assert found.effect == pytest.approx(-19.6197, abs=5e-5)


# The same table prints -11.1 for "DIFP", which is the synthetic control on demeaned series.
@pytest.mark.parametrize("thinned", [True, False])
def test_published_demeaned_synthetic_control(california: Comparison, thinned: bool) -> None:
    walked = gap(california, "synthetic_control", frank_wolfe(noise(california), thinned=thinned))
    assert walked.effect == pytest.approx(-11.1, abs=0.05)
    assert gap(california, "synthetic_control").effect == pytest.approx(-11.1, abs=0.05)


def test_demeaning_is_a_matter_of_taking_means_off(california: Comparison) -> None:
    """By hand: the classical estimator on series that have had their means before the start taken off."""
    means = california.donors[:, :19].mean(axis=1, keepdims=True)
    off = Comparison(california.area - california.area[:19].mean(), california.donors - means, 19)
    by_hand = gap(off, "synthetic_control", classical=True)
    assert gap(california, "synthetic_control").effect == pytest.approx(by_hand.effect, abs=1e-8)


def test_published_difference_in_differences(california: Comparison) -> None:
    """With equal weights for all, the comparison is a difference of differences; published: -27.3."""
    found = gap(california, "synthetic_did", lambda columns, *_: np.full(columns.shape[1], 1 / columns.shape[1]))
    assert found.effect == pytest.approx(-27.3491, abs=5e-5)


@pytest.mark.parametrize(("estimator", "level"), [("synthetic_did", True), ("synthetic_control", False)])
def test_the_exact_weights_fit_better_than_the_published_ones(
    california: Comparison, estimator: str, level: bool
) -> None:
    """The published solver stops before it arrives: nearly so for one estimator, a tenth of a pack for the other."""
    early = california.donors[:, :19].T
    spread, ridge = noise(california), (noise(california) * (12**0.25 if level else 1e-6)) ** 2

    def criterion(weights: Floats) -> float:
        error = early @ weights - california.area[:19]
        return float(np.mean((error - error.mean() * level) ** 2) + ridge * weights @ weights)

    walked = gap(california, estimator, frank_wolfe(spread, thinned=True), classical=True)  # type: ignore[arg-type]
    ours = gap(california, estimator, classical=True)  # type: ignore[arg-type]
    assert criterion(ours.donors) <= criterion(walked.donors)
    assert ours.effect == pytest.approx(walked.effect, abs=0.12 if estimator == "synthetic_control" else 0.002)


@given(st.integers(0, 10_000), st.integers(2, 12), st.integers(2, 10), st.sampled_from([0.0, 1e-6, 0.5]))
def test_weights_are_shares_and_no_other_shares_are_better(seed: int, donors: int, rows: int, ridge: float) -> None:
    random = np.random.default_rng(seed)
    columns, target = random.normal(5, 2, (rows, donors)), random.normal(5, 2, rows)
    weights = exact(columns, target, ridge)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)
    # The minimum over the simplex: no donor's slope lies below that of the donors in use (Karush, Kuhn, Tucker).
    slope = columns.T @ (columns @ weights - target) + ridge * rows * weights
    assert slope.min() >= slope @ weights - 1e-6 * (1 + np.abs(slope).max())


@given(st.integers(0, 10_000), st.floats(-3, 3), st.booleans())
def test_a_mixture_of_donors_has_no_gap_before_and_its_effect_after(seed: int, effect: float, classical: bool) -> None:
    random = np.random.default_rng(seed)
    donors, share = random.uniform(50, 150, (5, 20)), random.dirichlet(np.ones(5))
    area = share @ donors + effect * (np.arange(20) >= 12)
    found = gap(Comparison(area, donors, 12), "synthetic_control", classical=classical)
    assert found.fit == pytest.approx(0, abs=1e-5)
    assert found.effect == pytest.approx(effect, abs=1e-4)
    assert found.observed == pytest.approx(area[12:].mean())
    assert found.counterfactual == pytest.approx((share @ donors)[12:].mean(), abs=1e-4)


@given(st.floats(-40, 40), st.integers(0, 1000), st.sampled_from(["synthetic_control", "synthetic_did"]))
def test_a_level_of_its_own_does_not_move_the_effect(level: float, seed: int, estimator: str) -> None:
    random = np.random.default_rng(seed)
    donors, area = random.normal(100, 5, (6, 14)), random.normal(100, 5, 14)
    one, two = (gap(Comparison(values, donors, 9), estimator) for values in (area, area + level))  # type: ignore[arg-type]
    assert two.effect == pytest.approx(one.effect, abs=1e-6)


@given(st.floats(0.01, 1000), st.sampled_from(["synthetic_control", "synthetic_did"]))
def test_the_unit_does_not_matter(scale: float, estimator: str) -> None:
    random = np.random.default_rng(3)
    donors, area = random.normal(100, 5, (6, 14)), random.normal(100, 5, 14)
    one = gap(Comparison(area, donors, 9), estimator)  # type: ignore[arg-type]
    two = gap(Comparison(scale * area, scale * donors, 9), estimator)  # type: ignore[arg-type]
    assert two.effect == pytest.approx(scale * one.effect, rel=1e-5)


@pytest.mark.parametrize(
    ("area", "donors", "before", "words"),
    [
        (8, 1, 4, "at least two comparison areas"),
        (8, 3, 1, "at least two whole periods before"),
        (4, 3, 4, "a whole period after the start"),
    ],
)
def test_too_little_to_compare(area: int, donors: int, before: int, words: str) -> None:
    with pytest.raises(Problem, match=words):
        gap(Comparison(np.ones(area), np.ones((donors, area)), before), "synthetic_control")
