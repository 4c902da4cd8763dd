"""Continuity in larger practices, and in those that grow."""

from dataclasses import dataclass

from analysis.answers import About
from analysis.present.continuity.sections.rows import Beside, Rows
from analysis.present.templates.findings import Finding
from analysis.present.templates.reasons import Reasoned
from analysis.present.templates.values import Row
from analysis.verdicts import Verdict
from analysis.wording import measured

DESIGN, GROWTH = "practice_size", "practice_growth"


@dataclass(frozen=True)
class Doubling:
    """What goes with twice the size.

    Attributes
    ----------
    exposure : str
        What tells the size, a noun with its article.
    finding : Finding
    bends : Verdict
        Whether the relation is more than a straight line.
    bend : Row or None
        The test of that.
    beside : list of Beside
        What was planted and published of it.
    """

    exposure: str
    finding: Finding
    bends: Verdict
    bend: Row | None
    beside: list[Beside]


@dataclass(frozen=True)
class Jump:
    """The change where lists jumped, beside that in other practices."""

    jumped: Finding
    others: Finding
    difference: Finding
    beside: list[Beside]

    @property
    def practices(self) -> float:
        """How many lists jumped."""
        return float(self.jumped.row.n_units.number)


@dataclass(frozen=True)
class Size:
    """Continuity by the size of practices.

    Attributes
    ----------
    held : list of str
        What is held constant, nouns.
    doublings : list of Doubling
        By exposure; none where nothing was estimated.
    reason : Reasoned or None
        Why.
    shortest, longest : Row or None
        The means of the quarters of practices with the shortest and the longest lists.
    growth : Finding or None
        The change with each tenth by which a list grew.
    beside_growth : list of Beside
    no_growth : Reasoned or None
        Why that is missing.
    jump : Jump or None
        None where too few lists jumped.
    """

    held: list[str]
    doublings: list[Doubling]
    reason: Reasoned | None
    shortest: Row | None
    longest: Row | None
    growth: Finding | None
    beside_growth: list[Beside]
    no_growth: Reasoned | None
    jump: Jump | None

    @property
    def first(self) -> Doubling | None:
        """What is told first."""
        return self.doublings[0] if self.doublings else None


def size(rows: Rows) -> Size | None:
    """Whether larger practices have less continuity; None where the plan does not ask."""
    plan = rows.plan.size
    if plan is None:
        return None
    shortest, longest = (rows.row(DESIGN, term="mean", subgroup=f"{at} of 4: list_size") for at in (1, 4))
    return Size(
        held=[measured(name) for name in plan.adjust],
        doublings=[each for exposure in plan.exposures if (each := _doubling(rows, exposure))],
        reason=rows.why(DESIGN),
        shortest=shortest,
        longest=longest,
        growth=rows.finding(GROWTH, specification="primary", term="per_tenth"),
        beside_growth=rows.beside("growth"),
        no_growth=rows.why(GROWTH),
        jump=_jump(rows),
    )


def _doubling(rows: Rows, exposure: str) -> Doubling | None:
    doubling = rows.finding(DESIGN, specification="adjusted", subgroup=exposure, term="per_doubling")
    if doubling is None:
        return None
    return Doubling(
        measured(exposure),
        doubling,
        rows.sources.verdicts.of(rows.plan.outcome, "straight", exposure, About.CONTINUITY),
        rows.row(DESIGN, specification="spline", subgroup=exposure, term="nonlinearity"),
        rows.beside("size") if exposure == "list_size" else [],
    )


def _jump(rows: Rows) -> Jump | None:
    jumped, others = (rows.finding(GROWTH, term="change", subgroup=each) for each in ("jumped", "others"))
    difference = rows.finding(GROWTH, term="jump")
    if jumped is None or others is None or difference is None:
        return None
    return Jump(jumped, others, difference, rows.beside("merger"))
