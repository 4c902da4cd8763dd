"""Matched controls for the patients of the intervention: the risk sets, the caliper, the balance and the numbers.

``python -m analysis.estimate.matched_cohort.matching --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from analysis.plan.designs import MatchedCohort
from analysis.steps import AsJson, Problem, command, read_json, write_json
from analysis.tables import read_table, write_table

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from analysis.estimate.numerics.fits.grid import Codes, Floats
    from analysis.estimate.numerics.weights.nearest import Side


def matching(
    *,
    cohort: Path,
    facts: Path,
    settings: Annotated[MatchedCohort, AsJson],
    out: Path,
    balance: Path,
    flow: Path,
) -> None:
    """Match each case to controls of the risk set of its month.

    Exactly on sex, age band, emergency admissions in the last three months (none, one, more) and whether there was an
    elective admission in the months compared before; within a caliper on the logit of the predicted risk of an
    emergency admission; nearest by that logit, age, conditions and prior use, each over its standard deviation among
    the cases (Rubin & Thomas 2000, J Am Stat Assoc 95:573-585); without replacement, by the rule of
    :mod:`analysis.estimate.numerics.weights.nearest`.

    Parameters
    ----------
    cohort, facts : Path
        What :mod:`analysis.prepare.matched_cohort.cohort` wrote.
    settings : MatchedCohort
        The settings of the design, as JSON.
    out : Path
        Rows about persons, in Parquet: cases and their controls, with `set_id` and `weight`; the controls of a case
        weigh one together.
    balance : Path
        Means, standardised differences and variance ratios before and after; in Parquet.
    flow : Path
        How many were matched, as JSON; counts of people are exact and are protected where they are shown.
    """
    frame, lineage = read_table(cohort)
    scored = score(frame)
    rows = match(scored, settings)
    write_table(out, rows, lineage)
    write_table(balance, balance_table(scored, rows), lineage)
    write_json(flow, read_json(facts) | numbers(scored, rows))


def score(cohort: "pd.DataFrame") -> "pd.DataFrame":
    """Cases and candidates with `risk`, the logit of their predicted risk."""
    from analysis.estimate.numerics.weights.risk_score import log_odds

    rows = cohort[cohort["role"] != "history"].reset_index(drop=True)
    if not (rows["role"] == "case").any():
        raise Problem(
            "No case has enough months of history before its index month and of follow-up after it.",
            "shorten `history_months` or `follow_up_months` of `designs.matched_cohort` in the study file",
        )
    return rows.assign(risk=log_odds(cohort[cohort["role"] == "history"], rows))


def match(rows: "pd.DataFrame", settings: MatchedCohort) -> "pd.DataFrame":
    """The matched: cases first, then controls, in the order of their sets."""
    import numpy as np
    import pandas as pd

    from analysis.estimate.numerics.weights.nearest import matched

    case = (rows["role"] == "case").to_numpy()
    sides, caliper = _sides(rows, case, settings)
    mine, theirs = matched(*sides, settings.controls, caliper)
    if not len(mine):
        raise Problem(
            "No case has a candidate of its sex and age within the caliper.",
            "widen `designs.matched_cohort.caliper` in the study file, or give more candidates",
        )
    sets, size = np.unique(mine, return_counts=True)
    chosen = rows[case].iloc[sets].assign(set_id=sets, weight=1.0)
    share = 1 / pd.Series(size, index=sets)
    controls = rows[~case].iloc[theirs].assign(set_id=mine, weight=share[mine].to_numpy())
    return pd.concat([chosen, controls], ignore_index=True)


def _sides(
    rows: "pd.DataFrame", case: "NDArray[np.bool_]", settings: MatchedCohort
) -> "tuple[tuple[Side, Side], float]":
    import numpy as np
    import pandas as pd

    from analysis.estimate.numerics.weights.nearest import Side
    from analysis.estimate.numerics.weights.risk_score import covariates

    characteristics = covariates(rows).drop(columns=["sex", "imd"]).assign(risk=rows["risk"])
    spread = characteristics[case].std().replace(0.0, 1.0)
    place = (characteristics / spread).to_numpy(float)
    # ASSUME: equals are told apart by a hash of the pseudonym, which says nothing about the person.
    rank = pd.util.hash_array(rows["patient_id"].to_numpy(object)).astype(np.uint64)
    stratum = matching_strata(rows, settings.age_band)
    person = pd.factorize(rows["patient_id"])[0]
    month, risk = rows["month"].to_numpy(np.intp), rows["risk"].to_numpy(float)
    one, other = (
        Side(person[group], rank[group], month[group], stratum[group], risk[group], place[group])
        for group in (case, ~case)
    )
    variance = (rows.loc[case, "risk"].var() + rows.loc[~case, "risk"].var()) / 2
    return (one, other), settings.caliper * float(variance) ** 0.5


def matching_strata(rows: "pd.DataFrame", age_band: int) -> "Codes":
    """Codes of the groups within which patients are matched.

    Few people have any admission in a few months, so that somebody's nearest neighbours mostly have none: near is not
    near enough there. Controls with fewer admissions before would have more of them after, for no other reason.
    """
    import numpy as np

    any_elective = rows["elective_before"] > 0 if "elective_before" in rows else rows["emergency_recent"] < 0
    groups = [rows["sex"], rows["age"] // age_band, rows["emergency_recent"].clip(upper=2), any_elective]
    return rows.groupby(groups).ngroup().to_numpy().astype(np.intp)


def balance_table(rows: "pd.DataFrame", matched: "pd.DataFrame") -> "pd.DataFrame":
    """The balance before and after."""
    from analysis.estimate.numerics.weights.balance_statistics import balance

    before = _with_use(rows)
    case = (rows["role"] == "case").to_numpy()
    after = _with_use(matched).assign(case=(matched["role"] == "case").to_numpy())
    return balance(before[case], before[~case], risk_set_weights(rows), after, matched["weight"].to_numpy(float))


def _with_use(rows: "pd.DataFrame") -> "pd.DataFrame":
    from analysis.estimate.numerics.weights.risk_score import covariates, prior_use

    return covariates(rows).assign(risk=rows["risk"], **prior_use(rows))


def risk_set_weights(rows: "pd.DataFrame") -> "Floats":
    """Weights of the candidates' rows that give each month its share of the cases; they add up to one."""
    import numpy as np

    case = rows["role"] == "case"
    cases, pool = rows.loc[case, "month"].value_counts(), rows.loc[~case, "month"].value_counts()
    share = cases / case.sum() / pool
    return np.asarray(rows.loc[~case, "month"].map(share), dtype=np.float64)


def numbers(rows: "pd.DataFrame", matched: "pd.DataFrame") -> dict[str, object]:
    """How many were at risk and matched."""
    controls = matched[matched["role"] == "candidate"]
    sizes = controls.groupby("set_id").size().value_counts().sort_index()
    followed = int((rows["role"] == "case").sum())
    return {
        "cases_followed": followed,
        "candidates_at_risk": int(rows.loc[rows["role"] == "candidate", "patient_id"].nunique()),
        "index_months": int(rows.loc[rows["role"] == "case", "month"].nunique()),
        "cases_matched": int(len(matched) - len(controls)),
        "cases_unmatched": followed - int(len(matched) - len(controls)),
        "controls_matched": len(controls),
        "sets_by_controls": {str(size): int(count) for size, count in sizes.items()},
    }


if __name__ == "__main__":
    command(matching)
