"""Matching at scale: seconds and peak memory of risk score, matching and balance, by number of patients.

``python tests/bench/matching.py 21_000 200_000`` makes that many patients, a sixth of them cases, in twelve risk sets,
and prints one line for each size. Every size runs in a process of its own, so that memory is its own.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np
import pandas as pd
import statsmodels.genmod.generalized_linear_model  # noqa: F401  so that its import is not timed

from analysis.estimate.matched_cohort.matching import balance_table, match, score
from analysis.plan.designs import MatchedCohort

MONTHS = 12
CASES = 1 / 6


def cohort(patients: int) -> pd.DataFrame:
    """Cases in their month, candidates in every month, and the candidates' history."""
    random = np.random.default_rng(1)
    cases = int(patients * CASES)
    fixed = pd.DataFrame(
        {
            "patient_id": [f"H{number:07d}" for number in random.permutation(patients)],
            "age": random.integers(65, 100, patients), "sex": random.choice(["female", "male"], patients),
            "imd": random.gamma(4, 5, patients), "conditions": random.poisson(2, patients),
            "rate": random.gamma(1, 0.5, patients),
        }
    )  # fmt: skip
    parts = [fixed.iloc[:cases].assign(role="case", month=random.integers(1, MONTHS + 1, cases))]
    parts += [fixed.iloc[cases:].assign(role="candidate", month=month) for month in range(1, MONTHS + 1)]
    parts += [fixed.iloc[cases:].assign(role="history", month=-5)]
    rows = pd.concat(parts, ignore_index=True)
    rate = rows.pop("rate").to_numpy() * np.where(rows["role"] == "case", 1.3, 1.0)
    windows = {"earlier": 0.75, "recent": 0.25, "before": 0.5, "after": 0.5}
    kinds = {"emergency": 1.0, "elective": 0.6, "outpatient": 4.0}
    counts = {
        f"{kind}_{w}": random.poisson(much * share * rate)
        for kind, much in kinds.items()
        for w, share in windows.items()
    }
    return rows.assign(**{name: each.astype(np.int32) for name, each in counts.items()})


def run(patients: int) -> None:
    """Match once, and print what it took."""
    rows = cohort(patients)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    clock = [(time.perf_counter(), time.process_time())]
    scored = score(rows)
    clock.append((time.perf_counter(), time.process_time()))
    matched = match(scored, MatchedCohort())
    clock.append((time.perf_counter(), time.process_time()))
    balance_table(scored, matched)
    clock.append((time.perf_counter(), time.process_time()))
    wall, cpu = zip(*clock, strict=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    cases = int((matched["role"] == "case").sum())
    print(
        f"{patients:>9,} patients  {len(rows):>9,} rows  {cases:>7,} cases  {len(matched) - cases:>8,} controls"
        f"  risk {wall[1] - wall[0]:.2f} s ({cpu[1] - cpu[0]:.2f} cpu)  match {wall[2] - wall[1]:.2f} s"
        f" ({cpu[2] - cpu[1]:.2f} cpu)  balance {wall[3] - wall[2]:.2f} s ({cpu[3] - cpu[2]:.2f} cpu)"
        f"  all {wall[3] - wall[0]:.2f} s ({cpu[3] - cpu[0]:.2f} cpu)  data {held:.0f} MB  peak {peak:.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        run(int(sys.argv[2]))
    else:
        for size in sys.argv[1:] or ["21_000", "200_000"]:
            subprocess.run([sys.executable, __file__, "--one", size], check=True)
