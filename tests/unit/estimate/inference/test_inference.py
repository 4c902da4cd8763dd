"""The step as a user meets it: rows by method for each outcome, and what few treated clusters allow."""

from pathlib import Path
from typing import get_args

import pandas as pd
import pytest

from analysis.estimate.inference.inference import Measured, inference
from analysis.estimates import KEY
from analysis.plan.designs import Method
from analysis.tables import read_table, write_table
from tests.reasons import sentences

METHODS: tuple[Method, ...] = get_args(Method)
OUTCOMES = {"emergency_admissions": "emergency", "elective_admissions": "elective"}


def made(panel: Path, out: Path, outcomes: dict[str, str] = OUTCOMES) -> pd.DataFrame:
    inference(
        measured=Measured(panel=(panel,), outcomes=outcomes), primary=tuple(outcomes), methods=METHODS, draws=199,
        confidence=0.95, out=out,
    )  # fmt: skip
    return read_table(out)[0]


@pytest.fixture(scope="module")
def rows(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return made(prepared / "panel.parquet", tmp_path_factory.mktemp("inference") / "rows.parquet")


def test_every_method_has_its_row(rows: pd.DataFrame) -> None:
    assert rows["reason"].isna().all()
    assert not rows.duplicated(KEY).any()
    for outcome in OUTCOMES:
        found = rows[rows["outcome"] == outcome]
        assert set(zip(found["estimator"], found["horizon"], found["scale"], strict=True)) == {
            ("poisson_fixed_effects", "crv3", "ratio"), ("linear_rate", "crv3", "difference"),
            ("poisson_fixed_effects", "score_bootstrap", "ratio"), ("linear_rate", "wild_bootstrap", "difference"),
            ("poisson_fixed_effects", "randomisation", "ratio"), ("poisson_fixed_effects", "romano_wolf", "ratio"),
        }  # fmt: skip


def test_the_estimate_is_the_primary_one(rows: pd.DataFrame, estimates: pd.DataFrame) -> None:
    primary = estimates[(estimates["term"] == "effect") & (estimates["scale"] == "ratio")]
    primary = primary[primary["design"] == "difference_in_differences"].set_index("outcome")["estimate"]
    ratios = rows[rows["scale"] == "ratio"]
    assert ratios["estimate"].to_numpy() == pytest.approx(primary[ratios["outcome"]].to_numpy())


def test_intervals_hold_the_estimate_and_agree_with_the_p_value(rows: pd.DataFrame) -> None:
    told = rows[rows["ci_low"].notna()]
    assert set(told["horizon"]) == {"crv3", "score_bootstrap", "wild_bootstrap"}
    assert (told["ci_low"] < told["estimate"]).all()
    assert (told["estimate"] < told["ci_high"]).all()
    null = (told["scale"] == "ratio").astype(float)
    assert ((told["p_value"] > 0.05) == ((told["ci_low"] < null) & (null < told["ci_high"]))).all()


def test_adjusted_for_more_outcomes_is_no_smaller(rows: pd.DataFrame) -> None:
    by = rows[rows["estimator"] == "poisson_fixed_effects"].pivot(index="outcome", columns="horizon", values="p_value")
    assert (by["romano_wolf"] >= by["score_bootstrap"]).all()


def test_the_same_again(prepared: Path, rows: pd.DataFrame, tmp_path: Path) -> None:
    pd.testing.assert_frame_equal(made(prepared / "panel.parquet", tmp_path / "again.parquet"), rows)


def test_one_treated_cluster_leaves_randomisation_alone(prepared: Path, tmp_path: Path) -> None:
    frame, lineage = read_table(prepared / "panel.parquet")
    one = frame.loc[frame["pilot"], "cluster_id"].min()
    write_table(tmp_path / "panel.parquet", frame[~frame["pilot"] | (frame["cluster_id"] == one)], lineage)
    found = made(tmp_path / "panel.parquet", tmp_path / "rows.parquet")
    assert set(found.loc[found["reason"].isna(), "horizon"]) == {"randomisation"}
    unmade = found[found["reason"].notna()]
    assert len(unmade) == 4 * len(OUTCOMES)
    assert sentences(unmade).str.contains("1 that the pilots reach, where 3 are needed").all()


def test_an_outcome_without_data_does_not_stop_the_others(prepared: Path, tmp_path: Path) -> None:
    outcomes = {**OUTCOMES, "dental_visits": "dental"}
    found = made(prepared / "panel.parquet", tmp_path / "rows.parquet", outcomes)
    assert sentences(found[found["outcome"] == "dental_visits"]).str.contains("no measure dental").all()
    others = found[found["outcome"] != "dental_visits"]
    assert others["reason"].isna().all()
    assert (others["horizon"] == "romano_wolf").sum() == len(OUTCOMES)


def test_shares_get_the_same_inference_and_belong_to_the_family(prepared: Path, tmp_path: Path) -> None:
    shares = {"seen": "see_preferred_gp"}
    measured = Measured(
        panel=(prepared / "panel.parquet",), outcomes=OUTCOMES, survey=(prepared / "survey.parquet",), items=shares,
        continuity=(prepared / "continuity.parquet",), indices={"usual": "upc"}, populations={"usual": "patients"},
    )  # fmt: skip
    inference(
        measured=measured, primary=(*OUTCOMES, *shares), methods=METHODS, draws=199, confidence=0.95,
        out=tmp_path / "rows",
    )  # fmt: skip
    rows = read_table(tmp_path / "rows")[0]
    assert rows["reason"].isna().all()
    told = {name: set(part["horizon"]) for name, part in rows.groupby("outcome")}
    assert told["seen"] == {"crv3", "wild_bootstrap", "randomisation", "romano_wolf"}
    assert told["usual"] == told["seen"] - {"romano_wolf"}
    assert told["emergency_admissions"] >= {"romano_wolf", "score_bootstrap"}
    assert set(rows.loc[rows["outcome"].isin(["seen", "usual"]), "scale"]) == {"points"}
    assert set(rows.loc[rows["outcome"] == "usual", "population"]) == {"patients"}
    wolf = rows[rows["horizon"] == "romano_wolf"].set_index("outcome")["p_value"]
    own = rows[(rows["outcome"] == "seen") & (rows["horizon"] == "wild_bootstrap")]["p_value"].item()
    assert wolf["seen"] >= own


def test_the_primary_share_is_the_one_told_in_other_ways(
    prepared: Path, tmp_path: Path, estimates: pd.DataFrame
) -> None:
    measured = Measured(survey=(prepared / "survey.parquet",), items={"continuity": "see_preferred_gp"})
    inference(
        measured=measured, primary=("continuity",), methods=METHODS, draws=199, confidence=0.95, out=tmp_path / "rows"
    )
    rows = read_table(tmp_path / "rows")[0]
    own = estimates[(estimates["outcome"] == "continuity") & (estimates["term"] == "effect")].iloc[0]
    assert rows["estimate"].to_numpy() == pytest.approx(own["estimate"])
    assert (rows["n_clusters"] == own["n_clusters"]).all()
