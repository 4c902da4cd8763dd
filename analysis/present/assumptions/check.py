"""A check of one outcome: what is asked of it, and what every check says of itself."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.answers import About, Question
from analysis.plan.sensitivity import AnyCheck
from analysis.present.provenance.sources import Sources
from analysis.present.templates.values import Row
from analysis.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Check:
    """What every check says of itself.

    Attributes
    ----------
    label : str
        What was changed, in words.
    finding : Verdict
        The direction of the finding that is put to the test.
    line, sentence : str
        The phrases that tell it in the table and in the text; one without a sentence stands in the table alone, and one
        without a line in the text.
    """

    label: str
    finding: Verdict
    line: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class CheckSource:
    """A check of one outcome: its name and its plan, its rows, and the row of the finding, if there is one.

    Its numbers lead to their addresses where it is `cited`, as they do in text and not in a table.
    """

    sources: Sources
    outcome: str
    name: str
    check: AnyCheck
    rows: "pd.DataFrame"
    primary: "pd.Series[Any] | None"
    cited: bool = True

    @property
    def common(self) -> dict[str, Any]:
        """What every check says of itself."""
        return {"label": self.check.label, "finding": self.finding}

    @property
    def finding(self) -> Verdict:
        """The direction of the finding."""
        return self.sources.verdicts.of(self.outcome, Question.DIRECTION, about=About.OUTCOME)

    def verdict(self, question: Question, part: str = "") -> Verdict:
        """A judgement of this check, or of a part of it such as a site."""
        check = f"{self.name}/{part}" if part else self.name
        return self.sources.verdicts.of(self.outcome, question, check, About.CHECK)

    def row(self, row: "pd.Series[Any]") -> Row:
        """One of its rows."""
        return Row(self.sources.context, row, cited=self.cited)


def extremes(rows: "pd.DataFrame") -> "tuple[pd.Series[Any], pd.Series[Any]]":
    """The rows with the lowest and with the highest estimate."""
    ordered = rows.sort_values("estimate", kind="stable")
    return ordered.iloc[0], ordered.iloc[-1]
