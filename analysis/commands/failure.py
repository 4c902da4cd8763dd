"""How any failure becomes one sentence and its mend.

Steps raise a :class:`~analysis.steps.Problem` where they know what is wrong. What nobody foresaw (a full disk, a
file that vanished, a flipped byte, a fault of ours) ends here, so that no traceback is the last thing on the screen.
"""

import errno
import json
import os
import re
import sys
import tempfile
import traceback
from collections.abc import Iterable
from pathlib import Path

from analysis.steps import LOGGED, Problem

AGAIN = "then run the same command again"
# What the system says by a number, and what a person does about it.
FULL = (errno.ENOSPC, errno.EDQUOT)
SYSTEM = {
    errno.ENOENT: ("is missing", f"bring it back, {AGAIN}"),
    errno.EACCES: ("may not be read or written by you", f"give yourself the right with `chmod` or `chown`, {AGAIN}"),
    errno.EPERM: ("may not be changed by you", f"give yourself the right with `chmod` or `chown`, {AGAIN}"),
    errno.EROFS: ("lies on a disk that cannot be written", f"copy the project to a disk that can, {AGAIN}"),
    errno.EEXIST: ("stands in the way", f"move it away, {AGAIN}"),
    errno.EISDIR: ("is a folder, and a file is expected there", f"move the folder away, {AGAIN}"),
    errno.ENOTDIR: ("is a file, and a folder is expected there", f"move the file away, {AGAIN}"),
    errno.EFBIG: ("grew larger than this account may write", "raise the limit with `ulimit -f unlimited`, " + AGAIN),
    errno.EMFILE: ("could not be opened: too many files are open", f"raise the limit with `ulimit -n 4096`, {AGAIN}"),
    errno.ENAMETOOLONG: ("has too long a name", f"give it a shorter one, {AGAIN}"),
    errno.ELOOP: ("is a link that leads back to itself", f"put the file itself in its place, {AGAIN}"),
}
SPACE = f"free some space on the disk, {AGAIN}; what is finished is kept, and nothing is half-written"


def problem_of(error: BaseException, paths: Iterable[Path] = ()) -> Problem:
    """The sentence for any exception.

    Parameters
    ----------
    error : BaseException
        What was raised.
    paths : iterable of Path
        The files that the step was given; one that cannot be read is named.

    Returns
    -------
    Problem
        `error` itself where it is one.
    """
    if isinstance(error, Problem):
        return error
    if _stopped(error):
        return Problem("It was stopped before its end.", "run the same command again; what is finished is kept")
    if isinstance(error, RecursionError):
        return Problem("Something is nested too deeply to be read.", "write it with fewer brackets within brackets")
    text = _line(error)
    if isinstance(error, MemoryError) or "OutOfMemory" in type(error).__name__:
        return Problem(f"The memory of this machine was not enough: {text}.", f"close other programs, {AGAIN}")
    if (isinstance(error, OSError) and error.errno in FULL) or "No space left on device" in text:
        where = f" {_named(error)} could not be written." if isinstance(error, OSError) and error.filename else ""
        return Problem(f"There is no space left on the disk.{where}", SPACE)
    return _system(error) or _unreadable(paths) or _unforeseen(error, text)


def _stopped(error: BaseException | None) -> bool:
    """Whether somebody stopped the program, or what it raised came of that."""
    return error is not None and (isinstance(error, KeyboardInterrupt) or _stopped(error.__context__))


def _line(error: BaseException) -> str:
    """An exception's text on one line."""
    text = " ".join(str(error).split())
    return text[:300].rstrip(".") or type(error).__name__


def _system(error: BaseException) -> Problem | None:
    """What the system refused, by its number; None where it is not that kind."""
    if not isinstance(error, OSError) or error.errno is None:
        return None
    what, mend = SYSTEM.get(error.errno, (f"could not be used: {error.strerror}", f"look at the disk, {AGAIN}"))
    return Problem(f"{_named(error)} {what}.", mend)


def _named(error: OSError) -> str:
    """The file that the system speaks of: not its draft, and not what lies below a file as if that were a folder."""
    if not error.filename:
        return "A file"
    path = Path(re.sub(r"(^|/)\.\d+-([^/]+)$", r"\1\2", str(error.filename)))
    in_the_way = next((each for each in path.parents if each.is_file()), path)
    return str(in_the_way if error.errno == errno.ENOTDIR else path)


def _unreadable(paths: Iterable[Path]) -> Problem | None:
    """The first of some files that cannot be read, where there is one."""
    for path in paths:
        if path.exists() and (reason := _damage(path)):
            computed = "results" in path.parts
            mend = f"delete {path}: it is computed anew; {AGAIN}" if computed else f"restore {path}, {AGAIN}"
            return Problem(f"{path} is damaged: {reason}.", mend)
    return None


def _damage(path: Path) -> str:
    """Why a file cannot be read; empty where it can."""
    if not path.is_file():
        return "" if path.is_dir() else "it is no ordinary file"
    try:
        if path.suffix == ".parquet":
            import pyarrow.parquet

            for _ in pyarrow.parquet.ParquetFile(path).iter_batches():
                pass
        elif path.suffix == ".json":
            json.loads(path.read_bytes())
    except Exception as error:
        return _line(error)
    return "" if path.stat().st_size else "it is empty"


def _unforeseen(error: BaseException, text: str) -> Problem:
    """A fault of ours; the traceback goes where it can be found."""
    where = _kept("".join(traceback.format_exception(error)))
    return Problem(
        f"This step ended in a fault of its own: {type(error).__name__}: {text}.",
        f"it is a fault of the program, not of your data: please report it{where}",
    )


def _kept(text: str) -> str:
    """Keep a traceback: in the log where standard error goes to one, else in a file of its own."""
    try:
        if os.environ.get(LOGGED):
            print(text, file=sys.stderr)
            return " with the log of the step"
        with tempfile.NamedTemporaryFile("w", prefix="fault-", suffix=".log", delete=False, encoding="utf-8") as file:
            file.write(text)
        return f" with {file.name}"
    except OSError:
        return ""
