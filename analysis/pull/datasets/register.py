"""The register of data sets: what each is, where it came from, and what its files must be."""

import re
from dataclasses import asdict
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator
from ruamel.yaml.error import YAMLError

from analysis.plan.faults import study_faults
from analysis.plan.pilots import TABLES
from analysis.plan.terms import Frozen
from analysis.steps import Problem, again, canonical_json, digest
from analysis.tables import Kind, Source
from analysis.yaml_files import read_yaml, yaml_fault

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
RelativePath = Annotated[str, Field(pattern=r"^(\w[\w.-]*/)*\w[\w.-]*$")]

# Licences under which anybody may have every row.
OPEN_LICENCES = ("Open Government Licence", "OGL", "CC0", "CC BY", "Creative Commons", "Public domain")
Entries = TypeVar("Entries", bound=BaseModel)


class RawFile(Frozen):
    """One file below data/raw."""

    path: RelativePath = Field(description="Path below data/raw.")
    sha256: Sha256 | None = Field(default=None, description="sha256 of the file; a download may leave it open.")
    bytes: int | None = Field(default=None, ge=0, description="Size of the file.")
    columns: tuple[str, ...] = Field(default=(), description="Header of a CSV file, in order.")
    url: str | None = Field(default=None, pattern=r"^https?://", description="Address of a file to download.")
    page: str | None = Field(default=None, pattern=r"^https?://", description="Page that links to the file.")
    link: str | None = Field(default=None, description="Regular expression that the link on that page matches.")

    @model_validator(mode="after")
    def _page_and_link(self) -> "RawFile":
        if (self.page is None) != (self.link is None):
            raise ValueError("`page` and `link` go together: give both or neither")
        try:
            re.compile(self.link or "")
        except re.error as error:
            raise ValueError(f"`link` is no regular expression: {error}") from None
        return self


class Dataset(Frozen):
    """One data set. What made it decides what it is: a generator makes it simulated."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="Id by which studies name it.")
    title: str = Field(description="Title as cited.")
    producer: str = Field(description="Who made it.")
    licence: str = Field(description="Licence under which it may be used.")
    accessed: date | None = Field(
        default=None, description="Date accessed, transcribed or generated; a download may leave it open."
    )
    transcription: str | None = Field(default=None, description="From what it was transcribed.")
    generator: str | None = Field(default=None, pattern=r"^analysis(\.\w+)+$", description="The module that makes it.")
    parameters: dict[str, Any] = Field(default={}, description="What the generator is given.")
    extract: str | None = Field(default=None, description="From which records it was extracted, and by whom.")
    shipped: str | None = Field(
        default=None, pattern=r"^analysis(\.\w+)+$", description="The module that writes data which a dependency ships."
    )
    download: str | None = Field(default=None, description="What is downloaded, and from which publication.")
    disclosure: Literal["public", "persons"] | None = Field(
        default=None,
        description="`public` where anybody may see every row of it, `persons` where its counts are protected in a "
        "release. By default public are what a generator makes, what was transcribed from publications, and what is "
        "downloaded or shipped under an open licence.",
    )
    connector: str | None = Field(
        default=None, pattern=r"^[a-z_]+$", description="The connector in analysis/pull/connectors that reads it."
    )
    files: tuple[RawFile, ...] = Field(min_length=1, description="Its files.")

    @model_validator(mode="after")
    def _one_origin(self) -> "Dataset":
        origins = (self.transcription, self.generator, self.extract, self.shipped, self.download)
        if sum(origin is not None for origin in origins) != 1:
            raise ValueError("give one of `transcription`, `generator`, `extract`, `shipped` and `download`")
        unknown = [file.path for file in self.files if file.sha256 is None or file.bytes is None]
        if unknown and not self.download:
            raise ValueError(f"give `sha256` and `bytes` of {unknown[0]}; only a download may leave them open")
        if self.accessed is None and not self.download:
            raise ValueError("give `accessed`, the date; only a download may leave it open")
        return self

    @property
    def maker(self) -> str | None:
        """The module that makes its files on this machine, where there is one."""
        return self.generator or self.shipped

    @property
    def kind(self) -> Kind:
        """What kind of data it is, decided by its origin."""
        return "simulated" if self.generator else "published" if self.transcription else "observed"

    @property
    def public(self) -> bool:
        """Whether a release may tell its counts exactly: by what it is, never by a word in the data."""
        if self.disclosure:
            return self.disclosure == "public"
        openly = bool(self.download or self.shipped) and self.licence.startswith(OPEN_LICENCES)
        return bool(self.generator or self.transcription) or openly

    @property
    def restore(self) -> str:
        """The command that brings its files back as registered."""
        folder = f"data/raw/{Path(self.files[0].path).parent}"
        if self.extract:
            return f"cp <your extract>/* {folder}/"
        if self.download:
            return self.bring
        return f"rm -r {folder} && {again()}" if self.maker else f"git checkout -- {folder}"

    @property
    def bring(self) -> str:
        """The command that brings files which are not there."""
        if not (self.download or self.maker):
            return self.restore
        # Who accepts a download need not name a study, and the default one downloads nothing.
        named = self.maker or again("pull") != "make pull"
        return again("pull") if named else "make pull STUDY=<study>"

    def receipt(self) -> dict[str, Any]:
        """What the pull stage vouches for: the entry, its kind, and whether its persons are protected."""
        labels = {"kind": self.kind, "disclosure": "public" if self.public else "persons"}
        return self.model_dump(mode="json") | labels | {"lineage": [asdict(self.source())]}

    def source(self) -> Source:
        """The lineage that its descendants carry."""
        files = [[each.path, each.sha256] for each in self.files]
        return Source(self.id, digest(canonical_json(files)), self.kind)

    def find(self, name: str) -> str | None:
        """The path, below data/raw, of its file with this name; None where it has none."""
        return next((each.path for each in self.files if Path(each.path).name == name), None)

    def tables(self) -> dict[str, list[str]]:
        """The paths, below data/raw, of its files by the table of the contract that they belong to."""
        tables: dict[str, list[str]] = {}
        for each in self.files:
            if table := table_of(each.path):
                tables.setdefault(table, []).append(each.path)
        return tables


class Register(Frozen):
    """All data sets."""

    datasets: tuple[Dataset, ...]
    own_hosts: tuple[str, ...] = Field(
        default=(),
        description="Hosts of one's own network from which data may be downloaded, as their addresses name them.",
    )

    @model_validator(mode="after")
    def _unique(self) -> "Register":
        ids = [entry.id for entry in self.datasets]
        if twice := {id for id in ids if ids.count(id) > 1}:
            raise ValueError(f"the id `{min(twice)}` stands twice")
        return self

    def dataset(self, id: str) -> Dataset:
        """The data set with this id.

        Raises
        ------
        Problem
            When the register has no such data set.
        """
        dataset = next((each for each in self.datasets if each.id == id), None)
        if dataset is None:
            ids = ", ".join(each.id for each in self.datasets)
            raise Problem(
                f"data/raw/datasets.yaml has no data set `{id}`; it has {ids}.",
                "correct the id in the study file, or register the data set",
            )
        return dataset


def table_of(file: str) -> str | None:
    """The table that a file belongs to by its name, or by the name of the folder that it is a part in."""
    path = PurePosixPath(file)
    stem, parent = path.name.split(".")[0].lower(), path.parent.name.lower()
    return stem if stem in TABLES else parent if parent in TABLES else None


def read_register(path: Path) -> Register:
    """Read and check the register; a :class:`Problem` says what is wrong with it."""
    return read_entries(path, Register, of="data sets", called="register")


def read_entries(path: Path, model: type[Entries], *, of: str, called: str) -> Entries:
    """Read and check a committed file of entries.

    Parameters
    ----------
    path : Path
        The file (YAML).
    model : type
        What its content must be.
    of, called : str
        What it is a register of, and its name where the path follows it.

    Raises
    ------
    Problem
        When it is missing, is no YAML, or an entry is not as it must be: says which key and why.
    """
    mend = f"correct {path}, or restore it with `git checkout -- {path}`"
    try:
        return model.model_validate(read_yaml(path))
    except FileNotFoundError:
        raise Problem(f"The register of {of}, {path}, is missing.", mend) from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise Problem(f"The {called} {path} is not readable as YAML: {yaml_fault(error)}.", mend) from None
    except ValidationError as error:
        first = study_faults(error, path.read_text(encoding="utf-8"), model.model_json_schema())[0]
        raise Problem(f"The {called} {path} is wrong at {first.sentence()}.".replace("?.", "?"), mend) from None
