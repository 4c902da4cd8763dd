"""Did the pilots change hospital activity? Practice-month difference-in-differences for one outcome.

``python -m analysis.estimate.outcomes.admissions --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.estimate.models.effect import PER, estimates_of
from analysis.estimate.models.panel_checks import check_panel
from analysis.estimate.models.samples import sides
from analysis.estimates import Estimate, attempt, write_part
from analysis.plan.sensitivity import Estimator
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable
from analysis.steps import command
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.models.effect import Rates
    from analysis.estimate.numerics.fits.grid import Floats, Panel

POPULATION = "patients registered with pilot practices"
DESIGN = "difference_in_differences"
ESTIMATOR: Estimator = "poisson_fixed_effects"


def admissions(*, panel: Path, name: str, measure: str, confidence: float, out: Path) -> None:
    """Estimate the pilots' effect on one count of hospital activity.

    Poisson with practice and month effects and the population as offset; standard errors clustered by
    site (comparison practices by region), t distribution with clusters - 1 degrees of freedom. Where clusters are too
    few for that, the interval and the p-value are those of randomisation inference, or there are none.

    Parameters
    ----------
    panel : Path
        The practice-month panel.
    name : str
        The outcome's name in the study.
    measure : str
        The measure in the activity table.
    confidence : float
        Confidence level of the intervals, for instance 0.95.
    out : Path
        Rows of the table of estimates: the rate ratio, and the same as events per 1,000 patients a year; or why
        there are none.
    """
    frame, lineage = read_table(panel)
    labels = {"outcome": name, "design": DESIGN, "estimator": ESTIMATOR}
    rows = attempt(lambda: primary_count(measure_rows(frame, measure), name, confidence), **labels)
    write_part(out, rows, lineage, __spec__)


def measure_rows(panel: "pd.DataFrame", measure: str, *, comparison: bool = True) -> "pd.DataFrame":
    """The panel's rows of one measure; `comparison` says whether the design needs practices that never start.

    Raises
    ------
    Problem
        When there is none, or no effect can be told from them.
    """
    rows = panel[panel["measure"] == measure].reset_index(drop=True)
    if rows.empty:
        raise NotEstimable(
            ReasonCode.NO_MEASURE,
            "correct it in the study file",
            measure=measure,
            known=sorted(panel["measure"].unique()),
        )
    check_panel(rows, measure, comparison=comparison)
    return rows


def model_panel(rows: "pd.DataFrame", covariates: "Floats") -> "Panel":
    """The arrays that the Poisson model takes, from rows of the practice-month panel."""
    import pandas as pd

    from analysis.estimate.numerics.fits.grid import Panel

    unit, month, cluster = (pd.factorize(rows[key], sort=True)[0] for key in ("practice_id", "month", "cluster_id"))
    count, population = rows["count"].to_numpy(float), rows["population"].to_numpy(float)
    return Panel(count, population, unit, month, cluster, covariates)


def baseline_rate(rows: "pd.DataFrame") -> float:
    """Events per 1,000 patients a year in pilot practices before their start."""
    return _rate(rows[rows["pilot"] & ~rows["after"]])


def rates(rows: "pd.DataFrame") -> "Rates":
    """Events per 1,000 patients a year in pilot practices before and after their start."""
    from analysis.estimate.models.effect import Rates

    return Rates(baseline_rate(rows), _rate(rows[rows["pilot"] & rows["after"]]))


def _rate(rows: "pd.DataFrame") -> float:
    return float(PER * rows["count"].sum() / rows["population"].sum())


def primary_count(rows: "pd.DataFrame", name: str, confidence: float) -> list[Estimate]:
    """The effect as the paper tells it: :func:`effects`, by randomisation where clusters are too few."""
    from analysis.estimate.models.randomised import randomised_ratios

    panel = model_panel(rows, rows[["after"]].to_numpy(float))
    return randomised_ratios(effects(rows, name, confidence), panel, confidence)


def effects(
    rows: "pd.DataFrame",
    name: str,
    confidence: float,
    estimator: Estimator = ESTIMATOR,
    **labels: Any,
) -> list[Estimate]:
    """The effect as a rate ratio and as events per 1,000 patients a year.

    Parameters
    ----------
    rows : DataFrame
        Rows of the panel, of one measure.
    name : str
        The outcome's name in the study.
    confidence : float
        Confidence level of the intervals.
    estimator : str
        The model.
    **labels
        Other columns of the table of estimates, for instance the specification of a check.
    """
    from analysis.estimate.models.models import fitted

    model = fitted(estimator, model_panel(rows, rows[["after"]].to_numpy(float)))
    sized = effect_labels(rows, name, estimator, model.separated)
    return estimates_of(model, 0, rates(rows), confidence, **sized, **labels)


def sites_row(row: Estimate, sites: int, every: int) -> Estimate:
    """How many sites tell an estimate: those of all `every` that have months both before and after the start."""
    return Estimate(
        outcome=row.outcome, population=row.population, design=row.design, estimator=row.estimator, term="sites",
        scale="statistic", estimate=sites, n_units=every, n_clusters=row.n_clusters, horizon=row.horizon,
        specification=row.specification,
    )  # fmt: skip


def effect_labels(rows: "pd.DataFrame", name: str, estimator: Estimator, separated: int = 0) -> dict[str, Any]:
    """The columns that all rows of one model of the difference-in-differences share; its term is ``effect``.

    Counted are the rows and the practices that say something: a Poisson model with practice effects leaves out
    practices without any event, and `separated` rows that it fits perfectly.
    """
    counted = rows if estimator == "linear_rate" else informing(rows)
    return {
        "outcome": name, "population": POPULATION, "design": DESIGN, "estimator": estimator, "term": "effect",
        "n_obs": len(counted) - separated, "n_units": counted["practice_id"].nunique(), **sides(rows),
    }  # fmt: skip


def informing(rows: "pd.DataFrame") -> "pd.DataFrame":
    """The rows of practices that had any event: what others had before and after says nothing of a ratio."""
    return rows[rows.groupby("practice_id")["count"].transform("sum") > 0]


if __name__ == "__main__":
    command(admissions)
