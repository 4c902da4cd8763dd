"""The reference pilots: the same seed gives the same bytes, and the models find the written truth."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.estimate.continuity.continuity import share_effect
from analysis.estimate.outcomes.admissions import effects
from analysis.estimate.outcomes.event_study import periods
from analysis.simulate.matched_cohort.patient_world import USE
from analysis.simulate.outcomes.pilots import pilots, simulate
from analysis.simulate.outcomes.world import ACTIVITY, SHARES, Mergers, World
from analysis.steps import read_json

COHORT = {"patients.csv", "spells.csv", "outpatients.csv"}
CONTINUITY = {"contacts.csv", "registrations.csv"}
GAPS = ("imd", "age", "conditions")
ASKED_OF_CONTACTS = ("acsc", "size", "growth", "merger", *GAPS, *(f"{name}_change" for name in GAPS), "mediated")
OF_CONTACTS = {"upc", "slicc"} | {f"continuity.{name}" for name in ASKED_OF_CONTACTS}
FILES = {"sites.csv", "practices.csv", "activity.csv", "survey.csv", "truth.json"} | COHORT | CONTINUITY


def changed(first: World, second: World) -> set[str]:
    """The tables, and the measures of activity, that differ between two worlds."""
    one, two = simulate(first), simulate(second)
    measures = {
        name for name in ACTIVITY
        if not one["activity"].query("measure == @name").equals(two["activity"].query("measure == @name"))
    }  # fmt: skip
    return measures | {name for name in ("sites", "practices", "survey") if not one[name].equals(two[name])}


def test_same_seed_same_bytes_other_seed_other_bytes(world: World, raw: Path, tmp_path: Path) -> None:
    pilots(parameters=world, out=tmp_path / "again")
    pilots(parameters=world.model_copy(update={"seed": world.seed + 1}), out=tmp_path / "other")
    assert {path.name for path in (tmp_path / "again").iterdir()} == FILES
    same = {name for name in FILES if (raw / name).read_bytes() == (tmp_path / "again" / name).read_bytes()}
    kept = {name for name in FILES if (raw / name).read_bytes() == (tmp_path / "other" / name).read_bytes()}
    assert same == FILES
    # What is true of patients as they were drawn differs with the draw.
    assert kept == {"sites.csv"}


def test_one_measure_moves_no_other(world: World) -> None:
    busier = {**ACTIVITY, "elective": ACTIVITY["elective"].model_copy(update={"rate": 12.0})}
    assert changed(world, world.model_copy(update={"activity": busier})) == {"elective"}


def test_the_survey_moves_no_activity(world: World) -> None:
    shares = {"see_preferred_gp": SHARES["see_preferred_gp"].model_copy(update={"mean": 0.5})}
    assert changed(world, world.model_copy(update={"shares": shares})) == {"survey"}


def test_a_new_measure_moves_no_other(world: World) -> None:
    assert changed(world, world.model_copy(update={"activity": {**ACTIVITY, "dental": ACTIVITY["elective"]}})) == set()


def test_measures_are_drawn_apart(world: World) -> None:
    twins = {"one": ACTIVITY["elective"], "two": ACTIVITY["elective"]}
    counts = simulate(world.model_copy(update={"activity": twins}))["activity"].groupby("measure")["count"].agg(list)
    assert counts["one"] != counts["two"]


def test_truth_is_what_was_published(raw: Path, root: Path) -> None:
    published = {}
    for name in ("evaluations", "continuity"):
        with (root / f"data/raw/published/{name}.csv").open(encoding="utf-8", newline="") as stream:
            published |= {row["evidence_id"]: row for row in csv.DictReader(stream)}
    truth = read_json(raw / "truth.json")
    assert set(truth) == set(ACTIVITY) | set(SHARES) | {f"cohort.{name}" for name in USE} | OF_CONTACTS
    told_of = {name: told for name, told in truth.items() if told["set_to"]}
    assert {"emergency", "elective", "outpatient", "see_preferred_gp", "continuity.acsc"} <= set(told_of)
    for told in told_of.values():
        row = published[told["set_to"]]
        size = float(row["estimate"])
        ratios = {("percent_change", "ratio"), ("percent_difference", "ratio")}
        assert (row["measure"], told["scale"]) in ratios | {("points", "points")}
        assert told["effect"] == pytest.approx(1 + size / 100 if told["scale"] == "ratio" else size)


def test_the_placebo_is_not_moved(raw: Path) -> None:
    assert read_json(raw / "truth.json")["injury"]["effect"] == 1


def test_shape_of_the_world(world: World) -> None:
    tables = simulate(world)
    practices, activity = tables["practices"], tables["activity"]
    pilot = practices["site_id"] != ""
    assert (~pilot).sum() == world.regions * world.comparison_per_region
    assert set(practices.loc[pilot, "site_id"]) == set(tables["sites"]["site_id"])
    assert len(activity) == len(practices) * world.months * len(ACTIVITY)
    assert not activity.duplicated(["practice_id", "month", "measure"]).any()
    assert set(tables["survey"]["wave"]) == set(world.waves)
    assert tables["survey"]["value"].between(0, 1).all()


def test_a_merger_lengthens_one_list_and_moves_no_other_practice(world: World) -> None:
    share = Mergers(share=0.4)
    one, other = (
        simulate(world.model_copy(update={"mergers": each}))["activity"].set_index(["practice_id", "measure", "month"])
        for each in (share, None)
    )
    gained = one["population"] / other["population"] - 1
    first, last = gained.groupby(["practice_id", "measure"]).first(), gained.groupby(["practice_id", "measure"]).last()
    assert (first == 0).all()
    assert last[last > 0].between(share.least - 0.001, share.most + 0.001).all()
    assert 0.2 < (last > 0).mean() < 0.6
    assert one[gained == 0].equals(other[gained == 0])
    assert (one["count"] >= other["count"]).all()


def test_a_merger_moves_no_rate() -> None:
    activity = simulate(quiet().model_copy(update={"mergers": Mergers(share=0.4)}))["activity"]
    alone = simulate(quiet().model_copy(update={"mergers": None}))["activity"]
    rates = [each["count"] / each["population"] for each in (activity, alone)]
    assert not activity["population"].equals(alone["population"])
    assert np.allclose(rates[0], rates[1], rtol=0.01)


def quiet() -> World:
    """So many events that counts are all but exact, and no shocks by area."""
    activity = {"emergency": ACTIVITY["emergency"].model_copy(update={"rate": 50_000.0, "effect": 1.02})}
    steady = {"seed": 3, "area_shock": 0.0, "overdispersion": 1e-9, "activity": activity}
    return World(**steady, starts=("2009-04",), sites=8, practices_per_site=8, regions=8, comparison_per_region=8)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    world = quiet()
    tables = simulate(world)
    joined = tables["activity"].merge(tables["practices"][["practice_id", "site_id", "region"]])
    pilot = joined["site_id"] != ""
    month = pd.PeriodIndex(joined["month"], freq="M").astype("int64") - pd.Period(world.starts[0], freq="M").ordinal
    time = pd.Series(month, index=joined.index).where(pilot)
    cluster = joined["site_id"].where(pilot, joined["region"])
    return joined.assign(pilot=pilot, cluster_id=cluster, event_time=time, after=time >= 0)


def test_without_noise_the_model_finds_the_truth(rows: pd.DataFrame) -> None:
    ratio = effects(rows, "emergency", 0.95)[0]
    assert np.log(ratio.estimate) == pytest.approx(np.log(1.02), abs=2e-4)
    assert ratio.std_error < 1e-4


def test_without_noise_the_effect_begins_at_the_start(rows: pd.DataFrame) -> None:
    told = [row for row in periods(rows, "emergency", 3, 0.95) if row.term == "period"]
    assert len(told) > 10
    for row in told:
        assert row.estimate == pytest.approx(1.02 if int(row.horizon) >= 0 else 1.0, abs=6e-4)


def test_without_shocks_the_survey_model_finds_the_truth() -> None:
    world = quiet()
    tables = simulate(world)
    joined = tables["survey"].merge(tables["practices"][["practice_id", "site_id", "region"]])
    pilot = joined["site_id"] != ""
    cluster = joined["site_id"].where(pilot, joined["region"])
    row = share_effect(
        joined.assign(pilot=pilot, cluster_id=cluster, after=pilot & (joined["wave"] > world.starts[0])),
        "continuity",
        0.95,
    )
    # Some 130 practices with 100 answers a wave: a standard error near 1.2 points.
    assert row.std_error < 2
    assert abs(row.estimate - 100 * SHARES["see_preferred_gp"].effect) < 3 * row.std_error


@pytest.mark.parametrize("wrong", [{"sites": 1}, {"months": 1}, {"area_shock": -1}, {"colour": "blue"}])
def test_impossible_worlds_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        World.model_validate({"seed": 1} | wrong)


def test_no_overdispersion_is_plain_poisson(world: World) -> None:
    assert len(simulate(world.model_copy(update={"overdispersion": 0.0}))["activity"]) > 0
