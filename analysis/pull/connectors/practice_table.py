"""Any table with one row per practice: a file of your own, or a sample, described by the register."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from analysis.plan.terms import Name, Plan
from analysis.pull.connectors.base import TableConnector, Tidy, below, measure_rows, practice_rows
from analysis.pull.connectors.cells import Unit, in_unit, iso_dates, numbers
from analysis.pull.connectors.source import Columns

if TYPE_CHECKING:
    import pandas as pd


class TableMeasure(Plan):
    """One column of the table."""

    column: str = Field(min_length=1, description="Name of the column.")
    year: int = Field(ge=1990, le=2100, description="The year of the survey, extract or index.")
    unit: Unit = Field(default="number", description="percent and fraction become shares from 0 to 1.")
    base: str | None = Field(default=None, description="Column with the responses or the denominator.")
    series: str | None = Field(default=None, description="Name of the series; by default the measure's.")


class TableParameters(Plan):
    """What the register says of the table."""

    practice_id: str = Field(min_length=1, description="Column with the practice's code.")
    measures: dict[Name, TableMeasure] = Field(min_length=1, description="The columns that are read, by measure.")
    practices: dict[Literal["name", "commissioner", "region", "postcode", "opened", "closed"], str] = Field(
        default={}, description="Columns that describe the practice."
    )


class PracticeTable(TableConnector[TableParameters]):
    """The columns that the register names."""

    name = "practice_table"
    title = "the table that the register describes"
    model = TableParameters

    def columns(self, given: TableParameters) -> Columns:
        """The practice's code, each measure with its base, and what describes the practice."""
        columns = {"practice_id": (given.practice_id,)}
        for name, each in given.measures.items():
            columns |= {f"value {name}": (each.column,)} | ({f"base {name}": (each.base,)} if each.base else {})
        return columns | {ours: (theirs,) for ours, theirs in given.practices.items()}

    def tidy(self, frame: "pd.DataFrame", given: TableParameters, path: Path) -> Tidy:
        """One row per practice and measure."""
        dates = {each: iso_dates(frame[each], each, path) for each in ("opened", "closed") if each in frame}
        practices = practice_rows(frame.assign(**dates))
        parts = []
        for name, each in given.measures.items():
            value = in_unit(numbers(frame[f"value {name}"], each.column, path), each.column, path, each.unit)
            base = numbers(frame[f"base {name}"], each.base, path) if each.base else None
            rows = measure_rows(frame, name, value, year=each.year, series=each.series or name, base=base)
            parts.append(Tidy(rows, practices))
        return below(parts)
