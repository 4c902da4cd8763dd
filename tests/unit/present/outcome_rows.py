"""Outcomes made by hand, and what the phrases say of them."""

import re
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.estimates import Estimate, NotEstimated
from analysis.plan.pilots import ActivityOutcome, ContactOutcome, SurveyOutcome
from analysis.present.advice import page as advice
from analysis.present.outcomes import page as outcomes
from analysis.present.provenance.context import Outcomes
from analysis.present.summary import page as summary
from analysis.present.templates.formats import formats
from tests.unit.present.made_rows import row, sources

REPORTS = Path(__file__).parents[3] / "reports"
SPAN = re.compile(r"\[([^\]]*)\]\{\.number[^}]*\}")
COUNT: dict[str, Any] = {"kind": "activity", "good_direction": "down", "smallest_change": 3, "primary": True}
OUTCOMES: Outcomes = {
    "emergency_admissions": ActivityOutcome(label="emergency admissions", measure="emergency", **COUNT),
    "elective_admissions": ActivityOutcome(label="elective admissions", measure="elective", **COUNT),
    "outpatient_attendances": ActivityOutcome(label="outpatient attendances", measure="outpatients", **COUNT),
    "continuity": SurveyOutcome(
        kind="survey", label="continuity of care", item="see_preferred_gp", good_direction="up", smallest_change=3,
        primary=True,
    ),
}  # fmt: skip
POINTS = {"scale": "points", "estimator": "weighted_least_squares"}


def index(name: str) -> ContactOutcome:
    """An outcome that is an index of continuity."""
    return ContactOutcome(
        kind="contacts", label="the index", index=name, good_direction="up", smallest_change=3, primary=True
    )  # type: ignore[arg-type]


def effect(name: str, low: float, high: float, **more: Any) -> Estimate:
    """The primary estimate of an outcome: the ends of its interval in per cent of a count, in points of others."""
    unit = {} if isinstance(OUTCOMES.get(name), ActivityOutcome) else POINTS
    scale = (lambda value: value) if unit else (lambda value: 1 + value / 100)
    ends = {"ci_low": scale(low), "ci_high": scale(high)}
    return row(name, "effect", scale((low + high) / 2), **(unit | ends | {"p_value": 0.2} | more))


def few(name: str, estimate: float, p_value: float = float("nan")) -> Estimate:
    """The same where clusters are too few for an interval."""
    return effect(name, estimate, estimate, ci_low=float("nan"), ci_high=float("nan"), p_value=p_value,
                  treated_clusters=2, comparison_clusters=24)  # fmt: skip


def events(name: str, low: float, high: float) -> Estimate:
    """The change in events per 1,000 patients a year."""
    return row(name, "effect", (low + high) / 2, (high - low) / 2, scale="difference")


class Told:
    """What the phrases say of the outcomes of a study."""

    def __init__(
        self,
        rows: list[Estimate],
        *,
        plan: Outcomes = OUTCOMES,
        unmade: tuple[NotEstimated, ...] = (),
        simulated: bool = False,
        **more: Any,
    ) -> None:
        self.sources = sources(rows, unmade=unmade, outcomes=plan, simulated=simulated, **more)
        self.outcomes = outcomes.page(self.sources)
        self.summary = summary.page(self.outcomes, ())
        self.advice = advice.page(self.sources, self.outcomes)
        self.filters = formats(self.sources.context.book, REPORTS / "phrases")

    def says(self, it: object, phrase: str) -> str:
        """A phrase without its addresses."""
        return SPAN.sub(r"\1", str(self.filters["say"](it, phrase)))

    def outcome(self, name: str, phrase: str) -> str:
        """A phrase about one outcome."""
        return self.says(getattr(self.outcomes, name), f"outcomes/{phrase}")


def tried(coverage: float, sites: int = 4) -> pd.DataFrame:
    """What a calibration found of worlds without an effect."""
    cell = {
        "scenario": "no_effect", "sites": sites, "design": "difference_in_differences", "term": "effect",
        "estimator": "poisson_fixed_effects", "worlds": 1000, "coverage": coverage, "coverage_high": coverage + 0.02,
    }  # fmt: skip
    return pd.DataFrame([cell])
