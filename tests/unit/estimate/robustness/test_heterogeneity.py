"""Effects by group: known effects are found, and uncertainty is that of the few clusters behind a group."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from analysis.estimate.numerics.fits.poisson import fit, grid
from analysis.estimate.outcomes.admissions import effects, model_panel
from analysis.estimate.robustness.heterogeneity import grouped, heterogeneity, jackknifed
from analysis.estimates import Estimate, NotEstimated
from analysis.steps import Problem
from tests.pilots_panel import MODELS, STARTS, pilots_panel


def by(rows: pd.DataFrame, column: str, groups: int | None = None) -> list[Estimate]:
    made = heterogeneity(rows, "admissions", "my_check", column, groups, 0.95)
    return [row for row in made if isinstance(row, Estimate)]


def ratios(made: list[Estimate]) -> dict[str, float]:
    return {row.subgroup: row.estimate for row in made if row.scale == "ratio"}


def test_each_model_has_its_effect() -> None:
    rows = pilots_panel(lambda rows: rows["model"].map(dict(zip(MODELS, (0.8, 1.2), strict=True))))
    made = by(rows, "model")
    assert ratios(made) == {MODELS[0]: pytest.approx(0.8), MODELS[1]: pytest.approx(1.2)}
    assert made[-1].term == "interaction"
    assert made[-1].p_value < 1e-6
    for ratio, difference in zip(made[:-1:2], made[1:-1:2], strict=True):
        assert difference.estimate == pytest.approx(ratio.expected * (ratio.estimate - 1))


def test_thirds_of_a_column_have_their_effects() -> None:
    thirds = grouped(pilots_panel(), "imd", 3)
    rows = pilots_panel(lambda _: thirds.map({"1": 1.0, "2": 1.1, "3": 1.3}))
    assert ratios(by(rows, "imd", 3)) == {"1": pytest.approx(1), "2": pytest.approx(1.1), "3": pytest.approx(1.3)}


def test_groups_are_of_equal_size_whatever_the_lists() -> None:
    practices = pilots_panel().assign(third=grouped(pilots_panel(), "share_65plus", 3)).drop_duplicates("practice_id")
    sizes = practices["third"].value_counts()
    assert sizes.max() - sizes.min() <= 1
    highest = practices.groupby("third")["share_65plus"].agg(["min", "max"])
    assert (highest["max"].to_numpy()[:-1] < highest["min"].to_numpy()[1:]).all()


def test_more_than_nine_groups_stand_in_their_order() -> None:
    rows = pilots_panel(noise=1).assign(rank=lambda frame: frame["practice_id"].str[1:].astype(int) * 13 % 34)
    assert list(ratios(by(rows, "rank", 10))) == [str(each) for each in range(1, 11)]


def test_two_groups_differ_as_their_contrast_does() -> None:
    rows = pilots_panel(noise=3)
    first, _, second, _, test = by(rows, "model")
    treated = rows["after"].to_numpy()[:, None] & (rows["model"].to_numpy()[:, None] == list(MODELS))
    table = grid(model_panel(rows, treated.astype(float)))
    covariance = jackknifed(fit(table))
    error = (covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]) ** 0.5
    # Six sites less two groups leave four degrees of freedom; each group by itself has three sites.
    contrast = np.log(first.estimate / second.estimate) / error
    assert test.estimate == pytest.approx(contrast**2)
    assert test.p_value == pytest.approx(2 * stats.t.sf(abs(contrast), 4))
    half = np.log(first.ci_high / first.ci_low) / 2
    assert half == pytest.approx(stats.t.ppf(0.975, 2) * covariance[0, 0] ** 0.5)


def test_one_newton_step_is_near_the_refit_without_each_cluster() -> None:
    rows = pilots_panel(noise=5, rate=200.0)
    table = grid(model_panel(rows, rows[["after"]].to_numpy(float)))
    whole, clusters = fit(table), int(table.cluster.max()) + 1
    changes = [
        fit(model_panel(part, part[["after"]].to_numpy(float))).coefficients - whole.coefficients
        for part in (rows[rows["cluster_id"] != each] for each in rows["cluster_id"].unique())
    ]
    exact = (clusters - 1) / clusters * sum(float(each[0]) ** 2 for each in changes)
    assert jackknifed(whole)[0, 0] == pytest.approx(exact, rel=0.03)


FEW = {"P00": "rare", "P03": "rare"}  # a practice of the first site and one of the second


def kinds(rows: pd.DataFrame, few: dict[str, str]) -> pd.DataFrame:
    """Sites in two kinds of three, but for a few practices."""
    usual = rows["site_id"].map({site: "ab"[place % 2] for place, site in enumerate(STARTS)})
    return rows.assign(kind=rows["practice_id"].map(few).fillna(usual))


@pytest.mark.parametrize("few", [{"P00": "rare"}, FEW])
def test_a_group_in_too_few_clusters_has_no_interval_and_is_not_in_the_test(few: dict[str, str]) -> None:
    rows = kinds(pilots_panel(noise=2), few)
    made = by(rows, "kind")
    rare = next(row for row in made if row.subgroup == "rare")
    assert np.isnan([rare.std_error, rare.ci_low, rare.ci_high, rare.p_value]).all()
    assert np.isfinite(rare.estimate)
    others = [row for row in made if row.subgroup in {"a", "b"} and row.scale == "ratio"]
    assert all(row.ci_low < row.estimate < row.ci_high for row in others)
    assert made[-1].p_value == pytest.approx(by_hand(rows, ["a", "b", "rare"]), rel=1e-6)


def by_hand(rows: pd.DataFrame, groups: list[str]) -> float:
    """The test that the first two groups differ, from statsmodels' Poisson model with a dummy for all there is.

    One Newton step without each cluster gives the variance of their contrast; the t distribution has the six sites
    less the two groups as degrees of freedom.
    """
    treated = {each: (rows["after"] & (rows["kind"] == each)).astype(float) for each in groups}
    dummies = pd.get_dummies(rows[["practice_id", "month"]], dtype=float)
    dummies = dummies.drop(columns="month_" + rows["month"].min())
    design = pd.concat([pd.DataFrame(treated), dummies], axis=1)
    model = sm.GLM(rows["count"], design, family=sm.families.Poisson(), offset=np.log(rows["population"])).fit(
        tol=1e-13
    )
    steps, cells = [], design.to_numpy()
    residuals = (rows["count"] - model.fittedvalues).to_numpy()
    for cluster in rows["cluster_id"].unique():
        rest = (rows["cluster_id"] != cluster).to_numpy()
        information = cells[rest].T @ (cells[rest] * model.fittedvalues.to_numpy()[rest, None])
        step = np.linalg.pinv(information) @ (cells[rest].T @ residuals[rest])
        steps.append(step[0] - step[1])
    error = ((len(steps) - 1) / len(steps) * np.sum(np.square(steps))) ** 0.5
    return float(2 * stats.t.sf(abs(model.params[groups[0]] - model.params[groups[1]]) / error, 4))


def test_one_group_in_enough_clusters_has_nothing_to_be_compared_with() -> None:
    kind = dict.fromkeys(STARTS, "common") | {"S01": "rare", "S02": "other", "S03": "other"}
    rows = pilots_panel(noise=2)
    made = heterogeneity(rows.assign(kind=rows["site_id"].map(kind)), "a", "my_check", "kind", None, 0.95)
    assert {row.subgroup for row in made if isinstance(row, Estimate)} == {"common", "rare", "other"}
    (unmade,) = [row for row in made if isinstance(row, NotEstimated)]
    assert (
        unmade.why.sentence == "Whether groups of kind differ cannot be told: 1 group of 3 lies in 3 clusters or more."
    )


def test_too_few_clusters_leave_the_effects_and_say_why_there_is_no_test() -> None:
    rows = pilots_panel(noise=2)
    made = heterogeneity(rows, "admissions", "my_check", "site_id", None, 0.95)
    assert len([row for row in made if isinstance(row, Estimate)]) == 2 * len(STARTS)
    (unmade,) = [row for row in made if isinstance(row, NotEstimated)]
    assert (unmade.outcome, unmade.specification) == ("admissions", "my_check")
    assert "Whether groups of site_id differ cannot be told: 0 groups of 6 lie in 3 clusters" in unmade.why.sentence


def test_practices_without_a_value_are_left_out_where_they_are_pilots() -> None:
    rows = pilots_panel(noise=2)
    missing = rows["practice_id"].isin(["P00", "P20"])
    made = by(rows.assign(imd=rows["imd"].mask(missing)), "imd", 2)
    assert made[0].n_units == rows["practice_id"].nunique() - 1


def test_equal_effects_make_the_whole_effect() -> None:
    rows = pilots_panel(lambda _: 0.9)
    whole = effects(rows, "a", 0.95)[0].estimate
    assert list(ratios(by(rows, "model")).values()) == pytest.approx([whole, whole])


@pytest.mark.parametrize(
    ("column", "groups", "told"),
    [("colour", None, "no column colour"), ("event_time", 2, "changes within a practice"),
     ("model", 3, "holds names"), ("share_65plus", None, "too many for groups"), ("measure", None, "one group")],
)  # fmt: skip
def test_what_makes_no_groups_is_refused(column: str, groups: Any, told: str) -> None:
    with pytest.raises(Problem, match=told):
        by(pilots_panel(noise=1), column, groups)
