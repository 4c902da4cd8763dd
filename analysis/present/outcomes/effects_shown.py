"""What the figure and the table of effects show, as their captions are told it."""

from dataclasses import dataclass

from analysis.present.outcomes.benchmarks import People


@dataclass(frozen=True)
class Point:
    """One estimate: the outcome in words, and the change with its interval as they print."""

    label: str
    size: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the figure and the table of effects show.

    Attributes
    ----------
    fell, rose, unclear : list of str
        The outcomes that clearly did, and those of which no change is clear, in words.
    points : list of Point
    lacking : list of str
        The outcomes that could not be estimated, in words.
    truth, published : bool
        Whether any estimate has it beside it.
    set_to : bool
        Whether a truth was set to the published value beside it.
    ranked, all_primary : bool
        Whether the plan calls some primary and others not; whether it calls all so.
    few, unknown : bool
        Whether clusters are too few for some interval; whether some interval is not known.
    people : list of People
        Of whom the published values are.
    """

    fell: list[str]
    rose: list[str]
    unclear: list[str]
    points: list[Point]
    lacking: list[str]
    truth: bool
    published: bool
    set_to: bool
    ranked: bool
    all_primary: bool
    few: bool
    unknown: bool
    people: list[People]

    @property
    def several(self) -> bool:
        """Whether the published values are of different people."""
        return len(self.people) > 1
