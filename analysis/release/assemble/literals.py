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
    r"<<.*?>>|<%.*?%>|<#.*?#>|\{\{<.*?>\}\}|\{[^}]*\}|\[?-?@[\w:.-]+(?:; @[\w:.-]+)*\]?|<!--.*?-->|\]\([^)]*\)",
    re.DOTALL,
)
# What holds digits in a phrase and is the name of something, or a unit: CRV3, F-2nd, CC BY 4.0, per 1,000 patients.
NAMES = re.compile(r"\b[A-Z]+-?\d\w*|CC BY 4\.0|\b[Pp]er 1,000\b")
# What a list of words has that is no text of it: comments, and the codes that words stand for.
NO_WORDS = re.compile(r"""^\s*(?:#.*|["']?[\w/]+["']?:)""")
# Phrases and lists of words that give a definition or a date, and the numbers that it holds.
DEFINITIONS = {
    "calibration/tables/worlds.md.j2": ("95%",),  # Wilson's intervals
    "continuity/figures/distribution.md.j2": ("0.5", "0.6", "0.9", "1"),  # values that few contacts allow
    "document/tables/balance.md.j2": ("0.1",),  # what is usually called an imbalance
    "document/tables/concerns.md.j2": ("2011",),
    "document/tables/pilots.md.j2": ("2009",),
    "continuity.yaml": ("0", "0.1", "1"),  # formulae and ranges of indices
    "reasons.yaml": ("0", "1"),  # what a population and a share may be
}


def check_literals(reports: Path) -> None:
    """Refuse a literal digit in a section that reports results, and in the library of phrases.

    Parameters
    ----------
    reports : Path
        The paper's sources, with ``sections/`` and ``phrases/``.

    Raises
    ------
    Problem
        Names the file, the line and the number.
    """
    for pattern in (*(f"{room}/*" for room in ROOMS), *SINGLE):
        for path in sorted((reports / "sections").glob(pattern)):
            if not path.name.startswith("methods"):
                _check(path)
    library = reports / "phrases"
    for path in sorted([*library.rglob("*.j2"), *library.rglob("*.yaml")]):
        _check(path, NAMES, *[NO_WORDS] * (path.suffix == ".yaml"), *_defined(path.relative_to(library).as_posix()))


def _defined(name: str) -> list[re.Pattern[str]]:
    return [re.compile(rf"(?<![\d.,]){re.escape(number)}(?![.,]?\d)") for number in DEFINITIONS.get(name, ())]


def _check(path: Path, *known: re.Pattern[str]) -> None:
    text = NOT_TEXT.sub(lambda found: "\n" * found.group().count("\n"), path.read_text(encoding="utf-8"))
    for number, line in enumerate(text.splitlines(), start=1):
        for pattern in known:
            line = pattern.sub("", line)
        if digits := re.search(r"\d[\d.,]*", line):
            raise Problem(
                f"{path} states the number {digits.group()} on line {number}, where results are told.",
                "take it from a row, << row.estimate | signed >>, so that it stays true and has an address",
            )
