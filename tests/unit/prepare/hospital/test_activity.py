"""Events become counts per practice and month: what is counted, where and when, and what is said of the rest."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.plan.hospital import HospitalRules
from analysis.plan.limits import Limits
from analysis.plan.terms import Period
from analysis.prepare.contract.contract import Activity
from analysis.prepare.hospital.activity import activity
from analysis.prepare.hospital.record_plan import RecordPlan
from analysis.prepare.hospital.spells import spells
from analysis.steps import Problem, read_json

# Small examples have more wrong with them than any extract.
LAX = Limits(broken=1, unknown_codes=1, twice=1, overlapping=1, outside_months=1, other_practices=1)
LIST = Path(__file__).parents[4] / "analysis/prepare/hospital/conditions/nhs_institute_19.yaml"
PRACTICES = """\
practice_id,site_id,region,list_size,imd,gp_fte,share_65plus
P1,S1,R1,5000,20,3,0.2
P2,,R1,6000,21,3,0.2
"""
SPELLS = """\
patient_id,practice_id,admitted,discharged,method,diagnosis_1
A,P1,2009-04-30,2009-05-10,21,J459
A,P1,2009-06-01,2009-06-01,22,S720
B,P1,2009-05-03,2009-05-03,11,H269
B,P1,2009-05-04,2009-05-06,31,O800
C,P2,2009-05-31,2009-07-02,21,I500
D,P9,2009-05-31,2009-06-02,21,I500
E,,2009-05-31,2009-06-02,21,I500
F,P2,2009-08-01,2009-08-02,21,I500
"""
OUTPATIENTS = """\
HESID,GPPRAC,APPTDATE,ATTENDED
A,P1,2009-04-02,5
A,P1,2009-04-03,6
A,P1,2009-04-04,3
A,P2,20090505,5
A,V81999,2009-05-05,5
A,P1,2009-06-30,7
A,P1,1800-01-01,5
"""
ARRIVALS = "GPPRAC,ARRIVALDATE\nP2,2009-04-01\nP2,2009-04-01\nP1,2009-06-01\n"


def made(folder: Path, limits: Limits = LAX, **tables: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The counts, by measure, practice and month, of April to July 2009."""
    paths: dict[str, Any] = {name: (folder / f"{name}.csv",) for name in tables}
    for name, text in ({"practices": PRACTICES} | tables).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    given: dict[str, Any] = {
        "practices": (folder / "practices.csv",), "limits": limits,
        "plan": RecordPlan(
            months=Period(first="2009-04", last="2009-07"), rules=HospitalRules(), time_zone="Europe/London"
        ),
    }  # fmt: skip
    if "spells" in tables:
        out = folder / "spells.parquet"
        spells(conditions=LIST, out=out, facts=folder / "f.json", spells=paths["spells"], **given)
        paths["spells"] = (out,)
    activity(out=folder / "out.parquet", facts=folder / "facts.json", **given, **paths)
    frame = Activity.validate(pd.read_parquet(folder / "out.parquet"))
    return frame, read_json(folder / "facts.json")


def counts(frame: pd.DataFrame, measure: str) -> dict[str, list[int]]:
    rows = frame[frame["measure"] == measure]
    return {str(practice): each["count"].tolist() for practice, each in rows.groupby("practice_id")}


def test_measures_of_spells(tmp_path: Path) -> None:
    frame, facts = made(tmp_path, spells=SPELLS)
    # April, May, June; no row of the extract is an admission of July, so July is missing and not zero.
    assert counts(frame, "emergency") == {"P1": [1, 0, 1], "P2": [0, 1, 0]}
    assert counts(frame, "elective") == {"P1": [0, 1, 0], "P2": [0, 0, 0]}
    assert counts(frame, "other_admissions") == {"P1": [0, 1, 0], "P2": [0, 0, 0]}
    assert counts(frame, "acsc") == {"P1": [1, 0, 0], "P2": [0, 1, 0]}
    assert counts(frame, "bed_days") == {"P1": [10, 2, 0], "P2": [0, 32, 0]}
    # A was discharged in May and came back as an emergency on the 22nd day after.
    assert counts(frame, "readmission_30") == {"P1": [0, 1, 0], "P2": [0, 0, 0]}
    assert {fate: n for fate, n in facts["measures"]["emergency"].items() if n} == {
        "counted": 3, "outside the months": 1, "of other practices": 1, "without a practice": 1
    }  # fmt: skip
    assert facts["measures"]["bed_days"]["counted"] == 44


def test_attendances(tmp_path: Path) -> None:
    frame, facts = made(tmp_path, outpatients=OUTPATIENTS, emergency_care=ARRIVALS)
    assert counts(frame, "outpatient") == {"P1": [2, 0, 0], "P2": [0, 1, 0]}
    assert counts(frame, "ae") == {"P1": [0, 1], "P2": [2, 0]}
    assert {fate: n for fate, n in facts["tables"]["outpatients"]["rows"].items() if n} == {
        "read": 7, "counted": 3, "not attended": 2, "without a practice": 1, "value missing": 1
    }  # fmt: skip
    assert facts["measures"]["outpatient"]["counted"] == 3


def test_population_is_the_list_or_what_is_given(tmp_path: Path) -> None:
    frame, _ = made(tmp_path, emergency_care=ARRIVALS)
    assert frame.groupby("practice_id")["population"].unique().map(list).to_dict() == {"P1": [5000], "P2": [6000]}
    listed = "practice_id,month,population\nP1,2009-04,10\nP1,2009-06,20\nP2,2009-04,30\n"
    frame, _ = made(tmp_path, emergency_care=ARRIVALS, populations=listed)
    assert frame[["practice_id", "month", "count", "population"]].to_numpy().tolist() == [
        ["P1", "2009-04", 0, 10], ["P1", "2009-06", 1, 20], ["P2", "2009-04", 2, 30]
    ]  # fmt: skip


def test_a_transfer_is_one_admission(tmp_path: Path) -> None:
    moved = "A,P1,2009-05-10,2009-05-20,2B,J459\n"
    frame, _ = made(tmp_path, spells=SPELLS + moved)
    assert counts(frame, "emergency")["P1"] == [1, 0, 1]
    assert counts(frame, "bed_days")["P1"] == [10, 12, 0]


def test_no_tables_at_all_are_told(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="no activity, and none of episodes, spells, outpatients and emergency_care"):
        made(tmp_path)


def test_a_row_with_too_many_cells_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    text = "GPPRAC,ARRIVALDATE\n" + "P1,2009-04-01\n" * 60_000 + "P1,2009-04-01,SECRET\n"
    with pytest.raises(Problem, match=r"cannot be read: .*Line: 60002") as problem:
        made(tmp_path, emergency_care=text)
    assert "SECRET" not in str(problem.value)
    assert not (tmp_path / "out.parquet").exists()


TWICE = {
    # By hand: the same appointment twice; two of one person and day that differ; nobody known; two with one key.
    "outpatients": (
        "ATTENDKEY,HESID,GPPRAC,APPTDATE,ATTENDED,CLINIC\n"
        ",A,P1,2009-04-02,5,X\n,A,P1,2009-04-02,5,X\n,A,P1,2009-04-02,5,Y\n,,P1,2009-04-02,5,X\n,,P1,2009-04-02,5,X\n"
        "7,B,P2,2009-05-02,5,X\n7,B,P2,2009-05-02,6,X\n8,B,P2,2009-05-02,6,X\n",
        {"read": 8, "counted": 6, "twice": 2},
        {"P1": [4, 0], "P2": [0, 2]},
    ),
    "emergency_care": (
        "HESID,GPPRAC,ARRIVALDATE\nA,P1,2009-04-02\nA,P1,2009-04-02\n,P1,2009-04-02\n,P1,2009-04-02\nA,P1,2009-05-02\n",
        {"read": 5, "counted": 4, "twice": 1},
        {"P1": [3, 1], "P2": [0, 0]},
    ),
}


@pytest.mark.parametrize("table", TWICE)
def test_an_attendance_that_stands_twice_counts_once(table: str, tmp_path: Path) -> None:
    text, fates, expected = TWICE[table]
    frame, facts = made(tmp_path, **{table: text})
    assert {fate: n for fate, n in facts["tables"][table]["rows"].items() if n} == fates
    assert counts(frame, "outpatient" if table == "outpatients" else "ae") == expected


def test_codes_of_attendance_that_no_list_knows_are_named(tmp_path: Path) -> None:
    text = OUTPATIENTS + "A,P1,2009-04-05,Y\nA,P1,2009-04-06,\nA,P1,2009-04-07,5.0\nA,P1,2009-04-08,Y\n"
    frame, facts = made(tmp_path, outpatients=text)
    assert counts(frame, "outpatient")["P1"] == [3, 0, 0]
    assert facts["tables"]["outpatients"]["codes"] == {"ATTENDED": {"Y": 2, "": 1}}
    assert facts["tables"]["outpatients"]["rows"]["unknown code"] == 3
    with pytest.raises(Problem, match=r"have in ATTENDED a code that no list knows, more than 5%: Y \(2\), none \(1\)"):
        made(tmp_path, limits=Limits(outside_months=1, other_practices=1, broken=1), outpatients=text)


def test_a_practice_and_month_without_a_population_is_told(tmp_path: Path) -> None:
    listed = "practice_id,month,population\nP1,2009-04,10\nP2,2009-04,30\n"
    frame, facts = made(tmp_path, emergency_care=ARRIVALS, populations=listed)
    fates = {fate: n for fate, n in facts["tables"]["emergency_care"]["rows"].items() if n}
    assert fates == {"read": 3, "counted": 2, "without a population": 1}
    assert frame["count"].sum() == facts["measures"]["ae"]["counted"] == 2


CELLS = {
    "ATTENDKEY": ["", "1", "2", "3"], "HESID": ["", "A", "B"], "GPPRAC": ["P1", "P2", "P9", "V81999", ""],
    "APPTDATE": ["2009-04-01", "20090601", "2009-07-31", "2009-08-01", "2008-01-01", "", "01-04-09", "2090-01-01",
                 "1900-01-01", "1801-01-01"],
    "ATTENDED": ["5", "6", "6.0", "3", "X", ""],
}  # fmt: skip


@settings(max_examples=40)
@given(st.lists(st.tuples(*map(st.sampled_from, CELLS.values())), min_size=1, max_size=40))
def test_the_fates_add_up_to_the_rows(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]) -> None:
    text = "\n".join([",".join(CELLS), *map(",".join, [*rows, ("9", "C", "P1", "2009-04-01", "5")])]) + "\n"
    frame, facts = made(tmp_path_factory.mktemp("rows"), outpatients=text)
    told = facts["tables"]["outpatients"]["rows"]
    assert told.pop("read") == len(rows) + 1 == sum(told.values())
    assert frame["count"].sum() == told["counted"] == facts["measures"]["outpatient"]["counted"]
