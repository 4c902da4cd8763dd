"""The annex on calibration: shown for its own plan only, and plain about what misses its promise."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from analysis.assess.calibration.narrow import read_tried
from analysis.plan.calibration import Calibration, Scenario
from analysis.plan.inference import Inference
from analysis.present.calibration.calibration import calibration
from analysis.present.calibration.misses import missed
from analysis.present.calibration.page import page
from analysis.present.outcomes.caution import caution
from analysis.present.provenance.sources import PaperPlan, Sources
from analysis.steps import write_json
from analysis.study import Study
from analysis.verdicts import Verdicts
from tests.judging import judged
from tests.unit.present.made_rows import context
from tests.unit.present.made_rows import row as effect
from tests.unit.present.phrases import allowed, library, said, section

PLAN = Calibration(
    outcome="emergency_admissions",
    scenarios={
        "null": Scenario(label="no effect", effect=1.0),
        "drift": Scenario(label="a trend", effect=1.0, pilot_trend=0.1),
    },
)
PRIMARY = {
    "design": "difference_in_differences", "estimator": "poisson_fixed_effects", "term": "effect", "horizon": "after",
}  # fmt: skip


def row(**told: Any) -> dict[str, Any]:
    usual = {"scenario": "null", "sites": 16, "scale": "ratio", "effect": 1.0, "worlds": 1000, "bias": 0.001}
    errors = {
        "bias_error": 0.0004,
        "spread": 0.01,
        "std_error": 0.01,
    }
    shares = {"coverage": 0.95, "rejection": 0.05} | told
    for name in ("coverage", "rejection"):
        ends = proportion_confint(
            shares[name] * shares.get("worlds", 1000), shares.get("worlds", 1000), method="wilson"
        )
        shares = dict(zip((f"{name}_low", f"{name}_high"), ends, strict=True)) | shares
    return PRIMARY | usual | errors | shares


def known(table: pd.DataFrame, plan: Calibration | None, confidence: float) -> Verdicts:
    """What is judged of a calibration."""
    return judged(context([]).estimates, calibration=plan, confidence=confidence, worlds=(table,))


def written(
    folder: Path, rows: list[dict[str, Any]], digest: str = "d", plan: Calibration | None = PLAN
) -> tuple[str, str, str]:
    """The tables, the annex around them, and what stands beside the primary model."""
    table, record = folder / "default.csv", folder / "default.json"
    pd.DataFrame(rows).to_csv(table, index=False)
    write_json(record, {"digest": "d"})
    calibration(
        digest=digest,
        phrases=allowed("present_calibration"),
        out=folder / "out.md",
        calibration=plan,
        worlds=(table,),
        record=(record,),
    )
    asked = PaperPlan(inference=Inference(), calibration=plan, digest=digest)
    sources = Sources(
        context=context([]), plan=asked, verdicts=known(pd.DataFrame(rows), plan, 0.95), benchmarks=pd.DataFrame(),
        files={"power": (table, record)},
    )  # fmt: skip
    pages = {"study": asked, "calibration": page(sources)}
    sections = [section(f"calibration/{name}", pages) for name in ("annex", "primary")]
    return (folder / "out.md").read_text(encoding="utf-8"), sections[0], sections[1]


def outside(table: pd.DataFrame, plan: Calibration, confidence: float) -> dict[str, list[str]]:
    """By estimate, its faults in words."""
    return {
        library()["phrase"](each.estimate, "calibrated_estimate"): [
            said("calibration/fault", fault) for fault in each.faults
        ]
        for each in missed(known(table, plan, confidence), plan)
    }


def test_figures_stand_with_their_errors(tmp_path: Path) -> None:
    tables, annex, beside = written(
        tmp_path, [row(), row(sites=4, coverage=0.881), row(scenario="drift", coverage=0.2)]
    )
    held, seen = "95.0% (93 to 96)", "5.0% (4 to 7)"
    assert f"| +0.1% (0.04) | +0.1% (0.04) | {held} | 88.1% (86 to 90) | {seen} | {seen} |" in tables
    assert "| 1,000 |" in tables
    assert "Worlds with a trend" in tables
    assert "- Difference-in-differences (primary): its intervals are too narrow with 4 sites." in annex
    assert "An interval at 95% should hold the truth in 93% to 97% of the worlds" in annex
    assert "The model does not keep all it promises: its intervals are too narrow with 4 sites." in beside
    assert "with 16 and 4 sites and the same comparison areas." in beside


def test_a_calibration_of_another_plan_is_not_shown(tmp_path: Path) -> None:
    tables, annex, beside = written(tmp_path, [row()], digest="another")
    assert tables == ""
    assert "have not been tried on worlds with a known truth since they were last changed" in annex
    assert "make calibrate" in beside


def test_a_plan_that_asks_for_none_has_no_annex(tmp_path: Path) -> None:
    assert written(tmp_path, [row()], plan=None) == ("", "", "")


def test_nothing_missed_is_said(tmp_path: Path) -> None:
    _, annex, beside = written(tmp_path, [row(), row(sites=8, coverage=0.931)])
    assert "Every interval held the truth in 93% to 97% of the worlds" in annex
    assert "fewer than" not in annex
    assert "as often as they say" in beside


def test_that_little_was_tried_is_said(tmp_path: Path) -> None:
    _, annex, _ = written(tmp_path, [row(), row(sites=8, worlds=60)])
    assert "Of what ran in fewer than 200 worlds nothing is said." in annex


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"coverage": 0.91}, "its intervals are too narrow with 16 sites"),
        ({"coverage": 0.99}, "its intervals are too wide with 16 sites"),
        ({"rejection": 0.09}, "its test sees an effect too often where there is none, with 16 sites"),
        ({"rejection": 0.01}, "its test sees an effect too seldom where there is none, with 16 sites"),
        ({"coverage": 0.91, "worlds": 200}, "its intervals are perhaps too narrow with 16 sites"),
    ],
)
def test_each_way_to_miss_has_its_words(told: dict[str, float], fault: str) -> None:
    assert outside(pd.DataFrame([row(**told)]), PLAN, 0.95) == {"Difference-in-differences (primary)": [fault]}


def test_a_joint_test_that_cries_wolf_is_told_beside_the_model(tmp_path: Path) -> None:
    test = {"design": "event_study", "term": "pre_trend", "horizon": "before", "scale": "statistic"}
    *_, beside = written(tmp_path, [row(), row(**test, coverage=float("nan"), rejection=0.6)])
    assert "As for the joint test of the periods before the start, it sees a difference too often where" in beside


def test_faults_that_seem_to_contradict_each_other_name_their_kinds_of_world() -> None:
    plan = PLAN.model_copy(update={"scenarios": PLAN.scenarios | {"spread": Scenario(label="sites that differ")}})
    apart = [row(coverage=0.99), row(scenario="spread", coverage=0.9, sites=8), row(coverage=0.9, sites=8)]
    found = outside(pd.DataFrame([*apart, row(scenario="spread", coverage=0.9)]), plan, 0.95)
    assert found == {
        "Difference-in-differences (primary)": [
            "its intervals are too narrow with 8 sites, and with 16 sites in worlds with sites that differ",
            "its intervals are too wide with 16 sites in worlds with no effect",
        ]
    }


def test_worlds_are_told_by_number_of_sites_where_they_differ(tmp_path: Path) -> None:
    annex, *_ = written(tmp_path, [row(worlds=220), row(sites=8, worlds=60), row(sites=4, worlds=58)])
    assert "| 220, 60, 58 |" in annex


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_fewer_than_two_hundred_worlds_give_no_verdict(share: float) -> None:
    assert outside(pd.DataFrame([row(coverage=share, rejection=1 - share, worlds=199)]), PLAN, 0.95) == {}


def cautions(
    folder: Path, study: Study, sites: int, tried: pd.DataFrame, error: float = 0.01
) -> dict[str, tuple[str, str]]:
    """What stands beside the interval of a count and of a share from so many sites, at length and in short."""
    tried.to_csv(folder / "tried.csv", index=False)
    known = read_tried(folder / "tried.csv")
    outcomes = {name: study.outcomes[name] for name in ("emergency_admissions", "continuity")}
    clusters: dict[str, Any] = {"treated_clusters": sites, "comparison_clusters": 9, "std_error": error}
    made = context([effect(name, "effect", 1.1, 0.02, **clusters) for name in outcomes])
    sources = Sources(
        context=made, plan=PaperPlan(inference=study.inference, outcomes=outcomes), benchmarks=pd.DataFrame(),
        verdicts=judged(made.estimates, outcomes=outcomes, tried=(known,)),
        files={"calibration": (folder / "tried.csv",)},
    )  # fmt: skip
    found = {name: caution(sources, name, made.row(outcome=name)) for name in outcomes}
    names = ("calibration/caution", "calibration/short-caution")
    return {name: (said(names[0], each), said(names[1], each)) if each else ("", "") for name, each in found.items()}


def test_what_calibration_says_of_so_few_sites_stands_beside_every_interval(study: Study, tmp_path: Path) -> None:
    tried = [row(scenario="no_effect", sites=number, coverage=held) for number, held in ((16, 0.94), (4, 0.855))]
    table, (count, share) = pd.DataFrame(tried), ("emergency_admissions", "continuity")

    def told(sites: int, table: pd.DataFrame = table, error: float = 0.01) -> dict[str, tuple[str, str]]:
        return cautions(tmp_path, study, sites, table, error)

    assert [sites for sites in (3, 4, 5, 7, 8, 9, 16, 40) if any(told(sites)[count])] == [3, 4, 5, 7]
    assert "simulated pilots of four sites" in told(5)[count][0]
    assert "85.5%" in told(5)[count][0]
    assert told(5)[count][1].startswith("With so few sites this interval is too narrow")
    # The same sites are too few to say it of shares, which were not tried.
    assert told(5)[share][0].startswith("Whether intervals of shares are too narrow")
    nothing = ("", "")
    assert told(5, table.assign(worlds=150)) == dict.fromkeys((count, share), nothing)
    # Of randomisation's interval, or of none, calibration of clustered errors says nothing.
    assert told(5, error=float("nan")) == dict.fromkeys((count, share), nothing)


def test_confounded_worlds_are_no_fault_of_an_interval() -> None:
    assert outside(pd.DataFrame([row(scenario="drift", coverage=0.1, rejection=0.9)]), PLAN, 0.95) == {}


def test_power_is_no_false_alarm() -> None:
    assert outside(pd.DataFrame([row(effect=1.02, rejection=0.5)]), PLAN, 0.95) == {}
