"""The cells of tables of events: days in any time zone, codes as programs write them, and what is no day at all."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.plan.terms import Period
from analysis.prepare.contract.marks import MISSING_WORDS
from analysis.prepare.events.event_cells import cell_sql
from analysis.prepare.events.event_contract import EMERGENCY_CARE, EPISODES, OUTPATIENTS, EventTable
from analysis.prepare.events.events import engine, event_select

MONTHS = Period(first="2021-04", last="2021-06")


def rows(frame: pd.DataFrame, folder: Path, table: EventTable, kind: str = "csv", **options: Any) -> list[Any]:
    """The rows of a table as they are read from CSV or Parquet; columns that it lacks are empty."""
    path = folder / f"events.{kind}"
    full = frame.assign(**{
        column.name: None for column in table.columns if column.needed and column.name not in frame
    })  # fmt: skip
    full.to_csv(path, index=False) if kind == "csv" else full.to_parquet(path, index=False)
    with engine(folder / "x", **options) as (connection, _):
        typed = event_select(connection, table, [path], {}, months=MONTHS)
        return connection.execute(f"FROM ({typed})").df().to_dict("records")


def day(text: object, folder: Path, kind: str = "csv", **options: Any) -> tuple[str, str]:
    """What a cell is read as, and what is wrong with it; empty texts where it is missing, and where nothing is."""
    (row,) = rows(pd.DataFrame({"ARRIVALDATE": [text]}), folder, EMERGENCY_CARE, kind, **options)
    return "" if pd.isna(row["ARRIVALDATE"]) else str(row["ARRIVALDATE"])[:10], row["broken"] or ""


# By hand: British Summer Time is an hour ahead of UTC, New Zealand Standard Time twelve.
ZONED = [
    ("2021-04-30T23:30:00Z", "Europe/London", "2021-05-01"),
    ("2021-04-30T23:30:00Z", "UTC", "2021-04-30"),
    ("2021-04-30T12:30:00Z", "Pacific/Auckland", "2021-05-01"),
    ("2021-01-31 23:30:00+00", "Europe/London", "2021-01-31"),
    ("2021-05-01 00:30:00+01:00", "Europe/London", "2021-05-01"),
    ("2021-05-01 00:30:00+01:00", "UTC", "2021-04-30"),
    ("2021-04-30 23:30:00", "Europe/London", "2021-04-30"),
    ("2021-04-30T23:30:00.000", "Pacific/Auckland", "2021-04-30"),
]


@pytest.mark.parametrize(("text", "zone", "told"), ZONED)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_time_is_a_day_of_the_studys_time_zone(text: str, zone: str, told: str, kind: str, tmp_path: Path) -> None:
    assert day(text, tmp_path, zone=zone)[0] == told
    written = pd.Timestamp(text)
    assert day(written, tmp_path, kind, zone=zone)[0] == told


def test_the_zone_in_which_a_time_was_written_decides_nothing(tmp_path: Path) -> None:
    for written in ("UTC", "Europe/London", "America/New_York"):
        time = pd.Timestamp("2021-04-30T23:30:00Z").tz_convert(written)
        assert day(time, tmp_path, "parquet")[0] == "2021-05-01"


IMPOSSIBLE = [
    "01-05-21", "1-5-21", "0021-05-01", "01-05-2021", "01/05/2021", "05/01/2021", "1 May 2021", "2021-05", "2021-13-01",
    "1900-01-01", "1899-12-31", "44317", "1619827200", "1619827200000", "01052021", "2021-05-01 noon", "20211301",
]  # fmt: skip


@pytest.mark.parametrize("text", IMPOSSIBLE)
def test_what_is_no_day_of_an_event_is_never_taken_for_one(text: str, tmp_path: Path) -> None:
    assert day(text, tmp_path)[1] == "impossible date"


@pytest.mark.parametrize("number", [44317, 1619827200, 44317.0, 1052021])
def test_numbers_of_spreadsheets_and_seconds_are_no_days_in_parquet_either(number: float, tmp_path: Path) -> None:
    assert day(number, tmp_path, "parquet") == ("", "impossible date")


@pytest.mark.parametrize("text", ["2022-07-01", "2090-05-03", "9999-12-31", "20900503"])
def test_far_futures_are_told(text: str, tmp_path: Path) -> None:
    assert day(text, tmp_path)[1] == "in the future"


GOOD = ["2021-05-01", "20210501", "20210501.0", " 2021-05-01 ", "2021-05-01T00:00:00", "2021-05-01 00:00:00"]


@pytest.mark.parametrize("text", GOOD)
def test_days_are_read(text: str, tmp_path: Path) -> None:
    assert day(text, tmp_path) == ("2021-05-01", "")


@pytest.mark.parametrize("text", ["", "NA", "NULL", "NaN", "1800-01-01", "1582-10-15"])
def test_what_is_missing_is_not_wrong(text: str, tmp_path: Path) -> None:
    assert day(text, tmp_path) == ("", "")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_codes_of_a_column_with_gaps_are_those_of_one_without(kind: str, tmp_path: Path) -> None:
    # pandas makes a column of whole numbers with a gap a column of floats, and writes 21.0.
    frame = pd.DataFrame({
        "HESID": [501.0, None], "PROCODE3": ["RX1", "RX1"], "EPIKEY": [70001.0, None], "EPISTAT": [3.0, None],
        "ADMIMETH": [21.0, None], "ADMISORC": [51.0, None], "DISMETH": [1.0, None], "DISDEST": [52.0, None],
        "GPPRAC": [101.0, None], "EPIORDER": [1.0, None], "DIAG_01": ["I50.0", "J45.9"],
    })  # fmt: skip
    first, second = rows(frame, tmp_path, EPISODES, kind)
    told = {name: first[name] for name in frame}
    assert told == {
        "HESID": "501", "PROCODE3": "RX1", "EPIKEY": "70001", "EPISTAT": "3", "ADMIMETH": "21", "ADMISORC": "51",
        "DISMETH": "1", "DISDEST": "52", "GPPRAC": "101", "EPIORDER": 1, "DIAG_01": "I50.0",
    }  # fmt: skip
    assert [name for name in frame if not pd.isna(second[name])] == ["PROCODE3", "DIAG_01"]


@pytest.mark.parametrize("text", ["5", "5.0", "05", "05.0", " 5 ", "5.00"])
def test_a_code_is_one_however_it_is_written(text: str, tmp_path: Path) -> None:
    (row,) = rows(pd.DataFrame({"ATTENDED": [text]}), tmp_path, OUTPATIENTS)
    assert row["ATTENDED"] == "5"


@pytest.mark.parametrize("text", ["2A", "5.5", "1.2.0", "0", "A.0", "12e3"])
def test_what_is_no_whole_number_stays_as_it_is(text: str, tmp_path: Path) -> None:
    (row,) = rows(pd.DataFrame({"ATTENDED": [text]}), tmp_path, OUTPATIENTS)
    assert row["ATTENDED"] == text


def test_one_part_of_a_folder_may_be_written_otherwise(tmp_path: Path) -> None:
    (tmp_path / "outpatients").mkdir()
    plain = {"HESID": "A", "GPPRAC": "P1", "APPTDATE": "2021-05-01"}
    for at, code in enumerate(["5", 5, 5.0]):
        pd.DataFrame([plain | {"ATTENDED": code}]).to_parquet(tmp_path / f"outpatients/{at}.parquet")
    with engine(tmp_path / "x") as (connection, _):
        typed = event_select(connection, OUTPATIENTS, [tmp_path / "outpatients"], {})
        codes = connection.execute(f"SELECT DISTINCT ATTENDED FROM ({typed})").fetchall()
    assert codes == [("5",)]


@pytest.mark.parametrize("text", ["3.7", "x", "1e400"])
def test_a_whole_number_is_whole(text: str, tmp_path: Path) -> None:
    (row,) = rows(pd.DataFrame({"EPIORDER": [text]}), tmp_path, EPISODES)
    assert pd.isna(row["EPIORDER"])


def test_no_connection_has_the_time_zone_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    with engine(tmp_path / "x") as (connection, _):
        assert connection.execute("SELECT current_setting('TimeZone')").fetchall() == [("Europe/London",)]


# By the rule in words: spaces of every alphabet around a text are no part of it, a word for a missing value is none,
# and a whole number has no .0.
TEXTS = st.lists(
    st.one_of(
        st.text(" \t\u00a0\u3000ANaone.0!~\u00e9", max_size=9),
        st.tuples(st.sampled_from(["", " ", "\u00a0", "\t"]), st.sampled_from(MISSING_WORDS)).map("".join),
        st.sampled_from(["12345.0", " 12345.0", "12345.00", "a.0", "abcdefg.0 ", "G0000000001"]),
    ),
    min_size=1, max_size=30,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_an_id_is_read_as_the_rule_says_in_words(texts: list[str]) -> None:
    expected: list[str | None] = []
    for text in texts:
        inner = text.strip(" \u00a0\u3000")
        expected.append(None if inner in MISSING_WORDS else re.sub(r"^([0-9]+)\.0+$", r"\1", inner))
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE cells AS SELECT unnest(?::VARCHAR[]) AS cell", [texts])
        for table, name in ((EPISODES, "HESID"), (EPISODES, "GPPRAC")):
            cell = cell_sql(table, table.column(name), "cell", "VARCHAR")
            assert [each for (each,) in connection.execute(f"SELECT {cell} FROM cells").fetchall()] == expected
