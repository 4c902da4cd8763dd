"""Did the pilots change hospital activity? Practice-month difference-in-differences for one outcome.

``python -m analysis.estimate.admissions --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.estimate.intervals import interval, rate_interval, t_test
from analysis.estimate.panel_checks import check_error, check_panel
from analysis.estimates import Estimate, attempt, write_part
from analysis.steps import Problem, command
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.poisson import Floats, Panel

POPULATION = "patients registered with pilot practices"


def admissions(*, panel: Path, name: str, measure: str, confidence: float, out: Path) -> None:
    """Estimate the pilots' effect on one count of hospital activity.

    Poisson with practice and month effects and the population as offset; standard errors clustered by
    site (comparison practices by region), t distribution with clusters - 1 degrees of freedom.

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
    labels = {"outcome": name, "design": "difference_in_differences", "estimator": "poisson_fixed_effects"}
    write_part(out, attempt(lambda: effects(measure_rows(frame, measure), name, confidence), **labels), lineage)


def measure_rows(panel: "pd.DataFrame", measure: str) -> "pd.DataFrame":
    """The panel's rows of one measure.

    Raises
    ------
    Problem
        When there is none, or no effect can be told from them.
    """
    rows = panel[panel["measure"] == measure].reset_index(drop=True)
    if rows.empty:
        known = ", ".join(sorted(panel["measure"].unique()))
        raise Problem(f"The activity table has no measure {measure}; it has {known}.", "correct it in the study file")
    check_panel(rows, measure)
    return rows


def model_panel(rows: "pd.DataFrame", covariates: "Floats") -> "Panel":
    """The arrays that the Poisson model takes, from rows of the practice-month panel."""
    import pandas as pd

    from analysis.estimate.poisson import Panel

    unit, month, cluster = (pd.factorize(rows[key], sort=True)[0] for key in ("practice_id", "month", "cluster_id"))
    count, population = rows["count"].to_numpy(float), rows["population"].to_numpy(float)
    return Panel(count, population, unit, month, cluster, covariates)


def baseline_rate(rows: "pd.DataFrame") -> float:
    """Events per 1,000 patients a year in pilot practices before their start."""
    before = rows[rows["pilot"] & ~rows["after"]]
    return float(12_000 * before["count"].sum() / before["population"].sum())


def effects(rows: "pd.DataFrame", name: str, confidence: float) -> list[Estimate]:
    """The effect as a rate ratio and as events per 1,000 patients a year."""
    import numpy as np

    from analysis.estimate.poisson import fit

    model = fit(model_panel(rows, rows[["after"]].to_numpy(float)))
    log_ratio, std_error = float(model.coefficients[0]), float(model.covariance[0, 0] ** 0.5)
    check_error(log_ratio, std_error, name)
    low, high = interval(log_ratio, std_error, model.clusters - 1, confidence)
    p_value, baseline = t_test(log_ratio, std_error, model.clusters - 1), baseline_rate(rows)
    common: dict[str, Any] = {
        "outcome": name, "population": POPULATION, "design": "difference_in_differences",
        "estimator": "poisson_fixed_effects", "term": "effect", "p_value": p_value, "n_obs": len(rows),
        "n_units": rows["practice_id"].nunique(), "n_clusters": model.clusters, "baseline": baseline,
    }  # fmt: skip
    ratios = tuple(np.exp([log_ratio, low, high]).tolist())
    # ASSUME: the baseline rate is taken as known, so the interval in events carries the uncertainty of the ratio only.
    levels, slope = rate_interval(ratios, baseline), baseline * ratios[0] * std_error
    return [
        Estimate(**common, scale="ratio", estimate=ratios[0], std_error=std_error, ci_low=ratios[1], ci_high=ratios[2]),
        Estimate(
            **common, scale="difference", estimate=levels[0], std_error=slope, ci_low=levels[1], ci_high=levels[2]
        ),
    ]


if __name__ == "__main__":
    command(admissions)
