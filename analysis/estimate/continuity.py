"""Did the pilots change continuity of care? Difference-in-differences of a survey share or an index.

``python -m analysis.estimate.continuity --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.estimate.intervals import interval, t_test
from analysis.estimate.panel_checks import check_error
from analysis.estimate.regression import least_squares
from analysis.estimates import Estimate, attempt, write_part
from analysis.steps import Problem, command
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

POPULATION = "survey respondents of pilot practices"


def continuity(
    *, survey: Path, name: str, item: str, confidence: float, out: Path, population: str = POPULATION
) -> None:
    """Estimate the pilots' effect on one survey share, or on one index of continuity.

    Least squares of the share, in percentage points, on practice and wave effects and the treatment, weighted
    by responses; standard errors clustered by site (comparison practices by region).

    Parameters
    ----------
    survey : Path
        The survey panel, or the panel of continuity, which has patients for responses.
    name : str
        The outcome's name in the study.
    item : str
        The item in the survey table.
    confidence : float
        Confidence level of the interval, for instance 0.95.
    out : Path
        One row of the table of estimates, in percentage points.
    population : str
        Whom the share or the index is about.
    """
    frame, lineage = read_table(survey)
    labels = {"outcome": name, "design": "difference_in_differences", "estimator": "weighted_least_squares"}
    made = attempt(lambda: [effect(item_rows(frame, item), name, confidence, population)], **labels)
    write_part(out, made, lineage)


def item_rows(survey: "pd.DataFrame", item: str) -> "pd.DataFrame":
    """The survey's rows of one item.

    Raises
    ------
    Problem
        When no effect can be told from them.
    """
    rows = survey[survey["item"] == item].reset_index(drop=True)
    for missing, lacks in {
        "both before and after the pilots' start": not rows["after"].any() or rows.loc[rows["pilot"], "after"].all(),
        "from comparison practices": rows["pilot"].all(),
    }.items():
        if lacks:
            raise Problem(
                f"The item {item} has no waves {missing}.",
                "correct the outcome in the study file, or add the waves to the data",
            )
    if rows["value"].nunique() == 1:
        raise Problem(
            f"The item {item} never varies: it is {rows['value'].iloc[0]:g} in every practice and wave.",
            "correct the data, or leave the outcome out of the study",
        )
    return rows


def effect(rows: "pd.DataFrame", name: str, confidence: float, population: str = POPULATION) -> Estimate:
    """The difference-in-differences in percentage points."""
    estimate, std_error, clusters = _weighted_fit(rows)
    check_error(estimate, std_error, name)
    low, high = interval(estimate, std_error, clusters - 1, confidence)
    before = rows[rows["pilot"] & ~rows["after"]]
    baseline = 100 * (before["value"] * before["responses"]).sum() / before["responses"].sum()
    return Estimate(
        outcome=name, population=population, design="difference_in_differences", estimator="weighted_least_squares",
        term="effect", scale="points", estimate=estimate, std_error=std_error, ci_low=low, ci_high=high,
        p_value=t_test(estimate, std_error, clusters - 1), n_obs=len(rows), n_units=rows["practice_id"].nunique(),
        n_clusters=clusters, baseline=float(baseline),
    )  # fmt: skip


def _weighted_fit(rows: "pd.DataFrame") -> tuple[float, float, int]:
    import pandas as pd

    effects = pd.get_dummies(rows[["practice_id", "wave"]], columns=["practice_id", "wave"], dtype=float)
    # One wave is left out because the practice effects add up to the constant.
    design = pd.concat([rows["after"].astype(float), effects.iloc[:, :-1]], axis=1)
    fit = least_squares(100 * rows["value"], design, rows["cluster_id"], rows["responses"])
    return *fit.combined({"after": 1.0}), fit.clusters


if __name__ == "__main__":
    command(continuity)
