"""Quasi-Poisson against dummies in statsmodels, and what the dispersion does."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.estimate.models.quasi_poisson import fit
from analysis.estimate.numerics.fits import poisson
from analysis.estimate.numerics.fits.poisson import Panel
from analysis.estimate.outcomes.admissions import model_panel
from analysis.steps import Problem
from tests.pilots_panel import pilots_panel


def panel(seed: int = 3) -> Panel:
    rows = pilots_panel(noise=seed)
    return model_panel(rows, np.column_stack([rows["after"], rows["event_time"].clip(lower=0).fillna(0)]).astype(float))


def some(whole: Panel, rows: "np.ndarray") -> Panel:
    return Panel(*(getattr(whole, name)[rows] for name in Panel.__dataclass_fields__))


def test_agrees_with_dummies_and_a_dispersion() -> None:
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    data = some(panel(), np.random.default_rng(1).random(panel().count.size) < 0.9)
    dummies = [np.eye(data.unit.max() + 1)[data.unit], np.eye(data.month.max() + 1)[data.month][:, 1:]]
    model = GLM(data.count, np.hstack([data.covariates, *dummies]), family=Poisson(), offset=np.log(data.exposure))
    fitted = model.fit(scale="X2", tol=1e-12)
    found = fit(data)
    assert found.coefficients == pytest.approx(fitted.params[:2], rel=1e-6)
    assert found.covariance == pytest.approx(np.asarray(fitted.cov_params())[:2, :2], rel=1e-6)
    assert (found.df, found.clusters) == (fitted.df_resid, 0)


def test_estimates_are_those_of_poisson() -> None:
    assert fit(panel()).coefficients == pytest.approx(poisson.fit(panel()).coefficients, rel=1e-12)


def test_counts_in_tens_have_ten_times_the_variance() -> None:
    # Ten events for each one: the estimate stays, Poisson's information and Pearson's chi-squared both grow tenfold.
    plain, tens = fit(panel()), fit(replace(panel(), count=10 * panel().count))
    assert tens.covariance == pytest.approx(plain.covariance, rel=1e-8)


def test_a_practice_without_events_counts_for_nothing() -> None:
    whole = panel()
    silent = replace(whole, count=np.where(whole.unit == whole.unit.max(), 0, whole.count))
    without = some(silent, silent.unit < silent.unit.max())
    assert fit(silent).covariance == pytest.approx(fit(without).covariance, rel=1e-8)
    assert fit(silent).df == fit(without).df


def test_more_terms_than_rows_are_refused() -> None:
    unit, month = np.repeat(np.arange(3), 2), np.tile(np.arange(2), 3)
    random = np.random.default_rng(2)
    covariates = random.normal(size=(6, 2))
    with pytest.raises(Problem, match="as many terms as rows"):
        fit(Panel(random.poisson(9, 6).astype(float), np.ones(6), unit, month, unit, covariates))
