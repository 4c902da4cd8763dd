"""Which phrases a step may tell from: those of its own places in the library, and what these say of others."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from analysis.present.templates.files import read_source
from analysis.present.templates.phrases import SENTENCE
from analysis.steps import Problem

LIBRARY = Path("reports/phrases")
# How a sentence says another one, and a word of a list.
SAYS = re.compile(r'\|\s*(?:say|each)\("([^"]+)"\)')
PICKS = re.compile(r'\|\s*phrases?\("([^"]+)"\)')
# How it says why something could not be estimated, and where the words are.
REASONS, REASON = re.compile(r"\|\s*reason\b"), "reason"
LIST = re.compile(r"^([a-z]\w*):", re.MULTILINE)


def phrases(*places: str) -> list[str]:
    """The files of the library that a step may tell from, and so depends on.

    Parameters
    ----------
    *places : str
        Folders of the library, ``designs`` or ``costs/tables``; sentences, ``designs/heading``; or lists of words,
        ``cohort_box``. Whatever these say of others is found by itself.

    Raises
    ------
    Problem
        When the library has no such place.
    """
    lists, found = _lists(), dict[Path, None]()
    wanted = [path for place in places for path in _below(place, lists)]
    while wanted:
        path = wanted.pop()
        if path not in found:
            found[path] = None
            wanted += _said(path, lists)
    return sorted(map(str, found))


def _lists() -> dict[str, Path]:
    """Each list of words with its file."""
    files = sorted(LIBRARY.rglob("*.yaml"))
    return {name: path for path in files for name in LIST.findall(read_source(path, LIBRARY))}


def _below(place: str, lists: Mapping[str, Path]) -> list[Path]:
    files = sorted((LIBRARY / place).rglob(f"*{SENTENCE}"))
    sentence = LIBRARY / f"{place}{SENTENCE}"
    files += [sentence] if sentence.is_file() else [lists[place]] if place in lists else []
    if not files:
        raise Problem(
            f"A step is to tell from {LIBRARY}/{place}, which is not there.",
            "bring it back, or correct it in workflow/steps",
        )
    return files


def _said(path: Path, lists: Mapping[str, Path]) -> Iterator[Path]:
    """What one sentence says of others; what is not there is told, with its line, where it is said."""
    if path.name.endswith(SENTENCE):
        text = read_source(path, LIBRARY)
        yield from (each for name in SAYS.findall(text) if (each := LIBRARY / f"{name}{SENTENCE}").is_file())
        yield from (lists[name] for name in PICKS.findall(text) if name in lists)
        yield from [lists[REASON]] if REASONS.search(text) else []
