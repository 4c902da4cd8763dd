"""Published evidence, checked, with the log ratio and standard error of each effect that has them.

``python -m analysis.prepare.evidence.evidence --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.steps import Problem, command
from analysis.tables import write_table

if TYPE_CHECKING:
    import pandas as pd

NORMAL_95 = 1.959963984540054
PERCENT = ("percent_change", "percent_growth", "percent_difference")


def evidence(
    *,
    evaluations: Path,
    receipt: Path,
    out: Path,
    continuity: Path | None = None,
    continuity_out: Path | None = None,
) -> None:
    """Check the published estimates and put those on a ratio scale that can be.

    Parameters
    ----------
    evaluations : Path
        The transcribed estimates (CSV).
    receipt : Path
        What the pull stage vouched for.
    out : Path
        The same rows with `log_ratio`, `log_std_error`, `log_low`, `log_high` and `derivation`, in Parquet; arms that
        were reported separately are joined into one contrast with their comparator.
    continuity, continuity_out : Path
        The same of estimates on continuity, where the study asks of it.
    """
    from analysis.prepare.contract.contract import Evidence
    from analysis.prepare.contract.raw import read_raw, read_receipt

    lineage = read_receipt(receipt)
    write_table(out, with_contrasts(with_log_ratio(read_raw(evaluations, Evidence))), lineage)
    if continuity and continuity_out:
        write_table(continuity_out, with_contrasts(with_log_ratio(read_raw(continuity, Evidence))), lineage)


def with_log_ratio(published: "pd.DataFrame") -> "pd.DataFrame":
    """Add the log ratio of percentages and rate ratios, and its standard error from the interval.

    The standard error is the width of the 95% interval on the log scale over 2 x 1.96
    (Cochrane Handbook, section 6.3.1). Where no interval was published it is missing.
    """
    import numpy as np

    ratio = published[["estimate", "ci_low", "ci_high"]].astype(float)
    percent = published["measure"].isin(PERCENT)
    ratio = ratio.where(~percent, 1 + ratio / 100)
    is_ratio = published["measure"].isin([*PERCENT, "rate_ratio"])
    logs = ratio.where(is_ratio).map(np.log)
    std_error = (logs["ci_high"] - logs["ci_low"]) / (2 * NORMAL_95)
    derivation = np.where(
        std_error.notna(), "published interval", np.where(logs["estimate"].notna(), "no interval", "")
    )
    bounds = {"log_low": logs["ci_low"], "log_high": logs["ci_high"]}
    return published.assign(log_ratio=logs["estimate"], log_std_error=std_error, derivation=derivation, **bounds)


def with_contrasts(published: "pd.DataFrame") -> "pd.DataFrame":
    """Add one contrast per study that reports the growth of arms beside that of a comparator.

    Raises
    ------
    Problem
        When a study has arms and more than one comparator for the same outcome.
    """
    import pandas as pd

    grown = published[published["measure"] == "percent_growth"]
    contrasts = [
        _contrast(rows[rows["role"] == "arm"], rows[rows["role"] == "comparator"])
        for _, rows in grown.groupby(["study", "outcome"], sort=True)
        if set(rows["role"]) >= {"arm", "comparator"}
    ]
    return pd.concat([published, *(row.to_frame().T for row in contrasts)], ignore_index=True).astype(
        published.dtypes.to_dict()
    )


def _against(arms: "pd.DataFrame", base: "pd.Series") -> tuple[float, float, str]:
    """Log ratio of one study's arms to their comparator, its standard error, and how it was worked out."""
    import numpy as np
    import pandas as pd

    # ASSUME: arms are independent samples, so one study's arms are first averaged by inverse variance (equally where
    # they have no interval) and then set against their comparator.
    weighted = arms["log_std_error"].notna().all() and pd.notna(base["log_std_error"])
    weights = 1 / arms["log_std_error"] ** 2 if weighted else np.ones(len(arms))
    log_ratio = float(np.average(arms["log_ratio"], weights=weights)) - base["log_ratio"]
    if not weighted:
        return log_ratio, _from_p_value(log_ratio, arms["p_value"]), "difference of two growths, from the p value"
    return log_ratio, float((1 / weights.sum() + base["log_std_error"] ** 2) ** 0.5), "difference of two growths"


def _contrast(arms: "pd.DataFrame", comparators: "pd.DataFrame") -> "pd.Series":
    import numpy as np
    import pandas as pd

    if len(comparators) != 1:
        raise Problem(
            f"Study {arms['study'].iloc[0]} has {len(comparators)} comparators for one outcome.",
            "give one row the role `comparator` in the table of published estimates",
        )
    log_ratio, std_error, derivation = _against(arms, comparators.iloc[0])
    low, high = (log_ratio + sign * NORMAL_95 * std_error for sign in (-1, 1))
    own = {
        "population": "; ".join(arms["population"].drop_duplicates()),
        "evidence_id": f"{arms.iloc[0]['evidence_id']}-contrast", "measure": "percent_change", "role": "estimate",
        "estimate": 100 * (np.exp(log_ratio) - 1), "log_low": low, "log_high": high, "certainty": "C",
        "ci_low": 100 * (np.exp(low) - 1), "ci_high": 100 * (np.exp(high) - 1),
        "direction": "down" if log_ratio < 0 else "up", "log_ratio": log_ratio, "log_std_error": std_error,
        "derivation": derivation, "note": f"Calculated: {derivation}.",
    }  # fmt: skip
    return pd.Series(arms.iloc[0].to_dict() | own)


def _from_p_value(log_ratio: float, p_values: "pd.Series[float]") -> float:
    """The standard error that a two-sided normal p-value implies (Cochrane Handbook, section 6.3.2), where it does."""
    from scipy import stats

    exact = p_values[p_values.between(0, 1, inclusive="neither")]
    if exact.empty or log_ratio == 0:
        return float("nan")
    return abs(log_ratio) / float(stats.norm.isf(exact.iloc[0] / 2))


if __name__ == "__main__":
    command(evidence)
