"""The stage present reads verdicts and judges nothing: it compares no interval, no p-value and no margin."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# What is compared where something is judged; of a share of simulated worlds either end as well.
JUDGED = {
    "low",
    "high",
    "ci_low",
    "ci_high",
    "p_value",
    "smallest",
    "smallest_change",
    "confidence",
    "coverage",
    "rejection",
}
# Modules that still judge in words, and those that compare for another reason.
WAITING = {
    # A minimum of contacts beside another, where the table of minima begins.
    "continuity/spread.py",
}  # fmt: skip


def judgements(source: str) -> Iterator[str]:
    """Each comparison of an end of an interval, a p-value or a margin."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            known = all(isinstance(each, ast.Constant) and each.value is None for each in node.comparators)
            missing = len({ast.dump(each) for each in sides}) == 1  # what differs from itself is missing
            if not (known or missing) and any(_named(each) in JUDGED for each in sides):
                yield ast.unparse(node)


def _named(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return re.sub("(coverage|rejection)_(low|high)", r"\1", str(node.slice.value))
    if isinstance(node, ast.Call):
        return _named(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def modules() -> list[str]:
    folder = ROOT / "analysis/present"
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.py"))


@pytest.mark.parametrize("name", [name for name in modules() if name not in WAITING])
def test_no_module_judges(name: str) -> None:
    source = (ROOT / "analysis/present" / name).read_text(encoding="utf-8")
    assert list(judgements(source)) == []


@pytest.mark.parametrize(
    "source",
    [
        "told.low > 0", "row['ci_high'] < 1", "0.05 > row['p_value']", "own.low <= value <= own.high",
        "size >= outcome.smallest_change", "row['p_value'] < 1 - confidence", "row['coverage_high'] < 0.93",
    ],
)  # fmt: skip
def test_what_judges_is_found(source: str) -> None:
    assert list(judgements(source))


@pytest.mark.parametrize(
    "source",
    ["row['ci_low'] == row['ci_low']", "low is None", "verdict.direction.clear", "row['p_value'] != row['p_value']"],
)
def test_what_asks_whether_something_is_there_is_none(source: str) -> None:
    assert not list(judgements(source))
