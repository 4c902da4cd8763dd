"""The prognostic score of a matched cohort: the risk of an emergency admission, learnt from candidates' history.

A score that is fitted where nobody had the intervention says what would have happened without it (Hansen 2008,
Biometrika 95:481-488). Here it is fitted on months before anybody's index month, so that it does not learn by heart
the outcomes of the very controls that it is to choose.
"""

from typing import TYPE_CHECKING

from analysis.steps import Problem
from analysis.wording import number_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.estimate.numerics.fits.grid import Floats

FEWEST = 50
# By name, the columns whose sum it is. Emergency admissions of the last months say more than earlier ones.
USE = {
    "emergency_recent": ("emergency_recent",),
    "emergency_earlier": ("emergency_earlier",),
    "elective": ("elective_recent", "elective_earlier"),
    "outpatient": ("outpatient_recent", "outpatient_earlier"),
}


def prior_use(rows: "pd.DataFrame") -> "pd.DataFrame":
    """Events in the months of history, by kind; what the data do not have is left out."""
    available = {name: columns for name, columns in USE.items() if set(columns) <= set(rows)}
    return rows[[]].assign(**{name: rows[list(columns)].sum(axis=1) for name, columns in available.items()})


def covariates(rows: "pd.DataFrame") -> "pd.DataFrame":
    """What risk is predicted from: one column of numbers for each.

    Counts of use enter as log(1 + count), so that a few heavy users do not rule.
    """
    import numpy as np

    # ASSUME: where deprivation is not known it is the mean.
    plain = rows[["age", "conditions"]].assign(imd=rows["imd"].fillna(rows["imd"].mean()).fillna(0.0))
    first = rows["sex"].min()
    use = {str(name): np.log1p(counts) for name, counts in prior_use(rows).items()}
    return plain.assign(sex=(rows["sex"] == first).astype(float), **use).astype(float)


def log_odds(history: "pd.DataFrame", rows: "pd.DataFrame") -> "Floats":
    """The logit of each row's predicted risk of an emergency admission in the months of follow-up.

    Parameters
    ----------
    history : DataFrame
        Rows of candidates before anybody's index month, with `emergency_after`.
    rows : DataFrame
        Whose risk is predicted.

    Raises
    ------
    Problem
        When too few candidates were admitted, or not, to learn from.
    """
    import numpy as np
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    # ASSUME: who died without an admission counts as not admitted.
    admitted = (history["emergency_after"] > 0).to_numpy(float)
    if min(admitted.sum(), len(admitted) - admitted.sum()) < FEWEST:
        raise Problem(
            f"Of {number_of(len(admitted), 'candidate')} too few were admitted, or too few were not, to predict who "
            "is at risk.",
            "give more candidates, or leave matched_cohort out of the designs",
        )
    candidates = covariates(history)
    # Age may matter more at its ends; a covariate that does not vary says nothing.
    terms = [str(name) for name in candidates if candidates[name].nunique() > 1]
    centre = candidates["age"].mean()
    model = GLM(admitted, _design(candidates, terms, centre), family=Binomial()).fit()
    return np.asarray(_design(covariates(rows), terms, centre) @ model.params)


def _design(persons: "pd.DataFrame", terms: list[str], centre: float) -> "Floats":
    import numpy as np

    age = (persons["age"].to_numpy() - centre) / 10
    return np.column_stack([np.ones(len(persons)), age**2, persons[terms].to_numpy()])
