"""A progress bar for long downloads, where somebody is there to see it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LONG = 5_000_000  # bytes; below that a bar only flickers


@contextmanager
def progress(name: str, done: int, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on the terminal while a long file comes; nothing where there is no terminal.

    Parameters
    ----------
    name : str
        The file's name.
    done, total : int
        Bytes that have come already, and bytes in all.

    Yields
    ------
    callable
        To be told how many bytes have come by now.
    """
    # A rule sends stderr to its log; then the terminal is still to be had as stdout, which a step does not use.
    terminal = next((stream for stream in (sys.stderr, sys.stdout) if stream.isatty()), None)
    if total < _LONG or terminal is None:
        yield lambda size: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    columns = ("{task.description}", BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=terminal), transient=True) as bar:
        task = bar.add_task(name, completed=done, total=total)
        yield lambda size: bar.update(task, completed=size)
