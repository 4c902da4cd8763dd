"""Did the pilots change continuity of care? Difference-in-differences of a survey share or an index.

``python -m analysis.estimate.continuity.continuity --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.estimate.models import weighted_fixed_effects
from analysis.estimates import Estimate, attempt, write_part
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable
from analysis.steps import command
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

POPULATION = "survey respondents of pilot practices"
DESIGN = "difference_in_differences"
ESTIMATOR = "weighted_least_squares"


def continuity(
    *, survey: Path, name: str, item: str, confidence: float, out: Path, population: str = POPULATION
) -> None:
    """Estimate the pilots' effect on one survey share, or on one index of continuity.

    Least squares of the share, in percentage points, on practice and wave effects and the treatment, weighted
    by responses; standard errors clustered by site (comparison practices by region). Where clusters are too few for
    that, the interval and the p-value are those of randomisation inference, or there are none.

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
    labels = {"outcome": name, "design": DESIGN, "estimator": ESTIMATOR}
    rows = attempt(lambda: [primary_share(item_rows(frame, item), name, confidence, population)], **labels)
    write_part(out, rows, lineage, __spec__)


def item_rows(survey: "pd.DataFrame", item: str) -> "pd.DataFrame":
    """The survey's rows of one item.

    Raises
    ------
    Problem
        When no effect can be told from them.
    """
    rows = survey[survey["item"] == item].reset_index(drop=True)
    if rows.empty:
        raise NotEstimable(ReasonCode.NO_VALUES, "add them to the data, or leave it out of the study", item=item)
    mend = "correct the outcome in the study file, or add the waves to the data"
    reasons = ReasonCode.NO_WAVES_ON_BOTH_SIDES, ReasonCode.NO_WAVES_OF_COMPARISON
    weighted_fixed_effects.check_sides(rows, reasons, mend, item=item)
    if rows["value"].nunique() == 1:
        raise NotEstimable(
            ReasonCode.ITEM_NEVER_VARIES,
            "correct the data, or leave the outcome out of the study",
            item=item,
            value=rows["value"].iloc[0],
        )
    return rows


def primary_share(rows: "pd.DataFrame", name: str, confidence: float, population: str = POPULATION) -> Estimate:
    """The effect as the paper tells it: :func:`share_effect`, by randomisation where clusters are too few."""
    from analysis.estimate.models.randomised import randomised_points

    panel = weighted_fixed_effects.share_panel(rows, weighted_fixed_effects.after(rows))
    return randomised_points(
        share_effect(rows, name, confidence, population), panel, weighted_fixed_effects.POINTS, confidence
    )


def share_effect(
    rows: "pd.DataFrame",
    name: str,
    confidence: float,
    population: str = POPULATION,
    *,
    covariates: "pd.DataFrame | None" = None,
    time: str = "wave",
) -> Estimate:
    """The difference-in-differences in percentage points.

    Parameters
    ----------
    rows : DataFrame
        Shares (`value`) of practices at a time, with their weights (`responses`), group columns and `after`.
    name : str
        The outcome's name in the study.
    confidence : float
        Confidence level of the interval.
    population : str
        Whom the share or the index is about.
    covariates : DataFrame, optional
        What is held constant beside practice and time.
    time : str
        The column that tells the time.
    """
    import numpy as np

    held = np.empty((len(rows), 0)) if covariates is None else covariates.to_numpy(float)
    model = weighted_fixed_effects.fit(rows, np.hstack([weighted_fixed_effects.after(rows), held]), time).model
    return weighted_fixed_effects.in_points(model, 0, confidence, **share_labels(rows, name, population))


def share_labels(rows: "pd.DataFrame", name: str, population: str = POPULATION) -> dict[str, Any]:
    """The columns that all rows of one difference-in-differences of shares have; its term is ``effect``."""
    return {
        "outcome": name, "population": population, "design": DESIGN, "estimator": ESTIMATOR, "term": "effect",
        **weighted_fixed_effects.sizes(rows),
    }  # fmt: skip


if __name__ == "__main__":
    command(continuity)
