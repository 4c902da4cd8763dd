"""Did the pilots widen or narrow a gap between patients? Difference-in-differences by place in the population."""

from typing import TYPE_CHECKING, Any

from analysis.estimate.intervals import interval, t_test
from analysis.estimate.panel_checks import check_error
from analysis.estimates import Estimate
from analysis.steps import Problem

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.effect import Fitted

CELL = ["practice_id", "part"]
FACTS = ["cluster_id", "pilot", "after"]


def gap_change(cells: "pd.DataFrame", confidence: float, labels: dict[str, str]) -> Estimate:
    """The pilots' effect on the slope index of inequality.

    Least squares of the patients' index, in points, on practice and window effects, a line over the place in the
    population whose slope differs between pilots and others and from window to window, and the treatment, whose effect
    may differ along the line, too. Every patient counts the same; standard errors are clustered.

    Parameters
    ----------
    cells : DataFrame
        `practice_id`, `part`, `cluster_id`, `pilot`, `after`, `ridit`, `patients`, `outcome`.
    confidence : float
        Confidence level of the interval.
    labels : dict
        outcome, design, estimator and specification.

    Returns
    -------
    Estimate
        ``gap_change``, by how many points the pilots moved those at the high end more than those at the low end.

    Raises
    ------
    Problem
        When no effect can be told from the cells.
    """
    check_cells(cells)
    points = two_points(cells)
    place, after = points["ridit"], points["after"].astype(float)
    windows = {f"window_{part}": place * (points["part"] == part) for part in sorted(points["part"].unique())[1:]}
    terms = {"gap_change": place * after, "after": after, "place": place, "pilot": place * points["pilot"], **windows}
    fitted = _fitted(points, points.assign(**terms)[list(terms)])
    return _row(fitted, confidence, term="gap_change", **labels, **_counted(cells))


def effects_by_group(cells: "pd.DataFrame", confidence: float, labels: dict[str, str]) -> list[Estimate]:
    """The pilots' ``effect`` on the patients of each `group`, each with practice and window effects of its own.

    Raises
    ------
    Problem
        When no effect can be told from the cells of some group.
    """
    groups = int(cells["group"].max())
    return [
        _effect(members, confidence, labels | {"subgroup": f"{group} of {groups}"})
        for group, members in cells.groupby("group")
    ]


def _effect(cells: "pd.DataFrame", confidence: float, labels: dict[str, str]) -> Estimate:
    check_cells(cells)
    rows = cells.assign(outcome=cells["outcome"] * cells["patients"])
    sums = rows.groupby(CELL)[["patients", "outcome"]].sum()
    means = sums.assign(outcome=sums["outcome"] / sums["patients"]).join(rows.groupby(CELL)[FACTS].first())
    means = means.reset_index()
    start = means[means["pilot"] & ~means["after"]]
    baseline = float((start["outcome"] * start["patients"]).sum() / start["patients"].sum())
    fitted = _fitted(means, means[["after"]].astype(float))
    return _row(fitted, confidence, term="effect", baseline=baseline, **labels, **_counted(cells))


def check_cells(cells: "pd.DataFrame") -> None:
    """Refuse cells from which no effect can be told.

    Raises
    ------
    Problem
        When pilots lack windows before or after, or there is no comparison.
    """
    pilot, after = cells["pilot"].astype(bool), cells["after"].astype(bool)
    for missing, lacks in {
        "both before and after the pilots' start": not after.any() or after[pilot].all(),
        "of comparison practices": pilot.all(),
    }.items():
        if lacks:
            raise Problem(
                f"Patients have no windows {missing}.", "add the data, or take `continuity.gaps` out of the study file"
            )


def two_points(cells: "pd.DataFrame") -> "pd.DataFrame":
    """Each practice's window as two points that least squares with clustered errors cannot tell from its patients.

    Half of the patients stand one standard deviation of the place below its mean, half as far above it, on the line
    of least squares through that window's patients: numbers, sums, squares and products are those of the patients.

    Parameters
    ----------
    cells : DataFrame
        `ridit`, `patients`, `outcome` by practice, window and value, and the facts of :data:`FACTS`.

    Returns
    -------
    DataFrame
        `ridit`, `patients`, `outcome` and the facts, two rows by practice and window.
    """
    import pandas as pd

    place, people, outcome = cells["ridit"], cells["patients"], cells["outcome"]
    sums = {"place": place, "outcome": outcome, "square": place**2, "product": place * outcome}
    products = pd.DataFrame({name: people * each for name, each in sums.items()}).assign(patients=people)
    groups = [cells[name] for name in CELL]
    total = products.groupby(groups).sum()
    mean = total.div(total["patients"], axis=0)
    spread = (mean["square"] - mean["place"] ** 2).clip(lower=0) ** 0.5
    # Where all have one place there is no line, and both points stand on the mean.
    rise = ((mean["product"] - mean["place"] * mean["outcome"]) / spread.where(spread > 1e-9)).fillna(0.0)
    facts = cells.groupby(CELL)[FACTS].first().assign(patients=total["patients"] / 2)
    halves = [
        facts.assign(ridit=mean["place"] + side * spread, outcome=mean["outcome"] + side * rise) for side in (-1, 1)
    ]
    return pd.concat(halves).reset_index().sort_values(CELL, kind="stable", ignore_index=True)


def _fitted(rows: "pd.DataFrame", terms: "pd.DataFrame") -> "Fitted":
    """Least squares of the outcome with practice and window effects, weighted by patients."""
    import pandas as pd

    from analysis.estimate.effect import PER
    from analysis.estimate.grid import Panel
    from analysis.estimate.linear_rate import fit

    weight = rows["patients"].to_numpy(float)
    unit, window, cluster = (pd.factorize(rows[name], sort=True)[0] for name in (*CELL, "cluster_id"))
    # The model tells events per 1,000 patients and year; so divided, its events are patients times their index.
    counts = rows["outcome"].to_numpy(float) * weight / PER
    return fit(Panel(counts, weight, unit, window, cluster, terms.to_numpy(float)))


def _counted(cells: "pd.DataFrame") -> dict[str, Any]:
    whom = "patients of pilot practices with enough contacts"
    size = int(cells["patients"].sum())
    return {"population": whom, "n_obs": size, "n_units": int(cells["practice_id"].nunique())}


def _row(fitted: "Fitted", confidence: float, **labels: Any) -> Estimate:
    """The first coefficient as a row in points."""
    value, std_error = float(fitted.coefficients[0]), float(fitted.covariance[0, 0] ** 0.5)
    check_error(value, std_error, labels["outcome"])
    low, high = interval(value, std_error, fitted.df, confidence)
    return Estimate(
        scale="points", estimate=value, std_error=std_error, ci_low=low, ci_high=high,
        p_value=t_test(value, std_error, fitted.df), n_clusters=fitted.clusters, **labels,
    )  # fmt: skip
