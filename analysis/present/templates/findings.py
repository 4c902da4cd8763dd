"""Changes as templates see them: the number, what it was judged to say, and how its uncertainty is told."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.answers import Question
from analysis.present.provenance.sources import Sources
from analysis.present.templates.values import Ends, Row, Value
from analysis.verdicts import Verdict
from analysis.wording import changed

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Finding:
    """A row of the table of estimates that holds a change.

    Attributes
    ----------
    row : Row
        Its numbers.
    direction : Verdict
        Whether it rose, fell, or neither is clear.
    chance : Verdict
        Where its direction is unknown, whether it is more than chance; otherwise its direction.
    few : bool
        Whether clusters are too few for clustered errors, so that its uncertainty is that of randomisation.
    level : str
        The confidence level of its interval, ``95%``.
    """

    row: Row
    direction: Verdict
    chance: Verdict
    few: bool
    level: str

    @property
    def estimate(self) -> Value:
        """The change."""
        value: Value = self.row.estimate
        return value

    @property
    def interval(self) -> Ends:
        """The two ends of its interval."""
        return self.row.interval


def finding(sources: Sources, row: "pd.Series[Any] | None", *, cited: bool = True) -> Finding | None:
    """A row as a finding; None where there is no row. Its numbers lead to their addresses where it is `cited`.

    Raises
    ------
    Problem
        When the row was not judged: it holds no change.
    """
    if row is None:
        return None
    direction = sources.verdicts.of_row(row)
    chance = sources.verdicts.of_row(row, Question.CHANCE) if direction.unknown else direction
    return Finding(Row(sources.context, row, cited=cited), direction, chance, changed(row).few, sources.context.level)
