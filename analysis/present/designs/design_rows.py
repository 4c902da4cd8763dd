"""The same effect as every design of the plan estimates it: rows in a fixed order, each with its code."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.estimates import one, pick
from analysis.present.provenance.context import Outcomes

if TYPE_CHECKING:
    import pandas as pd

# From the design that the paper reads first to the weakest; within a design, by estimator.
PRIMARY = ("difference_in_differences", "poisson_fixed_effects")
KEYS = (
    PRIMARY,
    ("staggered", "callaway_santanna_never"),
    ("staggered", "callaway_santanna_not_yet"),
    ("staggered", "sun_abraham"),
    ("staggered", "etwfe_poisson"),
    ("staggered", "imputation"),
    ("matched_cohort", "poisson_matched"),
    ("matched_cohort", "entropy_balancing"),
    ("synthetic_control", "synthetic_control"),
    ("synthetic_control", "synthetic_did"),
    ("staggered", "two_way_fixed_effects"),
    ("interrupted_time_series", "segmented_poisson"),
)
DESIGNS = ("staggered", "matched_cohort", "synthetic_control", "interrupted_time_series")
# Those that measure every change from the last period before the start alone.
LAST_PERIOD = (
    ("staggered", "callaway_santanna_never"),
    ("staggered", "callaway_santanna_not_yet"),
    ("staggered", "sun_abraham"),
)
# The design that follows some patients and not everybody registered.
OTHER_PEOPLE = "matched_cohort"
OWN_PAST = "interrupted_time_series"
WEAKER = (("staggered", "two_way_fixed_effects"), (OWN_PAST, "segmented_poisson"))
Key = tuple[str, str]


@dataclass(frozen=True)
class DesignResult:
    """One design's estimate of one outcome: its row, or the rows of single sites where nothing pools them."""

    row: "pd.Series[Any] | None"
    sites: "pd.DataFrame"


def compared(outcomes: Outcomes) -> Outcomes:
    """The outcomes that the figure and the table of designs hold: the primary ones with more than one design."""
    several = {name: each for name, each in outcomes.items() if len(effect_designs(each)) > 1}
    return {name: each for name, each in several.items() if each.primary} or several


def effect_designs(outcome: Any) -> list[str]:
    """The designs of an outcome that give one number for its effect."""
    return [each for each in getattr(outcome, "designs", ()) if each != "event_study"]


def keys(estimates: "pd.DataFrame", outcomes: Outcomes) -> list[Key]:
    """The designs and estimators with rows, in order; a design of the plan without any has an empty estimator."""
    wanted = {design for outcome in outcomes.values() for design in effect_designs(outcome)}
    rows = effects(estimates, outcomes)
    estimated = set(zip(rows["design"], rows["estimator"], strict=True))
    ordered = [key for key in KEYS if key in estimated and key[0] in wanted]
    return ordered + [(design, "") for design in DESIGNS if design in wanted - {each for each, _ in ordered}]


def effects(estimates: "pd.DataFrame", outcomes: Outcomes) -> "pd.DataFrame":
    """The rows of the effect as a ratio, of every design, by the plan's own specification."""
    rows = pick(estimates, term="effect", scale="ratio", specification="primary", horizon="after")
    return rows[rows["outcome"].isin(list(outcomes))]


def code(key: Key) -> str:
    """A design and its estimator as verdicts and phrases name them; a design without rows has no estimator."""
    return "/".join(part for part in key if part)


def design_result(rows: "pd.DataFrame", outcome: str, key: Key) -> DesignResult:
    """What one design says of one outcome."""
    own = pick(rows, outcome=outcome, design=key[0], estimator=key[1])
    return DesignResult(one(own, subgroup="all"), own[own["subgroup"] != "all"])
