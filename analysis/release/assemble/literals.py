"""No number may be typed into the text of a result: each comes from a variable, so that it has an address."""

import re
from pathlib import Path

from analysis.steps import Problem

RESULTS = ("results", "key-points", "executive-summary", "five-tests", "evidence-results", "discussion")
# What may hold digits without stating a result: shortcodes, attributes, citations, references, comments, addresses.
NOT_TEXT = re.compile(r"\{\{<.*?>\}\}|\{[^}]*\}|\[?-?@[\w:.-]+(?:; @[\w:.-]+)*\]?|<!--.*?-->|\]\([^)]*\)", re.DOTALL)


def check_literals(sections: Path) -> None:
    """Refuse a literal digit in a section that reports results.

    Parameters
    ----------
    sections : Path
        The folder of sections; those whose name begins with one of ``RESULTS`` are checked.

    Raises
    ------
    Problem
        Names the file, the line and the number.
    """
    for path in sorted(sections.glob("*.qmd")):
        if path.stem.startswith(RESULTS):
            _check(path)


def _check(path: Path) -> None:
    text = NOT_TEXT.sub(lambda found: "\n" * found.group().count("\n"), path.read_text(encoding="utf-8"))
    for number, line in enumerate(text.splitlines(), start=1):
        if digits := re.search(r"\d[\d.,]*", line):
            raise Problem(
                f"{path} states the number {digits.group()} on line {number}, where results are told.",
                "take it from a variable, {{< var ... >}}, so that it stays true and has an address",
            )
