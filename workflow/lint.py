"""What Snakemake's linter finds in the rules: ``python workflow/lint.py [study …]``.

It asks each rule for a conda environment of its own. All steps run in the one environment that `requirements.lock`
holds (`environment.yml` is the same for conda), so this one wish is not counted.
"""

import re
import subprocess
import sys

ONE_ENVIRONMENT = "Specify a conda environment or container for each rule."


def findings(told: str) -> list[str]:
    """What the linter's output says of rules and files, each with where it is, without the wish for environments."""
    found, place = [], ""
    for line in told.splitlines():
        if line.startswith("Lints for "):
            place = line.removeprefix("Lints for ").rstrip(":")
        elif (match := re.match(r" +\* (.+?):?$", line)) and match[1] != ONE_ENVIRONMENT:
            found.append(f"{place}: {match[1]}")
    return found


def main(studies: list[str]) -> int:
    """Lint the rules of some studies; 1 where anything was found or the rules cannot be read."""
    status = 0
    for study in studies:
        command = [sys.executable, "-m", "snakemake", "--lint", "--config", f"study={study}"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        linted = "Lints for " in done.stdout or "Congratulations" in done.stdout
        said = findings(done.stdout) if linted else [done.stdout.strip()]
        print(*(f"{study}: {each}" for each in said), sep="\n", end="\n" * bool(said))
        status |= bool(said)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["default"]))
