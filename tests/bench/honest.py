"""Honest bounds: seconds for the published example's four relative-magnitude and five smoothness intervals.

``python tests/bench/honest.py`` measures ours, and in the same run the library that gives the same numbers, one
interval of relative magnitudes and five of smoothness, with the Python of `.venv-bench` or the one that is named:
``python tests/bench/honest.py /path/to/python``. That Python needs `moderndid[didhonest]`.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from analysis.estimate.numerics.bounds.honest_did import EventStudy, breakdown
from analysis.estimate.numerics.bounds.relative_magnitudes import robust_interval
from analysis.estimate.numerics.bounds.smoothness import shortest
from tests.medicaid import event_study

ROOT = Path(__file__).parents[2]
RELATIVE, SMOOTH = (0.5, 1.0, 1.5, 2.0), (0.0, 0.01, 0.02, 0.03, 0.05)
LIBRARY = """
import json, sys, time
import numpy as np
from moderndid.didhonest.sensitivity import create_sensitivity_results_rm, create_sensitivity_results_sm
given = json.load(sys.stdin)
facts = dict(betahat=np.array(given["coefficients"]), sigma=np.array(given["covariance"]), num_pre_periods=5,
             num_post_periods=2, l_vec=np.array([[1.0], [0.0]]))
begun = time.perf_counter()
relative = create_sensitivity_results_rm(m_bar_vec=np.array([1.0]), **facts)
between = time.perf_counter()
smooth = create_sensitivity_results_sm(m_vec=np.array(given["smooth"]), method="FLCI", **facts)
ended = time.perf_counter()
ends = [[round(end, 5) for end in row] for table in (relative, smooth) for row in table.select("lb", "ub").rows()]
print(json.dumps({"relative": between - begun, "smooth": ended - between, "ends": ends}))
"""


def seconds(run: Callable[[], object], times: int = 5) -> float:
    """The shortest of some runs, so that other work on the machine counts least."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        run()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def library(python: Path, study: EventStudy) -> dict[str, float] | None:
    """Seconds of the library; none where it cannot be run."""
    given = {"coefficients": study.coefficients.tolist(), "covariance": study.covariance.tolist(), "smooth": SMOOTH}
    if not python.exists():
        return None
    ran = subprocess.run(
        [python, "-W", "ignore", "-c", LIBRARY], input=json.dumps(given), capture_output=True, text=True, check=False
    )
    if ran.returncode:
        print(ran.stderr[-500:], file=sys.stderr)
        return None
    made: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return made


def main(python: Path) -> None:
    """Measure and print."""
    study = event_study(1.0, 0.0)
    relative = seconds(lambda: [robust_interval(study, mbar, 0.05) for mbar in RELATIVE])
    smooth = seconds(lambda: [shortest(study, m, 0.05) for m in SMOOTH])
    whole = seconds(lambda: breakdown(lambda mbar: robust_interval(study, mbar, 0.05)), 1)
    print(f"honest: {len(RELATIVE)} intervals of relative magnitudes {relative:.3f} s, breakdown value {whole:.3f} s")
    print(f"honest: {len(SMOOTH)} intervals of smoothness {smooth:.3f} s")
    theirs = library(python, study)
    if theirs is None:
        print(f"honest: {python} cannot run moderndid[didhonest], so there is nothing to compare with")
        return
    one = theirs["relative"] / (relative / len(RELATIVE))
    print(
        f"honest: moderndid takes {theirs['relative']:.1f} s for one interval of relative magnitudes, {one:,.0f} times"
    )
    print(f"honest: moderndid takes {theirs['smooth']:.2f} s for smoothness, {theirs['smooth'] / smooth:,.0f} times")
    print(f"honest: its intervals at Mbar = 1 and at each M: {theirs['ends']}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".venv-bench" / "bin" / "python")
