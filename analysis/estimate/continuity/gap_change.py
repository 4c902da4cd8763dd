"""Did the pilots widen or narrow a gap between patients? Difference-in-differences by place in the population."""

from typing import TYPE_CHECKING, Any

from analysis.estimate.models import weighted_fixed_effects
from analysis.estimate.models.samples import sides
from analysis.estimates import Estimate
from analysis.reason_codes import ReasonCode

if TYPE_CHECKING:
    import pandas as pd

TIME = "part"
MEND = "add the data, or take `continuity.gaps` out of the study file"


def gap_change(cells: "pd.DataFrame", confidence: float, labels: dict[str, str]) -> Estimate:
    """The pilots' effect on the slope index of inequality.

    Least squares of the patients' index, in points, on practice and window effects, a line over the place in the
    population whose slope differs between pilots and others and from window to window, and the treatment, whose effect
    may differ along the line, too. Every patient counts the same; standard errors are clustered.

    Parameters
    ----------
    cells : DataFrame
        `practice_id`, `part`, `cluster_id`, `pilot`, `after`, `ridit`, `responses` (patients), `value` (0 to 1).
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
    _check(cells)
    points = two_points(cells)
    place, after = points["ridit"], points["after"].astype(float)
    windows = {f"window_{part}": place * (points[TIME] == part) for part in sorted(points[TIME].unique())[1:]}
    terms = {"gap_change": place * after, "after": after, "place": place, "pilot": place * points["pilot"], **windows}
    model = weighted_fixed_effects.fit(points, points.assign(**terms)[list(terms)].to_numpy(float), TIME).model
    return weighted_fixed_effects.in_points(
        model, 0, confidence, term="gap_change", **labels, **counted(cells, "pilot"), **sides(cells)
    )


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
    _check(cells)
    rows = weighted_fixed_effects.pooled(cells, TIME)
    model = weighted_fixed_effects.fit(rows, weighted_fixed_effects.after(rows), TIME).model
    row_labels = labels | counted(cells, "pilot") | sides(cells) | {"baseline": weighted_fixed_effects.baseline(rows)}
    return weighted_fixed_effects.in_points(model, 0, confidence, term="effect", **row_labels)


def _check(cells: "pd.DataFrame") -> None:
    reasons = ReasonCode.NO_WINDOWS_ON_BOTH_SIDES, ReasonCode.NO_WINDOWS_OF_COMPARISON
    weighted_fixed_effects.check_sides(cells, reasons, MEND)


def two_points(cells: "pd.DataFrame") -> "pd.DataFrame":
    """Each practice's window as two points that least squares with clustered errors cannot tell from its patients.

    Half of the patients stand one standard deviation of the place below its mean, half as far above it, on the line
    of least squares through that window's patients: numbers, sums, squares and products are those of the patients.

    Parameters
    ----------
    cells : DataFrame
        `ridit`, `responses`, `value` by practice and window, with their groups.

    Returns
    -------
    DataFrame
        The same columns, two rows by practice and window.
    """
    import pandas as pd

    place, people, value = cells["ridit"], cells["responses"], cells["value"]
    sums = {"place": place, "value": value, "square": place**2, "product": place * value}
    products = pd.DataFrame({name: people * each for name, each in sums.items()}).assign(responses=people)
    keys = ["practice_id", TIME, *weighted_fixed_effects.GROUPS]
    total = products.groupby([cells[name] for name in keys]).sum()
    mean = total.div(total["responses"], axis=0)
    spread = (mean["square"] - mean["place"] ** 2).clip(lower=0) ** 0.5
    # Where all have one place there is no line, and both points stand on the mean.
    rise = ((mean["product"] - mean["place"] * mean["value"]) / spread.where(spread > 1e-9)).fillna(0.0)
    size = total["responses"] / 2
    halves = [
        pd.DataFrame({"responses": size, "ridit": mean["place"] + side * spread, "value": mean["value"] + side * rise})
        for side in (-1, 1)
    ]
    return pd.concat(halves).reset_index().sort_values(["practice_id", TIME], kind="stable", ignore_index=True)


def counted(cells: "pd.DataFrame", whose: str) -> dict[str, Any]:
    """The columns of a row that tell whose patients it is about, and how many."""
    return {
        "population": f"patients of {whose} practices with enough contacts",
        "n_obs": int(cells["responses"].sum()), "n_units": int(cells["practice_id"].nunique()),
    }  # fmt: skip
