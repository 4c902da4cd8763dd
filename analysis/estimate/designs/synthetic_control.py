"""Each site against a weighted mean of comparison areas.

``python -m analysis.estimate.designs.synthetic_control --help``
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from analysis.estimate.outcomes.admissions import POPULATION, baseline_rate, measure_rows
from analysis.estimate.outcomes.counted import CountedOutcomes
from analysis.estimates import Estimate, NotEstimated, Row, attempt, write_part
from analysis.plan.designs import SyntheticControl
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable
from analysis.steps import AsJson, command, seed
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.designs.areas import Areas
    from analysis.estimate.designs.placebos import Means, Placebos, PlaceboTest
    from analysis.estimate.numerics.weights.synthetic_weights import Estimator, Floats

Labels = dict[str, Any]


@dataclass(frozen=True)
class Site:
    """A site's means after its start, how well its synthetic control ran before, and the placebos at that start."""

    means: "Means"
    fit: float
    weights: "Floats"
    placebos: "Placebos"
    patients: float
    baseline: float
    periods: int


def synthetic_control(
    *,
    counted: CountedOutcomes,
    settings: Annotated[SyntheticControl, AsJson],
    out: Path,
) -> None:
    """Each site against a weighted mean of comparison areas, with the gaps of those areas as placebos.

    Every area's own mean before the start is taken off its series, so that levels that no mixture reaches do not count.
    An area is its practices that have every month, so that none changes by who opens or closes.

    Parameters
    ----------
    settings : SyntheticControl
        The settings of the design, as JSON.
    out : Path
        Rows of the table of estimates: by site and for all, the ratio and difference of rates per 1,000 patients a
        year with placebo p-values, and the root mean squared gap before the start about its level. With k comparison
        areas no p-value of one site can be below 1 / (k + 1).
    """
    frame, lineage = read_table(counted.panel)
    rows: list[Row] = []
    for name, measure in counted.outcomes.items():
        for estimator in settings.estimators:
            make = partial(_outcome, frame, name, measure, estimator, settings.period_months, counted.confidence)
            rows += attempt(make, outcome=name, design="synthetic_control", estimator=estimator)
    write_part(out, rows, lineage, __spec__)


def _outcome(panel: "pd.DataFrame", name: str, measure: str, *how: Any) -> list[Row]:
    return synthetic_rows(measure_rows(panel, measure), name, *how)


def synthetic_rows(
    rows: "pd.DataFrame", name: str, estimator: "Estimator", period_months: int, confidence: float
) -> list[Row]:
    """The rows of every site, and of all of them together; a site that cannot be compared says why.

    Raises
    ------
    Problem
        When there are too few comparison areas for placebos, or no site can be compared.
    """
    from analysis.estimate.designs.areas import areas

    grouped, unmade = areas(rows), []
    if len(grouped.donors) < 3:
        raise NotEstimable(
            ReasonCode.TOO_FEW_COMPARISON_AREAS,
            "name another `inference.comparison_cluster`, or leave the design out",
            areas=len(grouped.donors),
        )
    sites: dict[str, Site] = {}
    by_start: dict[int, Placebos] = {}
    for site in grouped.starts:
        try:
            sites[site] = _site(grouped, site, estimator, period_months, by_start)
        except NotEstimable as error:
            labels = {"outcome": name, "design": "synthetic_control", "estimator": estimator, "subgroup": site}
            unmade.append(NotEstimated.of(error.why, **labels))
    if not sites:
        raise NotEstimable(ReasonCode.NO_SITE_HAS_A_CONTROL, "leave the design out", first=unmade[0].why)
    donors, each = len(grouped.donors), (_site_rows(id, site, confidence) for id, site in sites.items())
    common: Labels = {
        "outcome": name, "population": POPULATION, "design": "synthetic_control", "estimator": estimator,
    }  # fmt: skip
    baseline = baseline_rate(grouped.rows)
    together = _together(list(sites.values()), donors, baseline, confidence, f"{name}.{estimator}")
    return [*(Estimate(**common, **row) for part in (*each, together) for row in part), *unmade]


def _site(grouped: "Areas", site: str, estimator: "Estimator", months: int, by_start: "dict[int, Placebos]") -> Site:
    """One site; placebos at a start that was met before are taken from `known`."""
    import numpy as np

    from analysis.estimate.designs.placebos import Means, placebos
    from analysis.estimate.numerics.weights.synthetic_weights import gap

    data = grouped.comparison(site, months)
    site_gap, start = gap(data, estimator), grouped.starts[site]
    if start not in by_start:
        by_start[start] = placebos(data.donors, data.before, estimator)
    means = Means(np.array(site_gap.observed), np.array(site_gap.counterfactual))
    baseline = baseline_rate(grouped.rows[grouped.rows["site_id"] == site])
    return Site(means, site_gap.fit, site_gap.donors, by_start[start], grouped.patients(site), baseline, data.area.size)


def _site_rows(id: str, site: Site, confidence: float) -> list[Labels]:
    from analysis.estimate.designs.placebos import beside_placebos

    donors = len(site.weights)
    common = {
        "subgroup": id, "baseline": site.baseline, "n_obs": (donors + 1) * site.periods, "n_units": donors + 1,
        "n_clusters": donors + 1, "comparison_clusters": donors,
    }  # fmt: skip
    rows = []
    for scale in ("ratio", "difference"):
        effect, placebo = float(site.means.effects(scale)), site.placebos.means.effects(scale)
        rows.append(common | _effect(scale, beside_placebos(effect, placebo, donors - 1, confidence)))
    return [*rows, common | {"term": "fit", "horizon": "before", "scale": "statistic", "estimate": site.fit}]


def _together(sites: list[Site], donors: int, baseline: float, confidence: float, stream: str) -> list[Labels]:
    """All sites, each counting by its patients."""
    import numpy as np

    from analysis.estimate.designs.placebos import Means, beside_placebos, drawn_sets, shared

    share = np.array([site.patients for site in sites])
    share, placebos = share / share.sum(), [site.placebos for site in sites]
    observed, counterfactual, squares = (
        share @ np.array(values)
        for values in zip(*((s.means.observed, s.means.counterfactual, s.fit**2) for s in sites), strict=True)
    )
    means, wider = Means(observed, counterfactual), shared(placebos, share, np.array([site.weights for site in sites]))
    sets = drawn_sets(placebos, share, seed(f"estimate.synthetic_control.{stream}"))
    common = {
        "baseline": baseline, "n_obs": sum((donors + 1) * site.periods for site in sites),
        "n_units": donors + len(sites), "n_clusters": donors + len(sites), "comparison_clusters": donors,
    }  # fmt: skip
    rows = [
        common
        | _effect(
            scale, beside_placebos(float(means.effects(scale)), wider * sets.effects(scale), donors - 1, confidence)
        )
        for scale in ("ratio", "difference")
    ]
    return [*rows, common | {"term": "fit", "horizon": "before", "scale": "statistic", "estimate": float(squares**0.5)}]


def _effect(scale: str, test: "PlaceboTest") -> Labels:
    import numpy as np

    values = np.array([test.effect, test.low, test.high])
    estimate, low, high = (np.exp(values) if scale == "ratio" else values).tolist()
    return {
        "term": "effect", "scale": scale, "estimate": estimate, "ci_low": low, "ci_high": high,
        "std_error": test.std_error, "p_value": test.p_value,
    }  # fmt: skip


if __name__ == "__main__":
    command(synthetic_control)
