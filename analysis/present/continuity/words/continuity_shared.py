"""What the words on continuity share: the table of estimates, the plan, and what stands beside a result."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.plan.continuity import Continuity, PracticeSize
from analysis.present.outcomes.outcomes import effect_row, found
from analysis.present.provenance.address import Origin
from analysis.present.provenance.benchmark_words import circular
from analysis.present.provenance.context import Context
from analysis.wording import Change, change, changed, in_words, listed, measured, spanned

if TYPE_CHECKING:
    import pandas as pd

DID = "difference_in_differences"
PARTS = {2: "half", 3: "third", 4: "quarter", 5: "fifth", 10: "tenth"}


@dataclass(frozen=True)
class Chapter:
    """What the words of the chapter are made from.

    Attributes
    ----------
    context : Context
        The table of estimates and the book of numbers.
    asked : Continuity
        What is asked of continuity.
    labels : dict
        The name in words of each outcome of the study.
    benchmarks : DataFrame
        Truth and published values by result; without rows where there are none.
    """

    context: Context
    asked: Continuity
    labels: dict[str, str]
    benchmarks: "pd.DataFrame"

    def row(self, design: str, **where: str) -> "pd.Series[Any] | None":
        """The one row by a design, on the chapter's outcome unless told otherwise; None where there is none."""
        return self.context.row(**({"outcome": self.asked.outcome, "design": design} | where))

    @property
    def simulated(self) -> bool:
        """Whether anything that it tells rests on simulated data."""
        return bool(self.context.estimates["simulated"].any())

    def primary(self) -> Change | None:
        """The change in the chapter's outcome; None where it could not be estimated."""
        row = effect_row(self.context, self.asked.outcome)
        return None if row is None else changed(row)

    def cite(self, key: str, text: str, row: "pd.Series[Any]") -> str:
        """Enter a number of the chapter that comes from a row of the table."""
        return self.context.cite(f"continuity.{key}", text, row)

    def found(self, key: str, row: "pd.Series[Any]") -> str:
        """What a row found, as a verb phrase that says no more than its interval allows."""
        return found(changed(row), lambda part, text: self.cite(f"{key}.{part}", text, row), self.context.level)

    def size(self, key: str, row: "pd.Series[Any]") -> str:
        """A row's estimate with its sign and its interval."""
        told = changed(row)
        interval = self.cite(f"{key}.interval", told.interval(), row)
        return f"{self.cite(key, told.signed(), row)} ({spanned(told, interval)})"

    def why(self, design: str, specification: str = "", outcome: str = "") -> str:
        """Why something could not be estimated, a sentence; empty where nothing is known of it."""
        reasons = [
            row.reason for row in self.context.unmade
            if (row.design, row.outcome) == (design, outcome or self.asked.outcome)
            and (not specification or row.specification == specification)
        ]  # fmt: skip
        return f"Not estimated: {reasons[0]}" if reasons else ""

    def beside(self, result: str, row: "pd.Series[Any] | None", told: Change | None = None, *, about: str = "") -> str:
        """Truth and published value of a result, sentences; empty where there are none."""
        own = told or (None if row is None else changed(row))
        rows = self.benchmarks[self.benchmarks["outcome"] == result]
        # A level that somebody published, such as a mean index, is no effect, and has no value on this scale.
        rows = rows[rows["value"].notna()]
        set_to = ", to which the truth was set" * circular(self.benchmarks, result)
        return " ".join(self._benchmark(result, each, own, about, set_to) for _, each in rows.iterrows())

    def truth(self, result: str) -> float | None:
        """The planted truth of a result, in per cent or points; None where there is none."""
        rows = self.benchmarks[(self.benchmarks["outcome"] == result) & (self.benchmarks["source"] == "truth")]
        if rows.empty:
            return None
        return _plain(rows.iloc[0]["scale"], float(rows.iloc[0]["value"]))

    def planted(self, result: str) -> str:
        """The planted truth of a result as it is printed, leading to its address; empty where there is none."""
        rows = self.benchmarks[(self.benchmarks["outcome"] == result) & (self.benchmarks["source"] == "truth")]
        return "" if rows.empty else self._cited(result, rows.iloc[0])[1]

    def _cited(self, result: str, row: "pd.Series[Any]") -> tuple[Change, str]:
        value = change(row["scale"], row["value"], row["value"], row["value"])
        return value, self.context.book.cite(f"continuity.{result}.{row['source']}", value.signed(), _origin(row))

    def _benchmark(self, result: str, row: "pd.Series[Any]", own: Change | None, about: str, set_to: str) -> str:
        value, text = self._cited(result, row)
        if row["source"] == "published":
            whom = f"{row['programme']}: {self._population(result, row)}"
            return f"The value published{about} is {text} ({whom}){set_to}."
        if own is None or not own.known:
            return f"The truth planted in the simulation{about} is {text}."
        inside = "includes" if own.low <= value.estimate <= own.high else "leaves out"
        return f"The truth planted in the simulation{about} is {text}, which the interval {inside}."

    def _population(self, result: str, row: "pd.Series[Any]") -> str:
        return self.context.book.cite(f"continuity.{result}.population", str(row["population"]), _origin(row))


def _origin(row: "pd.Series[Any]") -> Origin:
    if row["source"] == "truth":
        return Origin("truth.json", "analysis.simulate.outcomes.pilots", "reference-pilots (simulated)")
    return Origin(
        f"continuity.csv: evidence_id={row['evidence_id']}",
        "analysis.prepare.evidence.benchmarks",
        "published-evidence",
    )


def _plain(scale: str, value: float) -> float:
    return 100 * (value - 1) if scale == "ratio" else value


def step_words(step: float) -> str:
    """A step of an index in contacts: 0.2 is ``two more contacts in ten``."""
    tenths = 10 * step
    if abs(tenths - round(tenths)) < 1e-9:
        return f"{in_words(round(tenths))} more {'contact' if round(tenths) == 1 else 'contacts'} in ten"
    return f"{in_words(round(100 * step))} more contacts in a hundred"


def held_words(size: PracticeSize) -> str:
    """What is held constant where practices of different size are compared: a noun phrase."""
    return listed([measured(name) for name in size.adjust]) if size.adjust else "nothing else"


def part_words(groups: int) -> str:
    """One of so many equal groups: ``fifth``."""
    return PARTS.get(groups, "group")


def joined(*parts: str) -> str:
    """Sentences one after the other; empty ones leave no gap."""
    return " ".join(part for part in parts if part)
