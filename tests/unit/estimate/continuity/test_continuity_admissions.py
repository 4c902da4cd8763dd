"""Admissions by continuity where the truth is planted: what each design finds, and what it cannot tell."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.estimate.continuity.continuity_admissions import association_rows, continuity_admissions
from analysis.estimate.continuity.continuity_rows import Association, held_constant
from analysis.estimates import Estimate, NotEstimated, Row
from analysis.plan.continuity import AdmissionsByContinuity
from analysis.steps import write_json
from analysis.tables import Lineage, Source, read_table, write_table
from tests.reasons import sentences

PLAN = AdmissionsByContinuity.model_validate({"months": {"first": "2009-04", "last": "2011-03"}})
ASKED = Association(PLAN, 2, 0.95)


def world(
    seed: int, *, log_ratio: float, illness: float = 0.0, pilots: float = 0.0, size: int = 12_000
) -> pd.DataFrame:
    """Patients of 40 practices with 5 lists each: a chance of seeing the own GP by list, and admissions that follow it.

    `log_ratio` is what one more in the chance does to the log of the rate. `illness` makes some patients be seen by
    whoever is free, and be admitted. `pilots` makes pilot practices, every fourth, see less of the own GP, and be
    admitted less by something else that they do.
    """
    random = np.random.default_rng(seed)
    gp = random.integers(0, 200, size)
    ill = random.random(size) < 0.2
    pilot = gp // 5 % 4 == 0
    chance = random.uniform(0.35, 0.85, 200)[gp] - 0.2 * pilot * (pilots > 0)
    contacts = 5 + random.poisson(10, size)
    upc = random.binomial(contacts, np.clip(chance - 0.25 * ill * (illness > 0), 0, 1)) / contacts
    frame = pd.DataFrame({
        "patient_id": [f"{at}" for at in range(size)], "practice_id": [f"P{at // 5}" for at in gp], "gp_id": gp,
        "pilot": pilot,
        "age": random.integers(62, 83, size), "sex": random.choice(["female", "male"], size), "contacts": contacts,
        "imd": random.normal(20, 8, size), "conditions": random.poisson(2, size), "upc": upc, "months": 24.0,
    })  # fmt: skip
    lists = frame.groupby("gp_id")["upc"]
    frame["list_upc"] = (lists.transform("sum") - upc) / (lists.transform("size") - 1)
    rate = 24 * 0.02 * np.exp(log_ratio * chance + illness * ill - pilots * pilot + 0.1 * frame["conditions"])
    return frame.assign(admissions=random.poisson(rate * random.gamma(1, 1, size)))


def one(rows: list[Row], specification: str, term: str = "per_step", scale: str = "ratio") -> Estimate:
    found = [
        row
        for row in rows
        if isinstance(row, Estimate) and (row.specification, row.term, row.scale) == (specification, term, scale)
    ]
    assert len(found) == 1
    return found[0]


def test_without_illness_every_design_finds_what_was_planted() -> None:
    rows = association_rows(world(1, log_ratio=-1.0), ASKED)
    assert not [row for row in rows if isinstance(row, NotEstimated) and row.specification != "heavy_users"]
    found = one(rows, "list_level_corrected")
    assert abs(np.log(found.estimate) + 0.2) < 3 * found.std_error
    assert found.std_error < 0.05
    # The patient's own index and the list's mean are noisy measures of the chance, the former more so.
    assert found.estimate < one(rows, "list_level").estimate < one(rows, "patient_level").estimate < 1
    assert one(rows, "patient_level").ci_high < 1
    assert one(rows, "list_level").n_clusters == 40
    assert one(rows, "patient_level").population == "registered patients aged 62 to 82 with at least 2 contacts"
    # Unseen differences with a variance of one; admissions are few, so what is found is near that.
    assert one(rows, "patient_level", "alpha", "statistic").estimate == pytest.approx(1, abs=0.25)


def test_illness_makes_the_patients_own_index_overstate_and_the_lists_mean_not() -> None:
    rows = association_rows(world(2, log_ratio=0.0, illness=1.5), ASKED)
    assert one(rows, "patient_level").ci_high < 0.9
    assert one(rows, "list_level").ci_low < 1 < one(rows, "list_level").ci_high
    assert one(rows, "patient_level_bands", "high_against_low").ci_high < 1
    assert (
        one(rows, "patient_level_bands", "high_against_low").estimate
        < one(rows, "patient_level_bands", "medium_against_low").estimate
    )
    assert one(rows, "both_levels").ci_high < 0.9
    # Between lists there is less of it than within them.
    assert one(rows, "both_levels", "per_step_of_list").ci_low > 1


def test_what_else_the_pilots_did_is_not_taken_for_what_continuity_does() -> None:
    patients = world(9, log_ratio=-1.0, pilots=0.8, size=8_000)
    rows = association_rows(patients, ASKED)
    # Pilots have less continuity and fewer admissions: taken together without regard to that, the planted sign is lost.
    blind = association_rows(patients.assign(pilot=False), ASKED)
    assert one(blind, "list_level_corrected").ci_low > np.exp(-0.2)
    for name in ("list_level_corrected", "list_level_comparison"):
        assert abs(np.log(one(rows, name).estimate) + 0.2) < 3 * one(rows, name).std_error
    told = {"patient_level": "per_step", "patient_level_bands": "high_against_low", "heavy_users": "per_step",
            "both_levels": "per_step_of_list"}  # fmt: skip
    for name, term in told.items():
        held = one(rows, name, term)
        assert held.estimate < 0.95
        assert one(blind, name, term).estimate > held.estimate + 0.05


def test_comparison_practices_stand_beside_alone() -> None:
    patients = world(10, log_ratio=-1.0, size=4_000)
    rows = association_rows(patients, ASKED)
    alone = one(rows, "patient_level_comparison")
    assert alone.n_obs == (~patients["pilot"]).sum()
    assert alone.population == "registered patients of comparison practices aged 62 to 82 with at least 2 contacts"
    # No pilot has any part in them.
    other = patients.assign(admissions=patients["admissions"].where(~patients["pilot"], 9))
    assert one(association_rows(other, ASKED), "list_level_comparison") == one(rows, "list_level_comparison")
    assert one(association_rows(other, ASKED), "patient_level_comparison") == alone


def test_the_plan_says_who_is_a_heavy_user() -> None:
    patients = world(12, log_ratio=-1.0, size=3_000)
    for heavy in (16, 20):
        row = one(
            association_rows(patients, replace(ASKED, plan=PLAN.model_copy(update={"heavy": heavy}))), "heavy_users"
        )
        assert row.n_obs == (patients["contacts"] >= heavy).sum()
        assert row.population.endswith(f"with at least {heavy} contacts")
    nobody = association_rows(patients, replace(ASKED, plan=PLAN.model_copy(update={"heavy": 99})))
    (told,) = (row for row in nobody if isinstance(row, NotEstimated))
    assert (told.specification, told.why.sentence[:28]) == ("heavy_users", "No patient had 99 contacts o")


def test_without_pilots_or_without_others_the_models_go_on() -> None:
    patients = world(11, log_ratio=-1.0, size=4_000)
    for pilot in (True, False):
        same = patients.assign(pilot=pilot)
        assert "pilot" not in held_constant(same)
        reasons = {
            row.specification: row.why.sentence
            for row in association_rows(same, ASKED)
            if isinstance(row, NotEstimated)
        }
        lost = {"patient_level_comparison", "list_level_comparison"} if pilot else set()
        assert {name for name in reasons if name != "heavy_users"} == lost
    assert "pilot" in held_constant(patients)


def test_a_ratio_is_also_told_in_events() -> None:
    patients = world(3, log_ratio=-1.0, size=4_000)
    rows = association_rows(patients, ASKED)
    ratio, events = (one(rows, "patient_level", scale=scale) for scale in ("ratio", "difference"))
    rate = patients["admissions"].sum() / (patients["months"].sum() / 12) * 1000
    assert ratio.baseline == pytest.approx(rate)
    assert events.estimate == pytest.approx(rate * (ratio.estimate - 1))
    assert (events.ci_low, events.ci_high) == pytest.approx((rate * (ratio.ci_low - 1), rate * (ratio.ci_high - 1)))


def test_the_reliability_is_that_of_a_mean_of_as_many_patients() -> None:
    rows = association_rows(world(4, log_ratio=-1.0), ASKED)
    # 60 patients a list; chances vary by 0.5²/12 between lists, and one patient's share of 15 contacts by p(1-p)/15.
    between, chance = 0.5**2 / 12, np.linspace(0.35, 0.85, 101)
    within = (chance * (1 - chance)).mean() * (1 / (5 + np.random.default_rng(0).poisson(10, 9999))).mean()
    assert one(rows, "list_level", "reliability", "statistic").estimate == pytest.approx(
        between / (between + within / 59), abs=0.04
    )


def test_what_is_missing_is_told_and_the_rest_goes_on() -> None:
    patients = world(5, log_ratio=-1.0, size=3_000).assign(list_upc=np.nan)
    rows = association_rows(patients, ASKED)
    told = {row.specification: row.why.sentence for row in rows if isinstance(row, NotEstimated)}
    assert set(told) == {"list_level", "list_level_comparison", "both_levels"}
    assert "No list of a GP" in told["list_level"]
    nobody = association_rows(patients.assign(admissions=0), ASKED)
    assert all(isinstance(row, NotEstimated) for row in nobody)


def test_a_patient_of_whom_something_is_not_known_is_left_out_and_a_column_that_is_empty_is_no_term() -> None:
    patients = world(6, log_ratio=-1.0, size=3_000)
    patients.loc[:99, "conditions"] = np.nan
    assert one(association_rows(patients, ASKED), "patient_level").n_obs == 2_900
    assert one(association_rows(patients, ASKED), "patient_level_unadjusted").n_obs == 3_000
    empty = held_constant(patients.assign(imd=np.nan, sex=None))
    curved = {name for each in ("conditions", "contacts") for name in (each, f"{each}_squared")}
    assert set(empty) == {"age", "pilot", "constant"} | curved


def test_months_at_risk_count() -> None:
    patients = world(7, log_ratio=-1.0, size=6_000)
    # Everybody watched for half of the time with as many admissions: twice the rate, and the same ratio.
    half = association_rows(patients.assign(months=12.0), ASKED)
    full = association_rows(patients, ASKED)
    assert one(half, "patient_level").estimate == pytest.approx(one(full, "patient_level").estimate, rel=1e-6)
    assert one(half, "patient_level").baseline == pytest.approx(2 * one(full, "patient_level").baseline)


def test_without_a_cohort_one_row_says_so(tmp_path: Path) -> None:
    lineage = Lineage((Source("x", "0" * 64, "observed"),))
    write_json(tmp_path / "receipt.json", {"lineage": lineage.to_records()})
    continuity_admissions(receipt=tmp_path / "receipt.json", asked=PLAN, confidence=0.95, out=tmp_path / "none.parquet")
    assert "registrations" in sentences(read_table(tmp_path / "none.parquet")[0]).item()
    write_table(tmp_path / "cohort.parquet", world(8, log_ratio=-1.0, size=2_000), lineage)
    continuity_admissions(
        receipt=tmp_path / "receipt.json", asked=PLAN, confidence=0.95, out=tmp_path / "some.parquet",
        cohort=(tmp_path / "cohort.parquet",), fewest=3,
    )  # fmt: skip
    found = read_table(tmp_path / "some.parquet")[0]
    assert "with at least 3 contacts" in found["population"].iloc[0]
