"""What every connector offers: where a source is, whether a file is that source's, and its tidy content."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from pydantic import ValidationError

from analysis.plan.terms import Plan
from analysis.pull.connectors.source import Columns, header_of, matched, read_columns
from analysis.steps import Problem

if TYPE_CHECKING:
    import pandas as pd

    from analysis.pull.datasets.register import RawFile

MEASURES = ["practice_id", "year", "measure", "value", "base", "series"]
PRACTICES = ["practice_id", "name", "commissioner", "region", "postcode", "opened", "closed"]
# ODS codes of general practices in England: one of these letters, then five digits. U is a network, W a practice in
# Wales; no general practice of the register (epraccur) begins with any other letter.
PRACTICE = r"[A-HJ-NPY]\d{5}"

Given = TypeVar("Given", bound=Plan)


@dataclass(frozen=True)
class Tidy:
    """What a source says, in the shapes that all sources share.

    Attributes
    ----------
    measures : DataFrame
        One row per practice, year and measure: ``practice_id, year, measure, value, base, series``. A value that the
        source suppresses or leaves empty is missing, so that it can be counted.
    practices : DataFrame
        One row per practice: ``practice_id, name, commissioner, region, postcode, opened, closed``, text, empty where
        the source does not say; dates ISO.
    others : frozenset of str
        Codes in the shape of a practice's which the source says are something else: prisons, walk-in centres, clinics.
    """

    measures: "pd.DataFrame"
    practices: "pd.DataFrame"
    others: frozenset[str] = frozenset()


class Connector(ABC):
    """One source of open data."""

    name: ClassVar[str]
    title: ClassVar[str]

    def address(self, file: "RawFile", parameters: Mapping[str, Any]) -> str | None:
        """The address of a file, where it follows from the parameters; None where the register must say it."""
        return None

    @abstractmethod
    def check(self, path: Path, parameters: Mapping[str, Any]) -> None:
        """Check that a file is this source's.

        Raises
        ------
        Problem
            Says which column is missing, and what it may have been renamed to.
        """

    def check_whole(self, path: Path, parameters: Mapping[str, Any]) -> None:
        """Check that a file is this source's from its header to its last row, before somebody accepts it.

        Raises
        ------
        Problem
            Says what cannot be read.
        """
        self.check(path, parameters)
        self.read((path,), parameters)

    @abstractmethod
    def read(self, paths: tuple[Path, ...], parameters: Mapping[str, Any]) -> Tidy:
        """The tidy content of a data set's files.

        Raises
        ------
        Problem
            When a file is not this source's, or holds what cannot be read.
        """


class TableConnector(Connector, Generic[Given]):
    """A source whose files are tables with a header, one or several of the same shape."""

    model: type[Given]
    member: ClassVar[str] = r"\.csv$"

    @abstractmethod
    def columns(self, given: Given) -> Columns:
        """The columns that a file must have: our name, then the names that the source has given it over the years."""

    def optional(self, given: Given) -> Columns:
        """The columns that are read where a file has them."""
        return {}

    @abstractmethod
    def tidy(self, frame: "pd.DataFrame", given: Given, path: Path) -> Tidy:
        """The tidy content of one file's columns, which are text under our names."""

    def member_of(self, given: Given) -> str:
        """Regular expression of the file that is meant, where the data come as a zip archive."""
        return self.member

    def check(self, path: Path, parameters: Mapping[str, Any]) -> None:
        """Check that a file has this source's columns."""
        given = parsed(self.model, parameters, self.name)
        matched(header_of(path, self.member_of(given)), self.columns(given), path, self.title)

    def read(self, paths: tuple[Path, ...], parameters: Mapping[str, Any]) -> Tidy:
        """The tidy content of all files, one below the other."""
        given = parsed(self.model, parameters, self.name)
        return below(self.tidy(self.frame(path, given), given, path) for path in paths)

    def frame(self, path: Path, given: Given) -> "pd.DataFrame":
        """The columns of one file as text, rows of general practices only; the index keeps the place in the file."""
        columns, member = {**self.columns(given), **self.optional(given)}, self.member_of(given)
        places = matched(header_of(path, member), columns, path, self.title, optional=set(self.optional(given)))
        return practices_only(read_columns(path, places, member), path, self.title)


def parsed(model: type[Given], parameters: Mapping[str, Any], source: str) -> Given:
    """A data set's parameters, typed.

    Raises
    ------
    Problem
        Says which parameter is wrong and why.
    """
    try:
        return model.model_validate(dict(parameters))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "parameters"
        raise Problem(
            f"The connector {source} cannot use the parameter `{key}`: {first['msg'].removeprefix('Value error, ')}.",
            "correct `parameters` of the data set in data/raw/datasets.yaml",
        ) from None


def one_of(names: Collection[str]) -> Callable[[str], str]:
    """A check of a parameter: that a name is one of those which a connector knows."""

    def checked(name: str) -> str:
        if name not in names:
            raise ValueError(f"`{name}` is not known here; known are {', '.join(names)}")
        return name

    return checked


def practices_only(frame: "pd.DataFrame", path: Path, title: str) -> "pd.DataFrame":
    """The rows of general practices in England: rows of totals, networks and other countries have other codes."""
    codes = frame["practice_id"].str.strip().str.upper()
    kept = frame.assign(practice_id=codes)[codes.str.fullmatch(PRACTICE)]
    if kept.empty:
        raise Problem(f"{path} has no row of a general practice.", f"check that it is the file of {title}")
    return kept


def measure_rows(  # one row per practice, year and measure
    frame: "pd.DataFrame", measure: str, value: "pd.Series[float]", *, year: "int | pd.Series[int]", series: str,
    base: "pd.Series[float] | None" = None,
) -> "pd.DataFrame":  # fmt: skip
    """The tidy rows of one measure."""
    amounts = {"value": value, "base": float("nan") if base is None else base}
    rows = frame[["practice_id"]].assign(year=year, measure=measure, **amounts, series=series)
    return rows[MEASURES].astype({"value": float, "base": float}).reset_index(drop=True)


def practice_rows(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The tidy rows of practices, from whatever columns a source has."""
    practices = frame.reindex(columns=PRACTICES, fill_value="")
    spaced = {column: practices[column].str.split().str.join(" ") for column in PRACTICES}
    return practices.assign(**spaced).drop_duplicates("practice_id", ignore_index=True)


def below(parts: Iterable[Tidy]) -> Tidy:
    """Several files' content, one below the other."""
    import pandas as pd

    every = list(parts)
    practices = pd.concat([part.practices for part in every]).drop_duplicates("practice_id", ignore_index=True)
    others = frozenset().union(*(part.others for part in every))
    return Tidy(pd.concat([part.measures for part in every], ignore_index=True), practices, others)
