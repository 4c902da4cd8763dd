"""What is odd from one month of a series to the next: months that it lacks, and populations that jump."""

from typing import TYPE_CHECKING

from analysis.months import month_numbers
from analysis.prepare.contract.faults import Fault, shown
from analysis.prepare.contract.raw_files import MOST_ROWS, Raw
from analysis.wording import listed, plural

if TYPE_CHECKING:
    import pandas as pd

# ASSUME: no list grows or shrinks tenfold from one month to the next, not even where practices merge; it is a digit
# too many or too few.
JUMP = 10


def gap_faults(activity: Raw, ordered: "pd.DataFrame", follows: "pd.Series[bool]") -> list[Fault]:
    """Months that a series lacks between its first and its last, and rows that may be the missing ones."""
    gap = follows & (month_numbers(ordered["month"]).diff() > 1)
    if not gap.any():
        return []
    broken = list(zip(ordered.loc[gap, "practice_id"], ordered.loc[gap, "measure"], strict=True))
    astray = _astray(activity.frame, ordered.index, broken)
    # The first gap; of those for which a row may be had, where there are any.
    series = (activity.frame.loc[astray[0], "practice_id"], activity.frame.loc[astray[0], "measure"]) if astray else ()
    place = int(gap.to_numpy().nonzero()[0][broken.index(series) if series else 0])
    row, before = ordered.iloc[place], ordered.iloc[place - 1]
    found = (
        f"practice {row['practice_id']} has no {row['measure']} between {before['month']} and {row['month']}: "
        "a month gap within its series"
    )
    mend = (
        "add the missing months, with a count of 0 where nothing happened; or write `allow_gaps: true` under `pilots` "
        "in the study file"
    )
    if astray:
        where, months = activity.places(astray), listed([shown(each) for each in activity.frame.loc[astray, "month"]])
        found += f"; {where} of the same series {plural(len(astray), 'has', 'have')} {months}"
        mend = f"correct the month of {where}, if it is a missing one's; otherwise {mend}"
    return [activity.fault("months", "month", ordered.index[gap], found, "every month from first to last", mend)]


def _astray(frame: "pd.DataFrame", inside: "pd.Index[int]", broken: list[tuple[str, str]]) -> list[int]:
    """Up to ten rows of series with a gap that may be the missing ones: outside the months, no month, or twice."""
    import pandas as pd

    odd = ~frame.index.isin(inside) | frame.duplicated(["practice_id", "measure", "month"], keep=False)
    series = pd.MultiIndex.from_frame(frame[["practice_id", "measure"]])
    return [int(row) for row in frame.index[odd & series.isin(broken)][:MOST_ROWS]]


def jump_faults(activity: Raw, ordered: "pd.DataFrame", follows: "pd.Series[bool]") -> list[Fault]:
    """Populations that grow or shrink more from one month to the next than a list does."""
    growth = ordered["population"] / ordered["population"].shift()
    jump = follows & ((growth >= JUMP) | (growth <= 1 / JUMP))
    if not jump.any():
        return []
    place = int(jump.to_numpy().argmax())
    old, new = ordered["population"].iloc[place - 1], ordered["population"].iloc[place]
    found = f"the population of practice {ordered['practice_id'].iloc[place]} jumps from {old:g} to {new:g} in a month"
    mend = "correct the population: a digit may be too many or too few"
    expected = f"less than a {JUMP}-fold change from month to month"
    return [activity.fault("values", "population", ordered.index[jump], found, expected, mend)]
