"""The Poisson model against pyfixest: processor time and peak memory of one fit, and whether the answers agree.

``python tests/bench/poisson.py [UNITS …]`` (7,000 and 70,000 units of 60 months where nothing is said) draws a panel
for each size and fits the same model with both, each fit in a process of its own, best of two. Both start from the same
data frame with codes of units, months and clusters, and are warmed up on a few rows first, so that neither imports nor
compilation count. Processor time is user and system time of the fit; peak memory is the whole process, data included.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-bench/bin/python"
MONTHS, CLUSTERS = 60, 150
TERMS = ["treat", "x1", "x2"]


def generate(units: int, path: Path) -> None:
    """Counts per unit and month; a third of the clusters starts between months 30 and 41."""
    import numpy as np
    import pandas as pd

    random, rows = np.random.default_rng(1), units * MONTHS
    unit, month = np.repeat(np.arange(units), MONTHS), np.tile(np.arange(MONTHS), units)
    cluster = unit * CLUSTERS // units
    start = np.where(np.arange(CLUSTERS) % 3 == 0, 30 + np.arange(CLUSTERS) % 12, MONTHS)
    x1, x2 = random.normal(size=(2, rows))
    treat = (month >= start[cluster]).astype(float)
    population = random.uniform(2_000, 12_000, units)[unit] * random.uniform(0.95, 1.05, rows)
    level = -4.5 + random.normal(0, 0.3, units)[unit] + 0.1 * np.sin(month / 6)
    count = random.poisson(population * np.exp(level + 0.05 * treat + 0.02 * x1 - 0.01 * x2)).astype(float)
    pd.DataFrame(
        {
            "count": count, "population": population, "offset": np.log(population), "treat": treat, "x1": x1, "x2": x2,
            "unit": unit, "month": month, "cluster": cluster,
        }
    ).to_parquet(path)  # fmt: skip


def ours(frame: Any) -> tuple[list[float], list[float]]:
    """Coefficients and standard errors by the project's model, as its steps call it."""
    import pandas as pd

    from analysis.estimate.numerics.fits.poisson import Panel, fit

    unit, month, cluster = (pd.factorize(frame[key], sort=True)[0] for key in ("unit", "month", "cluster"))
    count, population = frame["count"].to_numpy(), frame["population"].to_numpy()
    model = fit(Panel(count, population, unit, month, cluster, frame[TERMS].to_numpy()))
    return model.coefficients.tolist(), (model.covariance.diagonal() ** 0.5).tolist()


def pyfixest(frame: Any) -> tuple[list[float], list[float]]:
    """The same by pyfixest, with what saves its memory switched on."""
    from pyfixest import fepois

    model = fepois(
        "count ~ treat + x1 + x2 | unit + month", frame, vcov={"CRV1": "cluster"}, offset="offset", lean=True,
        store_data=False, copy_data=False,
    )  # fmt: skip
    return model.coef()[TERMS].tolist(), model.se()[TERMS].tolist()


FITS = {"ours": ours, "pyfixest": pyfixest}


def once(library: str, path: Path) -> None:
    """One fit in this process; what it took and found goes to the standard output."""
    import pandas as pd

    frame, fit = pd.read_parquet(path), FITS[library]
    fit(frame[frame["unit"] % (CLUSTERS // 3) == 0].iloc[: 60 * MONTHS].reset_index(drop=True))
    before, begun = used(), time.monotonic()
    coefficients, errors = fit(frame)
    took = {"cpu": used() - before, "wall": time.monotonic() - begun, "peak": peak()}
    print(json.dumps({**took, "coefficients": coefficients, "errors": errors}))


def used() -> float:
    """Processor seconds of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak() -> float:
    """Peak memory of this process in MB; unlike ru_maxrss it does not count the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def best(library: str, path: Path) -> dict[str, Any]:
    """The better of two runs, by processor time."""
    command = [PYTHON, __file__, "--once", library, path]
    runs = [
        subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True) for _ in "12"
    ]
    if failed := [run for run in runs if run.returncode]:
        sys.exit(f"{library} failed: {failed[0].stderr[-2000:]}")
    return min((json.loads(run.stdout.splitlines()[-1]) for run in runs), key=lambda run: float(run["cpu"]))


def compare(units: int) -> None:
    """Rows of the table for one size."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "panel.parquet"
        subprocess.run([PYTHON, __file__, "--generate", str(units), path], cwd=ROOT, check=True)
        runs = {library: best(library, path) for library in FITS}
    one, other = runs["ours"], runs["pyfixest"]
    for library, run in runs.items():
        ratios = f"{run['cpu'] / one['cpu']:.1f} | {run['peak'] / one['peak']:.1f}"
        print(
            f"| {units * MONTHS:,} | {library} | {run['cpu']:.2f} | {run['wall']:.2f} | {run['peak']:.0f} | {ratios} |"
        )
    apart = max(abs(a - b) for a, b in zip(one["coefficients"], other["coefficients"], strict=True))
    errors = max(abs(a / b - 1) for a, b in zip(one["errors"], other["errors"], strict=True))
    print(f"<!-- coefficients differ by at most {apart:.1e}, standard errors by {100 * errors:.3f} % -->", flush=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--once", library, path]:
            once(library, Path(path))
        case ["--generate", units, path]:
            generate(int(units), Path(path))
        case sizes:
            print("| rows | library | processor, s | wall, s | peak memory, MB | processor / ours | memory / ours |")
            print("|---:|---|---:|---:|---:|---:|---:|")
            for size in sizes or ["7000", "70000"]:
                compare(int(size))
