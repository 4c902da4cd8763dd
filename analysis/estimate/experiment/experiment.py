"""What did an experiment do? Rate ratios of each arm against the reference arm, and a published model once more.

``python -m analysis.estimate.experiment.experiment --help``
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from analysis.estimate.numerics.errors.intervals import interval, t_test
from analysis.estimates import Estimate, NotEstimated, Row, Scale, write_part
from analysis.plan.experiment import Experiment, Specification
from analysis.reason_codes import ReasonCode
from analysis.steps import AsJson, Problem, command
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.numerics.fits.grid import Floats

POPULATION = "persons drawn by lot into the arms"
DESIGN, ESTIMATOR = "experiment", "poisson"
SCALES: dict[str, Scale] = {"arm_mean": "rate", "arm_effect": "ratio", "coefficient": "statistic"}


def experiment(*, persons: Path, experiment: Annotated[Experiment, AsJson], confidence: float, out: Path) -> None:
    """Estimate the arms' means and rate ratios, and the published model where the plan names one.

    Poisson regression with standard errors clustered by person, because the years of one person are alike; the t
    distribution has one degree of freedom fewer than there are persons.

    Parameters
    ----------
    persons : Path
        The prepared table of persons.
    experiment : Experiment
        The plan of the experiment, as JSON.
    confidence : float
        Confidence level of the intervals, for instance 0.95.
    out : Path
        Rows of the table of estimates.
    """
    rows, lineage = read_table(persons)
    estimates = [row for name in experiment.outcomes for row in arm_rows(rows, name, experiment, confidence)]
    if experiment.other_reading:
        estimates += read_otherwise(rows, experiment, confidence)
    if experiment.specification:
        estimates += published(rows, experiment.specification, confidence)
    write_part(out, estimates, lineage, __spec__)


@dataclass(frozen=True)
class Fit:
    """Log rates or log rate ratios with their covariance, and how many persons there are."""

    coefficients: "Floats"
    covariance: "Floats"
    persons: int


def fit(rows: "pd.DataFrame", count: str, design: "pd.DataFrame", *, clustered: bool = True) -> Fit:
    """Poisson regression; the covariance is clustered by person, or that of the model where the counts are Poisson.

    What has no finite estimate is missing (:mod:`analysis.estimate.numerics.fits.separation`).

    Raises
    ------
    Problem
        When the columns of the design cannot be told apart.
    """
    import numpy as np
    import statsmodels.api as sm

    from analysis.estimate.numerics.fits.rectifier import bounded

    values = design.to_numpy(float)
    if np.linalg.matrix_rank(values) < values.shape[1]:
        raise Problem(
            f"The model of {count} cannot tell its columns apart: {', '.join(map(str, design.columns))}.",
            "take a column out of `experiment` in the study file",
        )
    estimable = bounded(rows[count].to_numpy(float), values)
    rows, free = rows[estimable.kept], values[estimable.kept][:, estimable.free]
    groups = rows["person_id"].astype("category").cat.codes.to_numpy()
    kind: dict[str, Any] = {"cov_type": "cluster", "cov_kwds": {"groups": groups}} if clustered else {}
    model = sm.GLM(rows[count].to_numpy(float), free, family=sm.families.Poisson()).fit(tol=1e-12, **kind)
    size, lost = values.shape[1], ~estimable.identified
    coefficients, covariance = np.zeros(size), np.zeros((size, size))
    coefficients[estimable.free], covariance[np.ix_(estimable.free, estimable.free)] = model.params, model.cov_params()
    coefficients[lost], covariance[lost], covariance[:, lost] = np.nan, np.nan, np.nan
    return Fit(coefficients, covariance, rows["person_id"].nunique())


def arm_rows(rows: "pd.DataFrame", name: str, plan: Experiment, confidence: float) -> list[Row]:
    """The mean of each arm, and its rate ratio to the reference arm, plain and adjusted."""
    import pandas as pd

    _check_events(rows, name)
    arms = [plan.reference, *(arm for arm in plan.arms if arm != plan.reference)]
    drawn = pd.get_dummies(rows["arm"])[arms]
    designs = {"primary": drawn[arms[1:]].assign(constant=1.0)}
    if plan.adjust:
        held = pd.get_dummies(rows[list(plan.adjust)].astype(str), drop_first=True)
        designs["adjusted"] = pd.concat([designs["primary"], held], axis=1)
    means = fit(rows, name, drawn)
    keys = [("arm_mean", arm, "primary") for arm in arms]
    estimates = [_row(means, at, confidence, rows, name, key) for at, key in enumerate(keys)]
    for specification, design in designs.items():
        model = fit(rows, name, design)
        keys = [("arm_effect", arm, specification) for arm in arms[1:]]
        estimates += [_row(model, at, confidence, rows, name, key) for at, key in enumerate(keys)]
    return estimates


def read_otherwise(rows: "pd.DataFrame", plan: Experiment, confidence: float) -> list[Row]:
    """The means and plain rate ratios of the arms as they are under the other reading of the arm column."""
    assert plan.other_reading is not None
    moved = rows[plan.arm_column].isin(plan.other_reading.values)
    other = rows.assign(arm=rows["arm"].where(~moved, plan.other_reading.arm))
    plain = plan.model_copy(update={"adjust": ()})
    estimates = [row for name in plan.outcomes for row in arm_rows(other, name, plain, confidence)]
    return [replace(row, specification="other_reading") for row in estimates]


def published(rows: "pd.DataFrame", plan: Specification, confidence: float) -> list[Row]:
    """The coefficients of the published model, with the standard errors of the model and with clustered ones."""
    count, design = plan.outcome, rows[list(plan.covariates)].assign(constant=1.0)
    plain, clustered = fit(rows, count, design, clustered=False), fit(rows, count, design)
    return [
        _row(model, at, confidence, rows, count, ("coefficient", column, name))
        for name, model in (("published", plain), ("published_clustered", clustered))
        for at, column in enumerate([*plan.covariates, "constant"])
    ]


def _row(model: Fit, at: int, confidence: float, rows: "pd.DataFrame", outcome: str, key: tuple[str, str, str]) -> Row:
    import numpy as np

    term, subgroup, specification = key
    if np.isnan(model.coefficients[at]):
        named = {"design": DESIGN, "estimator": ESTIMATOR, "specification": specification, "subgroup": subgroup}
        return NotEstimated(outcome=outcome, reason=ReasonCode.PUBLISHED_TERM_HAS_NO_BOUND, **named)
    value, std_error = float(model.coefficients[at]), float(model.covariance[at, at] ** 0.5)
    bounds = interval(value, std_error, model.persons - 1, confidence)
    values = (value, *bounds) if term == "coefficient" else tuple(np.exp([value, *bounds]).tolist())
    return Estimate(
        outcome=outcome, population=POPULATION, subgroup=subgroup, design=DESIGN, estimator=ESTIMATOR, term=term,
        specification=specification, scale=SCALES[term], estimate=values[0], ci_low=values[1], ci_high=values[2],
        std_error=std_error * (values[0] if term == "arm_mean" else 1),
        p_value=float("nan") if term == "arm_mean" else t_test(value, std_error, model.persons - 1),
        horizon="year", n_obs=len(rows), n_units=model.persons, n_clusters=model.persons,
    )  # fmt: skip


def _check_events(rows: "pd.DataFrame", name: str) -> None:
    """Without events in an arm its rate ratio is nought or infinite, and no estimate."""
    events = rows.groupby("arm")[name].sum()
    if (events == 0).any():
        raise Problem(f"Arm {events.idxmin()} has no {name} at all.", "leave the outcome out, or join arms")


if __name__ == "__main__":
    command(experiment)
