"""What the reference pilots are made of: sizes, rates and the truth that the models should find."""

from typing import Literal

from pydantic import Field

from analysis.plan.terms import Frozen
from analysis.simulate.continuity.continuity_world import CareWorld
from analysis.simulate.matched_cohort.patient_world import Cohort


class Activity(Frozen):
    """One measure of hospital activity."""

    rate: float = Field(gt=0, description="Events per 1,000 patients per month before the pilots, at the mean.")
    growth: float = Field(description="Growth per year in every practice, pilot or not, as a proportion.")
    season: float = Field(ge=0, lt=1, description="Height of the winter peak, as a proportion.")
    effect: float = Field(gt=0, description="True rate ratio in pilot practices after the start.")
    set_to: str = Field(
        default="",
        description="evidence_id of the published value that the effect is set to; empty where none is.",
    )


class Share(Frozen):
    """One survey item."""

    mean: float = Field(gt=0, lt=1, description="Mean share before the pilots.")
    spread: float = Field(gt=0, description="Standard deviation between practices.")
    drift: float = Field(description="Change in every practice between the waves.")
    effect: float = Field(description="True change in pilot practices, as a share (-0.09 is 9 points).")
    set_to: str = Field(description="evidence_id of the published value that the effect is set to.")


class Mergers(Frozen):
    """Practices that take over the list of a neighbour in one month."""

    # ASSUME: one practice in twenty does so within the months, a pilot as likely as any other. The neighbour closes and
    # is not among the practices; its list is from a third to two thirds as long as the one that takes it over.
    share: float = Field(default=1 / 20, ge=0, le=1, description="Share of practices that merge.")
    least: float = Field(default=1 / 3, gt=0, description="Shortest list taken over, as a share of the own.")
    most: float = Field(default=2 / 3, gt=0, description="Longest such list.")


# ASSUME: emergency admissions run at 7.7 per 1,000 patients a month, between the 7.5 and 7.9 that Morciano et al.
# (2021) report before their programmes. The levels of elective and outpatient activity, growth and season are round
# numbers of a plausible size: no result rests on them, because the models compare changes.
ACTIVITY = {
    "emergency": Activity(rate=7.7, growth=0.02, season=0.08, effect=1.02, set_to="icp-all-emergency"),
    "elective": Activity(rate=9.0, growth=0.03, season=0.04, effect=0.96, set_to="icp-all-elective"),
    "outpatient": Activity(rate=75.0, growth=0.03, season=0.02, effect=0.95, set_to="icp-area-outpatient"),
    # ASSUME: no effect on these was published for the pilots of 2009, so theirs is invented: none, but for admissions
    # that good care in the community should prevent, which move as emergency admissions do. Levels, growth and season
    # are round numbers. Injuries are a placebo: nothing that the pilots did could move them.
    "ae": Activity(rate=25.0, growth=0.02, season=0.01, effect=1.0),
    "acsc": Activity(rate=1.5, growth=0.02, season=0.12, effect=1.02),
    "bed_days": Activity(rate=45.0, growth=-0.01, season=0.08, effect=1.0),
    "readmission_30": Activity(rate=0.9, growth=0.02, season=0.05, effect=1.0),
    "injury": Activity(rate=1.8, growth=0.01, season=0.05, effect=1.0),
}
# ASSUME: the mean and spread of the share who see their preferred GP are those of 7,521 English practices
# (0.62, 0.17). The published fall of 9 per cent is read as 9 percentage points.
SHARES = {
    "see_preferred_gp": Share(mean=0.62, spread=0.17, drift=-0.03, effect=-0.09, set_to="icp-all-survey-nurse"),
}


class World(Frozen):
    """The reference pilots: sixteen anonymous sites beside comparison practices in every region."""

    seed: int = Field(description="Root seed; each table draws from a stream of its own that derives from its name.")
    sites: int = Field(default=16, ge=2, description="Pilot sites.")
    practices_per_site: int = Field(default=8, ge=1, description="Mean number of practices in a site.")
    regions: int = Field(default=24, ge=2, description="Commissioning regions.")
    comparison_per_region: int = Field(default=12, ge=1, description="Comparison practices in each region.")
    first: str = Field(default="2007-04", description="First month.")
    months: int = Field(default=48, ge=2, description="Months of activity.")
    # ASSUME: the pilots were announced for April 2009; that sites then began a quarter apart is invented, so that
    # designs for staggered starts have something to do.
    starts: tuple[str, ...] = Field(
        default=("2009-04", "2009-07", "2009-10", "2010-01"),
        min_length=1,
        description="Months in which sites start: as many sites in each, one after the other.",
    )
    waves: tuple[str, str] = Field(default=("2009-01", "2011-01"), description="Survey waves, before and after.")
    # ASSUME: areas drift apart by about 3 % from year to year for reasons that have nothing to do with the pilots;
    # this is what makes clustering by site matter.
    area_shock: float = Field(default=0.03, ge=0, description="Standard deviation of an area's yearly log rate.")
    # ASSUME: practices vary from month to month a little more than Poisson.
    overdispersion: float = Field(default=0.01, ge=0, description="Variance of the practice-month multiplier.")
    effect_spread: float = Field(
        default=0.0, ge=0, description="Standard deviation between sites of the log of their true rate ratios."
    )
    pilot_trend: float = Field(
        default=0.0, description="Growth per year of activity in pilot practices beyond others: a confounder."
    )
    mergers: Mergers | None = Field(default=Mergers(), description="Practices that merge; null lets none merge.")
    activity: dict[str, Activity] = ACTIVITY
    shares: dict[str, Share] = SHARES
    cohort: Cohort | None = Field(default=Cohort(), description="The matched-cohort study; null leaves it out.")
    contacts: CareWorld | None = Field(
        default=CareWorld(), description="Contacts with general practice; null leaves them out."
    )

    def truth(self) -> dict[str, dict[str, str | float]]:
        """The effect of each measure and item, as the models would report it."""
        counts = {name: _truth("ratio", each.effect, each.set_to) for name, each in self.activity.items()}
        shares = {name: _truth("points", 100 * each.effect, each.set_to) for name, each in self.shares.items()}
        return counts | shares | (self.cohort.truth() if self.cohort else {})


def _truth(scale: Literal["ratio", "points"], effect: float, set_to: str) -> dict[str, str | float]:
    return {"scale": scale, "effect": round(effect, 10), "set_to": set_to}
