"""Patients Registered at a GP Practice: list sizes, both generations of the header."""

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.terms import Plan
from analysis.pull.connectors.base import TableConnector, Tidy, measure_rows, practice_rows
from analysis.pull.connectors.cells import iso_dates, numbers
from analysis.pull.connectors.source import Columns

if TYPE_CHECKING:
    import pandas as pd


class NoParameters(Plan):
    """The file says itself of which day it is."""


class PatientsRegistered(TableConnector[NoParameters]):
    """The list size of every practice on the day of the extract."""

    name = "patients_registered"
    title = "Patients Registered at a GP Practice (gp-reg-pat-prac-all)"
    model = NoParameters
    member = r"gp-reg-pat-prac-all[^/]*\.csv$"

    def columns(self, given: NoParameters) -> Columns:
        """The columns; clinical commissioning groups became sub-ICB locations in 2022, and so did their columns."""
        return {
            "day": ("EXTRACT_DATE",), "type": ("TYPE",), "commissioner": ("CCG_CODE", "SUB_ICB_LOCATION_CODE"),
            "practice_id": ("CODE",), "postcode": ("POSTCODE",), "sex": ("SEX",), "age": ("AGE",),
            "patients": ("NUMBER_OF_PATIENTS",),
        }  # fmt: skip

    def tidy(self, frame: "pd.DataFrame", given: NoParameters, path: Path) -> Tidy:
        """One list size per practice: other areas and single ages or sexes are left out."""
        rows = frame[(frame["type"] == "GP") & (frame["sex"] == "ALL") & (frame["age"] == "ALL")]
        years = iso_dates(rows["day"], "EXTRACT_DATE", path, required=True).str[:4].astype(int)
        patients = numbers(rows["patients"], "NUMBER_OF_PATIENTS", path)
        measures = measure_rows(rows, "list_size", patients, year=years, series="patients_registered")
        return Tidy(measures, practice_rows(rows[["practice_id", "commissioner", "postcode"]]))
