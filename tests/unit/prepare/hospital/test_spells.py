"""Episodes to spells to continuous inpatient spells: each rule by a case by hand, then properties on random stays.

The rules are those of HFAnalyticsLab/HES_pipeline (doc/adr/creating_inpatient_spells.md and
creating_continuous_inpatient_spells.md): the cases are worked out from those texts.
"""

import datetime
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.plan.hospital import HospitalRules
from analysis.plan.limits import Limits
from analysis.plan.terms import Period
from analysis.prepare.hospital import spells as module
from analysis.prepare.hospital.record_plan import RecordPlan
from analysis.prepare.hospital.spells import spells
from analysis.steps import Problem

ROOT = Path(__file__).parents[4]
LIST = ROOT / "analysis/prepare/hospital/conditions/nhs_institute_19.yaml"
MONTHS = Period(first="2009-01", last="2009-12")
# Small examples have more wrong with them than any extract.
LAX = Limits(broken=1, unknown_codes=1, twice=1, overlapping=1, outside_months=1, other_practices=1)
PRACTICES = """\
practice_id,site_id,region,list_size,imd,gp_fte,share_65plus
P1,S1,R1,5000,20,3,0.2
P2,,R1,6000,21,3,0.2
"""
PLAIN = {
    "HESID": "A", "PROCODE3": "RX1", "EPIORDER": "1", "EPISTAT": "3", "ADMIMETH": "21", "ADMISORC": "19",
    "DISMETH": "1", "DISDEST": "19", "TRANSIT": "0", "GPPRAC": "P1", "DIAG_01": "J459", "OPERTN_01": "",
}  # fmt: skip


def episode(key: int, start: str, end: str, **other: str) -> dict[str, str]:
    """An emergency episode that starts with the admission and ends with the discharge, unless it is told otherwise."""
    return PLAIN | {"EPIKEY": str(key), "EPISTART": start, "EPIEND": end, "ADMIDATE": start, "DISDATE": end} | other


def made(
    rows: list[dict[str, Any]],
    folder: Path,
    table: str = "episodes",
    conditions: Path = LIST,
    limits: Limits = LAX,
    **rules: Any,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The spells of some episodes, by person and time, and what was counted."""
    path = folder / f"{table}.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    frame, facts = built({table: (path,)}, folder, conditions=conditions, rules=HospitalRules(**rules), limits=limits)
    return frame, facts


def built(tables: dict[str, Any], folder: Path, **given: Any) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The spells of some files, by person and time, and what was counted."""
    out, facts = folder / "out.parquet", folder / "facts.json"
    (folder / "practices.csv").write_text(PRACTICES, encoding="utf-8")
    plan = RecordPlan(
        months=given.pop("months", MONTHS), rules=given.pop("rules", HospitalRules()), time_zone="Europe/London",
        columns=given.pop("columns", {}),
    )  # fmt: skip
    settings = {"conditions": LIST, "limits": LAX} | given
    spells(practices=(folder / "practices.csv",), plan=plan, out=out, facts=facts, **settings, **tables)
    frame = pd.read_parquet(out).sort_values(["patient_id", "spell"], ignore_index=True)
    return frame, json.loads(facts.read_text(encoding="utf-8"))


def days(frame: pd.DataFrame, column: str) -> list[str]:
    return [str(day)[:10] for day in frame[column]]


def test_the_same_day_of_admission_is_the_same_spell(tmp_path: Path) -> None:
    rows = [
        episode(1, "2009-05-01", "2009-05-03", ADMIDATE="2009-05-01", DISDATE="", DIAG_01="J459", GPPRAC="P1"),
        episode(
            2, "2009-05-03", "2009-05-09", ADMIDATE="2009-05-01", DISDATE="2009-05-09", DIAG_01="I500", GPPRAC="P2"
        ),
    ]
    frame, facts = made(rows, tmp_path)
    assert len(frame) == 1
    row = frame.iloc[0]
    # Known at admission: from the first episode. Known at discharge: from the one that ends last.
    assert (row["practice_id"], row["diagnosis_1"], row["condition"]) == ("P1", "J459", "asthma")
    assert (days(frame, "admitted"), days(frame, "discharged")) == (["2009-05-01"], ["2009-05-09"])
    assert (row["length_of_stay"], row["episodes"]) == (8, 2)
    assert facts["rows"]["counted"] == 2


def test_the_same_first_day_is_the_same_spell(tmp_path: Path) -> None:
    rows = [
        episode(1, "2009-05-01", "2009-05-03", ADMIDATE="2009-05-01"),
        episode(2, "2009-05-01", "2009-05-05", ADMIDATE="2009-04-30", EPIORDER="2"),
    ]
    assert made(rows, tmp_path)[0]["episodes"].tolist() == [2]


@pytest.mark.parametrize(
    ("method", "start", "together"),
    [("8", "2009-05-03", 1), ("9", "2009-05-03", 1), ("1", "2009-05-03", 2), ("8", "2009-05-04", 2)],
)
def test_a_transfer_within_the_provider_goes_on_the_day_it_ended(
    method: str, start: str, together: int, tmp_path: Path
) -> None:
    rows = [episode(1, "2009-05-01", "2009-05-03", DISMETH=method), episode(2, start, "2009-05-09")]
    assert len(made(rows, tmp_path)[0]) == together


def test_another_provider_or_person_is_another_spell(tmp_path: Path) -> None:
    rows = [
        episode(1, "2009-05-01", "2009-05-03"),
        episode(2, "2009-05-03", "2009-05-04", PROCODE3="RX2"),
        episode(3, "2009-05-01", "2009-05-03", HESID="B"),
    ]
    assert len(made(rows, tmp_path)[0]) == 3


TRANSFER = [
    # days between, discharge to, source, method, one continuous spell
    (0, "51", "19", "21", True),
    (3, "51", "19", "21", True),
    (4, "51", "19", "21", False),
    (0, "52", "19", "21", True),
    (0, "53", "19", "21", True),
    (0, "54", "19", "21", False),
    (2, "19", "51", "21", True),
    (2, "19", "52", "21", True),
    (2, "19", "53", "21", True),
    (2, "19", "19", "2B", True),
    (2, "19", "19", "81", True),
    (2, "19", "19", "28", False),
    (0, "19", "19", "21", False),
]


@pytest.mark.parametrize(("gap", "destination", "source", "method", "joined"), TRANSFER)
def test_spells_within_three_days_of_a_transfer_are_one_continuous_spell(
    gap: int, destination: str, source: str, method: str, joined: bool, tmp_path: Path
) -> None:
    start = (datetime.date(2009, 5, 3) + datetime.timedelta(gap)).isoformat()
    rows = [
        episode(1, "2009-05-01", "2009-05-03", DISDEST=destination),
        episode(2, start, "2009-05-20", PROCODE3="RX2", ADMISORC=source, ADMIMETH=method),
    ]
    frame, facts = made(rows, tmp_path)
    assert frame["cips"].tolist() == ([1, 1] if joined else [1, 2])
    assert frame["first_of_cips"].tolist() == [True, not joined]
    assert frame["last_of_cips"].tolist() == [not joined, True]
    assert facts["counts"]["continuous inpatient spells"] == 2 - joined


def test_what_does_not_count_is_left_out_and_said(tmp_path: Path) -> None:
    rows = [
        episode(1, "2009-05-01", "2009-05-03"),
        episode(2, "2009-06-01", "2009-06-03", EPISTAT="1"),
        *(
            episode(10 + at, "2009-07-01", "2009-07-03", **{name: ""})
            for at, name in enumerate(["HESID", "PROCODE3", "EPISTART", "EPIEND", "ADMIDATE"])
        ),
        episode(3, "2009-07-01", "2009-07-03") | {"EPIKEY": ""},
        episode(4, "2009-08-03", "2009-08-01", ADMIDATE="2009-08-01"),
        episode(5, "1801-01-01", "2009-08-01", ADMIDATE="2009-08-01"),
        episode(6, "2009-09-05", "2009-09-06", ADMIDATE="2009-09-08", DISDATE="2009-09-06"),
        episode(1, "2009-05-01", "2009-05-03"),
    ]
    frame, facts = made(rows, tmp_path)
    assert days(frame, "admitted") == ["2009-05-01"]
    fates = {fate: count for fate, count in facts["rows"].items() if count}
    assert fates == {
        "read": 12, "counted": 1, "not finished": 1, "value missing": 7, "twice": 1,
        "ends before it begins": 2,  # the episode, and the spell
    }  # fmt: skip


def test_an_emergency_within_thirty_days_of_the_discharge_is_a_readmission(tmp_path: Path) -> None:
    rows = [
        episode(1, "2009-01-01", "2009-01-02", ADMIMETH="11"),  # 30 days before the next emergency
        episode(2, "2009-02-01", "2009-02-05", DISDEST="51"),  # moved, so this is not the discharge
        episode(3, "2009-02-05", "2009-02-10", PROCODE3="RX2", ADMISORC="51"),  # 31 days before the next
        episode(4, "2009-03-13", "2009-03-14"),  # the next is elective
        episode(5, "2009-03-20", "2009-03-20", ADMIMETH="12"),
        episode(6, "2009-06-01", "2009-06-01"),  # the same day again
        episode(7, "2009-06-01", "2009-06-04", PROCODE3="RX2"),
        episode(8, "2009-06-10", "2009-06-12", HESID="B"),
    ]
    frame, _ = made(rows, tmp_path)
    assert frame["readmitted"].tolist() == [True, False, False, False, False, True, False, False]


def test_admission_methods(tmp_path: Path) -> None:
    groups = {
        "emergency": ["21", "22", "23", "24", "25", "28", "2A", "2B", "2C", "2D", "2d"],
        "elective": ["11", "12", "13"],
        "other": ["31", "32", "81", "82", "83", "98", "99", ""],
    }
    codes = [(code, group) for group, each in groups.items() for code in each]
    rows = [
        episode(at, "2009-05-01", "2009-05-03", HESID=f"{at:03}", ADMIMETH=code) for at, (code, _) in enumerate(codes)
    ]
    assert made(rows, tmp_path)[0]["method"].tolist() == [group for _, group in codes]


def test_given_spells_keep_their_rows(tmp_path: Path) -> None:
    rows = [
        {"patient_id": "A", "practice_id": "P1", "admitted": "20090501", "discharged": "20090504",
         "method": "emergency", "diagnosis_1": "I50.0", "diagnosis_2": "E11.9", "procedure_1": "K401"},
        {"patient_id": "A", "practice_id": "P1", "admitted": "20090510", "discharged": "", "method": "22",
         "diagnosis_1": "L03.1", "diagnosis_2": "", "procedure_1": ""},
        {"patient_id": "A", "practice_id": "P1", "admitted": "20090510", "discharged": "20090512", "method": "Elective",
         "diagnosis_1": "", "diagnosis_2": "", "procedure_1": ""},
    ]  # fmt: skip
    frame, facts = made(rows, tmp_path, "spells")
    assert sorted(frame["method"]) == ["elective", "emergency", "emergency"]
    assert frame.loc[0, ["condition", "length_of_stay", "readmitted"]].isna().tolist() == [True, False, False]
    assert frame.loc[0, "readmitted"]
    assert set(frame["condition"].dropna()) == {"cellulitis"}
    assert frame["length_of_stay"].isna().sum() == 1
    assert facts["rows"]["read"] == facts["rows"]["counted"] == facts["counts"]["spells"] == 3


def test_columns_with_other_names_and_parts_in_a_folder(tmp_path: Path) -> None:
    rows = pd.DataFrame([episode(1, "2009-05-01", "2009-05-03"), episode(2, "2009-05-03", "2009-05-09", DISMETH="8")])
    (tmp_path / "parts").mkdir()
    for at in (0, 1):
        part = rows.iloc[[at]].rename(columns={"HESID": "ENCRYPTED_HESID"})
        part.astype({"EPISTART": "datetime64[s]"}).to_parquet(tmp_path / f"parts/{at}.parquet")
    out = tmp_path / "out.parquet"
    parts = {"episodes": (tmp_path / "parts",)}
    assert len(built(parts, tmp_path, columns={"episodes": {"HESID": "ENCRYPTED_HESID"}})[0]) == 2
    assert not [*tmp_path.glob(".spill*")]
    with pytest.raises(Problem, match="lacks the column HESID of the table episodes"):
        built(parts, tmp_path)
    assert len(pd.read_parquet(out)) == 2


def test_no_rows_are_told(tmp_path: Path) -> None:
    (tmp_path / "episodes.csv").write_text(",".join(episode(1, "", "")) + "\n", encoding="utf-8")
    with pytest.raises(Problem, match="episodes has no rows"):
        built({"episodes": (tmp_path / "episodes.csv",)}, tmp_path)


NESTED = [
    ("2009-04-01", "2009-05-30"),
    ("2009-04-10", "2009-04-12"),
    ("2009-06-05", "2009-06-06"),
]


@pytest.mark.parametrize("table", ["episodes", "spells"])
@pytest.mark.parametrize("other", ["RX1", "RX2"])
def test_a_stay_within_another_is_part_of_it(table: str, other: str, tmp_path: Path) -> None:
    rows = [given_as(table, at, *days, PROCODE3=other if at == 1 else "RX1") for at, days in enumerate(NESTED)]
    frame, facts = made(rows, tmp_path, table)
    # By hand: one admission in April of 59 days, and an emergency six days after it, so two admissions in all.
    assert (days(frame, "admitted"), days(frame, "discharged")) == (
        ["2009-04-01", "2009-06-05"], ["2009-05-30", "2009-06-06"]
    )  # fmt: skip
    assert frame["length_of_stay"].tolist() == [59, 1]
    assert frame["readmitted"].tolist() == [True, False]
    assert (facts["rows"]["counted"], facts["rows"]["overlapping"]) == (2, 1)


def given_as(table: str, key: int, start: str, end: str, **other: str) -> dict[str, str]:
    """An emergency episode, or the same as a spell that was given."""
    if table == "episodes":
        return episode(key, start, end, **other)
    return {"patient_id": "A", "practice_id": other.get("GPPRAC", "P1"), "admitted": start, "discharged": end,
            "method": other.get("ADMIMETH", "21"), "diagnosis_1": other.get("DIAG_01", "J459")}  # fmt: skip


OVERLAPS = [
    # two stays, how many are left, nights of the first
    (("05-01", "05-10"), ("05-09", "05-20"), 1, 19),  # they share a night
    (("05-01", "05-10"), ("05-10", "05-20"), 2, 9),  # one begins when the other ends
    (("05-01", "05-10"), ("05-05", "05-05"), 1, 9),  # a day case within
    (("05-01", "05-01"), ("05-01", "05-04"), 2, 0),  # a day case before
    (("05-01", "05-03"), ("05-01", "05-09"), 1, 8),  # from the same day
    (("05-01", "05-10"), ("05-11", "05-12"), 2, 9),
]


@pytest.mark.parametrize(("first", "second", "left", "nights"), OVERLAPS)
def test_stays_overlap_where_one_begins_before_the_other_ended(
    first: tuple[str, str], second: tuple[str, str], left: int, nights: int, tmp_path: Path
) -> None:
    stays = [given_as("spells", at, *(f"2009-{day}" for day in stay)) for at, stay in enumerate((first, second))]
    stays[1]["diagnosis_1"] = "I500"
    frame, facts = made(stays, tmp_path, "spells")
    assert (len(frame), frame.loc[0, "length_of_stay"]) == (left, nights)
    assert facts["rows"]["overlapping"] == 2 - left


def test_a_stay_within_another_that_tells_an_earlier_discharge_is_part_of_it(tmp_path: Path) -> None:
    rows = [
        episode(1, "2009-05-01", "2009-05-10"),
        episode(2, "2009-05-03", "2009-05-04", ADMIDATE="2009-05-01", DISDATE="2009-05-01", PROCODE3="RX2"),
    ]
    frame, facts = made(rows, tmp_path)
    assert (days(frame, "discharged"), frame["episodes"].tolist()) == (["2009-05-10"], [1])
    assert (facts["rows"]["counted"], facts["rows"]["overlapping"]) == (1, 1)


def test_stays_that_overlap_in_a_chain_are_one(tmp_path: Path) -> None:
    chain = [("2009-05-01", "2009-05-05"), ("2009-05-04", "2009-05-09"), ("2009-05-08", "2009-05-12")]
    stays = [given_as("spells", at, *stay, DIAG_01=f"J4{at}") for at, stay in enumerate(chain)]
    frame, facts = made([*stays, {**stays[2], "patient_id": "B"}], tmp_path, "spells")
    assert frame["length_of_stay"].tolist() == [11, 4]
    assert (frame.loc[0, "diagnosis_1"], facts["rows"]["overlapping"]) == ("J40", 2)


@pytest.mark.parametrize("table", ["episodes", "spells"])
@pytest.mark.parametrize("end", ["2009-05-03", "2009-05-01"])
def test_a_row_that_stands_twice_is_one(table: str, end: str, tmp_path: Path) -> None:
    rows = [given_as(table, 1, "2009-05-01", end)] * 3
    frame, facts = made(rows, tmp_path, table)
    assert (len(frame), frame["readmitted"].any()) == (1, False)
    assert {fate: count for fate, count in facts["rows"].items() if count} == {"read": 3, "counted": 1, "twice": 2}


@pytest.mark.parametrize("end", ["2009-05-03", "2009-05-01"])
def test_the_same_stay_under_a_successors_code_is_one(end: str, tmp_path: Path) -> None:
    rows = [episode(at, "2009-05-01", end, PROCODE3=code) for at, code in enumerate(["RX1", "RX2"])]
    frame, facts = made(rows, tmp_path)
    assert (len(frame), frame["readmitted"].any(), facts["rows"]["twice"]) == (1, False, 1)
    # Another diagnosis on the same day at another provider is another stay, where they do not overlap.
    frame, facts = made([rows[0], rows[1] | {"DIAG_01": "I500"}], tmp_path)
    assert len(frame) == (1 if end > "2009-05-01" else 2)
    assert facts["rows"]["twice"] == 0


def test_codes_that_no_list_knows_are_counted_and_named(tmp_path: Path) -> None:
    rows = [episode(at, "2009-05-01", "2009-05-02", HESID=f"{at}") for at in range(8)]
    for row, other in zip(
        rows,
        [{"ADMIMETH": "77"}, {"ADMIMETH": ""}, {"ADMIMETH": "77"}, {"EPISTAT": "X"}, {"DISDEST": "home"},
         {"ADMISORC": ""}, {"ADMIMETH": "21.0"}, {"EPISTAT": "3.0", "DISDEST": "19.0"}],
        strict=True,
    ):  # fmt: skip
        row |= other
    frame, facts = made(rows, tmp_path)
    assert facts["codes"] == {"ADMIMETH": {"77": 2, "": 1}, "DISDEST": {"HOME": 1}, "EPISTAT": {"X": 1}}
    assert facts["rows"]["unknown code"] == 1
    assert frame["method"].value_counts().to_dict() == {"emergency": 4, "other": 3}
    with pytest.raises(Problem, match=r"Of 8 rows of episodes 3 have in ADMIMETH a code .* more than 20%: 77 \(2\)"):
        made(rows, tmp_path, limits=LAX.model_copy(update={"unknown_codes": 0.2}))


def test_a_study_may_name_codes_of_its_own(tmp_path: Path) -> None:
    rows = [episode(1, "2009-05-01", "2009-05-02", ADMIMETH="7"), episode(2, "2009-06-01", "2009-06-02", ADMIMETH="07")]
    frame, facts = made(rows, tmp_path, emergency=("07",))
    assert (frame["method"].tolist(), facts["codes"]) == (["emergency"] * 2, {})


LIMITED = {
    "value missing": ("broken", {"HESID": ""}),
    "impossible date": ("broken", {"EPISTART": "01-05-09"}),
    "in the future": ("broken", {"DISDATE": "2090-05-01"}),
    "ends before it begins": ("broken", {"EPIEND": "2009-04-01"}),
    "unknown code": ("unknown_codes", {"EPISTAT": "finished"}),
    "twice": ("twice", {"EPIKEY": "1"}),
    "overlapping": ("overlapping", {"HESID": "1", "PROCODE3": "RX2", "DIAG_01": "I500"}),
    "of other practices": ("other_practices", {"GPPRAC": "P9"}),
    "without a practice": ("other_practices", {"GPPRAC": ""}),
    "outside the months": ("outside_months", {"ADMIDATE": "2008-05-01", "EPISTART": "2008-05-01"}),
}


@pytest.mark.parametrize("fate", LIMITED)
def test_few_rows_of_each_fate_are_counted_and_many_stop_the_run(fate: str, tmp_path: Path) -> None:
    limit, other = LIMITED[fate]
    rows = [episode(at, "2009-05-01", "2009-05-03", HESID=f"{at}") for at in range(10)]
    rows[2] |= other
    _, facts = made(rows, tmp_path, limits=LAX.model_copy(update={limit: 0.1}))
    assert facts["rows"][fate] == 1
    with pytest.raises(Problem, match=f"(?s)Of 10 rows of episodes 1 .*more +than 9%.*`pilots.limits.{limit}`"):
        made(rows, tmp_path, limits=LAX.model_copy(update={limit: 0.09}))


def test_rows_add_up_whatever_is_wrong_with_them(tmp_path: Path) -> None:
    random, wrong = np.random.default_rng(4), [each for _, each in LIMITED.values()]
    rows = []
    for at in range(3000):
        start = datetime.date(2008, 10, 1) + datetime.timedelta(int(random.integers(600)))
        end = start + datetime.timedelta(int(random.integers(30)))
        row = episode(at, start.isoformat(), end.isoformat(), HESID=f"{random.integers(300)}")
        rows.append(row | (wrong[random.integers(len(wrong))] if random.random() < 0.3 else {}))
    frame, facts = made(rows, tmp_path)
    told = dict(facts["rows"])
    assert told.pop("read") == 3000 == sum(told.values())
    assert all(told[fate] for fate in LIMITED)
    months = pd.to_datetime(frame["admitted"]).dt.year == 2009
    inside = months & frame["practice_id"].isin(["P1", "P2"])
    assert told["counted"] == frame.loc[inside, "episodes"].sum()
    for _, person in frame.groupby("patient_id"):
        last = person["discharged"].cummax().shift()
        assert not (person["admitted"] < last).any()


START = datetime.date(2009, 1, 1)


@st.composite
def stays(draw: st.DrawFn) -> list[dict[str, str]]:
    """Episodes of a few persons at a few providers, crowded into some weeks so that all rules meet."""
    rows = []
    for key in range(draw(st.integers(1, 25))):
        admitted = START + datetime.timedelta(draw(st.integers(0, 50)))
        begun = admitted + datetime.timedelta(draw(st.integers(0, 3)))
        ended = begun + datetime.timedelta(draw(st.integers(0, 6)))
        discharged = draw(st.sampled_from(["", ended.isoformat()]))
        rows.append(
            episode(
                key, begun.isoformat(), ended.isoformat(), ADMIDATE=admitted.isoformat(), DISDATE=discharged,
                HESID=draw(st.sampled_from("AB")), PROCODE3=draw(st.sampled_from(["RX1", "RX2"])),
                EPIORDER=draw(st.sampled_from(["1", "2", ""])),
                ADMIMETH=draw(st.sampled_from(["11", "21", "81", "2B"])),
                ADMISORC=draw(st.sampled_from(["19", "51"])), DISMETH=draw(st.sampled_from(["1", "8"])),
                DISDEST=draw(st.sampled_from(["19", "52"])), DIAG_01=draw(st.sampled_from(["J459", "S720"])),
            )
        )  # fmt: skip
    return rows


def apart(stays: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One stay of those that overlap or are copies: the first, until the last of them ends."""
    kept: list[dict[str, Any]] = []
    before = None
    for each in sorted(stays, key=lambda stay: (*alike(stay), stay["provider"])):
        copy = before and alike(each) == alike(before) and each["provider"] != before["provider"]
        if kept and (copy or each["admitted"] < kept[-1]["discharged"]):
            last = kept[-1]
            last["end"] = max(last["end"], each["end"], key=lambda end: end["EPIEND"])
            last["end"] = each["end"] if each["end"]["EPIEND"] == last["end"]["EPIEND"] else last["end"]
            last["discharged"] = max(last["discharged"], each["discharged"])
        else:
            kept.append(each)
        before = dict(each)
    return kept


def alike(stay: dict[str, Any]) -> tuple[str, ...]:
    first = stay["first"]
    return (stay["admitted"], first["EPISTART"], stay["end"]["EPIEND"], first["ADMIMETH"], first["DIAG_01"])


def naive(rows: list[dict[str, str]]) -> pd.DataFrame:
    """The rules once more, row by row in plain Python."""
    found: list[dict[str, Any]] = []
    for _, person in pd.DataFrame(rows).groupby("HESID"):
        stays: list[dict[str, Any]] = []
        for provider, group in person.groupby("PROCODE3"):
            ordered = sorted(
                group.to_dict("records"),
                key=lambda e: (e["EPISTART"], e["EPIEND"], int(e["EPIORDER"] or -1), e["TRANSIT"], e["EPIKEY"]),
            )
            spell: list[dict[str, Any]] = []
            grouped = [spell]
            for each in ordered:
                last = spell[-1] if spell else None
                if last and not (
                    each["ADMIDATE"] == last["ADMIDATE"]
                    or each["EPISTART"] == last["EPISTART"]
                    or (last["DISMETH"] in ("8", "9") and each["EPISTART"] == last["EPIEND"])
                ):
                    spell = []
                    grouped.append(spell)
                spell.append(each)
            for episodes in grouped:
                end = max(enumerate(episodes), key=lambda e: (e[1]["EPIEND"], e[0]))[1]
                stays.append({
                    "first": episodes[0], "end": end, "n": len(episodes), "provider": provider,
                    "admitted": episodes[0]["ADMIDATE"], "discharged": end["DISDATE"] or end["EPIEND"],
                })  # fmt: skip
        stays = [each for each in stays if each["discharged"] >= each["admitted"]]
        stays = apart(stays)
        stays.sort(key=lambda s: (s["admitted"], s["first"]["EPISTART"], s["end"]["EPIEND"], s["provider"]))
        cips = 0
        for at, each in enumerate(stays):
            last = stays[at - 1] if at else None
            gap = (pd.Timestamp(each["first"]["EPISTART"]) - pd.Timestamp(last["end"]["EPIEND"])).days if last else 99
            transfers = {"51", "52", "53"}
            moved = bool(last) and (
                last["end"]["DISDEST"] in transfers
                or each["first"]["ADMISORC"] in transfers
                or each["first"]["ADMIMETH"] in ("2B", "81")
            )
            each["new"] = not (gap <= 3 and moved)
            cips += each["new"]
            each["cips"] = cips
        for at, each in enumerate(stays):
            each["closes"] = at == len(stays) - 1 or stays[at + 1]["new"]
            later = [s for s in stays[at + 1 :] if s["new"] and s["first"]["ADMIMETH"] in ("21", "2B")]
            wait = (pd.Timestamp(later[0]["admitted"]) - pd.Timestamp(each["discharged"])).days if later else 99
            found.append({
                "patient_id": each["first"]["HESID"], "spell": at + 1, "cips": each["cips"],
                "provider": each["provider"],
                "admitted": each["admitted"], "discharged": each["discharged"], "episodes": each["n"],
                "readmitted": bool(each["closes"] and 0 <= wait <= 30), "admission_method": each["first"]["ADMIMETH"],
                "diagnosis_1": each["first"]["DIAG_01"],
            })  # fmt: skip
    return pd.DataFrame(found)


@settings(max_examples=60)
@given(stays(), st.randoms(use_true_random=False))
def test_random_stays(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]], random: Any) -> None:
    folder = tmp_path_factory.mktemp("stays")
    frame, facts = made(rows, folder)
    expected = naive(rows)
    told = frame.assign(admitted=days(frame, "admitted"), discharged=days(frame, "discharged"))
    if len(expected):
        assert told[list(expected.columns)].to_dict("records") == expected.to_dict("records")
    # Every valid episode is in exactly one spell, and no spell ends before it begins.
    fates = facts["rows"]
    assert fates["read"] == len(rows) == sum(count for fate, count in fates.items() if fate != "read")
    assert frame["episodes"].sum() == fates["counted"]
    assert (frame["discharged"] >= frame["admitted"]).all()
    # Continuous spells are numbered from 1 without gaps, in the order of time.
    for _, person in frame.groupby("patient_id"):
        steps = person["cips"].diff().fillna(person["cips"])
        assert (steps == person["first_of_cips"].astype(int)).all()
        assert person["admitted"].is_monotonic_increasing
    shuffled = [*rows]
    random.shuffle(shuffled)
    pd.testing.assert_frame_equal(made(shuffled, folder)[0], frame)


def test_parts_do_not_change_the_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [episode(at, f"2009-05-{1 + at % 20:02}", "2009-05-22", HESID=f"{at % 17}") for at in range(200)]
    frame, facts = made(rows, tmp_path)
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 20)
    again, same = made(rows, tmp_path)
    pd.testing.assert_frame_equal(frame, again)
    assert facts == same


def test_the_same_rows_give_the_same_file(tmp_path: Path) -> None:
    rows = [episode(at, "2009-05-01", "2009-05-22", HESID=f"{at * 7919 % 30_011}") for at in range(30_000)]
    files = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        made(rows, tmp_path / name)
        files.append((tmp_path / name / "out.parquet").read_bytes())
    assert files[0] == files[1]


def test_an_unknown_list_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="no list of conditions mine; there are nhs_institute_19, nhsof_2_3_i, nhsof_3a"):
        made([episode(1, "2009-05-01", "2009-05-03")], tmp_path, conditions=LIST.with_name("mine.yaml"))
