"""The library of phrases, ``reports/phrases/``: sentences that recur, and words by the code that they stand for.

Whoever tells from the library names the files that may be told from; no other is opened. So a step that draws a figure
depends on the phrases that it names and on no others, and one that it forgot to name is an error.
"""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

import yaml

from analysis.present.templates.files import read_source
from analysis.steps import Problem
from analysis.yaml_files import yaml_fault

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
            yield _name(place, library(place)), place
        elif not place.exists():
            raise Problem(f"There is no {place}, which holds words of the paper.", "bring it back")


def _name(path: Path, library: Path) -> str:
    """The name of a file in the library: ``designs/caption`` of ``designs/caption.md.j2``."""
    return path.relative_to(library).as_posix().removesuffix(SENTENCE)


def library(path: Path) -> Path:
    """The library that a file of it lies in."""
    return next((each for each in path.parents if each.name == LIBRARY), path.parent)


def sentences(*places: Path) -> dict[str, Path]:
    """Sentences by name, ``designs/caption``: of a library, or of some of its files."""
    return dict(_files(places, SENTENCE))


def read_phrases(*places: Path) -> Phrases:
    """Every list of words of a library, or of some of its files; the files only sort them.

    Raises
    ------
    Problem
        When two lists have one name, or a file holds something else.
    """
    mappings: dict[str, Mapping[str, str]] = {}
    for _, path in _files(places, ".yaml"):
        for name, words, line in _lists(path):
            if name in mappings:
                raise Problem(f"{path}, line {line}: there is a second list `{name}`.", "give one another name")
            mappings[name] = words
    return mappings


def _lists(path: Path) -> Iterator[tuple[str, Mapping[str, str], int]]:
    """Each list of phrases of a file: its name, the words by code, and its line."""
    try:
        top = yaml.compose(read_source(path, library(path)), Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise Problem(f"{path} is not readable as YAML: {yaml_fault(error)}.", f"correct {path}") from None
    for name, below in _pairs(top, path):
        yield name.value, {code.value: _words(code, told, path) for code, told in _pairs(below, path)}, _at(name)


def _pairs(node: yaml.Node | None, path: Path) -> list[tuple[yaml.Node, yaml.Node]]:
    """What stands in a mapping, each key once; nothing in an empty file."""
    if node is None:
        return []
    if not isinstance(node, yaml.MappingNode):
        raise Problem(f"{path}, line {_at(node)}: here is no list of codes and their words.", "write `code: words`")
    keys = [key.value for key, _ in node.value]
    for at, (key, _) in enumerate(node.value):
        if key.value in keys[:at]:
            raise Problem(f"{path}, line {_at(key)}: `{key.value}` stands here a second time.", "delete one of the two")
    return list(node.value)


def _words(code: yaml.Node, told: yaml.Node, path: Path) -> str:
    if told.tag != "tag:yaml.org,2002:str":
        fault = f"what stands for `{code.value}` is no text"
        raise Problem(f"{path}, line {_at(told)}: {fault}.", 'put it between quotation marks, `code: "words"`')
    return str(told.value)


def _at(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


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


def _mend(key: str, names: Iterable[str], more: str = "") -> str:
    near = get_close_matches(key, names, n=1)
    hint = f"write `{near[0]}`, or add it" if near else "add it"
    return f"{hint} to a file in reports/phrases{more}"
