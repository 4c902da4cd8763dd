"""What a change in the number of contacts does to continuity, and what adjusting for it does."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimate.continuity.composition import (
    Subject,
    adjusted_for_contacts,
    composition,
    contact_cells,
    contact_strata,
    contacts_per_patient,
    same_contacts,
    stratum,
)
from analysis.estimate.models.group_means import indicators
from analysis.estimate.models.regression import least_squares
from analysis.estimate.models.weighted_fixed_effects import pooled
from analysis.estimates import Estimate, NotEstimated
from analysis.plan.continuity import ContactRules, Continuity
from tests.unit.estimate.contacts_world import cells, panel, patients

UPC = Subject("usual_provider", "upc", "patients", 0.95)
ASKED = Continuity(outcome="usual_provider", contacts=(2, 4, 7))
RULES = ContactRules()


def told(rows: pd.DataFrame, asked: Continuity = ASKED, rules: ContactRules = RULES) -> dict[str, Estimate]:
    """By specification, or stratum, the row."""
    made = composition(cells(rows), asked, rules, UPC)
    assert all(isinstance(row, Estimate) for row in made)
    return {row.specification if row.subgroup == "all" else row.subgroup: row for row in made}  # type: ignore[misc]


def test_a_change_of_continuity_is_found_by_every_specification() -> None:
    rows = patients(lambda number: np.full(number.size, 0.6), effect=-0.05)
    found = told(rows)
    assert set(found) == {
        "weighted_by_contacts", "adjusted_for_contacts", "same_contacts", "fewest_3",
        "2 to 3 contacts", "4 to 6 contacts", "7 contacts or more",
    }  # fmt: skip
    assert [row.estimate for row in found.values()] == pytest.approx([-5.0] * len(found), abs=0.01)


def test_a_pure_change_of_composition_is_an_effect_until_contacts_are_equal() -> None:
    # Pilots' patients come two times more, and at each number of contacts nothing changes.
    rows = patients(more=2)
    plain = UPC.effect(pooled(cells(rows)))
    found = told(rows, Continuity(outcome="usual_provider", contacts=(2, 3, 4, 5, 6, 7)))
    assert plain.estimate < -5
    assert found["weighted_by_contacts"].estimate < -5
    assert found["adjusted_for_contacts"].estimate == pytest.approx(0, abs=0.01)
    assert found["4 contacts"].estimate == pytest.approx(0, abs=0.01)


def test_strata_of_several_numbers_leave_little_of_composition() -> None:
    rows = patients(more=1, size=80)
    plain, standard = UPC.effect(pooled(cells(rows))), told(rows)["same_contacts"]
    assert abs(standard.estimate) < abs(plain.estimate) / 3


def test_more_contacts_are_told_as_a_ratio() -> None:
    rows = patients(more=2, size=200)
    (row,) = contacts_per_patient(cells(rows), RULES, UPC)
    assert isinstance(row, Estimate)
    before = rows.loc[rows["pilot"] & ~rows["after"], "contacts"].mean()
    assert row.estimate == pytest.approx((before + 2) / before, rel=0.02)
    assert row.baseline == pytest.approx(before)
    assert (row.design, row.scale) == ("contacts_per_patient", "ratio")


def test_adjusted_is_least_squares_of_the_patients_themselves() -> None:
    rows = patients(effect=-0.05, more=1, noise=0.2, size=8)
    design = pd.concat(
        [rows["after"].astype(float), indicators(rows["practice_id"]), indicators(rows["wave"]).iloc[:, 1:],
         indicators(rows["contacts"].clip(upper=24)).iloc[:, 1:].add_prefix("n")], axis=1
    )  # fmt: skip
    fit = least_squares(100 * rows["upc"], design, rows["cluster_id"])
    row = adjusted_for_contacts(cells(rows), UPC)
    assert (row.estimate, row.std_error) == pytest.approx(fit.combined({"after": 1.0}), rel=1e-7)
    assert (row.n_obs, row.n_clusters) == (len(rows), fit.clusters)


def test_same_contacts_is_the_mean_of_effects_in_one_regression() -> None:
    rows = patients(effect=-0.05, more=1, noise=0.2, size=40)
    parts = contact_strata(cells(rows), (2, 4, 6), 2)
    stacked = pd.concat([part.assign(stratum=name) for name, part in parts.items()], ignore_index=True)
    name = stacked["stratum"]
    first = stacked["wave"] == stacked["wave"].min()
    design = pd.concat(
        [indicators(name).mul(stacked["after"].astype(float), axis=0), indicators(name + stacked["practice_id"]),
         indicators((name + stacked["wave"])[~first]).reindex(stacked.index, fill_value=0.0)], axis=1
    )  # fmt: skip
    fit = least_squares(100 * stacked["value"], design, stacked["cluster_id"], stacked["responses"])
    before = stacked[stacked["pilot"] & ~stacked["after"]].groupby("stratum")["responses"].sum()
    row = same_contacts(parts, UPC)
    expected = fit.combined((before / before.sum()).to_dict())
    assert (row.estimate, row.std_error) == pytest.approx(expected, rel=1e-6)


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1))
def test_rows_that_stand_twice_change_nothing(seed: int) -> None:
    rows = patients(effect=-0.05, noise=0.1, size=10, seed=seed)
    asked = Continuity(outcome="usual_provider", contacts=(2, 4))
    once, twice = told(rows, asked), told(pd.concat([rows, rows]), asked)
    for name, row in once.items():
        assert twice[name].estimate == pytest.approx(row.estimate, abs=1e-8)
        assert twice[name].std_error == pytest.approx(row.std_error, rel=1e-6)


def test_weights_do_not_matter_where_all_are_equal() -> None:
    rows = patients(effect=-0.05, noise=0.2, equal=True)
    plain = UPC.effect(panel(rows))
    by_contacts = told(rows, Continuity(outcome="usual_provider", contacts=(2,)))["weighted_by_contacts"]
    unweighted = UPC.effect(panel(rows).assign(responses=1.0))
    for row in (by_contacts, unweighted):
        assert (row.estimate, row.std_error) == pytest.approx((plain.estimate, plain.std_error))


def test_weights_are_whom_an_effect_is_about() -> None:
    # Half of the patients come ten times and lose 10 points; the others come twice and lose nothing.
    often = patients(lambda number: np.full(number.size, 0.6), effect=-0.1, equal=True).assign(contacts=10)
    seldom = patients(lambda number: np.full(number.size, 0.6), equal=True).assign(contacts=2)
    rows = pd.concat([often, seldom])
    asked = Continuity(outcome="usual_provider", contacts=(2, 4))
    assert UPC.effect(pooled(cells(rows))).estimate == pytest.approx(-5, abs=0.01)
    found = told(rows, asked)
    assert found["weighted_by_contacts"].estimate == pytest.approx(-10 * 10 / 12, abs=0.01)
    assert found["fewest_3"].estimate == pytest.approx(-10, abs=0.01)
    assert found["2 to 3 contacts"].estimate == pytest.approx(0, abs=0.01)


def test_strata_hold_everyone_who_is_counted() -> None:
    rows = cells(patients())
    for begins, fewest in [((2, 4, 7, 12), 2), ((2, 4, 7, 12), 3), ((4, 6), 2)]:
        counted = rows[rows["contacts"] >= fewest]
        parts = contact_strata(counted, begins, fewest)
        assert sum(part["responses"].sum() for part in parts.values()) == counted["responses"].sum()


@pytest.mark.parametrize(
    ("ends", "name"), [((2, 3), "2 to 3 contacts"), ((3, 3), "3 contacts"), ((12, None), "12 contacts or more")]
)
def test_strata_have_plain_names(ends: tuple[int, int | None], name: str) -> None:
    assert stratum(*ends) == name


def test_a_stratum_that_nobody_is_in_says_so() -> None:
    rows = patients(equal=True)
    made = composition(cells(rows), ASKED, RULES, UPC)
    missing = {row.subgroup for row in made if isinstance(row, NotEstimated)}
    assert "7 contacts or more" in missing
    assert "4 to 6 contacts" not in missing


def test_without_anybody_nothing_is_estimated() -> None:
    nobody = cells(patients()).iloc[:0]
    made = [*composition(nobody, ASKED, RULES, UPC), *contacts_per_patient(nobody, RULES, UPC)]
    assert {type(row) for row in made} == {NotEstimated}
    assert {row.why.sentence for row in made if isinstance(row, NotEstimated)} == {
        "Nobody is left whose continuity could be compared."
    }


def test_an_index_of_lists_has_no_patients_to_make_equal() -> None:
    (row,) = composition(cells(patients()), ASKED, RULES, replace(UPC, index="slicc"))
    assert isinstance(row, NotEstimated)
    assert "not of a patient" in row.why.sentence


def test_cells_are_read_from_the_table_of_patients(tmp_path: Path) -> None:
    rows = patients(noise=0.1)
    rows.drop(columns=["pilot", "after", "cluster_id"]).to_parquet(tmp_path / "patients.parquet")
    # A window that the panel leaves out, because a pilot starts in it, is left out of the cells.
    known = panel(rows)[lambda each: (each["practice_id"] != "P00") | (each["wave"] != "2008-04")]
    found = contact_cells(tmp_path / "patients.parquet", known, "upc", 3, tmp_path / "out.parquet")
    kept = rows[(rows["contacts"] >= 3) & ((rows["practice_id"] != "P00") | (rows["wave"] != "2008-04"))]
    assert found["responses"].sum() == len(kept)
    assert (found["value"] * found["responses"]).sum() == pytest.approx(kept["upc"].sum())
    whole = pooled(found).merge(pooled(cells(kept)), on=["practice_id", "wave", "cluster_id", "pilot", "after"])
    assert whole["value_x"].to_numpy() == pytest.approx(whole["value_y"].to_numpy())
