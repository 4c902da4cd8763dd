"""Are larger practices less continuous? In one cross-section before the pilots, and as practices grow.

``python -m analysis.estimate.continuity.practice_size --help``
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from analysis.estimate.continuity.practice_growth import DESIGN as GROWTH
from analysis.estimate.continuity.practice_growth import growing
from analysis.estimate.models.group_means import group_means
from analysis.estimate.models.regression import Fit, least_squares
from analysis.estimate.models.splines import spline_rows
from analysis.estimates import Estimate, Row, attempt, write_part
from analysis.plan.continuity import Continuity, PracticeSize
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable
from analysis.steps import AsJson, command
from analysis.tables import read_table, union

if TYPE_CHECKING:
    import pandas as pd

DESIGN, ESTIMATOR = "practice_size", "least_squares"
# ASSUME: from fewer practices no gradient is told; the open study's questions have the same limit.
FEWEST, FOURTHS = 30, 4


def practice_size(
    *,
    panel: Path,
    activity: Path,
    asked: Annotated[Continuity, AsJson],
    item: str,
    comparison_cluster: str,
    confidence: float,
    out: Path,
) -> None:
    """Relate practices' continuity to their size and to its change.

    Parameters
    ----------
    panel : Path
        Indices by practice and window.
    activity : Path
        The practice-month panel, which has the registered patients of each month.
    asked : Continuity
        What is asked of continuity; as JSON.
    item : str
        The index of the outcome, as the panel's column of items writes it.
    comparison_cluster : str
        Column of practices, in either panel, by which standard errors are clustered. In a cross-section before the
        start pilot practices are like any other, so all of them cluster by it.
    confidence : float
        Confidence level of the intervals.
    out : Path
        Rows of the table of estimates.
    """
    (windows, seen), (months, counted) = read_table(panel), read_table(activity)
    size, windows = asked.size or PracticeSize(), windows[windows["item"] == item]
    placed = located(windows, months, comparison_cluster)
    rows: list[Row] = []
    for exposure in size.exposures:
        rows += by_size(placed, asked.outcome, exposure, size, comparison_cluster, confidence)
    rows += attempt(
        lambda: growing(placed, months, asked.outcome, size.jump, comparison_cluster, confidence),
        outcome=asked.outcome, design=GROWTH,
    )  # fmt: skip
    write_part(out, rows, union(seen, counted), __spec__)


def located(windows: "pd.DataFrame", months: "pd.DataFrame", cluster: str) -> "pd.DataFrame":
    """The windows with the column that clusters, which is else taken from the months where they have it."""
    if cluster in windows or cluster not in months:
        return windows
    own = months.drop_duplicates("practice_id").set_index("practice_id")[cluster]
    return windows.assign(**{cluster: windows["practice_id"].map(own)})


def by_size(
    windows: "pd.DataFrame", outcome: str, exposure: str, size: PracticeSize, cluster: str, confidence: float
) -> list[Row]:
    """Continuity against one measure of size across practices, before any pilot began.

    Least squares of a practice's mean index, in points, on the logarithm of its size to base 2; every practice counts
    the same; standard errors are clustered by area.

    Parameters
    ----------
    windows : DataFrame
        Indices by practice and window, of one item.
    outcome : str
        The outcome's name in the study.
    exposure : str
        The column that tells a practice's size.
    size : PracticeSize
        What is held constant, and how many knots the spline has.
    cluster : str
        The column by which standard errors are clustered.
    confidence : float
        Confidence level of the intervals.

    Returns
    -------
    list of Estimate or NotEstimated
        ``per_doubling`` (`adjusted`, `unadjusted`), the ``mean`` of each fourth by size, and of the `spline`, which
        holds the same measures constant, ``fitted`` values and ``nonlinearity``.
    """
    labels = {"outcome": outcome, "design": DESIGN, "estimator": ESTIMATOR}

    def tried(specification: str, held: tuple[str, ...], make: Callable[[Section], Sequence[Row]]) -> list[Row]:
        named = labels | {"specification": specification}
        return attempt(
            lambda: make(Section(practices_before(windows, exposure, held, cluster), exposure, confidence, named)),
            subgroup=exposure, **named,
        )  # fmt: skip

    # What no practice has is no reason to leave out what does without it.
    available = tuple(name for name in size.adjust if name in windows and windows[name].notna().any())
    return [
        *tried("adjusted", size.adjust, lambda section: [section.per_doubling(size.adjust)]),
        *tried("unadjusted", available, lambda section: [section.per_doubling(())]),
        *tried("spline", size.adjust, lambda section: section.spline(size.adjust, size.knots)),
        *tried("primary", available, Section.fourths),
    ]


def practices_before(windows: "pd.DataFrame", exposure: str, held: tuple[str, ...], cluster: str) -> "pd.DataFrame":
    """By practice before the first pilot: its mean index (`value`, in points), size, `area`, and what is held constant.

    Raises
    ------
    Problem
        When the practices lack a column, or too few have all values.
    """
    columns = [exposure, cluster, *held]
    if missing := [name for name in columns if name not in windows or windows[name].isna().all()]:
        raise NotEstimable(
            ReasonCode.SIZE_COLUMN_MISSING,
            f"add the column {missing[0]} to the table of practices, or take it out of `continuity.size`",
            column=missing[0],
        )
    rows = windows[windows["wave"] < first_start(windows)]
    weighted = rows.assign(value=100 * rows["value"] * rows["responses"]).groupby("practice_id")
    sums = weighted[["value", "responses"]].sum()
    practices = weighted[columns].first().assign(value=sums["value"] / sums["responses"])
    practices = practices.rename(columns={cluster: "area"})
    complete = practices[practices[exposure] > 0].dropna()
    if len(complete) < FEWEST or complete["area"].nunique() < 2:
        raise NotEstimable(
            ReasonCode.TOO_FEW_PRACTICES_WITH_SIZE,
            "add what is missing to the table of practices, or take `continuity.size` out of the study file",
            practices=len(complete),
            areas=complete["area"].nunique(),
            columns=columns,
        )
    return complete


def first_start(windows: "pd.DataFrame") -> str:
    """The first window in which any pilot has started.

    Raises
    ------
    Problem
        When there is none.
    """
    started = windows.loc[windows["after"].astype(bool), "wave"]
    if started.empty:
        raise NotEstimable(ReasonCode.NO_WINDOW_AFTER, "add the contacts of later months")
    return str(started.min())


@dataclass(frozen=True)
class Section:
    """One cross-section of practices, as :func:`practices_before` gives it, and the models of it."""

    frame: "pd.DataFrame"
    exposure: str
    confidence: float
    labels: dict[str, str]

    def doublings(self) -> "pd.Series[float]":
        """The logarithm of size to base 2."""
        import numpy as np

        return self.frame[self.exposure].astype(float).map(np.log2)

    def held(self, names: tuple[str, ...]) -> "pd.DataFrame":
        """The measures that are held constant."""
        # ASSUME: they act in straight lines.
        return self.frame[list(names)].astype(float)

    def fit(self, design: "pd.DataFrame") -> Fit:
        """Least squares, clustered by area."""
        return least_squares(self.frame["value"], design, self.frame["area"])

    def labelled(self, **more: str) -> dict[str, Any]:
        """The other columns of the rows."""
        size = len(self.frame)
        return {**self.labels, "population": "general practices", "n_obs": size, "n_units": size, **more}

    def per_doubling(self, held: tuple[str, ...]) -> Estimate:
        """The straight line."""
        fit = self.fit(self.held(held).assign(constant=1.0, size=self.doublings()))
        labels = self.labelled(term="per_doubling", subgroup=self.exposure)
        return fit.row({"size": 1.0}, self.confidence, "points", **labels)

    def spline(self, held: tuple[str, ...], knots: int) -> list[Estimate]:
        """The curve, and whether it is more than a straight line."""
        return spline_rows(
            self.doublings(), self.held(held), knots, self.fit, self.confidence,
            lambda doublings: f"{2**doublings:.6g}", self.labelled(subgroup=self.exposure),
        )  # fmt: skip

    def fourths(self) -> list[Row]:
        """Means of four groups of practices by size."""
        size, suffix = self.frame[self.exposure].astype(float), f": {self.exposure}"
        return group_means(size, FOURTHS, self.fit, self.confidence, of=suffix, **self.labelled(term="mean"))


if __name__ == "__main__":
    command(practice_size)
