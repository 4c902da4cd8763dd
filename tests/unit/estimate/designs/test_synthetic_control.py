"""Each site against comparison areas: effects that were put in, placebo p-values, and what is said of bad data."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.commands.arguments import flat
from analysis.estimate.designs.areas import areas
from analysis.estimate.designs.placebos import Means, beside_placebos, placebos, shared
from analysis.estimate.designs.synthetic_control import synthetic_control, synthetic_rows
from analysis.estimates import Estimate, NotEstimated
from analysis.plan.designs import SyntheticControl
from analysis.steps import Problem
from analysis.tables import read_table

Make = Callable[..., pd.DataFrame]


def made(effect: float = 1.1, regions: int = 6, months: int = 24, mixture: bool = True) -> pd.DataFrame:
    """Two sites, S1 and S2, that start in months 12 and 15; each a mixture of the regions times its effect."""
    random = np.random.default_rng(5)
    rates = random.uniform(6, 10, (regions, months))
    rows = []
    for place in range(regions + 2):
        pilot, start = place >= regions, 12 + 3 * (place - regions)
        share = random.dirichlet(np.ones(regions))
        after = np.arange(months) >= start
        rate = share @ rates * np.where(after, effect, 1.0) if pilot else rates[place]
        rate = rate + 4 * random.uniform(size=months) * (pilot and not mixture)
        name = f"S{place - regions + 1}" if pilot else ""
        columns = {"practice_id": f"P{place}", "site_id": name, "cluster_id": f"site {name}" if pilot else f"R{place}"}
        columns |= {
            "pilot": pilot,
            "month": [str(each) for each in pd.period_range("2008-11", periods=months, freq="M")],
        }
        counts = {"count": rate * 1000, "population": 1_000_000.0, "measure": "emergency"}
        times = {"event_time": np.arange(months) - start if pilot else np.nan, "after": after & pilot}
        rows.append(pd.DataFrame(columns | counts | times))
    return pd.concat(rows, ignore_index=True)


def effects(rows: list[Estimate | NotEstimated], **where: object) -> list[Estimate]:
    return [row for row in rows if isinstance(row, Estimate) and all(getattr(row, k) == v for k, v in where.items())]


def test_sites_that_are_mixtures_give_their_effect_back() -> None:
    rows = synthetic_rows(made(effect=1.1), "emergency_admissions", "synthetic_control", 1, 0.95)
    for subgroup in ("S1", "S2", "all"):
        ratio, difference = effects(rows, subgroup=subgroup, term="effect")
        assert (ratio.scale, difference.scale) == ("ratio", "difference")
        assert ratio.estimate == pytest.approx(1.1, abs=1e-4)
        assert effects(rows, subgroup=subgroup, term="fit")[0].estimate == pytest.approx(0, abs=1e-3)
    site = effects(rows, subgroup="S1", scale="difference")[0]
    counted = made(effect=1.0).query("site_id == 'S1' and after")
    assert site.estimate == pytest.approx(0.1 * 12_000 * counted["count"].sum() / counted["population"].sum(), rel=1e-3)


def test_synthetic_did_allows_for_a_level_of_its_own() -> None:
    rows = made(effect=1.0)
    rows.loc[rows["site_id"] == "S1", "count"] += 5000
    difference = effects(
        synthetic_rows(rows, "x", "synthetic_did", 1, 0.95), subgroup="S1", term="effect", scale="difference"
    )
    assert abs(difference[0].estimate) < 6  # of some 150 events; the level is 60


def test_no_p_value_of_a_site_lies_below_its_floor() -> None:
    rows = synthetic_rows(made(effect=3.0), "x", "synthetic_control", 3, 0.95)
    assert effects(rows, subgroup="S1", scale="ratio")[0].p_value == pytest.approx(1 / 7)
    assert 0 < effects(rows, subgroup="all", scale="ratio")[0].p_value < 1 / 7


def test_the_p_value_counts_placebos_as_far_out() -> None:
    found = beside_placebos(-2.0, np.array([-3.0, -1.0, 0.5, 2.0, 4.0]), 4, 0.95)
    assert found.p_value == pytest.approx(4 / 6)
    assert found.std_error == pytest.approx(np.std([-3.0, -1.0, 0.5, 2.0, 4.0], ddof=1))


def test_the_order_of_rows_does_not_matter() -> None:
    rows = made(mixture=False)
    one = synthetic_rows(rows, "x", "synthetic_did", 3, 0.95)
    two = synthetic_rows(rows.sample(frac=1, random_state=1).reset_index(drop=True), "x", "synthetic_did", 3, 0.95)
    assert [row.estimate for row in effects(one)] == pytest.approx([row.estimate for row in effects(two)])  # type: ignore[comparison-overlap]


def test_a_practice_in_two_halves_is_the_same_area() -> None:
    rows = made(mixture=False)
    halves = rows["site_id"] == "S1"
    half = rows[halves].assign(count=rows["count"] / 2, population=rows["population"] / 2)
    split = pd.concat([rows[~halves], half, half.assign(practice_id="other")], ignore_index=True)
    one, two = (
        effects(synthetic_rows(each, "x", "synthetic_control", 3, 0.95), scale="ratio") for each in (rows, split)
    )
    assert [row.estimate for row in one] == pytest.approx([row.estimate for row in two])


def test_periods_stand_around_each_start() -> None:
    grouped = areas(made(months=25))
    first, second = grouped.comparison("S1", 6), grouped.comparison("S2", 6)
    assert (first.before, first.area.size) == (2, 4)
    # S2 starts in month 15: months 3 to 14 and 15 to 20 are whole periods, the rest is left over.
    assert (second.before, second.area.size) == (2, 3)
    inside = made(months=25).query("site_id == 'S2'").iloc[3:9]
    assert second.area[0] == pytest.approx(12_000 * inside["count"].sum() / inside["population"].sum())


def test_sites_that_share_donors_vary_more_than_placebos_drawn_apart() -> None:
    """By hand: two sites with one half each on four donors with a quarter each; placebos with a third on three."""
    donors = np.tile([9.0, 10.0, 11.0, 12.0], (6, 1)).T + np.random.default_rng(1).normal(0, 1, (4, 6))
    known = placebos(donors, 4, "synthetic_did")
    known = type(known)(known.means, 1 / 3)
    found = shared([known, known], np.array([0.5, 0.5]), np.full((2, 4), 0.25))
    assert found == pytest.approx(((0.5 + 0.25) / (0.5 * (1 + 1 / 3))) ** 0.5)


def test_nothing_happened_is_no_ratio() -> None:
    with pytest.raises(Problem, match="no ratio"):
        Means(np.array(0.0), np.array(1.0)).effects("ratio")


def test_a_site_that_cannot_be_compared_says_why_and_the_others_go_on() -> None:
    rows = made()
    gone = (rows["site_id"] == "S2") & (rows["month"] == "2009-06")
    found = synthetic_rows(rows[~gone].reset_index(drop=True), "x", "synthetic_control", 3, 0.95)
    unmade = next(row for row in found if isinstance(row, NotEstimated))
    assert unmade.why.sentence == "No practice of site S2 has every month."
    assert {row.subgroup for row in effects(found)} == {"S1", "all"}


def test_too_few_areas(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="three comparison areas"):
        synthetic_rows(made(regions=2), "x", "synthetic_control", 3, 0.95)


def test_the_step_writes_rows_for_every_estimator(prepared: Path, tmp_path: Path) -> None:
    flat(synthetic_control)(
        panel=prepared / "panel.parquet", outcomes={"emergency_admissions": "emergency", "nothing": "none"},
        settings=SyntheticControl(), confidence=0.95, out=tmp_path / "rows.parquet",
    )  # fmt: skip
    rows, _ = read_table(tmp_path / "rows.parquet")
    known = rows[rows["reason"].isna()]
    assert len(known) == 2 * 3 * (5 + 1)
    assert set(rows.loc[rows["reason"].notna(), "outcome"]) == {"nothing"}
    told = known[known["term"] == "effect"]
    assert (told["estimate"] > told["ci_low"]).all()
    assert told["p_value"].between(0, 1).all()
