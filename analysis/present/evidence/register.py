"""What the register of published estimates holds of one outcome: how many estimates of which kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.estimate.evidence.synthesis import REVIEWS
from analysis.estimates import pick
from analysis.present.evidence.evidence_table import reported_direction, size_text
from analysis.present.provenance.address import Origin
from analysis.present.provenance.context import Context
from analysis.present.templates.values import Printed, Value

if TYPE_CHECKING:
    import pandas as pd

STEP = "analysis.estimate.evidence.synthesis"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Controlled estimates of one kind.

    Attributes
    ----------
    code : str
        ``pooled``, ``no_interval``, ``left_out``; ``other``, one that cannot be told in per cent.
    count : Value
    programmes : tuple of str
        Whose those are that are pooled.
    programme, size
        Of the one that cannot be told in per cent; none otherwise.
    """

    code: str
    count: Value | None = None
    programmes: tuple[str, ...] = ()
    programme: str = ""
    size: Printed | None = None


@dataclass(frozen=True, kw_only=True)
class Reported:
    """Results that were told in words alone: the code of their direction, and how many."""

    direction: str
    count: Value


@dataclass(frozen=True, kw_only=True)
class Register:
    """The controlled estimates of one outcome.

    Attributes
    ----------
    count : Value
        How many have a figure.
    kinds : tuple of Kind
        What becomes of them.
    in_words : Value
        How many were told in words alone.
    one_in_words : bool
        Whether that is just one.
    reported : tuple of Reported
        What those say.
    """

    count: Value
    kinds: tuple[Kind, ...]
    in_words: Value
    one_in_words: bool
    reported: tuple[Reported, ...]


def register(context: Context, name: str, studies: "pd.DataFrame", published: "pd.DataFrame") -> Register:
    """Count the estimates of one synthesis.

    Parameters
    ----------
    context : Context
        The table of estimates and its lineage.
    name : str
        The synthesis's name in the study.
    studies : DataFrame
        Its rows of the table of estimates, one per published estimate.
    published : DataFrame
        The prepared evidence on its outcome, which also has what cannot be told as a ratio.
    """
    data = context.data(studies["data_digest"].iloc[0]) if len(studies) else "published-evidence"
    number = Numbers(name, data)
    controlled = _controlled(published)
    others = controlled[controlled["estimate"].notna() & controlled["log_ratio"].isna()]
    worded = controlled.loc[controlled["estimate"].isna(), "direction"].map(reported_direction).value_counts()
    listed = len(studies) - int((studies["specification"] == "uncontrolled").sum())
    return Register(
        count=number.estimated("estimates", listed + len(others)),
        kinds=(*_kinds(number, studies, published), *_others(name, others)),
        in_words=number.worded("words", int(worded.sum())),
        one_in_words=int(worded.sum()) == 1,
        reported=tuple(
            Reported(direction=str(way), count=number.worded(f"words_{way}", int(count)))
            for way, count in worded.items()
        ),
    )


@dataclass(frozen=True)
class Numbers:
    """Counts of the estimates of one synthesis, with their addresses."""

    name: str
    data: str

    def estimated(self, key: str, count: int) -> Value:
        """Of estimates that are rows of the table."""
        return self._value(key, count, f"rows of estimates.csv: outcome={self.name}, term=study")

    def worded(self, key: str, count: int) -> Value:
        """Of results in words alone."""
        return self._value(key, count, "rows of evaluations.csv without an estimate")

    def _value(self, key: str, count: int, place: str) -> Value:
        return Value(count, f"synthesis.{self.name}.{key}", Origin(place, STEP, self.data))


def _controlled(published: "pd.DataFrame") -> "pd.DataFrame":
    """The rows that compare with somebody, without growths of single groups and without reviews."""
    rows = published[(published["controlled"] == "yes") & (published["role"] == "estimate")]
    return rows[~rows["design"].isin(REVIEWS)]


def _kinds(number: Numbers, studies: "pd.DataFrame", published: "pd.DataFrame") -> Iterator[Kind]:
    names = published.set_index("evidence_id")["programme"].to_dict()
    pooled = pick(studies, specification="in_synthesis")
    programmes = tuple(names[id] for id in pooled["horizon"] if id in names)
    yield Kind(code="pooled", count=number.estimated("pooled_count", len(pooled)), programmes=programmes)
    for code in ("no_interval", "left_out"):
        count = len(pick(studies, specification=code))
        if count:
            yield Kind(code=code, count=number.estimated(code, count))


def _others(name: str, rows: "pd.DataFrame") -> Iterator[Kind]:
    for _, row in rows.iterrows():
        yield Kind(code="other", programme=row["programme"], size=printed(name, row))


def printed(name: str, row: "pd.Series[Any]") -> Printed:
    """A published estimate as the annex prints it."""
    origin = Origin(
        f"evaluations.csv: evidence_id={row['evidence_id']}", "analysis.prepare.evidence.evidence", "published-evidence"
    )
    return Printed(size_text(row), f"synthesis.{name}.{row['evidence_id']}", origin)
