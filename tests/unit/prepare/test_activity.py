"""Events become counts per practice and month: what is counted, where and when, and what is said of the rest."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.plan.hospital import HospitalRules
from analysis.plan.limits import Limits
from analysis.plan.terms import Period
from analysis.prepare.activity import activity
from analysis.prepare.contract import Activity
from analysis.prepare.spells import spells
from analysis.steps import Problem, read_json

# Small examples have more wrong with them than any extract.
LAX = Limits(broken=1, unknown_codes=1, twice=1, overlapping=1, outside_months=1, other_practices=1)
LIST = Path(__file__).parents[3] / "analysis/prepare/conditions/nhs_institute_19.yaml"
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


def made(folder: Path, **tables: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The counts, by measure, practice and month, of April to July 2009."""
    paths: dict[str, Any] = {name: (folder / f"{name}.csv",) for name in tables}
    for name, text in ({"practices": PRACTICES} | tables).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    plan: dict[str, Any] = {
        "practices": (folder / "practices.csv",), "months": Period(first="2009-04", last="2009-07"),
        "rules": HospitalRules(), "limits": LAX, "time_zone": "Europe/London", "columns": {},
    }  # fmt: skip
    if "spells" in tables:
        out = folder / "spells.parquet"
        spells(conditions=LIST, out=out, facts=folder / "f.json", spells=paths["spells"], **plan)
        paths["spells"] = (out,)
    activity(out=folder / "out.parquet", facts=folder / "facts.json", **plan, **paths)
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
    given = "practice_id,month,population\nP1,2009-04,10\nP1,2009-06,20\nP2,2009-04,30\n"
    frame, _ = made(tmp_path, emergency_care=ARRIVALS, populations=given)
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
