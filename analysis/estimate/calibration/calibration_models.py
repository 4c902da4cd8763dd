"""The models that are calibrated, as the paper's own code runs them: adding one is a line of ``MODELS``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from analysis.estimate.calibration.calibration_design import Calibrated
from analysis.estimate.designs.staggered import staggered_rows
from analysis.estimate.designs.synthetic_control import synthetic_rows
from analysis.estimate.inference.inference import by_each_method
from analysis.estimate.inference.primary import Primary
from analysis.estimate.outcomes.admissions import effects
from analysis.estimate.outcomes.event_study import periods
from analysis.estimates import Row
from analysis.plan.designs import Design

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Model:
    """A model of the plan that is tried on simulated worlds.

    Attributes
    ----------
    rows : callable
        The rows of the table of estimates that the model makes of a practice-month panel of one measure.
    design : str
        The design that an outcome needs to name for the model to run.
    pace : {"fast", "slow", "slowest"}
        In how many worlds it runs: all, those for slow models, or three in ten of those; with as many sites as the plan
        has at most, a tenth more than those for slow models.
    """

    rows: "Callable[[pd.DataFrame, Calibrated], Sequence[Row]]"
    design: Design
    pace: Literal["fast", "slow", "slowest"] = "slow"

    def wanted(self, plan: Calibrated) -> bool:
        """Whether the plan runs it on the outcome."""
        return self.design in plan.designs

    def worlds(self, plan: Calibrated, sites: int) -> int:
        """In how many worlds of each kind with so many sites it runs."""
        slow, most = plan.calibration.worlds_slow, max(plan.calibration.sites)
        # A tenth more, because in some worlds an estimator refuses what it is given.
        fewer = -(-11 * slow // 10) if sites == most else -(-3 * slow // 10)
        return {"fast": plan.calibration.worlds, "slow": slow, "slowest": fewer}[self.pace]


def _effects(rows: "pd.DataFrame", plan: Calibrated) -> Sequence[Row]:
    return effects(rows, plan.calibration.outcome, plan.confidence)


def _periods(rows: "pd.DataFrame", plan: Calibrated) -> Sequence[Row]:
    return periods(rows, plan.calibration.outcome, plan.bin_months, plan.confidence)


def _few_clusters(rows: "pd.DataFrame", plan: Calibrated) -> Sequence[Row]:
    model = Primary(rows, plan.calibration.outcome, plan.measure, plan.calibration.draws, plan.confidence)
    return by_each_method(model, plan.methods)


def _staggered(rows: "pd.DataFrame", plan: Calibrated) -> Sequence[Row]:
    # Effects by cohort and period, and what two-way fixed effects compare, are not calibrated and take the most time.
    return staggered_rows(rows, plan.calibration.outcome, plan.measure, plan.staggered, plan.confidence, overall=True)


def _synthetic_control(rows: "pd.DataFrame", plan: Calibrated) -> Sequence[Row]:
    months, name = plan.synthetic_control.period_months, plan.calibration.outcome
    return [
        row
        for each in plan.synthetic_control.estimators
        for row in synthetic_rows(rows, name, each, months, plan.confidence)
    ]


MODELS: dict[str, Model] = {
    "difference_in_differences": Model(rows=_effects, design="difference_in_differences", pace="fast"),
    "inference": Model(rows=_few_clusters, design="difference_in_differences"),
    "event_study": Model(rows=_periods, design="event_study"),
    "staggered": Model(rows=_staggered, design="staggered", pace="slowest"),
    "synthetic_control": Model(rows=_synthetic_control, design="synthetic_control"),
}
