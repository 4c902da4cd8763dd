"""The paper's prose stands in reports/, where an author looks: the code that makes the paper holds no sentence."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# What a person at a terminal or in a log reads, and the styles of Word: none of it is the paper's text.
SCREENS = ("release/gate", "release/publish", "release/render", "assess/disclosure", "present/templates")
MADE_FOR_THE_PAPER = ("analysis/assess", "analysis/present", "analysis/release")
# An address names a file and the values that pick a row.
ADDRESS = re.compile(r"\w+\.csv\b")
# Calls whose words are an error's, or describe a rule of a table.
MESSAGES = {"Problem", "ValueError", "TypeError", "AssertionError", "Field", "dataframe_check", "StudyFault"}
MOST = 6


def words(text: str) -> int:
    return len(re.findall(r"[A-Za-z’']{2,}", text))


def whole(node: ast.AST) -> str | None:
    """The text of a literal, adjacent, added and formatted parts together; None where the node is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return " ".join(whole(part) or "" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [whole(node.left), whole(node.right)]
        return None if parts == [None, None] else " ".join(part or "" for part in parts)
    return None


def docstrings(tree: ast.Module) -> set[int]:
    bodies = [tree.body, *(node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef))]
    lone = [each for body in bodies for each in body if isinstance(each, ast.Expr)]
    return {id(each.value) for each in lone if isinstance(each.value, ast.Constant)}


def sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every string literal of more than six words that is neither a docstring nor a message."""
    apart = docstrings(tree)

    def below(node: ast.AST) -> Iterator[tuple[int, str]]:
        if id(node) in apart or isinstance(node, ast.Raise):
            return
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in MESSAGES:
                return
        if isinstance(node, ast.arg | ast.AnnAssign | ast.FunctionDef):
            # A type may be written as a text.
            parts = [
                *getattr(node, "body", []),
                *([node.value] if isinstance(node, ast.AnnAssign) and node.value else []),
            ]
            for part in [*parts, *(getattr(node, "args", None).defaults if isinstance(node, ast.FunctionDef) else [])]:
                yield from below(part)
            return
        text = whole(node)
        if text is not None and words(text) > MOST and not ADDRESS.search(text):
            yield node.lineno, text  # type: ignore[attr-defined]
            return
        for child in ast.iter_child_nodes(node):
            yield from below(child)

    yield from below(tree)


def modules() -> list[Path]:
    found = [
        path
        for place in MADE_FOR_THE_PAPER
        for path in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))
    ]
    return sorted(path for path in found if not any(f"/{screen}/" in path.as_posix() for screen in SCREENS))


@pytest.mark.parametrize("module", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_sentence_of_the_paper_is_python(module: Path) -> None:
    found = [
        f"{module.relative_to(ROOT)}:{line}: {text[:90]}"
        for line, text in sentences(ast.parse(module.read_text("utf-8")))
    ]
    assert found == []


def test_no_yaml_of_the_code_holds_a_sentence_of_the_paper() -> None:
    conditions = set((ROOT / "analysis/prepare/conditions").glob("*.yaml"))  # lists of codes and where they were read
    assert set((ROOT / "analysis").rglob("*.y*ml")) == conditions


def test_what_is_counted() -> None:
    """The counter sees joined, added and formatted texts whole, and leaves docstrings and messages alone."""
    text = '''
"""A docstring that has many more than six words in it."""
x = "one two three " "four five six seven"
y = f"one {x} two three four" + f" five six {x} seven"
def f():
    """Another docstring that has more than six words in it."""
    raise Problem("one two three four five six seven", "eight")
z = "one two three four five six"
'''
    assert [line for line, _ in sentences(ast.parse(text))] == [3, 4]
