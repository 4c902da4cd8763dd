"""What stands beside the net cost: the pattern of admissions, other prices, published costs."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.estimates import NET_COST
from analysis.prepare.costs.unit_costs import unit_costs
from analysis.present.costs.cost_beside import cost_beside
from analysis.present.costs.cost_words import amount_text, interval_text
from analysis.present.costs.unit_cost_table import unit_cost_table
from analysis.present.provenance.address import Book
from analysis.present.provenance.context import Context

NOTHING = pd.DataFrame(columns=["outcome"])
SPAN = re.compile(r"\[([^\]]*)\]\{[^}]*\}")


def row(outcome: str, estimate: float, low: float, high: float, **other: object) -> dict[str, Any]:
    usual = {
        "design": "difference_in_differences", "estimator": "cost_simulation", "specification": "primary",
        "term": "cost", "scale": "pounds", "horizon": "2016/17", "subgroup": "all", "simulated": False,
        "population": "", "data_digest": "d", "outcome": outcome, "estimate": estimate, "ci_low": low,
        "ci_high": high, "step": "x",
    }  # fmt: skip
    return usual | other


def words(rows: list[dict[str, Any]], benchmarks: pd.DataFrame = NOTHING) -> dict[str, str]:
    table = pd.DataFrame(rows) if rows else pd.DataFrame(columns=list(row("x", 0, 0, 0)))
    lineage = {"d": [{"id": "ours", "kind": "observed"}]}
    told = cost_beside(Context(table, lineage, 0.95, Book()), benchmarks)
    return {key: SPAN.sub(r"\1", text) for key, text in told.items()}


FEWER = row("elective_admissions", -15000.0, -24000.0, -7000.0)
MORE = row("emergency_admissions", 2500.0, 400.0, 5700.0)


def test_the_pattern_is_told_with_both_sides() -> None:
    told = words([FEWER, MORE])["pattern"]
    assert "comes to £15,000 less" in told
    assert "to £2,500 more" in told
    assert "That is the pattern" in told
    assert "not clear" not in told


def test_a_side_that_is_not_clear_is_said() -> None:
    unsure = row("emergency_admissions", 2500.0, -400.0, 5700.0)
    told = words([FEWER, unsure])["pattern"]
    assert "It is not clear that there were more emergency admissions, so the pattern" in told
    assert told.endswith("is not shown.")


@pytest.mark.parametrize("emergency", [-2500.0, 0.0])
def test_another_pattern_is_not_called_it(emergency: float) -> None:
    other = row("emergency_admissions", emergency, emergency - 1, emergency + 1)
    assert "is not seen here" in words([FEWER, other])["pattern"]


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
    told = words([row(NET_COST, *net)])["headline"]
    assert said in told
    assert told.endswith("per 1,000 patients a year; what the pilots themselves cost is not in it.")


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
    told = words(rows)["headline"]
    more = "more" if other[0] > 0 else "less"
    assert said in told
    assert "from £18,000 less at the plan's prices (95% interval −£29,000 to −£7,000) to" in told
    assert f"£{round(abs(other[0]), -2):,.0f} {more} with elective admissions as day cases (95% interval" in told
    assert not any(word in told for word in ("saved", "cheaper", "dearer", "spent"))
    assert "(which prices hold, or what mix of them, these data do not say)" in told


def test_simulated_pilots_are_called_so() -> None:
    rows = [row(NET_COST, -1.0, -2.0, -0.5, simulated=True)]
    assert words(rows)["headline"].startswith(
        "In the simulated pilots, the changes in activity come to hospital care worth less"
    )


def test_other_prices_have_their_own_net() -> None:
    other = row(NET_COST, -5600.0, -10600.0, -560.0, specification="elective_admissions_as_day_cases")
    told = words([row(NET_COST, -18000.0, -29000.0, -7000.0), other])["otherwise"]
    assert told == ("With elective admissions as day cases, the net would be −£5,600 (interval −£10,600 to −£600).")


@pytest.mark.parametrize(
    ("ends", "told"),
    [  # half the interval has two digits that count
        ((-19666.0, -32113.0, -7778.0), "−£20,000 (−£32,000 to −£8,000)"),
        ((2596.0, -595.0, 6040.0), "+£2,600 (−£600 to +£6,000)"),
        ((-500.0, -1409.0, 408.0), "−£500 (−£1,410 to +£410)"),
        ((-8000.0, -16000.0, -40.0), "−£8,000 (−£16,000 to −£40)"),  # an end that is not nought is not told as nought
        ((12.4, 8.1, 16.9), "+£12 (+£8 to +£17)"),
    ],
)
def test_pounds_are_told_as_exactly_as_their_interval_bears(ends: tuple[float, float, float], told: str) -> None:
    row = pd.Series(dict(zip(("estimate", "ci_low", "ci_high"), ends, strict=True)))
    assert f"{amount_text(row)} ({interval_text(row)})" == told


def test_published_costs_say_whose_they_are() -> None:
    published = pd.DataFrame(
        {
            "outcome": NET_COST, "source": "published", "scale": ["ratio", "pounds"], "value": [0.91, -37.0],
            "evidence_id": ["a", "b"], "programme": ["Six", "All"], "population": "", "certainty": ["F", "F-2nd"],
            "detail": ["costs", "costs per patient"], "significant": ["yes", "no"],
        }
    )  # fmt: skip
    assert words([], published)["beside"] == (
        "Published beside it: −9.0% of costs, significant (Six); −£37 of costs per patient, "
        "not significant (All; reported second-hand)."
    )


def test_nothing_is_said_of_nothing() -> None:
    told = words([])
    assert told.pop("headline") == "What the changes in activity cost could not be worked out."
    assert set(told.values()) == {""}


def test_the_table_of_unit_costs(raw: Path, root: Path, tmp_path: Path) -> None:
    receipt, table = raw / "published-evidence.json", root / "data/raw/published/unit_costs.csv"
    unit_costs(table=table, receipt=receipt, out=tmp_path / "prices.parquet")
    columns = unit_cost_table(tmp_path / "prices.parquet").columns
    told = dict(zip(columns["Activity"], columns["Pounds"], strict=True))
    assert told["Elective inpatient stay"] == "3,684"
    assert told["GP surgery visit of 11.7 minutes"] == "33 to 44"
