# What the six stages share: the study, the register, and what a step depends on.

import json
import os
import re
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

from analysis.estimate.calibration.calibration_design import calibrated
from analysis.failure import problem_of
from analysis.pull.datasets.contents import MOST, Contents, written_of
from analysis.pull.datasets.folder import strangers
from analysis.pull.package.package import Package
from analysis.pull.web.record import absent, outdated
from analysis.pull.datasets.verify import check_unaltered
from analysis.release.assemble.document import check_document
from analysis.release.publish.version import counted
from analysis.study import study_path
from workflow.study_data import measures, read_study_data


def told(read, path):
    """Read what the whole workflow rests on; whatever is wrong with it is a sentence, and the run ends there."""
    try:
        return read(path)
    except Exception as error:
        # Snakemake would print lines of this file after the sentence.
        sys.exit(f"error: {problem_of(error)}")


DATA = told(
    lambda name: read_study_data(name, draft=bool(config.get("draft")), offline=bool(config.get("offline"))),
    str(config.get("study", "default")),
)
STUDY, REGISTER, EVIDENCE, EXPERIMENT = DATA.study, DATA.register, DATA.evidence, DATA.experiment
PILOTS, UNIT_COSTS, OPEN_DATA, MISSING = DATA.pilots, DATA.unit_costs, DATA.open_data, DATA.missing
# What is asked of continuity of care; nothing where the study does not ask.
ASKED, COHORT, RECORDS = DATA.continuity, DATA.cohort, DATA.records
told(check_document, STUDY)
DRAFT = bool(config.get("draft"))
OFFLINE = bool(config.get("offline"))
# What is in the files that a run reads, and what its steps wrote. `make pull` reads every byte.
CONTENTS = Contents(Path(f"results/{STUDY.name}/contents.json"), None if config.get("ask") else MOST)
table = DATA.table
WRITTEN = told(lambda name: written_of(name, CONTENTS), STUDY.name)
# Registered files that somebody changed stop a run before it begins, so that restoring them reruns nothing.
REGISTERED = DATA.registered
for DATASET in REGISTERED:
    told(lambda entry: check_unaltered(entry, Path("data/raw"), CONTENTS.digest, WRITTEN.known), DATASET)
    # What was accepted since, or pulled for another study, is read anew.
    if outdated(DATASET, Path("data/raw"), Path(f"results/{STUDY.name}/pull/{DATASET.id}.download.json")):
        WRITTEN.spoil(f"results/{STUDY.name}/pull/{DATASET.id}.download.json")
    # What is gone is made, or downloaded, anew.
    for GONE in absent(DATASET, Path("data/raw")):
        if DATASET.maker:
            WRITTEN.spoil(f"data/raw/{GONE}")
        elif not OFFLINE:
            WRITTEN.spoil(f"results/{STUDY.name}/pull/{DATASET.id}.download.json")


pathvars:
    results=f"results/{STUDY.name}",
    # What is no release yet is built beside the release, so that neither makes the other anew.
    release=f"results/{STUDY.name}/{'draft' if DRAFT else 'release'}",
    disclosed=f"results/{STUDY.name}/assess/disclosed",
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
    """The parts of the plan that a step reads, as a parameter of its rule.

    A function gives it, since Snakemake takes {braces} in a text, such as a title, for wildcards.
    """
    text = plan_text(**parts)
    return lambda wildcards: text


def plan_text(**parts):
    """The parts of the plan that a step reads, as one text of command-line options."""
    # The order of outcomes is part of the plan, so keys stay in the order of the study file.
    texts = {name: part if isinstance(part, str) else json.dumps(dump(part)) for name, part in parts.items()}
    # A flag is given or not; it takes no value.
    given = {name: "" if parts[name] is True else f" {shlex.quote(text)}" for name, text in texts.items()}
    return " ".join(f"--{name.replace('_', '-')}{given[name]}" for name in sorted(given) if parts[name] is not False)


def raw(dataset, name):
    """Path of a data set's file; empty where the data set has none, or the study no such data set."""
    return [path] if (path := DATA.raw(dataset, name)) else []


def printed(document):
    """The text of a document in reports/ and of every section that it includes."""
    places = [Path("reports", document), Path("reports", f"{document}.j2")]
    text = "\n".join(place.read_text(encoding="utf-8") for place in places if place.is_file())
    return "\n".join([text, *map(printed, re.findall(r"include /?(sections/\S+\.qmd)", text))])


def options(input, *names):
    """The options for inputs that a study may lack."""
    paths = {name: [found] if isinstance(found := input[name], str) else found for name in names}
    return " ".join(f"--{name.replace('_', '-')} {shlex.join(found)}" for name, found in paths.items() if found)


def present_files(wildcards):
    # A missing file is not named here, so that the step can say which one it is and how to bring it back.
    # One that is made here always is, so that its maker runs first.
    # Downloaded files are never named: they are there only after the first run, and that is no change.
    dataset = REGISTER.dataset(wildcards.dataset)
    if dataset.download:
        return []
    paths = [f"data/raw/{file.path}" for file in dataset.files]
    return [path for path in paths if dataset.maker or Path(path).is_file()]


def downloaded(wildcards):
    """What is known of a data set's download; nothing where it is not downloaded."""
    download = REGISTER.dataset(wildcards.dataset).download
    return [f"results/{STUDY.name}/pull/{wildcards.dataset}.download.json"] if download else []


# Folders in reports/ that hold what was built.
BUILT = {"releases", "drafts"}


def files_below(*folders):
    """Every file below some folders that tells the version; earlier releases and drafts do not."""
    return [str(path) for path in counted(map(Path, folders)) if not BUILT & set(path.parts)]


def folder(wildcards, output):
    """The folder of the first output, for steps that write several files into it."""
    return str(Path(output[0]).parent)


def folders(wildcards, output):
    """The folders of figures and of tables, for steps that write into both."""
    place = Path(output[0]).parents[1]
    return f"--figures {place / 'figures'} --tables {place / 'tables'}"


def entry(wildcards):
    """What the register says of a data set: what it says of others makes nothing rerun."""
    return REGISTER.dataset(wildcards.dataset).model_dump_json()
