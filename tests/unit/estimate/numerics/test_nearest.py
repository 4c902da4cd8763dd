"""Matching: the rule as written, by brute force on small examples, and what must hold whatever the data."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimate.numerics.weights.nearest import Side, matched


def side(seed: int, size: int, persons: int, months: int = 2, step: float = 0.25) -> Side:
    """Scores and places on a coarse grid, so that many distances are equal."""
    random = np.random.default_rng(seed)
    place = step * random.integers(-4, 5, (size, 2))
    return Side(
        person=random.permutation(persons)[:size] if persons >= size else random.integers(0, persons, size),
        rank=random.permutation(10 * size)[:size].astype(np.uint64),
        month=random.integers(0, months, size), stratum=random.integers(0, 2, size),
        score=place[:, 0] * 1.0, place=place * 1.0,
    )  # fmt: skip


def by_hand(cases: Side, pool: Side, controls: int, caliper: float) -> set[tuple[int, int]]:
    """The rule, pair by pair: all pairs in order, the closest first, once for every round."""
    pairs: set[tuple[int, int]] = set()
    used: set[int] = set()
    for month, stratum in sorted(set(zip(cases.month.tolist(), cases.stratum.tolist(), strict=True))):
        members = [i for i in range(len(cases.rank)) if (cases.month[i], cases.stratum[i]) == (month, stratum)]
        others = [j for j in range(len(pool.rank)) if (pool.month[j], pool.stratum[j]) == (month, stratum)]
        near = [
            (((cases.place[i] - pool.place[j]) ** 2).sum(), cases.rank[i], pool.rank[j], i, j)
            for i in members for j in others if abs(cases.score[i] - pool.score[j]) <= caliper
        ]  # fmt: skip
        for _ in range(controls):
            served: set[int] = set()
            for *_, i, j in sorted(near):
                if i not in served and int(pool.person[j]) not in used:
                    served.add(i)
                    used.add(int(pool.person[j]))
                    pairs.add((i, j))
    return pairs


@given(st.integers(0, 10_000), st.integers(1, 3), st.sampled_from([0.25, 0.5, 5.0]))
def test_it_is_the_rule_as_written(seed: int, controls: int, caliper: float) -> None:
    cases, pool = side(seed, 6, 6), side(seed + 1, 30, 20)
    mine, theirs = matched(cases, pool, controls, caliper)
    assert set(zip(mine.tolist(), theirs.tolist(), strict=True)) == by_hand(cases, pool, controls, caliper)


@given(st.integers(0, 10_000))
def test_matches_keep_month_stratum_and_caliper_and_no_control_stands_twice(seed: int) -> None:
    cases, pool = side(seed, 20, 20), side(seed + 1, 200, 60)
    mine, theirs = matched(cases, pool, 4, 0.5)
    assert (cases.month[mine] == pool.month[theirs]).all()
    assert (cases.stratum[mine] == pool.stratum[theirs]).all()
    assert (np.abs(cases.score[mine] - pool.score[theirs]) <= 0.5).all()
    assert len(set(pool.person[theirs])) == len(theirs)
    assert np.bincount(mine, minlength=1).max() <= 4


@given(st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    cases, pool = side(seed, 20, 20), side(seed + 1, 150, 60)
    order = np.random.default_rng(seed).permutation(150)
    names = ("person", "rank", "month", "stratum", "score", "place")
    shuffled = Side(**{name: getattr(pool, name)[order] for name in names})
    one, other = matched(cases, pool, 3, 0.5), matched(cases, shuffled, 3, 0.5)
    assert set(zip(*one, strict=True)) == set(zip(other[0], order[other[1]], strict=True))


@given(st.integers(0, 10_000))
def test_nobody_gets_a_second_control_at_the_cost_of_anothers_first(seed: int) -> None:
    cases, pool = side(seed, 15, 15, months=1), side(seed + 1, 25, 25, months=1)
    one, more = matched(cases, pool, 1, 0.5)[0], matched(cases, pool, 3, 0.5)[0]
    assert set(one) == set(more)


def test_without_candidates_nobody_is_matched() -> None:
    cases, pool = side(1, 3, 3), side(2, 10, 10)
    far = Side(pool.person, pool.rank, pool.month, pool.stratum, pool.score + 100, pool.place)
    mine, theirs = matched(cases, far, 5, 0.2)
    assert (len(mine), len(theirs)) == (0, 0)


@pytest.mark.parametrize("caliper", [0.0, 0.25])
def test_twins_are_found(caliper: float) -> None:
    cases = side(5, 8, 8, months=1)
    mine, theirs = matched(cases, Side(*(vars(cases).values())), 1, caliper)
    gaps = np.abs(cases.place[mine] - cases.place[theirs]).max(initial=0.0)
    assert (len(mine), gaps) == (8, 0.0)
