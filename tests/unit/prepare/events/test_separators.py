"""Tables of events whose cells are separated by something else are read alike."""

from pathlib import Path

import pytest

from analysis.plan.terms import Period
from analysis.prepare.events.event_contract import SPELLS
from analysis.prepare.events.event_faults import faults
from analysis.prepare.events.events import engine, event_select
from analysis.steps import Problem

SPELL = "patient_id,practice_id,admitted,discharged,method,diagnosis_1\nA,P1,2009-01-05,2009-01-09,emergency,I500\n"


@pytest.mark.parametrize("separator", [",", ";", "|", "\t"])
def test_spells_are_read_whatever_separates_their_cells(separator: str, tmp_path: Path) -> None:
    path = tmp_path / "spells.csv"
    path.write_text(SPELL.replace(",", separator), encoding="utf-8")
    months = Period(first="2009-01", last="2009-02")
    with engine(tmp_path / "out") as (connection, _):
        found = faults(connection, SPELLS, [path], columns={}, practices=["P1"], months=months)
        query = event_select(connection, SPELLS, [path], {})
        row = connection.execute(f"SELECT patient_id, CAST(admitted AS VARCHAR), diagnosis_1 FROM ({query})").fetchone()
    assert [each.check for each in found] == ["months"]  # no row in February
    assert row == ("A", "2009-01-05", "I500")


def test_parts_that_are_separated_in_two_ways_are_named(tmp_path: Path) -> None:
    for name, sign in (("a.csv", ","), ("b.csv", ";")):
        (tmp_path / name).write_text(SPELL.replace(",", sign), encoding="utf-8")
    with (
        engine(tmp_path / "out") as (connection, _),
        pytest.raises(Problem, match=r"a\.csv by commas and b\.csv by semi"),
    ):
        event_select(connection, SPELLS, [tmp_path], {})
