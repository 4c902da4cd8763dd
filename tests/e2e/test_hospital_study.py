"""Hospital episodes and general-practice contacts in place of counts: a study of one's own from records of persons."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.estimates import verdict_row
from analysis.release.gate.gate import leaks
from analysis.simulate.outcomes.pilots import simulate
from analysis.simulate.outcomes.world import World
from tests.e2e.clone import Clone, fresh
from tests.told import faults

WORLD = World(seed=5, sites=5, practices_per_site=3, regions=8, comparison_per_region=4, first="2007-10", months=36)
METHODS = {"emergency": "21", "elective": "11"}


def episodes(activity: pd.DataFrame) -> pd.DataFrame:
    """One stay of one episode for each admission that was counted, of persons who come once."""
    counted = activity[activity["measure"].isin(METHODS)]
    rows = counted.loc[counted.index.repeat(counted["count"])].reset_index(drop=True)
    day = pd.to_datetime(rows["month"]) + pd.to_timedelta(rows.index % 25, unit="D")
    left = (day + pd.Timedelta(days=3)).dt.strftime("%Y-%m-%d")
    key, day = rows.index.astype(str), day.dt.strftime("%Y-%m-%d")
    return pd.DataFrame({
        "HESID": "H" + key, "PROCODE3": "RXX", "EPIKEY": key, "EPISTART": day, "EPIEND": left, "EPIORDER": 1,
        "EPISTAT": 3, "ADMIDATE": day, "DISDATE": left, "ADMIMETH": rows["measure"].map(METHODS), "ADMISORC": "19",
        "DISMETH": "1", "DISDEST": "19", "TRANSIT": 0, "GPPRAC": rows["practice_id"], "DIAG_01": "J459",
    })  # fmt: skip


def contacts(practices: pd.DataFrame) -> pd.DataFrame:
    """Ten patients of each practice, from seldom to nearly every month; one contact in four with another clinician."""
    random = np.random.default_rng(1)
    months = pd.DataFrame({"month": pd.period_range(WORLD.first, periods=WORLD.months, freq="M").astype(str)})
    patients = pd.DataFrame({"number": range(10)})
    rows = practices[["practice_id"]].merge(months, how="cross").merge(patients, how="cross")
    rows = rows[random.random(len(rows)) < 0.1 * (1 + rows["number"])].reset_index(drop=True)
    other = pd.Series(random.random(len(rows)) < 0.25)
    return pd.DataFrame({
        "patient_id": rows["practice_id"] + "-" + rows["number"].astype(str),
        "practice_id": rows["practice_id"],
        "date": rows["month"] + "-15",
        "clinician_id": rows["practice_id"] + other.map({True: "-B", False: "-A"}),
        "role": "gp", "mode": "telephone",
    })  # fmt: skip


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A clean copy with the paper of a study from records, which lie in a folder with a space in its name."""
    folder = tmp_path_factory.mktemp("data") / "our records"
    tables = simulate(WORLD)
    (folder / "episodes").mkdir(parents=True)
    for name in ("sites", "practices"):
        tables[name].to_csv(folder / f"{name}.csv", index=False)
    people = tables["activity"][["practice_id", "month", "population"]].drop_duplicates()
    people.to_csv(folder / "populations.csv", index=False)
    records = episodes(tables["activity"])
    for part in range(2):
        records[part::2].to_parquet(folder / "episodes" / f"part-{part}.parquet", index=False)
    contacts(tables["practices"]).rename(columns={"clinician_id": "SEEN_BY"}).to_csv(
        folder / "contacts.csv.gz", index=False
    )
    clone = fresh(tmp_path_factory.mktemp("hospital"))
    begun = clone.make("study", "NAME=ours", f"DATA={folder}")
    assert begun.returncode == 0, begun.stdout
    clone.edit("studies/ours.yaml", "\npilots:\n", "\npilots:\n  columns: {contacts: {clinician_id: SEEN_BY}}\n")
    checked = clone.make("check-data", "STUDY=ours")
    assert checked.returncode == 0, checked.stdout
    done = clone.make("paper", "STUDY=ours")
    assert done.returncode == 0, done.stdout
    return clone


def test_activity_is_built_of_episodes(ours: Clone) -> None:
    built = pd.read_parquet(ours.folder / "results/ours/prepare/activity.parquet")
    known = simulate(WORLD)["activity"]
    key = ["practice_id", "month", "measure"]
    both = known[known["measure"].isin(METHODS)].merge(built, on=key, how="left", suffixes=("", "_built"))
    assert (both["count"] == both["count_built"]).all()


def test_continuity_is_read_from_contacts(ours: Clone) -> None:
    rows = pd.read_csv(ours.folder / "results/ours/estimate/estimates.csv")
    effect = verdict_row(rows, "continuity", "difference_in_differences")
    assert effect is not None
    # Three of four contacts are with the same clinician everywhere; of few contacts by chance a little more.
    assert effect["baseline"] == pytest.approx(76, abs=2)
    assert abs(effect["estimate"]) < 3.5 * effect["std_error"]


def test_no_record_of_a_person_is_released(ours: Clone) -> None:
    released = [path for path in (ours.folder / "reports/releases/ours-1.0.0").rglob("*") if path.is_file()]
    assert released
    assert [path.name for path in released if b"H1000" in Path(path).read_bytes()] == []
    page = (ours.folder / "reports/releases/ours-1.0.0/paper.html").read_text(encoding="utf-8")
    told = " ".join(page.split())
    assert "No survey was supplied" in told
    assert "the counts were made of them" in told
    assert "Shares in a survey" not in told


def test_nothing_of_a_study_from_records_is_open_to_others_but_its_release(ours: Clone) -> None:
    results, source = ours.folder / "results", ours.folder / "results/ours/release/source"
    # What is assembled for release has the modes of the paper's sources; the folder above it is private.
    computed = [path for path in results.rglob("*") if source not in [path, *path.parents]]
    assert not [path for path in [results, *computed] if path.stat().st_mode & 0o077]
    releases = ours.folder / "reports/releases"
    released = [releases, *releases.rglob("*")]
    assert {path.stat().st_mode & 0o777 for path in released} == {0o755, 0o644}
    assert str(ours.folder.parent.parent) not in ours.read("reports/releases/ours-1.0.0/plan.yaml")


def test_nothing_of_persons_is_released_exactly(ours: Clone) -> None:
    receipt = json.loads(ours.read("results/ours/pull/ours-data.json"))
    assert receipt["disclosure"] == "persons"
    exact = pd.read_csv(ours.folder / "results/ours/estimate/estimates.csv")
    released = pd.read_csv(ours.folder / "reports/releases/ours-1.0.0/estimates.csv")
    persons = released[released["outcome"] == "continuity"]
    assert not persons.empty
    assert (persons["n_obs"] % 5 == 0).all()
    own = released[released["design"] != "synthesis"]  # what was published is public
    ratios = own.loc[own["scale"] == "ratio", "estimate"]
    assert list(ratios) == [float(f"{each:.4g}") for each in ratios]
    assert set(released["n_clusters"]) == set(exact["n_clusters"])  # areas and sites are not persons


def test_a_leak_that_is_planted_into_its_release_is_found(ours: Clone, tmp_path: Path) -> None:
    release, computed = tmp_path / "ours-1.0.0", ours.folder / "results/ours"
    shutil.copytree(ours.folder / "reports/releases/ours-1.0.0", release)
    private = (computed / "release/private.json", computed / "release/private-ids.parquet")
    anyway = [ours.folder / name for name in ("reports", "analysis/present", "data/raw/published", "studies/ours.yaml")]
    known = (*private, tuple(anyway))
    assert list(leaks(release, *known)) == []
    person = pd.read_parquet(computed / "prepare/patient_continuity.parquet")["patient_id"].iloc[0]
    counts = [count for count in json.loads(known[0].read_text())["counts"] if count > 1000 and count % 5]
    page = release / "paper.html"
    for words in (f"See {person}.", f"There were {counts[0]:,} of them."):
        before = page.read_text(encoding="utf-8")
        page.write_text(before.replace("</main>", f"<p>{words}</p></main>"), encoding="utf-8")
        assert [leak.file for leak in leaks(release, *known)] == ["paper.html"]
        page.write_text(before, encoding="utf-8")


def test_what_is_told_is_what_the_rows_say(ours: Clone) -> None:
    assert faults(ours.folder / "reports/releases/ours-1.0.0", ours.folder / "results/ours") == []
