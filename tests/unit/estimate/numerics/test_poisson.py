"""The Poisson model against published results, another implementation, and what must hold of any such model."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimate.numerics.fits.poisson import Fit, Floats, Panel, fit
from analysis.estimate.outcomes.admissions import model_panel
from analysis.estimate.outcomes.event_study import REFERENCE
from analysis.simulate.outcomes.pilots import simulate
from analysis.simulate.outcomes.world import World
from analysis.steps import Problem
from tests.cluster_world import clustered
from tests.cluster_world import taken as taken_anew

# McCullagh & Nelder, Generalized Linear Models, 2nd edition, table 6.2: type, built, operated, months, incidents.
SHIPS = """
A 60 60 127 0;A 60 75 63 0;A 65 60 1095 3;A 65 75 1095 4;A 70 60 1512 6;A 70 75 3353 18;A 75 75 2244 11;
B 60 60 44882 39;B 60 75 17176 29;B 65 60 28609 58;B 65 75 20370 53;B 70 60 7064 12;B 70 75 13099 44;B 75 75 7117 18;
C 60 60 1179 1;C 60 75 552 1;C 65 60 781 0;C 65 75 676 1;C 70 60 783 6;C 70 75 1948 2;C 75 75 274 1;
D 60 60 251 0;D 60 75 105 0;D 65 60 288 0;D 65 75 192 0;D 70 60 349 2;D 70 75 1208 11;D 75 75 2051 4;
E 60 60 45 0;E 65 60 789 7;E 65 75 437 7;E 70 60 1157 5;E 70 75 2161 12;E 75 75 542 1
"""


def test_ship_damage_as_published() -> None:
    rows = [line.split() for line in SHIPS.replace("\n", "").split(";")]
    ships = pd.DataFrame(rows, columns=["type", "built", "operated", "months", "incidents"])
    assert len(ships) == 34
    unit, built = pd.factorize(ships["type"])[0], pd.factorize(ships["built"])[0]
    late = (ships["operated"] == "75").to_frame().to_numpy(float)
    count, exposure = ships["incidents"].to_numpy(float), ships["months"].to_numpy(float)
    found = fit(Panel(count, exposure, unit, built, unit, late))
    assert found.coefficients[0] == pytest.approx(0.3845, abs=5e-5)


def by_statsmodels(panel: Panel) -> tuple[Floats, Floats]:
    """The same model with a dummy for each unit and month: coefficients and covariance of the covariates."""
    import statsmodels.api as sm

    size, groups = panel.covariates.shape[1], int(panel.cluster.max()) + 1
    units, months = np.eye(panel.unit.max() + 1)[panel.unit], np.eye(panel.month.max() + 1)[panel.month][:, 1:]
    level = np.bincount(panel.unit, panel.count) / np.bincount(panel.unit, panel.exposure)
    start = np.concatenate([np.zeros(size), np.log(level), np.zeros(months.shape[1])])
    design, offset = np.hstack([panel.covariates, units, months]), np.log(panel.exposure)
    model = sm.GLM(panel.count, design, family=sm.families.Poisson(), offset=offset)
    kind = {"cov_type": "cluster", "cov_kwds": {"groups": panel.cluster, "use_correction": False}}
    fitted = model.fit(start_params=start, method="newton", tol=1e-12, disp=0, **kind)
    return fitted.params[:size], fitted.cov_params()[:size, :size] * groups / (groups - 1)


def agrees(found: Fit, coefficients: Floats, covariance: Floats) -> None:
    assert np.abs(found.coefficients - coefficients).max() < 1e-6
    errors = np.sqrt(np.diag(found.covariance)) / np.sqrt(np.diag(covariance))
    assert np.abs(errors - 1).max() < 1e-6


def emergency_rows(world: World) -> pd.DataFrame:
    """The practice-month panel of one measure, joined here and not by the stage prepare."""
    tables = simulate(world)
    activity, practices = tables["activity"], tables["practices"]
    rows = activity[activity["measure"] == "emergency"].merge(practices[["practice_id", "site_id", "region"]])
    pilot = rows["site_id"] != ""
    time = 12 * (rows["month"].str[:4].astype(int) - int(world.starts[0][:4])) + rows["month"].str[5:].astype(int)
    cluster = rows["site_id"].where(pilot, rows["region"])
    return rows.assign(pilot=pilot, cluster_id=cluster, event_time=(time - int(world.starts[0][5:])).where(pilot))


def test_default_panel_agrees_with_statsmodels(root: Path) -> None:
    register = yaml.safe_load((root / "data/raw/datasets.yaml").read_text(encoding="utf-8"))
    parameters = next(each["parameters"] for each in register["datasets"] if each["id"] == "reference-pilots")
    rows = emergency_rows(World(**parameters))
    panel = model_panel(rows, (rows[["event_time"]] >= 0).to_numpy(float))
    assert panel.unit.max() + 1 > 400
    agrees(fit(panel), *by_statsmodels(panel))


def test_event_study_agrees_with_statsmodels(world: World) -> None:
    rows = emergency_rows(world)
    period = rows["event_time"].floordiv(3).to_numpy()
    terms = sorted(set(period[~np.isnan(period)]) - {REFERENCE})
    panel = model_panel(rows, (period[:, None] == terms).astype(float))
    assert len(terms) == 11
    found, (coefficients, covariance) = fit(panel), by_statsmodels(panel)
    agrees(found, coefficients, covariance)
    assert found.covariance == pytest.approx(covariance, abs=1e-6 * covariance.max())


def test_gaps_order_and_empty_units_agree_with_statsmodels() -> None:
    panel = clustered(12, {0: 2, 1: 3, 2: 4, 3: 3}, 0.1, seed=9)
    rows = np.random.default_rng(2).permutation(panel.count.size)[:-20]
    shuffled = taken(panel, rows)
    counts = np.where(shuffled.unit == 20, 0.0, shuffled.count)
    # The other model needs the unit without events left out; its effect would be minus infinity.
    told = taken_anew(replace(shuffled, count=counts), shuffled.unit != 20)
    agrees(fit(replace(shuffled, count=counts)), *by_statsmodels(told))


@pytest.mark.parametrize("value", [0.0, 0.3])
def test_a_held_coefficient_is_part_of_the_offset(value: float) -> None:
    panel = clustered(8, {0: 2, 1: 3}, 0.1, seed=1)
    other = np.random.default_rng(3).normal(size=panel.count.size)
    both = replace(panel, covariates=np.column_stack([panel.covariates, other]))
    held = fit(both, held={0: value})
    moved = replace(panel, exposure=panel.exposure * np.exp(value * panel.covariates[:, 0]), covariates=other[:, None])
    free = fit(moved)
    assert held.coefficients == pytest.approx([value, free.coefficients[0]], abs=1e-8)
    assert held.covariance == pytest.approx(np.diag([0, free.covariance[0, 0]]), rel=1e-6, abs=1e-15)
    assert held.parameters[:5] == pytest.approx(free.parameters[:5], abs=1e-8)
    assert np.abs(held.scores.sum(0)[[0, 1, 2, 3, 4, 6]]).max() < 1e-6
    assert abs(held.scores.sum(0)[5]) > 0.1


def test_the_sandwich_follows_from_scores_and_hessian() -> None:
    model = fit(clustered(8, {0: 2, 1: 3}, 0.1, seed=1))
    half = np.linalg.solve(model.hessian, model.scores.T)
    assert model.covariance == pytest.approx(8 / 7 * (half @ half.T)[-1:, -1:])


@st.composite
def panels(draw: st.DrawFn) -> Panel:
    """A small panel with two covariates that vary freely, and perhaps missing cells."""
    units, months = draw(st.integers(4, 8)), draw(st.integers(3, 5))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    unit, month = np.repeat(np.arange(units), months), np.tile(np.arange(months), units)
    exposure, covariates = random.uniform(0.5, 4, unit.size), random.normal(0, 0.5, (unit.size, 2))
    mean = exposure * np.exp(2.5 + random.normal(0, 0.5, units)[unit] + covariates @ [0.3, -0.2])
    panel = Panel(random.poisson(mean).astype(float), exposure, unit, month, unit % (units // 2), covariates)
    keep = np.ones(unit.size, dtype=bool)
    missing = draw(st.sets(st.sampled_from(range(0, unit.size, months + 1)), max_size=2))
    keep[np.array(sorted(missing), dtype=int)] = False
    return taken(panel, keep.nonzero()[0])


def taken(panel: Panel, rows: "np.ndarray") -> Panel:
    return Panel(*(getattr(panel, name)[rows] for name in Panel.__dataclass_fields__))


def same(first: Fit, second: Fit) -> None:
    assert second.coefficients == pytest.approx(first.coefficients, abs=1e-7)
    assert second.covariance == pytest.approx(first.covariance, rel=1e-5, abs=1e-9)


@given(panels(), st.integers(0, 2**32 - 1))
def test_names_and_order_do_not_matter(panel: Panel, seed: int) -> None:
    shuffled = np.random.default_rng(seed)
    codes = {
        name: shuffled.permutation(getattr(panel, name).max() + 1)[getattr(panel, name)]
        for name in ("unit", "month", "cluster")
    }
    same(fit(panel), fit(taken(replace(panel, **codes), shuffled.permutation(panel.count.size))))


@given(panels(), st.floats(1e-3, 1e3), st.integers(0, 2**32 - 1))
def test_exposure_counts_only_within_unit_and_month(panel: Panel, factor: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    by_unit, by_month = random.uniform(0.1, 10, 10)[panel.unit], random.uniform(0.1, 10, 10)[panel.month]
    same(fit(panel), fit(replace(panel, exposure=panel.exposure * factor)))
    same(fit(panel), fit(replace(panel, exposure=panel.exposure * by_unit * by_month)))


@given(panels())
def test_a_unit_without_events_tells_nothing(panel: Panel) -> None:
    months = int(panel.month.max()) + 1
    units, groups = int(panel.unit.max()) + 1, int(panel.cluster.max()) + 1

    def joined(cluster: int) -> Panel:
        empty = np.zeros(months)
        covariates = np.vstack([panel.covariates, np.linspace(-1, 1, 2 * months).reshape(months, 2)])
        return Panel(
            np.append(panel.count, empty), np.append(panel.exposure, empty + 1),
            np.append(panel.unit, [units] * months), np.append(panel.month, np.arange(months)),
            np.append(panel.cluster, [cluster] * months), covariates,
        )  # fmt: skip

    plain = fit(panel)
    same(plain, fit(joined(cluster=0)))
    # In a cluster of its own it adds no score but counts as a cluster, so G/(G-1) is a little nearer to one.
    smaller = ((groups + 1) / groups) / (groups / (groups - 1))
    same(replace(plain, covariance=plain.covariance * smaller), fit(joined(cluster=groups)))


@given(panels(), st.integers(0, 100), st.floats(0.1, 0.9))
def test_splitting_a_cell_changes_nothing(panel: Panel, index: int, share: float) -> None:
    row = index % panel.count.size
    first, second = taken(panel, np.arange(panel.count.size)), taken(panel, np.array([row]))
    first.exposure[row] *= share
    some = np.floor(panel.count[row] * share)
    first.count[row] = some
    second = replace(second, exposure=second.exposure * (1 - share), count=second.count - some)
    both = [np.concatenate([getattr(first, name), getattr(second, name)]) for name in Panel.__dataclass_fields__]
    same(fit(panel), fit(Panel(*both)))


@given(panels(), st.integers(2, 4))
def test_repeated_rows_are_no_news(panel: Panel, times: int) -> None:
    same(fit(panel), fit(taken(panel, np.tile(np.arange(panel.count.size), times))))


@given(panels(), st.floats(0.1, 10))
def test_a_covariate_in_another_unit(panel: Panel, factor: float) -> None:
    plain = fit(panel)
    scaled = replace(plain, coefficients=plain.coefficients / factor, covariance=plain.covariance / factor**2)
    same(scaled, fit(replace(panel, covariates=panel.covariates * factor)))


@given(panels())
def test_scores_are_zero_within_unit_and_month(panel: Panel) -> None:
    mean = panel.exposure * np.exp(panel.covariates @ fit(panel).coefficients)
    for _ in range(500):  # given the coefficients, unit and month effects follow from the margins
        for code in (panel.month, panel.unit):
            mean *= (np.bincount(code, panel.count) / np.bincount(code, mean))[code]
    residual = panel.count - mean
    assert np.abs(np.bincount(panel.unit, residual)).max() < 1e-8
    assert np.abs(np.bincount(panel.month, residual)).max() < 1e-8
    assert np.abs(panel.covariates.T @ residual).max() < 1e-5


def four_practices(**changed: "np.ndarray") -> Panel:
    unit, month = np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4)
    treated = ((unit < 2) & (month == 2)).astype(float)[:, None]
    count = np.array([5, 7, 6, 4, 4, 8, 9, 3, 5, 6, 7, 7], dtype=float)
    return replace(Panel(count, np.ones(12), unit, month, unit // 2, treated), **changed)


def test_a_covariate_of_the_unit_alone_is_refused() -> None:
    panel = four_practices()
    with pytest.raises(Problem, match="cannot be told from the practice and month effects") as problem:
        fit(replace(panel, covariates=(panel.unit < 2).astype(float)[:, None]))
    assert "some practices start and others do not" in problem.value.mend


def test_a_covariate_twice_is_refused() -> None:
    panel = four_practices()
    with pytest.raises(Problem, match="cannot be told"):
        fit(replace(panel, covariates=np.hstack([panel.covariates, panel.covariates])))


def test_a_unit_in_two_clusters_is_refused() -> None:
    cluster = np.array([0] * 5 + [1] * 7)
    with pytest.raises(Problem, match="more than one cluster") as problem:
        fit(four_practices(cluster=cluster))
    assert "one site or region" in problem.value.mend


def test_one_cluster_is_refused() -> None:
    with pytest.raises(Problem, match="cluster"):
        fit(four_practices(cluster=np.zeros(12, dtype=int)))


def test_a_group_without_events_is_refused() -> None:
    panel = four_practices()
    with pytest.raises(Problem):
        fit(replace(panel, count=np.where(panel.covariates[:, 0] == 1, 0, panel.count)))


def test_events_on_one_side_alone_give_no_bound() -> None:
    panel = clustered(6, {0: 3, 1: 3}, seed=1)
    before = (panel.cluster < 2) & (panel.covariates[:, 0] == 0)
    with pytest.raises(Problem, match="no bound"):
        fit(replace(panel, count=np.where(before, 0, panel.count)))


@pytest.mark.parametrize("population", [0.0, -1.0, float("nan"), float("inf")])
def test_populations_that_cannot_be_are_refused(population: float) -> None:
    exposure = np.ones(12)
    exposure[5] = population
    with pytest.raises(Problem, match="populations are missing, zero or negative"):
        fit(four_practices(exposure=exposure))


@pytest.mark.parametrize("count", [-1.0, float("nan")])
def test_counts_that_cannot_be_are_refused(count: float) -> None:
    panel = four_practices()
    panel.count[5] = count
    with pytest.raises(Problem, match="counts are missing or negative"):
        fit(panel)
