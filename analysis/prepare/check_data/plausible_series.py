"""What is asked about the counts of one measure, as a table of practices by months."""

import math
from typing import TYPE_CHECKING

import numpy as np

from analysis.prepare.check_data.outliers import (
    cell_scores,
    expected,
    limit,
    month_scores,
    rank_correlation,
    standing_out,
)
from analysis.prepare.check_data.plausible import first_of, question
from analysis.prepare.contract.faults import Question, number
from analysis.prepare.contract.raw_files import Raw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt
    import pandas as pd

# ASSUME: with fewer months or practices nothing can be said to be usual.
FEWEST = 5
# ASSUME: events that are so frequent are more where there are more patients, if lists vary so (standard deviation of
# logarithms); a rank correlation below this is that of a column which was sorted or pasted without the others.
FREQUENT, VARIED, RELATED = 20, 0.2, 0.2
# So many counts are not all multiples of five by chance.
MULTIPLES = 30
# ASSUME: below so many events, months and practices may agree by chance.
SOME = 5


class Series:
    """The counts of a measure as a table of practices by months.

    Attributes
    ----------
    counts, population : (practices, months) float
        Missing is NaN.
    rows : (practices, months) float
        The row of the table of activity.
    units, times : list of str
        The practices and the months.
    """

    def __init__(self, raw: Raw, measure: str, rows: "pd.DataFrame") -> None:
        wide = rows.assign(row=rows.index).pivot(index="practice_id", columns="month")
        self.raw, self.measure = raw, measure
        self.counts, self.population, self.rows = (
            wide[name].to_numpy("float64") for name in ("count", "population", "row")
        )
        self.units, self.times = [str(each) for each in wide.index], [str(each) for each in wide["count"].columns]
        self.wanted, self.factor = expected(self.counts, self.population)
        self.rates = np.nanmedian((self.counts + 0.5) / self.population, axis=1)

    def cells(self, odd: float) -> "Iterator[Question]":
        """Single counts that stand out."""
        # Of a practice that stands out as a whole no months are told.
        far = np.where(self.far(odd)[:, None], 0, np.abs(cell_scores(self.counts, self.wanted)))
        outlying = np.argwhere(far > limit(int(np.isfinite(self.counts).sum()), odd)).tolist()
        if not len(outlying):
            return
        unit, at = divmod(int(far.argmax()), far.shape[1])
        place = f"practice {self.units[unit]} in {self.times[at]}"
        sentence = (
            f"{place} has {number(self.counts[unit, at])} of {self.measure}, where its other months and the other "
            f"practices let expect {number(self.wanted[unit, at])}"
        )
        yield question(
            self.raw,
            "cell",
            "count",
            self._of(outlying),
            first_of(sentence, len(outlying), "count"),
            f"{place}, {self.measure}",
        )

    def months(self, odd: float) -> "Iterator[Question]":
        """Months in which most practices are far from their usual counts."""
        far = np.abs(month_scores(self.factor))
        outlying = np.flatnonzero(far > limit(len(self.times), odd)).tolist()
        if not len(outlying):
            return
        at = int(far.argmax())
        sentence = (
            f"in {self.times[at]} {self.measure} is {number(100 * self.factor[at])}% of usual at the middle practice"
        )
        rows = self._of([(unit, each) for each in outlying for unit in range(len(self.units))])
        yield question(
            self.raw,
            "month",
            "count",
            rows,
            first_of(sentence, len(outlying), "month"),
            f"{self.times[at]}, {self.measure}",
        )

    def far(self, odd: float) -> "npt.NDArray[np.bool_]":
        """Which practices' rates stand out; where all have few events, none do."""
        totals = np.nansum(self.counts, axis=1)
        seen: npt.NDArray[np.bool_] = (totals > SOME) | (np.median(totals) > SOME)
        return standing_out(np.log(self.rates), odd, least=0.1) & seen

    def levels(self, odd: float) -> "Iterator[Question]":
        """Practices whose rate is far from the others'."""
        outlying = np.flatnonzero(self.far(odd)).tolist()
        if not outlying:
            return
        middle = float(np.median(self.rates))
        unit = max(outlying, key=lambda each: abs(math.log(self.rates[each] / middle)))
        place = f"practice {self.units[unit]}"
        sentence = (
            f"{place} has {number(1000 * self.rates[unit])} of {self.measure} for 1,000 patients in a month, "
            f"the middle practice {number(1000 * middle)}"
        )
        rows = self._of([(each, at) for each in outlying for at in range(len(self.times))])
        yield question(
            self.raw, "level", "count", rows, first_of(sentence, len(outlying), "practice"), f"{place}, {self.measure}"
        )

    def unrelated(self) -> "Iterator[Question]":
        """Counts that do not grow with the populations, as when one column was sorted without the others."""
        counts, people = np.nansum(self.counts, axis=1), np.nanmedian(self.population, axis=1)
        cells = np.argwhere(np.isfinite(self.counts))
        pairs = (self.counts[tuple(cells.T)], self.population[tuple(cells.T)])
        if len(counts) < FEWEST + 3 or np.median(pairs[0]) < FREQUENT or np.std(np.log(people)) < VARIED:
            return
        if (together := rank_correlation(*pairs)) < RELATED:
            found = (
                f"{self.measure} does not go with the populations: the rank correlation over practices and months is "
                f"{together:.2f}"
            )
            yield question(self.raw, "unrelated", "count", (), found, f"every practice, {self.measure}")

    def rounded(self) -> "Iterator[Question]":
        """Counts that are all multiples of five, as they are where they were rounded so that nobody is found."""
        counts = self.counts[np.isfinite(self.counts) & (self.counts > 0)]
        where = f"every practice, {self.measure}"
        if not len(counts) and self.counts.size:
            yield question(self.raw, "flat", "count", (), f"every count of {self.measure} is 0", where)
        elif len(counts) >= MULTIPLES and not (counts % 5).any() and np.ptp(counts) > 0:
            found = f"all counts of {self.measure} are multiples of {10 if not (counts % 10).any() else 5}"
            yield question(self.raw, "rounded", "count", (), found, where)

    def copies(self) -> "Iterator[Question]":
        """Months, and practices, that repeat another's counts throughout."""
        counts = np.nan_to_num(self.counts, nan=-1)
        for at in range(1, len(self.times)):
            if (counts[:, at] == counts[:, at - 1]).all() and np.ptp(counts[:, at]) >= SOME:
                found = f"in {self.times[at]} every practice has the {self.measure} of {self.times[at - 1]}"
                rows = self._of([(unit, at) for unit in range(len(self.units))])
                yield question(self.raw, "copied_month", "count", rows, found, f"{self.times[at]}, {self.measure}")
        if len(self.times) < FEWEST:
            return
        varied = np.flatnonzero(np.ptp(counts, axis=1) >= SOME)
        _, first, which = np.unique(counts[varied], axis=0, return_index=True, return_inverse=True)
        for unit, original in zip(varied.tolist(), varied[first[which.ravel()]].tolist(), strict=True):
            if unit != original:
                place = f"practices {self.units[original]} and {self.units[unit]}"
                found = f"{place} have the same {self.measure} in every month"
                rows = self._of([(unit, at) for at in range(len(self.times))])
                yield question(self.raw, "copied_practice", "count", rows, found, f"{place}, {self.measure}")

    def flat(self) -> "Iterator[Question]":
        """Practices whose count never changes."""
        enough = np.isfinite(self.counts).sum(axis=1) >= FEWEST
        low = np.where(enough, np.nanmin(np.where(enough[:, None], self.counts, 0), axis=1), 0)
        same = enough & (low == np.nanmax(np.where(enough[:, None], self.counts, 0), axis=1))
        usual = float(np.nanmedian(self.counts))
        level = np.flatnonzero(same & ((low >= SOME) | (usual >= SOME)))
        if len(level):
            place = f"practice {self.units[level[0]]}"
            sentence = f"{place} has {number(low[level[0]])} of {self.measure} in every month"
            rows = self._of([(unit, at) for unit in level.tolist() for at in range(len(self.times))])
            yield question(
                self.raw, "flat", "count", rows, first_of(sentence, len(level), "practice"), f"{place}, {self.measure}"
            )

    def _of(self, cells: "Iterable[Sequence[int]]") -> list[int]:
        """The rows of some cells."""
        return [int(self.rows[unit, at]) for unit, at in cells if np.isfinite(self.rows[unit, at])]
