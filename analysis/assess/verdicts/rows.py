"""Any other row with a change and an interval: whether it is clear, and which way."""

from collections.abc import Iterator
from typing import Any

from analysis.answers import About, Question
from analysis.assess.verdicts.judged import Basis, direction_verdict, judged
from analysis.assess.verdicts.rules import changes
from analysis.verdicts import Verdict

# What a change is told in: 1 is no change of a ratio, 0 of the others.
CHANGES = ("ratio", "points", "difference", "pounds")
# Rows of which nothing is said one by one: periods and cohorts of a figure, published estimates, and intervals of the
# same estimate by other means.
UNTOLD = (
    "period", "calendar", "cohort", "comparison", "study", "inference", "relative_magnitudes", "smoothness",
    "bound_low", "bound_high",
)  # fmt: skip


def row_verdicts(basis: Basis) -> Iterator[Verdict]:
    """The direction of each row that has one; where it has no interval, whether chance alone would make it."""
    rows = basis.estimates
    rows = rows[rows["scale"].isin(CHANGES) & ~rows["term"].isin(UNTOLD)]
    for _, row in rows.iterrows():
        labels = dict[str, Any](about=About.ESTIMATE, subject=str(row["outcome"]), check=str(row["specification"]))
        direction = direction_verdict(row, **labels)
        yield direction
        if direction.unknown:
            verdict = changes.chance(float(row["p_value"]))
            yield judged([row], question=Question.CHANCE, verdict=verdict, rule="chance", **labels)
