"""The synthesis against the BCG trials as published, and what must hold of any pooling."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimate.evidence.synthesis import pool, sorted_out, synthesis
from analysis.estimates import pick, sole, verdict_row
from analysis.steps import Problem
from analysis.tables import Lineage, Source, read_table, write_table
from tests.reasons import sentences

# Thirteen trials of BCG against tuberculosis (Colditz et al. 1994): vaccinated with and without, controls with and
# without. R's metafor prints for its dat.bcg: DerSimonian-Laird -0.7141 (0.1787), tau2 0.3088, I2 92.12%; tau2 0.3181
# by Paule and Mandel.
BCG = """
4 119 11 128;6 300 29 274;3 228 11 209;62 13536 248 12619;33 5036 47 5761;180 1361 372 1079;8 2537 10 619;
505 87886 499 87892;29 7470 45 7232;17 1699 65 1600;186 50448 141 27197;5 2493 3 2338;27 16886 29 17825
"""
Arrays = tuple["np.ndarray", "np.ndarray"]


def trials() -> Arrays:
    cells = np.array([line.split() for line in BCG.replace("\n", "").split(";")], dtype=float)
    a, b, c, d = cells.T
    return np.log(a / (a + b)) - np.log(c / (c + d)), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


def test_bcg_by_dersimonian_and_laird() -> None:
    mean, std_error, tau2, i2 = pool(*trials(), method="dl")
    assert mean == pytest.approx(-0.7141, abs=5e-5)
    assert tau2 == pytest.approx(0.3088, abs=5e-5)
    assert i2 == pytest.approx(0.9212, abs=5e-5)
    assert std_error >= 0.1787


def test_bcg_by_paule_and_mandel() -> None:
    effects, variances = trials()
    mean, std_error, tau2, _ = pool(effects, variances)
    assert tau2 == pytest.approx(0.3181, abs=5e-5)
    weights = 1 / (variances + tau2)
    assert mean == pytest.approx(np.average(effects, weights=weights))
    hartung_knapp = weights @ (effects - mean) ** 2 / (12 * weights.sum())
    assert std_error == pytest.approx(max(hartung_knapp, 1 / weights.sum()) ** 0.5)


def test_equal_studies_have_no_heterogeneity() -> None:
    variances = np.random.default_rng(2).uniform(0.01, 0.1, 2)
    assert pool(np.full(2, 0.6875), variances)[3] == 0


@st.composite
def studies(draw: st.DrawFn) -> Arrays:
    size = draw(st.integers(2, 8))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return random.normal(0, draw(st.floats(0.01, 0.5)), size), random.uniform(0.001, 0.1, size)


@given(studies())
def test_tau_squared_solves_its_equation(evidence: Arrays) -> None:
    effects, variances = evidence
    _, _, tau2, i2 = pool(effects, variances)
    weights = 1 / (variances + tau2)
    spread = weights @ (effects - np.average(effects, weights=weights)) ** 2
    degrees = len(effects) - 1
    assert spread == pytest.approx(degrees, abs=1e-4) if tau2 > 0 else spread <= degrees + 1e-4
    assert 0 <= i2 < 1


@given(st.integers(2, 6), st.floats(-1, 1), st.integers(0, 2**32 - 1))
def test_equal_studies_give_themselves(size: int, effect: float, seed: int) -> None:
    variances = np.random.default_rng(seed).uniform(0.01, 0.1, size)
    mean, std_error, tau2, _ = pool(np.full(size, effect), variances)
    assert mean == pytest.approx(effect)
    assert tau2 == 0
    assert std_error == pytest.approx((1 / variances).sum() ** -0.5)


@given(studies(), st.permutations(range(8)))
def test_order_does_not_matter(evidence: Arrays, order: list[int]) -> None:
    chosen = [each for each in order if each < len(evidence[0])]
    assert pool(evidence[0][chosen], evidence[1][chosen]) == pytest.approx(pool(*evidence), rel=1e-6, abs=1e-9)


@given(studies(), st.floats(-2, 2))
def test_a_shift_moves_the_mean_alone(evidence: Arrays, shift: float) -> None:
    mean, *rest = pool(*evidence)
    moved, *same = pool(evidence[0] + shift, evidence[1])
    assert moved == pytest.approx(mean + shift, abs=1e-6)
    assert same == pytest.approx(rest, rel=1e-5, abs=1e-7)


@given(studies())
def test_standard_error_is_the_larger_of_hartung_knapp_and_the_usual(evidence: Arrays) -> None:
    effects, variances = evidence
    mean, std_error, tau2, _ = pool(effects, variances)
    weights = 1 / (variances + tau2)
    hartung_knapp = weights @ (effects - mean) ** 2 / ((len(effects) - 1) * weights.sum())
    assert std_error == pytest.approx(max(hartung_knapp, 1 / weights.sum()) ** 0.5)


def test_tau_squared_by_dersimonian_and_laird_is_never_negative() -> None:
    assert pool(np.array([0.10, 0.11]), np.array([0.04, 0.05]), "dl")[2] >= 0


PUBLISHED = pd.DataFrame(
    [
        ("a", "emergency", "estimate", "panel_regression", "yes", 0.10, 0.05),
        ("b", "emergency", "estimate", "panel_regression", "yes", -0.20, 0.10),
        ("no-interval", "emergency", "estimate", "panel_regression", "yes", 0.30, np.nan),
        ("no-control", "emergency", "estimate", "uncontrolled", "no", 0.90, 0.01),
        ("part-of-a", "emergency", "estimate", "panel_regression", "yes", 0.80, 0.01),
        ("arm", "emergency", "arm", "panel_regression", "yes", 0.70, 0.01),
        ("review", "emergency", "estimate", "meta_analysis", "yes", 0.60, 0.01),
        ("other", "elective", "estimate", "panel_regression", "yes", 0.50, 0.01),
        ("points", "emergency", "estimate", "panel_regression", "yes", np.nan, np.nan),
    ],
    columns=["evidence_id", "outcome", "role", "design", "controlled", "log_ratio", "log_std_error"],
).assign(
    population="everybody",
    programme=lambda rows: "programme " + rows["evidence_id"],
    study=lambda rows: "study " + rows["evidence_id"],
    log_low=lambda rows: rows["log_ratio"] - 1.96 * rows["log_std_error"],
    log_high=lambda rows: rows["log_ratio"] + 1.96 * rows["log_std_error"],
)


LEFT_OUT = {"part-of-a": "It is part of the same study."}


def run(folder: Path, rows: pd.DataFrame, fewest: int = 2, **leave_out: str) -> pd.DataFrame:
    evidence, part = folder / "evidence.parquet", folder / "part.parquet"
    plan = {"outcome": "emergency", "fewest": fewest, "leave_out": leave_out or LEFT_OUT}
    write_table(evidence, rows, Lineage((Source("published-evidence", "0" * 64, "published"),)))
    synthesis(evidence=evidence, name="together", confidence=0.95, out=part, **plan)  # type: ignore[arg-type]
    return read_table(part)[0]


def test_each_estimate_is_sorted_to_its_reason() -> None:
    rows = sorted_out(PUBLISHED, "emergency", LEFT_OUT)
    assert dict(zip(rows["evidence_id"], rows["specification"], strict=True)) == {
        "a": "in_synthesis", "b": "in_synthesis", "no-interval": "no_interval", "no-control": "uncontrolled",
        "part-of-a": "left_out",
    }  # fmt: skip


def test_only_what_is_in_the_synthesis_is_pooled(tmp_path: Path) -> None:
    pooled = pick(run(tmp_path, PUBLISHED), term="pooled").iloc[0]
    effects, variances = np.array([0.10, -0.20]), np.array([0.05, 0.10]) ** 2
    assert np.log(pooled["estimate"]) == pytest.approx(pool(effects, variances)[0])
    assert pooled["n_obs"] == 2
    # t with one degree of freedom: 12.706 in every table.
    half = np.log(pooled["ci_high"] / pooled["estimate"])
    assert half / pooled["std_error"] == pytest.approx(12.706, abs=5e-4)


def test_the_pooled_row_is_the_one_by_which_the_outcome_is_read(tmp_path: Path) -> None:
    rows = run(tmp_path, PUBLISHED)
    read = verdict_row(rows, "together", "synthesis")
    assert read is not None
    assert read["estimate"] == sole(rows, term="pooled")["estimate"]


def test_ratios_and_intervals_are_as_published(tmp_path: Path) -> None:
    rows = pick(run(tmp_path, PUBLISHED), term="study").set_index("horizon")
    assert rows["estimate"]["a"] == pytest.approx(np.exp(0.10))
    assert rows["ci_low"]["a"] == pytest.approx(np.exp(0.10 - 1.96 * 0.05))
    assert np.isnan(rows["ci_low"]["no-interval"])


@pytest.mark.parametrize(("fewest", "pooled"), [(2, True), (3, False)])
def test_fewer_than_the_plan_asks_are_not_pooled(tmp_path: Path, fewest: int, pooled: bool) -> None:
    terms = set(run(tmp_path, PUBLISHED, fewest)["term"])
    assert terms == ({"study", "pooled", "tau2", "i2"} if pooled else {"study"})


@pytest.mark.parametrize("key", ["programme", "study"])
def test_a_programme_or_a_study_counts_once(key: str, tmp_path: Path) -> None:
    one = PUBLISHED.assign(**{key: PUBLISHED[key].replace(f"{key} b", f"{key} a")})
    rows = run(tmp_path, one)
    assert set(rows["term"].dropna()) == {"study"}
    reason = sentences(rows).dropna().iloc[0]
    assert reason == f"In the synthesis together the {key} {key} a would count 2 times: a, b."
    left = run(tmp_path, one, **LEFT_OUT, b="It is of the same programme.")
    assert left["reason"].isna().all()


def test_one_estimate_is_not_pooled(tmp_path: Path) -> None:
    rows = PUBLISHED[PUBLISHED["evidence_id"].isin(["a", "no-interval", "no-control", "part-of-a"])]
    assert set(run(tmp_path, rows)["term"]) == {"study"}


def test_leaving_out_what_nobody_published_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="`nowhere`, which is no published estimate") as problem:
        run(tmp_path, PUBLISHED, nowhere="mistyped")
    assert "syntheses.together.leave_out" in problem.value.mend
