"""What stands beside an estimate: the truth that a simulation planted, and what others published."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.estimates import pick
from analysis.present.provenance.address import Origin
from analysis.present.templates.values import Value
from analysis.verdicts import Verdict
from analysis.wording import change

if TYPE_CHECKING:
    import pandas as pd

# How sure we are of a published value, where that is not as of others; the words stand in the library of phrases.
CERTAINTY = {"F-2nd": "second_hand", "C": "calculated"}

# What stands in a table by a published value that is the truth of the simulation.
SAME = " (= truth)"


@dataclass(frozen=True)
class Benchmark:
    """A value that a simulation planted or others published.

    Attributes
    ----------
    label : str
        The outcome in words.
    value : Value
    programme, population : str
        Who published it, and of whom it is.
    certainty : str
        A code of the phrases `certainty`; empty where nothing is to be said.
    alone : bool
        Whether no comparison group is described.
    detail : str
        What it is of, where that is not what the outcome is called.
    evidence : str
        The id of the published value, which a truth that was set to it has too.
    """

    label: str
    value: Value
    programme: str
    population: str
    certainty: str
    alone: bool
    detail: str
    evidence: str


@dataclass(frozen=True)
class Truth:
    """A planted truth, and whether the estimate's interval holds it: neither where there is no interval."""

    label: str
    value: Value
    inside: bool
    outside: bool


@dataclass(frozen=True)
class PublishedTogether:
    """The values that one source published of the same people.

    Attributes
    ----------
    whats : list of str
        What they are of, in words.
    values : list of Value
    programme, population, certainty, alone
        As of a benchmark.
    set_to : bool
        Whether the truths of the simulation were set to them.
    """

    whats: list[str]
    values: list[Value]
    programme: str
    population: str
    certainty: str
    alone: bool
    set_to: bool


@dataclass(frozen=True)
class Beside:
    """What stands beside some estimates; told by the phrase ``beside/beside``."""

    truths: list[Truth]
    published: list[PublishedTogether]

    def __bool__(self) -> bool:
        """Whether anything does."""
        return bool(self.truths or self.published)

    @property
    def one(self) -> bool:
        """Whether there is one truth."""
        return len(self.truths) == 1

    @property
    def inside(self) -> list[str]:
        """What the intervals hold the truth of, in words."""
        return [each.label for each in self.truths if each.inside]

    @property
    def outside(self) -> list[str]:
        """What the intervals do not hold the truth of, in words."""
        return [each.label for each in self.truths if each.outside]

    @property
    def untold(self) -> bool:
        """Whether of one of them nobody can say it."""
        return len(self.inside) + len(self.outside) < len(self.truths)


@dataclass(frozen=True)
class Estimated:
    """An estimate that something may stand beside.

    Attributes
    ----------
    name, label : str
        Of the outcome, in the benchmarks and in words.
    truth : Verdict or None
        Whether its interval holds the truth; None where there is none.
    """

    name: str
    label: str
    truth: Verdict | None


def beside(prefix: str, estimates: Iterable[Estimated], benchmarks: "pd.DataFrame") -> Beside:
    """What stands beside some estimates, told together so that nothing is said once for each.

    Parameters
    ----------
    prefix : str
        The first part of the numbers' keys.
    estimates : iterable of Estimated
        What it stands beside.
    benchmarks : DataFrame
        Truths and published values by outcome.
    """
    truths, sources = [], dict[tuple[object, ...], list[tuple[str, Value]]]()
    for each in estimates:
        truth, published = (
            benchmark(benchmarks, each.name, each.label, source, prefix) for source in ("truth", "published")
        )
        if truth:
            inside, outside = (each.truth.holds, each.truth.leaves_out) if each.truth else (False, False)
            truths.append(Truth(each.label, truth.value, inside, outside))
        if published:
            whose = published.programme, published.population, published.certainty, published.alone
            key = (*whose, circular(benchmarks, each.name))
            sources.setdefault(key, []).append((published.detail or each.label, published.value))
    return Beside(truths, [_together(key, published_values) for key, published_values in sources.items()])


def _together(whose: tuple[Any, ...], published: list[tuple[str, Value]]) -> PublishedTogether:
    whats, values = zip(*published, strict=True)
    return PublishedTogether(list(whats), list(values), *whose)


def benchmark(
    benchmarks: "pd.DataFrame", name: str, label: str, source: str, prefix: str = "outcomes"
) -> Benchmark | None:
    """The truth or the published value of one outcome; None where none is known."""
    rows = pick(benchmarks, outcome=name, source=source)
    if rows.empty:
        return None
    row = rows.iloc[0]
    if row["value"] != row["value"]:
        return None
    size = change(row["scale"], row["value"], row["value"], row["value"])
    value = Value(size.estimate, f"{prefix}.{name}.{source}", origin(row), size.unit)
    certainty = CERTAINTY.get(row["certainty"], "")
    words = {key: str(row[key]) if isinstance(row[key], str) else "" for key in ("programme", "population", "detail")}
    alone = row.get("controlled") == "no"
    return Benchmark(label, value, certainty=certainty, alone=alone, evidence=str(row["evidence_id"]), **words)


@dataclass(frozen=True, kw_only=True)
class People:
    """Of whom the values published for some outcomes are, and how sure we are of them."""

    labels: list[str]
    population: str
    certainty: str
    alone: bool


def people(benchmarks: "pd.DataFrame", labels: dict[str, str]) -> list[People]:
    """Of whom the published values are that stand beside some outcomes, given by name with their words."""
    of: dict[tuple[str, str, bool], list[str]] = {}
    for name, label in labels.items():
        value = benchmark(benchmarks, name, label, "published")
        if value:
            # In a list whose parts a semicolon sets apart.
            key = (value.population.replace("; ", ", "), value.certainty, value.alone)
            of.setdefault(key, []).append(label)
    return [
        People(labels=labels_of, population=population, certainty=certainty, alone=alone)
        for (population, certainty, alone), labels_of in of.items()
    ]


def circular(benchmarks: "pd.DataFrame", name: str) -> bool:
    """Whether the truth of an outcome was set to the value published beside it, so that they agree by construction."""
    truth, published = (pick(benchmarks, outcome=name, source=source) for source in ("truth", "published"))
    if truth.empty or published.empty:
        return False
    return bool(truth["evidence_id"].iloc[0] == published["evidence_id"].iloc[0])


def origin(row: "pd.Series[Any]") -> Origin:
    """Where a benchmark comes from."""
    if row["source"] == "truth":
        return Origin("truth.json", "analysis.simulate.outcomes.pilots", "reference-pilots (simulated)")
    return Origin(
        f"evaluations.csv: evidence_id={row['evidence_id']}",
        "analysis.prepare.evidence.benchmarks",
        "published-evidence",
    )
