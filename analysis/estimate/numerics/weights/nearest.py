"""Nearest-neighbour matching within calipers, by a rule that leaves nothing to the order of the rows.

Months are taken in their order, and a control who was matched is gone. Within a month a case may take those who are its
equals in the stratum and lie within the caliper. In a first round every case that can gets one control, in a second
round a second one, and so on. In each round the closest pair of all goes first, then the closest of those that are left
(greedy; Rosenbaum 1989, J Am Stat Assoc 84:1024-1032). Of pairs at equal distance the one goes first whose case, then
whose control, comes first in the order of `rank`.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Side:
    """Cases, or the candidates of each month.

    Attributes
    ----------
    person : (n,) int
        Codes from 0; a candidate has one row for each month in whose risk set it is.
    rank : (n,) int
        Decides between equals; not the order of the rows.
    month, stratum : (n,) int
        Who can be matched: only within the same of both.
    score : (n,) float
        What the caliper is for.
    place : (n, k) float
        Coordinates whose Euclidean distance is the distance of a pair.
    """

    person: Codes
    rank: NDArray[np.uint64]
    month: Codes
    stratum: Codes
    score: Floats
    place: Floats


@dataclass
class _Queue:
    """The controls of a case in order of distance, and how far it has come."""

    candidates: Codes
    distances: Floats
    at: int = 0


def matched(cases: Side, pool: Side, controls: int, caliper: float) -> tuple[Codes, Codes]:
    """Match cases to controls without replacement.

    Parameters
    ----------
    cases, pool : Side
        Who is matched.
    controls : int
        Most controls per case.
    caliper : float
        Largest difference in `score`.

    Returns
    -------
    (m,) int, (m,) int
        Rows of `cases` and of `pool`, pair by pair, in the order of the cases' rows.
    """
    used = np.zeros(int(pool.person.max(initial=-1)) + 1, dtype=bool)
    pairs = [
        pair
        for members, others in _groups(cases, pool)
        for pair in _match_group(cases, members, pool, others[~used[pool.person[others]]], controls, caliper, used)
    ]
    matched = np.array(sorted(pairs), dtype=np.intp).reshape(-1, 2)
    return matched[:, 0], matched[:, 1]


def _groups(cases: Side, pool: Side) -> Iterator[tuple[Codes, Codes]]:
    """Rows of cases and candidates of the same month and stratum, month by month, each in the order of rank."""
    strata = int(max(cases.stratum.max(initial=0), pool.stratum.max(initial=0))) + 1
    keys = [side.month * strata + side.stratum for side in (cases, pool)]
    orders = [np.lexsort((side.rank, key)) for side, key in zip((cases, pool), keys, strict=True)]
    ordered = [key[order] for key, order in zip(keys, orders, strict=True)]
    for key in np.unique(keys[0]):
        spans = [slice(*np.searchsorted(each, (key, key + 1))) for each in ordered]
        yield orders[0][spans[0]], orders[1][spans[1]]


def _match_group(
    cases: Side, members: Codes, pool: Side, others: Codes, controls: int, caliper: float, used: NDArray[np.bool_]
) -> Iterator[tuple[int, int]]:
    score, place, person = pool.score[others], pool.place[others], pool.person[others]
    queues = []
    for case in members:
        near = np.flatnonzero(np.abs(score - cases.score[case]) <= caliper)
        gaps = place[near] - cases.place[case]
        distances = np.einsum("ij,ij->i", gaps, gaps)
        order = np.argsort(distances, kind="stable")  # `others` are in the order of rank, so equals stay in it
        queues.append(_Queue(near[order], distances[order]))
    for _ in range(controls):
        for member, candidate in _round(queues, person, used):
            yield int(members[member]), int(others[candidate])


def _round(queues: list[_Queue], person: Codes, used: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """One control for every case that can have one, the closest pair first."""
    heap = [entry for number, queue in enumerate(queues) if (entry := _next(number, queue, person, used))]
    heapq.heapify(heap)
    while heap:
        _, number, candidate = heapq.heappop(heap)
        if not used[person[candidate]]:
            used[person[candidate]] = True
            yield number, candidate
        elif entry := _next(number, queues[number], person, used):
            heapq.heappush(heap, entry)


def _next(number: int, queue: _Queue, person: Codes, used: NDArray[np.bool_]) -> tuple[float, int, int] | None:
    while queue.at < len(queue.candidates) and used[person[queue.candidates[queue.at]]]:
        queue.at += 1
    if queue.at == len(queue.candidates):
        return None
    return float(queue.distances[queue.at]), number, int(queue.candidates[queue.at])
