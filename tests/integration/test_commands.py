"""Each step is a command that somebody can call and that says how."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STEPS = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "analysis").rglob("*.py")
    if 'if __name__ == "__main__":' in path.read_text(encoding="utf-8")
)


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False)


def test_every_step_that_a_rule_runs_exists_and_every_step_is_run_by_somebody() -> None:
    files = [*(ROOT / "workflow/rules").glob("*.smk"), *(ROOT / "workflow/steps").glob("*.py")]
    texts = [path.read_text(encoding="utf-8") for path in files]
    makefile, register = ((ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", "data/raw/datasets.yaml"))
    used = [
        step
        for step in STEPS
        if any(re.search(rf'[ "]{re.escape(step)}[ "]', text) for text in [*texts, makefile]) or step in register
    ]
    assert used == [step for step in STEPS if step != "analysis.release.render.docx_reference"]


@pytest.mark.parametrize("step", STEPS)
def test_step_explains_itself(step: str) -> None:
    done = run(step, "--help")
    assert done.returncode == 0, done.stderr
    assert f"python -m {step}" in done.stdout
    assert "PATH" in done.stdout


def test_step_ends_with_a_sentence_and_exit_code_1(tmp_path: Path) -> None:
    register = tmp_path / "datasets.yaml"
    register.write_text("datasets: 3\n", encoding="utf-8")
    done = run(
        "analysis.pull.datasets.verify", "--dataset", "x", "--register", str(register), "--raw", str(tmp_path),
        "--out", str(tmp_path / "receipt.json"),
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: The register {register} is wrong at `datasets`")
    assert "To mend it:" in done.stderr
    assert not (tmp_path / "receipt.json").exists()


def rules() -> dict[str, str]:
    """The text of every rule that runs something, by name."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "workflow/rules").glob("*.smk")]
    blocks = [block for text in texts for block in re.split(r"^ *(?=rule\b)", text, flags=re.MULTILINE)]
    return {block.split("\n")[0]: block for block in blocks if block.startswith("rule") and "shell:" in block}


def test_every_rule_has_a_message_a_log_and_a_benchmark() -> None:
    assert len(rules()) == 3
    lacking = {
        name: [part for part in ("message:", "log:", "benchmark:", "code=") if part not in block]
        for name, block in rules().items()
    }
    assert {name: parts for name, parts in lacking.items() if parts} == {}


@pytest.mark.parametrize("study", ["default", "open-nhs"])
def test_no_command_is_longer_than_a_person_can_copy(study: str) -> None:
    planned = run("snakemake", "--dry-run", "--printshellcmds", "--forceall", "--nolock", "--config", f"study={study}")
    told = f"{planned.stdout}\n{planned.stderr}"
    commands = re.findall(r"^(?:Shell command: | +)(python -m analysis.*)$", told, re.MULTILINE)
    assert len(commands) > 20, told[-2000:]
    assert max(map(len, commands)) < 400
    assert not any("--arguments  " in each for each in commands)
