# What all rules share: the study and its data, and what a step depends on.

import json
import os
import shlex
import sys
from functools import cache
from pathlib import Path

import grimp

sys.path.insert(0, workflow.basedir)
# Rows of persons stand in results/, and logs may name one: nobody else on this machine reads them, whatever the umask.
os.umask(0o077)
if Path("results").exists():
    Path("results").chmod(0o700)

from analysis.commands.failure import problem_of
from analysis.pull.datasets.contents import MOST, Contents, written_of
from analysis.release.assemble.document import check_document
from workflow.raw_data import check_raw_data
from workflow.registry import arguments_file, module_file, registry
from workflow.step import keep
from workflow.study_data import read_study_data


def told(read, *given, **named):
    """Read what the whole workflow rests on; whatever is wrong with it is a sentence, and the run ends there."""
    try:
        return read(*given, **named)
    except Exception as error:
        # Snakemake would print lines of this file after the sentence.
        sys.exit(f"error: {problem_of(error)}")


DATA = told(
    read_study_data,
    str(config.get("study", "default")),
    draft=bool(config.get("draft")),
    offline=bool(config.get("offline")),
)
told(check_document, DATA.study)
STEPS = told(registry, DATA)
# What is in the files that a run reads, and what its steps wrote. `make pull` reads every byte.
CONTENTS = Contents(Path(f"{DATA.results}/contents.json"), None if config.get("ask") else MOST)
WRITTEN = told(written_of, DATA.study.name, CONTENTS)
told(check_raw_data, DATA, CONTENTS, WRITTEN)


pathvars:
    results=DATA.results,
    release=DATA.release,
    logs=f"{DATA.results}/logs",
    benchmarks=f"{DATA.results}/benchmarks",


@cache
def graph():
    return grimp.build_graph("analysis", exclude_type_checking_imports=True, cache_dir=None)


@cache
def sources(step):
    """The step's own file, every module that it imports, and the locked environment: what a rerun depends on."""
    modules = {step, *graph().find_upstream_modules(step)}
    return sorted(str(module_file(module)) for module in modules) + ["requirements.lock"]


def entry(wildcards):
    """What the register says of a data set: what it says of others makes nothing rerun."""
    return DATA.register.dataset(wildcards.dataset).model_dump_json()


def present_files(wildcards):
    # A missing file is not named here, so that the step can say which one it is and how to bring it back.
    # One that is made here always is, so that its maker runs first.
    # Downloaded files are never named: they are there only after the first run, and that is no change.
    dataset = DATA.register.dataset(wildcards.dataset)
    if dataset.download:
        return []
    paths = [f"data/raw/{file.path}" for file in dataset.files]
    return [path for path in paths if dataset.maker or Path(path).is_file()]


def downloaded(wildcards):
    """What is known of a data set's download; nothing where it is not downloaded."""
    download = DATA.register.dataset(wildcards.dataset).download
    return [f"{DATA.results}/pull/{wildcards.dataset}.download.json"] if download else []


def own_hosts(wildcards):
    """The option for hosts of one's own network that the study names: what a user gives is text, also in a shell."""
    hosts = DATA.study.own_hosts
    return f"--own-hosts {shlex.quote(json.dumps(hosts))}" if hosts else ""
