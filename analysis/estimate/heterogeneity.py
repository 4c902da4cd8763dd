"""Who benefits: the effect by group of practices, and a test that the groups differ."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.estimate.admissions import ESTIMATOR, baseline_rate, common, model_panel
from analysis.estimate.effect import Fitted, told
from analysis.estimate.intervals import wald_test
from analysis.estimates import Estimate
from analysis.steps import Problem

if TYPE_CHECKING:
    import pandas as pd

MOST = 20  # more groups than this are no groups


def heterogeneity(
    rows: "pd.DataFrame", name: str, specification: str, by: str, groups: int | None, confidence: float
) -> list[Estimate]:
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
    list of Estimate
        Ratio and difference by group (in `subgroup`), and the F statistic of the interaction.
    """
    from analysis.estimate.models import fitted

    group = grouped(rows, by, groups)
    known = ~rows["pilot"] | group.notna()
    rows, group = rows[known], group[known]
    levels = sorted(group[rows["pilot"]].unique(), key=lambda level: int(level) if groups else level)
    if len(levels) < 2:
        raise Problem(f"The pilot practices lie in one group of {by}, so no groups differ.", "choose another column")
    # ASSUME: the month effects are those of all practices: without the pilots, a group would have moved like all
    # comparison practices and not only like those of its own kind, who are none for a column of sites.
    treated = rows["after"].to_numpy()[:, None] & (group.to_numpy()[:, None] == levels)
    model = fitted(ESTIMATOR, model_panel(rows, treated.astype(float)))
    sure = _sure(rows, group, levels)
    labels = common(rows, name, ESTIMATOR) | {"specification": specification}
    test = _interaction(model, sure, by, labels)
    honest = _masked(model, sure)
    effects = [
        told(honest, index, baseline_rate(rows[group == level]), confidence, subgroup=level, **labels)
        for index, level in enumerate(levels)
    ]
    return [*(row for pair in effects for row in pair), test]


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

    from analysis.estimate.regression import equal_groups

    if by not in rows:
        raise Problem(f"The panel has no column {by}; it has {', '.join(rows.columns)}.", "correct `by` of the check")
    practices = rows.groupby("practice_id")[by]
    if (practices.nunique() > 1).any():
        raise Problem(f"The column {by} changes within a practice.", "group by a column that does not")
    values = practices.first().dropna()
    if groups and not is_numeric_dtype(values):
        raise Problem(f"The column {by} holds names and no numbers.", "take `groups` out of the check")
    if not groups and values.nunique() > MOST:
        raise Problem(f"The column {by} has {values.nunique()} values, too many for groups.", "give `groups`")
    levels = (equal_groups(values, groups) if groups else values).astype(str)
    return rows["practice_id"].map(levels)


def _sure(rows: "pd.DataFrame", group: "pd.Series[str]", levels: list[str]) -> list[int]:
    """The groups whose pilot practices lie in two clusters at least: one cluster cannot tell how clusters vary."""
    pilot = rows["pilot"]
    clusters = rows.loc[pilot, "cluster_id"].groupby(group[pilot]).nunique()
    return [index for index, level in enumerate(levels) if clusters[level] > 1]


def _masked(model: Fitted, sure: list[int]) -> Fitted:
    """The model with the uncertainty of groups in a single cluster left unknown, because it is not nil."""
    import numpy as np

    known = np.isin(np.arange(model.coefficients.size), sure)
    return replace(model, covariance=np.where(np.outer(known, known), model.covariance, np.nan))


def _interaction(model: Fitted, sure: list[int], by: str, labels: dict[str, Any]) -> Estimate:
    """The F test that all groups have the same effect (those in a single cluster aside)."""
    import numpy as np

    contrasts = np.eye(model.coefficients.size)[sure[1:]] - np.eye(model.coefficients.size)[sure[:1]]
    covariance = contrasts @ model.covariance @ contrasts.T
    if not len(contrasts) or np.linalg.matrix_rank(covariance) < len(contrasts):
        raise Problem(f"The groups of {by} lie in too few clusters to be told apart.", "choose fewer groups")
    statistic, p_value = wald_test(contrasts @ model.coefficients, covariance, model.df)
    told_by = labels | {"term": "interaction", "n_clusters": model.clusters}
    return Estimate(estimate=statistic, p_value=p_value, scale="statistic", **told_by)
