"""The matched cohort as a reader sees it: protected counts, the figures' data, and words that follow the numbers."""

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.assess.verdicts.rules import robustness
from analysis.estimates import Estimate
from analysis.plan.pilots import ActivityOutcome
from analysis.present.matched_cohort.cohort import flow_rows, love_rows, results_table
from analysis.present.matched_cohort.page import page
from analysis.present.provenance.address import Book
from analysis.present.provenance.context import Outcomes
from analysis.present.provenance.sources import Sources
from analysis.present.templates.formats import formats
from analysis.present.templates.sections import render_sections
from analysis.tables import Lineage, Source, write_table
from tests.unit.present import made_rows
from tests.unit.present.made_rows import sources, table

REPORTS = Path(__file__).parents[4] / "reports"
WORDS = formats(Book(), REPORTS / "phrases")
SPAN = re.compile(r"\[([^\]]*)\]\{[^}]*\}")

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


def row(outcome: str, estimate: float, half: float | None = None, **other: Any) -> Estimate:
    usual: dict[str, Any] = {"design": "matched_cohort", "estimator": "poisson_matched"}
    return made_rows.row(outcome, other.pop("term", "effect"), estimate, half, **(usual | other))


def rows() -> list[Estimate]:
    name = "emergency_admissions"
    return [
        row(name, 1.09, 0.05), row(name, 1.09, 0.08, term="inference", horizon="site_clusters"),
        row(name, 1.07, 0.05, estimator="entropy_balancing"), row("mortality", 1.01, 0.1),
        row(name, 0.65, term="before_after", subgroup="cases"),
        row(name, 0.58, term="before_after", subgroup="controls"),
    ]  # fmt: skip


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    path = tmp_path / "benchmarks.csv"
    path.write_text(
        "outcome,source,scale,value,evidence_id,programme,population,certainty,detail\n"
        "emergency_admissions,published,ratio,1.09,icp-six-emergency,Six sites,older people,F,emergency admissions\n",
        encoding="utf-8",
    )
    return path


def told(
    folder: Path, benchmarks: Path, made: list[Estimate], after: float = 0.02, *, simulated: bool = False
) -> tuple[dict[str, str], Book]:
    """Every sentence of the section, by its phrase and without markup, and the numbers that it tells."""
    lineage = Lineage((Source("ours", "0" * 64, "simulated" if simulated else "observed"),))
    write_table(folder / "balance.parquet", balance(after), lineage)
    (folder / "flow.json").write_text(json.dumps(FLOW), encoding="utf-8")
    files = {"cohort": (folder / "flow.json", folder / "balance.parquet", benchmarks)}
    about = sources(made, outcomes=OUTCOMES, files=files, balance=((balance(after), simulated),))
    shown = page(about)
    assert shown
    assert shown.cohort
    whole = shown.cohort
    say = formats(about.context.book, REPORTS / "phrases")["say"]
    parts = {"flow": whole.flow, "balance": whole.balance} | ({"alone": whole.alone} if whole.alone else {})
    parts |= dict.fromkeys(("found", "sites", "weighted", "deaths"), whole)
    words = {name: SPAN.sub(r"\1", say(part, f"matched_cohort/{name}")) for name, part in parts.items()}
    return words | {"beside": SPAN.sub(r"\1", say(whole.beside, "beside/beside"))}, about.context.book


def test_counts_of_people_are_protected() -> None:
    rows = flow_rows(FLOW, WORDS).set_index("box")["patients"]
    assert rows["Patients of the intervention"] == "1,205"
    assert rows["Without anybody alike within the caliper"] == rows["Without enough months in the data"] == "*"
    assert "exact" not in flow_rows(FLOW, WORDS)


def test_words_follow_the_numbers(tmp_path: Path, beside: Path) -> None:
    words, book = told(tmp_path, beside, rows())
    assert words["flow"].startswith(
        "Of 1,205 patients of the intervention, 1,200 had enough months of history and of follow-up, and 1,195 found"
    )
    assert "simulated" not in words["flow"]
    assert words["balance"] == (
        "Before matching the largest standardised difference was 0.90, for predicted risk; after it, 0.03, for "
        "predicted risk. All are below a tenth of a standard deviation, and every ratio of variances lies between a "
        "half and two."
    )
    assert words["found"] == "Emergency admissions rose by 9.0% (95% confidence interval +4.0% to +14.0%)."
    assert words["alone"].startswith(
        "From the months before to the months after, emergency admissions changed by −35.0% among the cases and by "
        "−42.0% among their controls"
    )
    assert words["weighted"] == "Entropy balancing gives +7.0% (+2.0% to +12.0%) for emergency admissions."
    assert words["deaths"] == (
        "Cases did not clearly die more or less often than their controls (the risk of death relative to theirs: "
        "+1.0%; interval −9.0% to +11.0%)."
    )
    assert words["beside"] == "The value published for emergency admissions is +9.0% (Six sites: older people)."
    assert all(origin.step.startswith("analysis.") for _, origin in book.entries.values())


@pytest.mark.parametrize(("risk", "how"), [(1.5, "more"), (0.5, "less")])
def test_groups_that_are_not_alike_are_said_to_be_so(tmp_path: Path, beside: Path, risk: float, how: str) -> None:
    points = row("mortality", 0.4, 0.3, scale="points")
    worse = [each for each in rows() if each.outcome != "mortality"] + [row("mortality", risk, 0.3), points]
    words, _ = told(tmp_path, beside, worse, after=0.2)
    assert "Not all are below" in words["balance"]
    assert words["deaths"].startswith(f"Cases died {how} often than their controls")
    assert "; a difference of +0.40 percentage points), so the two groups were probably not alike" in words["deaths"]


def test_where_sites_are_too_few_no_interval_by_site_is_told(tmp_path: Path, beside: Path) -> None:
    plain = told(tmp_path, beside, rows())[0]["sites"]
    assert plain == (
        "Clustered by the cases' sites instead, the intervals are +1.0% to +17.0% for emergency admissions."
    )
    few = [
        row("emergency_admissions", 1.09, term="inference", horizon="site_clusters", treated_clusters=2)
        if each.term == "inference" else each
        for each in rows()
    ]  # fmt: skip
    words = told(tmp_path, beside, few)[0]
    assert words["sites"].endswith("from so few sites it cannot be told.")
    assert "no interval" not in words["sites"]


def test_simulated_patients_are_called_so(tmp_path: Path, beside: Path) -> None:
    assert "These patients are simulated." in told(tmp_path, beside, rows(), simulated=True)[0]["flow"]


def test_what_was_not_estimated_leaves_whole_sentences(tmp_path: Path, beside: Path) -> None:
    nothing = told(tmp_path, beside, [])[0]
    assert nothing["found"] == "No change could be estimated."
    assert nothing["weighted"] == "Entropy balancing gave no estimate."
    assert nothing["deaths"] == "Deaths could not be compared."
    assert (nothing["sites"], nothing["beside"]) == ("", "")
    made = table([rows()[0], rows()[1], rows()[3]])
    assert "not estimated" in results_table(made, pd.read_csv(beside), OUTCOMES, WORDS)


def test_of_too_few_persons_nothing_is_said_of_balance() -> None:
    say = formats(Book(), REPORTS / "phrases")["say"]
    assert say(None, "matched_cohort/balance").startswith("Too few persons stand behind the matched cohort")


def test_love_plot_has_the_largest_difference_first_and_no_signs() -> None:
    rows = love_rows(balance(-0.05))
    assert list(dict.fromkeys(rows["covariate"])) == ["risk", "age"]
    assert (rows["difference"] >= 0).all()


def section(about: Sources, part: str, folder: Path) -> str:
    begin = folder / "paper.qmd"
    begin.write_text(f"{{{{< include /sections/matched_cohort/{part}.qmd >}}}}\n", encoding="utf-8")
    filters = formats(about.context.book, REPORTS / "phrases")
    (text,) = render_sections(REPORTS, [begin], {"matched_cohort": page(about)}, filters).values()
    return text


def test_the_section_is_there_where_the_plan_asks_and_the_data_can_answer(tmp_path: Path) -> None:
    plain = {"emergency_admissions": OUTCOMES["emergency_admissions"].model_copy(update={"designs": ("event_study",)})}
    asked, unasked = (sources([], outcomes=each) for each in (OUTCOMES, plain))
    assert "The data lack a table of patients" in section(asked, "results", tmp_path)
    assert section(asked, "methods", tmp_path) == ""
    assert section(unasked, "results", tmp_path) == section(unasked, "methods", tmp_path) == ""


@pytest.mark.parametrize(
    ("differences", "verdict"), [([0.099, -0.099], "alike"), ([0.1], "apart"), ([0.0, -0.1], "apart")]
)
def test_a_difference_of_a_tenth_is_not_small(differences: list[float], verdict: str) -> None:
    assert robustness.balance(differences) == verdict


@pytest.mark.parametrize(("ratios", "verdict"), [([0.5, 2.0], "alike"), ([0.49], "apart"), ([2.1], "apart")])
def test_variances_are_alike_from_a_half_to_two(ratios: list[float], verdict: str) -> None:
    assert robustness.variances(ratios) == verdict
