"""Randomisation inference: all assignments, the model fitted anew for some of them, and its level under the null."""

from dataclasses import replace
from math import comb

import numpy as np
import pytest
from scipy import stats

from analysis.estimate.numerics.errors import randomisation_statistics
from analysis.estimate.numerics.errors.bootstrap import bootstrap_statistics as score_statistics
from analysis.estimate.numerics.errors.cluster_terms import poisson_terms
from analysis.estimate.numerics.errors.randomisation import assignments, randomisation_test, start_months
from analysis.estimate.numerics.errors.randomisation_statistics import assignment_statistics, poisson_null
from analysis.estimate.numerics.fits.poisson import fit, grid
from analysis.steps import Problem
from tests.cluster_world import clustered, taken


def test_all_assignments_of_six_in_sixteen() -> None:
    starts = np.array([3] * 6 + [9] * 10)
    drawn = assignments(starts, 99, 0)
    assert drawn.every
    assert drawn.starts.shape == (comb(16, 6), 16)
    assert comb(16, 6) == 8008
    assert len(np.unique(drawn.starts, axis=0)) == 8008


def test_start_months_stay_as_they_are() -> None:
    starts = np.array([2, 3, 3, 6, 6, 6])
    drawn = assignments(starts, 99, 0)
    assert drawn.every
    assert len(np.unique(drawn.starts, axis=0)) == len(drawn.starts) == 60  # 6! / (1! 2! 3!)
    assert (np.sort(drawn.starts, axis=1) == starts).all()


def test_too_many_assignments_are_drawn_at_random() -> None:
    starts = np.array([2] * 16 + [6] * 24)
    drawn = assignments(starts, 50, 3)
    assert not drawn.every
    assert drawn.starts.shape == (50, 40)
    assert (np.sort(drawn.starts, axis=1) == starts).all()
    assert (drawn.starts == assignments(starts, 50, 3).starts).all()


def test_the_smallest_p_value_is_one_assignment_of_all() -> None:
    table = grid(clustered(16, dict.fromkeys(range(6), 3), 1.0, seed=2))
    drawn = assignments(start_months(table), 99, 0)
    null = poisson_null(table, fit(table, held={0: 0.0}))
    assert randomisation_test(null, start_months(table), drawn) == 1 / 8008


@pytest.mark.parametrize("cells", ["all", "some missing"])
def test_each_statistic_is_that_of_the_model_with_the_other_starts(cells: str) -> None:
    panel = clustered(6, {0: 2, 1: 3, 2: 3}, 0.2, seed=4)
    if cells == "some missing":
        panel = taken(panel, np.random.default_rng(0).permutation(panel.count.size)[:-7])
    table = grid(panel)
    drawn = assignments(start_months(table), 99, 0).starts
    found = assignment_statistics(poisson_null(table, fit(table, held={0: 0.0})), drawn).t
    for starts, statistic in list(zip(drawn, found, strict=True))[::7]:
        after = (panel.month >= starts[panel.cluster]).astype(float)[:, None]
        other = grid(replace(panel, covariates=after))
        terms = poisson_terms(other, fit(other, held={0: 0.0}).parameters)
        assert statistic == pytest.approx(score_statistics(terms, np.ones((1, 6)))[0], rel=1e-7, abs=1e-9)


def test_p_values_are_uniform_under_the_null() -> None:
    # 35 assignments of 3 in 7: the p-value is k/35 with equal chances.
    def p_of(seed: int) -> float:
        table = grid(clustered(7, {0: 3, 1: 3, 2: 3}, 0.0, seed=seed))
        drawn = assignments(start_months(table), 99, 0)
        return randomisation_test(poisson_null(table, fit(table, held={0: 0.0})), start_months(table), drawn)

    p_values = np.array([p_of(seed) for seed in range(210)])
    counts = np.bincount(np.rint(p_values * 35).astype(int), minlength=36)[1:]
    assert counts.sum() == 210
    assert stats.chisquare(counts.reshape(7, 5).sum(1)).pvalue > 0.01
    assert (p_values <= 0.2).mean() == pytest.approx(0.2, abs=3 * (0.2 * 0.8 / 210) ** 0.5)


def test_practices_that_start_apart_in_one_cluster_are_refused() -> None:
    panel = clustered(6, {0: 2, 1: 3})
    moved = np.where((panel.unit == 0) & (panel.month == 2), 0.0, panel.covariates[:, 0])[:, None]
    with pytest.raises(Problem, match="do not all start in the same month"):
        start_months(grid(replace(panel, covariates=moved)))


def test_both_ways_through_the_starts_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    table = grid(clustered(9, {0: 2, 1: 3, 2: 5}, 0.2, seed=4))
    null, drawn = poisson_null(table, fit(table, held={0: 0.0})), assignments(start_months(table), 99, 0).starts
    found = []
    for by_start in (True, False):
        monkeypatch.setattr(randomisation_statistics, "_by_start", lambda *_, way=by_start: way)
        found.append(assignment_statistics(null, drawn).t)
    assert found[0] == pytest.approx(found[1], rel=1e-9)


def test_small_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    table = grid(clustered(9, {0: 2, 1: 3}, 0.2, seed=4))
    null, drawn = poisson_null(table, fit(table, held={0: 0.0})), assignments(start_months(table), 99, 0).starts
    whole = assignment_statistics(null, drawn).t
    monkeypatch.setattr(randomisation_statistics, "CELLS", 60)
    assert assignment_statistics(null, drawn).t == pytest.approx(whole, rel=1e-9)
