"""Work in other threads: in order, not too far ahead, and over when nobody wants it any more."""

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from analysis.prepare.indices.prefetch import ahead


def late_first(number: int) -> int:
    time.sleep(0.02 * (number == 0))
    return number


def test_results_come_in_order_whichever_is_done_first() -> None:
    assert list(ahead((partial(late_first, number) for number in range(9)), workers=2, most=4)) == list(range(9))


def test_a_work_is_asked_for_when_the_one_so_many_before_has_been_used() -> None:
    used: list[int] = []

    def works() -> Iterator[Callable[[], int]]:
        for number in range(20):
            assert len(used) == max(number - 2, 0)
            yield partial(late_first, number)

    for result in ahead(works(), workers=2, most=3):
        used.append(result)
        time.sleep(0.001)
    assert used == list(range(20))


def test_a_failure_is_raised_in_its_place_and_leaves_no_thread() -> None:
    before = threading.active_count()
    results = ahead((partial(divmod, 6, number) for number in (3, 2, 0, 1)), workers=2, most=4)
    assert [next(results), next(results)] == [(2, 0), (3, 0)]
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert threading.active_count() == before


def test_what_nobody_wants_any_more_is_not_begun() -> None:
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        time.sleep(0.05)
        return number

    results = ahead((partial(work, number) for number in range(50)), workers=1, most=40)
    assert next(results) == 0
    results.close()
    assert len(begun) <= 3
