"""Each site against its own past: the interrupted time series, a weaker design.

It has no comparison group, so that whatever else changed in the month of the start is told as the site's doing.

``python -m analysis.estimate.interrupted --help``
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from analysis.estimate.admissions import POPULATION, baseline_rate, measure_rows
from analysis.estimate.intervals import interval, rate_interval, t_test
from analysis.estimates import Estimate, Measures, NotEstimated, Row, attempt, write_part
from analysis.plan.designs import InterruptedTimeSeries
from analysis.steps import AsJson, Problem, command
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.segmented import Break

Labels = dict[str, Any]
DESIGN = {"design": "interrupted_time_series", "estimator": "segmented_poisson"}


def interrupted(
    *,
    panel: Path,
    outcomes: Measures,
    settings: Annotated[InterruptedTimeSeries, AsJson],
    confidence: float,
    out: Path,
) -> None:
    """Each site's rate after its start against what its own trend and season before let expect.

    Parameters
    ----------
    panel : Path
        The practice-month panel.
    outcomes : dict
        By outcome's name, the measure in the activity table; as JSON.
    settings : InterruptedTimeSeries
        The settings of the design, as JSON.
    confidence : float
        Confidence level of the intervals, for instance 0.95.
    out : Path
        Rows of the table of estimates: by site and for all, the mean rate ratio over the months after the start
        against the counterfactual, the same as events per 1,000 patients a year, and the change of slope as a ratio
        per year.
    """
    frame, lineage = read_table(panel)
    rows: list[Row] = []
    for name, measure in outcomes.items():
        rows += attempt(partial(_outcome, frame, name, measure, settings.harmonics, confidence), outcome=name, **DESIGN)
    write_part(out, rows, lineage)


def _outcome(panel: "pd.DataFrame", name: str, measure: str, harmonics: int, confidence: float) -> list[Row]:
    return estimated(measure_rows(panel, measure, comparison=False), name, harmonics, confidence)


def estimated(rows: "pd.DataFrame", name: str, harmonics: int, confidence: float) -> list[Row]:
    """The rows of every site, and of all of them together; a site whose series is too short says so.

    Raises
    ------
    Problem
        When no site has an estimate.
    """
    from analysis.estimate.areas import areas
    from analysis.estimate.segmented import Series, segmented

    grouped, found, unmade = areas(rows), {}, []
    for site, start in grouped.starts.items():
        place = grouped.places[site]
        try:
            found[site] = segmented(Series(grouped.count[place], grouped.population[place], start), harmonics)
        except Problem as problem:
            unmade.append(NotEstimated(outcome=name, subgroup=site, reason=problem.sentence, **DESIGN))
    if not found:
        raise Problem(unmade[0].reason, "leave the design out")
    common = {"outcome": name, "population": POPULATION, "n_obs": grouped.count.shape[1], **DESIGN}
    told: list[Labels] = []
    for site, each in found.items():
        own = rows[rows["site_id"] == site]
        labels: Labels = {"subgroup": site, "baseline": baseline_rate(own), "n_units": own["practice_id"].nunique()}
        told += [labels | row for row in _site_rows(each, labels["baseline"], confidence)]
    told += _together(list(found.values()), baseline_rate(rows), confidence)
    return [*(Estimate(**common | row) for row in told), *unmade]


def _site_rows(each: "Break", baseline: float, confidence: float) -> list[Labels]:
    effect = _ratio("effect", each.effect, each.effect_error, each.df, confidence)
    slope = _ratio("slope", each.slope, each.slope_error, each.df, confidence)
    return [effect, _difference(effect, baseline), slope]


def _together(found: "list[Break]", baseline: float, confidence: float) -> list[Labels]:
    """The random-effects mean over sites, where there are two at least."""
    import numpy as np

    from analysis.estimate.synthesis import pool

    if len(found) < 2:
        return []
    rows = []
    for term in ("effect", "slope"):
        values = np.array([getattr(each, term) for each in found])
        # ASSUME: sites are independent samples whose effects differ. What struck all of them in one month, which this
        # design cannot see, stays in the mean.
        mean, std_error, _, _ = pool(values, np.array([getattr(each, f"{term}_error") for each in found]) ** 2)
        rows.append(_ratio(term, mean, std_error, len(found) - 1, confidence))
    rows.insert(1, _difference(rows[0], baseline))
    return [row | {"baseline": baseline, "n_units": len(found), "n_clusters": len(found)} for row in rows]


def _ratio(term: str, value: float, std_error: float, df: int, confidence: float) -> Labels:
    import numpy as np

    estimate, low, high = np.exp([value, *interval(value, std_error, df, confidence)]).tolist()
    return {
        "term": term, "scale": "ratio", "estimate": estimate, "std_error": std_error, "ci_low": low, "ci_high": high,
        "p_value": t_test(value, std_error, df),
    }  # fmt: skip


def _difference(ratio: Labels, baseline: float) -> Labels:
    """The same effect in events; the baseline rate is taken as known, as in the primary model."""
    levels = rate_interval((ratio["estimate"], ratio["ci_low"], ratio["ci_high"]), baseline)
    error = baseline * ratio["estimate"] * ratio["std_error"]
    named = dict(zip(("estimate", "ci_low", "ci_high"), levels, strict=True))
    return ratio | named | {"scale": "difference", "std_error": error}


if __name__ == "__main__":
    command(interrupted)
