"""The registry: every step of every study exists, takes what it is given, and reads what some step writes."""

import importlib
import inspect
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.commands.arguments import OPTION, flat, read_arguments
from analysis.plan.terms import Period
from analysis.steps import Problem
from workflow.registry import arguments_file, check, module_file, registry
from workflow.step import Below, Step, keep, plain
from workflow.study_data import read_study_data

STUDIES = ("default", "evidence", "rand-hie", "open-nhs")
LONGEST = 400


@pytest.fixture(params=STUDIES)
def steps(request: pytest.FixtureRequest, root: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Step]:
    """The steps of a study."""
    monkeypatch.chdir(root)
    return registry(read_study_data(request.param))


def test_every_step_takes_the_arguments_that_it_is_given(steps: dict[str, Step], tmp_path: Path) -> None:
    for step in steps.values():
        function = re.search(r"^    command\((\w+)", module_file(step.module).read_text(encoding="utf-8"), re.MULTILINE)
        assert function, step.module
        keep(step.text(), file := tmp_path / f"{step.name}.json")
        asked = flat(getattr(importlib.import_module(step.module), function[1]))
        known, arguments = read_arguments(asked, file), inspect.signature(asked).parameters
        needed = {name for name, each in arguments.items() if each.default is each.empty}
        assert needed <= known.keys(), step.name


def test_every_command_fits_on_a_line(steps: dict[str, Step]) -> None:
    for step in steps.values():
        command = f"python -m {step.module} {OPTION} results/a-name-of-a-study/steps/{step.name}.json"
        assert len(command) < LONGEST


def test_what_two_steps_are_given_differs(steps: dict[str, Step]) -> None:
    assert len({(step.module, step.digest()) for step in steps.values()}) == len(steps)


def test_results_that_no_step_writes_are_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    steps = registry(read_study_data("evidence"))
    del steps["prepare_evidence"]
    told = r"reads results/evidence/prepare/evidence\.parquet, which no step writes"
    with pytest.raises(Problem, match=told):
        check([*steps.values()])


STEP = Step("estimate_it", "analysis.estimate.table", "It", writes={"out": "results/a/estimate/it.csv"})


def test_a_module_that_is_not_there_is_named() -> None:
    with pytest.raises(Problem, match=r"estimate_it runs analysis\.estimate\.nothing, which is no module"):
        check([replace(STEP, module="analysis.estimate.nothing")])


def test_two_steps_write_no_one_file() -> None:
    with pytest.raises(Problem, match=r"it\.csv is written by estimate_it and by estimate_other"):
        check([STEP, replace(STEP, name="estimate_other")])


def test_two_steps_have_no_one_name_and_each_names_its_stage() -> None:
    with pytest.raises(
        Problem, match=r"Two steps are called estimate_it: analysis\.estimate\.table and analysis\.study"
    ):
        check([STEP, replace(STEP, module="analysis.study", writes={"out": "results/a/estimate/other.csv"})])
    for name in ("estimates_it", "it"):
        with pytest.raises(Problem, match=f"The step {name} names no stage") as caught:
            check([replace(STEP, name=name)])
        assert "pull_, prepare_, estimate_, assess_, present_, release_" in caught.value.mend


def test_arguments_hold_paths_and_plan_by_name() -> None:
    step = replace(
        STEP,
        reads={"panel": "a.parquet", "parts": ["b", "c"], "none": [], "nothing": ""},
        writes={"figures": Below("results/a/figures", ["x.svg", "x.png"])},
        plan={"months": Period(first="2007-04", last="2008-03"), "order": {"b": 1, "a": 2}},
    )
    assert step.arguments() == {
        "panel": "a.parquet", "parts": ["b", "c"], "figures": "results/a/figures",
        "months": {"first": "2007-04", "last": "2008-03"}, "order": {"b": 1, "a": 2},
    }  # fmt: skip
    assert step.outputs() == ["results/a/figures/x.svg", "results/a/figures/x.png"]
    assert step.inputs() == ["a.parquet", "b", "c"]


def test_the_order_within_the_plan_is_part_of_it() -> None:
    one, other = (replace(STEP, plan={"outcomes": names}) for names in ({"a": 1, "b": 2}, {"b": 2, "a": 1}))
    assert one.digest() != other.digest()


def test_a_file_of_arguments_is_written_only_where_it_changes(tmp_path: Path) -> None:
    keep("1", path := tmp_path / "steps/a.json")
    before = path.stat()
    keep("1", path)
    assert path.stat() == before
    path.write_text("edited", encoding="utf-8")
    keep("1", path)
    assert path.read_text(encoding="utf-8") == "1"
    assert list(path.parent.iterdir()) == [path]


def test_plain_values_of_a_plan() -> None:
    assert plain({"a": (Path("b"), [None, True, 0.5])}) == {"a": ["b", [None, True, 0.5]]}


def test_a_step_is_shown_with_its_command_and_its_files(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "path", [*sys.path])  # the script puts its own folder there
    show = importlib.import_module("workflow.show")
    assert show.main("evidence", "prepare_evidence") == 0
    told = capsys.readouterr().out
    assert "python -m analysis.prepare.evidence.evidence --arguments results/evidence/steps/prepare_evidence" in told
    assert "results/evidence/prepare/evidence.parquet" in told
    # By what the column `step` of the table of estimates says, as well.
    assert show.main("evidence", "analysis.prepare.evidence.evidence") == 0
    assert capsys.readouterr().out == told
    assert show.main("default", "analysis.estimate.outcomes.admissions") == 0
    assert "estimate_admissions.bed_days " in capsys.readouterr().out
    assert show.main("evidence", "") == 0
    assert "prepare_evidence " in capsys.readouterr().out
    assert show.main("evidence", "prepare_nothing") == 1
    assert "no step `prepare_nothing`" in capsys.readouterr().err
    for name, meant in (("costs", "NAME=estimate_costs"), ("estimate_cost", "NAME=estimate_costs")):
        assert show.main("default", name) == 1
        assert meant in capsys.readouterr().err


@pytest.mark.parametrize("study", STUDIES)
def test_a_draft_and_a_release_share_every_step_that_writes_neither(
    root: Path, study: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    found = [read_study_data(study, draft=draft) for draft in (False, True)]
    release, draft = ({name: (each, data) for name, each in registry(data).items()} for data in found)
    for name, (step, data) in release.items():
        same = step.outputs() == draft[name][0].outputs()
        assert same == (arguments_file(step, data) == arguments_file(*draft[name])), name
        assert same == (step.digest() == draft[name][0].digest()), name
