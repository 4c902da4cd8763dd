"""Raw tables as people save them: ids keep their zeros, and every fault is told with its column and line."""

from pathlib import Path

import pytest

from analysis.prepare.contract import Activity, Practices, Survey
from analysis.prepare.raw import read_raw, read_receipt
from analysis.steps import Problem, write_json
from analysis.tables import Lineage, Source

HEADER = "practice_id,month,measure,count,population\n"
GOOD = HEADER + "0012,2010-01,emergency,3,1000\n0013,2010-01,emergency,0,900.5\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "activity.csv"


def refused(path: Path, content: str | bytes) -> Problem:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(Problem) as problem:
        read_raw(path, Activity)
    assert str(path) in problem.value.sentence
    return problem.value


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_good_table_is_read_however_it_was_saved(path: Path, mark: str, end: str) -> None:
    path.write_bytes((mark + GOOD.replace("\n", end)).encode())
    frame = read_raw(path, Activity)
    assert list(frame["practice_id"]) == ["0012", "0013"]
    assert list(frame["count"]) == [3, 0]
    assert list(frame["population"]) == [1000.0, 900.5]


def test_text_that_looks_like_nothing_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "practices.csv"
    path.write_text(
        "practice_id,site_id,region,list_size,imd,gp_fte,share_65plus\nNA,,None,900,,2.5,\n", encoding="utf-8"
    )
    (row,) = read_raw(path, Practices).to_dict("records")
    assert (row["practice_id"], row["site_id"], row["region"]) == ("NA", "", "None")
    assert row["imd"] != row["imd"]


def test_further_columns_are_kept(path: Path) -> None:
    path.write_text(GOOD.replace("population\n", "population,note\n").replace("00\n", "00,x\n"), encoding="utf-8")
    assert read_raw(path, Activity)["note"].iloc[0] == "x"


def test_what_is_no_number_is_told_with_its_line(path: Path) -> None:
    problem = refused(path, GOOD.replace(",0,900.5", ",none,900.5"))
    assert "column count that is no whole number: 'none' (line 3)" in problem.sentence
    assert "correct column count" in problem.mend


def test_a_number_with_a_comma_is_told(path: Path) -> None:
    assert "'1,000' (line 2)" in refused(path, GOOD.replace(",1000", ',"1,000"')).sentence


def test_twice_the_same_key_is_told_with_its_line(path: Path) -> None:
    problem = refused(path, GOOD + "0012,2010-01,emergency,5,1000\n")
    assert "fails `unique` on line 4" in problem.sentence


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (",3,", ",-3,", "column count fails"),
        (",1000", ",0", "column population fails"),
        ("2010-01", "2010-13", "column month fails"),
        ("2010-01", "01/2010", "column month fails"),
        (",3,", ",,", "column count fails"),
    ],
)
def test_a_value_against_the_contract_is_told_with_its_line(path: Path, old: str, new: str, told: str) -> None:
    problem = refused(path, GOOD.replace(old, new, 1))
    assert told in problem.sentence
    assert "on line 2" in problem.sentence


def test_a_missing_column_is_named(path: Path) -> None:
    assert "'population'" in refused(path, GOOD.replace("population", "people")).sentence


@pytest.mark.parametrize("content", [GOOD.replace("0012", "Ümlaut").encode("latin-1"), b"", b"a,b\n1,2\n1,2,3\n"])
def test_what_is_no_table_in_utf8_is_told(path: Path, content: bytes) -> None:
    problem = refused(path, content)
    assert "cannot be read as a UTF-8 CSV table" in problem.sentence
    assert "CSV UTF-8" in problem.mend


def test_shares_are_proportions(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("practice_id,wave,item,responses,value\nP1,2009-01,seen,100,62\n", encoding="utf-8")
    with pytest.raises(Problem, match=r"column value fails .* on line 2"):
        read_raw(path, Survey)


def test_the_receipt_gives_the_lineage(tmp_path: Path) -> None:
    lineage = Lineage((Source("a", "0" * 64, "simulated"),))
    write_json(tmp_path / "receipt.json", {"lineage": lineage.to_records()})
    assert read_receipt(tmp_path / "receipt.json") == lineage


def test_a_count_with_decimals_is_told(path: Path) -> None:
    refused(path, GOOD.replace(",3,", ",1.5,"))


def test_an_infinite_population_is_told(path: Path) -> None:
    refused(path, GOOD.replace(",1000", ",inf"))


@pytest.mark.parametrize("row", ["{},", "extra,{}"])
def test_more_cells_than_headings_are_told(path: Path, row: str) -> None:
    refused(path, HEADER + "".join(row.format(line) + "\n" for line in GOOD.replace("001", "P").splitlines()[1:]))
