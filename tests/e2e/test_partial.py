"""An outcome from which nothing can be told: the paper says so, the others stand, and the run is called partial."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from analysis.estimate.outcomes.admissions import effects, measure_rows
from analysis.simulate.outcomes.panels import simulated_panel
from analysis.simulate.outcomes.pilots import simulate
from analysis.simulate.outcomes.world import World
from analysis.steps import read_json
from tests.e2e.clone import Clone, fresh
from tests.e2e.test_smallest_study import ENTRY, FILE, STUDY, plain
from tests.reasons import sentences
from tests.told import faults

WORLD = World(seed=3, sites=5, practices_per_site=4, regions=7, comparison_per_region=3, first="2007-10", months=36)
BROKEN = """\
  home_visits:
    kind: activity
    label: home visits
    measure: elective
    good_direction: down
    smallest_change: 3
tests:
  T3:
    title: Care for persons
    requirement: should
    statement: Care answers to needs.
    indicators:
      - outcome: home_visits
        design: difference_in_differences
        rule: no_worse
        because: More visits would be more medicine.
    gap: Needs were not asked for.
"""


@pytest.fixture(scope="module")
def partial(tmp_path_factory: pytest.TempPathFactory) -> tuple[Clone, str, int]:
    """A clean copy with a paper of two outcomes, one of them with no events after the start; and what make said."""
    clone = fresh(tmp_path_factory.mktemp("partial"))
    tables = {name: table for name, table in simulate(WORLD).items() if name != "survey"}
    starts = (
        tables["practices"].merge(tables["sites"], how="left", on="site_id").set_index("practice_id")["start_month"]
    )
    activity = tables["activity"]
    after = activity["month"] >= activity["practice_id"].map(starts).fillna("9999-12")
    tables["activity"] = activity.assign(
        count=activity["count"].where(~(after & (activity["measure"] == "elective")), 0)
    )
    (clone.folder / "data/raw/our-extract").mkdir()
    for name, table in tables.items():
        table.to_csv(clone.folder / f"data/raw/our-extract/{name}.csv", index=False)
    clone.append("data/raw/datasets.yaml", ENTRY + "".join(FILE.format(name=name, zeros="0" * 64) for name in tables))
    study = STUDY.replace("release:\n", f"{BROKEN}release:\n")
    (clone.folder / "studies/ours.yaml").write_text(study, encoding="utf-8")
    pulled = clone.make("pull", "ACCEPT=our-extract")
    assert pulled.returncode == 0, pulled.stdout
    done = clone.make("paper", "STUDY=ours")
    return clone, done.stdout, done.returncode


def test_the_run_says_that_the_paper_is_partial(partial: tuple[Clone, str, int]) -> None:
    clone, said, code = partial
    assert (
        "Partial: 2 estimates of the plan could not be made; see reports/releases/ours-1.0.0/not_estimated.csv" in said
    )
    assert code == 2
    assert "Error 3" in said
    record = read_json(clone.folder / "results/ours/release/published.json")
    assert (record["partial"], record["not_estimated"]) == (True, 2)
    again = clone.make("paper", "STUDY=ours")
    assert "Partial: 2 estimates" in again.stdout
    assert again.returncode == 2


def test_the_paper_says_what_is_missing_and_why(partial: tuple[Clone, str, int]) -> None:
    clone, _, _ = partial
    seen = plain((clone.folder / "reports/releases/ours-1.0.0/paper.html").read_text(encoding="utf-8"))
    reason = "For elective pilot practices after their start had no events at all"
    assert "Home visits could not be estimated." in seen
    assert f"Not estimated: {reason}" in seen
    assert "Home visits cannot be read, because its change could not be estimated" in seen
    assert "2 estimates of the plan could not be made." in seen
    assert "{{<" not in seen
    missing = pd.read_csv(clone.folder / "reports/releases/ours-1.0.0/not_estimated.csv")
    assert set(missing["outcome"]) == {"home_visits"}
    assert list(missing["design"]) == ["difference_in_differences", "event_study"]
    assert set(missing["reason"]) == {"no_events_of_pilots_after"}
    assert sentences(missing).str.startswith(reason).all()


def test_the_release_tells_what_its_rows_say(partial: tuple[Clone, str, int]) -> None:
    """Numbers among the values of a reason, too."""
    clone, _, _ = partial
    assert faults(clone.folder / "reports/releases/ours-1.0.0", clone.folder / "results/ours") == []


def test_the_other_outcome_stands_as_it_would_alone(partial: tuple[Clone, str, int]) -> None:
    clone, said, _ = partial
    released = pd.read_csv(clone.folder / "reports/releases/ours-1.0.0/estimates.csv")
    table = pd.read_csv(clone.folder / "results/ours/estimate/estimates.csv")
    assert set(table["outcome"]) == {"ambulance_calls"}
    # An extract is of persons, so a release tells its statistics to four digits.
    ratios = released.loc[released["scale"] == "ratio", "estimate"]
    assert list(ratios) == [float(f"{each:.4g}") for each in ratios]
    alone = effects(measure_rows(inside(simulated_panel(WORLD, "emergency")), "emergency"), "ambulance_calls", 0.95)[0]
    row = table.query("design == 'difference_in_differences' and term == 'effect' and scale == 'ratio'").iloc[0]
    for name in ("estimate", "ci_low", "ci_high"):
        assert row[name] == pytest.approx(getattr(alone, name), rel=1e-8)
    assert re.search(r"Ambulance calls (rose|fell|did not clearly change)", said)


def test_a_paper_in_which_no_outcome_could_be_estimated_says_why(tmp_path: Path) -> None:
    """Pilot practices without a single event after their start, and no other outcome; published evidence stands."""
    clone = fresh(tmp_path)
    data = Path(__file__).parents[1] / "invalid/base"
    shutil.copytree(data, clone.folder / "own")
    activity = pd.read_csv(data / "activity.csv")
    practices = pd.read_csv(data / "practices.csv").merge(pd.read_csv(data / "sites.csv"), how="left", on="site_id")
    starts = activity["practice_id"].map(practices.set_index("practice_id")["start_month"]).fillna("9999-12")
    activity["count"] = activity["count"].where(activity["month"] < starts, 0)
    activity.to_csv(clone.folder / "own/activity.csv", index=False)
    plan = (data / "study.yaml").read_text(encoding="utf-8").replace("NAME", "own").replace("PACKAGE", "own")
    plan = plan[: plan.index("  continuity:")] + plan[plan.index("syntheses:") :]
    (clone.folder / "studies/own.yaml").write_text(plan, encoding="utf-8")
    done = clone.make("paper", "STUDY=own")
    assert "1. Emergency admissions could not be estimated." in done.stdout
    assert "estimates of the plan could not be made" in done.stdout
    seen = plain((clone.folder / "reports/releases/own-1.0.0/paper.html").read_text(encoding="utf-8"))
    assert "No change in pilot practices could be estimated." in seen
    assert "Emergency admissions Not estimated" in seen
    reasons = sentences(pd.read_csv(clone.folder / "reports/releases/own-1.0.0/not_estimated.csv"))
    assert [reason for reason in reasons if reason not in seen] == []


def inside(panel: pd.DataFrame) -> pd.DataFrame:
    """The months of the study."""
    return panel[panel["month"].between("2007-10", "2010-09")]
