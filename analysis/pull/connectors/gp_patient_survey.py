"""GP Patient Survey, practice-level results, weighted: the shape of 2018 to 2023 and that of 2024 and later."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from analysis.plan.terms import Name, Plan
from analysis.pull.connectors.base import TableConnector, Tidy, below, measure_rows, one_of, parsed, practice_rows
from analysis.pull.connectors.cells import Unit, numbers, shares
from analysis.pull.connectors.source import Columns

if TYPE_CHECKING:
    import pandas as pd

    from analysis.pull.datasets.register import RawFile

# Our measure: the question's number from 2018 to 2023, the stem of its name from 2024; empty where it was not asked.
# Until 2023 patients were asked about a GP whom they prefer, from 2024 on about a healthcare professional.
QUESTIONS = {
    "see_preferred_gp": ("Q9", ""),
    "see_preferred_professional": ("", "localgpservicesprefhpsee"),
    "easy_by_phone": ("Q3", "localgpservicesphone"),
    "needs_met": ("Q90", "lastgpapptneeds"),
    "confidence_and_trust": ("Q89", "lastgpapptconf"),
    "good_experience": ("Q28", "overallexp"),
}
PREFERRED = ("see_preferred_gp", "see_preferred_professional")
DOWNLOADS = "https://gp-patient.co.uk/FileDownload/Download?fileRedirect="


@dataclass(frozen=True)
class Break:
    """A year in which a new series begins, so that values before and after are not comparable."""

    series: str
    reason: str


BREAKS = {
    2012: Break("gpps_2012", "the first year of the GP Patient Survey that is used here"),
    2018: Break("gpps_2018", "the GP Patient Survey redesigned its questionnaire and its sampling in 2018"),
    2024: Break(
        "gpps_2024",
        "the GP Patient Survey began a new time series with the questionnaire of 2024, and NHS England says that "
        "trends across it cannot be reliably presented",
    ),
}


def series_of(year: int) -> str:
    """The series that a year of the survey belongs to."""
    return BREAKS[max(first for first in BREAKS if first <= year)].series


class SurveyParameters(Plan):
    """What the register says of a file of the survey."""

    year: int = Field(ge=2018, le=2100, description="Year of the survey.")
    measures: tuple[Annotated[Name, AfterValidator(one_of(QUESTIONS))], ...] = Field(
        default=(), description="What is read; leave out for whether patients see the one whom they prefer."
    )
    unit: Unit | None = Field(default=None, description="percent or fraction, where the column itself misleads.")

    @model_validator(mode="after")
    def _in_that_year(self) -> "SurveyParameters":
        available = [measure for measure in QUESTIONS if self.question(measure)]
        if strange := [measure for measure in self.measures if measure not in available]:
            raise ValueError(f"the survey of {self.year} does not ask {strange[0]}; it has {', '.join(available)}")
        return self

    @property
    def read(self) -> tuple[str, ...]:
        """The measures that are read."""
        return self.measures or tuple(measure for measure in PREFERRED if self.question(measure))

    def question(self, measure: str) -> str:
        """The number or the stem of the question in that year; empty where it was not asked."""
        return QUESTIONS[measure][self.year >= 2024]


class GPPatientSurvey(TableConnector[SurveyParameters]):
    """Shares of responses to questions of the GP Patient Survey, per practice."""

    name = "gp_patient_survey"
    title = "the GP Patient Survey's practice results"
    model = SurveyParameters

    def address(self, file: "RawFile", parameters: Mapping[str, Any]) -> str | None:
        """The direct address, which is known for 2025 and later; earlier years stand on the survey's page."""
        year = parsed(self.model, parameters, self.name).year
        name = f"GPPS_{year}_Practice_data_(weighted)_(csv)_PUBLIC.csv"
        folder = f"{year}%2Fsurvey-results%2Fpractice-results%2Fpractice-data-csv%2F"
        return f"{DOWNLOADS}{folder}{name}" if year >= 2025 else None

    def columns(self, given: SurveyParameters) -> Columns:
        """The practice's code, and for each measure the share and its base."""
        later = given.year >= 2024
        columns: dict[str, tuple[str, ...]] = {"practice_id": ("ad_practicecode",) if later else ("Practice_Code",)}
        for measure in given.read:
            question = given.question(measure)
            columns[measure] = (f"{question}.pcteval",) if later else (f"{question}_12pct",)
            columns[f"{measure} base"] = (f"{question}.baseevalw",) if later else (f"{question}base",)
        return columns

    def optional(self, given: SurveyParameters) -> Columns:
        """What the file says of the practice; the commissioner's code is not in every year."""
        if given.year >= 2024:
            return {"name": ("ad_practicename",), "region": ("ad_commissioningregionname",)}
        return {"name": ("Practice_Name",), "commissioner": ("CCG_Code",)}

    def tidy(self, frame: "pd.DataFrame", given: SurveyParameters, path: Path) -> Tidy:
        """Shares from 0 to 1 with their responses; negative numbers and "/" are missing."""
        practices, parts = practice_rows(frame), []
        for measure in given.read:
            value = shares(numbers(frame[measure], measure, path), measure, path, given.unit)
            base = numbers(frame[f"{measure} base"], f"{measure} base", path)
            rows = measure_rows(
                frame, measure, value, year=given.year, series=series_of(given.year), base=base.where(base >= 0)
            )
            parts.append(Tidy(rows, practices))
        return below(parts)
