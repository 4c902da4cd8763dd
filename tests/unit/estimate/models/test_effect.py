"""A coefficient as a ratio and as events: both scales tell the same effect, whichever the model has."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimate.models.effect import Fitted, Rates, as_events, estimates_of
from analysis.estimate.outcomes.admissions import effects, rates
from analysis.estimates import Estimate
from analysis.plan.sensitivity import Estimator
from analysis.steps import Problem
from tests.pilots_panel import pilots_panel

LABELS = {"outcome": "o", "population": "p", "design": "d", "estimator": "e", "term": "effect"}


def rows(value: float, error: float, after: float, log: bool, before: float = 10.0) -> list[Estimate]:
    model = Fitted(np.array([value]), np.array([[error**2]]), 15, 16, log)
    return estimates_of(model, 0, Rates(before, after), 0.95, **LABELS)


@given(st.floats(-0.3, 0.3), st.floats(0.001, 0.1), st.floats(1, 500))
def test_scales_tell_one_effect(value: float, error: float, after: float) -> None:
    ratio, difference = rows(value, error, after, log=True)
    assert (ratio.scale, ratio.estimate) == ("ratio", pytest.approx(np.exp(value)))
    assert ratio.expected == pytest.approx(after / np.exp(value))
    for name in ("estimate", "ci_low", "ci_high"):
        assert getattr(difference, name) == pytest.approx(ratio.expected * (getattr(ratio, name) - 1))
    # With the events added or taken away, the expected rate is the one that was observed.
    assert ratio.expected + difference.estimate == pytest.approx(after)
    back = rows(difference.estimate, difference.std_error / ratio.estimate, after, log=False)
    assert back[0].estimate == pytest.approx(ratio.estimate)
    assert back[0].expected == pytest.approx(ratio.expected)
    # The delta method there and back is the same standard error of the log ratio.
    assert back[0].std_error == pytest.approx(error)
    assert (ratio.n_clusters, ratio.baseline) == (16, 10.0)


def test_a_ratio_in_events_by_hand() -> None:
    ratio = Estimate(**LABELS, scale="ratio", estimate=1.02, std_error=0.01, ci_low=0.99, ci_high=1.05, baseline=90)
    for rate, row in ((90, ratio), (100, replace(ratio, expected=100))):
        events = as_events(row)
        by_hand = (rate * 0.02, rate * -0.01, rate * 0.05)
        assert events.scale == "difference"
        assert (events.estimate, events.ci_low, events.ci_high) == tuple(map(pytest.approx, by_hand))
        assert events.std_error == pytest.approx(rate * 1.02 * 0.01)


def test_intervals_of_a_difference_lie_even_about_it() -> None:
    ratio, difference = rows(-3.0, 2.0, 50.0, log=False)
    # 2.131 is the printed quantile of t with 15 degrees of freedom.
    assert difference.ci_low == pytest.approx(-3 - 2.131 * 2, abs=1e-3)
    assert ratio.estimate == pytest.approx(50 / 53)
    assert ratio.ci_high == pytest.approx(50 / (50 - (-3 + 2.131 * 2)), abs=1e-4)
    assert ratio.p_value == difference.p_value


def test_a_rise_as_large_as_the_rate_has_no_ratio() -> None:
    with pytest.raises(Problem, match="rise in events may be as large"):
        rows(9.0, 2.0, 10.0, log=False)


def test_no_variation_is_no_certainty() -> None:
    with pytest.raises(Problem, match="standard error is nil"):
        rows(0.0, 0.0, 10.0, log=True)


def test_no_events_before_the_start_are_no_baseline() -> None:
    with pytest.raises(Problem, match="no events before the start"):
        rows(0.1, 0.1, 10.0, log=False, before=0.0)


@pytest.mark.parametrize(("additive", "estimator"), [(False, "poisson_fixed_effects"), (True, "linear_rate")])
def test_events_are_those_that_the_start_added(additive: bool, estimator: Estimator) -> None:
    """Without noise, what was counted with an effect less what is counted in the same world without one."""

    def world(effect: float) -> pd.DataFrame:
        rows = pilots_panel(lambda _: effect, additive=additive)
        month = rows["month"].rank(method="dense")
        grown = rows["population"] * month / 1000 if additive else 0.02 * month * rows["count"]
        return rows.assign(count=rows["count"] + grown)

    without, panel = (world(effect) for effect in ((0.0, 25.0) if additive else (1.0, 1.2)))
    ratio, difference = effects(panel, "o", 0.95, estimator)
    expected, observed = rates(without).after, rates(panel).after
    assert difference.estimate == pytest.approx(observed - expected, rel=1e-4)
    assert ratio.estimate == pytest.approx(observed / expected, rel=1e-4)
    assert ratio.expected == difference.expected == pytest.approx(expected, rel=1e-4)
    # The rate before is another one, because rates grow with time.
    assert ratio.baseline == pytest.approx(rates(without).before, rel=1e-4)
    assert abs(ratio.baseline / ratio.expected - 1) > 0.05
