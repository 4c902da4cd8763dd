"""Negative binomial regression against what Stata's nbreg and R's glm.nb print, and against the likelihood itself."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.discrete.tests.results as carried
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.datasets import randhie

from analysis.estimate.models.negative_binomial import negative_binomial
from analysis.estimate.models.regression import poisson
from analysis.steps import Problem


@pytest.fixture(scope="module")
def ships() -> pd.DataFrame:
    """Damage to ships by type, years of construction and operation (McCullagh & Nelder 1989, table 6.2)."""
    return pd.read_csv(Path(carried.__file__).parent / "ships.csv").dropna()


def test_the_clustered_errors_are_those_of_stata(ships: pd.DataFrame) -> None:
    # nbreg accident yr_con op_75_79, exposure(service) vce(cluster ship), in statsmodels' own tests.
    design = ships[["yr_con", "op_75_79"]].assign(constant=1.0).astype(float)
    found = negative_binomial(ships["accident"], ships["service"], design, ships["ship"].astype(str))
    assert found.fit.params.tolist() == pytest.approx([0.28503763, 0.17127004, -6.59086390], abs=1e-6)
    errors = np.sqrt(np.diag(found.fit.covariance)).tolist()
    assert errors == pytest.approx([0.14270990, 0.17997187, 0.62542747], abs=1e-6)
    assert (found.alpha, found.alpha_error) == pytest.approx((0.24574221, 0.21276214), abs=1e-6)
    assert found.fit.clusters == 5


def test_doctor_visits_in_the_health_insurance_experiment() -> None:
    # 20,190 person-years; R's MASS::glm.nb, in statsmodels' own tests (RandHIE.negativebinomial_nb2_bfgs).
    data = randhie.load().data
    design = data.drop(columns="mdvis").assign(constant=1.0).astype(float)
    found = negative_binomial(
        data["mdvis"], pd.Series(1.0, data.index), design, pd.Series([f"{number % 100}" for number in data.index])
    )
    printed = {
        "lncoins": -0.05794695, "idp": -0.26778772, "lpi": 0.04120608, "fmde": -0.03813768, "physlm": 0.26891577,
        "disea": 0.03816374, "hlthg": -0.04413388, "hlthf": 0.01725218, "hlthp": 0.17796079, "constant": 0.66355609,
    }  # fmt: skip
    assert found.fit.params.to_dict() == pytest.approx(printed, rel=1e-3)
    # R reports theta = 1/alpha; alpha itself is what Stata's nbreg prints.
    assert found.alpha == pytest.approx(1.29295334, rel=1e-5)


def sample(seed: int, size: int, alpha: float, rate: float) -> tuple[pd.DataFrame, "pd.Series[float]"]:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": random.normal(size=size), "constant": 1.0})
    months = pd.Series(random.uniform(6, 24, size))
    mean = np.exp(frame["x"] * 0.3 + np.log(rate)) * months
    unseen = random.gamma(1 / alpha, alpha, size) if alpha else 1.0
    return frame.assign(count=random.poisson(mean * unseen)), months


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.3, 3.0))
def test_no_other_alpha_is_more_likely(seed: int, alpha: float) -> None:
    from scipy.stats import nbinom

    frame, months = sample(seed, 600, alpha, 0.1)
    found = negative_binomial(
        frame["count"], months, frame[["x", "constant"]], pd.Series([f"{at % 30}" for at in frame.index])
    )

    def likelihood(slope: float, alpha: float) -> float:
        mean = months * np.exp(slope * frame["x"] + found.fit.params["constant"])
        return float(nbinom.logpmf(frame["count"], 1 / alpha, 1 / (1 + alpha * mean)).sum())

    slope = found.fit.params["x"]
    best = likelihood(slope, found.alpha)
    for step in (0.99, 1.01):
        assert likelihood(slope, found.alpha * step) < best
        assert likelihood(slope * step, found.alpha) < best


def test_counts_that_vary_no_more_than_poissons_give_that_regression() -> None:
    frame, months = sample(1, 400, 0, 0.1)
    frame["count"] = np.round(months * 0.1)
    cluster = pd.Series([f"{at % 20}" for at in frame.index])
    found = negative_binomial(frame["count"], months, frame[["x", "constant"]], cluster)
    expected = poisson(frame["count"], months, frame[["x", "constant"]], cluster)
    assert found.alpha == 0
    assert np.isnan(found.alpha_error)
    assert found.fit.combined({"x": 1.0}) == pytest.approx(expected.combined({"x": 1.0}))


def test_what_cannot_be_fitted_is_told() -> None:
    frame, months = sample(1, 100, 1, 0.1)
    cluster = pd.Series([f"{at % 10}" for at in frame.index])
    with pytest.raises(Problem, match="no events"):
        negative_binomial(frame["count"] * 0, months, frame[["x", "constant"]], cluster)
    with pytest.raises(Problem, match="one cluster"):
        negative_binomial(frame["count"], months, frame[["x", "constant"]], cluster.map(lambda _: "one"))
    with pytest.raises(Problem, match="cannot be told from one another"):
        negative_binomial(frame["count"], months, frame[["x", "constant"]].assign(again=frame["x"]), cluster)
