"""Where people stand in a population that is ordered by some measure, and groups of as many people each."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def ridit(rank_by: "pd.Series[float]", population: "pd.Series[float]") -> "pd.Series[float]":
    """The place from 0 to 1 of each row in the population, ordered from low to high.

    A row's place is the share of the population below it plus half of its own; rows with equal values share the middle
    of their joint range (Bross 1958, Biometrics 14:18-38).

    Parameters
    ----------
    rank_by : Series
        The measure that orders rows.
    population : Series
        How many people each row stands for.
    """
    by_value = population.groupby(rank_by).sum()
    middle = (by_value.cumsum() - by_value / 2) / by_value.sum()
    return rank_by.map(middle)


def place_groups(place: "pd.Series[float]", groups: int) -> "pd.Series[int]":
    """Groups of as many people each by their place, numbered from low to high; equal places stand in one group."""
    return ((place * groups).astype(int) + 1).clip(upper=groups)
