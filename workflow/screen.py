"""What a run shows: how far it is and what it does; what failed is kept, so that its sentence can stand last.

Snakemake tells each event to a log handler; :class:`LogHandler` is ours, in place of Snakemake's own.
"""

import csv
import logging
import os
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from workflow.status import Job

# A job that was killed says nothing itself; on Linux it is nearly always the memory that was not enough.
KILLED = re.compile(r"SIGKILL|exit status 137")
ENOUGH_SECONDS = 20  # from here on the speed of this run says more than that of an earlier one


@dataclass
class Progress:
    """How many steps there are, were begun and are done, and the seconds that each took in an earlier run."""

    seconds: dict[str, float] = field(default_factory=dict)
    waiting: Counter[str] = field(default_factory=Counter)
    total: int = 0
    begun: int = 0
    rules: dict[int, str] = field(default_factory=dict)
    done: float = 0.0
    since: float = 0.0

    def begin(self, stats: dict[str, int]) -> None:
        """Take in what Snakemake is going to do: by rule, the number of its jobs."""
        self.waiting = Counter()
        for rule, count in stats.items():
            if rule not in ("all", "total"):
                self.waiting[kind(rule)] += count
        self.total, self.since = self.waiting.total(), time.monotonic()

    def finish(self, job: int) -> None:
        """Count a job as done."""
        rule = kind(self.rules.get(job, ""))
        self.waiting[rule] -= 1
        self.done += self.seconds.get(rule, 0.0)

    def left(self) -> str:
        """The time left in words, from an earlier run's seconds and this run's speed; empty where it cannot be told."""
        waiting = {rule: count for rule, count in self.waiting.items() if count > 0}
        if not waiting or not self.seconds.keys() >= waiting.keys():
            return ""
        work, passed = sum(self.seconds[rule] * count for rule, count in waiting.items()), time.monotonic() - self.since
        pace = passed / self.done if self.done and passed > ENOUGH_SECONDS else 1 / (os.cpu_count() or 1)
        minutes = round(work * pace / 60)
        return f", about {minutes} min left" if minutes else ", less than a minute left"


def kind(rule: str) -> str:
    """A rule's name without what it is about: there is a rule of each model for each outcome."""
    return rule.partition(".")[0]


def seconds_by_rule(folder: Path) -> dict[str, float]:
    """The mean seconds of each kind of rule's jobs in an earlier run, from Snakemake's benchmark files."""
    found: dict[str, list[float]] = {}
    for path in folder.glob("*.tsv"):
        with path.open(encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream, delimiter="\t"))
        found.setdefault(kind(path.name), []).extend(float(row["s"]) for row in rows)
    return {rule: sum(times) / len(times) for rule, times in found.items() if times}


@dataclass
class Screen:
    """What was told of the run, and what failed."""

    progress: Progress = field(default_factory=Progress)
    logs: list[str] = field(default_factory=list)
    messages: dict[int, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    dry: bool = False
    stopped: bool = False
    planned: list[Job] = field(default_factory=list)
    stream: TextIO = sys.stderr

    def hear(self, record: logging.LogRecord) -> None:
        """Take in one event."""
        told = record.__dict__
        match told.get("event"):
            case LogEvent.RUN_INFO:
                self.progress.begin(told["stats"])
            case LogEvent.JOB_INFO:
                self._begun(told)
            case LogEvent.JOB_FINISHED:
                self.progress.finish(told["job_id"])
            case LogEvent.JOB_ERROR:
                self.logs += [path for path in told["log"] if path not in self.logs]
            case LogEvent.ERROR:
                self.errors.append(record.getMessage())
            case None if record.getMessage().startswith("Nothing to be done") and not self.dry:
                print("Nothing to be done: everything is up to date.", file=self.stream)
            case None if "altered" in told:
                print(record.getMessage(), file=self.stream)

    def _begun(self, told: dict[str, Any]) -> None:
        what, rule = told["rule_msg"] or told["rule_name"], told["rule_name"]
        self.progress.rules[told["jobid"]] = rule
        if self.dry:
            self.planned.append(Job(rule, told["reason"], told["input"], told["output"]))
        elif rule != "all":
            self.progress.begun += 1
            place = f"{self.progress.begun:>3} of {self.progress.total}{self.progress.left()}"
            print(f"{place}: {what}", file=self.stream)

    def stop(self, *_: object) -> None:
        """Remember that somebody stopped the run, and stop it."""
        self.stopped = True
        raise KeyboardInterrupt

    def killed(self) -> bool:
        """Whether a step was ended from outside."""
        return any(KILLED.search(text) for text in self.errors)

    def sentences(self) -> list[str]:
        """What the failed steps said was wrong, and how it is mended."""
        return list(dict.fromkeys(text for path in self.logs if (text := sentence(Path(path)))))


def sentence(path: Path) -> str:
    """The last sentence of a log that says what is wrong, with all that follows it; empty where there is none."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    starts = [number for number, line in enumerate(lines) if line.startswith("error: ")]
    return "\n".join(lines[starts[-1] :]).rstrip() if starts else ""


SCREEN = Screen()


class LogHandler(LogHandlerBase):
    """Hands every event to the screen; Snakemake makes an object of this class itself."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = True
    has_formatter = True
    needs_rulegraph = False

    def emit(self, record: logging.LogRecord) -> None:
        """Hand on one event."""
        try:
            SCREEN.hear(record)
        except Exception:
            self.handleError(record)
