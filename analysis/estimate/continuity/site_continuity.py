"""Continuity at each pilot's site before and after its start: levels and their difference, without a comparison."""

from typing import TYPE_CHECKING

from analysis.estimate.continuity.composition import Subject
from analysis.estimate.models.weighted_fixed_effects import POINTS
from analysis.estimates import Estimate

if TYPE_CHECKING:
    import pandas as pd

DESIGN, ESTIMATOR = "continuity_by_site", "weighted_least_squares"
OTHERS = "comparison practices"


def by_site(panel: "pd.DataFrame", subject: Subject) -> list[Estimate]:
    """The mean index of each site, and of comparison practices, before and after the start.

    Parameters
    ----------
    panel : DataFrame
        Indices by practice and window.
    subject : Subject
        The outcome.

    Returns
    -------
    list of Estimate
        By site (`subgroup`): the levels ``before`` and ``after`` in per cent and their difference, ``change``, in
        points. Every patient counts the same (of an index of lists, every contact); standard errors are clustered by
        practice, so that a site of one practice has none. Comparison practices are before and after the first start.
        Practices without all the site's windows, and a site without windows on both sides, are left out.
    """
    rows = sited(panel[panel["item"] == subject.index])
    sites = [(str(site), throughout(members)) for site, members in rows.groupby("site")]
    both = [(site, members) for site, members in sites if members["after"].nunique() == 2]
    return [row for site, members in both for row in _levels(members, site, subject)]


def throughout(rows: "pd.DataFrame") -> "pd.DataFrame":
    """The practices that have every window, so that a level does not change by who opens or closes."""
    windows: pd.Series[int] = rows.groupby("practice_id")["wave"].transform("nunique")
    return rows[windows == rows["wave"].nunique()]


def sited(rows: "pd.DataFrame") -> "pd.DataFrame":
    """The rows with their `site`, and with `after` of comparison practices counted from the first pilot's start."""
    first = rows.loc[rows["after"], "wave"].min()
    return rows.assign(
        site=rows["site_id"].where(rows["pilot"], OTHERS),
        after=rows["after"].where(rows["pilot"], rows["wave"] >= str(first)).astype(bool),
    )


def _levels(rows: "pd.DataFrame", site: str, subject: Subject) -> list[Estimate]:
    from analysis.estimate.models.regression import least_squares

    sides = rows.assign(before=~rows["after"])[["before", "after"]].astype(float)
    fit = least_squares(POINTS * rows["value"], sides, rows["practice_id"], rows["responses"])
    row_labels = {
        "outcome": subject.name, "design": DESIGN, "estimator": ESTIMATOR, "subgroup": site,
        "population": subject.population, "n_obs": int(rows["responses"].sum()),
        "n_units": int(rows["practice_id"].nunique()),
    }  # fmt: skip
    return [
        fit.row({"before": 1.0}, subject.confidence, "level", term="before", **row_labels),
        fit.row({"after": 1.0}, subject.confidence, "level", term="after", **row_labels),
        fit.row({"after": 1.0, "before": -1.0}, subject.confidence, "points", term="change", **row_labels),
    ]
