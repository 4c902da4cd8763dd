"""Sites that start at different times: estimators that do not compare late starters with early ones.

``python -m analysis.estimate.staggered --help``
"""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from analysis.estimate.admissions import POPULATION, baseline_rate, measure_rows
from analysis.estimate.cohort_rows import effect_rows
from analysis.estimate.cohorts import Cohorts, balanced, by_period, with_comparison
from analysis.estimates import Estimate, Measures, Row, attempt, write_part
from analysis.plan.designs import Staggered, StaggeredEstimator
from analysis.steps import AsJson, Problem, command
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.group_time import Effects

DESIGN = "staggered"


def staggered(
    *,
    panel: Path,
    outcomes: Measures,
    settings: Annotated[Staggered, AsJson],
    confidence: float,
    out: Path,
) -> None:
    """Estimate effects of staggered starts, overall, by cohort, by time since the start and by calendar time.

    Linear models take events per 1,000 patients a year, practices weighted by their mean population; the Poisson model
    takes counts with patients as offset. Standard errors are clustered by site (comparison practices by region) with
    the factor G/(G-1) and nothing else, and intervals take the t distribution with G-1 degrees of freedom, whatever
    the convention of the library behind an estimator is. Where all the practices that an effect is about lie in one
    cluster it has no standard error.

    Parameters
    ----------
    panel : Path
        The practice-month panel.
    outcomes : dict
        By outcome's name, the measure in the activity table; as JSON.
    settings : Staggered
        The settings of the design, as JSON.
    confidence : float
        Confidence level of the intervals, for instance 0.95.
    out : Path
        Rows of the table of estimates, and what could not be estimated.
    """
    frame, lineage = read_table(panel)
    rows = [row for name, measure in outcomes.items() for row in rows_of(frame, name, measure, settings, confidence)]
    write_part(out, rows, lineage)


def rows_of(panel: "pd.DataFrame", name: str, measure: str, settings: Staggered, confidence: float) -> list[Row]:
    """Every estimator's rows for one outcome; an estimator that fails leaves the others their rows."""

    @cache
    def data() -> tuple[Cohorts, dict[str, Any]]:
        rows = measure_rows(panel, measure, comparison=False)
        cohorts = by_period(rows, settings.period_months, settings.adjust)
        labels = {"outcome": name, "population": POPULATION, "design": DESIGN, "baseline": baseline_rate(rows)}
        return cohorts, labels

    def tried(estimator: str) -> list[Row]:
        make = partial(_bacon_rows if estimator == "goodman_bacon" else _effect_rows, estimator, settings, confidence)
        return attempt(lambda: make(*data()), outcome=name, design=DESIGN, estimator=estimator)

    return [row for estimator in with_decomposition(settings.estimators) for row in tried(estimator)]


def with_decomposition(estimators: tuple[StaggeredEstimator, ...]) -> list[str]:
    """The estimators; two-way fixed effects do not come without what they compare."""
    return [*estimators, *(["goodman_bacon"] if "two_way_fixed_effects" in estimators else [])]


def _effect_rows(
    estimator: str, settings: Staggered, confidence: float, cohorts: Cohorts, labels: dict[str, Any]
) -> list[Row]:
    cells = prepared(estimator, cohorts.cells)
    effects = fitted(estimator, cells, settings.adjust)
    return effect_rows(effects, cells, cohorts, confidence, estimator=estimator, **labels)


def prepared(estimator: str, cells: "pd.DataFrame") -> "pd.DataFrame":
    """The cells that an estimator takes.

    Raises
    ------
    Problem
        When those that it compares are not among them.
    """
    if estimator == "callaway_santanna_never" and cells["cohort"].all():
        raise Problem(
            "Every practice starts at some time, so there is none that never starts to compare with.",
            "take callaway_santanna_never out of the estimators of the design in the study file",
        )
    compared = with_comparison(cells)
    if estimator == "etwfe_poisson":
        return compared
    # Two-way fixed effects also compare those who have all started, which is what is shown of them.
    return balanced(cells if estimator in ("two_way_fixed_effects", "goodman_bacon") else compared)


def fitted(estimator: str, cells: "pd.DataFrame", adjust: tuple[str, ...] = ()) -> "Effects":
    """The effects that an estimator finds in prepared cells.

    Parameters
    ----------
    estimator : str
        Its name in the study file.
    cells : DataFrame
        See :func:`prepared`.
    adjust : tuple of str
        Characteristics that Callaway & Sant'Anna's estimator adjusts for.
    """
    from analysis.estimate import etwfe, group_time, two_way

    makers: dict[str, Callable[[pd.DataFrame], Effects]] = {
        "callaway_santanna_never": partial(group_time.callaway_santanna, control="never_treated", adjust=adjust),
        "callaway_santanna_not_yet": partial(group_time.callaway_santanna, control="not_yet_treated", adjust=adjust),
        "sun_abraham": group_time.sun_abraham,
        "etwfe_poisson": etwfe.etwfe_poisson,
        "imputation": group_time.imputation,
        "two_way_fixed_effects": two_way.two_way_fixed_effects,
    }
    return makers[estimator](cells)


def _bacon_rows(
    estimator: str, settings: Staggered, confidence: float, cohorts: Cohorts, labels: dict[str, Any]
) -> list[Estimate]:
    from analysis.estimate.two_way import goodman_bacon

    cells = prepared(estimator, cohorts.cells)
    clusters, units = (int(cells[key].nunique()) for key in ("cluster", "unit"))
    labels |= {"estimator": estimator, "n_obs": len(cells), "n_units": units, "n_clusters": clusters}
    return [
        row
        for kind, (weight, difference) in goodman_bacon(cells).items()
        for row in (
            Estimate(term="weight", horizon=kind, scale="statistic", estimate=weight, **labels),
            Estimate(term="comparison", horizon=kind, scale="difference", estimate=difference, **labels),
        )
    ]


if __name__ == "__main__":
    command(staggered)
