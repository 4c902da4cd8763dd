"""Many outcomes at once: p-values that hold for a whole family of outcomes.

Holm's are right whatever the dependence (Holm 1979, Scand J Stat 6:65-70). Romano and Wolf's use the dependence, by
taking in each draw of the bootstrap the largest statistic of the outcomes that are still in the race, with the same
weight of a cluster in all of them (Romano & Wolf 2005, Econometrica 73:1237-1282; p-values as in their 2016, Stat Prob
Letters 113:38-40).
"""

from typing import TYPE_CHECKING

import numpy as np

from analysis.estimate.numerics.errors.bootstrap import p_value
from analysis.estimate.numerics.fits.grid import Floats
from analysis.estimate.outcomes.admissions import DESIGN
from analysis.estimates import MISSING, VERDICT_TERMS, pick

if TYPE_CHECKING:
    import pandas as pd


def holm(p_values: Floats) -> Floats:
    """Holm's adjusted p-values of a family: (k,)."""
    order = np.argsort(p_values)
    steps = p_values[order] * np.arange(p_values.size, 0, -1)
    adjusted = np.empty_like(p_values)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted


def romano_wolf(observed: Floats, drawn: Floats, every: bool) -> Floats:
    """Romano and Wolf's step-down adjusted p-values of a family.

    Parameters
    ----------
    observed : (k,) float
        t statistics.
    drawn : (draws, k) float
        The same in each draw under the null hypothesis, drawn together.
    every : bool
        Whether the draws are all that there are.
    """
    order = np.argsort(-np.abs(observed))
    # The largest of each outcome and those after it in the order.
    largest = np.maximum.accumulate(np.abs(drawn)[:, order[::-1]], axis=1)[:, ::-1]
    steps = [p_value(float(observed[index]), largest[:, rank], every) for rank, index in enumerate(order)]
    adjusted = np.empty(observed.size)
    adjusted[order] = np.maximum.accumulate(steps)
    return adjusted


def with_adjusted_p_values(estimates: "pd.DataFrame", primary: tuple[str, ...], step: str) -> "pd.DataFrame":
    """The one table with `p_adjusted` of the plan's primary effects, and a row for each that says by Holm.

    The family is every primary outcome whose effect is estimated, however it is measured. Where each of them has a
    Romano-Wolf p-value, `p_adjusted` is that; a family that holds an outcome without (a survey's, say) has Holm's for
    all, because parts of a family that are adjusted each by itself do not hold together. `step` computes the new rows.
    """
    import pandas as pd

    effects = pick(estimates, design=DESIGN, term=VERDICT_TERMS[DESIGN], specification="primary", subgroup="all")
    effects = effects[effects["outcome"].isin(primary) & effects["p_value"].notna()]
    family = effects[effects["scale"].isin(["ratio", "points"])]
    if len(family) < 2:
        return estimates
    by_holm = dict(zip(family["outcome"], holm(family["p_value"].to_numpy(float)), strict=True))
    wolf = pick(estimates, term="inference", horizon="romano_wolf").set_index("outcome")["p_value"].to_dict()
    chosen = wolf if set(by_holm) <= set(wolf) else by_holm
    table = estimates.assign(p_adjusted=effects["outcome"].map(chosen).reindex(estimates.index))
    bare = dict.fromkeys(["std_error", "ci_low", "ci_high"], MISSING)
    rows = family.assign(term="inference", horizon="holm", p_value=family["outcome"].map(by_holm), step=step, **bare)
    return pd.concat([table, rows], ignore_index=True)
