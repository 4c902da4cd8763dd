"""The registry: what each step of a study reads, is told of the plan, and writes. The rules follow from it."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from analysis.steps import Problem
from workflow.step import Below, Files, Step, paths
from workflow.steps import assess, estimate, prepare, present, pull, release
from workflow.study_data import StudyData

STAGES = (pull, prepare, estimate, assess, present, release)
PLACES = tuple(stage.__name__.rpartition(".")[2] for stage in STAGES)


def registry(data: StudyData) -> dict[str, Step]:
    """The steps of a study by their names.

    Raises
    ------
    Problem
        Where a module is not there, two steps have one name or write one file, or a step reads what nobody writes.
    """
    steps = [_placed(step, data) for stage in STAGES for step in stage.steps(data)]
    check(steps)
    return {step.name: step for step in steps}


def _placed(step: Step, data: StudyData) -> Step:
    """The step with the folders of this study."""
    folders = {
        "<results>": data.results,
        "<disclosed>": f"{data.results}/assess/disclosed",
        "<release>": data.release,
    }

    def place(value: Files) -> Files:
        if isinstance(value, Below):
            return Below(str(place(value.folder)), value.names)
        if not isinstance(value, str):
            return [str(place(each)) for each in value]
        for short, folder in folders.items():
            value = value.replace(short, folder) if value.startswith(short) else value
        return value

    reads = {name: place(value) for name, value in step.reads.items()}
    writes = {name: place(value) for name, value in step.writes.items()}
    beside, ancient, whole = (paths(place(each)) for each in (step.beside, step.ancient, step.folders))
    return replace(step, reads=reads, writes=writes, beside=beside, ancient=ancient, folders=whole)


def check(steps: Sequence[Step], elsewhere: Iterable[str] = ()) -> None:
    """Check that steps fit together.

    Parameters
    ----------
    steps : sequence of Step
        All steps.
    elsewhere : iterable of str
        Results that a rule writes which is no step of the registry.
    """
    writers, named = dict.fromkeys(elsewhere, "a rule"), dict[str, Step]()
    for step in steps:
        if step.stage not in PLACES:
            raise Problem(
                f"The step {step.name} names no stage.",
                f"begin its name in workflow/steps with one of {', '.join(f'{each}_' for each in PLACES)}",
            )
        if other := named.get(step.name):
            raise Problem(f"Two steps are called {step.name}: {other.module} and {step.module}.", _mend(step))
        named[step.name] = step
        if not module_file(step.module).is_file():
            raise Problem(f"The step {step.name} runs {step.module}, which is no module.", _mend(step))
        for path in step.outputs():
            if path in writers:
                raise Problem(f"{path} is written by {writers[path]} and by {step.name}.", _mend(step))
            writers[path] = step.name
    for step, path in lacking(steps, writers):
        raise Problem(
            f"The step {step.name} reads {path}, which no step writes.",
            f"add the step that writes it to workflow/steps, or {_mend(step)}",
        )


def _mend(step: Step) -> str:
    return f"correct {step.name} in workflow/steps/{step.stage}*.py"


def lacking(steps: Iterable[Step], written: Container[str]) -> Iterator[tuple[Step, str]]:
    """Each step with what it reads of the results and nobody writes; receipts of data sets are the pull stage's."""
    for step in steps:
        for path in step.inputs():
            parts = Path(path).parts
            if parts[0] == "results" and parts[2] != "pull" and path not in written:
                yield step, path


def arguments_file(step: Step, data: StudyData) -> Path:
    """Where a step finds its arguments; those that write a draft are apart, so that neither makes the other anew."""
    draft = data.draft and any(Path(path).is_relative_to(data.release) for path in step.outputs())
    return Path(data.results) / "steps" / ("draft" if draft else "") / f"{step.name}.json"


def module_file(module: str) -> Path:
    """The file of a module."""
    path = Path(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
