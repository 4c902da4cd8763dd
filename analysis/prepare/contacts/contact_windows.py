"""The windows of time over which continuity of care is measured: whole, and counted from the first pilot's start.

No window is half before and half after the first start. A pilot that starts later than the first may start within a
window: that window of its practices is left out, since it is half before and half after.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.months import month_number, month_text
from analysis.plan.terms import Period
from analysis.steps import Problem
from analysis.wording import number_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Windows:
    """The whole windows of a study.

    Attributes
    ----------
    waves : dict
        By number, 0 for the first after the first start: the first month of each, YYYY-MM.
    months : int
        The months of each.
    """

    waves: dict[int, str]
    months: int

    @property
    def start(self) -> int:
        """The month in which window 0 begins, counted from year 0."""
        return month_number(self.waves[0])

    @property
    def first(self) -> int:
        """The first month of the first window."""
        return month_number(self.waves[min(self.waves)])

    @property
    def last(self) -> int:
        """The last month of the last window."""
        return month_number(self.waves[max(self.waves)]) + self.months - 1

    def frame(self) -> "pd.DataFrame":
        """One row per window: its number, first month, first day and the first day after it."""
        import pandas as pd

        ends = [month_text(month_number(wave) + self.months) for wave in self.waves.values()]
        rows = pd.DataFrame({"part": list(self.waves), "wave": list(self.waves.values())})
        return rows.assign(
            month=[month_number(wave) for wave in self.waves.values()],
            begins=pd.to_datetime(rows["wave"] + "-01"), ends=pd.to_datetime(pd.Series(ends) + "-01"),
        )  # fmt: skip


def windows(start: str, months: Period, length: int) -> dict[int, str]:
    """The whole windows within the months, by number from the start: the first month of each.

    Raises
    ------
    Problem
        When there is no whole window before the start, or none after it.
    """
    begin, first, last = (month_number(month) for month in (start, months.first, months.last))
    parts = range(-((begin - first) // length), (last + 1 - begin) // length)
    if not (parts and parts[0] < 0 <= parts[-1]):
        raise Problem(
            f"The months {months.first} to {months.last} have no whole window of {number_of(length, 'month')} on each "
            f"side of the pilots' start in {start}.",
            "give more months, or set `pilots.contacts.window_months` to fewer",
        )
    return {part: month_text(begin + part * length) for part in parts}
