"""No number may be typed into the text of a result: each comes from a row, so that it has an address."""

import re
from pathlib import Path

from analysis.steps import Problem

# The topics whose every section tells results, but for those on methods; of the others, single sections do.
ROOMS = ("outcomes", "designs", "robustness", "inference", "matched_cohort", "costs", "summary")
SINGLE = (
    "five_tests/results*", "evidence/results*", "questions/results*", "experiment/results*", "advice/discussion*",
)  # fmt: skip
# What may hold digits without stating a result: tags, shortcodes, attributes, citations, comments, addresses.
NOT_TEXT = re.compile(
    r"<<.*?>>|<%.*?%>|\{\{<.*?>\}\}|\{[^}]*\}|\[?-?@[\w:.-]+(?:; @[\w:.-]+)*\]?|<!--.*?-->|\]\([^)]*\)", re.DOTALL
)


def check_literals(sections: Path) -> None:
    """Refuse a literal digit in a section that reports results.

    Parameters
    ----------
    sections : Path
        The folder of sections, templates among them.

    Raises
    ------
    Problem
        Names the file, the line and the number.
    """
    for pattern in (*(f"{room}/*" for room in ROOMS), *SINGLE):
        for path in sorted(sections.glob(pattern)):
            if not path.name.startswith("methods"):
                _check(path)


def _check(path: Path) -> None:
    text = NOT_TEXT.sub(lambda found: "\n" * found.group().count("\n"), path.read_text(encoding="utf-8"))
    for number, line in enumerate(text.splitlines(), start=1):
        if digits := re.search(r"\d[\d.,]*", line):
            raise Problem(
                f"{path} states the number {digits.group()} on line {number}, where results are told.",
                "take it from a row, << row.estimate | signed >>, so that it stays true and has an address",
            )
