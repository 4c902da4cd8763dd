"""Fingertips, the public health profiles of England: one indicator by general practice."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from analysis.plan.terms import Name, Plan
from analysis.pull.connectors.base import TableConnector, Tidy, measure_rows, parsed, practice_rows
from analysis.pull.connectors.cells import Unit, in_unit, numbers, year_of
from analysis.pull.connectors.source import Columns
from analysis.steps import Problem, again

if TYPE_CHECKING:
    import pandas as pd

    from analysis.pull.datasets.register import RawFile

CALL = "https://fingertips.phe.org.uk/api/all_data/csv/by_indicator_id"
PRACTICES = 7  # the area type of general practices


class FingertipsParameters(Plan):
    """What the register says of an indicator."""

    indicator: int = Field(gt=0, description="Indicator ID.")
    measure: Name = Field(description="What it is called here.")
    quantity: Literal["value", "count"] = Field(default="value", description="Whether Value or Count is read.")
    unit: Unit = Field(default="number", description="percent becomes a share from 0 to 1.")
    sex: str = Field(default="Persons", description="The rows that are read, where the indicator is split by sex.")
    periods: tuple[str, ...] = Field(default=(), description="Time periods that are read; all where none is named.")
    series: str | None = Field(default=None, description="Name of the series, where it is not the indicator's.")
    parent_area_type: int = Field(default=15, description="Area type to which the source compares practices.")


class Fingertips(TableConnector[FingertipsParameters]):
    """One indicator by general practice; England, networks, other areas and categories are left out."""

    name = "fingertips"
    title = "a Fingertips indicator (all_data/csv/by_indicator_id)"
    model = FingertipsParameters

    def address(self, file: "RawFile", parameters: Mapping[str, Any]) -> str | None:
        """The call for one indicator at practice level."""
        given = parsed(self.model, parameters, self.name)
        return (
            f"{CALL}?indicator_ids={given.indicator}&child_area_type_id={PRACTICES}"
            f"&parent_area_type_id={given.parent_area_type}&include_sortable_time_periods=yes"
        )

    def columns(self, given: FingertipsParameters) -> Columns:
        """The columns that are read; the 23rd of the 27 is not, its name follows the parent area."""
        names = {
            "indicator": "Indicator ID", "practice_id": "Area Code", "name": "Area Name", "area": "Area Type",
            "sex": "Sex", "age": "Age", "category": "Category Type", "period": "Time period", "value": "Value",
            "count": "Count", "denominator": "Denominator", "note": "Value note",
        }  # fmt: skip
        return {ours: (theirs,) for ours, theirs in names.items()}

    def tidy(self, frame: "pd.DataFrame", given: FingertipsParameters, path: Path) -> Tidy:
        """One row per practice and period; a suppressed value is missing."""
        rows = _of_practices(frame, given, path)
        series = given.series or f"fingertips_{given.indicator}"
        value = in_unit(numbers(rows[given.quantity], given.quantity, path), given.quantity, path, given.unit)
        base = numbers(rows["denominator"], "Denominator", path)
        years = rows["period"].map(year_of)
        if years.isna().any():
            raise Problem(
                f"{path} has a time period that names no year: {rows['period'][years.isna()].iloc[0]!r}.",
                "name the periods to read with `periods` in the data set's `parameters`",
            )
        measures = measure_rows(rows, given.measure, value, year=years.astype(int), series=series, base=base)
        return Tidy(measures.drop_duplicates(ignore_index=True), practice_rows(rows[["practice_id", "name"]]))


def _of_practices(frame: "pd.DataFrame", given: FingertipsParameters, path: Path) -> "pd.DataFrame":
    """The rows of practices alone: no other area, no category, one sex, the periods that were named."""
    if (other := frame[frame["indicator"].str.strip() != str(given.indicator)]).size:
        raise Problem(
            f"{path} is of indicator {other['indicator'].iloc[0]}; the register says {given.indicator}.",
            f"correct `indicator` in the data set's `parameters`, or delete the file and run `{again('pull')}`",
        )
    wanted = frame["area"].str.contains(r"^GPs?\b") & (frame["category"] == "") & (frame["sex"] == given.sex)
    rows = frame[wanted & (frame["period"].isin(given.periods) | (not given.periods))]
    if rows.empty:
        raise Problem(
            f"{path} has no row of a general practice for sex {given.sex} and the periods asked for.",
            "correct `sex` or `periods` in the data set's `parameters`",
        )
    return rows
