"""The language of a template: ``if`` and ``for`` over what it is given, and filters that format. It never computes.

A template is Markdown with Jinja's tags between ``<% %>`` and values between ``<< >>``, which leaves Quarto's own
braces alone. Whatever a template could compute, compare, assign, call, read or test for is refused when it is parsed,
with its file and line: Jinja's sandbox allows most of it. A comparison with a misspelt word would be a silent gap; a
misspelt attribute of a verdict is an error.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from analysis.present.templates.near import instead
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
            yield node.lineno, f"there is no value `{node.name}`", instead(node.name, given - {"loop"})
        elif isinstance(node, nodes.Filter) and node.name not in filters:
            yield node.lineno, f"there is no filter `{node.name}`", instead(node.name, filters)


def _nodes(node: "nodes.Node") -> "Iterator[nodes.Node]":
    yield node
    for child in node.iter_child_nodes():
        yield from _nodes(child)


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
    from analysis.present.templates.absent import Absent, NotThere, strict

    parser = environment({name: strict(filter) for name, filter in filters.items()})
    parser.undefined = Absent
    tree = check(place, text, names, filters, parser)
    asked = _asked(tree)
    template = parser.from_string(tree)

    def told(values: Mapping[str, Any]) -> str:
        try:
            made = template.render(values)
        except Problem as problem:  # of a filter, which knows neither file nor line
            raise Problem(f"{place}, line {_line(problem)}: {problem.sentence}", problem.mend) from problem
        except NotThere as error:
            line = _line(error)
            name = asked.get((line, error.name), type(error.thing).__name__)
            raise error.problem(f"{place}, line {line}", name) from error
        except (TypeError, ValueError, AttributeError) as error:
            fault = f"the filter or the loop cannot take this value ({error})"
            raise Problem(f"{place}, line {_line(error)}: {fault}.", f"correct the tag in {place}") from error
        if left := LEFT_OVER.search(made):
            shown = made[left.start() : left.start() + 40].split("\n")[0]
            before, found, _ = text.partition(shown)
            where = f"{place}, line {before.count(chr(10)) + 1}" if found else str(place)
            raise Problem(
                f"{where}: `{shown}` is left over in the text.", "values stand between << and >>, tags <% and %>"
            )
        return made

    return told


def _asked(tree: "nodes.Template") -> dict[tuple[int, str], str]:
    """By line and name asked for, what is asked: ``continuity.worth`` where the template says its ``.reason``."""
    from jinja2 import nodes

    return {(node.lineno, node.attr): _dotted(node.node) for node in tree.find_all(nodes.Getattr)}


def _dotted(node: "nodes.Node") -> str:
    from jinja2 import nodes

    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "this"


def _line(error: BaseException) -> int:
    """The line of the template in which an error arose: Jinja puts it into the traceback."""
    lines = [each.lineno for each in extract_tb(error.__traceback__) if each.filename == "<template>"]
    return lines[0] or 0 if lines else 0
