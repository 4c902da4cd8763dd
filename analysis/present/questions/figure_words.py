"""What the words of a question's figure are told: what it shows, what the answer says, and its points."""

from dataclasses import dataclass

from analysis.present.templates.values import Value
from analysis.verdicts import Verdict


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the answer to a question says, before any number.

    Attributes
    ----------
    direction : Verdict
        Whether it is clear, and which way.
    outcome, exposure : str
        What was measured, and what the practices are sorted by, in words.
    ends : str
        The code of what the ends of a ranking are called.
    first, last : int
        The years; 0 where they are not asked for.
    """

    direction: Verdict
    outcome: str
    exposure: str
    ends: str
    first: int
    last: int


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What a figure shows.

    Attributes
    ----------
    gradient, trend, inequality, growth : bool
        Of what kind its question is.
    measure, outcome : str
        What was measured, in words, and the same without its article.
    exposure, exposure_named : str
        The same of what the practices are sorted by; empty where they are not.
    year, exposure_year, first, last : int
        Of both measures, and of the first and the last year; 0 where they are not asked for.
    curved, held : bool
        Whether a curve was fitted, and whether measures were held constant.
    knots : int
        Of the curve.
    answer : Answer or None
        What the answer says; None before it is asked for.
    """

    gradient: bool
    trend: bool
    inequality: bool
    growth: bool
    measure: str
    outcome: str
    exposure: str = ""
    exposure_named: str = ""
    year: int = 0
    exposure_year: int = 0
    first: int = 0
    last: int = 0
    curved: bool = False
    held: bool = False
    knots: int = 0
    answer: Answer | None = None


@dataclass(frozen=True, kw_only=True)
class Ends:
    """The points of a figure: how many, the first and the last with their places, and what stands along the axis."""

    axis: str
    points: Value
    start: str
    start_at: str
    end: str
    end_at: str
