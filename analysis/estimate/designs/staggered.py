"""Sites that start at different times: estimators that do not compare late starters with early ones.

``python -m analysis.estimate.designs.staggered --help``
"""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from analysis.estimate.designs.cohort_rows import effect_rows
from analysis.estimate.designs.cohorts import Cohorts, balanced, by_period, with_comparison
from analysis.estimate.outcomes.admissions import POPULATION, baseline_rate, measure_rows
from analysis.estimate.outcomes.counted import CountedOutcomes
from analysis.estimates import Estimate, Row, attempt, write_part
from analysis.plan.designs import Staggered, StaggeredEstimator
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable
from analysis.steps import AsJson, command
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.designs.group_time import Effects

DESIGN = "staggered"


def staggered(
    *,
    counted: CountedOutcomes,
    settings: Annotated[Staggered, AsJson],
    out: Path,
) -> None:
    """Estimate effects of staggered starts, overall, by cohort, by time since the start and by calendar time.

    Linear models take events per 1,000 patients a year, practices weighted by their mean population; the Poisson model
    takes counts with patients as offset. Standard errors are clustered by site (comparison practices by region), and
    intervals take the t distribution with G-1 degrees of freedom, whatever the convention of the library behind an
    estimator is. Those of Sun & Abraham, imputation and extended two-way Poisson leave out each cluster in turn,
    because the sandwich's are too small where a cohort lies in few clusters; the others are the sandwich's with the
    factor G/(G-1) and nothing else. Where all the practices that an effect is about lie in one
    cluster it has no standard error.

    Parameters
    ----------
    settings : Staggered
        The settings of the design, as JSON.
    out : Path
        Rows of the table of estimates, and what could not be estimated.
    """
    frame, lineage = read_table(counted.panel)
    rows = [
        row
        for name, measure in counted.outcomes.items()
        for row in staggered_rows(frame, name, measure, settings, counted.confidence)
    ]
    write_part(out, rows, lineage, __spec__)


def staggered_rows(
    panel: "pd.DataFrame",
    name: str,
    measure: str,
    settings: Staggered,
    confidence: float,
    *,
    overall: bool = False,
) -> list[Row]:
    """Every estimator's rows for one outcome, or the `overall` effects alone; one that fails leaves others theirs."""

    @cache
    def data() -> tuple[Cohorts, dict[str, Any]]:
        rows = measure_rows(panel, measure, comparison=False)
        cohorts = by_period(rows, settings.period_months, settings.adjust)
        labels = {"outcome": name, "population": POPULATION, "design": DESIGN, "baseline": baseline_rate(rows)}
        return cohorts, labels

    def tried(estimator: str) -> list[Row]:
        rows = _bacon_rows if estimator == "goodman_bacon" else partial(_effect_rows, overall=overall)
        make = partial(rows, estimator, settings, confidence)
        return attempt(lambda: make(*data()), outcome=name, design=DESIGN, estimator=estimator)

    estimators = settings.estimators if overall else with_decomposition(settings.estimators)
    return [row for estimator in estimators for row in tried(estimator)]


def with_decomposition(estimators: tuple[StaggeredEstimator, ...]) -> list[str]:
    """The estimators; two-way fixed effects do not come without what they compare."""
    return [*estimators, *(["goodman_bacon"] if "two_way_fixed_effects" in estimators else [])]


def _effect_rows(
    estimator: str,
    settings: Staggered,
    confidence: float,
    cohorts: Cohorts,
    labels: dict[str, Any],
    *,
    overall: bool = False,
) -> list[Row]:
    cells = prepared(estimator, cohorts.cells)
    effects = cohort_effects(estimator, cells, settings.adjust, jackknife=True, overall=overall)
    return effect_rows(effects, cells, cohorts, confidence, estimator=estimator, **labels)


def prepared(estimator: str, cells: "pd.DataFrame") -> "pd.DataFrame":
    """The cells that an estimator takes.

    Raises
    ------
    Problem
        When those that it compares are not among them.
    """
    if estimator == "callaway_santanna_never" and cells["cohort"].all():
        raise NotEstimable(
            ReasonCode.NONE_NEVER_STARTS,
            "take callaway_santanna_never out of the estimators of the design in the study file",
        )
    compared = with_comparison(cells)
    if estimator == "etwfe_poisson":
        return compared
    # Two-way fixed effects also compare those who have all started, which is what is shown of them.
    return balanced(cells if estimator in ("two_way_fixed_effects", "goodman_bacon") else compared)


def cohort_effects(
    estimator: str,
    cells: "pd.DataFrame",
    adjust: tuple[str, ...] = (),
    *,
    jackknife: bool = False,
    overall: bool = False,
) -> "Effects":
    """The effects that an estimator finds in prepared cells.

    Parameters
    ----------
    estimator : str
        Its name in the study file.
    cells : DataFrame
        See :func:`prepared`.
    adjust : tuple of str
        Characteristics that Callaway & Sant'Anna's estimator adjusts for.
    jackknife : bool
        Whether the estimators with an effect for each cohort and period have errors by leaving out each cluster, see
        :mod:`analysis.estimate.designs.staggered_jackknife`; else those of the sandwich, as they were published.
    overall : bool
        Whether the overall effect alone is wanted, where that is quicker.
    """
    from analysis.estimate.designs import etwfe, group_time, staggered_jackknife, two_way

    santanna = partial(group_time.callaway_santanna, adjust=adjust, overall=overall)
    makers: dict[str, Callable[[pd.DataFrame], Effects]] = {
        "callaway_santanna_never": partial(santanna, control="never_treated"),
        "callaway_santanna_not_yet": partial(santanna, control="not_yet_treated"),
        "sun_abraham": partial(group_time.sun_abraham, overall=overall),
        "etwfe_poisson": partial(etwfe.etwfe_poisson, jackknife=jackknife),
        "imputation": partial(group_time.imputation, overall=overall),
        "two_way_fixed_effects": two_way.two_way_fixed_effects,
    }
    effects = makers[estimator](cells)
    if jackknife and estimator in ("sun_abraham", "imputation"):
        return staggered_jackknife.linear(effects, cells, imputed=estimator == "imputation")
    return effects


def _bacon_rows(
    estimator: str, settings: Staggered, confidence: float, cohorts: Cohorts, labels: dict[str, Any]
) -> list[Estimate]:
    from analysis.estimate.designs.two_way import goodman_bacon

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
