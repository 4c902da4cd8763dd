"""Who benefits: the effect by group of practices, and a test that the groups differ.

A group rests on a few sites only, and then the usual clustered standard errors and clusters - 1 degrees of freedom find
differences where there are none (in the reference pilots, four sites a model, in about a third of simulated worlds). So
here the covariance leaves out each cluster in turn, and degrees of freedom count the clusters that hold pilots.
"""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from analysis.estimate.models.effect import Fitted, estimates_of
from analysis.estimate.models.panel_checks import check_enough
from analysis.estimate.numerics.errors.intervals import hotelling_test
from analysis.estimate.outcomes.admissions import DESIGN, ESTIMATOR, effect_labels, model_panel, rates
from analysis.estimates import Estimate, Row, attempt
from analysis.plan.clusters import FEWEST_TREATED
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from analysis.estimate.numerics.fits.grid import Floats, Panel
    from analysis.estimate.numerics.fits.poisson import Fit

MOST = 20  # more groups than this are no groups


def heterogeneity(
    rows: "pd.DataFrame", name: str, specification: str, by: str, groups: int | None, confidence: float
) -> list[Row]:
    """The effect in each group, all from one model, and the joint test that they are equal.

    Parameters
    ----------
    rows : DataFrame
        Rows of the panel, of one measure.
    name, specification : str
        The outcome's and the check's name in the study.
    by : str
        A column of the panel that does not change within a practice.
    groups : int or None
        Equal groups of practices by rank, 1 the lowest; None where the column holds names.
    confidence : float
        Confidence level of the intervals.

    Returns
    -------
    list of Estimate or NotEstimated
        Ratio and difference by group (in `subgroup`), with the t distribution of the group's clusters - 1; and the F
        statistic of the interaction of the groups that have an interval. A group in too few clusters for clustered
        errors has none, and one without events on one side of its start no estimate.

    Raises
    ------
    Problem
        When there are no two groups.
    """
    import numpy as np

    group = grouped(rows, by, groups)
    in_group = ~rows["pilot"] | group.notna()
    rows, group = rows[in_group], group[in_group]
    clusters = rows.loc[rows["pilot"], "cluster_id"].groupby(group[rows["pilot"]]).nunique()
    levels = sorted(clusters.index, key=lambda level: int(level) if groups else level)
    if len(levels) < 2:
        raise NotEstimable(ReasonCode.ONE_GROUP, "choose another column", column=by)
    # ASSUME: the month effects are those of all practices: without the pilots, a group would have moved like all
    # comparison practices and not only like those of its own kind, who are none for a column of sites.
    treated = rows["after"].to_numpy()[:, None] & (group.to_numpy()[:, None] == levels)
    model = _fitted(model_panel(rows, treated.astype(float)), clusters[levels].to_numpy() >= FEWEST_TREATED)
    labels = effect_labels(rows, name, ESTIMATOR, model.separated) | {"specification": specification}
    named = {"outcome": name, "design": DESIGN, "estimator": ESTIMATOR, "specification": specification}
    effects = [
        row
        for index, level in enumerate(levels)
        for row in attempt(
            partial(_effect, model, index, rows[group == level], level, confidence, labels), subgroup=level, **named
        )
    ]
    sure = ~np.isnan(np.diag(model.covariance))
    apart = [level for level, each in zip(levels, sure, strict=True) if each]
    pilots = rows.loc[rows["pilot"] & group.isin(apart), "cluster_id"].nunique()
    return [*effects, *attempt(lambda: [_interaction(model, pilots, by, labels)], **named)]


def _effect(
    model: Fitted, index: int, rows: "pd.DataFrame", level: str, confidence: float, labels: dict[str, Any]
) -> list[Estimate]:
    """The effect in one group, whose rows are given; degrees of freedom count the clusters that hold its pilots."""
    pilots = rows[rows["pilot"]]
    events, clusters = pilots.groupby("after")["count"].sum(), int(pilots["cluster_id"].nunique())
    if not events.all():
        after = events.idxmin()
        reason = ReasonCode.GROUP_WITHOUT_EVENTS_AFTER if after else ReasonCode.GROUP_WITHOUT_EVENTS_BEFORE
        raise NotEstimable(reason, "join groups", group=level)
    group_labels = labels | {"subgroup": level, "treated_clusters": clusters}
    return estimates_of(replace(model, df=clusters - 1), index, rates(rows), confidence, **group_labels)


def _fitted(panel: "Panel", sure: "NDArray[np.bool_]") -> Fitted:
    """The model of all groups; the uncertainty of a group in too few clusters is not small but unknown."""
    import numpy as np

    from analysis.estimate.numerics.fits.poisson import fit, grid

    table = grid(panel)
    model = fit(table)
    sure = sure & model.data.identified
    covariance = np.where(np.outer(sure, sure), jackknifed(model), np.nan)
    return Fitted(
        model.coefficients, covariance, model.clusters - 1, model.clusters, log=True, separated=model.data.separated
    )


def jackknifed(model: "Fit") -> "Floats":
    """The covariance of a fitted Poisson model's coefficients by leaving out each cluster (CRV3), one Newton step each.

    A coefficient that only one cluster tells does not change, and must be left aside by the caller.
    """
    import numpy as np

    from analysis.estimate.numerics.errors.jackknife import crv3, newton_steps

    changes = newton_steps(model)
    return crv3(np.zeros(changes.shape[1]), changes)


def grouped(rows: "pd.DataFrame", by: str, groups: int | None) -> "pd.Series[str]":
    """The group of each row's practice; missing where the practice has no value.

    Equal groups are made of all practices with a value, pilots or not, each counting once whatever its size; practices
    with equal values stand in one group.

    Raises
    ------
    Problem
        When the panel has no such column, it changes within a practice, or it does not hold what the check needs.
    """
    from pandas.api.types import is_numeric_dtype

    from analysis.estimate.models.group_means import equal_groups

    if by not in rows:
        raise NotEstimable(
            ReasonCode.NO_GROUP_COLUMN, "correct `by` of the check", column=by, known=list(map(str, rows.columns))
        )
    practices = rows.groupby("practice_id")[by]
    if (practices.nunique() > 1).any():
        raise NotEstimable(ReasonCode.GROUP_CHANGES_WITHIN, "group by a column that does not", column=by)
    values = practices.first().dropna()
    if groups and not is_numeric_dtype(values):
        raise NotEstimable(ReasonCode.GROUP_HOLDS_NAMES, "take `groups` out of the check", column=by)
    if not groups and values.nunique() > MOST:
        raise NotEstimable(ReasonCode.TOO_MANY_GROUPS, "give `groups`", column=by, different=values.nunique())
    levels = (equal_groups(values, groups) if groups else values).astype(str)
    return rows["practice_id"].map(levels)


def _interaction(model: Fitted, pilots: int, by: str, labels: dict[str, Any]) -> Estimate:
    """The test that all groups have the same effect, those in too few clusters for clustered errors aside.

    An approximation of the Wald statistic by Hotelling's T-squared (Pustejovsky & Tipton 2018, J Business & Economic
    Statistics 36:672-683), with as many degrees of freedom as clusters with pilots less groups.
    """
    import numpy as np

    few = ReasonCode.TOO_FEW_CLUSTERS_FOR_GROUPS
    check_enough(few, labels["treated_clusters"], labels["comparison_clusters"], column=by)
    sure = np.flatnonzero(~np.isnan(np.diag(model.covariance)))
    if len(sure) < 2:
        raise NotEstimable(
            ReasonCode.TOO_FEW_CLUSTERS_IN_GROUPS,
            "choose fewer groups",
            column=by,
            sure=len(sure),
            groups=len(model.covariance),
            needed=FEWEST_TREATED,
        )
    contrasts = np.eye(len(sure))[1:] - np.eye(len(sure))[:1]
    size, df = len(sure) - 1, pilots - len(sure)
    covariance = contrasts @ model.covariance[np.ix_(sure, sure)] @ contrasts.T
    if size < 1 or df < size or np.linalg.matrix_rank(covariance) < size:
        raise NotEstimable(ReasonCode.GROUPS_NOT_TOLD_APART, "choose fewer groups", column=by)
    statistic, p_value = hotelling_test(contrasts @ model.coefficients[sure], covariance, df)
    row_labels = labels | {"term": "interaction", "n_clusters": model.clusters}
    return Estimate(estimate=statistic, p_value=p_value, scale="statistic", **row_labels)
