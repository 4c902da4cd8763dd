"""Patients' hospital events by month, and what had happened to each before and after a month."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.prepare.hospital.activity import SPELL_MEASURES
from analysis.prepare.hospital.record_plan import RecordPlan
from analysis.steps import Paths

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

# What predicts risk, beside age, sex, deprivation and conditions.
PREDICTORS = ("emergency", "elective", "outpatient")
# ASSUME: use in the last three months says more of the next months than use before, so the two are told apart.
RECENT_MONTHS = 3
MONTHLY = """
INSERT INTO monthly
SELECT patient_id, {measure} AS measure, 12 * year({day}) + month({day}) AS happened, sum({amount})::BIGINT AS n
FROM ({source}) WHERE {day} IS NOT NULL AND patient_id IN (SELECT patient_id FROM patients)
GROUP BY ALL HAVING n > 0
"""


@dataclass(frozen=True)
class Span:
    """Months of history before the index month, and of follow-up from it on."""

    history: int
    follow_up: int


def count_events(
    connection: "DuckDBPyConnection",
    patients: "pd.DataFrame",
    spells: Paths,
    outpatients: Paths,
    plan: RecordPlan,
) -> None:
    """Count each patient's events by month, as the table `monthly`."""
    from analysis.prepare.events.event_contract import OUTPATIENTS
    from analysis.prepare.events.sql import quoted
    from analysis.prepare.hospital.attendances import attended

    connection.register("patients", patients[["patient_id"]])
    connection.execute("CREATE TABLE monthly (patient_id VARCHAR, measure VARCHAR, happened INTEGER, n BIGINT)")
    for source in (f"FROM {quoted(str(path))}" for path in spells):
        for measure, (day, amount) in SPELL_MEASURES.items():
            query = MONTHLY.format(measure=quoted(measure), day=day, amount=amount, source=source)
            connection.execute(query)
    if outpatients:
        source = attended(connection, OUTPATIENTS, outpatients, plan, "SELECT patient_id FROM patients")
        query = MONTHLY.format(measure=quoted("outpatient"), day="APPTDATE", amount="1", source=source)
        connection.execute(query)


def histories(
    connection: "DuckDBPyConnection", rows: "pd.DataFrame", span: Span, measures: list[str]
) -> "pd.DataFrame":
    """Events of each row's patient: earlier, recently, and in the months before and after its month.

    The columns of a measure that the data do not have are left out.
    """
    from analysis.prepare.events.sql import identifier, quoted

    measured = {name for (name,) in connection.execute("SELECT DISTINCT measure FROM monthly").fetchall()}
    before, after = span.history, span.follow_up
    windows = {
        "earlier": (-before, -RECENT_MONTHS - 1), "recent": (-RECENT_MONTHS, -1), "before": (-after, -1),
        "after": (0, after - 1),
    }  # fmt: skip
    texts = [
        f"coalesce(sum(n) FILTER (measure = {quoted(measure)} AND happened - month BETWEEN {start} AND {end}), 0)"
        f"::INTEGER AS {identifier(f'{measure}_{window}')}"
        for measure in measures if measure in measured
        for window, (start, end) in windows.items()
    ]  # fmt: skip
    connection.register("risk_rows", rows[["patient_id", "month"]].assign(place=rows.index))
    query = f"""SELECT place, {", ".join(texts)} FROM risk_rows LEFT JOIN monthly ON
    monthly.patient_id = risk_rows.patient_id AND happened - month BETWEEN {-max(before, after)} AND {after - 1}
    GROUP BY place"""
    return connection.execute(query).df().set_index("place").sort_index()
