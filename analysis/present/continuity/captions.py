"""What the figures and tables on continuity say in words: phrases of the library, whose numbers lead to no address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.plan.continuity import Continuity
from analysis.plan.pilots import ContactOutcome
from analysis.present.continuity.sections.admissions import admissions
from analysis.present.continuity.sections.fall import fall
from analysis.present.continuity.sections.gaps import gaps
from analysis.present.continuity.sections.rows import Rows
from analysis.present.continuity.sections.size import size
from analysis.present.continuity.sections.worth import worth
from analysis.present.look.markdown import Table
from analysis.present.provenance.context import Context
from analysis.present.provenance.sources import Sources
from analysis.present.templates.formats import formats, joined
from analysis.present.templates.language import Filters
from analysis.present.templates.values import Row, Value
from analysis.steps import Paths

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Captions:
    """The library of phrases, and the table of estimates whose rows it tells."""

    context: Context
    filters: Filters
    messages: Mapping[str, str]

    @property
    def level(self) -> str:
        """The confidence level of intervals, ``95%``."""
        return self.context.level

    def say(self, it: object, name: str) -> str:
        """A sentence about one thing, by its name below ``reports/phrases/continuity``."""
        return self.filters["say"](it, f"continuity/{name}")

    def caption(self, it: object, kind: str, name: str) -> str:
        """A caption: what the figure or the table tells, where something was judged of it, and then what it shows."""
        return joined([self.messages.get(name, ""), self.say(it, f"{kind}/{name}")])

    def phrase(self, code: str, name: str) -> str:
        """The words for a code."""
        return self.filters["phrase"](code, name)

    def row(self, row: "pd.Series[Any] | None") -> Row | None:
        """A row as phrases see it; None where there is none."""
        return None if row is None else Row(self.context, row, cited=False)

    def empty(self, name: str, phrase: str) -> Table:
        """The table where nothing could be told, which says why, so that the text has something to refer to."""
        return Table(name, self.say(None, phrase), {"Result": ["not estimated"]})


def captions(sources: Sources, plan: Continuity, phrases: Paths) -> Captions:
    """The captions of a study: from what was judged of its rows, and the phrases that they may tell from."""
    filters = formats(sources.context.book, *phrases)
    rows = Rows(sources, plan, sources.benchmarks, cited=False)
    outcome = sources.plan.outcomes[plan.outcome]
    assert isinstance(outcome, ContactOutcome)
    of_gaps = gaps(rows)
    messages: dict[str, tuple[object, str]] = {
        "events": (rows.effect("usual_by_month"), "months"),
        "size": (size(rows), "size"),
        "gaps": (of_gaps, "gaps"),
        "slopes": (of_gaps, "gaps"),
        "indices": (fall(rows, outcome), "indices"),
        "admissions": (admissions(rows), "admissions"),
        "mediation": (worth(rows), "mediation"),
    }
    said = {name: filters["say"](it, f"continuity/messages/{phrase}") for name, (it, phrase) in messages.items() if it}
    return Captions(sources.context, filters, said)


def value(number: float, unit: str = "") -> Value:
    """A number for a caption."""
    return Value(float(number), "", None, unit)
