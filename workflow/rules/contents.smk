# Contents decide what is made anew, never time stamps. Snakemake looks at an input only where it is newer than what was
# made of it; a corrected file with an older stamp, or one of its own outputs edited by hand, it does not see. So each
# rule has one parameter more, which holds the sha256 of what it reads and no rule makes, and how often what it writes
# was found to be other than what its step wrote.

import logging
import subprocess

from snakemake.io import apply_wildcards, is_callable
from snakemake.logging import logger
from snakemake_interface_logger_plugins.common import LogEvent

from analysis.plan.pilots import TABLES
from analysis.pull.package.package import Package
from analysis.steps import canonical_json, digest

# What the register says of a file is known before the file is made or downloaded, and the file is held to it.
OF_REGISTER = {f"data/raw/{file.path}": file.sha256 for each in DATA.registered for file in each.files}
# The steps that read the register are given their own entry of it.
OF_REGISTER["data/raw/datasets.yaml"] = None


def now(paths):
    """The sha256 of those of some files that no rule makes."""
    outer = [path for path in paths if not Path(path).is_relative_to(DATA.results)]
    return {path: OF_REGISTER[path] if path in OF_REGISTER else CONTENTS.digest(Path(path)) for path in outer}


def contents_of(rule):
    """The parameter of a rule."""

    def contents(wildcards):
        read = {path for item in rule.input for path in named(item, wildcards)}
        written = [str(apply_wildcards(each, wildcards)) for each in rule.output]
        say_altered(written)
        return f"{digest(canonical_json(now(read)))} {sum(map(WRITTEN.times, written))}"

    return contents


def named(item, wildcards):
    """The paths of one input of a rule, which may be a function."""
    found = item(wildcards) if is_callable(item) else apply_wildcards(item, wildcards)
    return [str(found)] if isinstance(found, (str, Path)) else [str(each) for each in found]


def say_altered(paths, said=set()):
    """Say once of each output that it is not what its step wrote."""
    for path in [each for each in paths if WRITTEN.altered(each) and each not in said]:
        said.add(path)
        sentence = "is not what its step wrote: it was edited, damaged or put there. It is made anew."
        logger.warning(f"{path} {sentence}", extra={"altered": path})


class Ledger(logging.Handler):
    """Notes what a step wrote, and what it read, as soon as the step has ended."""

    def __init__(self):
        super().__init__()
        self.jobs = {}

    def emit(self, record):
        told = vars(record)
        try:
            match told.get("event"):
                case LogEvent.JOB_INFO if not workflow.dryrun:
                    self.jobs[told["jobid"]] = told["output"], now(told["input"])
                    WRITTEN.begun(told["output"])
                case LogEvent.JOB_FINISHED if told["job_id"] in self.jobs:
                    WRITTEN.ended(*self.jobs.pop(told["job_id"]))
        except OSError:
            # The step that needs the disk says what is wrong with it.
            self.handleError(record)


def check_ahead():
    """Check changed data before anything is made of them, so that data with a fault cost no earlier result.

    Snakemake deletes what a step is to write before the step can find a fault: once mended to the same bytes, the data
    would have to be worked through again.
    """
    pilots = DATA.pilots
    mine = pilots and not pilots.maker
    place = [str(pilots.place)] if isinstance(pilots, Package) and pilots.packed else None
    read = now(place or [path for name in TABLES for path in DATA.table(name)]) if mine else {}
    if WRITTEN.changed(read) and Path(f"{DATA.results}/prepare/panel.parquet").exists():
        step = "analysis.prepare.check_data.check_ahead"
        given = ["--study", DATA.study.name, "--register", "data/raw/datasets.yaml"]
        done = subprocess.run([sys.executable, "-m", step, *given], stderr=subprocess.PIPE, text=True)
        if done.returncode:
            sys.exit(done.stderr.strip())


def leave_out_earlier():
    """Delete figures and tables that an earlier plan had, which are no part of this paper, and arguments of its steps."""
    wanted = {Path(path).name for step in STEPS.values() for path in step.outputs()}
    wanted |= {arguments_file(step, DATA).name for step in STEPS.values()}
    for part in ("present/figures", "present/tables", "steps"):
        for path in Path(f"{DATA.results}/{part}").glob("*"):
            if path.name not in wanted and path.is_file():
                path.unlink()


for RULE in workflow.rules:
    if len(RULE.output):
        RULE.set_params(contents=contents_of(RULE))

if workflow.is_main_process:
    logger.addHandler(Ledger())
    CONTENTS.keep()


onstart:
    check_ahead()
    leave_out_earlier()
