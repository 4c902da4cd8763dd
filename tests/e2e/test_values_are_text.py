"""What a user gives to make is text: nothing in it runs, whatever it holds and however it arrives."""

from pathlib import Path

import pytest

from tests.e2e.clone import Clone, fresh

VALUES = {
    "shell in make": "$$(touch PWNED)",
    "make's own shell": "$(shell touch PWNED)",
    "make's own shell in braces": "${shell touch PWNED}",
    "make's eval": "$(eval $(shell touch PWNED))",
    "make's file": "$(file >PWNED,x)",
    "back-ticks": "`touch PWNED`",
    "a folder with back-ticks": "o`touch PWNED`p",
    "semicolon": "x; touch PWNED",
    "and": "x && touch PWNED",
    "pipe": "x | touch PWNED",
    "redirection": "x > PWNED",
    "closing quotes": 'x"; touch PWNED; "',
    "closing single quotes": "x'; touch PWNED; '",
    "line break": "x\ntouch PWNED\n",
    "comment": "x # $(shell touch PWNED)",
    "option": "--help; touch PWNED",
    "path": "../config",
    "parameter": "${PATH:-$(touch PWNED)}",
}
TARGETS = ["paper", "study", "check-data", "pull", "status", "calibrate", "bench"]
GIVEN = ["STUDY", "NAME", "DATA", "ACCEPT", "OFFLINE", "DRAFT", "WHAT", "EPISODES", "CONTACTS", "PYTHON"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    return fresh(tmp_path_factory.mktemp("values"))


def appeared(project: Clone) -> list[str]:
    """What the values would have made."""
    return [str(path) for folder in (project.folder, project.folder.parent) for path in folder.glob("*PWNED*")]


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_no_recipe_holds_the_value_and_make_expands_nothing_in_it(project: Clone, value: str) -> None:
    words = [f"{name}={value}" for name in GIVEN]
    for given in (["make", *TARGETS, "--dry-run", *words], ["env", *words, "make", *TARGETS, "--dry-run"]):
        done = project.run(*given)
        assert "PWNED" not in done.stdout.replace(f"{project.folder}", "")
        assert "python workflow/run.py" in done.stdout
    assert appeared(project) == []


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_the_value_reaches_the_program_as_it_is(project: Clone, value: str) -> None:
    """In one target each: as a name, as a folder."""
    named = project.make("check-data", f"STUDY={value}")
    assert f"error: {value!r} is no name of a study." in named.stdout
    assert "`make paper STUDY=<name>` takes one of default" in named.stdout
    made = project.make("study", "NAME=mine", f"DATA={value}")
    assert made.returncode != 0
    assert "error: " in made.stdout
    assert not (project.folder / "studies/mine.yaml").exists()
    assert appeared(project) == []


@pytest.mark.parametrize("kind", ["shell in make", "make's own shell", "back-ticks", "closing quotes"])
def test_nothing_runs_in_any_target(project: Clone, kind: str) -> None:
    words = [f"{name}={VALUES[kind]}" for name in GIVEN]
    done = project.make("--keep-going", *TARGETS, *words)
    assert done.stdout.count("error: ") == len(TARGETS)
    assert appeared(project) == []


@pytest.mark.parametrize("name", ["..", "a/b", "A", "1a", "a_b", "a.b", "", "default ", "config.yaml"])
def test_names_of_studies_are_names(project: Clone, name: str) -> None:
    for target in ("status", "check-data"):
        done = project.make(target, f"STUDY={name}")
        assert f"error: {name!r} is no name of a study." in done.stdout
        assert done.returncode != 0


@pytest.mark.parametrize("name", ["o`touch PWNED`p", 'a$(touch PWNED) it\'s; "b" & touch PWNED #c: -rf'])
def test_a_folder_may_be_called_anything_that_is_no_pattern(project: Clone, tmp_path: Path, name: str) -> None:
    """Its files are read by steps, whose commands Snakemake gives to a shell."""
    folder = tmp_path / name
    folder.mkdir()
    for file in (Path(__file__).parents[1] / "invalid/base").glob("*.csv"):
        (folder / file.name).write_bytes(file.read_bytes())
    made = project.make("study", "NAME=mine", f"DATA={folder}")
    assert made.returncode == 0, made.stdout
    assert project.make("check-data", "STUDY=mine").returncode == 0
    done = project.run("env", "STUDY=mine", "python", "workflow/run.py", "--until", "prepare_panel", "prepare_survey")
    assert done.returncode == 0, done.stdout
    assert (project.folder / "results/mine/prepare/panel.parquet").is_file()
    assert appeared(project) == []
    assert list(tmp_path.glob("PWNED*")) == []
    project.run("rm", "-r", "results/mine", "studies/mine.yaml")


def test_a_folder_whose_name_is_a_pattern_is_refused_in_a_sentence(project: Clone, tmp_path: Path) -> None:
    for name in ("a{b}c", "a*", "a[1]"):
        (tmp_path / name).mkdir()
        done = project.make("study", "NAME=mine", f"DATA={tmp_path / name}")
        assert "holds the character" in done.stdout
        assert "To mend it: give the folder or file a plain name" in done.stdout
