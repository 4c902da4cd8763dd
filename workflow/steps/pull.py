"""pull: data sets arrive and are verified. What is made for each data set of the register stands in rules/pull.smk."""

from collections.abc import Iterator
from pathlib import Path

from analysis.pull.datasets.folder import strangers
from analysis.pull.datasets.register import Dataset
from analysis.pull.package.package import Package
from workflow.step import Below, Step
from workflow.study_data import RAW, StudyData

REGISTER = f"{RAW}/datasets.yaml"


def steps(data: StudyData) -> Iterator[Step]:
    """The steps of this stage."""
    for each in (data.evidence, data.pilots, data.experiment):
        if isinstance(each, Dataset) and each.maker:
            yield generate(each, each.maker)
    if isinstance(data.pilots, Package):
        yield package(data, data.pilots)
        if data.pilots.packed:
            yield unpack(data.pilots)
    yield folder(data)


def generate(dataset: Dataset, maker: str) -> Step:
    """A data set that is made on this machine."""
    place = Path(RAW, dataset.files[0].path).parent
    return Step(
        f"pull_generate.{dataset.id}",
        maker,
        f"Making data set {dataset.id}",
        plan={"parameters": dataset.parameters} if dataset.generator else {},
        writes={"out": Below(str(place), [str(Path(RAW, each.path).relative_to(place)) for each in dataset.files])},
    )


def package(data: StudyData, own: Package) -> Step:
    """The study's own data package."""
    known = [each for each in data.register.datasets if each.kind == "simulated"]
    return Step(
        "pull_package",
        "analysis.pull.package.receive",
        "Receiving the study's own data package",
        plan={"place": str(own.place), "id": own.id, "unpacked": str(own.folder), "register": REGISTER},
        writes={"out": data.receipt(own)},
        beside=[*(str(own.folder / file) for file in own.files()), *([str(own.place)] if own.packed else [])],
        ancient=[REGISTER],
        # A file that the register knows as simulated is simulated here too.
        also=sorted(str(file.sha256) for each in known for file in each.files),
    )


def unpack(own: Package) -> Step:
    """The files of a data package that is an archive."""
    return Step(
        "pull_unpack",
        "analysis.pull.package.unpack",
        "Unpacking the study's own data package",
        reads={"place": str(own.place)},
        writes={"out": Below(str(own.folder), own.files())},
    )


def folder(data: StudyData) -> Step:
    """That every file in data/raw is registered."""
    return Step(
        "pull_folder",
        "analysis.pull.datasets.folder",
        "Checking that every file in data/raw is registered",
        plan={"register": REGISTER, "raw": str(RAW)},
        writes={"out": "<results>/pull/folder.json"},
        ancient=[REGISTER],
        # When a file that nobody registered comes or goes, the folder is checked again.
        also=[[each.id for each in data.register.datasets], [str(path) for path in strangers(data.register, RAW)]],
    )
