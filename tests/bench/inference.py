"""Inference for sixteen clusters, six of them treated: 640 units of 60 months; processor time, best of three.

``python tests/bench/inference.py`` times the wild bootstrap over all 2^16 signs, the score bootstrap over the same, and
randomisation inference over all 8,008 assignments, from the fitted model's data to the p-value; and CRV3 by refitting.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from analysis.estimate.bootstrap import weights, wild_test
from analysis.estimate.cluster_terms import linear_terms, poisson_terms
from analysis.estimate.jackknife import crv3, leave_one_out
from analysis.estimate.poisson import fit, grid
from analysis.estimate.randomisation import assignments, randomisation_test, start_months
from tests.cluster_world import clustered

PANEL = clustered(16, dict.fromkeys(range(6), 30), 1.0, seed=2, per_cluster=40, months=60)
TABLE = grid(PANEL)


def wild() -> float:
    return wild_test(linear_terms(TABLE).under(0.0), weights(16, 6, 9999, 0))


def score() -> float:
    return wild_test(poisson_terms(TABLE, fit(TABLE, held={0: 0.0}).parameters), weights(16, 6, 9999, 0))


def randomisation() -> float:
    return randomisation_test(TABLE, fit(TABLE, held={0: 0.0}), assignments(start_months(TABLE), 9999, 0))


def jackknife() -> float:
    model = fit(TABLE)
    return float(crv3(model.coefficients, leave_one_out(TABLE, model))[0, 0] ** 0.5)


def took(run: Callable[[], float]) -> tuple[float, float, float]:
    """Processor seconds, wall seconds, result."""
    begun, before = time.monotonic(), time.process_time()
    result = run()
    return time.process_time() - before, time.monotonic() - begun, result


if __name__ == "__main__":
    print("| method | of | processor, s | wall, s | result |\n|---|---|---:|---:|---:|")
    for name, of, run in (
        ("wild bootstrap, linear rates", "2^16 signs", wild),
        ("score bootstrap, Poisson", "2^16 signs", score),
        ("randomisation inference, Poisson", "8,008 assignments", randomisation),
        ("CRV3, Poisson, refitted", "16 clusters", jackknife),
    ):
        processor, wall, result = min(took(run) for _ in range(3))
        print(f"| {name} | {of} | {processor:.3f} | {wall:.3f} | {result:.4e} |", flush=True)
