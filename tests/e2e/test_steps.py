"""What a rule made from the registry wrote is what its command writes when somebody runs it by hand."""

import json
from pathlib import Path

import pytest

from tests.e2e.clone import Clone

# Of one module for several outcomes, of several modules, with one output and with several.
BY_HAND = [
    "estimate_admissions.bed_days", "estimate_admissions.emergency_admissions", "estimate_event_study.bed_days",
    "estimate_continuity.continuity", "estimate_continuity.usual_provider", "estimate_costs", "estimate_mediation",
    "estimate_table", "prepare_benchmarks", "prepare_evidence", "prepare_unit_costs", "prepare_description",
    "assess_verdicts", "assess_tests", "present_calibration", "release_version",
]  # fmt: skip


@pytest.mark.parametrize("name", BY_HAND)
def test_a_step_writes_what_its_command_writes_by_hand(built: Clone, tmp_path: Path, name: str) -> None:
    given = json.loads(built.read(f"results/default/steps/{name}.json"))
    written = {each: value for each, value in given.items() if _is_output(each, value)}
    assert written
    elsewhere = {each: str(tmp_path / Path(value).name) for each, value in written.items()}
    (tmp_path / "arguments.json").write_text(json.dumps(given | elsewhere), encoding="utf-8")
    done = built.run("python", "-m", _module(built, name), "--arguments", str(tmp_path / "arguments.json"))
    assert done.returncode == 0, done.stdout
    for each, value in written.items():
        assert Path(elsewhere[each]).read_bytes() == (built.folder / value).read_bytes(), value


def _is_output(name: str, value: object) -> bool:
    named = name in {"out", "unmade", "annex", "beside"} or name.endswith("_out")
    return named and isinstance(value, str) and value.startswith("results/")


def _module(clone: Clone, name: str) -> str:
    """The module that Snakemake ran, as its record of the output tells."""
    asked = "import sys; from workflow.registry import registry; from workflow.study_data import read_study_data"
    done = clone.run("python", "-c", f"{asked}; print(registry(read_study_data('default'))['{name}'].module)")
    return done.stdout.strip()
