"""What can sixteen clusters tell? Other ways to the uncertainty of the primary estimates, and many outcomes at once.

``python -m analysis.estimate.inference --help``

The convention of every cluster-robust standard error in the table (CRV1): scores summed by cluster, times G/(G-1) for G
clusters, nothing for parameters; t distribution with G-1 degrees of freedom. What stands here is set beside it:

- ``crv3``: leave one cluster out, refitted in full for Poisson and exact for linear rates; G-1 degrees of freedom.
- ``score_bootstrap`` (Poisson) and ``wild_bootstrap`` (linear rates): the null imposed, all signs of clusters where
  there are at most 2^16 and random ones otherwise, intervals by inverting the test.
- ``randomisation``: all assignments of the observed starts to clusters, or random ones; no interval.
- ``romano_wolf``: the score bootstrap's p-values adjusted for all primary activity outcomes together. ``holm`` stands
  in the one table, where the outcomes that are measured otherwise are known too.

With three treated clusters the bootstraps do not hold their level, even with Webb's weights, which they then use: read
``randomisation`` and ``crv3``. With fewer, or fewer than six clusters to compare with, only ``randomisation`` is made.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from analysis.estimate.admissions import DESIGN
from analysis.estimate.few_clusters import METHODS, SEED, Maker, Model, randomisation
from analysis.estimates import MISSING, Measures, Row, attempt, write_part
from analysis.plan.designs import Method
from analysis.steps import Problem, command
from analysis.tables import read_table


def inference(
    *,
    panel: Path,
    outcomes: Measures,
    primary: tuple[str, ...],
    methods: tuple[Method, ...],
    draws: int,
    confidence: float,
    out: Path,
) -> None:
    """Tell the uncertainty of the primary estimates with few clusters in other ways.

    Parameters
    ----------
    panel : Path
        The practice-month panel.
    outcomes : dict
        By outcome's name, the measure in the activity table; as JSON.
    primary : tuple of str
        The primary outcomes, which form one family.
    methods : tuple of str
        The methods, as JSON.
    draws : int
        Draws where not all can be enumerated.
    confidence : float
        Confidence level of the intervals, for instance 0.95.
    out : Path
        Rows of the table of estimates.
    """
    frame, lineage = read_table(panel)
    models = [Model(frame, name, measure, draws, confidence) for name, measure in outcomes.items()]
    rows = [row for model in models for row in by_each_method(model, methods)]
    if "score_bootstrap" in methods:
        rows += family([model for model in models if model.name in primary])
    write_part(out, rows, lineage)


def by_each_method(model: Model, methods: Sequence[Method]) -> list[Row]:
    """The rows of one outcome; what a method cannot tell is said."""
    wanted = [(estimator, make) for method in methods for estimator, make in METHODS[method].items()]
    labels = {"outcome": model.name, "design": DESIGN}
    return [
        row for estimator, make in wanted for row in attempt(partial(_row, make, model), estimator=estimator, **labels)
    ]


def _row(make: Maker, model: Model) -> list[Row]:
    if make is not randomisation:
        model.check_enough()
    return [make(model)]


def family(models: Sequence[Model]) -> list[Row]:
    """Romano and Wolf's p-values of all outcomes that can be estimated, if they are more than one."""
    import numpy as np

    from analysis.estimate.bootstrap import statistics, weights
    from analysis.estimate.multiplicity import romano_wolf

    known = [model for model in models if _known(model)]
    if len(known) < 2:
        return []
    names = sorted({name for model in known for name in model.clusters})
    treated = {name for model in known for name in model.treated}
    draws = weights(len(names), len(treated), known[0].draws, SEED)
    pairs = [
        statistics(model.score_terms(), draws.weights[:, np.searchsorted(names, model.clusters)]) for model in known
    ]
    adjusted = romano_wolf(np.array([each for each, _ in pairs]), np.stack([each for _, each in pairs], 1), draws.every)
    missing: dict[str, Any] = {"std_error": MISSING, "ci_low": MISSING, "ci_high": MISSING}
    return [
        replace(model.effect, horizon="romano_wolf", p_value=float(p_value), **missing)
        for model, p_value in zip(known, adjusted, strict=True)
    ]


def _known(model: Model) -> bool:
    """Whether the score bootstrap can be made; where not, its own row says why."""
    try:
        model.check_enough()
        return bool(model.weights and model.score_terms() and model.effect)
    except Problem:
        return False


if __name__ == "__main__":
    command(inference)
