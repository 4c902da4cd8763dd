"""The survey model against the difference of differences worked out by hand."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimate.continuity.continuity import share_effect


def waves(before: list[float], after: list[float], responses: "np.ndarray", cluster: list[str]) -> pd.DataFrame:
    """Two waves of as many practices; the first half are pilots."""
    size = len(before)
    names, pilot = [f"P{number}" for number in range(size)], np.arange(size) < size // 2
    facts = {"practice_id": names, "site_id": cluster, "cluster_id": cluster, "pilot": pilot, "item": "seen"}
    first = pd.DataFrame(facts | {"wave": "2009-01", "value": before, "responses": responses[0], "after": False})
    second = pd.DataFrame(facts | {"wave": "2011-01", "value": after, "responses": responses[1], "after": pilot})
    return pd.concat([first, second], ignore_index=True)


def test_balanced_table_by_hand() -> None:
    # Pilots fall from 60 and 70 to 50 and 64 (8 points on average), the others from 62 and 58 to 60 and 58 (1 point).
    rows = waves([0.60, 0.70, 0.62, 0.58], [0.50, 0.64, 0.60, 0.58], np.full((2, 4), 100), ["A", "B", "C", "D"])
    row = share_effect(rows, "continuity", 0.95)
    assert row.estimate == pytest.approx(-7.0)
    assert row.baseline == pytest.approx(65.0)
    # Changes differ from their group's mean by 2 (pilots) and by 1 (others); each group holds half of the practices.
    by_hand = (4 / 3 * (2**2 + 2**2 + 1**2 + 1**2) / 2**2) ** 0.5
    assert row.std_error == pytest.approx(by_hand)
    # t with three degrees of freedom: 3.182.
    assert row.ci_high - row.estimate == pytest.approx(3.182 * by_hand, rel=2e-4)
    assert (row.n_obs, row.n_units, row.n_clusters) == (8, 4, 4)


@given(st.integers(0, 2**32 - 1), st.integers(2, 5))
def test_two_waves_are_a_weighted_difference_of_changes(seed: int, half: int) -> None:
    random = np.random.default_rng(seed)
    before, after = random.uniform(0.2, 0.9, (2, 2 * half))
    responses = random.integers(20, 200, (2, 2 * half))
    cluster = [f"S{number % 2}" for number in range(half)] + [f"R{number % 2}" for number in range(half)]
    row = share_effect(waves([*before], [*after], responses, cluster), "continuity", 0.95)
    # Two waves leave one change per practice; its precision is that of a difference of two means.
    weight, pilot = 1 / (1 / responses).sum(axis=0), np.arange(2 * half) < half
    moved = 100 * (after - before)
    centred = moved - np.where(pilot, *(np.average(moved[each], weights=weight[each]) for each in (pilot, ~pilot)))
    by_hand = np.average(moved[pilot], weights=weight[pilot]) - np.average(moved[~pilot], weights=weight[~pilot])
    assert row.estimate == pytest.approx(by_hand, abs=1e-8)
    score = weight * centred / np.where(pilot, weight[pilot].sum(), weight[~pilot].sum())
    spread = sum(score[[each == name for each in cluster]].sum() ** 2 for name in set(cluster))
    assert row.std_error == pytest.approx((4 / 3 * spread) ** 0.5, abs=1e-8)


def test_thousands_of_practices_are_no_burden() -> None:
    # As many columns as practices would take 800 MB, and hours.
    half = 5000
    random = np.random.default_rng(1)
    level, moved = random.uniform(0.4, 0.8, 2 * half), random.normal(0, 0.02, 2 * half)
    fall = np.where(np.arange(2 * half) < half, -0.05, 0.0)
    cluster = [f"S{number % 20}" for number in range(half)] + [f"R{number % 20}" for number in range(half)]
    rows = waves([*level], [*(level + moved + fall)], np.full((2, 2 * half), 50), cluster)
    tracemalloc.start()
    row = share_effect(rows, "continuity", 0.95)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert row.estimate == pytest.approx(100 * (moved[:half].mean() - moved[half:].mean()) - 5)
    assert most < 100e6
