"""Do the intervals keep what they promise? The models of a plan on simulated worlds with a known truth.

``python -m analysis.estimate.calibration.calibration --help``
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.estimate.calibration.calibration_design import Calibrated, calibrated
from analysis.estimate.calibration.calibration_models import MODELS
from analysis.estimates import MISSING, Estimate, NotEstimated, attempt
from analysis.pull.datasets.register import read_register
from analysis.simulate.outcomes.panels import simulated_panel
from analysis.steps import command, write_json
from analysis.study import read_study, study_path
from analysis.tables import write_csv

if TYPE_CHECKING:
    import pandas as pd

# Which rows are calibrated: the effect, another way to its uncertainty, and the tests of the time before.
TERMS = ("effect", "inference", "pre_trend", "pre_trend_slope")
KEY = ["scenario", "sites", "design", "estimator", "term", "horizon", "scale"]
COLUMNS = [
    "worlds", "bias", "bias_error", "spread", "std_error", "coverage", "coverage_low", "coverage_high", "rejection",
    "rejection_low", "rejection_high",
]  # fmt: skip
BLOCK = 25  # worlds that one process simulates in a row


@dataclass(frozen=True)
class Block:
    """Worlds `first` to `last` - 1 of a scenario with so many sites."""

    scenario: str
    sites: int
    first: int
    last: int


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What one row of one model said in one world; missing where the row does not say it."""

    scenario: str
    sites: int
    design: str
    estimator: str
    term: str
    horizon: str
    scale: str
    error: float
    std_error: float
    covered: float
    rejected: float


def calibration(
    *, study: str, register: Path, out: Path, workers: int = 2, worlds: int = 0, worlds_slow: int | None = None
) -> None:
    """Simulate worlds, run the models, and write how far and how often they were wrong.

    Parameters
    ----------
    study : str
        The study's name.
    register : Path
        The register, data/raw/datasets.yaml, for the parameters of the reference pilots.
    out : Path
        Folder for <study>.csv, a row per kind of world, number of sites and estimate, and <study>.json, which says
        what plan it belongs to.
    workers : int
        Processes; the result does not depend on their number.
    worlds, worlds_slow : int
        In place of those of the plan: more worlds make a calibration more precise, and no other.
    """
    plan = calibrated(read_study(study_path(study)), read_register(register))
    slow = plan.calibration.worlds_slow if worlds_slow is None else worlds_slow
    counts = {"worlds": worlds or plan.calibration.worlds, "worlds_slow": slow}
    plan = plan.model_copy(update={"calibration": plan.calibration.model_copy(update=counts)})
    table = summary(trials(plan, workers), plan)
    write_csv(out / f"{study}.csv", table)
    write_json(out / f"{study}.json", {"digest": plan.digest(), "plan": plan.model_dump(mode="json")})
    print(f"{sum(each.last - each.first for each in world_blocks(plan)):,} worlds: see {out / study}.csv")


def world_blocks(plan: Calibrated) -> list[Block]:
    """All worlds of a plan, in blocks."""
    worlds = plan.calibration.worlds
    starts = range(0, worlds, BLOCK)
    cells = product(plan.calibration.scenarios, plan.calibration.sites, starts)
    return [Block(scenario, sites, first, min(first + BLOCK, worlds)) for scenario, sites, first in cells]


def trials(plan: Calibrated, workers: int) -> "pd.DataFrame":
    """Every row of every model in every world, in the order of the worlds."""
    import pandas as pd

    if workers == 1:
        rows = [trial for block in world_blocks(plan) for trial in run(plan, block)]
    else:
        with ProcessPoolExecutor(workers) as pool:
            rows = [trial for block in pool.map(partial(run, plan), world_blocks(plan)) for trial in block]
    return pd.DataFrame([asdict(trial) for trial in rows])


def run(plan: Calibrated, block: Block) -> list[Trial]:
    """The trials of one block of worlds."""
    return [trial for number in range(block.first, block.last) for trial in _world(plan, block, number)]


def _world(plan: Calibrated, block: Block, number: int) -> Iterator[Trial]:
    panel = simulated_panel(plan.drawn(block.scenario, block.sites, number), plan.measure)
    truth = plan.effect(plan.calibration.scenarios[block.scenario])
    for model in MODELS.values():
        if model.wanted(plan) and number < model.worlds(plan, block.sites):
            rows = attempt(partial(model.rows, panel, plan), outcome=plan.calibration.outcome, design=model.design)
            yield from (_trial(row, truth, block, plan.confidence) for row in chosen(rows))


def chosen(attempted: "list[Estimate | NotEstimated]") -> list[Estimate]:
    """The rows that are calibrated: whole groups, and ratios where a model tells ratios and levels."""
    rows = [row for row in attempted if isinstance(row, Estimate) and row.term in TERMS and row.subgroup == "all"]
    ratios = {(row.estimator, row.term, row.horizon) for row in rows if row.scale == "ratio"}
    return [row for row in rows if row.scale != "difference" or (row.estimator, row.term, row.horizon) not in ratios]


def _trial(row: Estimate, truth: float, block: Block, confidence: float) -> Trial:
    import numpy as np

    # On the scale `difference` the truth is what the true ratio makes of the level to be expected after the start.
    level = row.baseline if np.isnan(row.expected) else row.expected
    true = {"ratio": truth, "difference": level * (truth - 1)}.get(row.scale, MISSING)
    if row.term == "pre_trend_slope":  # no effect is at work before the start
        true = 1.0
    error = np.log(row.estimate / true) if row.scale == "ratio" else row.estimate - true
    has_interval = not np.isnan([row.ci_low, row.ci_high, true]).any()
    return Trial(
        scenario=block.scenario, sites=block.sites, design=row.design, estimator=row.estimator, term=row.term,
        horizon=row.horizon, scale=row.scale, error=float(error), std_error=row.std_error,
        covered=float(row.ci_low <= true <= row.ci_high) if has_interval else MISSING,
        rejected=MISSING if np.isnan(row.p_value) else float(row.p_value < 1 - confidence),
    )  # fmt: skip


def summary(trials: "pd.DataFrame", plan: Calibrated) -> "pd.DataFrame":
    """Bias, coverage and rejection of each estimate in each kind of world, and how far the number of worlds tells them.

    The standard error of a mean of n worlds is s / sqrt(n) (Morris, White & Crowther 2019, Statistics in Medicine
    38:2074-2102); a share has Wilson's interval at 95%, which is not nil where none or all of few worlds are counted
    (Brown, Cai & DasGupta 2001, Statistical Science 16:101-133). Errors of ratios are on the log scale.
    """
    import numpy as np

    groups = trials.groupby(KEY, sort=False)
    table = groups.agg(
        worlds=("error", "size"), bias=("error", "mean"), spread=("error", "std"), std_error=("std_error", "mean"),
        coverage=("covered", "mean"), told=("covered", "count"), rejection=("rejected", "mean"),
        tested=("rejected", "count"),
    ).reset_index()  # fmt: skip
    effect = {name: plan.effect(scenario) for name, scenario in plan.calibration.scenarios.items()}
    for share, among in (("coverage", "told"), ("rejection", "tested")):
        table[f"{share}_low"], table[f"{share}_high"] = wilson(table[share], table[among])
    bias_error = table["spread"] / np.sqrt(table["worlds"])
    table = table.assign(effect=table["scenario"].map(effect), bias_error=bias_error)
    return table[[*KEY, "effect", *COLUMNS]].round(6)


def wilson(share: "pd.Series[float]", among: "pd.Series[int]") -> "tuple[pd.Series[float], pd.Series[float]]":
    """Wilson's interval at 95% of a share among so many (Wilson 1927, J Am Stat Assoc 22:209-212)."""
    z = 1.959963984540054
    middle = (share + z**2 / (2 * among)) / (1 + z**2 / among)
    half = z / (1 + z**2 / among) * (share * (1 - share) / among + z**2 / (4 * among**2)) ** 0.5
    return middle - half, middle + half


if __name__ == "__main__":
    command(calibration, shared=True)
