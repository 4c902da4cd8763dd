"""What is asked about counts: beside the practice's own months, the other practices, and the lists."""

import math
from typing import TYPE_CHECKING

import numpy as np

from analysis.plan.limits import Limits
from analysis.prepare.check_data.outliers import rank_correlation
from analysis.prepare.check_data.plausible import alike_names, first_of, question, thin_times
from analysis.prepare.check_data.plausible_series import FEWEST, VARIED, Series
from analysis.prepare.contract.faults import Question, number
from analysis.prepare.contract.raw_files import Raw
from analysis.prepare.outcomes.presence import during, presence
from analysis.prepare.outcomes.silence import silences

if TYPE_CHECKING:
    import pandas as pd

    from analysis.prepare.check_data.outliers import Floats

# ASSUME: a list three times as long as the population of its practice, or a third, is another practice's or a slip.
TIMES = 3.0
# ASSUME: populations are those of the lists, but for how these changed.
WITH_LISTS = 0.6


def activity_questions(activity: Raw, practices: Raw | None, odd: float) -> list[Question]:
    """What is asked about the table of activity.

    Parameters
    ----------
    activity : Raw
        Counts; a row that is broken is not looked at.
    practices : Raw, optional
        For the practices that should have counts, and the sizes of their lists.
    odd : float
        From where on a value stands out, see :mod:`analysis.prepare.check_data.outliers`.
    """
    questions = [*alike_names(activity, "measure"), *thin_times(activity, "month", "measure")]
    good = activity.frame[(activity.frame["population"] > 0) & (activity.frame["count"] >= 0)]
    good = good.drop_duplicates(["practice_id", "month", "measure"])
    # Zeros of a practice that opens or closes are no counts, and are noted elsewhere.
    good = during(good, presence(good, Limits().silent))
    for measure, rows in good.groupby("measure", sort=True):
        series = Series(activity, str(measure), rows)
        if min(series.counts.shape) >= FEWEST:
            questions += [*series.cells(odd), *series.months(odd), *series.copies(), *series.flat()]
        if len(series.units) >= FEWEST:
            questions += [*series.levels(odd), *series.unrelated(), *series.rounded()]
        questions += _absent(activity, str(measure), rows, practices) if practices else []
    return questions + _silent(activity, good) + _populations(activity, good, practices)


def _silent(activity: Raw, good: "pd.DataFrame") -> list[Question]:
    """Practices without any event in several months on end, between months with events."""
    runs = silences(good, Limits().silent)
    if not runs:
        return []
    longest = max(runs, key=lambda each: each.months)
    place = f"practice {longest.practice_id}"
    sentence = (
        f"{place} has no event of any measure in the {longest.months} months from {longest.first} to {longest.last}"
    )
    rows = [
        row
        for each in runs
        for row in good.index[(good["practice_id"] == each.practice_id) & good["month"].between(each.first, each.last)]
    ]
    several = len({each.practice_id for each in runs})
    return [question(activity, "silent", "count", rows, first_of(sentence, several, "practice"), place)]


def _absent(activity: Raw, measure: str, rows: "pd.DataFrame", practices: Raw) -> list[Question]:
    """Practices without any row of a measure that most have."""
    ids = practices.frame["practice_id"].drop_duplicates()
    lacking = ids[~ids.isin(rows["practice_id"])]
    if lacking.empty or len(lacking) > len(ids) / 2:
        return []
    place = f"practice {lacking.iloc[0]}"
    found = first_of(f"{place} has no row of {measure}", len(lacking), "practice")
    return [question(activity, "absent", "practice_id", (), found, f"{place}, {measure}")]


def _populations(activity: Raw, good: "pd.DataFrame", practices: Raw | None) -> list[Question]:
    """Populations that are no list: far from the practice's own, or smaller than what is counted."""
    if practices is None or good.empty:
        return []
    lists = practices.frame.drop_duplicates("practice_id").set_index("practice_id")["list_size"]
    size = good["practice_id"].map(lists).to_numpy("float64")
    with np.errstate(divide="ignore"):
        far = np.abs(np.log(good["population"].to_numpy("float64") / size))
    odd = far > math.log(TIMES)
    if not odd.any():
        return _lists(activity, good, size)
    at = int(np.where(odd, far, 0).argmax())
    row = good.iloc[at]
    place = f"practice {row['practice_id']}"
    found = (
        f"{place} has a population of {number(row['population'])} in {row['month']} and a list of {number(size[at])}"
    )
    found = first_of(found, good.loc[odd, "practice_id"].nunique(), "practice")
    return [question(activity, "list", "population", good.index[odd], found, place)]


def _lists(activity: Raw, good: "pd.DataFrame", size: "Floats") -> list[Question]:
    """Populations that are of the right size and of other practices."""
    by = good.assign(size=size).groupby("practice_id")[["population", "size"]].median().dropna()
    people, lists = by["population"].to_numpy("float64"), by["size"].to_numpy("float64")
    if len(by) < FEWEST + 3 or np.std(np.log(lists)) < VARIED:
        return []
    together = rank_correlation(people, lists)
    if together >= WITH_LISTS:
        return []
    found = f"the populations do not go with the lists: their rank correlation over practices is {together:.2f}"
    return [question(activity, "unrelated", "population", (), found, "every practice")]
