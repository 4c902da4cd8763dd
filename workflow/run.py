"""Run Snakemake for make: ``python workflow/run.py [Snakemake's options]``.

The study and the other choices come from the environment, where no shell reads them as code. After any failure the
last thing on the screen is a sentence that says what is wrong, and how it is mended.
"""

import errno
import fcntl
import io
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)

from analysis.commands.drafts import sweep  # noqa: E402
from analysis.steps import LOGGED, Problem, leave, tell  # noqa: E402
from analysis.study import read_study, study_path  # noqa: E402

if TYPE_CHECKING:
    from workflow.screen import Screen

LOCK = Path(".snakemake-running")
BUSY = 75  # the code that says "try again later"
LEAST_SPACE = 1 << 20  # bytes; with less even a log cannot be written


def main(options: list[str]) -> int:
    """Run Snakemake on the study of the environment; the exit code says how it ended."""
    os.umask(0o077)  # logs are written before the rules are read, and may name a person
    name = os.environ.get("STUDY", "default")
    try:
        study = read_study(study_path(name)).name
        with alone() as free:
            if not free:
                wait = "wait until it ends, then run the same command again"
                tell(Problem("Another run is under way in this folder.", wait))
                return BUSY
            for folder in (f"results/{study}", "data/raw", "reports/releases", "reports/drafts"):
                sweep(Path(folder))
            with aside(Path("results") / study / "logs") as stream:
                done, told = snakemake(study, options, stream)
            return 0 if done else ended(told)
    except SystemExit as end:
        # The rules end a run with a sentence where what they rest on is wrong.
        return end.code if isinstance(end.code, int) else _said(str(end.code))
    except BrokenPipeError:
        return 0 if "--dry-run" in options else 1  # nobody listens any more
    except BaseException as error:
        os.environ.pop(LOGGED, None)
        return tell(error)


def _said(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


@contextmanager
def alone() -> Iterator[bool]:
    """Whether no other run is under way here; the system frees this lock even when a run is killed."""
    with LOCK.open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield True
        except BlockingIOError:
            yield False


@contextmanager
def aside(folder: Path) -> Iterator[TextIO]:
    """Give the screen, and lead into a log what others say on it, as a shell does of a step that was killed."""
    folder.mkdir(parents=True, exist_ok=True)
    screen = os.dup(2)
    try:
        log = os.open(folder / "run.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError:  # a full disk takes no log
        log = os.open(os.devnull, os.O_WRONLY)
    os.dup2(log, 2)
    os.close(log)
    try:
        with os.fdopen(os.dup(screen), "w", buffering=1, encoding="utf-8", errors="replace") as stream:
            yield stream
    finally:
        with suppress(OSError):
            sys.stderr.flush()
        os.dup2(screen, 2)


def snakemake(study: str, options: list[str], stream: TextIO) -> "tuple[bool, Screen]":
    """Run Snakemake within this process, with our screen in place of its own; whether it ended well."""
    from snakemake.cli import args_to_api, parse_args
    from snakemake_interface_logger_plugins.registry import LoggerPluginRegistry

    from workflow import screen, status

    LoggerPluginRegistry().register_plugin("snakemake_logger_plugin_screen", screen)
    os.environ[LOGGED] = "1"
    told = screen.SCREEN
    told.progress.seconds = screen.seconds_by_rule(Path("results") / study / "benchmarks")
    told.dry, told.stream = "--dry-run" in options, stream
    signal.signal(signal.SIGINT, told.stop)
    with redirect_stderr(io.StringIO()):  # which profile it takes
        parser, args = parse_args(["--nolock", "--logger", "screen", "--config", *settings(study), *options])
    done = args_to_api(args, parser)
    if done and told.dry:
        print(*status.lines(study, told.planned), sep="\n")
    return done, told


def ended(told: "Screen") -> int:
    """Say why a run did not end well: what its steps said, else what can be told from without."""
    os.environ.pop(LOGGED, None)
    if told.stopped:
        return tell(KeyboardInterrupt())
    for text in (sentences := told.sentences()):
        print(text, file=sys.stderr)
    return 1 if sentences else tell(unsaid(told))


def settings(study: str) -> list[str]:
    """What the Snakefile is told; quoted, so that a study called `true` stays a name."""
    switches = [
        f"{name.lower()}=1" for name in ("OFFLINE", "ASK", "DRAFT") if os.environ.get(name, "") not in ("", "0")
    ]
    return [f'study="{study}"', *switches]


def unsaid(told: "Screen") -> BaseException:
    """The sentence where no step could write one: what Snakemake says, or what the machine lacks."""
    full = any(shutil.disk_usage(place).free < LEAST_SPACE for place in (".", "results"))
    if full or any("No space left" in text for text in told.errors):
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if told.killed():
        return MemoryError("a step was ended from outside, as the system does where memory runs out")
    logs = sorted(Path(".snakemake/log").glob("*.log"))
    said = essence(told.errors[0]) if told.errors else "a step failed and did not say why"
    sentence, _, mend = said.partition("To mend it: ")
    if mend:  # what a rule looked at before its step could run
        return Problem(sentence.removeprefix("Problem: "), mend)
    if "MemoryError" in said:
        return MemoryError(said)
    return Problem(f"The run could not go on: {said[:300]}.", f"{logs[-1] if logs else '.snakemake/log'} has the whole")


def essence(text: str) -> str:
    """What went wrong, of all that Snakemake prints about it: neither its frame nor lines of code."""
    if "Traceback (most recent call last)" in text:
        return text.rstrip().splitlines()[-1].rstrip(".")
    head = text.partition("\nTraceback:")[0].partition("\nWildcards:")[0]
    head = head.partition("\nError:\n")[2] or head
    lines = [line for line in head.splitlines() if not line.startswith('  File "')]
    return " ".join(" ".join(lines).split()).rstrip(".")


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
