"""NHS Payments to General Practice: what practices were paid in a financial year, and their lists."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field

from analysis.plan.terms import Name, Plan
from analysis.pull.connectors.base import TableConnector, Tidy, below, measure_rows, one_of, practice_rows
from analysis.pull.connectors.cells import iso_dates, numbers
from analysis.pull.connectors.source import Columns

if TYPE_CHECKING:
    import pandas as pd

LIST = ("Number of Registered Patients (Last Known Figure)", "Average Number of Registered Patients")
WEIGHTED = ("Number of Weighted Patients (Last Known Figure)", "Average Number of Weighted Patients")
# Our measure, the names that the source has given it, and the measure that it is an average over.
AMOUNTS: dict[str, tuple[tuple[str, ...], str | None]] = {
    "payments_per_patient": (("Average payments per registered patient",), "list_size"),
    "payments_per_weighted_patient": (("Average payments per weighted patient",), "weighted_list"),
    "payments_total": (("Total NHS Payments to General Practice",), "list_size"),
    "list_size": (LIST, None),
    "weighted_list": (WEIGHTED, None),
}


class PaymentsParameters(Plan):
    """What the register says of a file of payments."""

    year: int = Field(ge=2013, le=2100, description="First year of the financial year: 2022 for 2022/23.")
    measures: tuple[Annotated[Name, AfterValidator(one_of(AMOUNTS))], ...] = Field(
        default=("payments_per_patient", "weighted_list"), description="What is read."
    )
    series: str | None = Field(default=None, description="Name of the series; by default each year is its own.")


class NHSPayments(TableConnector[PaymentsParameters]):
    """Pounds per patient, in total, and lists."""

    name = "nhs_payments"
    title = "NHS Payments to General Practice"
    model = PaymentsParameters
    member = r"practice[^/]*\.csv$"

    def columns(self, given: PaymentsParameters) -> Columns:
        """The practice's code, both lists, and what is asked for."""
        measures = {"list_size", "weighted_list", *given.measures}
        return {"practice_id": ("Practice Code",)} | {measure: AMOUNTS[measure][0] for measure in sorted(measures)}

    def optional(self, given: PaymentsParameters) -> Columns:
        """What the file says of the practice. In 2022/23 `Code` and `CCG NAME` hold the network, so are not read."""
        return {
            "name": ("Practice Name",), "commissioner": ("CCG Code", "Sub ICB Location Code", "Sub ICB Code"),
            "region": ("NHS England (Region) code", "Region Code"), "postcode": ("Practice Postcode",),
            "opened": ("Practice Open Date",), "closed": ("Practice Close Date",),
            "atypical": ("Atypical characteristics",),
        }  # fmt: skip

    def tidy(self, frame: "pd.DataFrame", given: PaymentsParameters, path: Path) -> Tidy:
        """Amounts of practices that were open, with patients, for the whole year; of others they are missing."""
        dates = {each: iso_dates(frame[each], each, path) for each in ("opened", "closed") if each in frame}
        dated = frame.assign(**dates)
        amounts = {each: numbers(dated[each], each, path) for each in self.columns(given) if each != "practice_id"}
        # ASSUME: an average over part of a year, or over no patients, is comparable with nobody's.
        whole = _whole_year(dated, given.year) & (amounts["list_size"] > 0)
        parts = []
        for measure in given.measures:
            over = AMOUNTS[measure][1]
            rows = measure_rows(
                dated, measure, amounts[measure].where(whole), year=given.year,
                series=given.series or f"nhs_payments_{given.year}", base=amounts[over] if over else None,
            )  # fmt: skip
            parts.append(Tidy(rows, practice_rows(dated)))
        return below(parts)


def _whole_year(frame: "pd.DataFrame", year: int) -> "pd.Series[bool]":
    """Whether a practice was open from 1 April to 31 March, as far as the file says."""
    first, last = f"{year}-04-01", f"{year + 1}-03-31"
    columns = frame.reindex(columns=["opened", "closed", "atypical"], fill_value="")
    closed = (columns["closed"] != "") & (columns["closed"] <= last)
    return ~closed & ~(columns["opened"] > first) & ~columns["atypical"].str.contains("part year", case=False)
