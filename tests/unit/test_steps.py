"""Steps: whole files or none, seeds by name, equal digests for equal values, problems as sentences."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.steps import Problem, canonical_json, digest, file_digest, read_json, seed, whole, write_json, write_text

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def python(root: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    known = os.environ | environment
    return subprocess.run(
        [sys.executable, *arguments], cwd=root, env=known, capture_output=True, text=True, check=False
    )


def test_a_whole_file_takes_its_place(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "table.csv"
    with whole(path) as draft:
        draft.write_text("new", encoding="utf-8")
        assert not path.exists()
        assert (draft.parent, draft.suffix) == (path.parent, path.suffix)
    assert path.read_text(encoding="utf-8") == "new"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_nothing_is_left_behind_on_failure(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old", encoding="utf-8")

    def interrupted() -> None:
        with whole(path) as draft:
            draft.write_text("half", encoding="utf-8")
            raise error

    with pytest.raises(error):
        interrupted()
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_text_is_utf8_with_unix_line_ends(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "é\n")
    assert (tmp_path / "a.txt").read_bytes() == b"\xc3\xa9\n"


@given(VALUES)
def test_json_and_back(value: object) -> None:
    import json

    assert json.loads(canonical_json(value)) == value


@given(st.dictionaries(st.text(), VALUES, min_size=2))
def test_equal_values_have_equal_json(value: dict[str, object]) -> None:
    assert canonical_json(dict(reversed(value.items()))) == canonical_json(value)


def test_json_file_and_back(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"b": [1, "é"], "a": None})
    assert read_json(tmp_path / "a.json") == {"a": None, "b": [1, "é"]}
    assert "é" in (tmp_path / "a.json").read_text(encoding="utf-8")


def test_digest_is_sha256(tmp_path: Path) -> None:
    # FIPS 180-2, appendix B.1.
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    (tmp_path / "abc").write_bytes(b"abc")
    assert digest("abc") == digest(b"abc") == file_digest(tmp_path / "abc") == known


@given(st.text(), st.text(), st.integers(0, 9), st.integers(0, 9))
@example("step1", "step", 0, 10)
def test_seeds_differ_by_step_and_root(first: str, second: str, root: int, other: int) -> None:
    assert (seed(first, root) == seed(second, other)) == ((first, root) == (second, other))
    assert 0 <= seed(first, root) < 2**64


def test_seeds_are_the_same_in_another_process(root: Path) -> None:
    code = "from analysis.steps import seed; print(seed('simulate.activity', 2012))"
    printed = {python(root, "-c", code, PYTHONHASHSEED=salt).stdout.strip() for salt in ("1", "2")}
    assert printed == {str(seed("simulate.activity", 2012))}


def test_a_problem_tells_what_and_how_to_mend() -> None:
    assert str(Problem("It is wrong.", "put it right")) == "It is wrong.\n  To mend it: put it right"


def test_a_problem_is_one_sentence_and_exits_with_one(root: Path, tmp_path: Path) -> None:
    paths = {"--register": tmp_path / "none.yaml", "--raw": tmp_path, "--out": tmp_path / "out.json"}
    options = [str(each) for pair in paths.items() for each in pair]
    run = python(root, "-m", "analysis.pull.datasets.verify", "--dataset", "survey", *options)
    assert run.returncode == 1
    assert run.stderr.startswith("error: The register of data sets, ")
    assert "To mend it: " in run.stderr
    assert "Traceback" not in run.stdout + run.stderr
    assert not (tmp_path / "out.json").exists()


def test_help_comes_from_the_docstring(root: Path) -> None:
    run = python(root, "-m", "analysis.pull.datasets.verify", "--help")
    assert run.returncode == 0
    assert "Check that a data set's files are what the register says" in run.stdout
    assert "--dataset" in run.stdout


def test_an_unknown_option_fails(root: Path) -> None:
    assert python(root, "-m", "analysis.pull.datasets.verify", "--colour", "blue").returncode != 0
