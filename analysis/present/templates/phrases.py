"""The library of phrases, ``reports/phrases/``: sentences that recur, and words by the code that they stand for.

Whoever tells from the library names the files that may be told from; no other is opened. So a step that draws a figure
depends on the phrases that it names and on no others, and one that it forgot to name is an error.
"""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

import yaml

from analysis.steps import Problem

LIBRARY = "phrases"
SENTENCE = ".md.j2"
Phrases = Mapping[str, Mapping[str, str]]
# Where the steps of the workflow name what they tell from.
NAMED = "if it stands there, name it for the step in workflow/steps"


def _files(places: Iterable[Path], ending: str) -> Iterator[tuple[str, Path]]:
    """Each file of this ending by its name in the library: a place is a file of the library, or a whole one."""
    for place in places:
        if place.is_dir():
            yield from ((_name(path, place), path) for path in sorted(place.rglob(f"*{ending}")))
        elif place.name.endswith(ending):
            yield _name(place, next(each for each in place.parents if each.name == LIBRARY)), place


def _name(path: Path, library: Path) -> str:
    """The name of a file in the library: ``designs/caption`` of ``designs/caption.md.j2``."""
    return path.relative_to(library).as_posix().removesuffix(SENTENCE)


def sentences(*places: Path) -> dict[str, Path]:
    """Sentences by name, ``designs/caption``: of a library, or of some of its files."""
    return dict(_files(places, SENTENCE))


def read_phrases(*places: Path) -> Phrases:
    """Every list of words of a library, or of some of its files; the files only sort them.

    Raises
    ------
    Problem
        When two files have a list of the same name, or a file holds something else.
    """
    found: dict[str, Mapping[str, str]] = {}
    for _, path in _files(places, ".yaml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, words in (content or {}).items():
            if name in found:
                raise Problem(f"{path}: there is a second list of phrases `{name}`.", "give one another name")
            if not isinstance(words, dict) or not all(isinstance(each, str) for each in words.values()):
                raise Problem(f"{path}: `{name}` is no list of codes and their words.", "write `code: words` below it")
            found[name] = words
    return found


def phrase(phrases: Phrases, name: str, code: str) -> str:
    """The words for a code.

    Raises
    ------
    Problem
        When the library has no such list, or the list no such code.
    """
    if name not in phrases:
        raise Problem(f"There is no list of phrases `{name}` among those given.", _mend(name, phrases, f"; {NAMED}"))
    if code not in phrases[name]:
        raise Problem(f"reports/phrases has no phrase in `{name}` for `{code}`.", _mend(code, phrases[name]))
    return phrases[name][code]


def _mend(key: str, known: Iterable[str], more: str = "") -> str:
    near = get_close_matches(key, known, n=1)
    hint = f"write `{near[0]}`, or add it" if near else "add it"
    return f"{hint} to a file in reports/phrases{more}"
