"""What `make check-data` says of the rows of every table adds up to the rows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.plan.pilots import Pilots
from analysis.prepare.events.event_contract import EVENT_TABLES, EventTable
from analysis.prepare.events.events import engine
from analysis.prepare.events.row_fates import fates_note, row_fates

PILOTS = Pilots.model_validate({"package": "x", "months": {"first": "2009-04", "last": "2009-06"}})
DAYS = ["2009-04-01", "20090503", "2009-06-30", "2009-07-01", "2090-01-01", "01-05-09", "1900-01-01", ""]
WORDS = {"date": DAYS, "code": ["3", "5", "21", "21.0", "X", ""], "text": ["A", "P1", "P9", ""]}


@pytest.mark.parametrize("table", EVENT_TABLES.values(), ids=lambda table: table.name)
@settings(max_examples=8)
@given(data=st.data())
def test_the_fates_add_up(tmp_path_factory: pytest.TempPathFactory, table: EventTable, data: st.DataObject) -> None:
    columns = [column for column in table.columns if column.needed]
    cells = [st.sampled_from(WORDS.get(column.type, ["1", "2.0", ""])) for column in columns]
    rows = data.draw(st.lists(st.tuples(*cells), min_size=1, max_size=30))
    folder = tmp_path_factory.mktemp("rows")
    lines = [",".join(column.names()[0] for column in columns), *map(",".join, rows)]
    (folder / "events.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with engine(folder / "x") as (connection, _):
        told = row_fates(connection, table, (folder / "events.csv",), {}, ["A", "P1"], PILOTS)
    assert told["read"] == len(rows) == sum(count for fate, count in told.items() if fate != "read")
    assert fates_note(table.name, told).startswith(f"{table.name}: of {len(rows)} row")
