"""What can sixteen clusters tell? Other ways to the uncertainty of the primary estimates, and many outcomes at once.

``python -m analysis.estimate.inference.inference --help``

The convention of every cluster-robust standard error in the table (CRV1): scores summed by cluster, times G/(G-1) for G
clusters, nothing for parameters; t distribution with G-1 degrees of freedom. What stands here is set beside it:

- ``crv3``: leave one cluster out, refitted in full for Poisson and exact for linear rates; G-1 degrees of freedom.
- ``score_bootstrap`` (Poisson) and ``wild_bootstrap`` (linear rates): the null imposed, all signs of clusters where
  there are at most 2^16 and random ones otherwise, intervals by inverting the test.
- ``randomisation``: all assignments of the observed starts to clusters, or random ones; no interval.
- ``romano_wolf``: the score bootstrap's p-values, of shares the wild bootstrap's, adjusted for all primary outcomes
  together. ``holm`` stands in the one table, where all effects are known.

With three treated clusters the bootstraps do not hold their level, even with Webb's weights, which they then use: read
``randomisation`` and ``crv3``. With fewer, or fewer than six clusters to compare with, only ``randomisation`` is made.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from analysis.estimate.inference.few_clusters import Maker, methods_of, randomisation
from analysis.estimate.inference.primary import SEED, Primary, PrimaryShare
from analysis.estimate.outcomes.admissions import DESIGN
from analysis.estimates import MISSING, Measures, Row, attempt, write_part
from analysis.plan.designs import Method
from analysis.reasons import NotEstimable
from analysis.steps import Paths, command
from analysis.tables import Lineage, read_table, union


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Outcomes of each kind, and the tables that hold them.

    Attributes
    ----------
    panel, survey, continuity : tuple of Path
        The practice-month panel, and the panels of surveys and of continuity; those that the study has.
    outcomes, items, indices : dict
        By outcome's name, the measure in the activity table, the item of the survey, the index of continuity; as JSON.
    populations : dict
        By outcome of continuity, whom it is about; as JSON.
    """

    panel: Paths = ()
    survey: Paths = ()
    continuity: Paths = ()
    outcomes: Measures = field(default_factory=dict)
    items: Measures = field(default_factory=dict)
    indices: Measures = field(default_factory=dict)
    populations: Measures = field(default_factory=dict)


def inference(
    *,
    measured: Measured,
    primary: tuple[str, ...],
    methods: tuple[Method, ...],
    draws: int,
    confidence: float,
    out: Path,
) -> None:
    """Tell the uncertainty of the primary estimates with few clusters in other ways.

    Parameters
    ----------
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
    models, lineage = models_of(measured, draws, confidence)
    rows = []
    for number, model in enumerate(models, start=1):
        print(f"{number} of {len(models)}: {model.name}", file=sys.stderr, flush=True)
        rows += by_each_method(model, methods)
    if "score_bootstrap" in methods:
        rows += family([model for model in models if model.name in primary])
    write_part(out, rows, lineage, __spec__)


def models_of(measured: Measured, draws: int, confidence: float) -> tuple[list[Primary], Lineage]:
    """The primary model of every outcome, and the lineage of the tables that they rest on."""
    models: list[Primary] = []
    lineages = []
    for paths, named, kind in (
        (measured.panel, measured.outcomes, Primary),
        (measured.survey, measured.items, PrimaryShare),
        (measured.continuity, measured.indices, PrimaryShare),
    ):
        for path in paths:
            frame, lineage = read_table(path)
            lineages.append(lineage)
            for name, measure in named.items():
                whom = {"population": measured.populations[name]} if name in measured.populations else {}
                models.append(kind(frame, name, measure, draws, confidence, **whom))
    return models, union(*lineages)


def by_each_method(model: Primary, methods: Sequence[Method]) -> list[Row]:
    """The rows of one outcome; what a method cannot tell is said."""
    wanted = [(estimator, make) for method in methods for estimator, make in methods_of(model)[method].items()]
    labels = {"outcome": model.name, "design": DESIGN}
    return [
        row for estimator, make in wanted for row in attempt(partial(_row, make, model), estimator=estimator, **labels)
    ]


def _row(make: Maker, model: Primary) -> list[Row]:
    if make is not randomisation:
        model.check_enough()
    return [make(model)]


def family(models: Sequence[Primary]) -> list[Row]:
    """Romano and Wolf's p-values of all outcomes that can be estimated, if they are more than one."""
    import numpy as np

    from analysis.estimate.inference.multiplicity import romano_wolf
    from analysis.estimate.numerics.errors.bootstrap import bootstrap_statistics, weights

    testable = [model for model in models if _testable(model)]
    if len(testable) < 2:
        return []
    names = sorted({name for model in testable for name in model.clusters})
    treated = {name for model in testable for name in model.treated}
    draws = weights(len(names), len(treated), testable[0].draws, SEED)
    pairs = [
        bootstrap_statistics(model.tested(), draws.weights[:, np.searchsorted(names, model.clusters)])
        for model in testable
    ]
    adjusted = romano_wolf(np.array([each for each, _ in pairs]), np.stack([each for _, each in pairs], 1), draws.every)
    missing: dict[str, Any] = {"std_error": MISSING, "ci_low": MISSING, "ci_high": MISSING}
    return [
        replace(model.effect, horizon="romano_wolf", p_value=float(p_value), **missing)
        for model, p_value in zip(testable, adjusted, strict=True)
    ]


def _testable(model: Primary) -> bool:
    """Whether the score bootstrap can be made; where not, its own row says why."""
    try:
        model.check_enough()
        return bool(model.weights and model.tested() and model.effect)
    except NotEstimable:
        return False


if __name__ == "__main__":
    command(inference)
