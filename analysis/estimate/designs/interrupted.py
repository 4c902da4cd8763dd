"""Each site against its own past: the interrupted time series, a weaker design.

It has no comparison group, so that whatever else changed in the month of the start is told as the site's doing.

``python -m analysis.estimate.designs.interrupted --help``
"""

from functools import partial
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from analysis.estimate.models.effect import Rates, as_events, ratio_row
from analysis.estimate.outcomes.admissions import POPULATION, measure_rows, rates
from analysis.estimate.outcomes.counted import CountedOutcomes
from analysis.estimates import Estimate, NotEstimated, Row, attempt, write_part
from analysis.plan.designs import InterruptedTimeSeries
from analysis.reasons import NotEstimable
from analysis.steps import AsJson, command
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.numerics.fits.segmented import Break

Labels = dict[str, Any]
DESIGN = {"design": "interrupted_time_series", "estimator": "segmented_poisson"}


def interrupted(
    *,
    counted: CountedOutcomes,
    settings: Annotated[InterruptedTimeSeries, AsJson],
    out: Path,
) -> None:
    """Each site's rate after its start against what its own trend and season before let expect.

    A site is its practices that have every month, so that its series does not change by who opens or closes.

    Parameters
    ----------
    settings : InterruptedTimeSeries
        The settings of the design, as JSON.
    out : Path
        Rows of the table of estimates: by site and for all, the mean rate ratio over the months after the start
        against the counterfactual, the same as events per 1,000 patients a year, and the change of slope as a ratio
        per year.
    """
    frame, lineage = read_table(counted.panel)
    rows: list[Row] = []
    for name, measure in counted.outcomes.items():
        rows += attempt(
            partial(_outcome, frame, name, measure, settings.harmonics, counted.confidence), outcome=name, **DESIGN
        )
    write_part(out, rows, lineage, __spec__)


def _outcome(panel: "pd.DataFrame", name: str, measure: str, harmonics: int, confidence: float) -> list[Row]:
    return interrupted_rows(measure_rows(panel, measure, comparison=False), name, harmonics, confidence)


def interrupted_rows(rows: "pd.DataFrame", name: str, harmonics: int, confidence: float) -> list[Row]:
    """The rows of every site, and of all of them together; a site whose series is too short says so.

    Raises
    ------
    Problem
        When no site has an estimate.
    """
    from analysis.estimate.designs.areas import areas
    from analysis.estimate.numerics.fits.segmented import Series, segmented

    grouped, breaks, unmade = areas(rows), {}, []
    for site, start in grouped.starts.items():
        place = grouped.places[site]
        try:
            grouped.check(site)
            breaks[site] = segmented(Series(grouped.count[place], grouped.population[place], start), harmonics)
        except NotEstimable as error:
            unmade.append(NotEstimated.of(error.why, outcome=name, subgroup=site, **DESIGN))
    if not breaks:
        first = unmade[0].why
        raise NotEstimable(first.code, "leave the design out", **first.values)
    common: Labels = {"outcome": name, "population": POPULATION, "n_obs": grouped.count.shape[1], **DESIGN}
    estimates: list[Estimate] = []
    kept = grouped.rows
    for site, each in breaks.items():
        own = kept[kept["site_id"] == site]
        labels = common | {"subgroup": site, "n_units": own["practice_id"].nunique()}
        terms = (each.effect, each.effect_error), (each.slope, each.slope_error)
        estimates += _rows(*terms, each.df, confidence, rates(own), labels)
    estimates += _together(list(breaks.values()), confidence, rates(kept), common)
    return [*estimates, *unmade]


def _rows(
    effect: tuple[float, float], slope: tuple[float, float], df: int, confidence: float, seen: Rates, labels: Labels
) -> list[Estimate]:
    """The effect as a ratio and in events, and the change of slope, each from its logarithm and standard error."""
    labels = labels | {"baseline": seen.before}
    row = ratio_row(*effect, df, confidence, term="effect", expected=seen.after / exp(effect[0]), **labels)
    return [row, as_events(row), ratio_row(*slope, df, confidence, term="slope", **labels)]


def _together(breaks: "list[Break]", confidence: float, seen: Rates, labels: Labels) -> list[Estimate]:
    """The random-effects mean over sites, where there are two at least."""
    import numpy as np

    from analysis.estimate.evidence.synthesis import pool

    if len(breaks) < 2:
        return []
    means = []
    for term in ("effect", "slope"):
        values = np.array([getattr(each, term) for each in breaks])
        # ASSUME: sites are independent samples whose effects differ. What struck all of them in one month, which this
        # design cannot see, stays in the mean.
        mean, std_error, _, _ = pool(values, np.array([getattr(each, f"{term}_error") for each in breaks]) ** 2)
        means.append((mean, std_error))
    sizes = {"n_units": len(breaks), "n_clusters": len(breaks), "treated_clusters": len(breaks)}
    return _rows(means[0], means[1], len(breaks) - 1, confidence, seen, labels | sizes)


if __name__ == "__main__":
    command(interrupted)
