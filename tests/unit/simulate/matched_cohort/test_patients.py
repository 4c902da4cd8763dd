"""The patients of the reference pilots: chosen when they are ill, with a written truth, each stream by itself."""

import pandas as pd
import pytest

from analysis.simulate.matched_cohort.patient_world import USE, Cohort
from analysis.simulate.matched_cohort.patients import patients
from analysis.simulate.outcomes.pilots import simulate
from analysis.simulate.outcomes.world import World

Tables = dict[str, pd.DataFrame]


def made(world: World, cohort: Cohort, root: int = 1) -> Tables:
    tables = simulate(world)
    return patients(
        cohort, tables["sites"], tables["practices"], first=world.first, months=world.months, root=root
    )  # fmt: skip


@pytest.fixture(scope="module")
def tables(world: World) -> Tables:
    assert world.cohort is not None
    return made(world, world.cohort)


def admissions(tables: Tables) -> pd.DataFrame:
    """Emergency admissions of cases, with the months since their index month."""
    emergencies = tables["spells"].query("method == 'emergency'").merge(tables["patients"].query("treated == 1"))
    month = pd.to_datetime(emergencies["admitted"].str[:7])
    index = pd.to_datetime(emergencies["index_month"])
    months = 12 * (month.dt.year - index.dt.year) + month.dt.month - index.dt.month
    return emergencies.assign(months=months)


def test_as_many_cases_as_asked_for_in_pilot_practices_and_candidates_elsewhere(world: World, tables: Tables) -> None:
    assert world.cohort is not None
    people = tables["patients"].merge(simulate(world)["practices"][["practice_id", "site_id"]])
    assert people.groupby("treated").size().to_dict() == {0: world.cohort.candidates, 1: world.cohort.cases}
    assert ((people["site_id"] != "") == (people["treated"] == 1)).all()
    assert people["patient_id"].is_unique
    assert ((people["index_month"] != "") == (people["treated"] == 1)).all()


def test_nobody_is_chosen_or_in_hospital_after_death(tables: Tables) -> None:
    dead = tables["patients"].query("death_month != ''").set_index("patient_id")["death_month"]
    spells = tables["spells"].assign(death=tables["spells"]["patient_id"].map(dead)).dropna(subset="death")
    assert (spells["admitted"].str[:7] <= spells["death"]).all()
    cases = tables["patients"].query("treated == 1 and death_month != ''")
    assert (cases["index_month"] <= cases["death_month"]).all()


def test_cases_are_chosen_after_bad_months_and_get_better_by_themselves(world: World) -> None:
    nothing = {name: each.model_copy(update={"effect": 1.0}) for name, each in USE.items()}
    cohort = Cohort(cases=600, residents=1500, candidates=100, use=nothing)
    months = admissions(made(world, cohort))["months"]
    before, after = ((months >= -3) & (months < 0)).sum(), ((months >= 0) & (months < 3)).sum()
    assert after < 0.7 * before


def test_another_candidate_more_changes_no_other_table(world: World) -> None:
    assert world.cohort is not None
    with_it, without = simulate(world), simulate(world.model_copy(update={"cohort": None}))
    assert all(with_it[name].equals(without[name]) for name in without)


def test_same_seed_same_tables_other_seed_other_tables(world: World, tables: Tables) -> None:
    assert world.cohort is not None
    again, other = made(world, world.cohort), made(world, world.cohort, root=2)
    assert all(tables[name].equals(again[name]) for name in tables)
    assert not any(tables[name].equals(other[name]) for name in tables)


def test_truth_has_keys_of_its_own(world: World) -> None:
    truth = world.truth()
    assert {name for name in truth if name.startswith("cohort.")} == {f"cohort.{name}" for name in USE}
    # Roland et al. (2012), six case-management sites.
    effects = {name: truth[f"cohort.{name}"]["effect"] for name in USE}
    assert effects == {"emergency": 1.09, "elective": 0.79, "outpatient": 0.78}
    assert truth["emergency"]["effect"] == world.activity["emergency"].effect
