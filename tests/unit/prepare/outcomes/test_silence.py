"""Months without any event between a practice's others: what chance would hardly make is asked about."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from analysis.plan.terms import Period
from analysis.prepare.events.event_presence import event_notes
from analysis.prepare.outcomes.silence import Silence, silence_notes, silences
from analysis.study import Study
from tests.unit.prepare.check_data.test_typos import seen, told, valid
from tests.unit.prepare.outcomes.test_presence import MONTHS, SILENT, busy, counts


def quiet(values: "np.ndarray", first: int, last: int, other: float = 0.0) -> "np.ndarray":
    """The values, and another in months `first` to `last`."""
    month = np.arange(48)
    return np.where((month >= first) & (month <= last), other, values)


def test_a_run_is_told_with_its_practice_and_months() -> None:
    table = counts(A=busy(), B=quiet(busy(seed=2), 20, 22), C=quiet(np.maximum(busy(2, 3), 1), 9, 23))
    assert silences(table, SILENT) == [Silence("B", "2010-09", "2010-11", 3), Silence("C", "2009-10", "2010-12", 15)]
    assert silences(table, 0) == []


@pytest.mark.parametrize(
    "values",
    [
        quiet(busy(), 20, 20),  # one month: asked about as a count
        quiet(busy(), 20, 22, np.nan),  # no rows: missing, and no zeros
        quiet(busy(), 0, 5),  # before the first event: an opening
        quiet(busy(), 40, 47),  # after the last one: a closure
        np.where(np.arange(48) % 12 == 0, 1.0, 0.0),  # four events: that they lie so far apart says nothing
    ],
    ids=["one month", "no rows", "opening", "closure", "rare"],
)
def test_no_run_is_made_of_other_months(values: "np.ndarray") -> None:
    assert silences(counts(A=busy(seed=2), B=busy(seed=3), C=values), SILENT) == []


def test_chance_makes_none() -> None:
    """Two hundred practices from one event in ten months to two a month, some of them with long runs of zeros."""
    rates = np.linspace(0.1, 2, 200)
    table = counts(**{f"P{place}": busy(rate, place) for place, rate in enumerate(rates)})
    assert silences(table, SILENT) == []


def test_the_chance_is_that_of_a_binomial_distribution() -> None:
    """By hand: of 40 events, one in each month but eight in the middle, none lies in these: 48 (40/48)^40 = 0.033."""
    values = quiet(np.ones(48), 20, 27)
    chance = 48 * float(binom.pmf(0, 40, 8 / 48))
    assert chance == pytest.approx(0.0327, rel=1e-2)
    table = counts(A=values, B=np.ones(48))
    assert silences(table, 1.001 * chance) == [Silence("A", "2010-09", "2011-04", 8)]
    assert silences(table, 0.999 * chance) == []


def test_check_data_asks_where_no_single_count_stands_out(tmp_path: Path, study: Study) -> None:
    tables = valid()
    activity = tables["activity"][tables["activity"]["measure"] == "emergency"].reset_index(drop=True)
    activity["count"] = np.random.default_rng(1).binomial(activity["count"], 0.1)
    months = sorted(activity["month"].unique())
    own = (activity["practice_id"] == "P20") & activity["month"].between(months[12], months[27])
    assert "no event" not in " ".join(told(seen(tables | {"activity": activity}, tmp_path, study)))
    activity.loc[own, "count"] = 0
    asked = [each for each in told(seen(tables | {"activity": activity}, tmp_path, study)) if "P20" in each]
    assert len(asked) == 1
    assert "practice P20 has no event of any measure in the 16 months from 2009-04 to 2010-07" in asked[0]


def test_records_of_events_are_told_of_in_a_note(tmp_path: Path) -> None:
    table = counts(A=busy(), B=quiet(busy(seed=2), 20, 22))
    days = table.loc[table.index.repeat(table["count"].astype(int)), ["practice_id", "month"]].reset_index(drop=True)
    stays = days.assign(patient_id="H" + days.index.astype(str), admitted=days["month"] + "-03")
    stays = stays.assign(discharged=stays["admitted"], method="emergency", diagnosis_1="J440")
    stays.drop(columns="month").to_csv(tmp_path / "spells.csv", index=False)
    months = Period(first=MONTHS[0], last=MONTHS[-1])
    (note,) = event_notes({"spells": (tmp_path / "spells.csv",)}, {}, ["A", "B"], months, SILENT, "Europe/London")
    assert note.startswith("spells: 1 run of months without any event between months with events")
    assert "B from 2010-09 to 2010-11; they are taken as zeros" in note


def test_many_runs_are_counted() -> None:
    (note,) = silence_notes([Silence(f"P{each}", "2010-01", "2010-03", 3) for each in range(7)], "spells")
    assert note.startswith("spells: 7 runs of months")
    assert "and 2 more" in note
    assert silence_notes([], "spells") == []
