"""What the changes in activity cost: the net, the pattern of admissions, other prices, published costs."""

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.answers import UNKNOWN
from analysis.assess.verdicts.rules import readings
from analysis.estimates import NET_COST, Estimate
from analysis.plan.pilots import ActivityOutcome
from analysis.prepare.costs.unit_costs import unit_costs
from analysis.present.costs.amounts import amount_text, interval_text
from analysis.present.costs.page import CostPage, page
from analysis.present.costs.unit_cost_table import unit_cost_table
from analysis.present.provenance.address import Book
from analysis.present.templates.formats import formats
from analysis.present.templates.sections import render_sections
from tests.unit.present import made_rows
from tests.unit.present.made_rows import context, sources

REPORTS = Path(__file__).parents[4] / "reports"
PHRASES = REPORTS / "phrases"
ELECTIVE = ActivityOutcome(
    kind="activity", label="elective admissions", measure="elective", good_direction="down", smallest_change=3
)
SPAN = re.compile(r"\[([^\]]*)\]\{[^}]*\}")


def row(outcome: str, estimate: float, low: float, high: float, specification: str = "primary") -> Estimate:
    return made_rows.row(
        outcome, "cost", estimate, ci_low=low, ci_high=high, estimator="cost_simulation", scale="pounds",
        horizon="2016/17", specification=specification,
    )  # fmt: skip


def told(phrase: str, rows: list[Estimate], *, benchmarks: pd.DataFrame | None = None, simulated: bool = False) -> str:
    """One phrase about the costs, without markup; of one part of them where the phrase is about one."""
    made = sources(rows, costs=True, benchmarks=benchmarks)
    estimates = made.context.estimates.assign(simulated=simulated)
    made = replace(made, context=replace(made.context, estimates=estimates))
    about = page(made)
    assert isinstance(about, CostPage)
    say = formats(made.context.book, PHRASES)["say"]
    parts = {
        "pattern": [about.pattern] if about.pattern else [],
        "other": about.net.others if about.net else (),
        "published": about.published,
    }
    return " ".join(SPAN.sub(r"\1", say(each, f"costs/{phrase}")) for each in parts.get(phrase, [about]))


FEWER = row("elective_admissions", -15000.0, -24000.0, -7000.0)
MORE = row("emergency_admissions", 2500.0, 400.0, 5700.0)


def test_the_pattern_is_told_with_both_sides() -> None:
    said = told("pattern", [FEWER, MORE])
    assert "comes to £15,000 less" in said
    assert "to £2,500 more" in said
    assert "That is the pattern" in said
    assert "not clear" not in said


def test_a_side_that_is_not_clear_is_said() -> None:
    unsure = row("emergency_admissions", 2500.0, -400.0, 5700.0)
    said = told("pattern", [FEWER, unsure])
    assert "It is not clear that there were more emergency admissions, so the pattern" in said
    assert said.endswith("is not shown.")
    hardly = row("elective_admissions", -15000.0, -24000.0, 7000.0)
    assert "that there were fewer elective admissions, so" in told("pattern", [hardly, MORE])
    both = told("pattern", [hardly, unsure])
    assert "that there were fewer elective admissions and more emergency admissions, so" in both


@pytest.mark.parametrize("emergency", [-2500.0, 0.0])
def test_another_pattern_is_not_called_it(emergency: float) -> None:
    other = row("emergency_admissions", emergency, emergency - 1, emergency + 1)
    assert "is not seen here" in told("pattern", [FEWER, other])


STAYS, DAYS = (-18270.0, -29000.0, -7000.0), (-5776.0, -10600.0, -560.0)


@pytest.mark.parametrize(
    ("net", "said"),
    [
        (
            STAYS,
            "come to hospital care worth less at national unit costs: £18,000 less (95% interval −£29,000 to −£7,000)",
        ),
        ((18000.0, 7000.0, 29000.0), "come to hospital care worth more at national unit costs: £18,000 more"),
        ((-1000.0, -5000.0, 3000.0), "come to hospital care worth neither clearly more nor clearly less"),
    ],
)
def test_the_headline_says_no_more_than_the_interval(net: tuple[float, float, float], said: str) -> None:
    line = told("headline", [row(NET_COST, *net)])
    assert said in line
    assert line.endswith("per 1,000 patients a year; what the pilots themselves cost is not in it.")


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (DAYS, "come to hospital care worth less at national unit costs"),
        ((-1000.0, -5000.0, 3000.0), "as prices are taken, which the data do not settle"),
        ((5776.0, 560.0, 10600.0), "as prices are taken, which the data do not settle"),
    ],
)
def test_both_ends_of_what_is_not_known_stand_in_the_headline(other: tuple[float, float, float], said: str) -> None:
    rows = [row(NET_COST, *STAYS), row(NET_COST, *other, specification="elective_admissions_as_day_cases")]
    line = told("headline", rows)
    more = "more" if other[0] > 0 else "less"
    assert said in line
    assert "from £18,000 less at the plan's prices (95% interval −£29,000 to −£7,000) to" in line
    assert f"£{round(abs(other[0]), -2):,.0f} {more} with elective admissions as day cases (95% interval" in line
    assert not any(word in line for word in ("saved", "cheaper", "dearer", "spent"))
    assert "(which prices hold, or what mix of them, these data do not say)" in line


def test_simulated_pilots_are_called_so() -> None:
    line = told("headline", [row(NET_COST, -1.0, -2.0, -0.5)], simulated=True)
    assert line.startswith("In the simulated pilots, the changes in activity come to hospital care worth less")


def test_other_prices_have_their_own_net() -> None:
    other = row(NET_COST, -5600.0, -10600.0, -560.0, specification="elective_admissions_as_day_cases")
    assert told("other", [row(NET_COST, -18000.0, -29000.0, -7000.0), other]) == (
        "With elective admissions as day cases, the net would be −£5,600 (interval −£10,600 to −£600)."
    )


def test_the_net_is_told_with_its_year_and_its_limits() -> None:
    rows = [row("elective_admissions", -1500.0, -2400.0, -600.0), row(NET_COST, -400.0, -1300.0, 500.0)]
    assert told("net", rows) == (
        "Taken together, the changes in activity come to hospital care worth neither clearly more nor clearly less at "
        "national unit costs of 2016/17: £400 less (95% interval −£1,300 to +£500), per 1,000 patients a year; what "
        "the pilots themselves cost is not in it."
    )
    assert told("limit", rows).startswith("Costs are those of hospital activity at national unit costs")


def test_the_table_has_each_change_the_net_and_the_net_at_other_prices(tmp_path: Path) -> None:
    rows = [
        row("elective_admissions", -1500.0, -2400.0, -600.0), row(NET_COST, -400.0, -1300.0, 500.0),
        row(NET_COST, 300.0, -600.0, 1200.0, "elective_admissions_as_day_cases"),
    ]  # fmt: skip
    text = section(tmp_path, rows)
    assert (
        "| Elective admissions | −£1,500 | −£2,400 to −£600 |\n"
        "| **Net** | −£400 | −£1,300 to +£500 |\n"
        "| Net, with elective admissions as day cases | +£300 | −£600 to +£1,200 |\n"
    ) in text
    message = (
        "the changes in activity come to hospital care worth neither clearly more nor clearly less at national unit "
        "costs."
    )
    caption = "What the changes in activity cost at the unit costs of 2016/17; more than nought is dearer."
    assert f": Taken together, {message} {caption}" in text
    assert "Simulated data. {#tbl-costs" in text
    assert "\n| Not estimated | – | – |\n" in section(tmp_path, [])


def section(folder: Path, rows: list[Estimate]) -> str:
    """The section on costs of a study with elective admissions."""
    made = sources(rows, costs=True, outcomes={"elective_admissions": ELECTIVE})
    begin = folder / "paper.qmd"
    begin.write_text("{{< include /sections/costs/results.qmd >}}\n", encoding="utf-8")
    (text,) = render_sections(REPORTS, [begin], {"costs": page(made)}, formats(made.context.book, PHRASES)).values()
    return text


@pytest.mark.parametrize(
    ("ends", "text"),
    [  # half the interval has two digits that count
        ((-19666.0, -32113.0, -7778.0), "−£20,000 (−£32,000 to −£8,000)"),
        ((2596.0, -595.0, 6040.0), "+£2,600 (−£600 to +£6,000)"),
        ((-500.0, -1409.0, 408.0), "−£500 (−£1,410 to +£410)"),
        ((-8000.0, -16000.0, -40.0), "−£8,000 (−£16,000 to −£40)"),  # an end that is not nought is not told as nought
        ((12.4, 8.1, 16.9), "+£12 (+£8 to +£17)"),
    ],
)
def test_pounds_are_told_as_exactly_as_their_interval_bears(ends: tuple[float, float, float], text: str) -> None:
    made = pd.Series(dict(zip(("estimate", "ci_low", "ci_high"), ends, strict=True)))
    assert f"{amount_text(made)} ({interval_text(made)})" == text


def test_published_costs_say_whose_they_are() -> None:
    published = pd.DataFrame(
        {
            "outcome": NET_COST, "source": "published", "scale": ["ratio", "pounds"], "value": [0.91, -37.0],
            "evidence_id": ["a", "b"], "programme": ["Six", "All"], "population": "", "certainty": ["F", "F-2nd"],
            "detail": ["costs", "costs per patient"], "significant": ["yes", "no"],
        }
    )  # fmt: skip
    assert told("published", [], benchmarks=published) == (
        "−9.0% of costs, significant (Six) −£37 of costs per patient, not significant (All; reported second-hand)"
    )


def test_nothing_is_said_of_nothing() -> None:
    assert told("headline", []) == "What the changes in activity cost could not be worked out."
    assert told("net", []) == told("limit", []) == "Costs are in the plan and could not be worked out."
    assert told("pattern", []) == told("other", []) == told("published", []) == ""
    say = formats(context([]).book, PHRASES)["say"]
    assert page(sources([])) is None
    assert say(None, "costs/limit") == say(None, "costs/net") == "Costs are not analysed at all."


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (["fell"], "less"), (["fell", "fell"], "less"), (["rose", "rose"], "more"), (["fell", "rose"], "hangs"),
        (["fell", "unclear"], "hangs"), (["unclear"], "unclear"), ([UNKNOWN], UNKNOWN), ([UNKNOWN, "fell"], "hangs"),
    ],
)  # fmt: skip
def test_a_net_cost_is_less_only_where_it_is_at_all_prices(found: list[str], verdict: str) -> None:
    assert readings.prices(found) == verdict


def test_the_table_of_unit_costs(raw: Path, root: Path, tmp_path: Path) -> None:
    receipt, table = raw / "published-evidence.json", root / "data/raw/published/unit_costs.csv"
    unit_costs(table=table, receipt=receipt, out=tmp_path / "prices.parquet")
    columns = unit_cost_table(tmp_path / "prices.parquet", formats(Book(), PHRASES)).columns
    told = dict(zip(columns["Activity"], columns["Pounds"], strict=True))
    assert told["Elective inpatient stay"] == "3,684"
    assert told["GP surgery visit of 11.7 minutes"] == "33 to 44"
