"""What stands beside our estimates: the truth and the published value, on the scale of the estimate."""

import csv
from pathlib import Path

import pytest

from analysis.prepare.evidence.benchmarks import COLUMNS, benchmarks
from analysis.steps import Problem


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_truth_and_published_value_of_each_outcome(prepared: Path) -> None:
    made = rows(prepared / "benchmarks.csv")
    assert list(made[0]) == COLUMNS
    values = {(row["outcome"], row["source"]): (row["scale"], float(row["value"])) for row in made}
    # As published: emergency +2 %, elective -4 %, outpatient -5 %.
    sizes = {"emergency_admissions": 1.02, "elective_admissions": 0.96, "outpatient_attendances": 0.95}
    expected = {name: ("ratio", pytest.approx(size)) for name, size in sizes.items()}
    assert {name: values[name, "published"] for name in expected} == expected
    # What was published of continuity is about the nurse of choice, and the survey asks about the preferred GP.
    assert ("continuity", "published") not in values
    assert {name: values[name, "truth"] for name in expected} == expected


def test_published_values_say_where_they_are_from(prepared: Path) -> None:
    made = {row["outcome"]: row for row in rows(prepared / "benchmarks.csv") if row["source"] == "published"}
    assert made["emergency_admissions"]["evidence_id"] == "icp-all-emergency"
    assert made["emergency_admissions"]["programme"] == "Integrated Care Pilots, all sites"
    assert made["emergency_admissions"]["certainty"] == "F-2nd"


def test_real_data_have_no_truth(prepared: Path, tmp_path: Path) -> None:
    beside = {"emergency": ["emergency", "icp-all-emergency"], "elective": ["elective", ""]}
    benchmarks(evidence=(prepared / "evidence.parquet",), outcomes=beside, out=tmp_path / "benchmarks.csv")
    assert [(row["outcome"], row["source"]) for row in rows(tmp_path / "benchmarks.csv")] == [
        ("emergency", "published")
    ]


def test_a_published_value_that_nobody_published_is_told(prepared: Path, tmp_path: Path) -> None:
    beside, evidence = {"e": ["e", "icp-mistyped"]}, prepared / "evidence.parquet"
    with pytest.raises(Problem, match="sets `icp-mistyped` beside an outcome") as problem:
        benchmarks(evidence=(evidence,), outcomes=beside, out=tmp_path / "benchmarks.csv")
    assert "correct `published` in the study file" in problem.value.mend


def test_published_costs_stand_in_per_cent_or_pounds(prepared: Path, tmp_path: Path) -> None:
    """As published: -9 % and -223 pounds where people were case-managed, -37 pounds and not significant in all."""
    told = ("icp-six-cost-percent", "icp-six-cost-gbp", "icp-all-cost-gbp")
    benchmarks(evidence=(prepared / "evidence.parquet",), outcomes={}, costs=told, out=tmp_path / "benchmarks.csv")
    made = rows(tmp_path / "benchmarks.csv")
    assert {row["outcome"] for row in made} == {"net_cost"}
    assert [(row["scale"], float(row["value"])) for row in made] == [
        ("ratio", pytest.approx(0.91)), ("pounds", -223.0), ("pounds", -37.0),
    ]  # fmt: skip
    assert [row["significant"] for row in made] == ["yes", "yes", "no"]
