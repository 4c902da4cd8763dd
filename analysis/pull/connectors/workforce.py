"""General Practice Workforce: staff of each practice, from the wide "detailed" file or the tidy "high level" one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from analysis.plan.terms import Name, Plan
from analysis.pull.connectors.base import TableConnector, Tidy, below, measure_rows, one_of, practice_rows
from analysis.pull.connectors.cells import numbers
from analysis.pull.connectors.source import Columns

if TYPE_CHECKING:
    import pandas as pd

WIDE = {
    "gp_fte": ("TOTAL_GP_FTE",),
    "gp_headcount": ("TOTAL_GP_HC",),
    # Two measures that stand side by side: EXTG is without doctors in training, EXTGL without these and locums.
    "gp_fte_without_trainees": ("TOTAL_GP_EXTG_FTE",),
    "gp_fte_without_trainees_and_locums": ("TOTAL_GP_EXTGL_FTE",),
    "nurse_fte": ("TOTAL_NURSES_FTE",),
}
TIDY = {"gp_fte": ("GP", "FTE"), "gp_headcount": ("GP", "Headcount"), "nurse_fte": ("Nurses", "FTE")}
# Rows of roles stand beside a row of their total: adding all rows up would count everybody twice.
TOTAL = "Total"


class WorkforceParameters(Plan):
    """What the register says of a file of the workforce."""

    year: int = Field(ge=2015, le=2100, description="Year of the snapshot.")
    shape: Literal["detailed", "high_level"] = Field(default="detailed", description="Which of the two files.")
    measures: tuple[Annotated[Name, AfterValidator(one_of(WIDE))], ...] = Field(
        default=("gp_fte",), min_length=1, description="What is read."
    )

    @model_validator(mode="after")
    def _in_this_shape(self) -> "WorkforceParameters":
        if self.shape == "high_level" and (other := set(self.measures) - set(TIDY)):
            raise ValueError(f"the high-level file does not say `{min(other)}`")
        return self


class Workforce(TableConnector[WorkforceParameters]):
    """Full-time equivalents and headcounts per practice."""

    name = "workforce"
    title = "General Practice Workforce, practice level"
    model = WorkforceParameters

    def member_of(self, given: WorkforceParameters) -> str:
        """The archive holds both files."""
        return r"detailed[^/]*\.csv$" if given.shape == "detailed" else r"high[ _-]*level[^/]*\.csv$"

    def columns(self, given: WorkforceParameters) -> Columns:
        """The columns of either shape."""
        practice = {"practice_id": ("PRAC_CODE",)}
        if given.shape == "detailed":
            return practice | {measure: WIDE[measure] for measure in given.measures}
        return practice | {
            "group": ("STAFF_GROUP",), "role": ("DETAILED_STAFF_ROLE",), "kind": ("MEASURE",), "value": ("VALUE",)
        }  # fmt: skip

    def optional(self, given: WorkforceParameters) -> Columns:
        """The practice's name and commissioner, where the file has them."""
        return {"name": ("PRAC_NAME",), "commissioner": ("SUB_ICB_CODE", "CCG_CODE")}

    def tidy(self, frame: "pd.DataFrame", given: WorkforceParameters, path: Path) -> Tidy:
        """One row per practice and measure."""
        parts = []
        for measure in given.measures:
            rows = frame if given.shape == "detailed" else _totals(frame, *TIDY[measure])
            column = measure if given.shape == "detailed" else "value"
            value = numbers(rows[column], measure, path)
            measures = measure_rows(rows, measure, value, year=given.year, series="gp_workforce")
            parts.append(Tidy(measures, practice_rows(frame)))
        return below(parts)


def _totals(frame: "pd.DataFrame", group: str, kind: str) -> "pd.DataFrame":
    return frame[(frame["group"] == group) & (frame["kind"] == kind) & (frame["role"] == TOTAL)]
