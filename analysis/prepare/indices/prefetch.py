"""Work that is done in other threads while what is done already is used."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def ahead(works: Iterable[Callable[[], Result]], *, workers: int, most: int) -> Generator[Result, None, None]:
    """What works give, in their order.

    Parameters
    ----------
    works : iterable of callables
        Each is called once, in a thread; to gain time it must leave Python's lock alone.
    workers : int
        Threads.
    most : int
        Works that wait, run or are done at a time. A work is asked for when the result that stands so many before it
        has been used.
    """
    pool, waiting = ThreadPoolExecutor(workers), deque[Future[Result]]()
    try:
        for work in works:
            waiting.append(pool.submit(work))
            if len(waiting) == most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
