"""Each site against its own past: the truth that was put in, statsmodels by hand, and series that are too short."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from statsmodels.genmod.families import Poisson

from analysis.commands.arguments import flat
from analysis.estimate.designs.interrupted import interrupted, interrupted_rows
from analysis.estimate.numerics.fits.segmented import Series, segmented
from analysis.estimates import Estimate, NotEstimated
from analysis.plan.designs import InterruptedTimeSeries
from analysis.steps import Problem
from analysis.tables import read_table


def series(
    level: float = 0.9, slope: float = 1.0, months: int = 48, start: int = 24, seed: int | None = None
) -> Series:
    """Rates with trend and season, and a break of that level ratio and slope ratio a year."""
    month = np.arange(months)
    after, since = month >= start, (month - start) / 12
    log_rate = np.log(0.01) + 0.03 * month / 12 + 0.1 * np.cos(2 * np.pi * month / 12 - 1)
    expected = 1e6 * (1 + 0.02 * month / 12) * np.exp(log_rate + after * (np.log(level) + np.log(slope) * since))
    count = expected if seed is None else np.random.default_rng(seed).poisson(expected).astype(float)
    return Series(count, 1e6 * (1 + 0.02 * month / 12), start)


@pytest.mark.filterwarnings("ignore:Perfect separation")  # there is no noise on purpose
@pytest.mark.parametrize(("level", "slope"), [(1.0, 1.0), (0.9, 1.0), (1.05, 0.97)])
def test_without_noise_the_break_is_found(level: float, slope: float) -> None:
    found = segmented(series(level, slope), 1)
    assert np.exp(found.slope) == pytest.approx(slope, abs=1e-6)
    # The months after the start are 0 to 23 months old: the mean of their log ratios.
    assert found.effect == pytest.approx(np.log(level) + np.log(slope) * np.mean(np.arange(24)) / 12, abs=1e-6)


def test_it_is_the_model_of_statsmodels() -> None:
    """The same terms by formula, with the effect as the mean over months of fitted less counterfactual."""
    data = series(0.95, 1.02, seed=7)
    month = np.arange(48)
    table = pd.DataFrame(
        {"y": data.count, "t": month, "after": (month >= 24) * 1.0, "since": np.maximum(0, month - 24)}
    )
    model = smf.glm(
        "y ~ t + np.sin(2*np.pi*t/12) + np.cos(2*np.pi*t/12) + np.sin(4*np.pi*t/12) + np.cos(4*np.pi*t/12)"
        " + after + since",
        table, family=Poisson(), offset=np.log(data.population),
    ).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True})  # fmt: skip
    offset = np.log(data.population)
    without = model.predict(table.assign(after=0.0, since=0), offset=offset)
    found = segmented(data, 2)
    fitted = model.predict(table, offset=offset)
    assert found.effect == pytest.approx(float(np.log(fitted / without)[24:].mean()), abs=1e-8)
    assert found.slope == pytest.approx(12 * model.params["since"], abs=1e-8)
    assert found.slope_error == pytest.approx(12 * model.bse["since"], rel=1e-6)
    contrast = model.t_test(f"after + {np.mean(np.arange(24))} * since = 0")
    assert found.effect_error == pytest.approx(float(contrast.sd[0, 0]), rel=1e-6)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    held = [abs(found.effect - np.log(0.95)) < 2 * found.effect_error
            for found in (segmented(series(0.95, seed=seed), 1) for seed in range(100))]  # fmt: skip
    assert sum(held) > 80  # Newey-West errors are somewhat short in 48 months


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (series(months=30, start=8), "8 months before the start and 22 after"),
        (series(months=30, start=29), "29 months before the start and 1 after"),
        (Series(np.zeros(48), np.ones(48), 24), "no events at all"),
        (Series(np.ones(48), np.append(np.ones(47), 0.0), 24), "months without data"),
    ],
)
def test_series_that_cannot_tell(data: Series, words: str) -> None:
    with pytest.raises(Problem, match=words):
        segmented(data, 2)


def panel(starts: tuple[int, ...]) -> pd.DataFrame:
    """A site of one practice for each start, and a comparison practice, which the design does not look at."""
    parts = []
    for place, start in enumerate((*starts, 24)):
        data, pilot = series(0.9, start=start, seed=place), place < len(starts)
        name, month = f"S{place + 1}" if pilot else "", np.arange(48)
        columns = {"practice_id": f"P{place}", "site_id": name, "cluster_id": name or "R1", "pilot": pilot}
        columns |= {"month": [str(each) for each in pd.period_range("2007-04", periods=48, freq="M")]}
        times = {"event_time": month - start if pilot else np.nan, "after": (month >= start) & pilot}
        parts.append(pd.DataFrame(columns | {"count": data.count, "population": data.population} | times))
    return pd.concat(parts, ignore_index=True)


def test_all_sites_together() -> None:
    rows = [row for row in interrupted_rows(panel((18, 24, 30)), "x", 1, 0.95) if isinstance(row, Estimate)]
    assert [(row.subgroup, row.term, row.scale) for row in rows[-3:]] == [
        ("all", "effect", "ratio"), ("all", "effect", "difference"), ("all", "slope", "ratio"),
    ]  # fmt: skip
    assert rows[-3].ci_low < 0.9 < rows[-3].ci_high
    assert rows[-2].estimate == pytest.approx(rows[-2].expected * (rows[-3].estimate - 1))
    after = 12_000 * (lambda own: own["count"].sum() / own["population"].sum())(panel((18, 24, 30)).query("after"))
    assert rows[-2].expected + rows[-2].estimate == pytest.approx(after)
    sites = [row.estimate for row in rows[:-3] if row.term == "effect" and row.scale == "ratio"]
    assert min(sites) <= rows[-3].estimate <= max(sites)


def test_a_site_with_few_months_says_so_and_the_others_go_on() -> None:
    rows = interrupted_rows(panel((6, 24)), "x", 2, 0.95)
    assert [row.subgroup for row in rows if isinstance(row, NotEstimated)] == ["S1"]
    assert {row.subgroup for row in rows if isinstance(row, Estimate)} == {"S2"}


def test_no_site_with_enough_months() -> None:
    with pytest.raises(Problem, match="6 months before the start"):
        interrupted_rows(panel((6,)), "x", 2, 0.95)


def test_the_step_writes_its_rows(prepared: Path, tmp_path: Path) -> None:
    flat(interrupted)(
        panel=prepared / "panel.parquet", outcomes={"emergency_admissions": "emergency"},
        settings=InterruptedTimeSeries(), confidence=0.95, out=tmp_path / "rows.parquet",
    )  # fmt: skip
    rows, _ = read_table(tmp_path / "rows.parquet")
    assert len(rows) == 3 * (5 + 1)
    assert set(rows["term"]) == {"effect", "slope"}
