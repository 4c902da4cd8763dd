"""What a run would do, and why, in a few plain lines: steps are counted by stage, and reasons by what changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analysis.pull.datasets.contents import Contents, Written, written_of
from analysis.release.publish.sums import damaged
from analysis.steps import read_json

STAGES = ("pull", "prepare", "estimate", "assess", "present", "release")
# Each step is given its own entry of the register; what that says of other data sets is no reason.
REGISTER = "data/raw/datasets.yaml"
CODE, TEXT, PLAN = (
    ("analysis/", "workflow/", "Snakefile", "requirements.lock"),
    ("reports/",),
    ("config.yaml", "studies/"),
)
FOLLOWS = "Input files updated by another job"


@dataclass(frozen=True)
class Job:
    """A step that would run: its rule, Snakemake's reasons, and the files that it reads and writes."""

    rule: str
    reason: str
    inputs: Sequence[str]
    outputs: Sequence[str]

    @property
    def follows(self) -> bool:
        """Whether Snakemake gives it no reason of its own."""
        return all(part.strip().startswith(FOLLOWS) for part in self.reason.split(";"))


@dataclass
class Why:
    """One kind of reason: the steps that have it, and the files that it is about."""

    steps: int = 0
    files: set[str] = field(default_factory=set)

    def add(self, files: Iterable[str] = ()) -> None:
        """One step more has this reason."""
        self.steps += 1
        self.files |= set(files)


def lines(study: str, jobs: Sequence[Job]) -> list[str]:
    """What `make status` prints.

    Parameters
    ----------
    study : str
        The study's name.
    jobs : sequence of Job
        The steps that would run.
    """
    steps = [job for job in jobs if job.rule.partition("_")[0] in STAGES]
    if not steps:
        return [_released(Path("results") / study / "release/published.json")]
    folder = Path("results") / study
    contents = Contents(folder / "contents.json")
    found = reasons(steps, written_of(study, contents), contents)
    counts = {stage: sum(job.rule.startswith(f"{stage}_") for job in steps) for stage in STAGES}
    told = ", ".join(f"{stage} {count}" for stage, count in counts.items() if count)
    given = "" if study == "default" else f" STUDY={study}"
    return [
        f"{_steps(len(steps))} of the study {study} would run: {told}.",
        *[f"  {what}: {_steps(why.steps)}{_named(why.files)}" for what, why in found.items()],
        f"`make paper{given}` runs them.",
    ]


def reasons(jobs: Iterable[Job], written: Written, contents: Contents) -> dict[str, Why]:
    """Why steps would run, by kind of reason; what only follows from other steps comes last."""
    found, follow = dict[str, Why](), Why()
    for job in jobs:
        own = _reasons(job, written, contents)
        for what, files in own:
            found.setdefault(what, Why()).add(files)
        follow.steps += not own
    return found | ({"they rest on what these steps make": follow} if follow.steps else {})


def _reasons(job: Job, written: Written, contents: Contents) -> list[tuple[str, list[str]]]:
    if altered := [path for path in job.outputs if written.altered(path)]:
        return [("results are not what their step wrote", altered)]
    if lost := [path for path in job.outputs if written.lost(path) and written.known(path)]:
        return [("files that their step wrote are gone", lost)]
    if any(not Path(path).exists() for path in job.outputs):
        return [("results are not there yet", [])]
    outer = {path: contents.digest(Path(path)) for path in job.inputs if not path.startswith("results/")}
    changed = [path for path in written.changed(outer) if path != REGISTER]
    kinds = {what: [path for path in changed if _kind(path) == what] for what in map(_kind, changed)}
    if kinds or job.follows:
        return [(f"{what} changed", files) for what, files in kinds.items()]
    if job.rule.startswith("pull_"):
        # Outputs of these rules are named after the data set.
        return [("the register or what was accepted changed", [Path(job.outputs[0]).name.partition(".")[0]])]
    return [("the study file changed", [])]


def _kind(path: str) -> str:
    names = {"code": CODE, "text": TEXT, "the study file": PLAN}
    return next((what for what, starts in names.items() if path.startswith(starts)), "data")


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"


def _named(files: set[str]) -> str:
    if not files:
        return ""
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return f" ({min(files)}{more})"


def _released(published: Path) -> str:
    """That nothing is to be done; or that the release is not whole, which `make paper` refuses to announce."""
    folder = Path(read_json(published)["folder"])
    if wrong := damaged(folder):
        return f"The release {folder} is not whole: {wrong[0]} is missing or was changed. `make paper` says the mend."
    return "Nothing to be done: everything is up to date."
