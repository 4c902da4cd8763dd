"""The matched cohort as a reader sees it: protected counts, the figures' data, and words that follow the numbers."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.estimates import COLUMNS
from analysis.plan.pilots import ActivityOutcome
from analysis.present.document.text import cohort, cohort_methods
from analysis.present.matched_cohort.cohort import flow_rows, love_rows, results_table
from analysis.present.matched_cohort.cohort_words import cohort_words
from analysis.present.provenance.address import Book
from analysis.present.provenance.context import Context, Outcomes
from analysis.tables import Lineage, Source, write_table

FLOW = {
    "cases": 1203, "cases_followed": 1200, "cases_matched": 1196, "cases_unmatched": 4, "candidates": 30_001,
    "candidates_at_risk": 28_123, "controls_matched": 5402, "too_early": 2, "too_late": 1,
}  # fmt: skip
OUTCOMES: Outcomes = {
    "emergency_admissions": ActivityOutcome(
        kind="activity", label="emergency admissions", measure="emergency", good_direction="down", smallest_change=3,
        designs=("difference_in_differences", "matched_cohort"),
    )
}  # fmt: skip
LINEAGE = Lineage((Source("ours", "0" * 64, "observed"),))


def balance(after: float) -> pd.DataFrame:
    values = {"age": ("Age", 0.4, after), "risk": ("Predicted risk", 0.9, -0.03)}
    return pd.DataFrame(
        [
            {
                "covariate": name, "characteristic": label, "stage": stage, "cases_mean": 1.0, "controls_mean": 1.0,
                "standardised_difference": difference, "variance_ratio": 1.1,
            }
            for name, (label, *both) in values.items()
            for stage, difference in zip(("before", "after"), both, strict=True)
        ]
    )  # fmt: skip


def row(outcome: str, estimate: float, half: float, **other: Any) -> dict[str, Any]:
    plain = dict.fromkeys(COLUMNS, float("nan")) | {
        "outcome": outcome, "design": "matched_cohort", "estimator": "poisson_matched", "specification": "primary",
        "term": "effect", "horizon": "after", "subgroup": "all", "scale": "ratio", "estimate": estimate,
        "ci_low": estimate - half, "ci_high": estimate + half, "simulated": False, "data_digest": "d",
    }  # fmt: skip
    return plain | other


def table() -> pd.DataFrame:
    name = "emergency_admissions"
    return pd.DataFrame(
        [
            row(name, 1.09, 0.05), row(name, 1.09, 0.08, term="inference", horizon="site_clusters"),
            row(name, 1.07, 0.05, estimator="entropy_balancing"), row("mortality", 1.01, 0.1),
            row(name, 0.65, 0, term="before_after", subgroup="cases", ci_low=float("nan"), ci_high=float("nan")),
            row(name, 0.58, 0, term="before_after", subgroup="controls", ci_low=float("nan"), ci_high=float("nan")),
        ]
    ).assign(step="analysis.estimate.matched_cohort.matched_cohort")  # fmt: skip


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    path = tmp_path / "benchmarks.csv"
    path.write_text(
        "outcome,source,scale,value,evidence_id,programme,population,certainty,detail\n"
        "emergency_admissions,published,ratio,1.09,icp-six-emergency,Six sites,older people,F,emergency admissions\n",
        encoding="utf-8",
    )
    return path


def told(folder: Path, beside: Path, rows: pd.DataFrame, after: float = 0.02) -> tuple[dict[str, str], Book]:
    write_table(folder / "balance.parquet", balance(after), LINEAGE)
    (folder / "flow.json").write_text(json.dumps(FLOW), encoding="utf-8")
    context = Context(rows, {"d": LINEAGE.to_records()}, 0.95, Book())
    return cohort_words(context, OUTCOMES, folder / "flow.json", folder / "balance.parquet", beside), context.book


def test_counts_of_people_are_protected() -> None:
    rows = flow_rows(FLOW).set_index("box")["patients"]
    assert rows["Patients of the intervention"] == "1,205"
    assert rows["Without anybody alike within the caliper"] == rows["Without enough months in the data"] == "*"
    assert "exact" not in flow_rows(FLOW)


def test_words_follow_the_numbers(tmp_path: Path, beside: Path) -> None:
    words, book = told(tmp_path, beside, table())
    assert "1,203" not in words["flow"]
    assert "All are below" in words["balance"]
    assert "Emergency admissions rose by" in words["found"]
    assert "did not clearly die" not in words["found"]
    assert "Cases did not clearly die" in words["mortality"]
    assert book.entries["cohort.alone.cases"][0] == "−35.0%"
    assert book.entries["cohort.emergency_admissions.published"][0] == "+9.0%"
    assert all(origin.step.startswith("analysis.") for _, origin in book.entries.values())


def test_groups_that_are_not_alike_are_said_to_be_so(tmp_path: Path, beside: Path) -> None:
    worse = table()
    dead = worse["outcome"] == "mortality"
    worse.loc[dead, ["estimate", "ci_low", "ci_high"]] = [1.5, 1.2, 1.9]
    words, _ = told(tmp_path, beside, worse, after=0.2)
    assert "Not all are below" in words["balance"]
    assert "probably not alike" in words["mortality"]


def test_where_sites_are_too_few_no_interval_by_site_is_told(tmp_path: Path, beside: Path) -> None:
    plain = told(tmp_path, beside, table())[0]["sites"]
    assert plain.startswith("Clustered by the cases' sites instead, the intervals are [+1.0% to +17.0%]")
    few = table()
    by_site = few["horizon"] == "site_clusters"
    few.loc[by_site, ["ci_low", "ci_high"]] = float("nan")
    few.loc[by_site, ["treated_clusters", "comparison_clusters"]] = [2, 0]
    words = told(tmp_path, beside, few)[0]
    assert words["sites"].endswith("from so few sites it cannot be told.")
    assert "no interval" not in words["sites"]


def test_what_was_not_estimated_leaves_whole_sentences(tmp_path: Path, beside: Path) -> None:
    nothing = told(tmp_path, beside, table().iloc[[3]])[0]
    assert nothing["found"] == "No change could be estimated."
    assert nothing["weighted"] == "Entropy balancing gave no estimate."
    assert "not estimated" in results_table(table().iloc[[0, 1, 3]], pd.read_csv(beside), OUTCOMES)


def test_love_plot_has_the_largest_difference_first_and_no_signs() -> None:
    rows = love_rows(balance(-0.05))
    assert list(dict.fromkeys(rows["covariate"])) == ["risk", "age"]
    assert (rows["difference"] >= 0).all()


def test_the_section_is_there_where_the_plan_asks_and_the_data_can_answer() -> None:
    plain = {"emergency_admissions": OUTCOMES["emergency_admissions"].model_copy(update={"designs": ("event_study",)})}
    assert (
        cohort(OUTCOMES, ("activity", "patients", "spells")) == "{{< include /sections/matched_cohort/results.qmd >}}"
    )
    assert "The data lack a table of patients" in cohort(OUTCOMES, ("activity", "patients"))
    assert cohort_methods(OUTCOMES, ("activity",)) == cohort(plain, ("patients", "spells")) == ""
