"""The library of phrases: words that recur, by the code or verdict that they stand for, in ``reports/phrases/``."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

import yaml

from analysis.steps import Problem

Phrases = Mapping[str, Mapping[str, str]]


def read_phrases(folder: Path) -> Phrases:
    """Every mapping of the library; its files only sort them.

    Raises
    ------
    Problem
        When two files have a mapping of the same name, or a file holds something else.
    """
    found: dict[str, Mapping[str, str]] = {}
    for path in sorted(folder.glob("*.yaml")):
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
    for kind, key, known in (("list of phrases", name, phrases), (f"phrase in `{name}`", code, phrases.get(name, {}))):
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"write `{near[0]}`, or add it" if near else "add it"
            raise Problem(f"reports/phrases has no {kind} `{key}`.", f"{hint} to a file in reports/phrases")
    return phrases[name][code]
