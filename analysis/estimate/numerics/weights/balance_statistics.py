"""Are cases and controls alike? Standardised differences and ratios of variances, before and after matching."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.numerics.fits.grid import Floats

LABELS = {
    "risk": "Predicted risk of an emergency admission",
    "age": "Age",
    "sex": "Sex",
    "imd": "Deprivation score",
    "conditions": "Long-term conditions",
    "emergency_recent": "Emergency admissions, last three months",
    "emergency_earlier": "Emergency admissions, before those",
    "elective": "Elective admissions, whole history",
    "outpatient": "Outpatient attendances, whole history",
}


def balance(
    cases: "pd.DataFrame", pool: "pd.DataFrame", pool_weight: "Floats", matched: "pd.DataFrame", weight: "Floats"
) -> "pd.DataFrame":
    """One row per covariate and stage: means, standardised difference and variance ratio.

    The standardised difference is the difference of means over the root of the mean of the two variances before
    matching (Austin 2009, Stat Med 28:3083-3107), so that only means move it; the ratio of variances is of its stage.

    Parameters
    ----------
    cases, pool : DataFrame
        Covariates of all cases, and of all candidates in the risk sets.
    pool_weight : (n,) float
        Weights that give the candidates of each month the month's share of the cases.
    matched : DataFrame
        Covariates of the matched, with `case`, True for a case.
    weight : (m,) float
        Their weights: those of a case's controls add up to one.
    """
    import numpy as np
    import pandas as pd

    is_case = matched["case"].to_numpy()
    stages = {
        "before": ((cases, np.ones(len(cases))), (pool, pool_weight)),
        "after": ((matched[is_case], weight[is_case]), (matched[~is_case], weight[~is_case])),
    }
    rows = []
    for name in [each for each in LABELS if each in cases]:
        spread = _root([_variance(frame[name].to_numpy(float), each) for frame, each in stages["before"]])
        for stage, groups in stages.items():
            one, other = ((frame[name].to_numpy(float), each) for frame, each in groups)
            statistics = _compared(one, other, spread)
            rows.append({"covariate": name, "characteristic": LABELS[name], "stage": stage} | statistics)
    return pd.DataFrame(rows)


def _compared(one: "tuple[Floats, Floats]", other: "tuple[Floats, Floats]", spread: float) -> dict[str, Any]:
    import numpy as np

    means = [float(np.average(values, weights=weight)) for values, weight in (one, other)]
    variances = [_variance(*each) for each in (one, other)]
    return {
        "cases_mean": means[0], "controls_mean": means[1],
        "standardised_difference": (means[0] - means[1]) / spread if spread > 0 else 0.0,
        "variance_ratio": variances[0] / variances[1] if variances[1] > 0 else float("nan"),
    }  # fmt: skip


def _variance(values: "Floats", weight: "Floats") -> float:
    import numpy as np

    return float(np.average((values - np.average(values, weights=weight)) ** 2, weights=weight))


def _root(variances: list[float]) -> float:
    return float((sum(variances) / len(variances)) ** 0.5)
