"""The panel as areas: the rate of each cluster in periods around a site's start.

Sums over whoever is there in a month are no series: where a practice with half the rate closes, the rate of its area
rises, and nothing has happened. So an area is its practices that are there in every month.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.estimate.numerics.weights.synthetic_weights import Comparison, Floats
from analysis.months import month_numbers
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import pandas as pd

Whole = NDArray[np.intp]


@dataclass(frozen=True)
class Areas:
    """Events and patients of every cluster, month by month, always of the same practices.

    Attributes
    ----------
    rows : DataFrame
        The panel's rows of the practices with every month.
    count, population : (clusters, months) float
        Zero population where a cluster has no practice with every month.
    starts : dict
        By site, the place of its first month after the start.
    places : dict
        By site, its row.
    donors : (k,) int
        Rows of the comparison clusters that have practices with every month.
    """

    rows: "pd.DataFrame"
    count: Floats
    population: Floats
    starts: dict[str, int]
    places: dict[str, int]
    donors: Whole

    def comparison(self, site: str, months: int) -> Comparison:
        """A site and the donors in whole periods around the site's start.

        Parameters
        ----------
        site : str
            The site.
        months : int
            Months in one period. Months left over at the first and the last are not used.

        Raises
        ------
        Problem
            When the site has no practice with every month.
        """
        self.check(site)
        start, rows = self.starts[site], np.append(self.places[site], self.donors)
        first, last = start % months, start + (self.population.shape[1] - start) // months * months
        count, population = (
            table[rows, first:last].reshape(len(rows), -1, months).sum(axis=2)
            for table in (self.count, self.population)
        )
        rates = 12_000 * count / population
        return Comparison(rates[0], rates[1:], (start - first) // months)

    def check(self, site: str) -> None:
        """Refuse a site without a practice that has every month."""
        if not self.population[self.places[site]].all():
            raise NotEstimable(ReasonCode.SITE_LACKS_MONTHS, "give every month, or leave the design out", site=site)

    def patients(self, site: str) -> float:
        """Patients of a site after its start, by which it counts in a mean over sites."""
        return float(self.population[self.places[site], self.starts[site] :].mean())


def areas(rows: "pd.DataFrame") -> Areas:
    """Add practices up to their clusters: a site, or the area that clusters comparison practices.

    Parameters
    ----------
    rows : DataFrame
        The panel's rows of one measure.
    """
    import pandas as pd

    number = month_numbers(rows["month"]).astype(int)
    month, (cluster, names) = number - number.min(), pd.factorize(rows["cluster_id"], sort=True)
    shape = len(names), int(month.max()) + 1
    # ASSUME: an effect on the practices that are there throughout is that on the site.
    throughout = (rows.groupby("practice_id")["month"].transform("nunique") == shape[1]).to_numpy()
    place = (cluster * shape[1] + month.to_numpy())[throughout]
    count, population = (
        np.asarray(np.bincount(place, rows.loc[throughout, column].to_numpy(float), shape[0] * shape[1]), float)
        for column in ("count", "population")
    )
    count, population = count.reshape(shape), population.reshape(shape)
    pilots = rows[rows["pilot"]].assign(start=month[rows["pilot"]] - rows.loc[rows["pilot"], "event_time"])
    sites = pilots.groupby("site_id", sort=True)[["start", "cluster_id"]].first()
    whole = (population > 0).all(axis=1) & ~np.isin(names, sites["cluster_id"])
    places = {str(site): int(np.flatnonzero(names == own)[0]) for site, own in sites["cluster_id"].items()}
    starts = {str(site): int(start) for site, start in sites["start"].items()}
    return Areas(rows[throughout], count, population, starts, places, np.flatnonzero(whole))
