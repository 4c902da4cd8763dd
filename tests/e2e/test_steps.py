"""What a rule made from the registry wrote is what its command writes when somebody runs it by hand."""

import json
from pathlib import Path

import pytest

from tests.e2e.clone import Clone
from workflow.registry import registry
from workflow.step import Below
from workflow.study_data import read_study_data

# Of one module for several outcomes, of several modules, with one output, with several, and with a folder of them.
BY_HAND = [
    "estimate_admissions.bed_days", "estimate_admissions.emergency_admissions", "estimate_event_study.bed_days",
    "estimate_continuity.continuity", "estimate_continuity.usual_provider", "estimate_costs", "estimate_mediation",
    "estimate_table", "prepare_benchmarks", "prepare_evidence", "prepare_unit_costs", "prepare_description",
    "assess_disclose", "assess_verdicts", "assess_tests", "present_tests",
]  # fmt: skip


@pytest.mark.parametrize("name", BY_HAND)
def test_a_step_writes_what_its_command_writes_by_hand(
    built: Clone, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(built.folder)
    step = registry(read_study_data("default"))[name]
    folders = {each for each, value in step.writes.items() if isinstance(value, Below)}
    elsewhere = {each: str(tmp_path / each) for each in step.writes}
    (tmp_path / "arguments.json").write_text(json.dumps(step.arguments() | elsewhere), encoding="utf-8")
    done = built.run("python", "-m", step.module, "--arguments", str(tmp_path / "arguments.json"))
    assert done.returncode == 0, done.stdout
    for each, value in step.writes.items():
        files = value.files() if isinstance(value, Below) else [str(value)]
        for path in files:
            mine = tmp_path / each / Path(path).name if each in folders else tmp_path / each
            assert mine.read_bytes() == (built.folder / path).read_bytes(), path
