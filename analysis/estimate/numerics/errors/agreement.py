"""How far coders agree beyond chance: Krippendorff's alpha."""

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np


def alpha(codes: "np.ndarray", level: Literal["nominal", "ordinal", "interval"] = "ordinal") -> float:
    """Krippendorff's alpha (Krippendorff 2011, Computing Krippendorff's Alpha-Reliability).

    Parameters
    ----------
    codes : (coders, units) float
        Numbers; not a number where a coder gave none. Units that fewer than two coders coded do not count.
    level : {"nominal", "ordinal", "interval"}
        What distance two codes have.

    Returns
    -------
    float
        1 where all agree, 0 where they agree as by chance; not a number where no two codes differ at all.
    """
    import numpy as np

    values = np.unique(codes[~np.isnan(codes)])
    counts = (codes[:, :, None] == values).sum(axis=0).astype(float)  # (units, values)
    return _alpha(counts[counts.sum(axis=1) > 1], values, level)


def _alpha(counts: "np.ndarray", values: "np.ndarray", level: str) -> float:
    import numpy as np

    if not len(counts):
        return float("nan")
    size = counts.sum(axis=1)
    pairs = (counts.T / (size - 1)) @ counts - np.diag((counts.T / (size - 1)).sum(axis=1))
    totals = pairs.sum(axis=1)
    distance = _distance(values, totals, level)
    expected = (np.outer(totals, totals) * distance).sum() / (totals.sum() - 1)
    return float(1 - (pairs * distance).sum() / expected) if expected > 0 else float("nan")


def _distance(values: "np.ndarray", totals: "np.ndarray", level: str) -> "np.ndarray":
    """Squared distances between any two codes."""
    import numpy as np

    if level == "nominal":
        return 1.0 - np.eye(len(values))
    # An ordinal code lies as far along as there are codes below it, half of its own kind counted.
    place = values if level == "interval" else np.cumsum(totals) - totals / 2
    return np.asarray((place[:, None] - place) ** 2)


def alpha_interval(
    codes: "np.ndarray",
    random: "np.random.Generator",
    *,
    draws: int,
    confidence: float,
    level: Literal["nominal", "ordinal", "interval"] = "ordinal",
) -> tuple[float, float]:
    """A percentile interval of alpha over units drawn anew with replacement."""
    import numpy as np

    coded = codes[:, (~np.isnan(codes)).sum(axis=0) > 1]
    units = random.integers(0, coded.shape[1], (draws, coded.shape[1]))
    drawn = np.array([alpha(coded[:, each], level) for each in units])
    low, high = np.nanquantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)
