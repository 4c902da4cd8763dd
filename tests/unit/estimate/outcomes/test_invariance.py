"""What must not change an estimate: names, order, how a practice is counted, the unit of population, silent practices.

Each holds exactly for the difference-in-differences and the event study, so any difference is a fault of the code.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimate.numerics.fits.likelihood import expected
from analysis.estimate.numerics.fits.poisson import fit, grid
from analysis.estimate.outcomes.admissions import effects, model_panel
from analysis.estimate.outcomes.event_study import periods
from analysis.estimates import Estimate
from tests.pilots_panel import pilots_panel

Model = Callable[[pd.DataFrame], list[Estimate]]
POISSON: Model = lambda rows: effects(rows, "e", 0.95)  # noqa: E731
LINEAR: Model = lambda rows: effects(rows, "e", 0.95, "linear_rate")  # noqa: E731
EVENTS: Model = lambda rows: periods(rows, "e", 6, 0.95)  # noqa: E731
ALL = pytest.mark.parametrize("model", [POISSON, LINEAR, EVENTS], ids=["poisson", "linear", "event study"])
LOG = pytest.mark.parametrize("model", [POISSON, EVENTS], ids=["poisson", "event study"])
NUMBERS = ("estimate", "std_error", "ci_low", "ci_high", "p_value")
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=10)


@st.composite
def panels(draw: st.DrawFn) -> pd.DataFrame:
    """A noisy panel, perhaps with missing cells."""
    seed = draw(seeds)
    rows = pilots_panel(lambda _: draw(st.floats(0.7, 1.4)), noise=seed)
    keep = np.random.default_rng(seed).random(len(rows)) < draw(st.sampled_from([1.0, 0.95]))
    return rows[keep].reset_index(drop=True)


def same(first: list[Estimate], second: list[Estimate], scale: dict[str, float] | None = None) -> None:
    """The same numbers; `scale` is the factor of a scale's estimates, errors and limits."""
    assert [(row.term, row.horizon, row.scale) for row in first] == [
        (row.term, row.horizon, row.scale) for row in second
    ]
    for one, other in zip(first, second, strict=True):
        factor = (scale or {}).get(one.scale, 1.0)
        for name in NUMBERS:
            times = 1.0 if name == "p_value" else factor
            assert getattr(other, name) == pytest.approx(times * getattr(one, name), rel=1e-6, abs=1e-9, nan_ok=True)


@ALL
@given(rows=panels(), seed=seeds)
@few
def test_names_are_names(model: Model, rows: pd.DataFrame, seed: int) -> None:
    random = np.random.default_rng(seed)

    def renamed(values: pd.Series) -> pd.Series:
        known = values[values != ""].unique()
        return values.map(dict(zip(known, random.permutation(known), strict=True)) | {"": ""})

    columns = {name: renamed(rows[name]) for name in ("practice_id", "site_id", "cluster_id", "region")}
    same(model(rows), model(rows.assign(**columns)))


@ALL
@given(rows=panels(), seed=seeds)
@few
def test_order_does_not_matter(model: Model, rows: pd.DataFrame, seed: int) -> None:
    same(model(rows), model(rows.sample(frac=1, random_state=seed % 2**32)))


@ALL
@given(rows=panels(), share=st.floats(0.05, 0.95), seed=seeds)
@few
def test_a_practice_split_in_two_is_the_same_patients(
    model: Model, rows: pd.DataFrame, share: float, seed: int
) -> None:
    """Patients are shared out evenly over time and events in any way at all: only their sum tells anything."""
    random = np.random.default_rng(seed)
    one = rows["practice_id"] == random.choice(rows["practice_id"].unique())
    first = random.binomial(rows["count"], share)
    parts = rows.assign(
        count=rows["count"].mask(one, first), population=rows["population"].mask(one, lambda p: p * share)
    )
    rest = rows[one].assign(
        practice_id="P99", count=(rows["count"] - first)[one], population=lambda each: each["population"] * (1 - share)
    )
    same(model(rows), model(pd.concat([parts, rest], ignore_index=True)))


@ALL
@given(rows=panels(), factor=st.floats(0.01, 100))
@few
def test_population_in_another_unit(model: Model, rows: pd.DataFrame, factor: float) -> None:
    scaled = rows.assign(population=rows["population"] * factor)
    same(model(rows), model(scaled), {"difference": 1 / factor})


@ALL
@given(rows=panels(), factor=st.integers(2, 9))
@few
def test_every_event_told_several_times(model: Model, rows: pd.DataFrame, factor: int) -> None:
    same(model(rows), model(rows.assign(count=rows["count"] * factor)), {"difference": factor})


@LOG
@given(rows=panels(), cluster=st.sampled_from(["region R1", "region R8"]), size=st.floats(1, 1e5))
@few
def test_a_practice_without_events_tells_nothing_of_ratios(
    model: Model, rows: pd.DataFrame, cluster: str, size: float
) -> None:
    """Not so for rates: there a practice at nought that stays at nought is evidence that rates do not move."""
    some = rows[rows["practice_id"] == rows.loc[rows["cluster_id"] == cluster, "practice_id"].iloc[0]]
    silent = some.assign(practice_id="P99", count=0, population=size)
    same(model(rows), model(pd.concat([rows, silent], ignore_index=True)))


@given(rows=panels())
@few
def test_expected_events_add_up_to_those_observed(rows: pd.DataFrame) -> None:
    """By practice, by month, and among pilots after their start."""
    panel = model_panel(rows, rows[["after"]].to_numpy(float))
    table = grid(panel)
    mean = expected(table, fit(table).parameters)
    total = panel.count.sum()
    assert mean.sum(1) == pytest.approx(table.count.sum(1), abs=1e-8 * total)
    assert mean.sum(0) == pytest.approx(table.count.sum(0), abs=1e-8 * total)
    treated = table.covariates[:, :, 0] > 0
    assert mean[treated].sum() == pytest.approx(table.count[treated].sum(), abs=1e-8 * total)
