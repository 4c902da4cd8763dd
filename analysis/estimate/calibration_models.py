"""The models that are calibrated, as the paper's own code runs them: adding one is a line of ``MODELS``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.estimate.admissions import effects
from analysis.estimate.calibration_design import Calibrated
from analysis.estimate.event_study import periods
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
    slow : bool
        Whether it runs in fewer worlds.
    """

    rows: "Callable[[pd.DataFrame, Calibrated], Sequence[Row]]"
    design: Design
    slow: bool = True

    def wanted(self, plan: Calibrated) -> bool:
        """Whether the plan runs it on the outcome."""
        return self.design in plan.designs


def _effects(rows: "pd.DataFrame", plan: Calibrated) -> Sequence[Row]:
    return effects(rows, plan.calibration.outcome, plan.confidence)


def _periods(rows: "pd.DataFrame", plan: Calibrated) -> Sequence[Row]:
    return periods(rows, plan.calibration.outcome, plan.bin_months, plan.confidence)


MODELS: dict[str, Model] = {
    "difference_in_differences": Model(rows=_effects, design="difference_in_differences", slow=False),
    "event_study": Model(rows=_periods, design="event_study"),
}
