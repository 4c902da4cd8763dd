"""From where on data are refused or questioned: how many rows may be wrong, and how far a value may stand out."""

from typing import Annotated

from pydantic import Field

from analysis.plan.terms import Plan

Share = Annotated[float, Field(ge=0, le=1)]


class Limits(Plan):
    """Shares of a table's rows up to which rows of one kind are left out and counted; with more the run stops.

    They hold for every table of events: episodes, spells, outpatients, emergency care, contacts and registrations.
    `silent` holds for counts of activity. `odd` holds for sites, practices, activity and survey: what stands out is
    asked about, and never left out.
    """

    # ASSUME: no source gives such limits. Real extracts were seen with 0.4 % of rows twice; one row in twenty that is
    # broken, unknown or twice is no slip any more, and more rows left out than kept is no plan.
    broken: Share = Field(
        default=0.05,
        description="Rows that lack a value that they need, or have a date that is none, is long past or lies in the"
        " future, or end before they begin: the share of each kind.",
    )
    unknown_codes: Share = Field(
        default=0.05, description="Rows with a code that no list of the study and none of the contract knows."
    )
    twice: Share = Field(default=0.05, description="Rows that stand twice; one of each is kept.")
    overlapping: Share = Field(
        default=0.05,
        description="Rows that overlap another of the same person, as two hospital stays at the same time do.",
    )
    outside_months: Share = Field(default=0.5, description="Rows outside `pilots.months`.")
    other_practices: Share = Field(
        default=0.5,
        description="Rows of practices that the study does not have; raise it where the extract is larger than the"
        " study, as a national one is.",
    )
    # ASSUME: of a hundred studies of ten thousand practices, one then takes a rare outcome for a practice that closed.
    silent: float = Field(
        default=1e-6,
        ge=0,
        le=0.05,
        description="The chance below which months of nothing but zeros, at the start or end of a practice's months and"
        " in all measures together, are those of a practice that is not there, and missing; 0 takes all zeros as"
        " counts.",
    )
    # ASSUME: the largest of n normal values is about √(2 ln n) spreads from the middle; real values have longer tails,
    # and typing errors are larger by far. With 1.75, a count must be about seven spreads away among a thousand.
    odd: float = Field(
        default=1.75,
        gt=0,
        description="From where on a value of sites, practices, activity or survey is questioned: its distance from the"
        " median in robust standard deviations, in multiples of √(2 ln n) for n values.",
    )


# Those of a study that names none.
LIMITS = Limits()
