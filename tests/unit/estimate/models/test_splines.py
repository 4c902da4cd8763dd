"""Restricted cubic splines against Harrell's formula, another library, and what must hold for every spline."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from patsy import dmatrix

from analysis.estimate.models.regression import least_squares
from analysis.estimate.models.splines import bends, knot_places, nonlinearity, spline_basis, spline_rows
from analysis.estimates import Estimate
from analysis.steps import Problem

LABELS = {"outcome": "o", "population": "p", "design": "d", "estimator": "e"}


def truncated_powers(values: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """The terms of Harrell (2015), equation 2.25, without his scaling."""
    *inner, before, last = knots

    def cubed(knot: float) -> np.ndarray:
        return np.clip(values - knot, 0, None) ** 3

    terms = [
        cubed(knot) - cubed(before) * (last - knot) / (last - before) + cubed(last) * (before - knot) / (last - before)
        for knot in inner
    ]
    return np.column_stack([np.ones_like(values), values, *terms])


def drawn(seed: int = 1, size: int = 300) -> pd.Series:
    return pd.Series(np.random.default_rng(seed).normal(10, 2, size))


# Hmisc::rcspline.eval(1:101, nk=…) documents these shares of the distribution; of 1 to 101 they are round numbers.
@pytest.mark.parametrize(
    ("number", "places"), [(3, [11, 51, 91]), (4, [6, 36, 66, 96]), (5, [6, 28.5, 51, 73.5, 96])]
)  # fmt: skip
def test_knots_stand_where_harrell_puts_them(number: int, places: list[float]) -> None:
    assert list(knot_places(pd.Series(np.arange(1.0, 102)), number)) == pytest.approx(places)


@pytest.mark.parametrize("number", [3, 4, 5])
def test_the_fit_is_that_of_harrells_truncated_powers(number: int) -> None:
    values = drawn()
    outcome = np.sin(values) + np.random.default_rng(2).normal(size=len(values))
    places = knot_places(values, number)
    ours, theirs = spline_basis(values, places).to_numpy(), truncated_powers(values.to_numpy(), places)
    assert ours.shape == theirs.shape
    fits = [basis @ np.linalg.lstsq(basis, outcome, rcond=None)[0] for basis in (ours, theirs)]
    assert fits[0] == pytest.approx(fits[1], abs=1e-8)


def test_the_basis_is_that_of_patsy_between_the_outer_knots() -> None:
    values = drawn()
    places = knot_places(values, 5)
    within = values[values.between(places[0], places[-1])].reset_index(drop=True)
    given = {"x": within, "inner": places[1:-1], "low": places[0], "high": places[-1]}
    theirs = np.asarray(dmatrix("cr(x, knots=inner, lower_bound=low, upper_bound=high) - 1", given))
    assert spline_basis(within, places).to_numpy() == pytest.approx(theirs, abs=1e-10)


@given(st.floats(-5, 5), st.floats(-5, 5), st.integers(3, 5), st.integers(0, 99))
def test_a_straight_line_is_itself_and_has_no_bends(start: float, slope: float, number: int, seed: int) -> None:
    values = drawn(seed, 60)
    places = knot_places(values, number)
    heights = start + slope * places
    assert spline_basis(values, places).to_numpy() @ heights == pytest.approx(start + slope * values, abs=1e-8)
    assert bends(places) @ heights == pytest.approx(0, abs=1e-8)


@given(st.integers(3, 5), st.integers(0, 99))
def test_a_curve_is_straight_beyond_the_outer_knots(number: int, seed: int) -> None:
    places = knot_places(drawn(seed, 60), number)
    heights = np.random.default_rng(seed).normal(size=number)
    for far in (places[-1] + np.arange(4), places[0] - np.arange(4)):
        curve = spline_basis(pd.Series(far), places).to_numpy() @ heights
        assert np.diff(curve, 2) == pytest.approx(0, abs=1e-8)


def world(seed: int, bend: float = 0.0) -> tuple[pd.Series, pd.Series, pd.Series]:
    """An exposure, an outcome that falls along it and may bend, and forty areas that share their luck."""
    random = np.random.default_rng(seed)
    values, area = pd.Series(random.normal(0, 1, 400)), np.arange(400) % 40
    outcome = 60 - 5 * values + bend * values**2 + random.normal(0, 2, 40)[area] + random.normal(0, 3, 400)
    return values, outcome, pd.Series(area.astype(str))


def answered(seed: int, bend: float = 0.0) -> list[Estimate]:
    values, outcome, area = world(seed, bend)
    return spline_rows(
        values, pd.DataFrame(index=values.index), 4, lambda design: least_squares(outcome, design, area), 0.95,
        lambda place: f"{place:.6g}",
        LABELS,
    )  # fmt: skip


def p_value(rows: list[Estimate]) -> float:
    (row,) = (row for row in rows if row.term == "nonlinearity")
    return row.p_value


def test_p_values_of_straight_worlds_are_even() -> None:
    found = []
    for seed in range(60):
        values, outcome, area = world(seed)
        places = knot_places(values, 4)
        found.append(nonlinearity(least_squares(outcome, spline_basis(values, places), area), places, LABELS).p_value)
    # Three in sixty are promised below 0.05; of even numbers, more than 9 come less than once in a thousand times.
    assert sum(value < 0.05 for value in found) <= 9
    assert np.mean(found) == pytest.approx(0.5, abs=0.12)


def test_a_planted_curve_is_found_and_drawn() -> None:
    rows = answered(3, bend=2.0)
    assert p_value(rows) < 1e-4
    fitted = {float(row.horizon): row.estimate for row in rows if row.term == "fitted"}
    truth = [60 - 5 * place + 2 * place**2 for place in fitted]
    # A spline with four knots is not a parabola, and areas have their luck.
    assert np.abs(np.array(list(fitted.values())) - truth).mean() < 1


def test_knots_in_one_place_are_refused() -> None:
    with pytest.raises(Problem, match="same value"):
        knot_places(pd.Series([1.0] * 90 + [2.0] * 10), 4)


def test_too_few_areas_to_tell_a_bend_are_refused() -> None:
    values, outcome, _ = world(1)
    area = pd.Series(np.arange(400) % 2).astype(str)
    with pytest.raises(Problem, match="2 areas"):
        spline_rows(
            values, pd.DataFrame(index=values.index), 4, lambda design: least_squares(outcome, design, area), 0.95, str,
            LABELS,
        )  # fmt: skip
