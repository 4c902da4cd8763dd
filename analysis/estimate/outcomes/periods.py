"""Which periods around the start every site contributes to."""

from typing import TYPE_CHECKING

from analysis.estimate.outcomes.event_study import REFERENCE
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import pandas as pd


def whole_periods(rows: "pd.DataFrame", bin_months: int) -> list[int]:
    """The periods around the reference, without a gap, of which every site has all months.

    Parameters
    ----------
    rows : DataFrame
        Rows of the panel, of one measure.
    bin_months : int
        Months in one period.

    Raises
    ------
    Problem
        Where not even the reference is whole.
    """
    pilots = rows[rows["pilot"]]
    period = pilots["event_time"].floordiv(bin_months).astype(int).rename("period")
    months = pilots.groupby(["site_id", period])["month"].nunique().unstack("period")
    complete = (months == bin_months).all()
    whole = {int(each) for each in complete.index[complete].to_numpy()}
    if REFERENCE not in whole:
        reason = ReasonCode.REFERENCE_MONTH_INCOMPLETE if bin_months == 1 else ReasonCode.REFERENCE_PERIOD_INCOMPLETE
        mend = "give the study earlier months, or shorter periods with `bin_months`"
        raise NotEstimable(reason, mend, months=bin_months)
    first = last = REFERENCE
    while first - 1 in whole:
        first -= 1
    while last + 1 in whole:
        last += 1
    return list(range(first, last + 1))
