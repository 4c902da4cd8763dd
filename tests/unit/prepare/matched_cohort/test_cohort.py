"""The patients at every month in which one could have been chosen: who is there, and what had happened to them."""

from pathlib import Path

import pandas as pd
import pytest

from analysis.plan.hospital import HospitalRules
from analysis.plan.terms import Period
from analysis.prepare.contract.contract import Patients, Practices
from analysis.prepare.contract.faults import Fault
from analysis.prepare.contract.raw import read_checked
from analysis.prepare.contract.raw_files import Raw
from analysis.prepare.hospital.record_plan import RecordPlan
from analysis.prepare.hospital.spells import spells
from analysis.prepare.matched_cohort.cohort import CohortFiles, cohort
from analysis.prepare.matched_cohort.patient_checks import patient_faults
from analysis.steps import Problem, read_json
from tests.conftest import receipt

MONTHS = Period(first="2008-01", last="2010-12")
PRACTICES = "practice_id,site_id,region,list_size,imd,gp_fte,share_65plus\nP1,S1,R1,900,20,1,0.2\nP2,,R1,900,20,1,0.2\n"
PATIENTS = """patient_id,practice_id,age,sex,imd,conditions,treated,index_month,death_month
A,P1,80,female,20,2,1,2009-07,
B,P1,70,male,,1,1,2009-09,2009-10
C,P2,81,female,20,2,0,,
D,P2,71,male,20,1,0,,2009-08
E,P1,71,male,20,1,1,2008-05,
F,P1,71,male,20,1,1,2010-11,
"""
SPELLS = """patient_id,practice_id,admitted,discharged,method,diagnosis_1
A,P1,2008-06-30,2008-06-30,emergency,J440
A,P1,2008-07-01,2008-07-03,emergency,J440
A,P1,2009-03-31,2009-03-31,emergency,J440
A,P1,2009-04-01,2009-04-02,elective,H269
A,P1,2009-06-30,2009-06-30,emergency,J440
A,P1,2009-07-01,2009-07-03,emergency,J440
A,P1,2009-12-31,2009-12-31,emergency,J440
A,P1,2010-01-01,2010-01-03,emergency,J440
C,P2,2009-08-15,2009-08-16,emergency,J440
"""
OUTPATIENTS = "HESID,GPPRAC,APPTDATE,ATTENDED\nA,P1,2009-06-11,5\nA,P1,2009-06-12,3\nZ,P2,2009-06-12,5\n"


def made(folder: Path, patients: str = PATIENTS, **options: object) -> tuple[pd.DataFrame, dict[str, int]]:
    texts = {"patients": patients, "practices": PRACTICES, "spells": SPELLS, "outpatients": OUTPATIENTS}
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    receipt(folder / "receipt.json", "ours", "observed")
    conditions = Path("analysis/prepare/hospital/conditions/nhs_institute_19.yaml")
    plan = RecordPlan(months=MONTHS, rules=HospitalRules())
    spells(
        spells=(folder / "spells.csv",), practices=(folder / "practices.csv",), plan=plan, conditions=conditions,
        out=folder / "spells.parquet", facts=folder / "spells.json",
    )  # fmt: skip
    cohort(
        files=CohortFiles(
            patients=(folder / "patients.csv",), practices=(folder / "practices.csv",),
            spells=(folder / "spells.parquet",), outpatients=(folder / "outpatients.csv",),
            receipt=folder / "receipt.json",
        ),
        plan=plan, history_months=12, follow_up_months=6, measures=("emergency",), out=folder / "cohort.parquet",
        facts=folder / "cohort.json",
    )  # fmt: skip
    return pd.read_parquet(folder / "cohort.parquet"), read_json(folder / "cohort.json")


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, dict[str, int]]:
    return made(tmp_path_factory.mktemp("cohort"))


def test_a_months_risk_set_are_the_candidates_alive_when_it_began(rows: tuple[pd.DataFrame, dict[str, int]]) -> None:
    frame = rows[0].assign(month=lambda each: each["month"] - 12 * 2009)
    seen = {role: set(zip(part["patient_id"], part["month"], strict=True)) for role, part in frame.groupby("role")}
    assert seen["case"] == {("A", 7), ("B", 9)}
    assert seen["candidate"] == {("C", 7), ("D", 7), ("C", 9)}
    # Half a year before the first index month: all of the follow-up lies before anybody's intervention.
    assert seen["history"] == {("C", 1), ("D", 1)}


def test_cases_without_enough_months_are_counted(rows: tuple[pd.DataFrame, dict[str, int]]) -> None:
    assert rows[1] == {"candidates": 2, "cases": 4, "too_early": 1, "too_late": 1}


def test_windows_meet_and_do_not_overlap(rows: tuple[pd.DataFrame, dict[str, int]]) -> None:
    (case,) = rows[0].query("patient_id == 'A' and role == 'case'").to_dict("records")
    # 2008-06 is too long ago and 2010-01 too late; the index month is the first one after.
    assert (case["emergency_earlier"], case["emergency_recent"]) == (2, 1)
    assert (case["emergency_before"], case["emergency_after"]) == (2, 2)
    assert (case["elective_earlier"], case["elective_recent"], case["elective_before"]) == (0, 1, 1)
    assert case["outpatient_recent"] == 1  # the other appointment was not kept


def test_who_dies_is_at_risk_until_the_middle_of_the_month(rows: tuple[pd.DataFrame, dict[str, int]]) -> None:
    told = rows[0].set_index(["patient_id", "role", "month"])[["months_after", "died"]]
    month = 12 * 2009
    assert told.loc[("A", "case", month + 7)].tolist() == [6.0, False]
    assert told.loc[("B", "case", month + 9)].tolist() == [1.5, True]
    assert told.loc[("D", "candidate", month + 7)].tolist() == [1.5, True]
    assert told.loc[("D", "history", month + 1)].tolist() == [6.0, False]


def faults(folder: Path, text: str) -> list[Fault]:
    (folder / "patients.csv").write_text(text, encoding="utf-8")
    (folder / "practices.csv").write_text(PRACTICES, encoding="utf-8")
    patients: Raw = read_checked(folder / "patients.csv", Patients)
    return patient_faults(patients, read_checked(folder / "practices.csv", Practices), MONTHS)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("A,P1", "A,P9", "no practice has the id 'P9'"),
        ("1,2009-07,", "1,,", "a case has no index month"),
        ("C,P2,81,female,20,2,0,,", "C,P2,81,female,20,2,0,2009-07,", "a candidate has an index month"),
        ("1,2009-07,", "1,2007-07,", "the intervention begins in '2007-07'"),
        ("2009-09,2009-10", "2009-09,2009-08", "a patient died before the intervention began"),
        ("A,P1", "A,P2", "a case is registered with a comparison practice"),
        ("C,P2", "C,P1", "a candidate is registered with a pilot practice"),
    ],
)
def test_faults_are_told(tmp_path: Path, before: str, after: str, told: str) -> None:
    assert faults(tmp_path, PATIENTS) == []
    assert told in [fault.found for fault in faults(tmp_path, PATIENTS.replace(before, after, 1))]


def test_without_candidates_there_is_a_sentence(tmp_path: Path) -> None:
    only = "\n".join(line for line in PATIENTS.splitlines() if ",0,," not in line) + "\n"
    with pytest.raises(Problem, match="there is no candidate"):
        made(tmp_path, only)
