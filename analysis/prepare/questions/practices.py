"""Practices as the questions need them: values by measure and year, and a frame that counts what it leaves out."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.wording import measured, number_of, plural

if TYPE_CHECKING:
    import pandas as pd


class LeftOpen(Exception):
    """Why a question cannot be answered from the data on disk, in words without capital and full stop."""


@dataclass(frozen=True)
class OpenPractices:
    """The practice measures, the register, and which practices the plan takes.

    Attributes
    ----------
    values : DataFrame
        One row per practice, year and measure.
    register : DataFrame
        One row per practice.
    smallest_list : float
        Practices with fewer registered patients are left out.
    cluster : str
        Column of the register that standard errors are clustered by.
    fewest : int
        A question is left open when fewer practices than this can answer it.
    """

    values: "pd.DataFrame"
    register: "pd.DataFrame"
    smallest_list: float
    cluster: str
    fewest: int

    def years(self, measure: str) -> list[int]:
        """The years for which some practice has a value."""
        filled = (self.values["measure"] == measure) & self.values["value"].notna()
        return sorted(int(year) for year in self.values.loc[filled, "year"].unique())

    def of(self, measure: str, year: int) -> "pd.DataFrame":
        """The practices' values of one measure in one year, by practice; LeftOpen where there is none."""
        if year not in (years := self.years(measure)):
            others = f", only for {', '.join(map(str, years))}" if years else ""
            raise LeftOpen(f"no data set on disk holds {measured(measure)} for {year}{others}")
        rows = self.values[(self.values["measure"] == measure) & (self.values["year"] == year)]
        return rows[rows["value"].notna()].set_index("practice_id").sort_index()

    def list_sizes(self, year: int) -> "pd.DataFrame":
        """The list sizes of the year that is nearest to this one, the earlier of two equally near."""
        # ASSUME: lists change so slowly that the nearest year tells how many patients a practice has.
        nearest = min(self.years("list_size"), key=lambda other: (abs(other - year), other), default=year)
        return self.of("list_size", nearest)


@dataclass
class Frame:
    """What one question is answered from.

    Attributes
    ----------
    rows : DataFrame
        Indexed by practice; empty where the question was left open.
    start : int
        Practices with a value of the outcome, before any was left out.
    left_out : list of tuple
        Why practices were left out, in words, and how many; a practice is counted under its first reason.
    datasets : frozenset of str
        The data sets that the rows come from.
    reason : str
        Why the question was left open; empty where it was not.
    """

    rows: "pd.DataFrame"
    start: int = 0
    left_out: list[tuple[str, int]] = field(default_factory=list)
    datasets: frozenset[str] = frozenset()
    reason: str = ""

    @classmethod
    def left_open(cls, reason: str) -> "Frame":
        """A frame for a question that nothing answers."""
        import pandas as pd

        return cls(pd.DataFrame(index=pd.Index([], dtype=str, name="practice_id")), reason=reason)

    def add(self, name: str, values: "pd.Series[Any]", why: str) -> None:
        """Join a column by practice, and leave out the practices that lack it."""
        self.rows = self.rows.assign(**{name: values.reindex(self.rows.index)})
        self.keep(self.rows[name].notna(), why)

    def keep(self, wanted: "pd.Series[bool]", why: str) -> None:
        """Leave out the practices that are not wanted, and note why."""
        if lost := int((~wanted).sum()):
            self.left_out.append((why, lost))
        self.rows = self.rows[wanted]

    def finish(self, practices: OpenPractices, year: int) -> None:
        """Leave out small practices and those whose cluster is unknown; LeftOpen when too few remain."""
        sizes = practices.list_sizes(year)
        self.add("list_size", sizes["value"], "whose list size is not known")
        enough = self.rows["list_size"] >= practices.smallest_list
        self.keep(enough, f"with fewer than {number_of(practices.smallest_list, 'patient')}")
        clusters = practices.register.set_index("practice_id")[practices.cluster]
        self.add("cluster_id", clusters[clusters != ""], f"whose {practices.cluster} is not known")
        self.datasets |= frozenset(sizes["dataset"])
        if len(self.rows) < practices.fewest:
            many = number_of(len(self.rows), "practice")
            raise LeftOpen(f"only {many} {plural(len(self.rows), 'has', 'have')} every value that it needs")
        if self.rows["cluster_id"].nunique() < 2:
            raise LeftOpen(f"all practices lie in one {practices.cluster}, so nothing can be said of uncertainty")

    def record(self) -> dict[str, object]:
        """What the paper says of it: state, reason, and counts."""
        left_out = [{"why": why, "practices": count} for why, count in self.left_out]
        used = int(self.rows.index.nunique())
        state = "left open" if self.reason else "answered"
        return {"state": state, "reason": self.reason, "start": self.start, "used": used, "left_out": left_out}
