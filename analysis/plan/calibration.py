"""How do we know that the code is right? Worlds with a known truth, in which the models are tried again and again."""

from typing import Annotated

from pydantic import Field

from analysis.plan.terms import Name, Plan, Text


class Scenario(Plan):
    """One kind of world."""

    label: Text = Field(description="Name in text, lower case.")
    effect: float | None = Field(
        default=None, gt=0, description="True rate ratio; leave out for the published one of the reference pilots."
    )
    effect_spread: float = Field(
        default=0.0, ge=0, description="Standard deviation between sites of the log of their true rate ratios."
    )
    pilot_trend: float = Field(
        default=0.0, description="Growth per year in pilot practices beyond others, which no model knows of."
    )


# ASSUME: sites that differ by 5 % and pilots that grow by 1 % a year more than others stand for what could be; nobody
# has published how much sites differ.
SCENARIOS = {
    "no_effect": Scenario(label="no effect", effect=1.0),
    "published_effect": Scenario(label="the published effect"),
    "sites_differ": Scenario(label="the published effect, which differs between sites", effect_spread=0.05),
    "confounding_trend": Scenario(label="no effect, and pilots that were growing faster", effect=1.0, pilot_trend=0.01),
}


class Calibration(Plan):
    """What `make calibrate` simulates."""

    outcome: Name = Field(description="The outcome whose measure is simulated, with the rate that the pilots have.")
    worlds: int = Field(default=1000, ge=20, description="Worlds of each kind.")
    worlds_slow: int = Field(default=200, ge=0, description="Worlds of each kind in which the slow models run too.")
    draws: int = Field(
        default=999,
        ge=99,
        description="Draws of a bootstrap or of assignments in each world, fewer than for the paper.",
    )
    sites: tuple[Annotated[int, Field(ge=2)], ...] = Field(
        default=(16, 8, 4), min_length=1, description="Numbers of pilot sites."
    )
    scenarios: dict[Name, Scenario] = Field(default=SCENARIOS, min_length=1, description="Kinds of world, by name.")
