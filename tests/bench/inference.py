"""Inference for sixteen clusters, and how it grows with thousands: processor time, memory.

``python tests/bench/inference.py`` times, for sixteen clusters, six of them treated, in 640 units of 60 months (best of
three), the wild bootstrap over all 2^16 signs, the score bootstrap over the same, randomisation inference over all
8,008 assignments, and CRV3 by refitting. Then the whole step, all methods of one outcome with 9,999 draws, for 1,000,
3,000 and 10,000 clusters of one unit in 96 months, a fifth of them treated; each in a process of its own.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[2]))

from analysis.estimate.inference.inference import Measured, inference
from analysis.estimate.numerics.errors.bootstrap import weights, wild_test
from analysis.estimate.numerics.errors.cluster_terms import linear_terms, poisson_terms
from analysis.estimate.numerics.errors.jackknife import crv3, leave_one_out
from analysis.estimate.numerics.errors.randomisation import assignments, randomisation_test, start_months
from analysis.estimate.numerics.errors.randomisation_statistics import poisson_null
from analysis.estimate.numerics.fits.poisson import fit, grid
from analysis.tables import Lineage, Source, write_table
from tests.cluster_world import clustered

PANEL = clustered(16, dict.fromkeys(range(6), 30), 1.0, seed=2, per_cluster=40, months=60)
TABLE = grid(PANEL)
METHODS = ("crv3", "score_bootstrap", "wild_bootstrap", "randomisation")


def wild() -> float:
    return wild_test(linear_terms(TABLE).under(0.0), weights(16, 6, 9999, 0))


def score() -> float:
    return wild_test(poisson_terms(TABLE, fit(TABLE, held={0: 0.0}).parameters), weights(16, 6, 9999, 0))


def randomisation() -> float:
    starts, null = start_months(TABLE), poisson_null(TABLE, fit(TABLE, held={0: 0.0}))
    return randomisation_test(null, starts, assignments(starts, 9999, 0))


def jackknife() -> float:
    model = fit(TABLE)
    return float(crv3(model.coefficients, leave_one_out(TABLE, model))[0, 0] ** 0.5)


def took(run: Callable[[], float]) -> tuple[float, float, float]:
    """Processor seconds, wall seconds, result."""
    begun, before = time.monotonic(), time.process_time()
    result = run()
    return time.process_time() - before, time.monotonic() - begun, result


def panel(clusters: int, months: int = 96) -> pd.DataFrame:
    """One practice in each cluster; a fifth start half-way."""
    random = np.random.default_rng(0)
    unit, month = (each.ravel() for each in np.indices((clusters, months)))
    pilot = unit < clusters // 5
    after = pilot & (month >= months // 2)
    rate = 0.01 * np.exp(random.normal(0, 0.05, unit.size) + 0.05 * after)
    return pd.DataFrame(
        {
            "practice_id": pd.Categorical.from_codes(unit, [f"P{each:05}" for each in range(clusters)]).astype(str),
            "month": np.array([f"{2000 + each // 12}-{each % 12 + 1:02}" for each in range(months)])[month],
            "cluster_id": np.array([f"C{each:05}" for each in range(clusters)])[unit], "pilot": pilot, "after": after,
            "event_time": np.where(pilot, month - months // 2, np.nan), "measure": "m", "population": 5000.0,
            "count": random.poisson(5000 * rate),
        }
    )  # fmt: skip


def step(clusters: int) -> None:
    """The whole step on one outcome: processor and wall seconds, and the process's peak memory in GiB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "panel.parquet"
        write_table(path, panel(clusters), Lineage((Source("d", "0" * 64, "simulated"),)))
        spent = []
        for methods in ((each,) for each in METHODS):
            before = time.process_time()
            inference(
                measured=Measured(panel=(path,), outcomes={"o": "m"}), primary=("o",), methods=methods, draws=9999,
                confidence=0.95, out=Path(folder) / "rows",
            )  # fmt: skip
            spent.append(time.process_time() - before)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"| {clusters:,} | {' | '.join(f'{each:.1f}' for each in spent)} | {sum(spent):.1f} | {peak:.2f} |", flush=True
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        step(int(sys.argv[1]))
        raise SystemExit
    print("| method | of | processor, s | wall, s | result |\n|---|---|---:|---:|---:|")
    for name, of, run in (
        ("wild bootstrap, linear rates", "2^16 signs", wild),
        ("score bootstrap, Poisson", "2^16 signs", score),
        ("randomisation inference, Poisson", "8,008 assignments", randomisation),
        ("CRV3, Poisson, refitted", "16 clusters", jackknife),
    ):
        processor, wall, result = min(took(run) for _ in range(3))
        print(f"| {name} | {of} | {processor:.3f} | {wall:.3f} | {result:.4e} |", flush=True)
    heads = " | ".join(f"{each}, s" for each in METHODS)
    print(f"\n| clusters | {heads} | all, processor s | GiB |\n|---|{'---:|' * (len(METHODS) + 2)}", flush=True)
    for clusters in ("1000", "3000", "10000"):
        subprocess.run([sys.executable, __file__, clusters], check=True)
