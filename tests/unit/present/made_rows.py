"""Rows of the table of estimates made by hand, for tests of what is said of them."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

import pandas as pd

from analysis.answers import About
from analysis.assess.verdicts.judged import Basis, JudgedPlan
from analysis.assess.verdicts.verdicts import judge
from analysis.estimates import COLUMNS, Estimate, NotEstimated
from analysis.plan.inference import Inference
from analysis.present.provenance.address import Book
from analysis.present.provenance.context import Context
from analysis.present.provenance.sources import PaperPlan, Sources
from analysis.verdicts import Verdicts

LINEAGE = "0" * 64
SHARED: dict[str, Any] = {
    "study": "made", "step": "analysis.estimate.outcomes.admissions", "p_adjusted": float("nan"), "simulated": True,
    "plan_digest": LINEAGE, "data_digest": LINEAGE,
}  # fmt: skip
DID = "difference_in_differences"


def row(outcome: str, term: str, estimate: float, half: float | None = None, **more: Any) -> Estimate:
    """A row of the primary design unless told otherwise; `half` is half the width of the interval."""
    usual: dict[str, Any] = {
        "population": "patients registered with pilot practices", "design": DID, "estimator": "poisson_fixed_effects",
        "scale": "ratio",
    }  # fmt: skip
    bounds = {} if half is None else {"ci_low": estimate - half, "ci_high": estimate + half}
    return Estimate(outcome=outcome, term=term, estimate=estimate, **(usual | bounds | more))


def statistic(outcome: str, term: str, value: float, **more: Any) -> Estimate:
    """A row that is a statistic and has no interval."""
    return row(outcome, term, value, scale="statistic", **more)


def table(rows: Iterable[Estimate]) -> pd.DataFrame:
    """The table of estimates that holds these rows."""
    return pd.DataFrame([asdict(each) | SHARED for each in rows], columns=COLUMNS)


def context(rows: Iterable[Estimate]) -> Context:
    """What words are made from."""
    lineage = {LINEAGE: [{"id": "reference-pilots", "sha256": LINEAGE, "kind": "simulated"}]}
    return Context(table(rows), lineage, 0.95, Book())


def sources(
    rows: Iterable[Estimate],
    *,
    unmade: tuple[NotEstimated, ...] = (),
    benchmarks: "pd.DataFrame | None" = None,
    tried: "tuple[pd.DataFrame, ...]" = (),
    files: Any = None,
    balance: "tuple[tuple[pd.DataFrame, bool], ...]" = (),
    continuity_benchmarks: "pd.DataFrame | None" = None,
    simulated: bool = True,
    **plan: Any,
) -> Sources:
    """What the paper is told from: these rows, as the rules judge them by the parts of a plan that are given."""
    asked = PaperPlan(inference=Inference(), **plan)
    beside = pd.DataFrame(columns=["outcome", "source"]) if benchmarks is None else benchmarks
    made = context(rows)
    made = replace(made, estimates=made.estimates.assign(simulated=simulated), unmade=unmade)
    known = {About.OUTCOME: beside, About.CONTINUITY: continuity_benchmarks}
    judged_by = JudgedPlan(
        outcomes=asked.outcomes, syntheses=asked.syntheses, checks=asked.checks, questions=asked.questions,
        experiment=asked.experiment, continuity=asked.continuity, confidence=asked.inference.confidence,
    )  # fmt: skip
    basis = Basis(
        estimates=made.estimates, plan=judged_by, tried=tried, balance=balance,
        benchmarks={about: each for about, each in known.items() if each is not None},
    )  # fmt: skip
    judged = Verdicts(judge(basis))
    return Sources(context=made, plan=asked, verdicts=judged, benchmarks=beside, files=files or {})


def clear_fall(outcome: str = "elective_admissions") -> list[Estimate]:
    """A primary estimate with a clear fall of 5 per cent, as ratio and as events."""
    return [
        row(outcome, "effect", 0.95, 0.02, p_value=0.001),
        row(outcome, "effect", -5.0, 2.0, scale="difference", p_value=0.001),
    ]


def unclear(outcome: str = "emergency_admissions") -> list[Estimate]:
    """A primary estimate that includes no change."""
    return [
        row(outcome, "effect", 1.01, 0.02, p_value=0.4),
        row(outcome, "effect", 1.0, 2.0, scale="difference", p_value=0.4),
    ]


def every_check(outcome: str) -> list[Estimate]:
    """Rows of every check of the default study."""
    return [*_choices(outcome), *_doubts(outcome), *_curve(outcome)]


def _choices(outcome: str) -> list[Estimate]:
    without = [
        row(
            outcome,
            "effect",
            0.93 + 0.005 * site,
            0.02,
            specification="without_each_site",
            subgroup=f"without S{site:02}",
        )
        for site in range(1, 5)
    ]
    groups = [
        row(outcome, "effect", 0.9 + 0.03 * group, 0.05, specification="by_deprivation", subgroup=str(group))
        for group in range(1, 4)
    ]
    return [
        row(outcome, "effect", 0.951, 0.01, specification="quasi_poisson", estimator="quasi_poisson"),
        row(outcome, "effect", 0.96, 0.05, specification="same_regions"),
        row(outcome, "effect", 1.001, 0.02, specification="a_year_early"),
        row(outcome, "dose", 0.97, 0.01, specification="longer_exposure"),
        statistic(outcome, "interaction", 1.2, specification="by_deprivation", p_value=0.3),
        *without,
        *groups,
    ]


def _doubts(outcome: str) -> list[Estimate]:
    honest: dict[str, Any] = {
        "design": "event_study", "estimator": "rambachan_roth", "specification": "diverging_trends",
    }  # fmt: skip
    confounder: dict[str, Any] = {"specification": "unobserved"}
    return [
        *(row(outcome, "relative_magnitudes", 0.95, 0.02 + 0.02 * m, horizon=f"{m:g}", **honest) for m in (0.5, 1, 2)),
        row(outcome, "smoothness", 0.95, 0.04, horizon="0.01", **honest),
        statistic(outcome, "breakdown", 1.3, horizon="relative_magnitudes", **honest),
        statistic(outcome, "breakdown", 0.007, horizon="smoothness", **honest),
        statistic(outcome, "e_value", 1.29, horizon="estimate", estimator="e_value", **confounder),
        statistic(outcome, "e_value", 1.21, horizon="interval", estimator="e_value", **confounder),
        statistic(
            outcome, "tipping", 1.4, horizon="prevalence 0.3, interval", estimator="confounder_grid", **confounder
        ),
    ]


def _curve(outcome: str) -> list[Estimate]:
    common: dict[str, Any] = {"specification": "every_choice"}
    combinations = [
        (estimator, window, comparison, washout)
        for estimator in ("poisson_fixed_effects", "linear_rate")
        for window in ("plan", "two_years_around")
        for comparison in ("all", "same_regions")
        for washout in (0, 6)
    ]
    points = [
        row(outcome, "curve", 0.93 + 0.004 * at, 0.02, horizon=" · ".join(map(str, each)), estimator=each[0], **common)
        for at, each in enumerate(combinations)
    ]
    shares = {"share_below": 1.0, "share_above": 0.0, "share_clear_below": 0.75, "share_clear_above": 0.0}
    return points + [
        statistic(outcome, term, share, estimator="specification_curve", **common) for term, share in shares.items()
    ]


def other_designs(outcome: str) -> list[Estimate]:
    """Rows of other designs: two that agree, a weaker one that does not, and sites that nothing pools."""
    return [
        row(outcome, "effect", 0.94, 0.02, design="staggered", estimator="callaway_santanna_never"),
        row(outcome, "effect", 0.99, 0.03, design="staggered", estimator="two_way_fixed_effects"),
        row(outcome, "effect", 0.96, 0.02, design="synthetic_control", estimator="synthetic_control"),
        row(
            outcome, "effect", 0.9, 0.1, design="interrupted_time_series", estimator="segmented_poisson", subgroup="S01"
        ),
        row(
            outcome,
            "effect",
            1.05,
            0.1,
            design="interrupted_time_series",
            estimator="segmented_poisson",
            subgroup="S02",
        ),
        statistic(outcome, "weight", 0.123, design="staggered", estimator="goodman_bacon", horizon="later_vs_earlier"),
    ]


def methods(outcome: str) -> list[Estimate]:
    """Uncertainty told in other ways."""
    return [
        row(outcome, "inference", 0.95, 0.03, horizon="crv3", p_value=0.004),
        row(outcome, "inference", 0.95, horizon="score_bootstrap", p_value=0.03),
        row(outcome, "inference", -4.8, 3.0, horizon="wild_bootstrap", p_value=0.02, scale="difference",
            estimator="linear_rate"),
        row(outcome, "inference", 0.95, horizon="holm", p_value=0.012),
    ]  # fmt: skip
