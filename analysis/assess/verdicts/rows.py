"""Any other row with a change and an interval: whether it is clear, and which way."""

from collections.abc import Iterator

from analysis.assess.verdicts import rules
from analysis.assess.verdicts.judged import Basis, interval, judged
from analysis.verdicts import About, Question, Verdict

# What a change is told in: 1 is no change of a ratio, 0 of the others.
CHANGES = ("ratio", "points", "difference", "pounds")
# Rows of which nothing is said one by one: periods and cohorts of a figure, published estimates, and intervals of the
# same estimate by other means.
UNTOLD = (
    "period", "calendar", "cohort", "comparison", "study", "inference", "relative_magnitudes", "smoothness",
    "bound_low", "bound_high",
)  # fmt: skip


def row_verdicts(basis: Basis) -> Iterator[Verdict]:
    """The direction of each row that has one."""
    rows = basis.estimates
    rows = rows[rows["scale"].isin(CHANGES) & ~rows["term"].isin(UNTOLD)]
    for _, row in rows.iterrows():
        yield judged(
            [row], about=About.ESTIMATE, subject=str(row["outcome"]), check=str(row["specification"]),
            question=Question.DIRECTION, verdict=rules.direction(*interval(row)), rule="direction",
        )  # fmt: skip
