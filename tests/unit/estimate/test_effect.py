"""A coefficient as a ratio and as events: both scales tell the same effect, whichever the model has."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimate.effect import Fitted, as_events, told
from analysis.estimates import Estimate
from analysis.steps import Problem

LABELS = {"outcome": "o", "population": "p", "design": "d", "estimator": "e", "term": "effect"}


def rows(value: float, error: float, baseline: float, log: bool) -> list[Estimate]:
    model = Fitted(np.array([value]), np.array([[error**2]]), 15, 16, log)
    return told(model, 0, baseline, 0.95, **LABELS)


@given(st.floats(-0.3, 0.3), st.floats(0.001, 0.1), st.floats(1, 500))
def test_scales_tell_one_effect(value: float, error: float, baseline: float) -> None:
    ratio, difference = rows(value, error, baseline, log=True)
    assert (ratio.scale, ratio.estimate) == ("ratio", pytest.approx(np.exp(value)))
    for name in ("estimate", "ci_low", "ci_high"):
        assert getattr(difference, name) == pytest.approx(baseline * (getattr(ratio, name) - 1))
    back = rows(difference.estimate, difference.std_error, baseline, log=False)
    assert back[0].estimate == pytest.approx(ratio.estimate)
    # The delta method there and back is the same standard error of the log ratio.
    assert back[0].std_error == pytest.approx(error)
    assert back[1].std_error == difference.std_error
    assert (ratio.n_clusters, ratio.baseline) == (16, baseline)


def test_a_ratio_in_events_by_hand() -> None:
    ratio = Estimate(**LABELS, scale="ratio", estimate=1.02, std_error=0.01, ci_low=0.99, ci_high=1.05, baseline=100)
    events = as_events(ratio)
    assert (events.scale, events.estimate, events.ci_low, events.ci_high) == (
        "difference",
        *map(pytest.approx, (2, -1, 5)),
    )
    assert events.std_error == pytest.approx(1.02)


def test_intervals_of_a_difference_lie_even_about_it() -> None:
    ratio, difference = rows(-3.0, 2.0, 50.0, log=False)
    # 2.131 is the printed quantile of t with 15 degrees of freedom.
    assert difference.ci_low == pytest.approx(-3 - 2.131 * 2, abs=1e-3)
    assert ratio.ci_high == pytest.approx(1 + (-3 + 2.131 * 2) / 50, abs=1e-4)
    assert ratio.p_value == difference.p_value


def test_no_variation_is_no_certainty() -> None:
    with pytest.raises(Problem, match="standard error is nil"):
        rows(0.0, 0.0, 10.0, log=True)


def test_no_events_before_the_start_are_no_baseline() -> None:
    with pytest.raises(Problem, match="no events before the start"):
        rows(0.1, 0.1, 0.0, log=False)


def test_a_fall_below_nothing_is_refused() -> None:
    with pytest.raises(Problem, match="larger than their rate"):
        rows(-12.0, 1.0, 10.0, log=False)
