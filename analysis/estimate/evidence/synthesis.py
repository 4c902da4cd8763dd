"""What do the published evaluations say together? Random-effects synthesis of one outcome.

``python -m analysis.estimate.evidence.synthesis --help``
"""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from analysis.estimate.models.effect import ratio_row
from analysis.estimate.numerics.fits.pooling import random_effects
from analysis.estimates import Estimate, attempt, write_part
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable
from analysis.steps import Problem, command
from analysis.tables import read_table

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

REVIEWS = ("meta_analysis", "systematic_review")


def synthesis(
    *, evidence: Path, name: str, outcome: str, leave_out: dict[str, str], fewest: int, confidence: float, out: Path
) -> None:
    """Pool the controlled estimates of one outcome that come with an interval.

    Parameters
    ----------
    evidence : Path
        The prepared evidence.
    name : str
        The synthesis's name in the study.
    outcome : str
        The outcome in the evidence table.
    leave_out : dict
        evidence_id of estimates left out, each with the reason, as JSON.
    fewest : int
        Estimates with an interval that are needed to pool anything.
    confidence : float
        Confidence level of the interval, for instance 0.95.
    out : Path
        Rows of the table of estimates: every published estimate of the outcome, and, where enough come with an
        interval, their pooled ratio, tau squared and I squared.
    """
    published, lineage = read_table(evidence)
    missing = set(leave_out) - set(published["evidence_id"])
    if missing:
        raise Problem(
            f"Synthesis {name} leaves out `{min(missing)}`, which is no published estimate.",
            f"correct `syntheses.{name}.leave_out` in the study file",
        )
    rows = sorted_out(published, outcome, leave_out)
    together = attempt(lambda: _together(rows, name, fewest, confidence), outcome=name, design="synthesis")
    write_part(out, [*_studies(rows, name), *together], lineage, __spec__)


def sorted_out(published: "pd.DataFrame", outcome: str, leave_out: Collection[str]) -> "pd.DataFrame":
    """The outcome's estimates on a ratio scale, each with the reason why it is in the pool or not.

    Returns
    -------
    DataFrame
        With a column `specification`: ``in_synthesis``, ``no_interval``, ``left_out`` or ``uncontrolled``.
    """
    import numpy as np

    rows = published[(published["outcome"] == outcome) & published["log_ratio"].notna()]
    rows = rows[(rows["role"] == "estimate") & ~rows["design"].isin(REVIEWS)]
    reasons = [
        (rows["evidence_id"].isin(list(leave_out)), "left_out"),
        (rows["controlled"] == "no", "uncontrolled"),
        (rows["log_std_error"].isna(), "no_interval"),
    ]
    conditions, names = zip(*reasons, strict=True)
    return rows.assign(specification=np.select([each.to_numpy() for each in conditions], names, "in_synthesis"))


def _studies(rows: "pd.DataFrame", name: str) -> list[Estimate]:
    import numpy as np

    ratios = rows[["log_ratio", "log_low", "log_high"]].astype(float).map(np.exp)
    transformed = rows.assign(estimate=ratios["log_ratio"], ci_low=ratios["log_low"], ci_high=ratios["log_high"])
    return [
        Estimate(
            outcome=name, population=row["population"], design="synthesis", estimator="as_published", term="study",
            specification=row["specification"], horizon=row["evidence_id"], scale="ratio", estimate=row["estimate"],
            std_error=row["log_std_error"], ci_low=row["ci_low"], ci_high=row["ci_high"],
        )
        for row in transformed.to_dict("records")
    ]  # fmt: skip


def _together(rows: "pd.DataFrame", name: str, fewest: int, confidence: float) -> list[Estimate]:
    pooled = rows[rows["specification"] == "in_synthesis"]
    _check_independent(pooled, name)
    if len(pooled) < fewest:
        return []
    mean, std_error, tau2, i2 = pool(pooled["log_ratio"].to_numpy(float), pooled["log_std_error"].to_numpy(float) ** 2)
    common: dict[str, Any] = {
        "outcome": name, "population": "populations of the published evaluations", "design": "synthesis",
        "estimator": "paule_mandel_hartung_knapp", "specification": "in_synthesis", "n_obs": len(pooled),
    }  # fmt: skip
    return [
        ratio_row(mean, std_error, len(pooled) - 1, confidence, term="pooled", **common),
        Estimate(term="tau2", scale="statistic", estimate=tau2, **common),
        Estimate(term="i2", scale="statistic", estimate=i2, **common),
    ]  # fmt: skip


def _check_independent(pooled: "pd.DataFrame", name: str) -> None:
    """Refuse a pool in which one programme or one study counts twice: its estimates are not independent."""
    twice_of = {"programme": ReasonCode.PROGRAMME_COUNTS_TWICE, "study": ReasonCode.STUDY_COUNTS_TWICE}
    for key, reason in twice_of.items():
        twice = pooled[pooled[key].duplicated(keep=False)]
        if len(twice):
            first = twice[twice[key] == twice[key].iloc[0]]
            raise NotEstimable(
                reason,
                f"leave all but one out under `syntheses.{name}.leave_out` in the study file, each with the reason",
                synthesis=name, name=first[key].iloc[0], times=len(first), estimates=first["evidence_id"].to_list(),
            )  # fmt: skip


def pool(
    effects: "np.ndarray", variances: "np.ndarray", method: Literal["iterated", "dl"] = "iterated"
) -> tuple[float, float, float, float]:
    """Random-effects mean, its standard error, tau squared and I squared.

    Parameters
    ----------
    effects, variances : (k,) float
        Log ratios and their variances.
    method : {"iterated", "dl"}
        Between-study variance by Paule & Mandel (1982) or DerSimonian & Laird (1986).

    Returns
    -------
    mean, std_error, tau2, i2 : float
        The standard error is that of Hartung & Knapp (2001, Stat Med 20:3875-3889), never below the usual one;
        I squared (Higgins & Thompson 2002) is a share from 0 to 1.
    """
    mean, std_error, tau2, q = random_effects(effects, variances, method)
    return mean, std_error, tau2, max(0.0, 1 - (len(effects) - 1) / q) if q > 0 else 0.0


if __name__ == "__main__":
    command(synthesis)
