"""The lists of ambulatory-care-sensitive conditions: each condition of the verified list has a case for and against."""

from pathlib import Path

import duckdb
import pytest

from analysis.prepare.hospital.condition_list import condition_sql, read_list
from analysis.steps import Problem

FOLDER = Path(__file__).parents[4] / "analysis/prepare/hospital/conditions"
NHS = read_list(FOLDER / "nhs_institute_19.yaml")


def found(diagnoses: str, procedures: str = "", name: str = "nhs_institute_19") -> str | None:
    """The condition of a spell, from its codes with the primary one first."""
    primary, *others = diagnoses.split()
    main, *more = procedures.split() or [None]
    rows = duckdb.connect().execute(
        f"""SELECT {condition_sql(read_list(FOLDER / f"{name}.yaml"))} FROM (SELECT $1 AS primary_diagnosis,
        $2 AS secondary_diagnoses, $3 AS primary_procedure, $4 AS secondary_procedures)""",
        [primary, "".join(f" {each}" for each in others), main, "".join(f" {each}" for each in more)],
    )
    result: str | None = rows.fetchall()[0][0]
    return result


# Condition; codes that have it; codes that do not. After | stand procedures.
CASES = {
    "influenza_and_pneumonia": (["J181", "S720 J13X", "J159 I10X"], ["J189", "J181 D571", "J120"]),
    "other_vaccine_preventable": (["B059", "S720 B180", "G000"], ["B191", "G001", "A38X"]),
    "asthma": (["J459", "J46X"], ["S720 J459", "J448 J459"]),
    "congestive_heart_failure": (["I500", "I110", "J81X", "I509|U051"], ["I500|K401", "I500|U051 K712", "S720 I500"]),
    "hypertension": (["I10X", "I119", "I10"], ["I10X|K610", "I120", "S720 I10X"]),
    "copd": (["J440", "J47X", "J209 J441"], ["J209", "J209 J459", "J40X"]),
    "angina": (["I200", "I248", "I209|U051"], ["I209|K401", "I209|X011", "I251", "I241"]),
    "diabetes_complications": (["E101", "E148", "S720 E112"], ["E109", "E149", "E15X"]),
    "iron_deficiency_anaemia": (["D501", "D509"], ["D500", "D510", "S720 D509"]),
    "nutritional_deficiencies": (["E41X", "E550", "E643"], ["E44X", "E551", "S720 E41X"]),
    "dehydration_and_gastroenteritis": (["E86X", "K522", "K529"], ["K520", "A099", "S720 E86X"]),
    "pyelonephritis": (["N10X", "N136"], ["N130", "N390", "S720 N10X"]),
    "perforated_or_bleeding_ulcer": (["K250", "K286"], ["K253", "K297", "S720 K250"]),
    "cellulitis": (["L031", "L980", "L031|S511", "L031|X331"], ["L031|S281", "L031|X331 S451", "L031|X021", "L081"]),
    "pelvic_inflammatory_disease": (["N700", "N739", "N741"], ["N710", "S720 N700"]),
    "ent_infections": (["H669", "J060", "J312"], ["J311", "H650", "S720 J060"]),
    "dental_conditions": (["A690", "K047", "K098", "K130"], ["K070", "K097", "S720 K047"]),
    "convulsions_and_epilepsy": (["G409", "R568", "O159"], ["G439", "S720 G409"]),
    "gangrene": (["R02X", "S720 R02X"], ["R03X", "I702"]),
}


def test_the_verified_list_has_nineteen_conditions_and_each_has_a_case() -> None:
    assert [*CASES] == [*dict.fromkeys(each.key for each in NHS.conditions)]
    assert len(CASES) == 19
    assert NHS.verified


@pytest.mark.parametrize(("condition", "codes"), [(name, codes) for name, (yes, _) in CASES.items() for codes in yes])
def test_codes_that_have_the_condition(condition: str, codes: str) -> None:
    assert found(*codes.split("|")) == condition


@pytest.mark.parametrize(("condition", "codes"), [(name, codes) for name, (_, no) in CASES.items() for codes in no])
def test_codes_that_have_it_not(condition: str, codes: str) -> None:
    assert found(*codes.split("|")) != condition


def test_a_condition_that_is_read_from_any_diagnosis_stands_before_those_read_later() -> None:
    assert found("J459 J181") == "influenza_and_pneumonia"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_only_the_list_that_was_compared_is_called_verified(path: Path) -> None:
    conditions = read_list(path)
    assert conditions.id == path.stem
    assert conditions.verified == (path.stem == "nhs_institute_19")
    for condition in conditions.conditions:
        assert len(set(condition.codes)) == len(condition.codes)


def test_lists_differ_where_they_should() -> None:
    assert found("I48X", name="nhsof_2_3_i") == "atrial_fibrillation_and_flutter"
    assert found("I48X") is None
    assert found("N390", name="nhsof_3a") == "pyelonephritis_and_urinary_tract_infection"
    assert found("S720 E101", name="nhsof_2_3_i") is None


def test_a_list_with_a_dot_in_a_code_is_refused(tmp_path: Path) -> None:
    text = (FOLDER / "nhs_institute_19.yaml").read_text(encoding="utf-8").replace("[J45, J46]", "[J45.9]")
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Problem, match=r"mine.yaml is no list of conditions: `conditions.2.codes.0`"):
        read_list(tmp_path / "mine.yaml")
