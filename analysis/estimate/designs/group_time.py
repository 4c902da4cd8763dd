"""Effects by cohort and time from linear models of rates, which never compare with those who started before.

Callaway & Sant'Anna 2021 (J Econometrics 225:200-230), Sun & Abraham 2021 (J Econometrics 225:175-199) and Borusyak,
Jaravel & Spiess 2024 (Rev Econ Stud 91:3253-3285), as the library `diff_diff` has them. Each effect is a mean over
treated practice-periods weighted by patients. Standard errors are summed by cluster times G/(G-1) for G clusters, and
nothing else, as everywhere in this project. Those of Callaway & Sant'Anna take the sizes of the cohorts as drawn by
chance, the others take them as given; those of Borusyak, Jaravel & Spiess are conservative (their theorem 3).
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.estimate.designs.cohorts import Group, groups, treated_cells
from analysis.estimates import MISSING
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Effect:
    """One effect on the treated.

    Attributes
    ----------
    difference, std_error : float
        In the unit of the rate.
    log_ratio, log_error : float
        The same as a log rate ratio, where the model has one of its own.
    bounded : bool
        Whether the model has a finite estimate.
    """

    difference: float
    std_error: float
    log_ratio: float = MISSING
    log_error: float = MISSING
    bounded: bool = True


# By term and horizon, see `Group`.
Effects = dict[tuple[str, int], Effect]


def callaway_santanna(
    cells: "pd.DataFrame", control: str, adjust: tuple[str, ...] = (), *, overall: bool = False
) -> Effects:
    """Group-time effects against the last period before the start, aggregated.

    Parameters
    ----------
    cells : DataFrame
        Balanced, with practices that do not start; see :func:`analysis.estimate.designs.cohorts.balanced`.
    control : {"never_treated", "not_yet_treated"}
        Whom each cohort is compared with.
    adjust : tuple of str
        Characteristics of practices given which trends are parallel: outcome regression and propensity score, doubly
        robust (Sant'Anna & Zhao 2020, J Econometrics 219:101-122). Without any, all forms of the estimator are one.
    overall : bool
        Whether the overall effect alone is wanted, which is the quickest to have.

    Returns
    -------
    dict
        Overall, by cohort, by calendar period, and by periods since the start, those before it among them.
    """
    from diff_diff import CallawaySantAnna

    model = CallawaySantAnna(control_group=control, base_period="universal", rank_deficient_action="error")
    options = {"covariates": list(adjust)} if adjust else {}
    if overall:
        return {("effect", 0): _overall(_fitted(model, cells, **options))}
    bases = set(cells.loc[cells["cohort"] > 0, "cohort"] - 1)
    effects = _aggregated(_fitted(model, cells, **options))
    for group in _calendar(cells):
        # The library does not aggregate by calendar time. Overall effects of what is left do: each rests on its own
        # period and the periods before the starts.
        own = _without_others(cells, group)
        needed = own[own["period"].isin(bases | {group.horizon})]
        effects |= {(group.term, group.horizon): _overall(_fitted(model, needed, **options))}
    return effects


def imputation(cells: "pd.DataFrame", *, overall: bool = False) -> Effects:
    """Observed rates less those that practice and period effects of the untreated cells lead one to expect.

    Parameters
    ----------
    cells, overall
        See :func:`callaway_santanna`.
    """
    from diff_diff import ImputationDiD

    model = ImputationDiD(rank_deficient_action="error")
    if overall:
        return {("effect", 0): _overall(_fitted(model, cells))}
    # What is imputed to one cell does not depend on the other treated cells.
    calendar = {
        (group.term, group.horizon): _overall(_fitted(model, _without_others(cells, group)))
        for group in _calendar(cells)
    }
    return _aggregated(_fitted(model, cells)) | calendar


def sun_abraham(cells: "pd.DataFrame", *, overall: bool = False) -> Effects:
    """Interaction-weighted effects of a regression with a term for each cohort and period since the start.

    Parameters
    ----------
    cells, overall
        See :func:`callaway_santanna`.
    """
    from diff_diff import SunAbraham

    model = SunAbraham(rank_deficient_action="error")
    whole = _fitted(model, cells)
    if overall:
        return {("effect", 0): _overall(whole)}
    periods = {
        ("period", int(time)): Effect(float(each["effect"]), float(each["se"]))
        for time, each in whole.event_study_effects.items()
    }
    reference = (cells["cohort"] == 0) | (cells["period"] == cells["cohort"] - 1)
    # The library aggregates by time since the start alone. A cell with a term of its own tells nothing of the others,
    # so cells that another group is about can go.
    others = {
        (group.term, group.horizon): _overall(_fitted(model, cells[reference | group.rows]))
        for group in groups(cells)
        if group.term in ("cohort", "calendar")
    }
    return {("effect", 0): _overall(whole)} | periods | others


def _calendar(cells: "pd.DataFrame") -> list[Group]:
    return [group for group in groups(cells) if group.term == "calendar"]


def _without_others(cells: "pd.DataFrame", group: Group) -> "pd.DataFrame":
    """The cells without the treated ones that the group is not about."""
    return cells[~treated_cells(cells) | group.rows]


def _overall(results: Any) -> Effect:
    return Effect(float(results.overall_att), float(results.overall_se))


def _aggregated(results: Any) -> Effects:
    cohorts = results.aggregate("group").to_dataframe()
    periods = results.aggregate("event_study").to_dataframe()
    periods = periods[~periods["is_reference"].astype(bool)]
    return (
        {("effect", 0): _overall(results)}
        | _table("cohort", cohorts["label"], cohorts)
        | _table("period", periods["event_time"], periods)
    )


def _table(term: str, horizons: "pd.Series[Any]", table: "pd.DataFrame") -> Effects:
    rows = zip(horizons, table["att"], table["se"], strict=True)
    return {(term, int(horizon)): Effect(float(effect), float(error)) for horizon, effect, error in rows}


def survey(cells: "pd.DataFrame") -> tuple["pd.DataFrame", Any]:
    """The cells, and the library's word for weights and clusters, which also sets the convention of standard errors."""
    from diff_diff import SurveyDesign

    weight = cells["weight"] / cells["weight"].mean()
    return cells.assign(weight=weight), SurveyDesign(weights="weight", psu="cluster")


def _fitted(model: Any, cells: "pd.DataFrame", **options: Any) -> Any:
    data, design = survey(cells)
    names = {"outcome": "rate", "unit": "unit", "time": "period", "first_treat": "cohort"}
    return refused(lambda: model.fit(data, **names, survey_design=design, **options))


def refused(fit: Callable[[], Any]) -> Any:
    """What `fit` returns; that the library refuses the data is a problem.

    Raises
    ------
    Problem
        When the library does not take the data.
    """
    with warnings.catch_warnings():
        # The library warns of panels with gaps, which are made on purpose here, and of its own conventions; what it
        # cannot estimate comes back as a missing number, which the table of estimates does not take.
        warnings.simplefilter("ignore")
        try:
            return fit()
        except (ValueError, ArithmeticError, NotImplementedError) as error:
            raise NotEstimable(
                ReasonCode.ESTIMATOR_REFUSES,
                "take it out of the estimators of the design in the study file, or choose longer periods",
                error=str(error).splitlines()[0],
            ) from error
