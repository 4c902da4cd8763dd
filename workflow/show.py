"""What a step reads, is told and writes: ``python workflow/show.py``; study and step come from the environment."""

import os
import sys
from difflib import get_close_matches
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from analysis.commands.arguments import OPTION  # noqa: E402
from analysis.steps import Problem, again, leave, tell  # noqa: E402
from workflow.registry import arguments_file, registry  # noqa: E402
from workflow.step import Step  # noqa: E402
from workflow.study_data import StudyData, read_study_data  # noqa: E402

# So many steps with a name alike are better looked up in the list.
SEVERAL = 6


def main(study: str, name: str) -> int:
    """Print one step, or the names of all where none is named.

    A step is named as `make step` lists it, or by its module, as the column `step` of the table of estimates has it;
    where a module is several steps, these are listed.
    """
    try:
        data = read_study_data(study)
        steps = _named(registry(data), name)
        print(*(shown(next(iter(steps.values())), data) if len(steps) == 1 else listed(steps)), sep="\n")
    except Problem as problem:
        return tell(problem)
    return 0


def _named(steps: dict[str, Step], name: str) -> dict[str, Step]:
    """The steps of this name or module; all where none is named."""
    found = {key: step for key, step in steps.items() if name in ("", key, step.module)}
    if not found:
        alike = [each for each in steps if name.lower() in each] or get_close_matches(name, steps, n=2)
        meant = f"write NAME={' or NAME='.join(alike)}; " if 0 < len(alike) < SEVERAL else ""
        raise Problem(f"This study has no step `{name}`.", f"{meant}`{again('step')}` lists them")
    return found


def listed(steps: dict[str, Step]) -> list[str]:
    """The steps by name, each with what it does."""
    width = max(map(len, steps))
    return [f"{name:<{width}}  {step.message}" for name, step in steps.items()]


def shown(step: Step, data: StudyData) -> list[str]:
    """One step: its command, what it reads, what it is told of the plan, and what it writes."""
    parts = {"reads": step.inputs(), "is told": list(step.plan), "writes": step.outputs()}
    lines = [f"{part}:\n" + "\n".join(f"  {each}" for each in values) for part, values in parts.items() if values]
    return [step.message, f"  python -m {step.module} {OPTION} {arguments_file(step, data)}", *lines]


if __name__ == "__main__":
    leave(main(os.environ.get("STUDY", "default"), os.environ.get("NAME", "")))
