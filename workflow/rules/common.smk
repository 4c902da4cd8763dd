# What every rule shares: the study, the register, and the code that a step depends on.

import json
import shlex
import sys
from functools import cache
from pathlib import Path

import grimp
from snakemake.exceptions import WorkflowError

sys.path.insert(0, workflow.basedir)

from analysis.pull.register import read_register
from analysis.steps import Problem
from analysis.study import read_study, study_path


def told(read, path):
    """Read a file that the whole workflow rests on; a problem with it is a sentence, not a traceback."""
    try:
        return read(path)
    except Problem as problem:
        raise WorkflowError(str(problem)) from None


STUDY = told(read_study, study_path(config.get("study", "default")))
REGISTER = told(read_register, Path("data/raw/datasets.yaml"))
EVIDENCE = told(REGISTER.dataset, STUDY.evidence)
PILOTS = STUDY.pilots and told(REGISTER.dataset, STUDY.pilots.dataset)


pathvars:
    results=f"results/{STUDY.name}",
    logs=f"results/{STUDY.name}/logs",
    benchmarks=f"results/{STUDY.name}/benchmarks",


@cache
def graph():
    return grimp.build_graph("analysis", exclude_type_checking_imports=True, cache_dir=None)


@cache
def sources(step):
    """The step's own file, every module that it imports, and the locked environment: what a rerun depends on."""
    modules = {step, *graph().find_upstream_modules(step)}
    return sorted(source_file(module) for module in modules) + ["requirements.lock"]


def source_file(module):
    path = Path(*module.split("."))
    return str(path / "__init__.py" if path.is_dir() else path.with_suffix(".py"))


def dump(part):
    """A part of the study as plain values."""
    if isinstance(part, dict):
        return {name: dump(each) for name, each in part.items()}
    return part.model_dump(mode="json") if hasattr(part, "model_dump") else part


def plan(**parts):
    """The parts of the plan that a step reads, as one text of command-line options."""
    # The order of outcomes is part of the plan, so keys stay in the order of the study file.
    texts = {name: part if isinstance(part, str) else json.dumps(dump(part)) for name, part in parts.items()}
    return " ".join(f"--{name.replace('_', '-')} {shlex.quote(text)}" for name, text in sorted(texts.items()))


def raw(dataset, name):
    """Path of a data set's file; empty where the data set has none."""
    found = dataset.find(name)
    return [f"data/raw/{found}"] if found else []


def options(input, *names):
    """The options for inputs that a study may lack."""
    return " ".join(f"--{name} {input[name]}" for name in names if input[name])
