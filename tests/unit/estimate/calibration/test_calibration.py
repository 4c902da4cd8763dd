"""Intervals hold the truth as often as they say, as far as a hundred worlds can tell; and the check can fail."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from analysis.estimate.calibration.calibration import KEY, summary, trials, wilson
from analysis.estimate.calibration.calibration_design import Calibrated, calibrated
from analysis.estimate.calibration.calibration_models import MODELS
from analysis.plan.calibration import Calibration, Scenario
from analysis.pull.datasets.register import read_register
from analysis.simulate.outcomes.world import World
from analysis.steps import Problem
from analysis.study import Study

WORLDS = 100
NOTHING = {"no_effect": Scenario(label="no effect", effect=1.0)}


@pytest.fixture(scope="module")
def plan(study: Study, root: Path) -> Calibrated:
    """The default study's, with the primary model alone, sixteen sites, no effect, and fewer comparison practices."""
    few = Calibration(outcome="emergency_admissions", worlds=WORLDS, sites=(16,), scenarios=NOTHING)
    whole = calibrated(study, read_register(root / "data/raw/datasets.yaml"))
    world = whole.world.model_copy(update={"regions": 16, "comparison_per_region": 5})
    alone = {"calibration": few, "designs": ("difference_in_differences",), "methods": (), "world": world}
    return whole.model_copy(update=alone)


@pytest.fixture(scope="module")
def found(plan: Calibrated) -> pd.DataFrame:
    return trials(plan, workers=1)


def hits(share: float) -> tuple[float, float]:
    """Limits that a count with this share among the worlds leaves once in a thousand times."""
    low, high = stats.binom.interval(0.999, WORLDS, share)
    return float(low), float(high)


def test_the_primary_interval_keeps_its_promise(found: pd.DataFrame) -> None:
    low, high = hits(0.95)
    assert low <= found["covered"].sum() <= high
    assert found["rejected"].sum() <= hits(0.05)[1]
    assert abs(found["error"].mean()) < 3.3 * found["error"].std() / WORLDS**0.5


def test_an_interval_half_as_wide_is_found_out(found: pd.DataFrame) -> None:
    covered = found["error"].abs() < found["std_error"] * stats.t.ppf(0.975, 31) / 2
    assert covered.sum() < hits(0.95)[0]


def small(plan: Calibrated, world: World) -> Calibrated:
    few = plan.calibration.model_copy(update={"worlds": 40, "sites": (2, 3)})
    return plan.model_copy(update={"world": world, "calibration": few})


def test_workers_and_blocks_change_nothing(plan: Calibrated, world: World) -> None:
    one, two = (trials(small(plan, world), workers) for workers in (1, 2))
    pd.testing.assert_frame_equal(one, two)
    assert one.groupby("sites").size().to_dict() == {2: 40, 3: 40}
    assert one["error"].is_unique


def test_a_trend_that_no_model_knows_of_is_bias(plan: Calibrated, world: World) -> None:
    drifting = {"drift": Scenario(label="drift", effect=1.0, pilot_trend=0.1)}
    few = plan.calibration.model_copy(update={"worlds": 20, "sites": (5,), "scenarios": drifting})
    row = summary(trials(plan.model_copy(update={"world": world, "calibration": few}), 1), plan_of(few, plan)).iloc[0]
    # The middles of the months before and after the start lie a year and a half apart.
    assert row["bias"] == pytest.approx(0.15, abs=0.03)
    assert row["coverage"] < 0.5


def plan_of(few: Calibration, plan: Calibrated) -> Calibrated:
    return plan.model_copy(update={"calibration": few})


def test_monte_carlo_errors_are_those_of_means_and_shares(plan: Calibrated) -> None:
    said = {"scenario": "no_effect", "sites": 16, "design": "d", "estimator": "e", "term": "t", "horizon": "h"}
    rows = pd.DataFrame([said | {"scale": "ratio", "std_error": 1.0, "rejected": np.nan} for _ in range(4)])
    table = summary(rows.assign(error=[0.0, 0.0, 2.0, 2.0], covered=[1.0, 1.0, 1.0, 0.0]), plan)
    row = table.iloc[0]
    assert (row["worlds"], row["bias"], row["coverage"]) == (4, 1.0, 0.75)
    assert row["bias_error"] == pytest.approx((4 / 3) ** 0.5 / 2, abs=1e-6)
    low, high = proportion_confint(3, 4, method="wilson")
    assert (row["coverage_low"], row["coverage_high"]) == pytest.approx((low, high), abs=1e-6)
    assert np.isnan([row["rejection"], row["rejection_low"]]).all()
    assert list(table[KEY].iloc[0]) == [*said.values(), "ratio"]


def test_a_share_of_all_worlds_is_not_sure() -> None:
    low, high = wilson(pd.Series([1.0, 0.0]), pd.Series([12, 200]))
    assert list(low) == pytest.approx([0.7575, 0.0], abs=1e-4)
    assert list(high) == pytest.approx([1.0, 0.0188], abs=1e-4)


def test_every_model_runs_in_as_many_worlds_with_most_sites(study: Study, root: Path) -> None:
    plan = calibrated(study, read_register(root / "data/raw/datasets.yaml"))
    assert {model.worlds(plan, 16) >= 200 for model in MODELS.values()} == {True}
    assert {name: model.worlds(plan, 4) for name, model in MODELS.items()} == {
        "difference_in_differences": 1000, "inference": 200, "event_study": 200, "staggered": 60,
        "synthetic_control": 200,
    }  # fmt: skip


def test_a_calibration_belongs_to_a_plan(study: Study, root: Path) -> None:
    register = read_register(root / "data/raw/datasets.yaml")
    sure = study.inference.model_copy(update={"confidence": 0.9})
    titled = study.model_copy(update={"title": "Another"})
    own = calibrated(study, register).digest()
    assert calibrated(titled, register).digest() == own
    assert calibrated(study.model_copy(update={"inference": sure}), register).digest() != own


def test_a_study_that_asks_for_none_is_told_so(study: Study, root: Path) -> None:
    with pytest.raises(Problem, match="asks for no calibration"):
        calibrated(study.model_copy(update={"calibration": None}), read_register(root / "data/raw/datasets.yaml"))
