"""The patients of a matched-cohort study at every month in which somebody could have been chosen.

``python -m analysis.prepare.matched_cohort.cohort --help``
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.months import month_number, month_numbers
from analysis.plan.terms import Period
from analysis.prepare.hospital.record_plan import RecordPlan
from analysis.prepare.matched_cohort.histories import PREDICTORS, Span, count_events, histories
from analysis.steps import Paths, command, write_json
from analysis.tables import read_table, write_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.prepare.contract.raw_files import Raw

# The months in which a patient's practice opened and closed; missing where it was there.
ENDS = ["opened", "closed"]


@dataclass(frozen=True, kw_only=True)
class CohortFiles:
    """What is read.

    Attributes
    ----------
    patients, practices, outpatients : tuple of Path
        Raw tables.
    spells : tuple of Path
        The spells that :mod:`analysis.prepare.hospital.spells` made.
    receipt : Path
        What the pull stage vouched for.
    panel : tuple of Path
        The practice-month panel, which tells in which months practices are there; without one all are throughout.
    """

    patients: Paths
    practices: Paths
    spells: Paths
    receipt: Path
    outpatients: Paths = ()
    panel: Paths = ()


def cohort(
    *,
    files: CohortFiles,
    plan: RecordPlan,
    history_months: int,
    follow_up_months: int,
    measures: tuple[str, ...],
    out: Path,
    facts: Path,
) -> None:
    """Make one row per case at its index month, and per candidate at each month in which a case begins.

    A month's risk set are the candidates who were alive when it began; none of them ever had the intervention. Of a
    practice that opens or closes, patients count in the months whose history and follow-up lie within its own: what
    they had elsewhere is not in the data of the study's practices, and is no zero. One more month, as long before the
    first index month as patients are followed, gives the candidates' history from which risk is predicted: all of it
    lies before anybody's intervention.

    Parameters
    ----------
    files : CohortFiles
        What is read.
    plan : RecordPlan
        What the study says of records; its rules tell which outpatient codes are attendances.
    history_months, follow_up_months : int
        Months before the index month that predict risk, and months before and after it that are compared.
    measures : tuple of str
        The measures whose change is estimated, beside those that predict risk.
    out : Path
        Rows about persons, in Parquet: `role` is case, candidate or history; `month` the index month in months since
        year 0; use in the months of history (`*_earlier`, `*_recent`); by measure the events before and after; the
        person-months after; whether the patient died in them.
    facts : Path
        How many patients there were and why some are left out, as JSON.
    """
    from analysis.prepare.contract.contract import Patients, Practices
    from analysis.prepare.contract.faults import refuse
    from analysis.prepare.contract.raw import read_checked, read_receipt
    from analysis.prepare.events.events import engine
    from analysis.prepare.matched_cohort.patient_checks import patient_faults

    people = read_checked(files.patients, Patients, plan.named("patients"))
    homes = read_checked(files.practices, Practices, plan.named("practices"))
    refuse(patient_faults(people, homes, plan.months))
    everybody = with_months(people, homes)
    if files.panel:
        everybody = everybody.drop(columns=ENDS).join(practice_ends(read_table(files.panel[0])[0]), on="practice_id")
    span = Span(history_months, follow_up_months)
    cases, counts = followed(everybody[everybody["treated"] == 1], span, plan.months)
    candidates = everybody[everybody["treated"] == 0]
    with engine(out, zone=plan.time_zone) as (connection, _):
        count_events(connection, everybody, files.spells, files.outpatients, plan)
        rows = at_risk(cases, candidates, span).reset_index(drop=True)
        rows = rows.join(histories(connection, rows, span, sorted({*measures, *PREDICTORS})))
    write_table(out, rows, read_receipt(files.receipt))
    write_json(facts, counts | {"candidates": len(candidates)})


def with_months(patients: "Raw", practices: "Raw") -> "pd.DataFrame":
    """Patients with their site, and their months as numbers."""
    people = patients.frame
    site = practices.frame.set_index("practice_id")["site_id"]
    own = ["patient_id", "practice_id", "age", "sex", "imd", "conditions", "treated"]
    return people[own].assign(
        site_id=people["practice_id"].map(site),
        month=month_numbers(people["index_month"]),
        death=month_numbers(people["death_month"]),
        **dict.fromkeys(ENDS, float("nan")),
    )


def practice_ends(panel: "pd.DataFrame") -> "pd.DataFrame":
    """By practice, the months that it `opened` and `closed` in; missing where it is there at that end of the panel."""
    ends = panel.groupby("practice_id")["month"].agg(["min", "max"])
    opened = ends["min"].where(ends["min"] > panel["month"].min())
    closed = ends["max"].where(ends["max"] < panel["month"].max())
    return ends.assign(opened=month_numbers(opened), closed=month_numbers(closed))[["opened", "closed"]]


def too_new(people: "pd.DataFrame", month: "pd.Series[int] | int", span: Span) -> "pd.Series[bool]":
    """Whether a practice opened after the months before `month` that are looked at began."""
    return people["opened"] > month - max(span.history, span.follow_up)


def too_old(people: "pd.DataFrame", month: "pd.Series[int] | int", span: Span) -> "pd.Series[bool]":
    """Whether a practice closed before the follow-up from `month` on ended."""
    return people["closed"] < month + span.follow_up - 1


def followed(cases: "pd.DataFrame", span: Span, months: Period) -> "tuple[pd.DataFrame, dict[str, int]]":
    """The cases whose months of history and of follow-up lie within their practice's data, and how many there are."""
    first, last = month_number(months.first), month_number(months.last)
    # The months from which risk is learnt come before those of the first case.
    early = (cases["month"] - span.history - span.follow_up < first) | too_new(cases, cases["month"], span)
    late = (cases["month"] + span.follow_up - 1 > last) | too_old(cases, cases["month"], span)
    counts = {"cases": len(cases), "too_early": int(early.sum()), "too_late": int((late & ~early).sum())}
    return cases[~early & ~late], counts


def at_risk(cases: "pd.DataFrame", candidates: "pd.DataFrame", span: Span) -> "pd.DataFrame":
    """Cases, and candidates in each month's risk set and in the month of the history."""
    import pandas as pd

    months = sorted(cases["month"].unique())
    history = [months[0] - span.follow_up] if months else []
    parts = [cases.assign(role="case")]
    for role, when in (("candidate", months), ("history", history)):
        for month in when:
            alive = candidates["death"].isna() | (candidates["death"] >= month)
            covered = ~too_new(candidates, month, span) & ~too_old(candidates, month, span)
            parts.append(candidates[alive & covered].assign(role=role, month=month))
    rows = pd.concat(parts, ignore_index=True)
    gone = rows["death"] - rows["month"] + 0.5  # ASSUME: who dies in a month was there for half of it.
    within = gone < span.follow_up
    at_risk_for = gone.where(within, span.follow_up).astype(float)
    rows = rows.assign(months_after=at_risk_for, died=within, month=rows["month"].astype(int))
    return rows.drop(columns=["treated", "death", "opened", "closed"])


if __name__ == "__main__":
    command(cohort)
