"""Certainty goes down step by step, each for a reason that is written down, and never up for worse evidence."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.assess.evidence.certainty import LEVELS, Body, Domain, certainty

NONE = (float("nan"), float("nan"))
# Two trials that agree on a fall that matters.
BEST = Body(
    designs=("randomised", "randomised"), weights=(1.0, 1.0), controlled=True, interval=(-12.0, -5.0),
    prediction=(-15.0, -4.0), i2=0.1, margin=3, good="down", indirect=False, silent=0, loud=2, against=False,
)  # fmt: skip


def steps(**changes: Any) -> dict[Domain, tuple[int, str]]:
    return {step.domain: (step.down, step.reason) for step in certainty(replace(BEST, **changes))[1]}


def test_the_best_evidence_is_certain_and_still_shows_every_step() -> None:
    level, every = certainty(BEST)
    assert level == "high"
    assert [step.domain for step in every] == list(Domain)
    assert not any(step.down for step in every)


@pytest.mark.parametrize(
    ("changes", "domain", "down", "reason"),
    [
        ({"designs": ("panel_regression",) * 2}, Domain.DESIGN, 1, "not_randomised"),
        ({"designs": ("uncontrolled",) * 2, "controlled": False}, Domain.DESIGN, 3, "no_comparison"),
        ({"designs": ("matched_cohort", "panel_regression"), "weights": (3.0, 1.0)}, Domain.BIAS, 1, "chosen_patients"),
        ({"designs": ("matched_cohort", "panel_regression"), "weights": (1.0, 3.0)}, Domain.BIAS, 0, "whole_groups"),
        ({"i2": 0.5}, Domain.INCONSISTENCY, 1, "apart"),
        ({"prediction": (-20.0, 9.0)}, Domain.INCONSISTENCY, 1, "apart"),
        ({"interval": (-12.0, 1.0)}, Domain.IMPRECISION, 1, "one_side_open"),
        ({"interval": (-12.0, 8.0)}, Domain.IMPRECISION, 2, "both_sides_open"),
        ({"interval": (-2.0, 2.0)}, Domain.IMPRECISION, 0, "settled"),
        ({"interval": NONE, "prediction": NONE, "i2": float("nan")}, Domain.IMPRECISION, 2, "no_pool"),
        ({"indirect": True}, Domain.INDIRECTNESS, 1, "elsewhere"),
        ({"silent": 1, "loud": 2, "against": True}, Domain.REPORTING, 1, "silent_the_other_way"),
        ({"silent": 1, "loud": 2, "against": False}, Domain.REPORTING, 0, "not_seen"),
        ({"silent": 1, "loud": 3, "against": True}, Domain.REPORTING, 0, "not_seen"),
    ],
)
def test_each_domain_takes_its_step(changes: dict[str, Any], domain: Domain, down: int, reason: str) -> None:
    assert steps(**changes)[domain] == (down, reason)


def test_the_floor() -> None:
    worst = {"designs": ("uncontrolled",), "weights": (1.0,), "controlled": False, "interval": NONE, "indirect": True}
    assert certainty(replace(BEST, **worst))[0] == "very_low"


Spans = st.tuples(st.floats(-50, 50), st.floats(-50, 50)).map(lambda ends: (min(ends), max(ends)))


@given(Spans, Spans, st.floats(0, 0.99), st.booleans(), st.integers(0, 9), st.integers(0, 9), st.booleans())
def test_the_level_is_high_less_all_steps(
    interval: tuple[float, float], prediction: tuple[float, float], i2: float, indirect: bool,
    silent: int, loud: int, against: bool,
) -> None:  # fmt: skip
    body = replace(
        BEST,
        interval=interval,
        prediction=prediction,
        i2=i2,
        indirect=indirect,
        silent=silent,
        loud=loud,
        against=against,
    )
    level, every = certainty(body)
    assert LEVELS.index(level) == max(0, 3 - sum(step.down for step in every))
    assert all(step.down >= 0 and step.reason for step in every)


@given(Spans, st.floats(0, 10))
def test_a_wider_interval_is_never_more_certain(interval: tuple[float, float], more: float) -> None:
    wider = (interval[0] - more, interval[1] + more)
    narrow_level, _ = certainty(replace(BEST, interval=interval))
    wide_level, _ = certainty(replace(BEST, interval=wider))
    assert LEVELS.index(wide_level) <= LEVELS.index(narrow_level)
