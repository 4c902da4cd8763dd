"""Relative magnitudes: the published example to its digits, and what must hold of any event study."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from analysis.estimate.numerics.bounds.honest_did import EventStudy
from analysis.estimate.numerics.bounds.least_favourable import least_favourable
from analysis.estimate.numerics.bounds.relative_magnitudes import Inequalities, accepted, robust_interval, steps
from tests.medicaid import event_study, r_normal

SIZES = (0.5, 1.0, 1.5, 2.0)
# HonestDiD's README in two versions: with its present grid around the estimate, and with the older one around zero.
PRINTED = {0.5: ("0.0241", "0.0673"), 1.0: ("0.0171", "0.072"), 1.5: ("0.00859", "0.0796"), 2.0: ("-0.00107", "0.0883")}
EARLIER = {0.5: ("0.024", "0.0672"), 1.0: ("0.017", "0.072"), 1.5: ("0.00824", "0.0797"), 2.0: ("-0.000916", "0.0881")}
# README of stata-honestdid: the average of both years.
AVERAGE = {0.0: (0.041, 0.075), 0.5: (0.033, 0.080), 1.0: (0.020, 0.090), 1.5: (0.006, 0.103), 2.0: (-0.008, 0.117)}
MEDICAID = event_study(1.0, 0.0)
STEP = 40 * MEDICAID.std_error / 999  # of the published grids of 1,000 points, a little more where they grow with Mbar

Critical = Callable[[Inequalities, int, float], float]


def exact(test: Inequalities, number: int, mbar: float) -> float:
    return least_favourable(test.gradient, test.covariance, 0.005)


def drawn(test: Inequalities, number: int, mbar: float) -> float:
    """HonestDiD's: the quantile of 1,000 draws of the four moments with R's generator, seed 0."""
    first, sign = number // 2, 1 - 2 * (number % 2)
    covariance, rows = MEDICAID.covariance, np.zeros((4, 7))
    rows[[0, 1, 1], [5, 5, 6]] = 1, -1, 1  # the two steps after 2013
    rows[2:] = -rows[:2]
    step = np.diff(np.vstack([np.eye(7)[:5], np.zeros(7)]), axis=0)[first]
    moments = (rows - mbar * sign * step) @ covariance @ (rows - mbar * sign * step).T
    values, vectors = np.linalg.eigh(moments)
    noise = r_normal(4000).reshape(1000, 4) @ (vectors * np.sqrt(values.clip(0))) @ vectors.T
    spread = np.sqrt(np.diag(moments))
    pair = (noise[:, 1] + noise[:, 3]) / (spread[1] + spread[3])
    largest = np.maximum(np.maximum(noise[:, 0] / spread[0], noise[:, 2] / spread[2]), pair)
    return float(np.quantile(largest, 0.995))


def on_grid(mbar: float, grid: "np.ndarray[tuple[int], np.dtype[np.float64]]", critical: Critical) -> tuple[str, str]:
    """First and last accepted point of a grid, as R prints them."""
    inside = np.zeros(grid.size, dtype=bool)
    for number, test in enumerate(steps(MEDICAID, mbar)):
        inside |= accepted(test, grid, 0.05, critical(test, number, mbar))
    return f"{grid[inside][0]:.3g}", f"{grid[inside][-1]:.3g}"


def test_the_event_study_is_the_published_one() -> None:
    assert MEDICAID.coefficients[5:].round(4).tolist() == [0.0464, 0.0692]


@pytest.mark.parametrize("mbar", SIZES)
def test_published_digits_follow_on_the_published_grid_with_the_published_draws(mbar: float) -> None:
    earlier = np.append(MEDICAID.coefficients[:5], 0)
    half = mbar * np.abs(np.diff(earlier)).max() + 20 * MEDICAID.std_error
    grid = np.linspace(MEDICAID.estimate - half, MEDICAID.estimate + half, 1000)
    assert on_grid(mbar, grid, drawn) == PRINTED[mbar]


@pytest.mark.parametrize("mbar", SIZES)
def test_earlier_published_digits_follow_on_their_grid_without_any_draws(mbar: float) -> None:
    grid = np.linspace(-20 * MEDICAID.std_error, 20 * MEDICAID.std_error, 1000)
    assert on_grid(mbar, grid, exact) == EARLIER[mbar]


@pytest.mark.parametrize("mbar", SIZES)
def test_ours_has_no_grid_and_no_draws_and_lies_within_their_reach_of_the_published(mbar: float) -> None:
    for ours, printed, earlier in zip(robust_interval(MEDICAID, mbar, 0.05), PRINTED[mbar], EARLIER[mbar], strict=True):
        assert ours == pytest.approx(float(earlier), abs=STEP + 0.00005)
        # The present README's quantile of 1,000 draws at 99.5 % moves the ends by up to 0.00015.
        assert ours == pytest.approx(float(printed), abs=1.05 * STEP + 0.00005 + 0.00015)


@pytest.mark.parametrize("mbar", AVERAGE)
def test_the_average_of_both_years_is_the_published_one(mbar: float) -> None:
    # Three digits, a grid, and draws stand behind what is published.
    assert robust_interval(event_study(0.5, 0.5), mbar, 0.05) == pytest.approx(AVERAGE[mbar], abs=0.0005 + 1.2 * STEP)


def test_no_violation_gives_the_usual_interval() -> None:
    half = 1.959963984540054 * MEDICAID.std_error
    ends = MEDICAID.estimate - half, MEDICAID.estimate + half
    assert robust_interval(MEDICAID, 0.0, 0.05) == pytest.approx(ends, abs=1e-9)


@st.composite
def studies(draw: st.DrawFn) -> EventStudy:
    """Any event study with up to four periods on either side."""
    before, after = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    root = random.normal(size=(before + after, before + after + 2))
    weights = random.normal(size=after) if draw(st.booleans()) else np.full(after, 1 / after)
    return EventStudy(random.normal(size=before + after), root @ root.T / 10, before, weights)


@given(studies(), st.floats(0.1, 3), st.floats(-5, 5))
def test_the_statistic_solves_the_linear_program(study: EventStudy, mbar: float, theta: float) -> None:
    """The least eta such that some path of the effect with the value theta meets all moments."""
    after = len(study.weights)
    change = np.eye(after) - np.eye(after, k=-1)
    rows = np.hstack([np.zeros((after, study.before)), change])
    earlier = np.diff(np.vstack([np.eye(study.before, study.before + after), np.zeros(study.before + after)]), axis=0)
    for number, test in enumerate(steps(study, mbar)):
        step = (1 - 2 * (number % 2)) * earlier[number // 2]
        moments = np.vstack([rows - mbar * step, -rows - mbar * step])
        spread = np.sqrt(np.diag(moments @ study.covariance @ moments.T))
        effect = np.vstack([change, -change])
        found = linprog(
            np.append(np.zeros(after), 1), A_ub=-np.column_stack([effect, spread]),
            b_ub=-(moments @ study.coefficients), A_eq=[np.append(study.weights, 0)], b_eq=[theta],
            bounds=[(None, None)] * (after + 1),
        )  # fmt: skip
        assert test.statistics(np.array([theta])).max() == pytest.approx(found.fun, abs=1e-7)


@given(studies(), st.floats(0, 3))
def test_the_critical_value_is_that_of_the_simulated_statistic(study: EventStudy, mbar: float) -> None:
    test = next(steps(study, mbar))
    random = np.random.default_rng(1)
    drawn = random.multivariate_normal(np.zeros(2), test.covariance, 20_000) @ test.gradient.T
    value = least_favourable(test.gradient, test.covariance, 0.05)
    # Four standard errors of a share of 5 % in 20,000 draws.
    assert (drawn.max(axis=1) > value).mean() == pytest.approx(0.05, abs=4 * (0.05 * 0.95 / 20_000) ** 0.5)


@given(studies(), st.floats(0, 2), st.floats(0.05, 1))
def test_more_violation_never_gives_a_shorter_interval(study: EventStudy, mbar: float, more: float) -> None:
    (low, high), (lower, higher) = robust_interval(study, mbar, 0.05), robust_interval(study, mbar + more, 0.05)
    assert low <= study.estimate <= high
    assert higher - lower >= (high - low) * (1 - 1e-9)


@settings(max_examples=25)
@given(studies(), st.floats(0, 2), st.floats(0.01, 100))
def test_the_unit_of_the_outcome_does_not_matter(study: EventStudy, mbar: float, factor: float) -> None:
    scaled = EventStudy(factor * study.coefficients, factor**2 * study.covariance, study.before, study.weights)
    ends = tuple(factor * each for each in robust_interval(study, mbar, 0.05))
    assert robust_interval(scaled, mbar, 0.05) == pytest.approx(ends, rel=1e-6, abs=1e-6 * factor)


@settings(max_examples=25)
@given(studies(), st.floats(0, 2))
def test_the_sign_of_the_outcome_does_not_matter(study: EventStudy, mbar: float) -> None:
    low, high = robust_interval(
        EventStudy(-study.coefficients, study.covariance, study.before, study.weights), mbar, 0.05
    )
    assert (-high, -low) == pytest.approx(robust_interval(study, mbar, 0.05), abs=1e-6)


def test_the_interval_covers_at_its_level_when_the_violation_is_as_large_as_allowed() -> None:
    """An effect of zero and trends at the edge of what is allowed: both stages together keep 95 %."""
    random, drift = np.random.default_rng(5), np.array([-0.4, 0.0, 0.4, 0.8])  # every step is 0.4
    covariance = 0.05 * (np.eye(4) + 1)
    covered = 0
    for _ in range(200):
        study = EventStudy(random.multivariate_normal(drift, covariance), covariance, 2, np.array([0.0, 1.0]))
        low, high = robust_interval(study, 1.0, 0.05)
        covered += low <= 0 <= high
    assert covered / 200 >= 0.95 - 3 * (0.05 * 0.95 / 200) ** 0.5
