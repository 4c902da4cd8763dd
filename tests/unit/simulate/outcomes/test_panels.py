"""A panel drawn without files is the panel that the prepare stage makes of the same world."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.simulate.outcomes.panels import simulated_panel
from analysis.simulate.outcomes.world import World
from analysis.tables import read_table


@pytest.mark.parametrize("measure", ["emergency", "outpatient"])
def test_the_same_world_gives_the_same_panel(world: World, prepared: Path, measure: str) -> None:
    panel, _ = read_table(prepared / "panel.parquet")
    # What a site is called is no part of a world.
    rows = panel[panel["measure"] == measure].reset_index(drop=True).drop(columns="site_name")
    drawn = simulated_panel(world, measure)
    assert set(drawn) == set(rows)
    pd.testing.assert_frame_equal(drawn[rows.columns], rows, check_dtype=False)


def means(world: World) -> "pd.Series[float]":
    """Log rates of each site after its start, without noise, against the world without anything planted."""
    plain = world.model_copy(update={"effect_spread": 0.0, "pilot_trend": 0.0})
    rate = {
        name: simulated_panel(each, "emergency").query("after").groupby("site_id")[["count", "population"]].sum()
        for name, each in {"planted": world, "plain": plain}.items()
    }
    return np.log(rate["planted"]["count"] / rate["plain"]["count"])


def many(world: World, **planted: float) -> World:
    """So many events and sites that means are all but exact."""
    busy = {"emergency": world.activity["emergency"].model_copy(update={"rate": 9000.0})}
    return world.model_copy(
        update={"sites": 400, "activity": busy, "area_shock": 0.0, "overdispersion": 0.0, **planted}
    )


def test_sites_differ_by_what_was_planted_and_keep_the_mean_ratio(world: World) -> None:
    own = means(many(world, effect_spread=0.1))
    # Standard errors: 0.1 / sqrt(400) of the mean, 0.1 / sqrt(800) of the standard deviation.
    assert np.exp(own).mean() == pytest.approx(1, abs=0.02)
    assert own.std() == pytest.approx(0.1, abs=0.014)


def test_a_trend_moves_all_pilots_alike(world: World) -> None:
    own = means(many(world, pilot_trend=0.1))
    # The months after the start are the 18th to the 35th since the first: on average 2.2 years.
    assert own.mean() == pytest.approx(0.22, abs=0.01)
    assert own.std() < 0.005
