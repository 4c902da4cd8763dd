"""The primary model of one outcome, a count or a share: its data, and what the methods for few clusters take of it."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analysis.estimate.continuity.continuity import POPULATION, item_rows, share_effect
from analysis.estimate.models import weighted_fixed_effects
from analysis.estimate.models.panel_checks import check_enough
from analysis.estimate.models.samples import sides
from analysis.estimate.outcomes.admissions import effects, measure_rows, model_panel
from analysis.estimates import Estimate
from analysis.reason_codes import ReasonCode
from analysis.steps import seed

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.numerics.errors.bootstrap import Draws
    from analysis.estimate.numerics.errors.cluster_terms import Terms
    from analysis.estimate.numerics.errors.randomisation_statistics import Null
    from analysis.estimate.numerics.fits.grid import Grid
    from analysis.estimate.numerics.fits.poisson import Fit

SEED = seed("estimate.inference")


@dataclass(frozen=True)
class Primary:
    """One outcome's data and primary estimates, each made when it is first asked for.

    Attributes
    ----------
    panel : DataFrame
        The practice-month panel.
    name, measure : str
        The outcome's name in the study and its measure in the activity table.
    draws : int
        Draws where not all can be enumerated.
    confidence : float
        Confidence level.
    """

    panel: "pd.DataFrame"
    name: str
    measure: str
    draws: int
    confidence: float

    @cached_property
    def rows(self) -> "pd.DataFrame":
        """The panel's rows of the outcome."""
        return measure_rows(self.panel, self.measure)

    @cached_property
    def table(self) -> "Grid":
        """Units by months, with the treatment as the only covariate."""
        from analysis.estimate.numerics.fits.poisson import grid

        return grid(model_panel(self.rows, self.rows[["after"]].to_numpy(float)))

    @cached_property
    def bounded(self) -> "Grid":
        """Without what says nothing of the effect, see :mod:`analysis.estimate.numerics.fits.separation`."""
        from analysis.estimate.numerics.fits.separation import remaining

        return remaining(self.table)

    @cached_property
    def effect(self) -> Estimate:
        """The primary estimate as a ratio, told as an inference."""
        return replace(effects(self.rows, self.name, self.confidence)[0], term="inference")

    @cached_property
    def clusters(self) -> list[str]:
        """Names of the clusters, in the order of their codes."""
        return sorted(self.rows["cluster_id"].unique())

    @cached_property
    def treated(self) -> list[str]:
        """Names of the clusters that the intervention reaches."""
        return sorted(self.rows.loc[self.rows["after"], "cluster_id"].unique())

    @property
    def linear_labels(self) -> dict[str, Any]:
        """What tells a row of the linear model from one of the primary model."""
        return {"estimator": "linear_rate", "scale": "difference"}

    def tested(self) -> "Terms":
        """The cluster sums of the primary model under no effect."""
        return self.score_terms()

    def without(self) -> "Null":
        """The primary model without an effect, for randomisation."""
        from analysis.estimate.numerics.errors.randomisation_statistics import poisson_null

        return poisson_null(self.bounded, self.null())

    def check_enough(self) -> None:
        """Refuse what rests on the variance between clusters where they are too few for it."""
        check_enough(ReasonCode.TOO_FEW_CLUSTERS_FOR_METHOD, **sides(self.rows))

    @cached_property
    def weights(self) -> "Draws":
        """The bootstrap's weights."""
        from analysis.estimate.numerics.errors.bootstrap import weights

        return weights(len(self.clusters), len(self.treated), self.draws, SEED)

    def null(self, value: float = 0.0) -> "Fit":
        """The Poisson model with the log ratio held at a value."""
        from analysis.estimate.numerics.fits.poisson import fit

        return fit(self.bounded, held={0: value})

    def score_terms(self, value: float = 0.0) -> "Terms":
        """The cluster sums of the Poisson model under a null hypothesis."""
        from analysis.estimate.numerics.errors.cluster_terms import poisson_terms

        return poisson_terms(self.bounded, self.null(value).parameters)

    @cached_property
    def linear_terms(self) -> "Terms":
        """The cluster sums of the linear model of rates."""
        from analysis.estimate.numerics.errors.cluster_terms import linear_terms

        return linear_terms(self.table)


@dataclass(frozen=True)
class PrimaryShare(Primary):
    """The same of a survey share or an index of continuity, whose primary model is itself linear.

    Attributes
    ----------
    panel : DataFrame
        The panel of surveys, or of continuity.
    measure : str
        The item.
    population : str
        Whom it is about.
    """

    population: str = POPULATION

    @cached_property
    def rows(self) -> "pd.DataFrame":
        """The panel's rows of the outcome."""
        return item_rows(self.panel, self.measure)

    @cached_property
    def table(self) -> "Grid":
        """Units by waves, with the treatment as the only covariate."""
        from analysis.estimate.numerics.fits.poisson import grid

        return grid(weighted_fixed_effects.share_panel(self.rows, weighted_fixed_effects.after(self.rows)))

    @cached_property
    def bounded(self) -> "Grid":
        """The same: a linear model separates nothing."""
        return self.table

    @cached_property
    def effect(self) -> Estimate:
        """The primary estimate in points, told as an inference."""
        return replace(share_effect(self.rows, self.name, self.confidence, self.population), term="inference")

    @cached_property
    def linear_terms(self) -> "Terms":
        """The cluster sums of the primary model."""
        from analysis.estimate.numerics.errors.cluster_terms import linear_terms

        return linear_terms(self.table, weighted_fixed_effects.POINTS)

    @property
    def linear_labels(self) -> dict[str, Any]:
        """Nothing: the primary model is the linear one."""
        return {}

    def tested(self) -> "Terms":
        """The cluster sums of the primary model under no effect."""
        return self.linear_terms.under(0.0)

    def without(self) -> "Null":
        """The primary model without an effect, for randomisation."""
        from analysis.estimate.numerics.errors.randomisation_statistics import linear_null

        return linear_null(self.table)
