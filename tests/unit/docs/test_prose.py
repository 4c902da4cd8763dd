"""The paper's prose stands in reports/, where an author looks: the code that makes the paper holds no sentence."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# What a person at a terminal, in a study file or in a log reads: none of it is the paper's text.
SCREENS = {
    "commands": "help of commands and faults of the machine, for the terminal",
    "plan/faults.py": "faults of a study file, for the terminal",
    "prepare/check_data": "what make check-data says",
    "prepare/contacts": "what make check-data says of contacts",
    "prepare/contract": "faults of the data, for the terminal and make check-data",
    "prepare/events": "faults of records, for the terminal and make check-data",
    "prepare/matched_cohort/patient_checks.py": "faults of the table of patients, for make check-data",
    "prepare/outcomes/presence.py": "a note of make check-data",
    "prepare/outcomes/silence.py": "a note of make check-data",
    "prepare/questions/practice_sources.py": "faults of downloaded files, for the terminal",
    "prepare/study_file": "the study file that make study writes, and what it says",
    "present/templates/absent.py": "faults of templates, for the terminal",
    "present/templates/language.py": "faults of templates, for the terminal",
    "present/templates/phrases.py": "faults of the library of phrases, for the terminal",
    "pull": "faults of downloads and packages, and their mends, for the terminal",
    "release/gate": "leaks that stop a release, for the terminal",
    "release/publish": "what the terminal says of a release, and what a release says of itself",
    "release/render": "faults of citations, and styles of Word",
    "study.py": "faults of the name of a study, for the terminal",
}
# What stays in Python and is read in a paper or in its tables: values of a table and names, each with the reason.
VALUES = {
    ("estimate/continuity/continuity_rows.py", "registered patients aged"): "the column population of estimates.csv",
    ("estimate/continuity/practice_growth.py", "general practices in the"): "the column population of estimates.csv",
    ("estimate/experiment/experiment.py", "persons drawn by lot"): "the column population of estimates.csv",
    ("plan/continuity.py", "St Leonard's Index"): "the name of an index",
    ("plan/pilots.py", "patients of pilot practices"): "the column population of estimates.csv",
    ("plan/calibration.py", "the published effect, which"): "a default of the plan, which a study file may replace",
    ("plan/calibration.py", "no effect, and pilots"): "a default of the plan, which a study file may replace",
    ("prepare/evidence/evidence.py", "difference of two growths"): "the column of how an estimate was published",
    ("wording.py", "the share of patients"): "the name of a measure",
    ("wording.py", "the number of full-time"): "the name of a measure",
    ("wording.py", "the rate of A&E"): "the name of a measure",
}
# An address names a file and the values that pick a row.
ADDRESS = re.compile(r"\w+\.csv\b")
# Calls whose words are an error's, or describe a rule of a table.
MESSAGES = {
    "Problem",
    "NotEstimable",
    "Fault",
    "ValueError",
    "TypeError",
    "AssertionError",
    "Field",
    "dataframe_check",
    "StudyFault",
}
# What is kept under such a name is how to mend a fault.
MEND = re.compile(r"mend(?:_\w+)?", re.IGNORECASE)
# SQL and regular expressions are no sentences.
CODE = re.compile(
    r"\b(?:SELECT|CASE WHEN|CREATE OR|UNPIVOT|PARTITION|FILTER|BIGINT|BETWEEN|JOIN|COPY \(|AS [a-z]\w+)\b|COPY \("
    r"|\\b|\(\?[:<P]|\w+, \w+, \w+, \w+"
)
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
        if isinstance(node, ast.Assign) and all(MEND.fullmatch(ast.unparse(each)) for each in node.targets):
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
        if text is not None and words(text) > MOST and not ADDRESS.search(text) and not CODE.search(text):
            yield node.lineno, text  # type: ignore[attr-defined]
            return
        for child in ast.iter_child_nodes(node):
            yield from below(child)

    yield from below(tree)


def modules() -> list[Path]:
    every = sorted((ROOT / "analysis").rglob("*.py"))
    return [path for path in every if not any(within(path, screen) for screen in SCREENS)]


def within(path: Path, place: str) -> bool:
    """Whether a module is a place of the code, or below one."""
    return (ROOT / "analysis" / place) in (path, *path.parents)


@pytest.mark.parametrize("module", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_sentence_of_the_paper_is_python(module: Path) -> None:
    name = module.relative_to(ROOT / "analysis").as_posix()
    kept = tuple(begins for place, begins in VALUES if place == name)
    found = [
        f"{name}:{line}: {text[:90]}"
        for line, text in sentences(ast.parse(module.read_text("utf-8")))
        if not (kept and text.startswith(kept))
    ]
    assert found == []


def test_every_exception_is_still_one() -> None:
    for screen in SCREENS:
        place = ROOT / "analysis" / screen
        paths = [place] if place.is_file() else list(place.rglob("*.py"))
        assert any(list(sentences(ast.parse(path.read_text("utf-8")))) for path in paths), screen
    for name, begins in VALUES:
        module = ast.parse((ROOT / "analysis" / name).read_text("utf-8"))
        assert any(text.startswith(begins) for _, text in sentences(module)), begins


def test_no_yaml_of_the_code_holds_a_sentence_of_the_paper() -> None:
    # Lists of codes, and where they were read.
    conditions = set((ROOT / "analysis/prepare/hospital/conditions").glob("*.yaml"))
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
