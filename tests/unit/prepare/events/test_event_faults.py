"""What is wrong with an event table is said with the file, the line, the column and how to mend it."""

import gzip
from pathlib import Path

import pandas as pd
import pytest

from analysis.plan.limits import Limits
from analysis.plan.terms import Period
from analysis.prepare.contract.faults import Fault
from analysis.prepare.events.event_contract import (
    CONTACTS,
    EPISODES,
    EVENT_TABLES,
    OUTPATIENTS,
    REGISTRATIONS,
    SPELLS,
    EventTable,
)
from analysis.prepare.events.event_faults import faults
from analysis.prepare.events.events import engine

SHARES = ("broken", "unknown_codes", "twice", "overlapping", "outside_months", "other_practices")
MONTHS = Period(first="2009-04", last="2009-06")
GOOD = """\
patient_id,practice_id,admitted,discharged,method,diagnosis_1
A,P1,2009-04-01,2009-04-03,21,J459
B,P1,2009-05-01,2009-05-03,21,J459
C,P2,2009-06-01,,21,J459
"""
CONTACT = """\
patient_id,practice_id,date,clinician_id,role,mode
A,P1,2009-04-01,D,gp,home
A,P1,2009-05-01,D,gp,home
A,P1,2009-06-01,D,gp,home
"""


REGISTERED = """\
patient_id,practice_id,registered,left,died,gp_id,birth_year,sex,imd,conditions
A,P1,2001-01-01,2005-06-30,,D,1940,female,20,1
A,P1,2005-06-30,,,D,1940,female,20,1
A,P2,2004-01-01,2004-12-31,,E,1940,female,20,1
B,P1,2001-01-01,,2009-05-05,D,1950,male,10,0
"""


def found(
    text: str | Path, folder: Path, table: EventTable = SPELLS, tolerated: float = 0, **columns: str
) -> list[Fault]:
    path = text if isinstance(text, Path) else folder / f"{table.name}.csv"
    if isinstance(text, str):
        path.write_text(text, encoding="utf-8")
    with engine(folder / "x") as (connection, _):
        return faults(
            connection,
            table,
            [path],
            columns=columns,
            practices={"P1", "P2"},
            months=MONTHS,
            limits=Limits(**dict.fromkeys(SHARES, tolerated)),
        )


def test_a_good_table_has_no_faults(tmp_path: Path) -> None:
    assert found(GOOD, tmp_path) == []
    assert found(CONTACT, tmp_path, CONTACTS) == []
    assert found(GOOD.replace("patient_id", "pseudonym"), tmp_path, SPELLS, patient_id="pseudonym") == []


CASES = [
    ("method", "admission", "columns", "method", (), "a column method"),
    ("2009-04-01", "01/04/2009", "types", "admitted", (2,), "YYYY-MM-DD or YYYYMMDD"),
    ("2009-05-03", "3 May 2009", "types", "discharged", (3,), "YYYY-MM-DD or YYYYMMDD"),
    ("2009-05-03", "2009-04-30", "values", "admitted, discharged", (3,), "discharged on or after admitted"),
    ("C,P2", ",P2", "values", "patient_id", (4,), "a value"),
    ("C,P2", "C,P7", "references", "practice_id", (4,), "a practice of the table practices"),
    ("2009-05-03", "2090-05-03", "months", "discharged", (3,), "no date long after 2009-06"),
]


@pytest.mark.parametrize(("old", "new", "check", "column", "rows", "expected"), CASES)
def test_a_fault_has_its_place(
    old: str, new: str, check: str, column: str, rows: tuple[int, ...], expected: str, tmp_path: Path
) -> None:
    first = found(GOOD.replace(old, new, 1), tmp_path)[0]
    assert (first.table, first.check, first.column, first.rows) == ("spells", check, column, rows)
    assert first.expected == expected
    assert first.file == str(tmp_path / "spells.csv")
    assert first.mend
    assert check == "columns" or first.count == 1


def test_dates_in_three_formats(tmp_path: Path) -> None:
    text = GOOD.replace("2009-04-01", "20090401").replace("2009-06-01", "1 June")
    fault = found(text, tmp_path)[0]
    assert (fault.check, fault.rows, fault.found) == ("types", (4,), "1 June")


def test_months_without_rows_and_empty_tables(tmp_path: Path) -> None:
    lines = GOOD.splitlines(keepends=True)
    gap = found("".join([*lines[:2], lines[3]]), tmp_path)
    assert [(each.check, each.found) for each in gap] == [("months", "no row in 2009-05")]
    empty = found(lines[0], tmp_path)
    assert [(each.check, each.found) for each in empty] == [("readable", "no rows")]


def test_rows_that_stand_twice(tmp_path: Path) -> None:
    fault = found(CONTACT + "A,P1,2009-05-01,D,gp,home\n", tmp_path, CONTACTS)[0]
    assert (fault.check, fault.rows, fault.count) == ("keys", (3, 5), 1)


def test_few_bad_contacts_are_a_note_and_many_a_fault(tmp_path: Path) -> None:
    bad = "A,P1,2009-05-01,D,gp,home\nB,P7,2009-05-01,D,gp,home\nB,P1,2090-05-01,D,gp,home\n,P1,2009-05-01,D,gp,home\n"
    few = found(CONTACT + bad, tmp_path, CONTACTS, tolerated=0.2)
    assert {each.check for each in few} == {"keys", "references", "months", "values"}
    assert all(each.tolerated for each in few)
    assert not any(each.tolerated for each in found(CONTACT + bad, tmp_path, CONTACTS, tolerated=0.1))


def test_one_rule_holds_for_all_tables(tmp_path: Path) -> None:
    bad = "C,P2,2009-06-01,,21,J459\nD,P7,2009-05-01,,21,J459\nD,P1,2090-05-01,,21,J459\n,P1,2009-05-01,,21,J459\n"
    few = found(GOOD + bad, tmp_path, SPELLS, tolerated=0.2)
    assert {each.check for each in few} == {"keys", "references", "months", "values"}
    assert all(each.tolerated for each in few)
    assert not any(each.tolerated for each in found(GOOD + bad, tmp_path, SPELLS, tolerated=0.1))


def test_contacts_that_are_all_of_other_practices_or_whose_dates_are_unreadable_are_a_fault(tmp_path: Path) -> None:
    others = found(CONTACT.replace("P1", "P7"), tmp_path, CONTACTS, tolerated=0.9)
    assert [(each.check, each.tolerated) for each in others] == [("references", False)]
    words = found(CONTACT + "A,P1,1 May,D,gp,home\n", tmp_path, CONTACTS, tolerated=0.9)
    assert [(each.check, each.tolerated) for each in words] == [("types", False)]


def test_registrations_that_overlap(tmp_path: Path) -> None:
    assert found(REGISTERED, tmp_path, REGISTRATIONS) == []
    fault = found(REGISTERED + "A,P1,2006-07-01,2006-08-01,,D,1940,female,20,1\n", tmp_path, REGISTRATIONS)[0]
    assert (fault.check, fault.rows, fault.found) == ("values", (6,), "A, P1, 2006-07-01")
    nested = found(REGISTERED.replace("2005-06-30,,,", "2003-03-03,2003-04-04,,"), tmp_path, REGISTRATIONS)
    assert [each.rows for each in nested] == [(3,)]
    died = found(REGISTERED.replace("2009-05-05", "2000-05-05"), tmp_path, REGISTRATIONS)
    assert [(each.check, each.column, each.rows) for each in died] == [("values", "registered, died", (5,))]


def test_at_most_ten_lines(tmp_path: Path) -> None:
    rows = "".join(f"X{at},P1,2009-05-0x,,21,J459\n" for at in range(30))
    fault = found(GOOD + rows, tmp_path)[0]
    assert fault.rows == tuple(range(5, 15))
    assert fault.count == 30


def test_other_practices_are_a_note_up_to_the_limit_unless_all_are(tmp_path: Path) -> None:
    text = "HESID,GPPRAC,APPTDATE,ATTENDED\n" + "".join(
        f"A,{practice},2009-0{month}-01,5\n" for month in (4, 5, 6) for practice in ("P1", "Y00001")
    )
    assert [each.tolerated for each in found(text, tmp_path, OUTPATIENTS, tolerated=0.5)] == [True]
    assert [each.tolerated for each in found(text, tmp_path, OUTPATIENTS, tolerated=0.4)] == [False]
    fault = found(text.replace("P1", "p-1"), tmp_path, OUTPATIENTS, tolerated=1)[0]
    assert (fault.check, fault.column, fault.count, fault.tolerated) == ("references", "GPPRAC", 6, False)


def test_dates_that_hes_writes_where_none_is_known_are_no_fault(tmp_path: Path) -> None:
    columns = [name for column in EPISODES.columns for name in column.names()[:1]]
    codes = {"EPISTAT": "3", "ADMIMETH": "21", "ADMISORC": "19", "DISMETH": "1", "DISDEST": "19"}
    rows = [dict.fromkeys(columns, "1") | codes | {"EPIKEY": str(at), "GPPRAC": "P1"} for at in range(4)]
    for month, row in enumerate(rows, start=4):
        day = f"2009-0{month}-01" if month < 7 else "1801-01-01"
        row |= dict.fromkeys(("EPISTART", "EPIEND", "ADMIDATE", "DISDATE"), day)
    path = tmp_path / "episodes.parquet"
    pd.DataFrame(rows).to_parquet(path)
    assert found(path, tmp_path, EPISODES) == []
    numbers = dict.fromkeys(("EPIKEY", "EPISTAT", "ADMIMETH", "EPIORDER"), int)
    pd.DataFrame(rows).astype(numbers).to_parquet(path)
    assert found(path, tmp_path, EPISODES) == []
    pd.DataFrame([*rows, rows[0]]).to_parquet(path)
    fault = found(path, tmp_path, EPISODES)[0]
    assert (fault.check, fault.column, fault.rows) == ("keys", "EPIKEY", (1, 5))


def test_a_fault_in_a_part_names_the_part(tmp_path: Path) -> None:
    (tmp_path / "spells").mkdir()
    lines = GOOD.splitlines(keepends=True)
    for at in (1, 2, 3):
        part = lines[0] + lines[at].replace("2009-05-03", "soon")
        with gzip.open(tmp_path / f"spells/{at}.csv.gz", "wt", encoding="utf-8") as stream:
            stream.write(part)
    fault = found(tmp_path / "spells", tmp_path)[0]
    assert (fault.file, fault.rows, fault.found) == (str(tmp_path / "spells/2.csv.gz"), (2,), "soon")


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert found(tmp_path / "spells.xlsx", tmp_path)[0].check == "readable"
    assert found(tmp_path / "spells.csv", tmp_path)[0].check == "readable"
    ragged = found(GOOD + "A,P1\n", tmp_path)
    assert [each.check for each in ragged] == ["readable"]
    late = found(GOOD + "D,P1,2009-04-01,,21,J459\n" * 60_000 + "SECRET,P1,2009-04-01,,21,J459,one more\n", tmp_path)
    assert "Line: 60005" in late[0].found
    assert "SECRET" not in late[0].found
    path = tmp_path / "spells.parquet"
    path.write_bytes(b"PAR1 is not all of it")
    assert found(path, tmp_path)[0].check == "readable"


def test_each_table_has_its_own_columns_once() -> None:
    for table in EVENT_TABLES.values():
        assert len(set(table.names())) == len(table.names())
        assert {*table.key, table.practice, table.date, *(name for pair in table.spans for name in pair)} <= {
            *table.names()
        }
