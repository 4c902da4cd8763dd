"""Logistic regression with practice effects against published results, another implementation and arithmetic."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from analysis.estimate.continuity.continuity import share_effect
from analysis.estimate.models.fractional import fit, logit_effect, partial_effect
from analysis.estimate.models.weighted_fixed_effects import after, share_panel
from analysis.estimate.numerics.fits.grid import Panel, grid
from analysis.estimates import Estimate
from analysis.steps import Problem

LABELS = {
    "outcome": "upc", "population": "patients", "design": "difference_in_differences",
    "estimator": "fractional_logit", "term": "effect", "specification": "fractional_logit",
}  # fmt: skip


def made(seed: int, units: int = 24, windows: int = 4, noise: float = 0.3) -> pd.DataFrame:
    """Shares of practices in windows; the first half are pilots, of three sites that start one after another."""
    random = np.random.default_rng(seed)
    unit, when = np.repeat(np.arange(units), windows), np.tile(np.arange(windows), units)
    pilot = unit < units // 2
    started = pilot & (when >= 1 + unit % 3 % (windows - 1))
    odds = random.normal(0.4, 0.5, units)[unit] - 0.2 * when - 0.5 * started + noise * random.normal(size=unit.size)
    cluster = [f"site {each % 3}" if own else f"region {each % 4}" for each, own in zip(unit, pilot, strict=True)]
    return pd.DataFrame(
        {
            "practice_id": [f"P{each:02}" for each in unit], "wave": [f"20{10 + each}-04" for each in when],
            "cluster_id": cluster, "pilot": pilot, "after": started, "value": expit(odds),
            "responses": random.integers(20, 500, unit.size),
        }
    )  # fmt: skip


def told(rows: pd.DataFrame) -> Estimate:
    return logit_effect(rows, 0.95, **LABELS)


def test_california_schools_as_published() -> None:
    # Gill (2000), Generalized Linear Models: A Unified Approach, as statsmodels' documentation prints the fit.
    from statsmodels.datasets import star98

    data = star98.load_pandas()
    count, other = data.endog["NABOVE"].to_numpy(float), data.endog["NBELOW"].to_numpy(float)
    columns = ["LOWINC", "PERASIAN", "PERBLACK", "PERHISP", "PERMINTE", "AVYRSEXP", "AVSALK", "PERSPENK", "PTRATIO",
               "PCTAF", "PCTCHRT", "PCTYRRND", "PERMINTE_AVYRSEXP", "PERMINTE_AVSAL", "AVYRSEXP_AVSAL",
               "PERSPEN_PTRATIO", "PERSPEN_PCTAF", "PTRATIO_PCTAF", "PERMINTE_AVYRSEXP_AVSAL",
               "PERSPEN_PTRATIO_PCTAF"]  # fmt: skip
    one = np.zeros(len(count), dtype=int)
    table = grid(Panel(count, count + other, one, one, one, data.exog[columns].to_numpy(float)))
    model = fit(table)
    published = [-0.0168, 0.0099, -0.0187, -0.0142, 0.2545, 0.2407, 0.0804, -1.9522, -0.3341, -0.1690,
                 0.0049, -0.0036, -0.0141, -0.0040, -0.0039, 0.0917, 0.0490, 0.0080, 0.0002, -0.0022]  # fmt: skip
    assert model.parameters == pytest.approx(published, abs=5.1e-5)
    assert model.effects == pytest.approx([2.9589], abs=5.1e-5)


def by_statsmodels(rows: pd.DataFrame) -> tuple[float, float]:
    """Effect and error in points, with a column for each practice and the delta method over all of them."""
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    waves = pd.get_dummies(rows["wave"], drop_first=True, dtype=float)
    design = np.column_stack([rows["after"], waves, pd.get_dummies(rows["practice_id"], dtype=float)]).astype(float)
    groups, names = pd.factorize(rows["cluster_id"])
    counts = np.column_stack([rows["value"], 1 - rows["value"]]) * rows[["responses"]].to_numpy()
    fitted = GLM(counts, design, family=Binomial()).fit(
        tol=1e-12, cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    treated, without = design[rows["after"]], design[rows["after"]].copy()
    without[:, 0] = 0
    weight = rows.loc[rows["after"], "responses"].to_numpy()
    high, low = expit(treated @ fitted.params), expit(without @ fitted.params)
    slope = (treated * (high * (1 - high))[:, None] - without * (low * (1 - low))[:, None]).T @ weight / weight.sum()
    variance = slope @ fitted.cov_params() @ slope * len(names) / (len(names) - 1)
    return 100 * float(weight @ (high - low) / weight.sum()), 100 * float(variance**0.5)


@pytest.mark.parametrize("share", [1.0, 0.8])
def test_agrees_with_dummies(share: float) -> None:
    rows = made(3).sample(frac=share, random_state=1)
    row, (value, std_error) = told(rows), by_statsmodels(rows)
    assert row.estimate == pytest.approx(value, abs=1e-7)
    assert row.std_error == pytest.approx(std_error, rel=1e-6)
    assert row.n_clusters == 7


@given(st.lists(st.floats(0.05, 0.95), min_size=4, max_size=4))
def test_two_groups_at_two_times_are_differences_of_log_odds(shares: list[float]) -> None:
    rows = two_by_two(*shares)
    pilots_before, pilots_after, others_before, others_after = map(logit, shares)
    unmoved = expit(pilots_before + others_after - others_before)
    found = partial_effect(fit(grid(share_panel(rows, after(rows)))))
    assert found.coefficients[0] == pytest.approx(100 * (expit(pilots_after) - unmoved), abs=1e-6)


@given(st.lists(st.floats(0.05, 0.95), min_size=3, max_size=3))
def test_where_the_comparison_stands_still_least_squares_says_the_same(shares: list[float]) -> None:
    rows = two_by_two(shares[0], shares[1], shares[2], shares[2])
    found = partial_effect(fit(grid(share_panel(rows, after(rows)))))
    assert found.coefficients[0] == pytest.approx(100 * (shares[1] - shares[0]), abs=1e-6)


def two_by_two(*shares: float) -> pd.DataFrame:
    """One pilot practice and one other, before and after."""
    return pd.DataFrame(
        {
            "practice_id": ["A", "A", "B", "B"], "wave": ["1", "2"] * 2, "cluster_id": ["A", "A", "B", "B"],
            "after": [False, True, False, False], "value": shares, "responses": [30, 40, 50, 60],
        }
    )  # fmt: skip


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_rows_that_stand_twice_change_nothing(seed: int) -> None:
    rows = made(seed, units=12)
    once, twice = told(rows), told(pd.concat([rows, rows]))
    assert twice.estimate == pytest.approx(once.estimate, abs=1e-7)
    assert twice.std_error == pytest.approx(once.std_error, rel=1e-5)


def test_a_change_of_log_odds_is_found_exactly() -> None:
    rows = made(5, noise=1e-6)
    model = fit(grid(share_panel(rows, after(rows))))
    assert model.parameters[-1] == pytest.approx(-0.5, abs=1e-5)


def test_small_changes_are_those_of_least_squares() -> None:
    # Near one level the logistic curve is straight.
    rows = made(6)
    rows["value"] = 0.6 + 0.01 * (rows["value"] - 0.6)
    linear = share_effect(rows, "upc", 0.95)
    row = told(rows)
    assert row.estimate == pytest.approx(linear.estimate, rel=0.01)
    assert row.std_error == pytest.approx(linear.std_error, rel=0.01)


def test_a_practice_without_any_tells_nothing() -> None:
    rows = made(7)
    empty = rows[rows["practice_id"] == "P00"].assign(practice_id="new", value=0.0)
    row = told(pd.concat([rows, empty]))
    assert row.estimate == pytest.approx(told(rows).estimate, abs=1e-7)


def test_what_has_no_finite_estimate_is_refused() -> None:
    rows = made(8)
    rows.loc[rows["after"], "value"] = 0.0
    with pytest.raises(Problem, match="no finite estimate"):
        told(rows)


@pytest.mark.parametrize(
    ("same", "why"), [({"after": False}, "cannot be told"), ({"cluster_id": "one"}, "one cluster")]
)
def test_what_cannot_be_told_is_refused(same: dict[str, object], why: str) -> None:
    with pytest.raises(Problem, match=why):
        told(made(9).assign(**same))
