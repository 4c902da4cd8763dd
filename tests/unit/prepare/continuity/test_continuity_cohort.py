"""Registered patients with their continuity and their admissions: who is in, for how long, and what counts."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.plan.continuity import AdmissionsByContinuity, ContactRules
from analysis.prepare.continuity.contact_arguments import ContactFiles
from analysis.prepare.continuity.continuity_cohort import continuity_cohort
from analysis.steps import write_json
from analysis.tables import Lineage, Source, read_table

SITES = "site_id,name,model,start_month\nS1,One,a,2009-04\n"
PRACTICES = """\
practice_id,site_id,region,list_size,imd,gp_fte,share_65plus
P1,S1,R1,5000,20,3,0.2
P2,,R2,6000,21,3,0.2
"""
FIRST = "2009-04-01"
PERSON = {
    "practice_id": "P1", "registered": "2000-01-01", "left": "", "died": "", "gp_id": "A", "birth_year": 1939,
    "sex": "female", "imd": 20.5, "conditions": 2,
}  # fmt: skip
ASKED: dict[str, Any] = {"months": {"first": "2009-04", "last": "2011-03"}}


def person(patient_id: str, **other: Any) -> dict[str, Any]:
    return PERSON | {"patient_id": patient_id} | other


def seen(patient_id: str, text: str, start: str = FIRST, practice: str = "P1") -> list[dict[str, str]]:
    """One contact a day, each letter a clinician."""
    days = pd.date_range(start, periods=len(text)).strftime("%Y-%m-%d")
    return [
        {"patient_id": patient_id, "practice_id": practice, "date": day, "clinician_id": letter, "role": "gp",
         "mode": "face_to_face"}
        for day, letter in zip(days, text, strict=True)
    ]  # fmt: skip


def stay(patient_id: str, admitted: str, **other: Any) -> dict[str, Any]:
    usual = {"method": "emergency", "condition": "asthma", "first_of_cips": True}
    return {"patient_id": patient_id, "admitted": pd.Timestamp(admitted)} | usual | other


def made(
    folder: Path,
    people: list[dict[str, Any]],
    contacts: list[dict[str, str]],
    stays: list[dict[str, Any]],
    rules: dict[str, Any] | None = None,
    **asked: Any,
) -> pd.DataFrame:
    (folder / "sites.csv").write_text(SITES, encoding="utf-8")
    (folder / "practices.csv").write_text(PRACTICES, encoding="utf-8")
    write_json(folder / "receipt.json", {"lineage": Lineage((Source("x", "0" * 64, "observed"),)).to_records()})
    pd.DataFrame(people).to_csv(folder / "registrations.csv", index=False)
    pd.DataFrame(contacts).to_csv(folder / "contacts.csv", index=False)
    pd.DataFrame([stay("nobody", "2001-01-01"), *stays]).to_parquet(folder / "spells.parquet")
    raw = {name: (folder / f"{name}.csv",) for name in ("sites", "practices", "contacts", "registrations")}
    continuity_cohort(
        files=ContactFiles(receipt=folder / "receipt.json", **raw), spells=(folder / "spells.parquet",),
        admissions=AdmissionsByContinuity.model_validate(ASKED | asked), rules=ContactRules(**rules or {}), columns={},
        comparison_cluster="region", out=folder / "out.parquet",
    )  # fmt: skip
    rows = read_table(folder / "out.parquet")[0]
    return rows if rows.empty else rows.set_index("patient_id")


def test_what_is_told_of_a_patient(tmp_path: Path) -> None:
    rows = made(tmp_path, [person("a")], seen("a", "AABA"), [])
    told = rows.loc["a"].drop("list_upc").to_dict()
    assert told == {
        "practice_id": "P1", "cluster_id": "site S1", "pilot": True, "gp_id": "A", "age": 70, "sex": "female",
        "imd": 20.5, "conditions": 2, "contacts": 4, "upc": 0.75, "admissions": 0, "months": 24,
    }  # fmt: skip
    assert rows["list_upc"].isna().all()
    other = made(tmp_path, [person("b", practice_id="P2")], seen("b", "AA", practice="P2"), [])
    assert not other.loc["b", "pilot"]


def test_who_is_in(tmp_path: Path) -> None:
    people = [
        person("old", birth_year=1926), person("oldest in", birth_year=1927), person("youngest in", birth_year=1947),
        person("young", birth_year=1948), person("once"), person("later", registered="2009-04-02"),
        person("gone", left="2009-03-31"), person("dead", died="2009-03-31"), person("elsewhere", practice_id="P9"),
        person("no age", birth_year=""),
    ]  # fmt: skip
    contacts = [
        each for one in people for each in seen(one["patient_id"], "A" if one["patient_id"] == "once" else "AA")
    ]
    contacts += seen("visitor", "AAA")
    rows = made(tmp_path, people, contacts, [])
    assert set(rows.index) == {"oldest in", "youngest in"}


def test_contacts_count_in_the_months_and_by_the_rules(tmp_path: Path) -> None:
    people = [person("a"), person("b")]
    contacts = seen("a", "AB") + seen("a", "BB", "2009-03-30") + seen("a", "BB", "2011-04-01") + seen("b", "AA")
    contacts[0]["role"] = "nurse"
    rows = made(tmp_path, people, [*contacts, *seen("a", "A", "2011-03-31")], [])
    assert rows["contacts"].to_dict() == {"a": 2, "b": 2}
    assert rows.loc["a", "upc"] == 0.5
    assert set(made(tmp_path, people, contacts, [], {"roles": ["gp", "nurse"], "fewest": 3}).index) == set()


def test_a_patient_is_watched_until_leaving_or_death(tmp_path: Path) -> None:
    # The 24 months have 730 days; until the end of March 2010 there are 365.
    people = [
        person("left", left="2010-03-31"), person("died", died="2010-03-31"), person("both", left="2011-01-01",
        died="2010-03-31"), person("stays", left="2011-04-01"),
    ]  # fmt: skip
    names = [each["patient_id"] for each in people]
    stays = [stay(name, day) for name in names for day in ("2010-03-31", "2010-04-01")]
    rows = made(tmp_path, people, [each for name in names for each in seen(name, "AA")], stays)
    assert rows["months"].to_dict() == {"left": 12, "died": 12, "both": 12, "stays": 24}
    assert rows["admissions"].to_dict() == {"left": 1, "died": 1, "both": 1, "stays": 2}


def test_an_admission_is_the_first_spell_of_a_continuous_stay(tmp_path: Path) -> None:
    stays = [
        stay("a", "2009-04-01"), stay("a", "2009-04-03", first_of_cips=False), stay("a", "2009-06-01", condition=None),
        stay("a", "2009-07-01", condition=None, method="elective"), stay("a", "2009-03-31"), stay("a", "2011-04-01"),
    ]  # fmt: skip
    assert made(tmp_path, [person("a")], seen("a", "AA"), stays)["admissions"].tolist() == [1]
    emergencies = made(tmp_path, [person("a")], seen("a", "AA"), stays, measure="emergency")
    assert emergencies["admissions"].tolist() == [2]


def test_the_lists_mean_leaves_the_patient_out(tmp_path: Path) -> None:
    texts = {"a": "AB", "b": "AAAB", "c": "AA", "d": "AAA", "e": "AB", "f": "ABC", "young": "AAAA", "other": "AA"}
    people = [
        person(name, gp_id="B" if name == "other" else "A", birth_year=1990 if name == "young" else 1939)
        for name in texts
    ]
    rows = made(tmp_path, people, [each for name, text in texts.items() for each in seen(name, text)], [])
    # Six others of the same GP, one of them too young to be looked at.
    assert rows.loc["a", "list_upc"] == pytest.approx((0.75 + 1 + 1 + 0.5 + 1 / 3 + 1) / 6)
    assert rows.loc["c", "list_upc"] == pytest.approx((0.5 + 0.75 + 1 + 0.5 + 1 / 3 + 1) / 6)
    assert pd.isna(rows.loc["other", "list_upc"])
    assert "young" not in rows.index
    fewer = {name: text for name, text in texts.items() if name not in ("e", "f")}
    small = made(tmp_path, [each for each in people if each["patient_id"] in fewer],
                 [each for name, text in fewer.items() for each in seen(name, text)], [])  # fmt: skip
    assert small["list_upc"].isna().all()


def test_of_two_practices_the_later_registration_counts(tmp_path: Path) -> None:
    people = [person("a"), person("a", practice_id="P2", registered="2005-01-01")]
    rows = made(tmp_path, people, seen("a", "AAA") + seen("a", "BC", practice="P2"), [])
    assert rows[["practice_id", "contacts", "upc"]].to_dict("records") == [
        {"practice_id": "P2", "contacts": 2, "upc": 0.5}
    ]
    # Without contacts there, nothing is known of the patient's continuity with that practice.
    assert made(tmp_path, people, seen("a", "AAA"), []).empty


def test_nobody_in_the_months_is_an_empty_table(tmp_path: Path) -> None:
    assert made(tmp_path, [person("a")], seen("b", "AA", "2001-01-01"), []).empty
