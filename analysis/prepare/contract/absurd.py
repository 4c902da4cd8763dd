"""Values that cannot be: columns that are swapped, more events than patients could have, more GPs than patients."""

from typing import TYPE_CHECKING

import numpy as np

from analysis.months import month_numbers
from analysis.prepare.contract.faults import Fault, number
from analysis.prepare.contract.raw_files import Raw
from analysis.wording import plural

if TYPE_CHECKING:
    import pandas as pd

# ASSUME: no patient has more than one event of a kind a day, so no month has more than 31 for each.
DAYS = 31
# ASSUME: a population is within three times the practice's list.
TIMES = 3.0
# ASSUME: GPs go with lists and deprivation does not: rank correlations on either side of these are of swapped columns.
ALIKE, UNLIKE = 0.6, 0.3
FEWEST = 8
# No list of a practice is as short, and no score of deprivation as high.
SHORT = 100


def activity_absurd(activity: Raw, practices: Raw) -> list[Fault]:
    """Counts that stand where populations should, and counts that no population could have."""
    frame = activity.frame
    lists = practices.frame.drop_duplicates("practice_id").set_index("practice_id")["list_size"]
    size = frame["practice_id"].map(lists)
    swapped = (
        (frame["count"] > frame["population"])
        & (frame["population"] * TIMES < size)
        & frame["count"].between(size / TIMES, size * TIMES)
    )
    return _exchanged(activity, swapped) + _impossible(activity, frame[~swapped])


def _exchanged(activity: Raw, swapped: "pd.Series[bool]") -> list[Fault]:
    rows = activity.frame.index[swapped]
    if not len(rows):
        return []
    first = activity.frame.loc[rows[0]]
    found = (
        f"count and population look swapped: practice {first['practice_id']} has {number(first['count'])} of "
        f"{first['measure']} among {number(first['population'])} {plural(first['population'], 'patient')} in "
        f"{first['month']}"
    )
    everywhere = len(rows) > len(swapped) / 2
    mend = "exchange the two names in the header" if everywhere else "exchange the two values in these rows"
    return [activity.fault("values", "count, population", rows, found, "events, and the patients who had them", mend)]


def _impossible(activity: Raw, frame: "pd.DataFrame") -> list[Fault]:
    """Counts above one a day for each patient; where most are, the population is no population, which is asked."""
    rate = frame["count"] / frame["population"].where(frame["population"] > 0)
    most = DAYS * _period(frame)
    usual = rate.groupby(frame["measure"]).transform("median") <= most
    rows = frame.index[(rate > most) & usual]
    if not len(rows):
        return []
    worst = frame.loc[rows].iloc[int(rate[rows].to_numpy().argmax())]
    found = (
        f"practice {worst['practice_id']} has {number(worst['count'])} of {worst['measure']} among "
        f"{number(worst['population'])} {plural(worst['population'], 'patient')} in {worst['month']}: more "
        "than one a day for each"
    )
    mend = "correct count or population there: a digit may be too many or too few"
    return [activity.fault("values", "count", rows, found, "a count that the patients could have", mend)]


def _period(frame: "pd.DataFrame") -> float:
    """The months from one row of a series to the next: 1, or 12 for yearly data."""
    valid = frame.loc[frame["month"].str.fullmatch(r"\d{4}-\d{2}"), "month"]
    months = np.unique(month_numbers(valid).to_numpy())
    return float(np.diff(months).min()) if len(months) > 1 else 12.0


def practice_absurd(practices: Raw) -> list[Fault]:
    """Columns of practices that are swapped, and practices with more GPs than patients."""
    frame = practices.frame
    more = frame.index[frame["gp_fte"] > frame["list_size"]]
    medians = frame[["list_size", "imd"]].median()
    if len(more):
        found = "more full-time GPs than patients"
        expected = "list_size in patients, gp_fte in full-time GPs"
        mend = "correct the row" if len(more) < len(frame) / 2 else "exchange the two names in the header"
        return [practices.fault("values", "list_size, gp_fte", more, found, expected, mend)]
    if medians["list_size"] < SHORT < medians["imd"]:
        return [_swapped(practices, "list_size, imd", "patients, and a deprivation score")]
    filled = frame[["list_size", "imd", "gp_fte"]].dropna()
    if len(filled) >= FEWEST:
        with_list = filled.rank().corr()["list_size"]
        if with_list["imd"] > ALIKE and with_list["gp_fte"] < UNLIKE:
            return [_swapped(practices, "imd, gp_fte", "a deprivation score, and full-time GPs, who go with the list")]
    return []


def _swapped(practices: Raw, columns: str, expected: str) -> Fault:
    found = f"{' and '.join(columns.split(', '))} look swapped"
    return practices.fault("values", columns, (), found, expected, "exchange the two names in the header")


def patient_absurd(patients: Raw) -> list[Fault]:
    """Ages and numbers of conditions that are swapped."""
    medians = patients.frame[["age", "conditions"]].median()
    if not medians["conditions"] > medians["age"]:
        return []
    found, expected = "age and conditions look swapped", "years, and long-term conditions"
    mend = "exchange the two names in the header"
    return [patients.fault("values", "age, conditions", (), found, expected, mend)]
