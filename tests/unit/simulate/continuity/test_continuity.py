"""Contacts of the reference pilots: tables of their own, and a truth that the data bear out."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from analysis.estimate.continuity.continuity_gaps import ranked
from analysis.estimate.continuity.gap_change import gap_change
from analysis.estimate.continuity.practice_growth import growing
from analysis.estimate.models.regression import least_squares
from analysis.estimates import Estimate
from analysis.prepare.ranks import ridit
from analysis.simulate.continuity.contact_blemishes import WAYS, blemished, chosen
from analysis.simulate.continuity.contact_lives import (
    Chances,
    Places,
    Seen,
    admissions_of,
    chances_of,
    contacts_of,
    places_of,
    states,
)
from analysis.simulate.continuity.contact_truth import truths
from analysis.simulate.continuity.contacts import continuity
from analysis.simulate.continuity.continuity_world import Admitting, Blemishes, CareWorld, Contacting, Seeing
from analysis.simulate.continuity.patient_windows import PatientWindows, parts_of, since_start, slope, standing, windows
from analysis.simulate.continuity.registered import People, people_of
from analysis.simulate.outcomes.lists import lists_of
from analysis.simulate.outcomes.pilots import event_time, months, practices_of, simulate
from analysis.simulate.outcomes.world import Mergers, World

Tables = dict[str, pd.DataFrame]
CLEAN = Blemishes(practices=False, after_death=0, before_registration=0, repeated=0)


def made(world: World) -> Tables:
    assert world.contacts is not None
    practices = practices_of(world)
    since, lists = event_time(world, practices)[1], lists_of(world, practices)
    return continuity(world.contacts, practices, since, lists, first=world.first, root=world.seed)[0]


def tables_with(world: World, care: CareWorld) -> Tables:
    return made(world.model_copy(update={"contacts": care}))


@pytest.fixture(scope="module")
def tables(world: World) -> Tables:
    return made(world)


@pytest.fixture(scope="module")
def clean(world: World) -> Tables:
    return tables_with(world, CareWorld(blemishes=CLEAN))


def test_same_seed_same_tables_other_seed_other_tables(world: World, tables: Tables) -> None:
    again, other = made(world), made(world.model_copy(update={"seed": 2}))
    assert all(tables[name].equals(again[name]) for name in tables)
    assert not any(tables[name].equals(other[name]) for name in tables)


def test_no_other_table_knows_of_contacts(world: World) -> None:
    with_them, without = simulate(world), simulate(world.model_copy(update={"contacts": None}))
    assert all(with_them[name].equals(without[name]) for name in without)


def test_mergers_change_whom_their_own_patients_see_and_nothing_else(world: World) -> None:
    care = CareWorld(blemishes=CLEAN)
    one, other = (tables_with(world.model_copy(update={"mergers": each}), care) for each in (Mergers(share=0.5), None))
    assert one["registrations"].equals(other["registrations"])
    practices = practices_of(world)
    lists = lists_of(world.model_copy(update={"mergers": Mergers(share=0.5)}), practices)
    alone = practices["practice_id"][~lists.gained.any(axis=1)]
    kept = [each["contacts"][each["contacts"]["practice_id"].isin(alone)] for each in (one, other)]
    assert kept[0].reset_index(drop=True).equals(kept[1].reset_index(drop=True))
    assert not one["contacts"].equals(other["contacts"])


def test_nobody_is_in_both_the_cohort_and_the_contacts(tables: Tables) -> None:
    assert tables["registrations"]["patient_id"].str.startswith("G").all()
    for name in ("contacts", "spells"):
        assert set(tables[name]["patient_id"]) <= set(tables["registrations"]["patient_id"])


def test_contacts_are_within_registration_and_life(clean: Tables) -> None:
    joined = clean["contacts"].merge(clean["registrations"], on=["patient_id", "practice_id"])
    assert len(joined) == len(clean["contacts"])
    assert (joined["date"] >= joined["registered"]).all()
    for end in ("left", "died"):
        assert ((joined["date"] <= joined[end]) | (joined[end] == "")).all()


def test_gps_with_a_list_are_as_many_as_the_practice_has(world: World, clean: Tables) -> None:
    gps = clean["registrations"].query("gp_id != ''").groupby("practice_id")["gp_id"].nunique()
    fte = practices_of(world).set_index("practice_id")["gp_fte"]
    assert gps.equals(fte.round().clip(lower=1).astype(int).reindex(gps.index).rename("gp_id"))


def test_registered_before_birth_is_nobody(clean: Tables) -> None:
    people = clean["registrations"]
    assert (people["registered"].str[:4].astype(int) >= people["birth_year"]).all()


def test_blemishes_are_those_asked_for(world: World, clean: Tables) -> None:
    practices = practices_of(world)
    odd = chosen(practices, np.random.default_rng(1))
    assert set(odd) == set(WAYS)
    assert practices.set_index("practice_id").loc[[*odd.values()], "site_id"].eq("").all()
    asked = Blemishes(after_death=3, before_registration=4, repeated=5)
    told = {"first": world.first, "months": world.months, "root": 1}
    contacts, registrations = blemished(asked, clean["contacts"], clean["registrations"], practices, **told)
    assert contacts.duplicated().sum() == 5
    joined = contacts.drop_duplicates().merge(registrations, on=["patient_id", "practice_id"])
    assert ((joined["date"] > joined["died"]) & (joined["died"] != "")).sum() == 3
    assert (joined["date"] < joined["registered"]).sum() == 4
    doctors = contacts.query("role == 'gp' and clinician_id != 'unknown'").groupby("practice_id")["clinician_id"]
    alone = (doctors.nunique() == 1) & (practices.set_index("practice_id")["gp_fte"] > 1.5)
    assert alone.sum() == 1
    nobody = contacts.query("role == 'gp'").assign(unknown=contacts["clinician_id"] == "unknown")
    assert (nobody.groupby("practice_id")["unknown"].mean() > 0.2).sum() == 1
    remote = contacts.query("mode != 'administration'").groupby("practice_id")["mode"].nunique()
    assert (remote == 1).sum() == 1
    shared = contacts.query("clinician_id != 'unknown'").groupby("clinician_id")["practice_id"].nunique()
    assert (shared > 1).sum() == 2


@dataclass(frozen=True)
class Drawn:
    """One world, drawn without making tables."""

    care: CareWorld
    practices: pd.DataFrame
    people: People
    places: Places
    state: np.ndarray
    chances: Chances
    seen: Seen
    seed: int

    def truth(self) -> dict[str, float]:
        """What is written as true."""
        told = truths(self.care, self.people, self.places, self.chances, self.seen, self.practices, self.seed)
        return {name: float(each["effect"]) for name, each in told.items()}


def drawn(care: CareWorld, seed: int, comparison_per_region: int = 4) -> Drawn:
    world = World(seed=seed, comparison_per_region=comparison_per_region)
    practices = practices_of(world)
    places = places_of(practices, event_time(world, practices)[1], lists_of(world, practices))
    people = people_of(care, practices, world.months, seed)
    state, chances = states(care, len(people), world.months, seed), chances_of(care, people, places, seed)
    seen = contacts_of(care, people, places, state, seed)
    return Drawn(care, practices, people, places, state, chances, seen, seed)


def association(drawn: Drawn) -> tuple[float, float]:
    """The log rate ratio of admissions per +0.2 of a patient's own UPC over two years, adjusted; and its error."""
    people, part = drawn.people, drawn.seen.month // 24
    whom = drawn.seen.whom(people, drawn.chances.actual)
    found = windows(people, drawn.seen, whom, np.where(part == 1, 1, -100))
    acsc = admissions_of(drawn.care, people, drawn.chances, drawn.state, drawn.seed)["acsc"]
    admissions = np.bincount(acsc[1][acsc[0] >= 24], minlength=len(people))[found.person]
    contacts = np.bincount(drawn.seen.person[(part == 1) & (whom >= 0)], minlength=len(people))[found.person]
    months = np.minimum(people.ended, 48)[found.person] - np.maximum(people.joined, 24)[found.person]
    columns = [found.upc / 0.2, people.age[found.person], people.imd[found.person], people.conditions[found.person]]
    design = np.column_stack([*columns, np.log(contacts), np.log(contacts) ** 2, np.ones(len(months))])
    fit = GLM(admissions, design, family=Poisson(), offset=np.log(months)).fit(cov_type="HC0")
    return float(fit.params[0]), float(fit.bse[0])


UNMOVED = Seeing(effect=0, effect_imd=0)
CHANGES = [f"continuity.{name}_change" for name in ("imd", "age", "conditions")]
# More admissions than people have, so that few patients tell much; and none that continuity prevents.
MANY = Admitting(rate=0.05, effect=1.0)


def test_illness_makes_patients_own_continuity_look_useful_where_it_is_not() -> None:
    estimate, error = association(drawn(CareWorld(admitting=MANY), 11))
    assert estimate < -4 * error


def test_without_busy_bad_months_nothing_looks_useful_that_is_not() -> None:
    estimate, error = association(drawn(CareWorld(admitting=MANY, seeing=Seeing(busy=0.0)), 12))
    assert error < 0.01
    assert abs(estimate) < 3 * error


@pytest.fixture(scope="module")
def plain() -> Drawn:
    return drawn(CareWorld(), 13)


@pytest.fixture(scope="module")
def truth(plain: Drawn) -> dict[str, float]:
    return plain.truth()


def test_the_truth_is_what_a_comparison_of_the_data_finds(plain: Drawn, truth: dict[str, float]) -> None:
    one, found = plain, told(plain)
    home = one.people.practice[found.person]
    since = since_start(one.people, one.places, found.person, found.part)
    rows = pd.DataFrame({"home": home, "part": found.part, "upc": 100 * found.upc, "since": since, "n": 1.0})
    cells = rows[~since_between(since)].groupby(["home", "part"]).agg({"upc": "mean", "n": "sum", "since": "first"})
    effect, error = did(cells.reset_index(), one.places.area)
    assert error < 1.5
    assert abs(effect - truth["upc"]) < 3 * error
    before = cells.query("part < 0").groupby("home")["upc"].mean()
    size = np.log2(one.practices["list_size"]).reindex(before.index).to_numpy()
    # Lists and practices differ by chance: some 220 practices leave an error of about 0.7 points.
    assert abs(slope(before.to_numpy(), size) - truth["continuity.size"]) < 2


def told(one: Drawn) -> PatientWindows:
    """The windows of all patients, as the data tell them."""
    part = parts_of(one.places)[0][one.seen.month]
    return windows(one.people, one.seen, one.seen.whom(one.people, one.chances.actual), part)


@pytest.mark.parametrize("name", ["imd", "age", "conditions"])
def test_the_change_of_a_gap_is_what_the_paper_s_model_finds(plain: Drawn, truth: dict[str, float], name: str) -> None:
    people, found = plain.people, told(plain)
    since, home = since_start(people, plain.places, found.person, found.part), people.practice[found.person]
    value = np.floor(getattr(people, name)[found.person]) + (found.part if name == "age" else 0)
    rows = pd.DataFrame(
        {"practice_id": home, "part": found.part, "cluster_id": plain.places.area[home], "pilot": ~np.isnan(since),
         "after": since >= 0, "measure": value, "value": found.upc}
    )[~since_between(since)]  # fmt: skip
    keys = ["practice_id", "part", "cluster_id", "pilot", "after", "measure"]
    cells = rows.groupby(keys)["value"].agg(responses="size", value="mean").reset_index()
    labels = {"outcome": "upc", "design": "difference_in_differences", "estimator": "weighted_least_squares"}
    row = gap_change(ranked(cells, 5), 0.95, labels)
    assert abs(row.estimate - truth[f"continuity.{name}_change"]) < 3 * row.std_error


def test_what_a_merger_does_is_what_the_paper_s_model_finds(plain: Drawn, truth: dict[str, float]) -> None:
    people, found, names = plain.people, told(plain), plain.practices["practice_id"].to_numpy()
    world = World(seed=plain.seed, comparison_per_region=4)
    rows = pd.DataFrame({"practice_id": names[people.practice[found.person]], "part": found.part, "value": found.upc})
    wave = (2009 + rows["part"]).astype(str) + "-04"
    values = rows.assign(wave=wave).groupby(["practice_id", "wave"], as_index=False)["value"].mean()
    windows_of = values.merge(plain.practices).assign(pilot=lambda each: each["site_id"] != "")
    grid = {"practice_id": np.repeat(names, world.months), "month": np.tile(months(world), len(names))}
    lists = pd.DataFrame(grid | {"population": lists_of(world, plain.practices).population.ravel()})
    rows_of = growing(windows_of, lists, "upc", 0.15, "region", 0.95)
    made = [each for each in rows_of if isinstance(each, Estimate)]
    for term, name in {"jump": "merger", "per_tenth": "growth"}.items():
        row = next(each for each in made if each.term == term)
        assert row.std_error < 2
        assert abs(row.estimate - truth[f"continuity.{name}"]) < 3 * row.std_error


def test_a_merger_that_changes_no_chance_changes_no_index() -> None:
    assert drawn(CareWorld(seeing=Seeing(merger=0.0)), 17).truth()["continuity.merger"] == 0


def since_between(since: np.ndarray) -> np.ndarray:
    """Whether the own pilot starts within the window."""
    return np.asarray((since > -12) & (since < 0))


def did(cells: pd.DataFrame, area: np.ndarray) -> tuple[float, float]:
    design = pd.get_dummies(cells[["home", "part"]].astype(str), dtype=float)
    design = design.drop(columns=design.columns[design.columns.str.startswith("part")][0])
    design = design.assign(effect=(cells["since"] >= 0).astype(float))
    fit = least_squares(cells["upc"], design, pd.Series(area[cells["home"]]), cells["n"].astype(float))
    return fit.combined({"effect": 1.0})


def test_without_an_effect_there_is_none() -> None:
    truth = drawn(CareWorld(seeing=UNMOVED, contacting=Contacting(effect=1.0)), 14, 1).truth()
    assert [truth[name] for name in ("upc", "slicc", *CHANGES)] == [0] * 5
    assert truth["continuity.mediated"] == 1


def test_more_contacts_alone_lower_the_index() -> None:
    truth = drawn(CareWorld(seeing=UNMOVED, contacting=Contacting(effect=1.5)), 15, 1).truth()
    assert truth["upc"] < -0.5
    assert abs(truth["slicc"]) < 0.3


@pytest.mark.parametrize(("steep", "sign"), [(0.0, 0), (0.5, -1)])
def test_the_same_fall_lowers_the_index_more_where_there_are_more_contacts(steep: float, sign: int) -> None:
    seeing = Seeing(effect=-0.3, effect_imd=0, age=0, conditions=0, imd=0)
    often = Contacting(effect=1.0, age=steep, conditions=0)
    change = drawn(CareWorld(seeing=seeing, contacting=often), 16, 1).truth()["continuity.age_change"]
    assert change < -3.5 if sign else abs(change) < 2.5


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30))
def test_a_place_is_that_of_the_prepare_stage(values: list[int]) -> None:
    column = pd.Series(values, dtype=float)
    expected = ridit(column, pd.Series(1.0, index=column.index))
    assert standing(column.to_numpy(), column.to_numpy()) == pytest.approx(expected.to_numpy())


def test_what_the_months_are_too_few_for_has_no_truth(world: World) -> None:
    short = world.model_copy(update={"first": "2009-01", "months": 8})
    practices = practices_of(short)
    known = continuity(
        CareWorld(), practices, event_time(short, practices)[1], lists_of(short, practices),
        first=short.first, root=1,
    )[1]  # fmt: skip
    assert {"continuity.acsc", "continuity.mediated"} == set(known)
