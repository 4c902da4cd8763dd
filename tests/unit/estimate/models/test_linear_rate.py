"""The linear model of rates against published results, another implementation and arithmetic."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.estimate.models.effect import PER
from analysis.estimate.models.linear_rate import fit
from analysis.estimate.numerics.fits.poisson import Panel
from analysis.estimate.outcomes.admissions import model_panel
from analysis.steps import Problem
from tests.pilots_panel import pilots_panel


def test_county_teen_employment_as_published() -> None:
    # Data of R did; fixest 0.12.2 gives this coefficient, and this error with (n-1)/(n-K) beside G/(G-1).
    spec = find_spec("moderndid")
    assert spec is not None
    assert spec.origin is not None
    data = pd.read_pickle(Path(spec.origin).parent / "core/datasets/mpdta_long.pkl.gz")
    unit, year = pd.factorize(data["countyreal"])[0], pd.factorize(data["year"])[0]
    treated = (data["first.treat"] > 0) & (data["year"] >= data["first.treat"])
    found = fit(
        Panel(
            data["lemp"].to_numpy(float) / PER, np.ones(len(data)), unit, year, unit, treated.to_numpy(float)[:, None]
        )
    )
    rows, terms = len(data), 5 + 1  # years and the coefficient; counties are nested in clusters
    assert found.coefficients[0] == pytest.approx(-0.036549, abs=5e-7)
    error = (found.covariance[0, 0] * (rows - 1) / (rows - terms)) ** 0.5
    assert error == pytest.approx(0.013265, abs=5e-7)


def test_two_by_two_is_the_difference_of_differences() -> None:
    count = np.array([20.0, 30, 10, 12, 24, 26, 8, 14])
    unit, month = np.repeat(np.arange(4), 2), np.tile(np.arange(2), 4)
    treated = ((unit < 2) & (month == 1)).astype(float)[:, None]
    found = fit(Panel(count, np.full(8, 1000.0), unit, month, unit, treated))
    change = (10 + 2) / 2 - (2 + 6) / 2
    assert found.coefficients[0] == pytest.approx(change * 12)
    # Changes are 10 and 2, 2 and 6: their distances from their group's mean, over two for the mean of two, squared.
    distances = np.array([4, -4, -2, 2]) * 12 / 2
    assert found.covariance[0, 0] == pytest.approx(4 / 3 * distances @ distances)
    assert (found.df, found.clusters, found.log) == (3, 4, False)


def by_statsmodels(panel: Panel) -> tuple[np.ndarray, np.ndarray]:
    """The same with a dummy for each unit and month."""
    from statsmodels.regression.linear_model import WLS

    size, groups = panel.covariates.shape[1], int(panel.cluster.max()) + 1
    units, months = np.eye(panel.unit.max() + 1)[panel.unit], np.eye(panel.month.max() + 1)[panel.month][:, 1:]
    model = WLS(PER * panel.count / panel.exposure, np.hstack([panel.covariates, units, months]), panel.exposure)
    fitted = model.fit(cov_type="cluster", cov_kwds={"groups": panel.cluster, "use_correction": False})
    return fitted.params[:size], fitted.cov_params()[:size, :size] * groups / (groups - 1)


@pytest.mark.parametrize("share", [1.0, 0.8])
def test_agrees_with_dummies(share: float) -> None:
    random, rows = np.random.default_rng(4), pilots_panel(noise=5).query('month < "2008-07"')
    extra, keep = random.normal(size=len(rows)), random.random(len(rows)) < share
    panel = model_panel(rows[keep], np.column_stack([rows["after"], extra])[keep].astype(float))
    found, (coefficients, covariance) = fit(panel), by_statsmodels(panel)
    assert found.coefficients == pytest.approx(coefficients, rel=1e-7)
    assert found.covariance == pytest.approx(covariance, rel=1e-6)


def test_rates_that_add_up_are_found_exactly() -> None:
    rows = pilots_panel(lambda _: 25.0, additive=True)
    found = fit(model_panel(rows, rows[["after"]].to_numpy(float)))
    assert found.coefficients[0] == pytest.approx(25.0)


@pytest.mark.parametrize("column", ["pilot", "list_size"])
def test_a_covariate_of_the_practice_alone_is_refused(column: str) -> None:
    rows = pilots_panel(noise=1)
    with pytest.raises(Problem, match="cannot be told from the practice and month effects"):
        fit(model_panel(rows, rows[[column]].to_numpy(float)))


def test_one_cluster_is_refused() -> None:
    rows = pilots_panel(noise=1).assign(cluster_id="all")
    with pytest.raises(Problem, match="one cluster"):
        fit(model_panel(rows, rows[["after"]].to_numpy(float)))
