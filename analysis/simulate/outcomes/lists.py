"""The lists of the reference pilots' practices: registered patients by month, which grow, and jump with a merger."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.simulate.matched_cohort.patient_events import stream
from analysis.simulate.outcomes.world import World

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True)
class Lists:
    """Registered patients, (practices, months) each.

    Attributes
    ----------
    own : int
        The practice's own, whose number changes evenly.
    gained : int
        Those of a neighbour, from the month of the merger; 0 where there is none.
    """

    own: "np.ndarray"
    gained: "np.ndarray"

    @property
    def population(self) -> "np.ndarray":
        """All of them."""
        import numpy as np

        return np.asarray(self.own + self.gained)


def lists_of(world: World, practices: "pd.DataFrame") -> Lists:
    """The lists of all practices; a world without mergers has the same lists but for what was gained."""
    import numpy as np

    growth = stream(world.seed, "growth").normal(0.004, 0.01, len(practices))
    years = np.arange(world.months) / 12
    own = (practices["list_size"].to_numpy()[:, None] * (1 + np.outer(growth, years))).round().astype(int)
    return Lists(own, (own * _merged(world, len(practices))).round().astype(int))


def _merged(world: World, practices: int) -> "np.ndarray":
    """By practice and month, the neighbour's list as a share of the own; 0 before the merger and without one."""
    import numpy as np

    mergers = world.mergers
    if mergers is None:
        return np.zeros((practices, world.months))
    random = stream(world.seed, "mergers")
    merges = random.random(practices) < mergers.share
    # ASSUME: mergers fall into the middle half of the months, so that there is a year or so before each and after it.
    month = random.integers(world.months // 4, 3 * world.months // 4 + 1, practices)
    share = np.where(merges, random.uniform(mergers.least, mergers.most, practices), 0)
    return np.asarray((np.arange(world.months) >= month[:, None]) * share[:, None])
