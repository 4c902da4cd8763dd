"""What stands beside an estimate, in words: the truth that a simulation planted, and what others published."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.estimates import pick
from analysis.present.provenance.address import Book, Origin
from analysis.wording import Change, change, listed, plural

if TYPE_CHECKING:
    import pandas as pd

SECOND_HAND = {"F-2nd": "; reported second-hand", "C": "; calculated from published figures"}
# What stands in a table by a published value that is the truth of the simulation.
SAME = " (= truth)"
SAME_SAID = (
    " Where it says = truth, the truth was set to the published value, so the two are one number and agree by "
    "construction."
)


@dataclass(frozen=True)
class Beside:
    """An estimate that something may stand beside.

    Attributes
    ----------
    name, label : str
        The outcome in the benchmarks, and in words.
    told : Change or None
        What was estimated; None where it could not be.
    """

    name: str
    label: str
    told: Change | None


def beside_words(book: Book, prefix: str, estimates: list[Beside], benchmarks: "pd.DataFrame") -> str:
    """Truths and published values of some estimates, sentences; empty where there are none.

    Parameters
    ----------
    book : Book
        The book of numbers.
    prefix : str
        The first part of the numbers' keys.
    estimates : list of Beside
        What they stand beside.
    benchmarks : DataFrame
        Truths and published values by outcome.
    """
    truths = {each.name: _row(benchmarks, each.name, "truth") for each in estimates}
    published = {each.name: _row(benchmarks, each.name, "published") for each in estimates}
    parts = [_truths(book, prefix, [each for each in estimates if truths[each.name] is not None], truths)]
    sources: dict[tuple[str, bool], list[tuple[str, str]]] = {}
    for each in estimates:
        row = published[each.name]
        if row is not None:
            text = book.cite(f"{prefix}.{each.name}.published", plain(row).signed(), origin(row))
            what = row["detail"] if isinstance(row["detail"], str) else each.label
            sources.setdefault((source(row), same(truths[each.name], row)), []).append((what, text))
    parts += [_published(told, whose, set_to=set_to) for (whose, set_to), told in sources.items()]
    return " ".join(part for part in parts if part)


def _row(benchmarks: "pd.DataFrame", name: str, source: str) -> "pd.Series[Any] | None":
    rows = pick(benchmarks, outcome=name, source=source)
    return None if rows.empty else rows.iloc[0]


def same(truth: "pd.Series[Any] | None", published: "pd.Series[Any] | None") -> bool:
    """Whether a truth was set to a published value, so that the two agree by construction."""
    return truth is not None and published is not None and bool(truth["evidence_id"] == published["evidence_id"])


def circular(benchmarks: "pd.DataFrame", name: str) -> bool:
    """Whether the truth of an outcome was set to the value published beside it."""
    return same(_row(benchmarks, name, "truth"), _row(benchmarks, name, "published"))


def _truths(book: Book, prefix: str, estimates: list[Beside], rows: "dict[str, pd.Series[Any] | None]") -> str:
    """The truths, and which of them their interval leaves out."""
    if not estimates:
        return ""
    held: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    values = []
    for each in estimates:
        row = rows[each.name]
        assert row is not None
        planted = plain(row)
        held[_holds(each.told, planted.estimate)].append(each.label)
        text = book.cite(f"{prefix}.{each.name}.truth", planted.signed(), origin(row))
        values.append(f"{text} for {each.label}")
    if len(estimates) == 1:
        inside = {True: ", which the interval includes", False: ", which the interval leaves out", None: ""}
        (how,) = [key for key, labels in held.items() if labels]
        text, label = values[0].rsplit(" for ", 1)
        return f"The truth planted in the simulation for {label} is {text}{inside[how]}."
    return f"The truths planted in the simulation are {listed(values)}{_held(held)}."


def _held(held: dict[bool | None, list[str]]) -> str:
    if held[None]:
        return ""
    if not held[False]:
        return "; the interval includes each of them"
    if not held[True]:
        return "; the interval leaves out each of them"
    those, others = plural(len(held[False]), "that", "those"), plural(len(held[True]), "the other", "the others")
    return f"; the interval leaves out {those} for {listed(held[False])} and includes {others}"


def _holds(told: Change | None, value: float) -> bool | None:
    if told is None or not told.known:
        return None
    return bool(told.low <= value <= told.high)


def _published(told: list[tuple[str, str]], whose: str, *, set_to: bool) -> str:
    """The published values of one source: what they are of, and their sizes."""
    whats, texts = (listed(list(each)) for each in zip(*told, strict=True))
    many = len(told) > 1
    start = f"The {plural(len(told), 'value', 'values')} published for {whats} {'are' if many else 'is'} {texts}"
    truths = "truths were" if many else "truth was"
    return f"{start} ({whose}){f', to which the {truths} set' * set_to}."


def source(row: "pd.Series[Any]") -> str:
    """Who published a value of whom, and how sure we are of it."""
    return f"{row['programme']}: {whom(row)}"


def whom(row: "pd.Series[Any]") -> str:
    """Of whom a value was published, and how sure we are of it and of what it was compared with."""
    alone = "; no comparison group described" * bool(row.get("controlled") == "no")
    return f"{row['population']}{SECOND_HAND.get(row['certainty'], '')}{alone}"


def whose(benchmarks: "pd.DataFrame", labels: dict[str, str]) -> str:
    """Of whom the values published for some outcomes are, a sentence for a caption; empty without any.

    Parameters
    ----------
    benchmarks : DataFrame
        Truths and published values.
    labels : dict
        The outcomes by name, in words.
    """
    of: dict[str, list[str]] = {}
    for name, label in labels.items():
        row = _row(benchmarks, name, "published")
        if row is not None and row["value"] == row["value"]:
            of.setdefault(whom(row), []).append(label)
    if not of:
        return ""
    told = "; ".join(f"for {listed(names)}, {people.replace('; ', ', ')}" for people, names in of.items())
    apart = " They are of different people and should not be set against each other." * (len(of) > 1)
    return f" Of whom the published values are: {told}.{apart}"


def plain(row: "pd.Series[Any]") -> Change:
    """A benchmark as a change without an interval of its own."""
    return change(row["scale"], row["value"], row["value"], row["value"])


def origin(row: "pd.Series[Any]") -> Origin:
    """Where a benchmark comes from."""
    if row["source"] == "truth":
        return Origin("truth.json", "analysis.simulate.outcomes.pilots", "reference-pilots (simulated)")
    return Origin(
        f"evaluations.csv: evidence_id={row['evidence_id']}",
        "analysis.prepare.evidence.benchmarks",
        "published-evidence",
    )


def set_to_words(labels: dict[str, str], benchmarks: "pd.DataFrame") -> str:
    """To which published values the truths were set, and what agreement with them is worth; empty without any.

    Parameters
    ----------
    labels : dict
        The outcomes by name, in words.
    benchmarks : DataFrame
        Truths and published values.
    """
    own = [label for name, label in labels.items() if circular(benchmarks, name)]
    said = []
    if own:
        number = plural(len(own), "the truth", "the truths")
        said.append(
            f"What the simulated pilots did is known, because somebody wrote it down: {number} of {listed(own)} "
            f"{plural(len(own), 'was', 'were')} set to values published for real pilots. That an estimate comes near "
            "such a value tests the method. It is no evidence on integrated care."
        )
    return " ".join([*said, *[_elsewhere(label, row) for label, row in _others(labels, benchmarks).items()]])


def _others(labels: dict[str, str], benchmarks: "pd.DataFrame") -> "dict[str, pd.Series[Any]]":
    """The truths that were set to a published value that the study does not set beside them, by label."""
    rows = {label: _row(benchmarks, name, "truth") for name, label in labels.items() if not circular(benchmarks, name)}
    return {label: row for label, row in rows.items() if row is not None and isinstance(row["detail"], str)}


def _elsewhere(label: str, row: "pd.Series[Any]") -> str:
    return (
        f"The truth of {label} was set to a published value that is not set beside it here, because it is of "
        f"{row['detail']} ({row['programme']}{SECOND_HAND.get(row['certainty'], '')})."
    )
