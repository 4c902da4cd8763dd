"""Arguments from a file: each of its type, beside what is given by hand, and every fault a sentence."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.commands.arguments import read_arguments, split
from analysis.plan.terms import Period
from analysis.steps import Paths, Problem


def step(*, panel: Path, months: Period, parts: Paths = (), confidence: float = 0.9) -> None:
    """Stand in for a step."""


def given(folder: Path, **values: object) -> Path:
    path = folder / "a.json"
    path.write_text(json.dumps(values), encoding="utf-8")
    return path


def test_each_argument_has_its_type(tmp_path: Path) -> None:
    file = given(tmp_path, panel="x", months={"first": "2007-04", "last": "2008-03"}, parts=["a", "b"], confidence=1)
    assert read_arguments(step, file) == {
        "panel": Path("x"), "months": Period(first="2007-04", last="2008-03"), "parts": (Path("a"), Path("b")),
        "confidence": 1.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"pannel": "x"}, "gives `pannel`, which this step does not take"),
        ({"confidence": "high"}, "is wrong at `confidence`"),
        ({"months": {"first": "2007-04", "last": "2007-13"}}, r"is wrong at `months\.last`"),
        ({"months": {"first": "2007-04", "end": "2007-12"}}, r"is wrong at `months\.(last|end)`"),
        ({"parts": "a"}, "is wrong at `parts`"),
    ],
)  # fmt: skip
def test_what_an_argument_cannot_be_is_told_with_its_place(
    tmp_path: Path, values: dict[str, object], told: str
) -> None:
    with pytest.raises(Problem, match=told):
        read_arguments(step, given(tmp_path, **values))


@pytest.mark.parametrize(("text", "told"), [("[1]", "no arguments by name"), ("{", "is no JSON"), (None, "is missing")])
def test_a_file_that_is_none_is_told(tmp_path: Path, text: str | None, told: str) -> None:
    path = tmp_path / "a.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(Problem, match=told):
        read_arguments(step, path)


def test_the_option_may_stand_anywhere_and_names_a_file() -> None:
    assert split(["--out", "x", "--arguments", "a.json"]) == (["--out", "x"], Path("a.json"))
    assert split(["--arguments=a.json", "--out", "x"]) == (["--out", "x"], Path("a.json"))
    assert split(["--out", "x"]) == (["--out", "x"], None)
    with pytest.raises(Problem, match="names no file"):
        split(["--arguments"])


def test_what_is_given_by_hand_comes_before_the_file(tmp_path: Path, root: Path) -> None:
    module = tmp_path / "echo.py"
    module.write_text(
        "from pathlib import Path\nfrom analysis.steps import command\n"
        "def echo(*, out: Path, name: str, times: int = 1):\n    out.write_text(name * times)\n"
        "command(echo)\n",
        encoding="utf-8",
    )
    file = given(tmp_path, out=str(tmp_path / "from-file.txt"), name="ab", times=2)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command, known = [sys.executable, str(module), *words], os.environ | {"PYTHONPATH": str(root)}
        return subprocess.run(command, env=known, capture_output=True, text=True, check=False)

    assert run("--arguments", str(file)).returncode == 0
    assert (tmp_path / "from-file.txt").read_text(encoding="utf-8") == "abab"
    assert run("--arguments", str(file), "--out", str(tmp_path / "by-hand.txt"), "--times", "1").returncode == 0
    assert (tmp_path / "by-hand.txt").read_text(encoding="utf-8") == "ab"
    assert "requires an argument" in run("--out", "x").stderr
    assert run("--help").returncode == 0


ECHO = """
from dataclasses import dataclass
from pathlib import Path
from analysis.plan.terms import Period
from analysis.steps import Paths, command

@dataclass(frozen=True, kw_only=True)
class Files:
    \"\"\"What is read.

    Attributes
    ----------
    tables : tuple of Path
        Tables of whatever kind.
    beside : tuple of Path
        Others.
    \"\"\"

    tables: Paths
    beside: Paths = ()

@dataclass(frozen=True, kw_only=True)
class Plan:
    months: Period
    times: int = 1

def echo(*, files: Files, plan: Plan, out: Path):
    \"\"\"Repeat it.

    Parameters
    ----------
    files : Files
        What is read.
    plan : Plan
        How often.
    out : Path
        What is written.
    \"\"\"
    text = "".join(path.read_text() for path in (*files.tables, *files.beside))
    if plan.times > 8:
        raise ValueError("odd")
    out.write_text(plan.months.first + text * plan.times)

command(echo)
"""


def test_a_field_of_an_argument_is_an_argument_of_its_own(tmp_path: Path, root: Path) -> None:
    module, a, b, out = (tmp_path / name for name in ("echo.py", "a.csv", "b.json", "out.txt"))
    module.write_text(ECHO, encoding="utf-8")
    a.write_text("a", encoding="utf-8")
    b.write_text("{", encoding="utf-8")
    months = {"first": "2007-04", "last": "2008-03"}

    def run(*words: str) -> str:
        command, known = [sys.executable, str(module), *words], os.environ | {"PYTHONPATH": str(root)}
        done = subprocess.run(command, env=known, capture_output=True, text=True, check=False)
        return out.read_text(encoding="utf-8") if out.exists() and not done.stderr else done.stdout + done.stderr

    by_hand = ("--tables", str(a), str(a), "--months", json.dumps(months), "--out", str(out))
    assert run(*by_hand) == "2007-04aa"
    file = given(tmp_path, tables=[str(a)], months=months, times=3, out=str(out))
    assert run("--arguments", str(file)) == "2007-04aaa"
    assert run("--arguments", str(file), "--times", "2", "--beside", str(b)) == "2007-04a{a{"
    out.unlink()
    assert "--tables requires an argument" in run("--out", str(out))
    assert all(words in run("--help") for words in ("Tables of whatever kind.", "What is written."))
    broken = given(tmp_path, tables=["a"], months=months, time=3, out=str(out))
    assert "gives `time`, which this step does not take" in run("--arguments", str(broken))
    # A damaged file is named, whichever argument it is of.
    assert f"{b} is damaged" in run(*by_hand, "--beside", str(b), "--times", "9")
