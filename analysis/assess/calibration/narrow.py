"""Whether intervals from so few sites are too narrow, by what `make calibrate` found where the truth was known."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

# How far a share may lie from the one that was promised before it is told.
MARGIN = 0.02
# Of fewer worlds nothing is said: almost any share of them lies outside the range.
ENOUGH = 200


def too_narrow(tried: "pd.DataFrame", row: "pd.Series[Any] | None", confidence: float) -> "pd.Series[Any] | None":
    """What calibration says of a clustered interval from about as many sites, if such intervals are too narrow.

    Parameters
    ----------
    tried : DataFrame
        What `make calibrate` wrote for the default study, whose primary model is that of every study.
    row : Series
        The primary effect, of counts or of shares, from the table of estimates; None where there is none.
    confidence : float
        What the intervals promise.

    Returns
    -------
    Series
        The primary model's worlds without an effect, with the nearest number of sites; None where the intervals kept
        their promise there, nobody knows, or the interval is another one (clusters too few, or not estimated).
    """
    worlds = nearest_worlds(tried, row)
    return worlds if worlds is not None and _short(worlds, confidence) else None


def keeps_promise(tried: "pd.DataFrame", row: "pd.Series[Any] | None", confidence: float) -> str:
    """The same as an answer: ``too_narrow``, ``wide_enough``, or ``unknown`` where such intervals were not tried."""
    worlds = nearest_worlds(tried, row)
    return "unknown" if worlds is None else "too_narrow" if _short(worlds, confidence) else "wide_enough"


def nearest_worlds(tried: "pd.DataFrame", row: "pd.Series[Any] | None") -> "pd.Series[Any] | None":
    """The primary model's worlds without an effect, with the nearest number of sites; None where there are none."""
    if row is None or row["std_error"] != row["std_error"] or row["treated_clusters"] == 0:
        return None
    own = (tried["design"] == "difference_in_differences") & (tried["estimator"] == "poisson_fixed_effects")
    rows = tried[own & (tried["term"] == "effect") & (tried["scenario"] == "no_effect") & (tried["worlds"] >= ENOUGH)]
    if rows.empty:
        return None
    # The nearest number of sites that was tried, by ratio: from three to five they are told by four.
    sites, treated = rows["sites"], row["treated_clusters"]
    closest: pd.Series[Any] = rows.iloc[(sites / treated).where(sites >= treated, treated / sites).argmin()]
    return closest


def _short(row: "pd.Series[Any]", confidence: float) -> bool:
    return bool(row["coverage_high"] < confidence - MARGIN)


def read_tried(path: Path) -> "pd.DataFrame":
    """What `make calibrate` wrote; a scenario may have the name `null`, which is no missing value."""
    import pandas as pd

    return pd.read_csv(path, keep_default_na=False, na_values=[""])
