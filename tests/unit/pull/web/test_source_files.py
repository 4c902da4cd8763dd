"""Whatever is wrong with a source's file ends in a sentence that says what and how to mend it."""

import zipfile
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.pull.connectors import source
from analysis.pull.connectors.cells import iso_dates, numbers, shares, year_of
from analysis.pull.connectors.registry import connector
from analysis.steps import Problem

HEADER = "PUBLICATION,EXTRACT_DATE,TYPE,CCG_CODE,ONS_CCG_CODE,CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS\n"
ROW = "GP_PRAC_PAT_LIST,01JAN2021,GP,99X,E38000999,Y99901,ZZ1 1ZZ,ALL,ALL,5903\n"
HERE = Path("a.csv")


def lists(path: Path, content: str | bytes) -> int:
    """The list size of the one practice in a file of patients registered."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    connector("patients_registered").check(path, {})
    return int(connector("patients_registered").read((path,), {}).measures["value"].sum())


def archive(path: Path, **members: str) -> bytes:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in members.items():
            packed.writestr(name.replace("__", "/") + ".csv", text)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("\n", "is empty"),
        ("\ufeff", "is empty"),
        (HEADER, "no row of a general practice"),
        ("<!DOCTYPE html>\n<html><body>No</body></html>", "is a web page, not a table: it begins '<!DOCTYPE html>'"),
        ("\ufeff <html lang='en'>", "is a web page"),
        (HEADER.replace("NUMBER_OF", "TOTAL_OF") + ROW, "it may have been renamed to `TOTAL_OF_PATIENTS`"),
        (HEADER.replace("CCG_CODE", "X") + ROW, "no column `CCG_CODE` or `SUB_ICB_LOCATION_CODE`"),
        (HEADER + ROW.replace("Y99901", "ENGLAND"), "no row of a general practice"),
        (HEADER + ROW.replace("5903", "many"), r"no number: 'many' \(line 2\)"),
        (HEADER + ROW.replace("5903", "inf"), r"no number: 'inf' \(line 2\)"),
        (HEADER + ROW + ROW.replace("01JAN2021", "1 of May"), r"cannot be read: '1 of May' \(line 3\)"),
        (HEADER + ROW + '"unclosed', "cannot be read as a table"),
        (HEADER + ROW + ROW.replace("ZZ1 1ZZ", "ZZ1,1ZZ"), "Expected 10 columns, got 11"),
        (HEADER + ROW + ROW[:50], "Expected 10 columns, got 6"),
        (b"PK\x03\x04 no archive PK\x05\x06" + b"\0" * 18, "holds 0 files"),
        (b"\xff\xfe" + HEADER.encode("utf-16-le"), "has no column"),
        (HEADER.encode() + b"\x81" + ROW.encode(), "cannot be read as text"),
    ],
)  # fmt: skip
def test_each_fault_has_its_sentence(content: str | bytes, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(Problem, match=sentence) as problem:
        lists(tmp_path / "a.csv", content)
    assert str(tmp_path / "a.csv") in problem.value.sentence
    assert problem.value.mend


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"a\.csv is missing"):
        connector("patients_registered").check(tmp_path / "a.csv", {})


def test_an_archive_is_read_without_unpacking(tmp_path: Path) -> None:
    members = {"folder__gp-reg-pat-prac-all": HEADER + ROW, "folder__gp-reg-pat-prac-map": "a\n", "notes": "b\n"}
    packed = archive(tmp_path / "packed.zip", **members)
    assert lists(tmp_path / "a.csv", packed) == 5903  # whatever the file is called
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "packed.zip"]


@pytest.mark.parametrize(
    ("members", "count"),
    [({"gp-reg-pat-prac-all": HEADER, "old__gp-reg-pat-prac-all": HEADER}, 2), ({"gp-reg-pat-prac-map": "a\n"}, 0)],
)
def test_an_archive_must_hold_one_such_file(members: dict[str, str], count: int, tmp_path: Path) -> None:
    with pytest.raises(Problem, match=f"holds {count} files whose name matches"):
        lists(tmp_path / "a.csv", archive(tmp_path / "packed.zip", **members))


def test_a_cut_archive_is_told(tmp_path: Path) -> None:
    packed = archive(tmp_path / "packed.zip", **{"gp-reg-pat-prac-all": HEADER + ROW * 500})
    broken = packed.replace(packed[60:90], b"\0" * 30)
    with pytest.raises(Problem, match="zip archive that cannot be read"):
        lists(tmp_path / "a.csv", broken)


def test_a_table_beyond_any_sane_size_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = archive(tmp_path / "packed.zip", **{"gp-reg-pat-prac-all": HEADER + ROW * 5000})
    monkeypatch.setattr(source, "LARGEST", len(bomb) * 2)
    with pytest.raises(Problem, match="holds a table of"):
        lists(tmp_path / "a.csv", bomb)
    with pytest.raises(Problem, match="holds a table of"):
        lists(tmp_path / "b.csv", HEADER + ROW * 5000)


@pytest.mark.parametrize(
    "change", [str.lower, lambda text: text.replace("_", " "), lambda text: text.replace(",", " ,")]
)
def test_case_and_spaces_of_a_header_do_not_matter(change: object, tmp_path: Path) -> None:
    assert callable(change)
    assert lists(tmp_path / "a.csv", change(HEADER) + ROW) == 5903


@given(number=some.integers(-(10**9), 10**9), pounds=some.booleans())
def test_numbers_are_read_however_they_are_written(number: int, pounds: bool) -> None:
    written = f"£{abs(number):,}" if pounds else f"{abs(number):,}"
    texts = [f" {written} ", f"({written})" if number < 0 else written]
    found = numbers(pd.Series(texts), "cost", HERE)
    assert found.tolist() == [abs(number), number]


@given(fractions=some.lists(some.floats(0.02, 1), min_size=1))
def test_percentages_and_fractions_give_the_same_shares(fractions: list[float]) -> None:
    known = pd.Series(fractions)
    assert shares(known, "share", HERE).tolist() == fractions
    assert shares(known * 100, "share", HERE).tolist() == pytest.approx(fractions)


def test_a_line_number_is_that_of_the_file() -> None:
    text = pd.Series(["1", "2", "x"], index=[0, 7, 9])
    with pytest.raises(Problem, match=r"\(line 11\)"):
        numbers(text, "cost", HERE)


@pytest.mark.parametrize("text", ["20210401", "2021-04-01", "01/04/2021", "01APR2021", " 01Apr2021 "])
def test_dates_in_every_form_of_the_sources(text: str) -> None:
    assert iso_dates(pd.Series([text, "-", ""]), "day", HERE).tolist() == ["2021-04-01", "", ""]


@pytest.mark.parametrize(
    ("period", "year"), [("2021", 2021), ("2021/22", 2021), ("2021-04-01", 2021), ("20210401", None), ("ever", None)]
)
def test_a_period_belongs_to_the_year_in_which_it_begins(period: str, year: int | None) -> None:
    assert year_of(period) == year


CELLS = some.sampled_from(
    [
        *"-/=+<>'\"é£, \x00\x81\r\n",
        "",
        "-97",
        "ALL",
        "GP",
        "A81001",
        "£1,000",
        "(3)",
        "1e400",
        "nan",
        "20230231",
        "2021/22",
    ]
)
# For each connector its parameters, and a file that it reads.
VALID: dict[str, tuple[dict[str, object], list[str]]] = {
    "gp_patient_survey": ({"year": 2023}, ["Practice_Code,CCG_Code,Q9base,Q9_12pct", "Y99901,99X,88,41.5"]),
    "fingertips": (
        {"indicator": 1, "measure": "imd"},
        ["Indicator ID,Area Code,Area Name,Area Type,Sex,Age,Category Type,Time period,Value,Count,Denominator,"
         "Value note", "1,Y99901,Invented,GP,Persons,All ages,,2019,32.4,,,"],
    ),
    "patients_registered": ({}, [HEADER.strip(), ROW.strip()]),
    "nhs_payments": (
        {"year": 2022},
        ["Practice Code,Practice Close Date,Average Number of Registered Patients,Average Number of Weighted Patients,"
         "Average payments per registered patient", "Y99901,31/12/2024,5707,5113,111.44"],
    ),
    "workforce": ({"year": 2023}, ["PRAC_CODE,TOTAL_GP_FTE", "Y99901,2.53"]),
    "practice_register": ({}, [",".join(["Y99902", *[""] * 9, "19740401", "", "A", *[""] * 12, "4", ""])] * 2),
    "practice_table": (
        {"practice_id": "code", "measures": {"imd": {"column": "imd", "year": 2019}}, "practices": {"opened": "day"}},
        ["code,imd,day", "Y99901,32.4,2019-01-31"],
    ),
}  # fmt: skip


@given(name=some.sampled_from(sorted(VALID)), content=some.binary(max_size=200))
def test_no_file_is_so_broken_that_it_ends_in_a_traceback(
    name: str, content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("broken") / "a.csv"
    path.write_bytes(content)
    with pytest.raises(Problem):
        connector(name).check(path, VALID[name][0])
    with pytest.raises(Problem):
        connector(name).read((path,), VALID[name][0])


@pytest.mark.parametrize("name", VALID)
@given(
    swaps=some.lists(some.tuples(some.integers(0, 26), CELLS), max_size=2),
    encoding=some.sampled_from(["utf-8", "cp1252"]),
)
def test_no_cell_is_so_broken_that_it_ends_in_a_traceback(
    name: str, swaps: list[tuple[int, str]], encoding: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path, (parameters, lines) = tmp_path_factory.mktemp("broken") / "a.csv", VALID[name]
    cells = lines[-1].split(",")
    for place, cell in swaps:
        cells[place % len(cells)] = cell
    text = "\n".join([*lines, ",".join(cells)]) + "\n"
    path.write_bytes(text.encode(encoding, errors="replace"))
    with suppress(Problem):
        found = connector(name).read((path,), parameters)
        assert set(found.practices["practice_id"]) <= {"Y99901", "Y99902", "A81001"}
        assert not found.measures["value"].isin([float("inf"), float("-inf")]).any()
