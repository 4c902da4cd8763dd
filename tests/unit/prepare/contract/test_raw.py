"""Raw tables as people save them: ids keep their zeros, and every fault is told with its column and line."""

import gzip
from pathlib import Path

import pandas as pd
import pytest

from analysis.prepare.contract.contract import Activity, Practices, Survey, Table
from analysis.prepare.contract.raw import read_raw, read_receipt
from analysis.steps import Problem, write_json
from analysis.tables import Lineage, Source

HEADER = "practice_id,month,measure,count,population\n"
GOOD = HEADER + "0012,2010-01,emergency,3,1000\n0013,2010-01,emergency,0,900.5\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "activity.csv"


def refused(path: Path, content: str | bytes, model: type[Table] = Activity) -> Problem:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(Problem) as problem:
        read_raw(path, model)
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


PRACTICES = "practice_id,site_id,region,list_size,imd,gp_fte,share_65plus\n"


def test_words_for_a_missing_value_are_missing_where_one_may_be_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, words = tmp_path / "practices.csv", ["NA", "N/A", "NULL", "NaN", "None", ".", "", "null", "#N/A"]
    rows = "".join(f"P{number},{word},R1,900,{word},2.5,{word}\n" for number, word in enumerate(words))
    path.write_text(PRACTICES + rows, encoding="utf-8")
    frame = read_raw(path, Practices)
    assert (frame["site_id"] == "").all()
    assert frame[["imd", "share_65plus"]].isna().all(axis=None)
    told = capsys.readouterr().err
    assert "practices: 8 cells of site_id said 'NA' or 'N/A', read as missing" in told
    assert "practices: 8 cells of imd said" in told


@pytest.mark.parametrize(("row", "column"), [("NA,S1,R1,900", "practice_id"), ("P1,,None,900", "region")])
def test_a_key_that_reads_like_a_missing_value_is_asked_about(tmp_path: Path, row: str, column: str) -> None:
    problem = refused(tmp_path / "practices.csv", f"{PRACTICES}{row},,2.5,\n", Practices)
    assert f"column {column}, line 2: found" in problem.sentence
    assert "where something is truly called so, give it another name in every table" in problem.mend


@pytest.mark.parametrize("sign", ["*", "**", "[c]", "<5", "< 8", "..", "-", "–", "x", ":", "[low]", "supp"])
def test_hidden_counts_are_named_and_never_nought(path: Path, sign: str) -> None:
    problem = refused(path, GOOD.replace(",3,", f",{sign},"))
    assert f"column count, line 2: found '{sign}'; expected a whole number, and no sign for a hidden one" in (
        problem.sentence
    )
    assert "ask for them unsuppressed" in problem.mend
    assert "Never put 0" in problem.mend


@pytest.mark.parametrize(
    ("cell", "mend"),
    [
        ('"1,234"', "without a thousands separator"),
        ("1 234", "without a thousands separator"),
        ('"1,5"', "not a decimal comma"),
        ("62%", "62% is 0.62"),
        ("£40", "without a currency sign"),
        ("4O", "look up column population in the source of the data"),
    ],
)
def test_numbers_as_people_write_them_say_how_to_export_them(path: Path, cell: str, mend: str) -> None:
    assert mend in refused(path, GOOD.replace(",900.5", f",{cell}")).mend


@pytest.mark.parametrize("key", ["5.01E+11", "5E+11", "5,01E+11", "1.2e+5"])
def test_an_id_that_a_spreadsheet_rounded_loses_no_rows(path: Path, key: str) -> None:
    problem = refused(path, GOOD.replace("0012", f'"{key}"').replace("0013", f'"{key}"'))
    assert f"column practice_id, lines 2, 3: found '{key}'; expected the whole id" in problem.sentence
    assert "export the column as text" in problem.mend
    assert "take none out" in problem.mend


@pytest.mark.parametrize("code", ["5E1", "Y00E12", "E11", "1E"])
def test_codes_with_an_e_are_no_rounded_numbers(path: Path, code: str) -> None:
    path.write_text(GOOD.replace("0012", code), encoding="utf-8")
    assert read_raw(path, Activity)["practice_id"].iloc[0] == code


def test_blanks_at_the_ends_of_cells_are_taken_off_and_said(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text(GOOD.replace("0012,", "0012 ,").replace("emergency", " emergency\u00a0"), encoding="utf-8")
    frame = read_raw(path, Activity)
    assert (list(frame["practice_id"]), set(frame["measure"])) == (["0012", "0013"], {"emergency"})
    assert "activity: 1 cell of practice_id had blanks at an end, which were taken off" in capsys.readouterr().err


def test_further_columns_are_kept(path: Path) -> None:
    header, *rows = GOOD.splitlines()
    path.write_text("\n".join([f"{header},note", *(f"{row},x" for row in rows)]), encoding="utf-8")
    assert list(read_raw(path, Activity)["note"]) == ["x", "x"]


def test_what_is_no_number_is_told_with_its_line(path: Path) -> None:
    problem = refused(path, GOOD.replace(",0,900.5", ",none,900.5"))
    assert "column count, line 3: found 'none'; expected a whole number" in problem.sentence
    assert "count may not be unknown, and is never taken for 0" in problem.mend


def test_a_number_with_a_comma_is_told(path: Path) -> None:
    assert "line 2: found '1,000'" in refused(path, GOOD.replace(",1000", ',"1,000"')).sentence


def test_twice_the_same_key_is_told_with_its_line(path: Path) -> None:
    problem = refused(path, GOOD + "0012,2010-01,emergency,5,1000\n")
    assert "line 4: a second row for 0012, 2010-01, emergency" in problem.sentence


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (",3,", ",-3,", "column count"),
        (",1000", ",0", "column population"),
        ("2010-01", "2010-13", "column month"),
        ("2010-01", "01/2010", "column month"),
        (",3,", ",,", "column count"),
    ],
)
def test_a_value_against_the_contract_is_told_with_its_line(path: Path, old: str, new: str, told: str) -> None:
    problem = refused(path, GOOD.replace(old, new, 1))
    assert told in problem.sentence
    assert "line 2: found" in problem.sentence


def test_a_missing_column_is_named(path: Path) -> None:
    assert "column population: the column is missing" in refused(path, GOOD.replace("population", "people")).sentence


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (HEADER.encode(), "a header and no rows"),
        (GOOD.encode("utf-16"), "its text is UTF-16"),
        (GOOD.replace("0013", "\x81").encode("latin-1"), "neither UTF-8 nor Latin-1 (byte 74)"),
        (GOOD.replace("0013", "00\0").encode(), "line 3: it holds a NUL byte"),
        (b"a,b\n1,2\n1,2,3\n", "line 3: a row has 3 cells where the header has 2"),
        (b"a,b\n1,2\n\n1\n", "line 4: a row has 1 cell where the header has 2"),
        (b'a,b\n"1,2\n3,4\n', "a row has 1 cell where the header has 2"),
        (b"a,b,a\n1,2,3\n", "column a, line 1: its name stands twice"),
        (b"a,b,\n1,2,\n", "line 1: column number 3 has no name"),
        (b"a,b\n1,2\r\n", "line 2: its lines end in different ways"),
        (b"a,b\n1," + b"2" * 1_000_000 + b"\n", "line 2: a line of 1,000,002 characters"),
    ],
)
def test_what_is_no_table_is_told(path: Path, content: bytes, told: str) -> None:
    assert told in refused(path, content).sentence


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_other_separators_are_seen_and_said(path: Path, separator: str, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text(GOOD.replace(",", separator), encoding="utf-8")
    assert list(read_raw(path, Activity)["population"]) == [1000.0, 900.5]
    assert "its cells are separated by" in capsys.readouterr().err


def test_latin_1_is_seen_and_said(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_bytes(GOOD.replace("0012", "Größe").encode("latin-1"))
    assert read_raw(path, Activity)["practice_id"].iloc[0] == "Größe"
    assert "read as Latin-1" in capsys.readouterr().err


def test_gzip_is_read_and_a_torn_one_is_told(tmp_path: Path) -> None:
    path, content = tmp_path / "activity.csv.gz", gzip.compress(GOOD.encode())
    path.write_bytes(content)
    assert len(read_raw(path, Activity)) == 2
    assert "no whole gzip file" in refused(path, content[:-9]).sentence


def test_a_gzip_that_unpacks_to_a_flood_is_refused(tmp_path: Path) -> None:
    content = gzip.compress(b"0" * (110 << 20), compresslevel=1)
    assert "it unpacks to more than" in refused(tmp_path / "activity.csv.gz", content).sentence


def test_parquet_is_read_like_csv(path: Path, tmp_path: Path) -> None:
    path.write_text(GOOD, encoding="utf-8")
    frame = read_raw(path, Activity)
    frame.assign(month=pd.to_datetime(frame["month"])).to_parquet(tmp_path / "activity.parquet")
    pd.testing.assert_frame_equal(read_raw(tmp_path / "activity.parquet", Activity), frame)


def test_parts_are_joined_and_a_fault_names_its_part(tmp_path: Path) -> None:
    parts = (tmp_path / "part-1.csv", tmp_path / "part-2.csv")
    for part, line in zip(parts, GOOD.splitlines()[1:], strict=True):
        part.write_text(f"{HEADER}{line}\n", encoding="utf-8")
    assert list(read_raw(parts, Activity)["practice_id"]) == ["0012", "0013"]
    parts[1].write_text(parts[0].read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(Problem, match=r"part-2\.csv, .* line 2: a second row for 0012"):
        read_raw(parts, Activity)
    parts[1].write_text(HEADER.replace("month", "when") + "1,2,3,4,5\n", encoding="utf-8")
    with pytest.raises(Problem, match=r"part-2\.csv, column .*: this column is not in both"):
        read_raw(parts, Activity)


def test_a_number_is_no_id(tmp_path: Path) -> None:
    path = tmp_path / "activity.parquet"
    row = {"practice_id": [12], "month": ["2010-01"], "measure": ["e"], "count": [1], "population": [2.0]}
    pd.DataFrame(row).to_parquet(path)
    with pytest.raises(Problem, match="column practice_id: the column's type is int64; expected text"):
        read_raw(path, Activity)


def test_columns_are_mapped(path: Path) -> None:
    path.write_text(GOOD.replace("practice_id", "GP_CODE"), encoding="utf-8")
    assert list(read_raw(path, Activity, {"practice_id": "GP_CODE"})["practice_id"]) == ["0012", "0013"]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"practice_id": "GP_COD"}, "column GP_COD: .* the file lacks it.*\n.*did you mean `GP_CODE`"),
        ({"practice": "GP_CODE"}, "column practice: .* the contract does not have.*\n.*did you mean `practice_id`"),
        ({"practice_id": "GP_CODE", "count": "month"}, "column count: the file has this column"),
        ({}, "column practice_id: the column is missing"),
    ],
)
def test_a_map_that_leads_nowhere_is_told(path: Path, columns: dict[str, str], told: str) -> None:
    path.write_text(GOOD.replace("practice_id", "GP_CODE"), encoding="utf-8")
    with pytest.raises(Problem, match=told):
        read_raw(path, Activity, columns)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@cite", "<script>", "{{< var x >}}", "a|b", "`x`", "x" * 201])
def test_names_that_would_be_formulas_or_markup_are_refused(path: Path, text: str) -> None:
    assert "column measure" in refused(path, GOOD.replace("emergency", text)).sentence


def test_names_of_english_places_are_not(path: Path) -> None:
    names = ["St John’s & St Mary's", "Hull (City of)", "Bath/NE", "Stoke-on-Trent", "Ynys Môn", "24/7 care, 1st"]
    rows = "".join(f'{number},2010-01,"{name}",1,2\n' for number, name in enumerate(names))
    path.write_text(HEADER + rows, encoding="utf-8")
    assert list(read_raw(path, Activity)["measure"]) == names


def test_shares_are_proportions(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("practice_id,wave,item,responses,value\nP1,2009-01,seen,100,62\n", encoding="utf-8")
    with pytest.raises(Problem, match=r"column value, line 2: found '62'; expected a value from 0 to 1"):
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


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        (
            GOOD.replace(",0,", ",-4,"),
            "write what was counted; where a negative row takes back an earlier one, give one",
        ),
        (GOOD.replace("population", "pop"), "did you mean `pop`? Then write `population: pop` under `pilots.columns"),
        (
            GOOD.replace("population", "zzzz"),
            "write `population: <the column's name in the file>` under `pilots.columns",
        ),
    ],
    ids=["a negative count", "a column by another name", "a column that is missing"],
)
def test_a_mend_says_what_to_write(path: Path, text: str, mend: str) -> None:
    assert refused(path, text).mend.startswith(mend)
