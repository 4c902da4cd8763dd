"""Continuity from contacts against the worked example that Sidaway-Lee and others printed (Br J Gen Pract 2023)."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from analysis.plan.continuity import ContactRules
from analysis.plan.limits import LIMITS, Limits
from analysis.plan.terms import Period
from analysis.prepare.contacts.contact_cells import nobody
from analysis.prepare.contacts.contact_checks import NOTICED
from analysis.prepare.contacts.contact_rules import FATES
from analysis.prepare.contacts.contact_windows import windows
from analysis.prepare.continuity import contact_parts
from analysis.prepare.continuity.contact_arguments import ContactFiles, ContactPlan, ContactResults
from analysis.prepare.continuity.contacts import contacts
from analysis.prepare.events.event_cells import cell_sql
from analysis.prepare.events.event_contract import CONTACTS, REGISTRATIONS
from analysis.steps import Problem, read_json, write_json
from analysis.tables import Lineage, Source, read_table

SITES = "site_id,name,model,start_month\nS1,One,a,2009-04\nS2,Two,b,2009-10\n"
PRACTICES = """\
practice_id,site_id,region,list_size,imd,gp_fte,share_65plus
P1,S1,R1,5000,20,3,0.2
P2,S2,R1,6000,21,3,0.2
P3,,R2,7000,22,4,0.1
"""
REGISTRATION = [column.name for column in REGISTRATIONS.columns]
# Tables as small as these have a larger share of everything.
LAX = {"broken_share": 0.5}
# What the facts tell beside the fates.
BESIDE = ("told", "named", "words")
MONTHS = Period(first="2008-01", last="2011-06")
# Table 2 of the paper: each text is one patient's contacts in order, each letter a doctor.
LIST_A = ["A", "AA", "AB", "AAB", "ABC", "AABB", "AABC", "AAABBB", "AAAABBBB", "AAAABCDE"]
LIST_B = ["B", "BB", "AC", "ABB", "ACC", "AABC", "ABBC", "AABBBC", "AAABBBBC", "AABBCCCC"]


def patients(texts: list[str], practice: str, start: str = "2009-04-01", **other: str) -> list[dict[str, str]]:
    """One contact a day, each patient under a name of their own."""
    days = pd.date_range(start, periods=20).strftime("%Y-%m-%d")
    plain = {"practice_id": practice, "role": "gp", "mode": "face_to_face"} | other
    return [
        plain | {"patient_id": f"{practice}-{at}", "date": days[turn], "clinician_id": doctor}
        for at, text in enumerate(texts)
        for turn, doctor in enumerate(text)
    ]


def made(
    rows: list[dict[str, Any]],
    folder: Path,
    registered: list[dict[str, Any]] | None = None,
    limits: Limits = LIMITS,
    **rules: Any,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The step's panel of UPC, and what it counted; its other tables lie in the folder."""
    (folder / "sites.csv").write_text(SITES, encoding="utf-8")
    (folder / "practices.csv").write_text(PRACTICES, encoding="utf-8")
    write_json(folder / "receipt.json", {"lineage": Lineage((Source("x", "0" * 64, "observed"),)).to_records()})
    pd.DataFrame(rows).to_csv(folder / "contacts.csv.gz", index=False)
    pd.DataFrame(registered or [], columns=REGISTRATION).to_csv(folder / "registrations.csv", index=False)
    contacts(
        files=ContactFiles(
            sites=(folder / "sites.csv",), practices=(folder / "practices.csv",), receipt=folder / "receipt.json",
            contacts=(folder / "contacts.csv.gz",),
            registrations=() if registered is None else (folder / "registrations.csv",),
        ),
        plan=ContactPlan(
            months=MONTHS, rules=ContactRules(**rules), limits=limits, columns={}, comparison_cluster="region"
        ),
        results=ContactResults(
            out=folder / "out.parquet", patients=folder / "patients.parquet", by_month=folder / "months.parquet",
            distribution=folder / "distribution.parquet", fewest=folder / "fewest.parquet",
            facts=folder / "facts.json",
        ),
    )  # fmt: skip
    rows = read_table(folder / "out.parquet")[0]
    return rows[rows["item"] == "upc"].reset_index(drop=True), read_json(folder / "facts.json")


def test_the_printed_means(tmp_path: Path) -> None:
    frame, facts = made(patients(LIST_A, "P1") + patients(LIST_B, "P3"), tmp_path)
    by = frame.set_index("practice_id")
    assert round(by.loc["P1", "value"], 2) == 0.56
    assert round(by.loc["P3", "value"], 2) == 0.59
    # The practice of both lists: the mean over its patients, of whom two with one contact each are left out.
    assert round((by["value"] * by["responses"]).sum() / by["responses"].sum(), 2) == 0.57
    assert by["responses"].tolist() == [9, 9]
    assert facts["counted"] == facts["read"] == 82
    assert by.loc["P1", "contacts"] == pytest.approx(40 / 9)


def registration(patient: str, practice: str, gp: str, **other: Any) -> dict[str, Any]:
    plain = {"registered": "2000-01-01", "birth_year": 1940, "sex": "female", "imd": 20.5, "conditions": 2}
    return plain | {"patient_id": patient, "practice_id": practice, "gp_id": gp} | other


def test_the_printed_shares_of_lists(tmp_path: Path) -> None:
    rows = patients(LIST_A, "P1") + [row | {"practice_id": "P1"} for row in patients(LIST_B, "P3")]
    lists = [registration(f"P1-{at}", "P1", "A") for at in range(10)]
    made(rows, tmp_path, lists + [registration(f"P3-{at}", "P1", "B") for at in range(10)])
    by = read_table(tmp_path / "out.parquet")[0].set_index("item")
    assert round(100 * by.loc["slicc", "value"], 1) == 47.6
    assert round(100 * by.loc["opr", "value"], 1) == 59.1
    assert by.loc[["slicc", "opr"], "responses"].tolist() == [82, 66]
    assert by.loc[["slicc", "opr"], "contacts"].isna().all()
    assert round(by.loc["coc", "value"], 2) == 0.32


# The paper's own Table 2 has 63.9 for list A, and its erratum 62.9: 22 of 35 contacts of Dr A.
@pytest.mark.parametrize(
    ("own", "gp", "slicc", "opr"), [(LIST_A, "A", 53.7, 62.9), (LIST_B, "B", 41.5, 54.8)], ids=["list A", "list B"]
)
def test_the_printed_shares_of_one_list(own: list[str], gp: str, slicc: float, opr: float, tmp_path: Path) -> None:
    """The other list's patients have contacts too, but nobody's list is known but this one."""
    rows = [
        row | {"practice_id": "P1"} for texts, at in ((LIST_A, "P1"), (LIST_B, "P3")) for row in patients(texts, at)
    ]
    made(rows, tmp_path, [registration(f"{'P1' if gp == 'A' else 'P3'}-{at}", "P1", gp) for at in range(10)])
    by = read_table(tmp_path / "out.parquet")[0].set_index("item")["value"]
    assert (round(100 * by["slicc"], 1), round(100 * by["opr"], 1)) == (slicc, opr)


PRINTED = {
    "AA": 1, "AB": 0.5, "AAB": 0.6667, "ABC": 0.3333, "AABB": 0.5, "AABC": 0.5, "AAABBB": 0.5, "AAAABBBB": 0.5,
    "AAAABCDE": 0.5, "AABBBC": 0.5, "AAABBBBC": 0.5, "AABBCCCC": 0.5,
}  # fmt: skip


def test_the_printed_values_of_single_patients(tmp_path: Path) -> None:
    made(patients([*PRINTED], "P1"), tmp_path)
    by = read_table(tmp_path / "patients.parquet")[0].set_index("patient_id")["upc"]
    assert {text: round(by[f"P1-{at}"], 4) for at, text in enumerate(PRINTED)} == PRINTED


def test_one_contact_says_nothing_and_three_may_be_asked_for(tmp_path: Path) -> None:
    frame, _ = made(patients(["A", "AB", "AAB"], "P1"), tmp_path)
    assert frame["responses"].tolist() == [2]
    frame, _ = made(patients(["A", "AB", "AAB"], "P1"), tmp_path, fewest=3)
    assert (frame["responses"].tolist(), round(frame["value"].item(), 4)) == ([1], 0.6667)


def test_what_does_not_count_is_said(tmp_path: Path) -> None:
    rows = [
        *patients(["AAB"], "P1"),
        *patients(["AAB"], "P1")[:1],  # the same contact again
        *patients(["CC"], "P1", role="nurse"),
        *patients(["CCC"], "P1", mode="admin"),
        *patients(["C"], "P9"),
        *patients(["C"], "P1", start="2008-03-01"),
        *patients(["U"], "P1"),
    ]
    rows[-1]["clinician_id"] = "Unknown"
    frame, facts = made(rows, tmp_path, checks=LAX)
    assert round(frame["value"].item(), 4) == 0.6667
    assert {fate: count for fate, count in facts.items() if count and fate not in BESIDE} == {
        "read": 12, "counted": 3, "twice": 1, "of other roles": 2, "of other modes": 3, "of other practices": 1,
        "outside the windows": 1, "nobody named": 1, "visitors": 3, "patients counted": 1,
    }  # fmt: skip


@pytest.mark.parametrize("mode", ["Face-to-face", "FACE TO FACE", "face -to__Face", "facetoface"])
def test_words_are_alike_whatever_separates_them(mode: str, tmp_path: Path) -> None:
    rows = patients(["AAB"], "P1", role="G-P", mode=mode) + patients(["CC"], "P1", mode="facing")
    frame, facts = made(rows, tmp_path)
    assert (facts["counted"], facts["of other modes"]) == (3, 2)
    assert round(frame["value"].item(), 4) == 0.6667
    # Modes in which nobody is met are compared in the same way.
    _, facts = made(rows, tmp_path, checks={"remote": ("Face to Face",)})
    assert facts["named"]["all_remote"] == ["P1"]


def test_an_id_is_the_same_however_it_is_written(tmp_path: Path) -> None:
    rows = patients(["AAAAAA", "AB"], "P1")
    for row, (patient, practice, clinician) in zip(
        rows, [("7", "P1", "1"), ("7.0", " P1", "1.0"), (" 7", "P1 ", " 1"), ("NA", "P1", "1"), ("7", "P1", "NULL"),
               ("7", "none", "1")], strict=False,
    ):  # fmt: skip
        row |= {"patient_id": patient, "practice_id": practice, "clinician_id": clinician}
    frame, facts = made(rows, tmp_path, checks=LAX)
    assert (facts["counted"], facts["value missing"], facts["nobody named"]) == (5, 2, 1)
    # One patient saw one clinician three times, the other two clinicians.
    assert (frame["responses"].item(), frame["value"].item()) == (2, 0.75)


def test_patients_in_many_parts_give_what_they_give_in_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = patients(LIST_A, "P1") + patients(LIST_B, "P3") + patients(LIST_A, "P3", start="2008-05-01")
    lists = [registration(f"P1-{at}", "P1", "A") for at in range(10)] + [registration("P3-8", "P3", "B")]
    tables = ("out", "patients", "months", "distribution", "fewest")
    _, facts = made(rows, tmp_path, lists, checks=LAX)
    one = {name: read_table(tmp_path / f"{name}.parquet")[0] for name in tables}
    monkeypatch.setattr(contact_parts, "ROWS_AT_ONCE", 20)
    assert made(rows, tmp_path, lists, checks=LAX)[1] == facts
    for name, table in one.items():
        several, keys = read_table(tmp_path / f"{name}.parquet")[0], [*table.columns[:3]]
        assert_frame_equal(several.sort_values(keys, ignore_index=True), table.sort_values(keys, ignore_index=True))


MISSING = [
    "",
    " ",
    "NA",
    " NA",
    "NA ",
    "\u00a0NA",
    "NA\u2003",
    "    NULL    ",
    "none",
    ".",
    "\u00a0" * 5,
    "\u3000",
    None,
]
PRESENT = ["None.", "G1", "abcdefg", "abcdefg ", "\u00e9" * 5, "12345.0", ".0", "!!!!!!", "~~~~~~", "x\u00a0"]


def test_whether_a_text_names_a_patient_is_told_from_it_as_it_stands() -> None:
    whole = f"{cell_sql(CONTACTS, CONTACTS.column('patient_id'), 'cell', 'VARCHAR')} IS NULL"
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE cells AS SELECT unnest(?) AS cell", [MISSING + PRESENT])
        found = connection.execute(f"SELECT {nobody('cell', 'VARCHAR')}, {whole} FROM cells").fetchall()
    assert found == [(True, True)] * len(MISSING) + [(False, False)] * len(PRESENT)


NOBODY = ["LOCUM DR", "dr-locum", "Locum (2)", "locum", "x_NONE", "0", "Not-Known"]
SOMEBODY = ["LOCUM2", "locums", "D0", "G 0 12", "00", "Dr Known", "Nonesuch"]


@pytest.mark.parametrize(("ids", "counted"), [(NOBODY, 0), (SOMEBODY, 7)], ids=["nobody", "somebody"])
def test_an_id_with_a_word_that_names_nobody_names_nobody(ids: list[str], counted: int, tmp_path: Path) -> None:
    # Each patient sees A twice and then somebody else, who is the registered GP.
    rows = patients(["AAU"] * len(ids), "P1")
    rows = [row | {"clinician_id": row["clinician_id"].replace("U", ids[at // 3])} for at, row in enumerate(rows)]
    lists = [registration(f"P1-{at}", "P1", gp) for at, gp in enumerate(ids)]
    _, facts = made(rows, tmp_path, lists, unknown=(*ContactRules().unknown, "not known"))
    assert (facts["counted"], facts["nobody named"]) == (14 + counted, 7 - counted)
    found = read_table(tmp_path / "patients.parquet")[0]["gp_id"].dropna()
    assert {*found} == ({*ids} if counted else set())


def test_words_that_the_study_does_not_count_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        *patients(["AAAB"], "P1"), *patients(["CCC"], "P1", mode="Tele Health"), *patients(["C"], "P1", mode="F2F"),
        *patients(["DD"], "P1", role="Nurse", mode="F2F"),
    ]  # fmt: skip
    _, facts = made(rows, tmp_path)
    # A nurse's contact is left out for the role, so the mode of it is not counted again.
    assert facts["words"] == {"role": [["Nurse", 2]], "mode": [["Tele Health", 3], ["F2F", 1]]}
    said = capsys.readouterr().err
    assert "note: contacts, role: `pilots.contacts.roles` does not name 'Nurse' (20.0%)" in said
    assert "does not name 'Tele Health' (30.0%), 'F2F' (10.0%)" in said
    made(patients(["AAB"], "P1"), tmp_path)
    assert capsys.readouterr().err == ""


def test_the_run_stops_where_hardly_a_contact_counts(tmp_path: Path) -> None:
    modes = {"F2F": 7, "tel.": 11}
    rows = [row for mode, times in modes.items() for row in patients(["A" * times], "P1", mode=mode)]
    # Contacts of other practices and of other years are no sign of it.
    rows += (
        patients(["AA"], "P1", start="2009-06-01") + patients(["A" * 20], "P9") + patients(["A"], "P1", "2001-01-01")
    )
    made(rows, tmp_path, checks={"counted_share": 0.1})
    said = r"Of 20 contacts .* 2 count, less than 11%: 18 of other modes \(tel\., F2F\) are left out"
    with pytest.raises(Problem, match=said):
        made(rows, tmp_path, checks={"counted_share": 0.11})


def test_registrations_say_which_contacts_cannot_be(tmp_path: Path) -> None:
    rows = [
        *patients(["AAAAAA"], "P1"),  # from 1 to 6 April 2009
        *patients(["AAB"], "P2", start="2008-06-01"),
        *patients(["CC"], "P3"),
    ]
    registered = [
        registration("P1-0", "P1", "A", registered="2009-04-02", left="2009-04-03"),
        registration("P1-0", "P1", "A", registered="2009-04-05", died="2009-04-05"),
        registration("P2-0", "P2", "A", imd=None, gp_id="locum"),
        registration("P1-0", "P9", "A"),
        registration("P1-0", "P1", "A", registered="2009-04-05", died="2009-04-05"),
        registration("P1-0", "P3", "A", registered=""),
        registration("P1-0", "P3", "A", left="1999-01-01"),
    ]
    _, facts = made(rows, tmp_path, registered, Limits(broken=0.5, twice=0.5))
    told = {fate: count for fate, count in facts.items() if count and fate not in BESIDE}
    assert told == {
        "read": 11, "before registration": 1, "after leaving": 1, "after death": 1, "counted": 8, "visitors": 2,
        "patients counted": 3, "registrations read": 7, "registrations counted": 3, "registrations twice": 1,
        "registrations of other practices": 1, "registrations value missing": 1,
        "registrations ends before it begins": 1,
    }  # fmt: skip
    by = read_table(tmp_path / "patients.parquet")[0].set_index("patient_id")
    assert by.loc["P1-0", ["contacts", "registered", "age", "sex", "gp_id"]].tolist() == [3, 3, 69, "female", "A"]
    assert by.loc["P2-0", ["age", "conditions"]].tolist() == [68, 2]
    assert by.loc["P2-0", ["registered", "imd", "gp_id"]].isna().all()
    assert by.loc["P3-0", ["age", "sex", "imd", "conditions", "gp_id", "registered"]].isna().all()


def test_without_registrations_nobody_is_known(tmp_path: Path) -> None:
    made(patients(["AAB"], "P1"), tmp_path)
    rows = read_table(tmp_path / "out.parquet")[0]
    assert set(rows["item"]) == {"upc", "coc", "secon", "mmci", "k", "herfindahl"}
    assert rows["gp_fte"].tolist() == [3] * 6
    by = read_table(tmp_path / "patients.parquet")[0]
    assert by[["age", "sex", "imd", "conditions", "gp_id", "registered"]].isna().all(axis=None)


def test_a_patient_of_two_practices_counts_with_each_and_a_clinician_within_one(tmp_path: Path) -> None:
    rows = patients(["AAB"], "P1") + [row | {"patient_id": "P1-0"} for row in patients(["AC"], "P3")]
    frame, facts = made(rows, tmp_path)
    assert dict(zip(frame["practice_id"], frame["value"].round(4), strict=True)) == {"P1": 0.6667, "P3": 0.5}
    assert facts["told"]["clinician_ids_of_several_practices"] == 1
    assert facts["named"]["clinician_ids_of_several_practices"] == ["A"]


def test_one_id_for_a_whole_practice_is_left_out(tmp_path: Path) -> None:
    rows = patients(["AAAAAAAAAAAAAA", "AAAAAAAAAAAABB"], "P1") + patients(["AAAAAAAAAAAAAA"] * 2, "P3")
    checks = {"single_clinician": 0.95, "single_clinician_contacts": 20}
    frame, facts = made(rows, tmp_path, checks=checks)
    assert frame["practice_id"].tolist() == ["P1"]
    assert facts["named"]["one_clinician_id"] == ["P3"]
    assert facts["of a practice with one clinician id"] == 28
    # A practice of one doctor has one clinician.
    frame, facts = made(rows, tmp_path, checks=checks | {"single_clinician_gps": 5})
    assert facts["of a practice with one clinician id"] == 0


def test_a_practice_that_comes_to_one_id_in_some_window_is_left_out_of_all(tmp_path: Path) -> None:
    years = patients(["AABBAABBAABB"] * 2, "P3", start="2008-05-01") + patients(
        ["A" * 12] * 2, "P3", start="2009-05-01"
    )
    frame, facts = made(years + patients(["AAB"], "P1"), tmp_path, checks={"single_clinician_contacts": 20})
    assert frame["practice_id"].tolist() == ["P1"]
    assert facts["named"]["one_clinician_id"] == ["P3"]
    assert facts["of a practice with one clinician id"] == 48
    assert "P3" not in facts["named"]["without_contacts"]


def test_a_practice_that_closes_has_no_window_that_is_not_wholly_its_own(tmp_path: Path) -> None:
    months = [str(month) for month in pd.period_range("2008-04", "2011-03", freq="M")]
    lasting = [row for month in months for row in patients(["AABB"] * 4, "P1", start=f"{month}-01")]
    # Three windows of a year; P3 has no contact after the sixth month of the last one.
    closed = [row for month in months[:30] for row in patients(["AAAB"] * 4, "P3", start=f"{month}-01")]
    frame, facts = made(lasting + closed, tmp_path)
    assert frame.groupby("practice_id")["wave"].apply(list).to_dict() == {
        "P1": ["2008-04", "2009-04", "2010-04"], "P3": ["2008-04", "2009-04"],
    }  # fmt: skip
    assert facts["named"]["open_or_close"] == ["P3"]
    people = read_table(tmp_path / "patients.parquet")[0]
    assert set(people.loc[people["practice_id"] == "P3", "wave"]) == {"2008-04", "2009-04"}
    lists = read_table(tmp_path / "out.parquet")[0]
    assert not ((lists["practice_id"] == "P3") & (lists["wave"] == "2010-04")).any()


def test_practices_that_look_wrong_are_named(tmp_path: Path) -> None:
    rows = [
        *patients(["AAAAU", "AAB"], "P1", start="2009-05-01"),
        *patients(["AAB"], "P2", start="2008-05-01", mode="telephone"),
        *patients(["AAB"], "P3", start="2008-05-01"), *patients(["AAB"], "P3", start="2009-05-01"),
        *patients(["AAB"], "P3", start="2010-05-01"),
    ]  # fmt: skip
    rows = [row | {"clinician_id": row["clinician_id"].replace("U", "")} for row in rows]
    _, facts = made(rows, tmp_path, checks={"unknown_share": 0.125})
    assert facts["nobody named"] == 1
    assert {name: ids for name, ids in facts["named"].items() if name != "clinician_ids_of_several_practices"} == {
        "one_clinician_id": [], "unknown_clinicians": ["P1"], "all_remote": ["P2"], "without_contacts": ["P1", "P2"],
        "open_or_close": [],
    }  # fmt: skip
    _, facts = made(rows, tmp_path, checks={"unknown_share": 0.13, "fewest_contacts": 4})
    assert facts["told"]["unknown_clinicians"] == 0
    assert facts["named"]["without_contacts"] == ["P1", "P2", "P3"]


BROKEN = {
    "value missing": [row | {"patient_id": ""} for row in patients(["A"], "P1")],
    "in the future": patients(["A"], "P1", start="2012-07-01"),
    "twice": patients(["A"], "P1"),
}


@pytest.mark.parametrize("fate", BROKEN)
def test_a_few_broken_contacts_are_counted_and_many_stop_the_run(fate: str, tmp_path: Path) -> None:
    rows = patients(["AAAABBBBCC"], "P1") + BROKEN[fate]
    assert made(rows, tmp_path, checks={"broken_share": 0.1})[1][fate] == 1
    with pytest.raises(Problem, match=f"Of 11 rows of contacts 1 is `{fate}`, more than 5%"):
        made(rows, tmp_path)


def test_registrations_of_nobody_stop_the_run(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="No contact is of a patient who is registered"):
        made(patients(["AAB"], "P1"), tmp_path, [registration("p1-0", "P1", "A")])


def test_contacts_of_one_day_count_each_or_once(tmp_path: Path) -> None:
    rows = patients(["AAB"], "P1")
    more = [rows[0] | {"mode": "telephone"}, rows[0] | {"mode": "telephone"}, rows[0] | {"clinician_id": "B"}]
    frame, facts = made(rows + more, tmp_path, checks=LAX)
    assert (frame["contacts"].item(), facts["twice"], facts["again on the day"]) == (5, 1, 0)
    frame, facts = made(rows + more, tmp_path, same_day="once", checks=LAX)
    assert (frame["contacts"].item(), facts["twice"], facts["again on the day"]) == (4, 1, 1)


def test_what_each_minimum_drops_and_how_the_index_is_spread(tmp_path: Path) -> None:
    made(patients(LIST_A, "P1") + patients(["AAB"], "P3", start="2008-05-01"), tmp_path, fewest_shown=(2, 3, 4))
    rows = read_table(tmp_path / "fewest.parquet")[0]
    assert rows[["fewest", "patients", "kept", "dropped"]].to_numpy().tolist() == [
        [2, 11, 10, 1], [3, 11, 8, 3], [4, 11, 5, 6],
    ]  # fmt: skip
    assert rows["share_contacts_dropped"].tolist() == pytest.approx([1 / 44, 5 / 44, 14 / 44])
    spread = read_table(tmp_path / "distribution.parquet")[0]
    assert len(spread) == 2 * 2 * 10
    filled = spread[spread["patients"] > 0].set_index(["pilot", "after", "low"])["patients"].to_dict()
    assert filled == {(True, True, 0.3): 1, (True, True, 0.5): 6, (True, True, 0.6): 1, (True, True, 0.9): 1,
                      (False, False, 0.6): 1}  # fmt: skip


def test_months_tell_how_many_contacts_were_with_the_usual_clinician(tmp_path: Path) -> None:
    rows = [row for start in ("2009-04-01", "2009-05-01") for row in patients(["AAB", "BBA"], "P1", start=start)]
    made(rows, tmp_path)
    by = read_table(tmp_path / "months.parquet")[0].set_index("month")
    assert by["contacts"].to_dict() == {"2009-04": 6, "2009-05": 6}
    assert by["of_known"].to_dict() == {"2009-04": 0, "2009-05": 6}
    assert by.loc["2009-05", "with_usual"] == 4
    assert by["event_time"].tolist() == [0, 1]


def test_windows_lie_on_each_side_of_the_start(tmp_path: Path) -> None:
    assert windows("2009-04", MONTHS, 12) == {-1: "2008-04", 0: "2009-04", 1: "2010-04"}
    assert windows("2009-04", Period(first="2008-05", last="2011-03"), 6)[-1] == "2008-10"
    rows = [row for start in ("2009-03-10", "2009-04-10") for row in patients(["AAB", "AA"], "P1", start=start)]
    frame, _ = made(rows, tmp_path)
    assert frame[["wave", "after"]].to_dict("list") == {"wave": ["2008-04", "2009-04"], "after": [False, True]}
    assert frame["cluster_id"].unique().tolist() == ["site S1"]


def test_the_window_in_which_a_later_pilot_starts_is_left_out(tmp_path: Path) -> None:
    starts = ("2008-06-01", "2009-06-01", "2010-06-01")
    rows = [row for start in starts for name in ("P2", "P3") for row in patients(["AAB"], name, start=start)]
    frame, _ = made(rows, tmp_path)
    waves = {name: each["wave"].tolist() for name, each in frame.groupby("practice_id")}
    assert waves == {"P2": ["2008-04", "2010-04"], "P3": ["2008-04", "2009-04", "2010-04"]}
    assert frame[frame["practice_id"] == "P2"]["after"].tolist() == [False, True]


def test_too_few_months_are_told() -> None:
    with pytest.raises(Problem, match="no whole window of 12 months on each side"):
        windows("2009-04", Period(first="2008-05", last="2011-03"), 12)


@settings(max_examples=15)
@given(st.lists(st.text("ABCD", min_size=1, max_size=9), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_index_is_what_the_formula_says(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], random: Any
) -> None:
    rows = patients(texts, "P1")
    random.shuffle(rows)
    folder = tmp_path_factory.mktemp("contacts")
    if max(map(len, texts)) < 2:
        with pytest.raises(Problem, match="No patient has 2 contacts"):
            made(rows, folder)
        return
    frame, _ = made(rows, folder)
    shares = [max(text.count(letter) for letter in text) / len(text) for text in texts if len(text) > 1]
    assert frame["value"].tolist() == pytest.approx([sum(shares) / len(shares)])


def test_the_contract_page_tells_every_fate_and_every_check() -> None:
    page = Path("docs/data-contract.md").read_text(encoding="utf-8")
    cells = ", ".join(re.findall(r"^\| ([^|]+) \|", page, re.MULTILINE)).split(", ")
    assert {*FATES, *NOTICED} <= {*cells}
