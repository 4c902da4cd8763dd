"""The language of a template: ``if`` and ``for`` over what it is given, and filters that format. It never computes.

A template is Markdown with Jinja's tags between ``<% %>`` and values between ``<< >>``, which leaves Quarto's own
braces alone. Whatever a template could compute, compare, assign, call, read or test for is refused when it is parsed,
with its file and line: Jinja's sandbox allows most of it. A comparison with a misspelt word would be a silent gap; a
misspelt attribute of a verdict is an error.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from analysis.steps import Problem
from analysis.tags import environment

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

Filters = Mapping[str, Callable[..., str]]
# The kinds of nodes that a template may be made of; all others are refused.
ALLOWED = frozenset(
    (
        "Template",
        "Output",
        "TemplateData",
        "If",
        "For",
        "Name",
        "Getattr",
        "Filter",
        "Keyword",
        "Const",
        "And",
        "Or",
        "Not",
    )
)
# What is refused, in words of somebody who writes.
WORDS = {
    "Call": "calls something", "Compare": "compares", "Assign": "assigns a value", "Include": "includes a file",
    "Import": "imports a file", "FromImport": "imports a file", "Extends": "extends a file", "Test": "tests a value",
    "Getitem": "takes a part of a value", "CondExpr": "chooses within a value",
}  # fmt: skip
TRIMMED = re.compile(r"<%-|-%>|<<-|->>")
# What no rendered text may hold: tags of ours, or of Jinja's usual ones, which are braces without Quarto's angle.
LEFT_OVER = re.compile(r"<%|%>|<<|>>|<#|#>|\{%|\{\{\s*\w")


def check(
    place: Path, text: str, names: Collection[str], filters: Filters, environment: "Environment"
) -> "nodes.Template":
    """A template as it was parsed; one that does more than say what it is given is refused.

    Parameters
    ----------
    place : Path
        The template's file, for the sentence.
    text : str
        The template.
    names : collection of str
        What the template is given.
    filters : dict
        The filters that it may use.
    environment : Environment
        What parses it.

    Raises
    ------
    Problem
        Names file and line.
    """
    from jinja2 import TemplateSyntaxError

    if trimmed := TRIMMED.search(text):
        line = text.count("\n", 0, trimmed.start()) + 1
        raise Problem(f"{place}, line {line}: a tag with a minus glues words together.", "write the tag without it")
    try:
        tree = environment.parse(text)
    except TemplateSyntaxError as error:
        raise Problem(f"{place}, line {error.lineno}: {error.message}", f"correct the tag in {place}") from error
    for line, fault, mend in _faults(tree, names, filters):
        raise Problem(f"{place}, line {line}: {fault}.", mend)
    return tree


def _faults(tree: "nodes.Template", names: Collection[str], filters: Filters) -> Iterator[tuple[int, str, str]]:
    from jinja2 import nodes

    given = {"loop", *names, *(each.name for each in tree.find_all(nodes.Name) if each.ctx == "store")}
    for node in _nodes(tree):
        kind = type(node).__name__
        if kind not in ALLOWED:
            does = WORDS.get(kind, "computes")
            yield (
                node.lineno,
                f"the template {does}",
                "give it what it needs as a value or a verdict, worked out before",
            )
        elif isinstance(node, nodes.Name) and node.name not in given:
            yield node.lineno, f"there is no value `{node.name}`", _instead(node.name, given - {"loop"})
        elif isinstance(node, nodes.Filter) and node.name not in filters:
            yield node.lineno, f"there is no filter `{node.name}`", _instead(node.name, filters)


def _nodes(node: "nodes.Node") -> "Iterator[nodes.Node]":
    yield node
    for child in node.iter_child_nodes():
        yield from _nodes(child)


def _instead(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"write `{near[0]}`" if near else f"use one of: {', '.join(sorted(known))}"


def render(place: Path, text: str, values: Mapping[str, Any], filters: Filters) -> str:
    """The text of a template that was checked.

    Raises
    ------
    Problem
        When it asks a value for something that the value has not, or when a tag is left over.
    """
    return compiled(place, text, values, filters)(values)


def compiled(place: Path, text: str, names: Collection[str], filters: Filters) -> Callable[[Mapping[str, Any]], str]:
    """A template that was checked, ready to be told from values of these names, as often as wanted."""
    from jinja2 import UndefinedError
    from jinja2.exceptions import SecurityError

    parser = environment(filters)
    template = parser.from_string(check(place, text, names, filters, parser))

    def told(values: Mapping[str, Any]) -> str:
        try:
            made = template.render(values)
        except Problem as problem:  # of a filter, which knows neither file nor line
            raise Problem(f"{place}, line {_line(problem)}: {problem.sentence}", problem.mend) from problem
        except (UndefinedError, SecurityError) as error:
            raise Problem(f"{place}, line {_line(error)}: {error.message}.", f"correct its name in {place}") from error
        except (TypeError, ValueError, AttributeError) as error:
            fault = f"the filter or the loop cannot take this value ({error})"
            raise Problem(f"{place}, line {_line(error)}: {fault}.", f"correct the tag in {place}") from error
        if left := LEFT_OVER.search(made):
            shown = made[left.start() : left.start() + 40].split("\n")[0]
            raise Problem(
                f"{place}: `{shown}` is left over in the text.", "values stand between << and >>, tags <% and %>"
            )
        return made

    return told


def _line(error: BaseException) -> int:
    """The line of the template in which an error arose: Jinja puts it into the traceback."""
    lines = [each.lineno for each in extract_tb(error.__traceback__) if each.filename == "<template>"]
    return lines[0] or 0 if lines else 0
