"""The practice panel by period and cohort, which designs for staggered starts take.

A cohort is the practices that start in the same period. A start within a period makes that period the first treated.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.estimate.models.effect import PER
from analysis.months import month_numbers, month_text
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class Cohorts:
    """The panel of one measure by practice and period.

    Attributes
    ----------
    cells : DataFrame
        One row per practice and period: unit, period (from 1), cohort (the period of the start; 0 where none falls
        into the panel), cluster, count, population (patient-months), rate (events per 1,000 patients a year), weight
        (the practice's mean population, about 1), and the practice's characteristics.
    first : int
        The first month, in months since year 0.
    period_months : int
        Months in one period.
    """

    cells: "pd.DataFrame"
    first: int
    period_months: int

    def month(self, period: int) -> str:
        """The first month of a period, as YYYY-MM."""
        return month_text(self.first + (period - 1) * self.period_months)


def by_period(rows: "pd.DataFrame", period_months: int, characteristics: tuple[str, ...] = ()) -> Cohorts:
    """Add the months of each period up and give each practice its cohort.

    Parameters
    ----------
    rows : DataFrame
        The practice-month panel of one measure.
    period_months : int
        Months in one period.
    characteristics : tuple of str
        Columns to keep: numbers that do not change within a practice.

    Raises
    ------
    Problem
        When a population is missing, the outcome does not vary, or no practice starts between the periods.
    """
    _check_columns(rows, characteristics)
    month = month_numbers(rows["month"]).astype(int)
    first, since = int(month.min()), month - month.min()
    start = (since - rows["event_time"]) // period_months + 1
    rows = rows.assign(period=since // period_months + 1, start=start)
    # ASSUME: a practice that starts in the first period has no time before, so it neither shows an effect nor serves as
    # a comparison, and is left out.
    rows = rows[~(start <= 1)]
    cells = _added(rows, characteristics)
    _check_starts(cells)
    return Cohorts(cells, first, period_months)


def _added(rows: "pd.DataFrame", characteristics: tuple[str, ...]) -> "pd.DataFrame":
    keep = {"start": "first", "cluster_id": "first"} | dict.fromkeys(characteristics, "first")
    grouped = rows.groupby(["practice_id", "period"], as_index=False)
    cells = grouped.agg({"count": "sum", "population": "sum"} | keep)
    cells = cells.rename(columns={"practice_id": "unit", "cluster_id": "cluster"})
    # ASSUME: a practice that starts after the last period is a comparison practice like those that never start.
    cohort = cells.pop("start").where(lambda start: start <= cells["period"].max()).fillna(0).astype(int)
    return cells.assign(cohort=cohort, rate=PER * cells["count"] / cells["population"])


def balanced(cells: "pd.DataFrame") -> "pd.DataFrame":
    """The practices that are observed in every period, each with one weight for all of them.

    The linear estimators compare a practice with itself in other periods, and the decomposition holds on such panels
    only. The weight, the mean population, makes their estimates those about patients, as the Poisson model's are.

    Raises
    ------
    Problem
        When no pilot or no other practice is observed in every period.
    """
    # ASSUME: what holds of the practices that are observed throughout holds of those that open or close.
    whole = cells.groupby("unit")["period"].transform("size") == cells["period"].nunique()
    kept = cells[whole].reset_index(drop=True)
    if kept["cohort"].nunique() < min(2, cells["cohort"].nunique()) or not kept["cohort"].any():
        raise NotEstimable(
            ReasonCode.TOO_FEW_PRACTICES_THROUGHOUT,
            "choose months in `pilots.months` of the study file in which practices neither open nor close",
        )
    # ASSUME: a practice's weight is its mean population, because the estimators need one weight for all periods.
    population = kept.groupby("unit")["population"].transform("mean")
    return kept.assign(weight=population / population.mean())


def with_comparison(cells: "pd.DataFrame") -> "pd.DataFrame":
    """The periods in which somebody has not started: all of them where some practices never start.

    Otherwise the cohort that starts last is the comparison for the others until it starts, and its own effect is not
    estimated (Sun & Abraham 2021, J Econometrics 225:175-199).

    Raises
    ------
    Problem
        When nobody is left to compare with.
    """
    last = int(cells["cohort"].max())
    if not cells["cohort"].all():
        return cells
    if last == cells["cohort"].min():
        raise NotEstimable(ReasonCode.ALL_START_TOGETHER, "add comparison practices to the data")
    kept = cells[cells["period"] < last]
    return kept.assign(cohort=kept["cohort"].where(kept["cohort"] < last, 0)).reset_index(drop=True)


@dataclass(frozen=True)
class Group:
    """The rows that one estimate is about: a term and its horizon in the table of estimates.

    Attributes
    ----------
    term : {"effect", "cohort", "period", "calendar"}
        What the rows have in common.
    horizon : int
        The cohort or calendar period, or the periods since the start; 0 for all rows.
    rows : (n,) bool
        Which cells.
    """

    term: str
    horizon: int
    rows: "Marks"


def groups(cells: "pd.DataFrame") -> Iterator[Group]:
    """All treated cells; then those of each cohort, calendar period, and period since the start."""
    treated = treated_cells(cells)
    yield Group("effect", 0, treated)
    yield from _split("cohort", cells["cohort"], treated)
    yield from _split("calendar", cells["period"], treated)
    yield from _split("period", cells["period"] - cells["cohort"], treated)


def leads(cells: "pd.DataFrame") -> Iterator[Group]:
    """The cells of each period before the start but the last one, which is the reference."""
    since = cells["period"] - cells["cohort"]
    yield from _split("period", since, ((cells["cohort"] > 0) & (since < -1)).to_numpy())


def treated_cells(cells: "pd.DataFrame") -> "Marks":
    """Which cells lie at or after the start of their practice."""
    return ((cells["cohort"] > 0) & (cells["period"] >= cells["cohort"])).to_numpy()


def _split(term: str, by: "pd.Series[int]", among: "Marks") -> Iterator[Group]:
    return (Group(term, int(each), among & (by == each).to_numpy()) for each in sorted(set(by[among])))


def _check_columns(rows: "pd.DataFrame", characteristics: tuple[str, ...]) -> None:
    if not (rows["population"] > 0).all() or rows["count"].isna().any():
        raise NotEstimable(ReasonCode.POPULATIONS_OR_COUNTS_MISSING, "correct or leave out those practices and months")
    for name in characteristics:
        if name not in rows or rows[name].isna().any():
            raise NotEstimable(ReasonCode.COVARIATE_MISSING, "take it out of `adjust` in the study file", column=name)


def _check_starts(cells: "pd.DataFrame") -> None:
    if not cells["cohort"].any():
        raise NotEstimable(
            ReasonCode.NO_WHOLE_PERIODS,
            "choose a smaller `period_months` for the design, or other months in `pilots.months`, in the study file",
        )
    if cells["cluster"].nunique() < 2:
        raise NotEstimable(ReasonCode.ONE_CLUSTER, "name another cluster")
    if cells["rate"].nunique() < 2:
        raise NotEstimable(ReasonCode.RATE_NEVER_VARIES, "leave the outcome out of the study")
