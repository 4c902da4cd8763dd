"""Practices that open or close: which months are theirs, what a rare outcome is, and who says so."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from analysis.prepare.outcomes.presence import during, presence, presence_notes

MONTHS = [str(month) for month in pd.period_range("2009-01", periods=48, freq="M")]
SILENT = 1e-6


def counts(**practices: Any) -> pd.DataFrame:
    """One measure; a missing count has no row."""
    rows = [
        pd.DataFrame({"practice_id": name, "month": MONTHS, "count": np.asarray(each, float)})
        for name, each in practices.items()
    ]
    return pd.concat(rows, ignore_index=True).dropna().assign(measure="emergency", population=1000.0)


def busy(rate: float = 17, seed: int = 1) -> "np.ndarray":
    return np.random.default_rng(seed).poisson(rate, 48).astype(float)


def where(values: "np.ndarray", first: int, last: int, other: float) -> "np.ndarray":
    """The values of months `first` to `last`, and another outside them."""
    month = np.arange(48)
    return np.where((month >= first) & (month <= last), values, other)


@pytest.mark.parametrize("other", [0.0, np.nan])
def test_closed_and_opened_whether_rows_stop_or_say_zero(other: float) -> None:
    table = counts(A=busy(), B=where(busy(seed=2), 0, 30, other), C=where(busy(seed=3), 12, 47, other))
    found = presence(table, SILENT).set_index("practice_id")
    assert list(found.index) == ["B", "C"]
    assert found.loc["B", ["first", "last"]].tolist() == ["2009-01", "2011-07"]
    assert found.loc["C", ["first", "last"]].tolist() == ["2010-01", "2012-12"]
    assert found[["zeros", "absent"]].to_numpy().tolist() == ([[17, 0], [12, 0]] if other == 0 else [[0, 17], [0, 12]])
    kept = during(table, presence(table, SILENT))
    assert kept.groupby("practice_id")["month"].size().to_dict() == {"A": 48, "B": 31, "C": 36}


def test_a_single_last_month_of_a_large_practice_and_of_a_small_one() -> None:
    table = counts(A=busy(), large=where(busy(60), 0, 46, 0), small=where(busy(0.4, 5), 0, 46, 0))
    assert presence(table, SILENT)["practice_id"].tolist() == ["large"]


def test_the_chance_is_that_of_a_binomial_distribution() -> None:
    """By hand: 12 events, one in each of the first months, and none in the later ones: (12/48)^12 = 6e-8."""
    few = np.where(np.arange(48) < 12, 1.0, 0.0)
    chance = float(binom.pmf(12, 12, 12 / 48))
    assert chance == pytest.approx(5.96e-8, rel=1e-3)
    table = counts(A=busy(1.0), B=busy(1.0, 2), few=few)
    assert "few" in set(presence(table, 1.01 * chance)["practice_id"])
    assert "few" not in set(presence(table, 0.99 * chance)["practice_id"])


def test_rare_outcomes_are_no_closures() -> None:
    random = np.random.default_rng(7)
    rare = {f"P{i}": random.poisson(0.05, 48) for i in range(300)}
    assert presence(counts(**rare), SILENT).empty
    # One admission with many bed days, in one month, of practices that have few of either.
    bursts = random.poisson(0.05, (300, 48)) * random.integers(1, 12, (300, 48))
    assert presence(counts(**{f"P{i}": each for i, each in enumerate(bursts)}), SILENT).empty


def test_false_alarms_among_many_practices_stay_below_the_limit() -> None:
    """In 4,000 practices of all sizes that are there throughout, at a limit of 1 in 1,000 a side: about 8 at most."""
    random = np.random.default_rng(8)
    rates = random.uniform(0.02, 0.6, 4000)
    table = counts(**{f"P{i}": random.poisson(rate, 48) for i, rate in enumerate(rates)})
    assert len(presence(table, 1e-3)) <= 16


def test_another_measure_that_goes_on_keeps_the_practice() -> None:
    stopped = counts(A=busy(), B=where(busy(seed=2), 0, 30, 0))
    other = counts(A=busy(seed=4), B=busy(3, 5)).assign(measure="outpatient")
    assert presence(pd.concat([stopped, other]), SILENT).empty


def test_a_list_that_grows_is_taken_into_account() -> None:
    """Events come with patients: a practice that opened with a hundredth of its list has few to lose."""
    grown = np.where(np.arange(48) < 12, 0.0, 20.0)
    table = counts(A=busy(), B=grown)
    table["population"] = np.where((table["practice_id"] == "B") & (table["month"] < "2010-01"), 10.0, 1000.0)
    assert presence(table, SILENT).empty


def test_a_limit_of_nought_takes_all_zeros_as_counts() -> None:
    assert presence(counts(A=busy(), B=where(busy(), 0, 20, 0)), 0.0).empty


def test_the_order_and_the_names_do_not_matter() -> None:
    table = counts(A=busy(), B=where(busy(seed=2), 0, 30, 0), C=where(busy(seed=3), 12, 47, np.nan))
    mixed = table.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(presence(table, SILENT), presence(mixed, SILENT))
    assert during(mixed, presence(mixed, SILENT)).shape == during(table, presence(table, SILENT)).shape


def test_what_is_said() -> None:
    table = counts(A=busy(), B=where(busy(seed=2), 0, 30, 0), C=where(busy(seed=3), 12, 47, 0))
    stop, start = presence_notes(presence(table, SILENT), "activity", (MONTHS[0], MONTHS[-1]))
    assert stop == "activity: 1 practice stops within the months: B after 2011-07"
    assert start.startswith("activity: 1 practice starts within the months: C in 2010-01; 29 practice-months of theirs")
    assert "`pilots.limits.silent` to 0" in start


def test_events_of_a_closed_practice_are_not_counted_as_zero(tmp_path: Path) -> None:
    """From records to notes: 24 months, a practice without attendances after the tenth, no table of populations."""
    from analysis.plan.terms import Period
    from analysis.prepare.events.event_presence import event_notes

    random, rows = np.random.default_rng(3), ["HESID,GPPRAC,APPTDATE,ATTENDED"]
    for practice, last in (("P1", 24), ("P2", 10), ("P9", 5)):
        for place, month in enumerate(MONTHS[:24]):
            rows += [f"A{i},{practice},{month}-{1 + i % 28:02d},5" for i in range(random.poisson(20) * (place < last))]
    (tmp_path / "outpatients.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    months = Period(first=MONTHS[0], last=MONTHS[23])
    notes = event_notes(
        {"outpatients": (tmp_path / "outpatients.csv",)}, {}, ["P1", "P2"], months, SILENT, "Europe/London"
    )
    assert len(notes) == 1
    assert notes[0].startswith("outpatients: 1 practice stops within the months: P2 after 2009-10; 14 practice-months")
