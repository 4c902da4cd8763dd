"""Groups of practices: as terms of a regression, of equal size by a measure, and the mean of each of them."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from analysis.estimate.models.regression import Fit
from analysis.estimates import Row, attempt

if TYPE_CHECKING:
    import pandas as pd


def indicators(groups: "pd.Series[Any]") -> "pd.DataFrame":
    """One column per group, 1 for its members and 0 for others: without a constant its terms are the groups' means."""
    import pandas as pd

    return pd.get_dummies(groups.astype(str), dtype=float)


def equal_groups(values: "pd.Series[float]", groups: int) -> "pd.Series[int]":
    """Groups 1 to `groups` of as many rows each, from low values to high; equal values stand in one group."""
    import numpy as np
    import pandas as pd

    return pd.Series(np.ceil(values.rank(pct=True) * groups).astype(int), index=values.index)


def group_means(
    values: "pd.Series[float]",
    groups: int,
    fit: Callable[["pd.DataFrame"], Fit],
    confidence: float,
    *,
    of: str = "",
    **labels: Any,
) -> list[Row]:
    """The mean of each of some equal groups by a measure; the horizon is the median of the measure in the group.

    A group without events has no mean of a model of log rates, and says so.

    Parameters
    ----------
    values : Series
        The measure, by practice.
    groups : int
        How many groups.
    fit : callable
        Fits the model of a design.
    confidence : float
        Confidence level of the intervals.
    of : str
        What is written after the group's number in `subgroup`.
    **labels
        The other columns of the rows.
    """
    group = equal_groups(values, groups)
    model = fit(indicators(group))
    named = {key: labels[key] for key in ("outcome", "design", "estimator")}

    def mean(number: int, members: "pd.Series[float]") -> list[Row]:
        group_labels = {"subgroup": f"{number} of {groups}{of}", "horizon": f"{members.median():.6g}"}
        row = partial(model.row, {str(number): 1.0}, confidence, "level", **group_labels, **sized(labels, len(members)))
        return attempt(lambda: [row()], subgroup=group_labels["subgroup"], **named)

    return [row for number, members in values.groupby(group) for row in mean(number, members)]


def sized(labels: dict[str, Any], size: int) -> dict[str, Any]:
    """The labels of a row that rests on fewer practices than the rest of its model."""
    return labels | {"n_obs": size, "n_units": size}
