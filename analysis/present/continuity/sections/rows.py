"""Where the sections on continuity find their rows, why others are missing, and what stands beside a result."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.answers import About
from analysis.estimates import verdict_row
from analysis.plan.continuity import Continuity
from analysis.present.provenance.address import Origin
from analysis.present.provenance.sources import Sources
from analysis.present.templates.findings import Finding, finding
from analysis.present.templates.reasons import Reasoned, reason_of
from analysis.present.templates.values import Printed, Row, Value
from analysis.verdicts import Verdict
from analysis.wording import change

if TYPE_CHECKING:
    import pandas as pd

DID = "difference_in_differences"
# Results whose benchmark is of something that the sentence before has not named.
APART = ("observed", "between_practices", "merger")


@dataclass(frozen=True)
class Beside:
    """A truth or a published value that stands beside a result.

    Attributes
    ----------
    value : Value
    about : str
        A code for what it is of, where that is not what the sentence before told of.
    holds : Verdict or None
        Of a truth, whether the interval of the estimate holds it; None where there is no estimate beside it.
    programme : str
        Of a published value, by whom; empty for a truth.
    people : Printed or None
        Of a published value, of whom.
    by_construction : bool
        Whether the truth was set to the published value.
    """

    value: Value
    about: str = ""
    holds: Verdict | None = None
    programme: str = ""
    people: Printed | None = None
    by_construction: bool = False


@dataclass(frozen=True)
class Way:
    """One of several ways to tell a change, by its code."""

    code: str
    finding: Finding
    label: str = ""


@dataclass(frozen=True)
class Rows:
    """The rows of the chapter.

    Attributes
    ----------
    sources : Sources
        The table of estimates, its verdicts, and what could not be estimated.
    plan : Continuity
        What is asked of continuity.
    benchmarks : DataFrame
        Truths and published values by result; without rows where there are none.
    cited : bool
        Whether numbers lead to their addresses, as they do in text and not in a caption.
    """

    sources: Sources
    plan: Continuity
    benchmarks: "pd.DataFrame"
    cited: bool = True

    def series(self, design: str, **where: str) -> "pd.Series[Any] | None":
        """The one row by a design, on the chapter's outcome unless told otherwise; None where there is none."""
        return self.sources.context.row(**({"outcome": self.plan.outcome, "design": design} | where))

    def row(self, design: str, **where: str) -> Row | None:
        """The same as templates see it."""
        series = self.series(design, **where)
        return None if series is None else self.seen(series)

    def seen(self, row: "pd.Series[Any]") -> Row:
        """A row as templates see it."""
        return Row(self.sources.context, row, cited=self.cited)

    def as_finding(self, row: "pd.Series[Any] | None") -> Finding | None:
        """A row as a change with its verdict; None where there is none."""
        return finding(self.sources, row, cited=self.cited)

    def finding(self, design: str, **where: str) -> Finding | None:
        """The same as a change with its verdict."""
        return self.as_finding(self.series(design, **where))

    def primary(self) -> Finding | None:
        """The change in the chapter's outcome; None where it could not be estimated."""
        return self.as_finding(verdict_row(self.sources.context.estimates, self.plan.outcome, DID))

    def effect(self, specification: str) -> Finding | None:
        """The pilots' effect on the chapter's outcome in another specification."""
        return self.finding(DID, specification=specification, term="effect", subgroup="all", scale="points")

    def ways(self, names: "tuple[str, ...]") -> list[Way]:
        """The effects in these specifications, as far as they were estimated."""
        return [Way(name, effect) for name in names if (effect := self.effect(name))]

    def why(self, design: str, specification: str = "", outcome: str = "") -> Reasoned | None:
        """Why something could not be estimated; None where nothing is known of it."""
        where = {"specification": specification} if specification else {}
        return reason_of(self.sources.context, design=design, outcome=outcome or self.plan.outcome, **where)

    def printed(self, row: "pd.Series[Any]", column: str, key: str) -> Printed:
        """A text of a row that has a number in it, such as whom the row is about."""
        origin = self.sources.context.origin(row) if self.cited else None
        return Printed(str(row[column]), f"continuity.{key}", origin)

    def benchmark(self, result: str, source: str) -> "pd.Series[Any] | None":
        """The truth or the published value of a result; None where there is none.

        A level that somebody published, such as a mean index, is no effect, and has no value on this scale.
        """
        rows = self.benchmarks
        rows = rows[(rows["outcome"] == result) & (rows["source"] == source) & rows["value"].notna()]
        return None if rows.empty else rows.iloc[0]

    def beside(self, result: str) -> list[Beside]:
        """Truth and published value of a result; none where there are none."""
        values = []
        about = result if result in APART else ""
        if (truth := self.truth(result)) is not None:
            values.append(Beside(truth, about, holds=self._verdict(result, "truth")))
        published = self.benchmark(result, "published")
        if published is not None:
            people = Printed(str(published["population"]), f"continuity.{result}.population", _origin(published))
            set_to = self._verdict(result, "published")
            values.append(
                Beside(
                    _value(result, published), about, programme=str(published["programme"]), people=people,
                    by_construction=set_to is not None and set_to.by_construction,
                )
            )  # fmt: skip
        return values

    def truth(self, result: str) -> Value | None:
        """What the simulation planted of a result; None where there is none."""
        row = self.benchmark(result, "truth")
        return None if row is None else _value(result, row)

    def _verdict(self, result: str, question: str) -> Verdict | None:
        verdicts = self.sources.verdicts.each(result, question, About.CONTINUITY)
        return verdicts[0] if verdicts else None


def _value(result: str, row: "pd.Series[Any]") -> Value:
    size = change(str(row["scale"]), *[float(row["value"])] * 3)
    return Value(size.estimate, f"continuity.{result}.{row['source']}", _origin(row), size.unit)


def _origin(row: "pd.Series[Any]") -> Origin:
    if row["source"] == "truth":
        return Origin("truth.json", "analysis.simulate.outcomes.pilots", "reference-pilots (simulated)")
    return Origin(
        f"continuity.csv: evidence_id={row['evidence_id']}",
        "analysis.prepare.evidence.benchmarks",
        "published-evidence",
    )
