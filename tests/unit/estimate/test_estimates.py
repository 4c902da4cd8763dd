"""The one table of estimates: its contract, its stamps, and its way to CSV and back."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.estimate.table import stamped, table
from analysis.estimates import COLUMNS, KEY, Estimate, one, pick, read_estimates, write_part
from analysis.steps import Problem, read_json
from analysis.tables import Kind, Lineage, Source, write_csv

ROW = Estimate(
    outcome="emergency", population="everybody", design="difference_in_differences", estimator="by_hand", term="effect",
    scale="ratio", estimate=0.9, std_error=0.05, ci_low=0.8, ci_high=1.0, p_value=0.04, n_obs=10,
)  # fmt: skip
PLAN = "f" * 64


def lineage(kind: Kind) -> Lineage:
    return Lineage((Source("data", "0" * 64, kind),))


def joined(folder: Path, *rows: Estimate, kind: Kind = "published") -> pd.DataFrame:
    write_part(folder / "part.parquet", rows, lineage(kind), __spec__)
    return stamped([folder / "part.parquet"], "default", PLAN)[0]


def test_columns_are_those_of_the_design(tmp_path: Path) -> None:
    made = joined(tmp_path, ROW)
    assert list(made) == COLUMNS
    assert set(KEY) < set(COLUMNS)
    assert (made.loc[0, "study"], made.loc[0, "plan_digest"]) == ("default", PLAN)


@pytest.mark.parametrize(("kind", "label"), [("simulated", True), ("published", False), ("observed", False)])
def test_the_label_comes_from_lineage_alone(tmp_path: Path, kind: Kind, label: bool) -> None:
    assert list(joined(tmp_path, ROW, kind=kind)["simulated"]) == [label]


def test_each_part_keeps_its_own_label(tmp_path: Path) -> None:
    write_part(tmp_path / "1", [ROW], lineage("simulated"), __spec__)
    write_part(tmp_path / "2", [replace(ROW, outcome="elective")], lineage("published"), __spec__)
    made, _, behind = stamped([tmp_path / "1", tmp_path / "2"], "default", PLAN)
    assert dict(zip(made["outcome"], made["simulated"], strict=True)) == {"emergency": True, "elective": False}
    assert {name: behind[digest] for name, digest in zip(made["outcome"], made["data_digest"], strict=True)} == {
        "emergency": lineage("simulated"), "elective": lineage("published"),
    }  # fmt: skip


def test_the_same_key_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="table of estimates"):
        joined(tmp_path, ROW, replace(ROW, estimate=0.95))


@pytest.mark.parametrize("name", ["outcome", "term", "horizon", "specification", "subgroup"])
def test_another_key_is_another_row(tmp_path: Path, name: str) -> None:
    other: Any = {name: "other"}
    assert len(joined(tmp_path, ROW, replace(ROW, **other))) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"estimate": 1.1}, {"estimate": 0.7}, {"ci_high": float("nan")}, {"std_error": -0.1}, {"p_value": 1.2},
        {"estimate": float("nan")}, {"scale": "percent"}, {"n_obs": -1},
    ],
)  # fmt: skip
def test_rows_that_cannot_be_are_refused(tmp_path: Path, wrong: dict[str, float]) -> None:
    with pytest.raises(Problem, match="does not keep its contract"):
        joined(tmp_path, replace(ROW, **wrong))  # type: ignore[arg-type]


def test_an_estimate_without_interval_is_allowed(tmp_path: Path) -> None:
    missing = float("nan")
    assert len(joined(tmp_path, replace(ROW, ci_low=missing, ci_high=missing, std_error=missing))) == 1


def test_to_csv_and_back(tmp_path: Path) -> None:
    rows = [ROW, replace(ROW, term="period", horizon="-2", estimate=0.123456789), replace(ROW, horizon="007")]
    rows[1] = replace(rows[1], ci_low=0.1, ci_high=0.2)
    made = joined(tmp_path, *rows)
    write_csv(tmp_path / "estimates.csv", made)
    back = read_estimates(tmp_path / "estimates.csv")
    pd.testing.assert_frame_equal(back, made, check_dtype=False, rtol=1e-9)
    assert set(back["horizon"]) == {"after", "-2", "007"}


def test_order_of_parts_does_not_matter(tmp_path: Path) -> None:
    for name, outcome in (("1", "emergency"), ("2", "elective")):
        write_part(tmp_path / name, [replace(ROW, outcome=outcome)], lineage("published"), __spec__)
    for out, parts in (("one.csv", "12"), ("two.csv", "21")):
        paths = tuple(tmp_path / part for part in parts)
        table(
            parts=paths,
            study="s",
            plan_digest=PLAN,
            out=tmp_path / out,
            unmade=tmp_path / "unmade.csv",
            lineage=tmp_path / "lineage.json",
        )
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    assert read_json(tmp_path / "lineage.json") == {lineage("published").digest: lineage("published").to_records()}


def test_pick_keeps_the_rows_that_equal_all(tmp_path: Path) -> None:
    made = joined(tmp_path, ROW, replace(ROW, term="period"), replace(ROW, outcome="elective"))
    assert len(pick(made, outcome="emergency", term="effect")) == 1
    assert pick(made, outcome="dental").empty


def test_a_model_without_rows_does_not_spoil_the_others(tmp_path: Path) -> None:
    write_part(tmp_path / "1", [ROW], lineage("published"), __spec__)
    write_part(tmp_path / "2", [], lineage("published"), __spec__)
    assert len(stamped([tmp_path / "1", tmp_path / "2"], "default", PLAN)[0]) == 1


@pytest.mark.parametrize("kind", ["str", object])
def test_rows_are_picked_by_equality_and_a_missing_value_equals_nothing(kind: Any) -> None:
    columns = {"outcome": ["a", "a", None, "a"], "scale": ["rate", "ratio", "ratio", None]}
    rows = pd.DataFrame({name: pd.Series(held, dtype=kind) for name, held in columns.items()})
    rows.index = pd.Index([4, 7, 7, 9])
    assert [*pick(rows, outcome="a").index] == [4, 7, 9]
    assert pick(rows, outcome="b").empty
    assert pick(rows).equals(rows)
    chosen = one(rows, outcome="a")
    assert chosen is not None
    assert (chosen.name, chosen["scale"]) == (7, "ratio")
    assert one(rows, outcome="b") is None
    assert one(rows[rows["scale"] == "rate"], outcome="a") is not None
