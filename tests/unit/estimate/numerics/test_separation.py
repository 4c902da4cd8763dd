"""Separation: cases whose answer their authors print, a linear program as another judge, and what becomes of models."""

from dataclasses import replace
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from analysis.estimate.designs.staggered import staggered_rows
from analysis.estimate.experiment.experiment import fit as experiment_fit
from analysis.estimate.inference.few_clusters import METHODS
from analysis.estimate.inference.primary import Primary
from analysis.estimate.models.group_means import group_means
from analysis.estimate.models.negative_binomial import negative_binomial
from analysis.estimate.models.quasi_poisson import fit as quasi_fit
from analysis.estimate.models.regression import poisson
from analysis.estimate.numerics.fits import rectifier
from analysis.estimate.numerics.fits.grid import Floats, Panel, grid
from analysis.estimate.numerics.fits.poisson import fit
from analysis.estimate.numerics.fits.rectifier import bounded, rectified
from analysis.estimate.numerics.fits.segmented import Series, segmented
from analysis.estimate.numerics.fits.separation import cleared
from analysis.estimate.outcomes.event_study import periods
from analysis.estimate.robustness.heterogeneity import heterogeneity
from analysis.estimates import Estimate, NotEstimated
from analysis.plan.designs import Method, Staggered
from analysis.steps import Problem
from tests.cluster_world import clustered, dummies, taken

# Correia, Guimarães & Zylkin, guides of ppmlhdfe: "Statistical separation in Poisson models" prints these tables with
# what is separated in them and the estimates that are left.
TWO_TERMS = """
0 0 1 0;0 0 0 0;0 0 0 0;0 0 0 0;0 1 9 0;2 21 21 21;3 0 0 0;5 0 0 0;7 0 0 0;10 -18 -18 0
"""
FIFTH = """
0 0 0 2 10;0 0 0 0 -2;0 0 0 0 6;0 0 0 4 5;0 1 0 0 3;2 0 0 0 3;2 0 0 0 4;2 0 0 -2 15;2 0 0 0 -7;4 0 0 -3 15;
6 -3 -3 0 4;6 0 0 0 4
"""
MIXTURE = "0 2 -1;0 -1 2;0 0 0;1 0 0;2 5 -10;3 6 -12"  # z = 2 x1 + x2
ONE = "0 1;0 1;0 0;1 0;2 0;3 0"
EVERY = """
0 14 4 0 -12;0 0 35 34 12;0 0 3 0 17;0 0 0 0 1;0 0 0 -2 7;0 0 25 0 12;0 0 13 0 60;0 0 15 0 7;0 1 0 7 -24;9 0 0 0 18;
4 2 0 6 -1;2 1 0 0 -7
"""


def read(text: str) -> tuple[Floats, Floats]:
    """Counts, and the terms with a constant last."""
    rows = np.array([line.split() for line in text.replace("\n", "").split(";")], dtype=float)
    return rows[:, 0], np.column_stack([rows[:, 1:], np.ones(len(rows))])


def by_program(count: Floats, design: Floats) -> "np.ndarray":
    """Which rows are separated: the direction that lifts most rows without events, nought where there are events."""
    empty, terms = np.flatnonzero(count == 0), design.shape[1]
    lifted = np.zeros(len(count), dtype=bool)
    if len(empty):
        solved = linprog(
            np.append(np.zeros(terms), -np.ones(len(empty))),
            A_ub=np.hstack([-design[empty], np.eye(len(empty))]), b_ub=np.zeros(len(empty)),
            A_eq=np.hstack([design[count > 0], np.zeros(((count > 0).sum(), len(empty)))]),
            b_eq=np.zeros((count > 0).sum()), bounds=[*[(None, None)] * terms, *[(0, 1)] * len(empty)],
        )  # fmt: skip
        lifted[empty] = solved.x[terms:] > 0.5
    return lifted


@pytest.mark.parametrize(
    ("text", "rows"), [(TWO_TERMS, [0, 4]), (FIFTH, [4]), (MIXTURE, [0]), (ONE, [0, 1]), ("0 1;0 0;1 1;2 0", [])]
)
def test_the_rows_that_their_authors_name(text: str, rows: list[int]) -> None:
    count, design = read(text)
    assert np.flatnonzero(~bounded(count, design).kept).tolist() == rows
    assert np.flatnonzero(by_program(count, design)).tolist() == rows


def test_a_model_that_fits_every_zero_has_no_estimate() -> None:
    count, design = read(EVERY)
    assert (~bounded(count, design).kept).tolist() == (count == 0).tolist() == by_program(count, design).tolist()


def fitted(text: str) -> pd.Series:
    count, values = read(text)
    design = pd.DataFrame(values, columns=[*(f"x{i}" for i in range(1, values.shape[1])), "constant"])
    return poisson(pd.Series(count), pd.Series(np.ones(len(count))), design, pd.Series(range(len(count)))).params


def test_the_estimates_that_are_left_are_as_published() -> None:
    two, fifth = fitted(TWO_TERMS), fitted(FIFTH)
    assert two["x3"] == pytest.approx(0.066, abs=5e-4)
    assert fifth[["constant", "x3", "x4"]].to_numpy() == pytest.approx([0.59095, -0.47085, -0.03779], abs=5e-6)
    # One of the two terms has to go, and either would do: neither is an estimate.
    assert two[["x1", "x2"]].isna().all()
    assert fifth[["x1", "x2"]].isna().all()


def test_fixed_effects_together_separate_what_neither_does_alone() -> None:
    """Printed in the guide: unit 2 in month 1 is separated, and only the rectifier finds it."""
    unit, month, count = np.array([0, 0, 1, 1, 1]), np.array([0, 0, 0, 1, 1]), np.array([0.0, 1, 0, 0, 1])
    panel = Panel(count, np.ones(5), unit, month, unit, np.zeros((5, 1)))
    table = grid(panel)
    found = cleared(table, np.ones(2, dtype=bool))
    lost = (table.exposure > 0) & (found.table.exposure == 0)
    assert found.separated == lost.sum() == 1
    assert lost[1, : lost.shape[1] // 2].any()
    assert np.flatnonzero(by_program(count, dummies(panel))).tolist() == [2]


def test_no_separation_stays_where_a_few_events_connect() -> None:
    """The guide's other example: three more rows in that cell, with few events each, and nothing is separated."""
    unit, month = np.array([0, 0, 1, 1, 1, 1, 1, 1]), np.array([0, 0, 0, 1, 1, 0, 0, 0])
    count = np.array([0, 1, 0, 0, 1, 1e-6, 1e-6, 1e-6])
    panel = Panel(count, np.ones(8), unit, month, unit, np.zeros((8, 1)))
    assert cleared(grid(panel), np.ones(2, dtype=bool)).separated == 0


@st.composite
def sparse(draw: st.DrawFn) -> Panel:
    """A small panel with few events and two covariates of a few values."""
    units, months = draw(st.integers(2, 5)), draw(st.integers(2, 4))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    unit, month = np.repeat(np.arange(units), months), np.tile(np.arange(months), units)
    covariates = random.integers(-1, 3, (unit.size, 2)) * draw(st.sampled_from([1.0, 1000.0]))
    count = random.poisson(draw(st.sampled_from([0.3, 0.7])), unit.size).astype(float)
    return Panel(count, random.uniform(0.5, 2, unit.size), unit, month, unit, covariates)


@pytest.mark.parametrize("most", [1, rectifier.MOST])
@given(panel=sparse())
def test_a_linear_program_finds_the_same(most: int, panel: Panel) -> None:
    """Whether the rectifier arrives, or hands over to its own program at once."""
    with mock.patch.object(rectifier, "MOST", most):
        _finds_the_same(panel)


def _finds_the_same(panel: Panel) -> None:
    table = grid(panel)
    some = panel.count.reshape(table.count.shape).any(axis=1)[panel.unit]
    found = cleared(table, np.ones(table.size, dtype=bool))
    # Units without any event are left where they are: the likelihood does not see them.
    expected = by_program(panel.count, dummies(panel)) & some
    assert ((table.exposure > 0) & (found.table.exposure == 0)).ravel().tolist() == expected.tolist()


@given(sparse())
def test_what_is_estimated_is_the_maximum_of_the_rows_that_are_left(panel: Panel) -> None:
    """A coefficient that is told changes with no choice of terms: those of least norm on the kept rows agree."""
    try:
        found = fit(panel)
    except Problem:
        return
    kept = (found.data.table.exposure > 0).ravel() & (found.data.table.count.sum(1) > 0)[panel.unit]
    rows = taken(panel, np.flatnonzero(kept))
    design, told = dummies(rows), found.data.identified
    beta = np.zeros(design.shape[1])
    for _ in range(200):
        mean = rows.exposure * np.exp(design @ beta)
        step = np.linalg.lstsq(design * np.sqrt(mean)[:, None], (rows.count - mean) / np.sqrt(mean), rcond=1e-9)[0]
        beta += step * min(1, 1 / np.abs(step).max()) if np.abs(step).max() > 0 else 0
    if np.abs(design.T @ (rows.count - rows.exposure * np.exp(design @ beta))).max() < 1e-7:
        assert found.coefficients[told] == pytest.approx(beta[-2:][told], abs=1e-3)


@given(st.integers(0, 10_000))
def test_the_rectifier_finds_all_that_a_program_finds(seed: int) -> None:
    random = np.random.default_rng(seed)
    values = random.integers(-1, 2, (random.integers(1, 9), random.integers(1, 4))).astype(float)
    rows = np.column_stack([np.zeros(len(values)), values])[:, 1:]
    # A row with events at nought, so that the program has something to hold on to.
    count = np.append(np.zeros(len(rows)), 1.0)
    assert rectified(values).tolist() == by_program(count, np.vstack([rows, np.zeros(rows.shape[1])]))[:-1].tolist()


def test_the_separated_practice_months_are_as_if_they_were_not_there() -> None:
    panel = clustered(8, {0: 2, 1: 3, 2: 2}, 0.1, seed=4)
    lone = np.zeros(panel.count.size)
    lone[np.flatnonzero(panel.unit == 9)[:2]] = 1  # a term of two cells without events
    count = np.where(lone == 1, 0, panel.count)
    found = fit(replace(panel, count=count, covariates=np.column_stack([panel.covariates, lone])))
    plain = fit(taken(panel, np.flatnonzero(lone == 0)))
    assert (found.data.separated, found.data.identified.tolist()) == (2, [True, False])
    assert found.coefficients[0] == pytest.approx(plain.coefficients[0], abs=1e-9)
    assert found.covariance[0, 0] == pytest.approx(plain.covariance[0, 0], rel=1e-8)
    assert np.isnan([found.coefficients[1], found.covariance[1, 1], found.covariance[0, 1]]).all()


def test_the_dispersion_leaves_separated_rows_out() -> None:
    panel = clustered(8, {0: 2, 1: 3, 2: 2}, 0.1, seed=4)
    lone = (np.arange(panel.count.size) == 59).astype(float)
    count = np.where(lone == 1, 0, panel.count)
    found = quasi_fit(replace(panel, count=count, covariates=np.column_stack([panel.covariates, lone])))
    plain = quasi_fit(taken(panel, np.flatnonzero(lone == 0)))
    assert found.df == plain.df
    assert found.covariance[0, 0] == pytest.approx(plain.covariance[0, 0], rel=1e-8)


def test_a_month_without_events_tells_nothing_and_stops_nothing() -> None:
    panel = clustered(8, {0: 2, 1: 3, 2: 2}, 0.1, seed=4)
    found = fit(replace(panel, count=np.where(panel.month == 4, 0, panel.count)))
    plain = fit(taken(panel, np.flatnonzero(panel.month != 4)))
    assert found.coefficients == pytest.approx(plain.coefficients, abs=1e-9)
    assert found.covariance == pytest.approx(plain.covariance, rel=1e-8)


def world(
    *, empty: "dict[tuple[int, int], list[int]] | None" = None, starts: tuple[int, ...] = (12, 12)
) -> pd.DataFrame:
    """Four sites and six areas of two practices, 24 months; `empty` names sites and the months in which they have 0."""
    random = np.random.default_rng(11)
    rows = []
    for cluster in range(10):
        pilot, start = cluster < 4, starts[cluster % len(starts)]
        for practice in range(2):
            count = random.poisson(6 * np.exp(random.normal(0, 0.2)), 24)
            columns = {
                "practice_id": f"P{cluster}{practice}", "site_id": f"S{cluster}" if pilot else "",
                "cluster_id": f"site S{cluster}" if pilot else f"area {cluster}", "pilot": pilot,
                "model": "AB"[cluster % 2], "month": [str(m) for m in pd.period_range("2009-01", periods=24, freq="M")],
                "measure": "emergency", "count": count.astype(float), "population": 1000.0,
                "event_time": np.arange(24) - start if pilot else np.nan, "after": (np.arange(24) >= start) & pilot,
            }  # fmt: skip
            rows.append(pd.DataFrame(columns))
    frame = pd.concat(rows, ignore_index=True)
    month = frame.groupby("practice_id").cumcount()
    for (first, last), sites in (empty or {}).items():
        gone = frame["pilot"] & frame["site_id"].isin([f"S{each}" for each in sites]) & month.between(first, last)
        frame.loc[gone, "count"] = 0.0
    return frame


def test_pilots_without_events_in_the_reference_period() -> None:
    with pytest.raises(Problem, match="no event in the 3 months before their start"):
        periods(world(empty={(9, 11): [0, 1, 2, 3]}), "e", 3, 0.95)


def test_a_period_without_events_is_named_and_the_others_stay() -> None:
    found = periods(world(empty={(3, 5): [0, 1, 2, 3]}), "e", 3, 0.95)
    unmade = [row for row in found if isinstance(row, NotEstimated)]
    assert unmade[0].specification == "period -3"
    assert "In period -3 from the start" in unmade[0].why.sentence
    whole = {row.horizon: row.estimate for row in periods(world(), "e", 3, 0.95) if isinstance(row, Estimate)}
    rest = {row.horizon: row for row in found if isinstance(row, Estimate) and row.term == "period"}
    assert set(rest) == {"-4", "-2", "0", "1", "2", "3"}
    assert max(row.estimate for row in rest.values()) < 3
    assert rest["0"].estimate == pytest.approx(whole["0"], rel=0.05)
    assert rest["0"].n_obs == 480 - 24  # eight practices for three months


def test_a_cohort_without_events_before_its_start_leaves_the_others_theirs() -> None:
    frame, settings = world(empty={(0, 11): [0, 2]}, starts=(12, 15)), Staggered(estimators=("etwfe_poisson",))
    found = staggered_rows(frame, "e", "emergency", settings, 0.95)
    unmade = {row.specification: row.why.sentence for row in found if isinstance(row, NotEstimated)}
    assert unmade["primary"] == "Practices that start in 2010-01 have no events before their start to compare with."
    assert "cohort 2010-01" in unmade
    other = next(row for row in found if isinstance(row, Estimate) and row.horizon == "2010-04")
    assert 0.5 < other.estimate < 2
    assert all(row.estimate < 1000 for row in found if isinstance(row, Estimate) and row.scale == "ratio")


def test_a_group_without_events_before_its_start_leaves_the_others_theirs() -> None:
    found = heterogeneity(world(empty={(0, 11): [0, 2]}), "e", "by_model", "model", None, 0.95)
    made = {row.subgroup: row for row in found if isinstance(row, Estimate) and row.scale == "ratio"}
    assert set(made) == {"B"}
    assert 0.5 < made["B"].estimate < 2
    unmade = next(row for row in found if isinstance(row, NotEstimated))
    assert unmade.why.sentence == "The pilot practices of the group A have no events before their start."


def test_a_negative_binomial_model_is_separated_as_a_poisson_model_is() -> None:
    random = np.random.default_rng(3)
    group, x = np.repeat([0.0, 1.0], [180, 20]), random.normal(size=200)
    count = random.negative_binomial(2, 0.4, 200) * (group == 0)
    design = pd.DataFrame({"group": group, "x": x, "constant": 1.0})
    cluster, base = pd.Series(np.arange(200) % 20), pd.Series(np.ones(200))
    found = negative_binomial(pd.Series(count), base, design, cluster)
    kept = group == 0
    plain = negative_binomial(pd.Series(count[kept]), base[kept], design.loc[kept, ["x", "constant"]], cluster[kept])
    assert np.isnan(found.fit.params["group"])
    assert found.fit.params[["x", "constant"]].to_numpy() == pytest.approx(plain.fit.params.to_numpy())
    assert found.alpha == pytest.approx(plain.alpha)


def test_a_group_without_events_has_no_mean_and_the_others_have() -> None:
    values = pd.Series(np.arange(40.0))
    count, base = pd.Series(np.where(values < 10, 0.0, 2.0 + 2 * (values % 2))), pd.Series(np.full(40, 100.0))
    labels = {"outcome": "o", "population": "p", "design": "d", "estimator": "e", "term": "mean"}
    rows = group_means(values, 4, lambda d: poisson(count, base, d, pd.Series(np.arange(40) % 7)), 0.95, **labels)
    assert isinstance(rows[0], NotEstimated)
    assert [row.estimate for row in rows[1:] if isinstance(row, Estimate)] == pytest.approx([30.0] * 3)


def test_a_series_whose_season_has_no_bound_is_not_estimated() -> None:
    count = np.zeros(36)
    count[[5, 30]] = 4
    with pytest.raises(Problem, match="no bound"):
        segmented(Series(count, np.full(36, 1000.0), 24), 2)


@pytest.mark.parametrize("method", ["crv3", "score_bootstrap", "randomisation"])
def test_few_clusters_are_told_of_the_rows_that_are_left(method: Method) -> None:
    frame = world()
    empty = frame.assign(count=frame["count"].where(frame["month"] != "2009-07", 0.0))
    without = frame[frame["month"] != "2009-07"].reset_index(drop=True)
    one, two = (
        METHODS[method]["poisson_fixed_effects"](Primary(each, "e", "emergency", 999, 0.95))
        for each in (empty, without)
    )
    assert one.p_value == pytest.approx(two.p_value, abs=1e-9)
    assert one.estimate == pytest.approx(two.estimate)


def test_a_stratum_of_an_experiment_without_events_leaves_the_arms_their_ratios() -> None:
    random = np.random.default_rng(2)
    arm, stratum = random.integers(0, 2, 300), np.repeat([0, 1, 2], 100)
    visits = random.poisson(2.0, 300) * (stratum != 2)
    rows = pd.DataFrame({"person_id": np.arange(300), "arm": arm, "stratum": stratum, "visits": visits})
    held = pd.get_dummies(rows["stratum"], prefix="s", drop_first=True, dtype=float)
    design = held.assign(arm=rows["arm"], constant=1.0)
    found = experiment_fit(rows, "visits", design)
    kept = rows["stratum"] != 2
    plain = experiment_fit(rows[kept], "visits", design.loc[kept].drop(columns="s_2"))
    assert np.isnan(found.coefficients[1])
    assert found.coefficients[[0, 2, 3]] == pytest.approx(plain.coefficients, abs=1e-8)
    assert np.diag(found.covariance)[[0, 2, 3]] == pytest.approx(np.diag(plain.covariance), rel=1e-6)
