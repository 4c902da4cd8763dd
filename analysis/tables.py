"""Tables that carry their lineage with them.

Every table between steps is a Parquet file whose metadata names the data sets it descends from. Nobody
writes "simulated" by hand: a label is asked of the lineage, and lineage only ever grows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from analysis.steps import Problem, again, canonical_json, digest, whole

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

Kind = Literal["simulated", "published", "observed"]


@dataclass(frozen=True, order=True)
class Source:
    """One registered data set: its id, the sha256 over its files, and what kind of data it is."""

    id: str
    sha256: str
    kind: Kind


@dataclass(frozen=True)
class Lineage:
    """The data sets that a table descends from."""

    sources: tuple[Source, ...]

    @property
    def simulated(self) -> bool:
        """Whether any ancestor is simulated."""
        return any(source.kind == "simulated" for source in self.sources)

    @property
    def digest(self) -> str:
        """One sha256 over all ancestors."""
        return digest(canonical_json([asdict(source) for source in self.sources]))

    def to_records(self) -> list[dict[str, str]]:
        """Plain values, for JSON and for Parquet metadata."""
        return [asdict(source) for source in self.sources]


def lineage_from(records: Iterable[dict[str, str]]) -> Lineage:
    """The inverse of :meth:`Lineage.to_records`."""
    return Lineage(tuple(sorted({Source(**record) for record in records})))  # type: ignore[arg-type]


def union(*lineages: Lineage) -> Lineage:
    """The lineage of something made from several tables."""
    return Lineage(tuple(sorted({source for lineage in lineages for source in lineage.sources})))


def write_table(path: Path, frame: "pd.DataFrame", lineage: Lineage) -> None:
    """Write a table to Parquet together with its lineage."""
    frame = frame.reset_index(drop=True)
    frame.attrs = {"lineage": lineage.to_records()}
    with whole(path) as draft:
        draft.touch(mode=0o600)  # rows of persons may stand in any table
        frame.to_parquet(draft, index=False)


def read_table(path: Path, columns: Sequence[str] | None = None) -> "tuple[pd.DataFrame, Lineage]":
    """Read a table that a step wrote, and its lineage.

    Parameters
    ----------
    path : Path
        The file.
    columns : sequence of str, optional
        The columns to read; none of them where only the lineage is wanted.

    Raises
    ------
    Problem
        When the file carries no lineage, so was not written by this pipeline.
    """
    import pandas as pd

    frame = pd.read_parquet(path, columns=None if columns is None else list(columns))
    if "lineage" not in frame.attrs:
        raise Problem(f"{path} says nothing of the data it comes from.", f"delete {path} and run `{again()}`")
    lineage = lineage_from(frame.attrs["lineage"])
    frame.attrs = {}
    return frame, lineage


def write_csv(path: Path, frame: "pd.DataFrame") -> None:
    """Write a table that people read: CSV, UTF-8, LF, ten significant digits."""
    with whole(path) as draft:
        frame.to_csv(draft, index=False, float_format="%.10g", lineterminator="\n")


def validated(frame: "pd.DataFrame", contract: "type[pa.DataFrameModel]", where: str) -> "pd.DataFrame":
    """Check a table against its contract.

    Parameters
    ----------
    frame : DataFrame
        The table as read; row 0 stands on line 2 of its file.
    contract : pandera model
        Columns, types and checks.
    where : str
        The file, for the message.

    Raises
    ------
    Problem
        Names the column, what was expected and the first lines that fail.
    """
    import pandera.errors

    try:
        return contract.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        raise Problem(
            f"{where} does not keep its contract: {_failures(errors.failure_cases)}.",
            "correct the file, or map its columns in the study file (docs/data-contract.md has the contract)",
        ) from None


def _failures(cases: "pd.DataFrame", most: int = 3) -> str:
    failures = []
    for (column, check), rows in cases.groupby(["column", "check"], dropna=False, sort=False):
        lines = [str(int(index) + 2) for index in rows["index"].dropna().head(10)]
        at = f" on line{'s' if len(lines) > 1 else ''} {', '.join(lines)}" if lines else ""
        value = rows["failure_case"].iloc[0]
        failures.append(f"column {column} fails `{check}`{at} (for instance {value!r})")
    more = f"; and {len(failures) - most} more" if len(failures) > most else ""
    return "; ".join(failures[:most]) + more
