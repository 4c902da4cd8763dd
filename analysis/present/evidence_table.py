"""The table of published estimates."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.present.markdown import Table
from analysis.tables import read_table
from analysis.wording import sentence, signed

if TYPE_CHECKING:
    import pandas as pd

DESIGN = {"before_after_survey": "survey before and after"}
UNITS = {
    "percent_change": "%", "points": " points", "rate_ratio": " (ratio)", "hazard_ratio": " (hazard ratio)",
    "rate_difference_per_1000_month": " per 1,000 a month", "years": " years", "smd": " SD",
    "mean_per_person_year": " per person-year", "log_rate_ratio": " (log rate ratio)",
}  # fmt: skip


def evidence_table(path: Path) -> Table:
    """Every published estimate that is a number, with where it was found."""
    rows, lineage = read_table(path)
    rows = rows[rows["estimate"].notna() & (rows["role"] == "estimate")]
    rows = rows.sort_values(["outcome", "programme"], kind="stable")
    columns = {
        "Outcome": [_outcome(row["outcome"], row["outcome_detail"]) for row in rows.to_dict("records")],
        "Programme and population": [f"{row.programme}: {row.population}[@{row.study}]" for row in rows.itertuples()],
        "Design": [DESIGN.get(name, name.replace("_", " ")) for name in rows["design"]],
        "Estimate": [_estimate(row) for _, row in rows.iterrows()],
        "Certainty": list(rows["certainty"]),
    }
    code = "F-code, found in public code; " * bool((rows["certainty"] == "F-code").any())
    caption = (
        "Published estimates in the register. Certainty: F, found in the source itself; F-2nd, found in a report of "
        f"the source; {code}C, calculated from published figures."
    )
    return Table("evidence", caption, columns, lineage.simulated, (16, 38, 18, 18, 10))


def _outcome(name: str, detail: str) -> str:
    plain = detail if name == "other" else name.replace("_", " ")
    return sentence(plain.replace("ae attendances", "A&E attendances").replace("gp contacts", "GP contacts"))


def _estimate(row: "pd.Series[Any]") -> str:
    if row["measure"] == "currency_gbp":
        return f"{signed(row['estimate'])[0]}£{abs(row['estimate']):g}{_interval(row, '£')}"
    plain = ("rate_ratio", "hazard_ratio", "smd", "years", "mean_per_person_year", "log_rate_ratio")
    ratio = row["measure"] in plain
    size = f"{row['estimate']:g}".replace("-", "−") if ratio else signed(row["estimate"])
    return f"{size}{UNITS[row['measure']]}{_interval(row, '')}"


def _interval(row: "pd.Series[Any]", unit: str) -> str:
    if row["ci_low"] != row["ci_low"]:
        return ""
    low, high = (f"{unit}{value:.3g}".replace("-", "−") for value in (row["ci_low"], row["ci_high"]))
    return f" ({low} to {high})"
