"""Declared corrections of a source's errors, each with its reason and a guard that notices when the source mends it."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from analysis.plan.terms import Plan, Slug
from analysis.pull.datasets.register import read_entries
from analysis.steps import Problem, canonical_json, digest
from analysis.tables import Lineage, Source

if TYPE_CHECKING:
    import pandas as pd


class Expect(Plan):
    """What the faulty source holds in the rows that are corrected: one by one, or in sum where they are many."""

    values: tuple[float | None, ...] = Field(default=(), description="The values as they stand; null where missing.")
    rows: int | None = Field(default=None, ge=1, description="How many rows, in place of `values`.")
    total: float | None = Field(default=None, description="The sum over these rows, together with `rows`.")

    @model_validator(mode="after")
    def _one_guard(self) -> "Expect":
        summed = self.rows is not None and self.total is not None
        if bool(self.values) == summed or (self.rows is None) != (self.total is None):
            raise ValueError("give `values`, or `rows` and `total`")
        return self

    def holds(self, values: "pd.Series[float]") -> bool:
        """Whether the source still has its error."""
        numbers = [float(value) for value in values]
        if not self.values:
            return len(numbers) == self.rows and math.isclose(math.fsum(numbers), self.total or 0, rel_tol=1e-6)
        wanted = [math.nan if value is None else value for value in self.values]
        pairs = zip(sorted(numbers, key=_place), sorted(wanted, key=_place), strict=False)
        return len(numbers) == len(wanted) and all(_same(*pair) for pair in pairs)


class Correction(Plan):
    """One declared correction of a data set's tidy measures."""

    dataset: Slug = Field(description="Data set id in data/raw/datasets.yaml.")
    action: Literal["drop", "override", "scale"] = Field(description="Leave rows out, set a value, or multiply it.")
    where: dict[Literal["practice_id", "year", "measure", "series"], str | int] = Field(
        min_length=1, description="The rows that are meant: column, then the value that it has there."
    )
    column: Literal["value", "base"] = Field(default="value", description="The column that is guarded and corrected.")
    to: float | None = Field(default=None, description="The right value, for override.")
    factor: float | None = Field(default=None, description="What to multiply by, for scale.")
    expect: Expect = Field(description="What the faulty source holds there.")
    reason: str = Field(min_length=10, description="Why, and where it is documented; printed with the data.")

    @model_validator(mode="after")
    def _complete(self) -> "Correction":
        needed = {"drop": (), "override": ("to",), "scale": ("factor",)}[self.action]
        given = tuple(key for key in ("to", "factor") if getattr(self, key) is not None)
        if given != needed:
            raise ValueError(f"`{self.action}` needs {' and '.join(needed) or 'neither `to` nor `factor`'}")
        return self


class Corrections(Plan):
    """The register of corrections."""

    corrections: tuple[Correction, ...] = Field(default=(), description="In the order in which they are applied.")


@dataclass(frozen=True)
class Applied:
    """One correction that was applied, and to how many rows."""

    correction: Correction
    rows: int

    def __str__(self) -> str:
        place = ", ".join(f"{column} {value}" for column, value in self.correction.where.items())
        return (
            f"{self.correction.dataset}: {self.correction.action} of {self.correction.column} where {place}, "
            f"{self.rows} row(s): {self.correction.reason}"
        )


def corrected(frame: "pd.DataFrame", corrections: tuple[Correction, ...]) -> "tuple[pd.DataFrame, list[Applied]]":
    """Apply corrections to a data set's tidy measures, in their order.

    Parameters
    ----------
    frame : DataFrame
        ``practice_id, year, measure, value, base, series``; values in the units of this table, so shares from 0 to 1.
    corrections : tuple of Correction
        Those of this data set.

    Returns
    -------
    DataFrame
        The corrected measures.
    list of Applied
        What was done.

    Raises
    ------
    Problem
        When the source no longer holds what a correction expects: it has mended its own error, or changed otherwise.
    """
    applied = []
    for each in corrections:
        rows = _rows(frame, each)
        values = frame.loc[rows, each.column]
        if not each.expect.holds(values):
            raise _mended(each, values)
        applied.append(Applied(each, int(rows.sum())))
        frame = _with(frame, rows, each)
    return frame, applied


def _rows(frame: "pd.DataFrame", correction: Correction) -> "pd.Series[bool]":
    import pandas as pd

    meant = pd.Series(True, index=frame.index)
    for column, value in correction.where.items():
        meant &= frame[column].astype(str) == str(value)
    return meant


def _with(frame: "pd.DataFrame", rows: "pd.Series[bool]", correction: Correction) -> "pd.DataFrame":
    if correction.action == "drop":
        return frame[~rows].reset_index(drop=True)
    old = frame[correction.column]
    new = correction.to if correction.action == "override" else old * (correction.factor or 0)
    return frame.assign(**{correction.column: old.mask(rows, new)})


def _mended(correction: Correction, values: "pd.Series[float]") -> Problem:
    shown = ", ".join(f"{value:g}" for value in values[:5]) or "no row"
    where = ", ".join(f"{column} is {value}" for column, value in correction.where.items())
    return Problem(
        f"The source of {correction.dataset} has mended its own error, or changed: where {where}, {correction.column} "
        f"is now {shown}{' and more' if len(values) > 5 else ''}, not what the correction expects.",
        "delete this correction from data/raw/corrections.yaml, or bring its `expect` up to date if the error is still "
        "there",
    )


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """Read and check the register of corrections; a :class:`Problem` says what is wrong with it."""
    return read_entries(path, Corrections, of="corrections", called="register of corrections").corrections


def with_corrections(lineage: Lineage, corrections: tuple[Correction, ...]) -> Lineage:
    """The lineage of corrected data: a data set that is corrected has another digest than the same one as it came."""
    return Lineage(tuple(_corrected_source(source, corrections) for source in lineage.sources))


def _corrected_source(source: Source, corrections: tuple[Correction, ...]) -> Source:
    own = [each.model_dump(mode="json") for each in corrections if each.dataset == source.id]
    return Source(source.id, digest(canonical_json([source.sha256, own])), source.kind) if own else source


def _place(value: float) -> tuple[bool, float]:
    return (math.isnan(value), 0.0 if math.isnan(value) else value)


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-12) or (math.isnan(one) and math.isnan(other))
