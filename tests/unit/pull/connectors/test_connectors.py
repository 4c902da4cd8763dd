"""Each connector reads small files with its source's real headers, and each trap of that source has its test."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.pull.connectors.base import Tidy
from analysis.pull.connectors.gp_patient_survey import BREAKS, series_of
from analysis.pull.connectors.registry import CONNECTORS, connector
from analysis.pull.datasets.register import RawFile
from analysis.steps import Problem


def header(text: str) -> list[str]:
    return next(csv.reader([text]))


FINGERTIPS = header(
    "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,Category Type,Category,"
    "Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,Lower CI 99.8 limit,Upper CI 99.8 limit,Count,"
    "Denominator,Value note,Recent Trend,Compared to England value or percentiles,Compared to percentiles,"
    "Time period Sortable,New data,Compared to goal,Time period range"
)
PATIENTS = header("PUBLICATION,EXTRACT_DATE,TYPE,CCG_CODE,ONS_CCG_CODE,CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS")
PATIENTS_2022 = [name.replace("CCG_CODE", "SUB_ICB_LOCATION_CODE") for name in PATIENTS]
PATIENTS_BY_LSOA = header("PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,Number of Patients")
PAYMENTS_2014 = header(
    "NHS England (Region) code,NHS England (Region) Name,CCG Code,CCG NAME,Practice Code,Practice Name,"
    "Practice Address,Practice Postcode,Practice Open Date,Practice Close Date,Contract Type,Dispensing Practice,"
    "Quarter used for patient data,Number of Registered Patients (Last Known Figure),"
    "Number of Weighted Patients (Last Known Figure),Average payments per registered patient,"
    "Average payments per weighted patient,Total NHS Payments to General Practice"
)
PAYMENTS_2022 = header(
    "NHS England (Region) code,NHS England (Region) Name,CCG Code,Sub ICB NAME,Code,CCG NAME,Practice Code,"
    "Practice Name,Practice Address,Practice Postcode,Practice Open Date,Practice Close Date,Contract Type,"
    "Dispensing Practice,Practice type,Practice Rurality,Atypical characteristics,"
    "Average Number of Registered Patients,Average Number of Weighted Patients,Average payments per registered patient,"
    "Average payments per weighted patient,Total NHS Payments to General Practice"
)


def table(header: list[str], *rows: dict[str, Any]) -> str:
    """A CSV text with a source's whole header; cells that a row does not give are empty."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def zipped(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(f"{name}.csv", text)
    return path


def tidy(name: str, path: Path, **parameters: Any) -> Tidy:
    source = connector(name)
    source.check(path, parameters)
    return source.read((path,), parameters)


def values(found: Tidy, column: str = "value") -> dict[str, Any]:
    """By practice, which stands there once; None where missing."""
    assert not found.measures["practice_id"].duplicated().any()
    rows = found.measures.set_index("practice_id")[column]
    return {practice: None if pd.isna(value) else value for practice, value in rows.items()}


def survey_2023(*rows: tuple[str, str, str]) -> str:
    return table(
        ["Practice_Code", "Practice_Name", "CCG_Code", "distributed", "received", "Q9base", "Q9_12pct", "Q28_12pct"],
        *({"Practice_Code": a, "CCG_Code": "99X", "Q9base": b, "Q9_12pct": c} for a, b, c in rows),
    )


def survey_2025(*rows: tuple[str, str, str]) -> str:
    base, share = "localgpservicesprefhpsee.baseevalw", "localgpservicesprefhpsee.pcteval"
    return table(
        ["ad_practicecode", "ad_practicename", "ad_icscode", "received", base, share],
        *({"ad_practicecode": a, "ad_icscode": "QXX", base: b, share: c} for a, b, c in rows),
    )


def test_survey_of_2023_has_percentages_of_a_base(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", survey_2023(("Y99901", "88", "41.5"), ("Y99902", "20.5", "0.9")))
    found = tidy("gp_patient_survey", path, year=2023)
    assert values(found) == {"Y99901": pytest.approx(0.415), "Y99902": pytest.approx(0.009)}
    assert values(found, "base") == {"Y99901": 88, "Y99902": 20.5}
    assert set(found.measures["series"]) == {"gpps_2018"}
    assert list(found.practices["commissioner"]) == ["99X", "99X"]


def test_survey_of_2025_has_fractions_under_other_names(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", survey_2025(("Y99901", "88", "0.415"), ("Y99902", "20.5", "1")))
    found = tidy("gp_patient_survey", path, year=2025)
    assert values(found) == {"Y99901": 0.415, "Y99902": 1}
    assert set(found.measures["series"]) == {"gpps_2024"}
    # The question is about any healthcare professional, so it is another measure than the one of a preferred GP.
    assert set(found.measures["measure"]) == {"see_preferred_professional"}


@pytest.mark.parametrize(
    ("year", "measure", "known"),
    [
        (2025, "see_preferred_gp", "see_preferred_professional"),
        (2023, "see_preferred_professional", "see_preferred_gp"),
    ],
)
def test_a_question_that_a_year_did_not_ask_is_refused(year: int, measure: str, known: str, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "")
    with pytest.raises(Problem, match=f"the survey of {year} does not ask {measure}; it has {known}"):
        tidy("gp_patient_survey", path, year=year, measures=[measure])


@pytest.mark.parametrize("mark", ["-97", "-97.0", "-1", "/", "", "*"])
@pytest.mark.parametrize(("year", "text"), [(2023, survey_2023), (2025, survey_2025)])
def test_what_the_survey_suppresses_is_missing_and_still_counted(
    mark: str, year: int, text: Any, tmp_path: Path
) -> None:
    path = written(tmp_path / "a.csv", text(("Y99901", "12", mark), ("Y99902", mark, "0.5")))
    found = tidy("gp_patient_survey", path, year=year, unit="fraction")
    assert values(found) == {"Y99901": None, "Y99902": 0.5}
    assert values(found, "base") == {"Y99901": 12, "Y99902": None}


def test_a_survey_value_above_one_hundred_per_cent_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", survey_2023(("Y99901", "88", "41.5"), ("Y99902", "20", "415")))
    with pytest.raises(Problem, match=r"shares above 100 in see_preferred_gp: 415 \(line 3\)"):
        tidy("gp_patient_survey", path, year=2023)


def test_percentages_that_are_declared_fractions_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", survey_2023(("Y99901", "88", "41.5")))
    with pytest.raises(Problem, match="percentages or fractions"):
        tidy("gp_patient_survey", path, year=2023, unit="fraction")


@pytest.mark.parametrize(("year", "text"), [(2023, survey_2025()), (2025, survey_2023())])
def test_the_survey_of_another_shape_is_refused(year: int, text: str, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="has no column"):
        connector("gp_patient_survey").check(written(tmp_path / "a.csv", text), {"year": year})


def test_surveys_before_2018_need_another_connector(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="`year`: Input should be greater than or equal to 2018"):
        tidy("gp_patient_survey", written(tmp_path / "a.csv", survey_2023()), year=2017)


def test_years_are_comparable_only_within_a_series() -> None:
    # Breaks that the publisher has announced: the questionnaire of 2018 and the time series of 2024.
    changes = [year for year in range(2013, 2027) if series_of(year) != series_of(year - 1)]
    assert changes == [2018, 2024]
    assert "cannot be reliably presented" in BREAKS[2024].reason


def indicator(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    common = {"Indicator ID": 93930, "Sex": "Persons", "Age": "0-4 yrs", "Time period": "2021/22"}
    return [common | row for row in rows]


def practice(code: str, **cells: Any) -> dict[str, Any]:
    return {"Area Code": code, "Area Type": "GPs", "Area Name": "Invented", **cells}


def england(**cells: Any) -> dict[str, Any]:
    return {"Area Code": "E92000001", "Area Type": "England", "Value": 762.6, "Count": 2332838, **cells}


def test_fingertips_keeps_practices_alone(tmp_path: Path) -> None:
    rows = indicator(
        england(), england(**{"Parent Code": "E92000001"}), england(Sex="Male"),
        england(**{"Category Type": "County & UA deprivation deciles", "Category": "Most deprived decile"}),
        {"Area Code": "U12345", "Area Type": "PCNs (v. 27/10/23)", "Count": 900, "Denominator": 1000},
        {"Area Code": "QXX", "Area Type": "ICBs", "Count": 900, "Denominator": 1000},
        practice("Y99901", Count=215, Denominator=214, Value=1004.6729),
        practice("Y99901", Count=100, Denominator=104, Value=960, Sex="Male"),
        practice("Y99901", Count=90, Denominator=90, Value=1000, **{"Category Type": "Rurality", "Category": "Town"}),
        practice("Y99902", Denominator=40, **{"Value note": "Value suppressed for disclosure control reasons"}),
    )  # fmt: skip
    path = written(tmp_path / "a.csv", table(FINGERTIPS, *rows))
    found = tidy("fingertips", path, indicator=93930, measure="ae_attendances_0_4", quantity="count")
    assert values(found) == {"Y99901": 215, "Y99902": None}
    assert values(found, "base") == {"Y99901": 214, "Y99902": 40}
    assert set(found.measures["year"]) == {2021}
    assert list(found.practices["name"]) == ["Invented", "Invented"]


@pytest.mark.parametrize(
    "name", ["Compared to percentiles", "Compared to PCNs (v. 27/10/23) value or percentiles", "?"]
)
@pytest.mark.parametrize("kind", ["GP", "GPs"])
def test_fingertips_names_drift(name: str, kind: str, tmp_path: Path) -> None:
    header = [name if column == "Compared to percentiles" else column for column in FINGERTIPS]
    rows = indicator(practice("Y99901", Value=32.36) | {"Area Type": kind})
    found = tidy("fingertips", written(tmp_path / "a.csv", table(header, *rows)), indicator=93930, measure="imd")
    assert values(found) == {"Y99901": 32.36}


def test_a_practice_below_two_parents_is_read_once(tmp_path: Path) -> None:
    rows = indicator(*(practice("Y99901", Value=3, **{"Parent Code": parent}) for parent in ("U1", "U2")))
    found = tidy("fingertips", written(tmp_path / "a.csv", table(FINGERTIPS, *rows)), indicator=93930, measure="imd")
    assert len(found.measures) == 1


def test_fingertips_periods_can_be_chosen(tmp_path: Path) -> None:
    rows = indicator(*(practice("Y99901", Value=year, **{"Time period": year}) for year in (2010, 2015, 2019)))
    path = written(tmp_path / "a.csv", table(FINGERTIPS, *rows))
    chosen = tidy("fingertips", path, indicator=93930, measure="imd", periods=["2019"], series="imd_2019")
    assert list(chosen.measures["year"]) == [2019]
    assert list(chosen.measures["series"]) == ["imd_2019"]
    assert list(tidy("fingertips", path, indicator=93930, measure="imd").measures["year"]) == [2010, 2015, 2019]


def test_fingertips_percentages_become_shares(tmp_path: Path) -> None:
    rows = indicator(practice("Y99901", Value=81.5))
    path = written(tmp_path / "a.csv", table(FINGERTIPS, *rows))
    assert values(tidy("fingertips", path, indicator=93930, measure="qof", unit="percent")) == {"Y99901": 0.815}


def test_another_indicator_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", table(FINGERTIPS, *indicator(practice("Y99901", Value=3))))
    with pytest.raises(Problem, match="is of indicator 93930; the register says 93553"):
        tidy("fingertips", path, indicator=93553, measure="imd")


def test_fingertips_without_practices_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", table(FINGERTIPS, *indicator(england())))
    with pytest.raises(Problem, match="no row of a general practice"):
        tidy("fingertips", path, indicator=93930, measure="imd")


@pytest.mark.parametrize("header", [PATIENTS, PATIENTS_2022], ids=["CCG", "sub-ICB"])
@pytest.mark.parametrize("day", ["01JAN2021", "2021-01-01", "01/01/2021"])
def test_list_sizes_of_both_generations(header: list[str], day: str, tmp_path: Path) -> None:
    row = {"EXTRACT_DATE": day, "TYPE": "GP", header[3]: "99X", "SEX": "ALL", "AGE": "ALL"}
    rows = [
        row | {"CODE": "Y99901", "POSTCODE": "ZZ1  1ZZ", "NUMBER_OF_PATIENTS": "5903"},
        row | {"CODE": "Y99901", "NUMBER_OF_PATIENTS": "2900", "SEX": "MALE"},
        row | {"CODE": "Y99901", "NUMBER_OF_PATIENTS": "61", "AGE": "44"},
        row | {"CODE": "99X", "NUMBER_OF_PATIENTS": "250000", "TYPE": "CCG"},
    ]
    found = tidy("patients_registered", written(tmp_path / "a.csv", table(header, *rows)))
    assert found.measures.to_dict("records") == [
        {"practice_id": "Y99901", "year": 2021, "measure": "list_size", "value": 5903.0, "base": pytest.approx(
            float("nan"), nan_ok=True), "series": "patients_registered"},
    ]  # fmt: skip
    assert found.practices.loc[0, ["commissioner", "postcode"]].tolist() == ["99X", "ZZ1 1ZZ"]


def paid(code: str, amount: str, patients: str, weighted: str = "900", **cells: str) -> dict[str, str]:
    lists = ["Number of {} Patients (Last Known Figure)", "Average Number of {} Patients"]
    sizes = {name.format(kind): text for name in lists for kind, text in
             (("Registered", patients), ("Weighted", weighted))}  # fmt: skip
    return {"Practice Code": code, "Average payments per registered patient": amount, **sizes, **cells}


def payments(path: Path, header: list[str], rows: list[dict[str, str]], encoding: str = "utf-8-sig") -> Path:
    known = [{key: text for key, text in row.items() if key in header} for row in rows]
    return written(path, table(header, *known), encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize(("year", "header"), [(2014, PAYMENTS_2014), (2022, PAYMENTS_2022)])
def test_payments_of_two_generations(year: int, header: list[str], encoding: str, tmp_path: Path) -> None:
    rows = [
        paid("Y99901", "£111.44", "5,707", "5113.5", **{"Practice Name": "Dr O’Neill’s Surgery", "CCG Code": "99X"})
    ]
    path = payments(tmp_path / "a.csv", header, rows, encoding)
    found = tidy("nhs_payments", path, year=year, measures=["payments_per_patient", "weighted_list", "list_size"])
    assert found.measures.set_index("measure")["value"].to_dict() == {
        "payments_per_patient": 111.44, "weighted_list": 5113.5, "list_size": 5707,
    }  # fmt: skip
    assert found.measures.set_index("measure")["base"].dropna().to_dict() == {"payments_per_patient": 5707}
    assert found.practices.loc[0, ["name", "commissioner"]].tolist() == ["Dr O’Neill’s Surgery", "99X"]


def test_the_network_is_not_taken_for_the_commissioner(tmp_path: Path) -> None:
    # In 2022/23 `Code` and `CCG NAME` hold the primary care network.
    rows = [paid("Y99901", "100", "5000", **{"CCG Code": "16C", "Code": "U12345", "CCG NAME": "A NETWORK"})]
    found = tidy("nhs_payments", payments(tmp_path / "a.csv", PAYMENTS_2022, rows), year=2022)
    assert list(found.practices["commissioner"]) == ["16C"]


def test_practices_without_a_whole_year_have_no_average(tmp_path: Path) -> None:
    rows = [
        paid("Y99901", "120", "5000", **{"Practice Open Date": "01/04/1974", "Practice Close Date": "31/12/2023"}),
        paid("Y99902", "958990.6", "5000", **{"Practice Close Date": "30/11/2022"}),
        paid("Y99903", "60", "5000", **{"Practice Open Date": "01/09/2022"}),
        paid("Y99904", "70", "5000", **{"Atypical characteristics": "| Part year of data |"}),
        paid("Y99905", "0", "0", **{"Atypical characteristics": "| No registered patients |"}),
        paid("Y99906", "120", "5000", **{"Practice Close Date": "-"}),
    ]
    found = tidy("nhs_payments", payments(tmp_path / "a.csv", PAYMENTS_2022, rows), year=2022)
    amounts = found.measures[found.measures["measure"] == "payments_per_patient"].set_index("practice_id")["value"]
    assert amounts.dropna().to_dict() == {"Y99901": 120, "Y99906": 120}
    assert len(amounts) == 6
    closed = found.practices.set_index("practice_id")["closed"]
    assert closed.to_dict() == {
        "Y99901": "2023-12-31", "Y99902": "2022-11-30", "Y99903": "", "Y99904": "", "Y99905": "", "Y99906": "",
    }  # fmt: skip


@pytest.mark.parametrize("total", ["", "Total", "England", "-", "ENG"])
def test_rows_of_totals_are_no_practices(total: str, tmp_path: Path) -> None:
    rows = [paid("Y99901", "120", "5000"), paid(total, "145.3", "57,000,000")]
    found = tidy("nhs_payments", payments(tmp_path / "a.csv", PAYMENTS_2014, rows), year=2014)
    assert set(found.measures["practice_id"]) == {"Y99901"}


def test_years_of_payments_are_no_series_unless_somebody_says_so(tmp_path: Path) -> None:
    path = payments(tmp_path / "a.csv", PAYMENTS_2014, [paid("Y99901", "120", "5000")])
    series = [tidy("nhs_payments", path, year=year).measures["series"].iloc[0] for year in (2014, 2015)]
    assert len(set(series)) == 2
    assert set(tidy("nhs_payments", path, year=2014, series="ours").measures["series"]) == {"ours"}


WIDE = "PRAC_CODE,PRAC_NAME,TOTAL_PATIENTS,TOTAL_GP_HC,TOTAL_GP_FTE,TOTAL_NURSES_FTE\nY99901,Invented,5000,4,2.53,1.1\n"
HIGH = (
    "PRAC_CODE,PRAC_NAME,STAFF_GROUP,DETAILED_STAFF_ROLE,MEASURE,VALUE\n"
    "Y99901,Invented,GP,GP Partners,FTE,1.53\nY99901,Invented,GP,Salaried GPs,FTE,1\n"
    "Y99901,Invented,GP,Total,FTE,2.53\n"
    "Y99901,Invented,GP,Total,Headcount,4\nY99901,Invented,Nurses,Total,FTE,1.1\n"
)


@pytest.mark.parametrize("shape", ["detailed", "high_level"])
def test_workforce_is_found_in_its_archive(shape: str, tmp_path: Path) -> None:
    path = tmp_path / "practices.zip"
    zipped(path, **{"1 Practice Level - Detailed": WIDE, "2 Practice Level - High level": HIGH, "Annex": "a,b\n"})
    found = tidy("workforce", path, year=2023, shape=shape, measures=["gp_fte", "gp_headcount", "nurse_fte"])
    assert len(found.measures) == 3
    assert found.measures.set_index("measure")["value"].to_dict() == {
        "gp_fte": 2.53, "gp_headcount": 4, "nurse_fte": 1.1,
    }  # fmt: skip
    assert list(found.practices["name"]) == ["Invented"]


BESIDE = "PRAC_CODE,TOTAL_GP_EXTG_FTE,TOTAL_GP_EXTGL_FTE\nY99901,5.5,4.0\nY99902,ND,ND\n"


@pytest.mark.parametrize(
    ("measure", "fte"), [("gp_fte_without_trainees", 5.5), ("gp_fte_without_trainees_and_locums", 4.0)]
)
def test_doctors_without_trainees_are_not_those_without_locums_too(measure: str, fte: float, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", BESIDE)
    assert values(tidy("workforce", path, year=2023, measures=[measure])) == {"Y99901": fte, "Y99902": None}


def test_one_measure_of_the_workforce_is_not_taken_for_the_other(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "PRAC_CODE,TOTAL_GP_EXTGL_FTE\nY99901,4.0\n")
    with pytest.raises(Problem, match="has no column `TOTAL_GP_EXTG_FTE`"):
        tidy("workforce", path, year=2023, measures=["gp_fte_without_trainees"])


@pytest.mark.parametrize("code", ["U89141", "W91003", "S99901", "Z99901", "V81999", "Y9990", "E92000001"])
def test_networks_and_practices_of_other_countries_are_no_practices(code: str, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", f"code,patients\nY99901,5000\n{code},52000\n")
    found = tidy(
        "practice_table", path, practice_id="code", measures={"list_size": {"column": "patients", "year": 2023}}
    )
    assert values(found) == {"Y99901": 5000}


def test_what_the_high_level_file_lacks_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", HIGH)
    with pytest.raises(Problem, match="does not say `gp_fte_without_trainees`"):
        tidy("workforce", path, year=2023, shape="high_level", measures=["gp_fte_without_trainees"])


def epraccur(code: str, status: str, setting: str, opened: str = "19740401", closed: str = "") -> str:
    cells = [""] * 27
    cells[:4], cells[9:15] = [code, "INVENTED  SURGERY", "Y99", "QXX"], ["ZZ1 1ZZ", opened, closed, status, "B", "99X"]
    cells[25] = setting
    return ",".join(f'"{cell}"' for cell in cells) + "\r\n"


def test_the_register_of_practices_has_no_header(tmp_path: Path) -> None:
    rows = [
        epraccur("Y99901", "A", "4"), epraccur("Y99902", "C", "4", closed="20170131"),
        epraccur("Y99903", "ACTIVE", "RO177|RO76", opened="20240229"), epraccur("Y99904", "INACTIVE", "RO76"),
        epraccur("Y99905", "A", "0"), epraccur("Y99906", "A", "14"), epraccur("Y99907", "ACTIVE", "RO177|RO87"),
    ]  # fmt: skip
    found = tidy("practice_register", written(tmp_path / "a.csv", "".join(rows)))
    assert found.measures.empty
    assert found.others == {"Y99905", "Y99906", "Y99907"}
    known = found.practices.set_index("practice_id")
    assert list(known.index) == ["Y99901", "Y99902", "Y99903", "Y99904"]
    assert known.loc["Y99901"].to_dict() == {
        "name": "INVENTED SURGERY", "commissioner": "99X", "region": "Y99", "postcode": "ZZ1 1ZZ",
        "opened": "1974-04-01", "closed": "",
    }  # fmt: skip
    assert known.loc[["Y99902", "Y99903"], ["opened", "closed"]].to_numpy().tolist() == [
        ["1974-04-01", "2017-01-31"], ["2024-02-29", ""],
    ]  # fmt: skip


@pytest.mark.parametrize("first", ["Code,Name,Grouping\n", ",".join(f"Column {n}" for n in range(27)) + "\n"])
def test_a_register_with_a_header_is_refused(first: str, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="is not the register of practices"):
        tidy("practice_register", written(tmp_path / "a.csv", first + epraccur("Y99901", "A", "4")))


def test_a_register_without_general_practices_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="position 26 is never 4 or RO76"):
        tidy("practice_register", written(tmp_path / "a.csv", epraccur("Y99901", "A", "9")))


def deprivation(folder: Path, index: int, census: int, lists: list[tuple[str, str, int]], packed: bool = False) -> Tidy:
    score = "Index of Multiple Deprivation (IMD) Score"
    scores = {"E01000001": 10, "E01000002": 40, "E01000003": 25}
    neighbourhoods = table(
        [f"LSOA code ({census})", score], *({f"LSOA code ({census})": a, score: b} for a, b in scores.items())
    )
    rows = [{"PRACTICE_CODE": a, "LSOA_CODE": b, "SEX": "ALL", "Number of Patients": n} for a, b, n in lists]
    rows += [row | {"SEX": "FEMALE"} for row in rows]
    if packed:
        first = zipped(folder / "index.zip", **{"File_7_Index": neighbourhoods})
        second = zipped(
            folder / "lists.zip", **{"gp-reg-pat-prac-lsoa-all": table(PATIENTS_BY_LSOA, *rows), "notes": "a\n"}
        )
    else:
        first = written(folder / "index.csv", neighbourhoods)
        second = written(folder / "lists.csv", table(PATIENTS_BY_LSOA, *rows))
    for path in (first, second):
        connector("deprivation").check(path, {"index": index})
    return connector("deprivation").read((second, first), {"index": index})


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("index", "census"), [(2019, 2011), (2025, 2021)])
def test_a_practice_has_the_mean_score_of_its_patients(index: int, census: int, packed: bool, tmp_path: Path) -> None:
    lists = [
        ("Y99901", "E01000001", 300), ("Y99901", "E01000002", 100), ("Y99902", "E01000003", 50),
        ("Y99902", "W01000001", 950), ("Y99902", "CLOSED", 5),
    ]  # fmt: skip
    found = deprivation(tmp_path, index, census, lists, packed)
    assert values(found) == {"Y99901": (300 * 10 + 100 * 40) / 400, "Y99902": 25}
    assert values(found, "base") == {"Y99901": 400, "Y99902": 50}
    assert set(found.measures["series"]) == {f"imd_{index}"}


def test_lists_of_another_census_are_refused_with_the_reason(tmp_path: Path) -> None:
    lists = [("Y99901", "E01000001", 960), ("Y99901", "E01039999", 40)]
    with pytest.raises(Problem, match=r"only 96\.0% of the patients.*census of 2011") as problem:
        deprivation(tmp_path, 2019, 2011, lists)
    assert "LSOA of 2011" in problem.value.mend


def test_an_index_of_another_census_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        Problem, match=r"has no column `LSOA code \(2021\)`; it may have been renamed to `LSOA code \(2011"
    ):
        deprivation(tmp_path, 2025, 2011, [("Y99901", "E01000001", 960)])


def test_deprivation_needs_both_files(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "LSOA code (2011)\nE01000001\n")
    with pytest.raises(Problem, match="needs two files"):
        connector("deprivation").read((path,), {"index": 2019})


def test_any_table_with_a_row_per_practice(tmp_path: Path) -> None:
    text = "code,pct,n,patients,area\ny99901,53.7,88,8988.0,04C\n Y99902 ,,,,\n,12,1,1,\n"
    found = tidy(
        "practice_table", written(tmp_path / "a.csv", text), practice_id="code",
        measures={
            "see_preferred_gp": {"column": "pct", "year": 2015, "unit": "percent", "base": "n", "series": "gpps_2012"},
            "list_size": {"column": "patients", "year": 2014},
        },
        practices={"commissioner": "area"},
    )  # fmt: skip
    rows = found.measures[found.measures["practice_id"] == "Y99901"].set_index("measure")
    assert rows["value"].to_dict() == {"see_preferred_gp": pytest.approx(0.537), "list_size": 8988}
    assert rows["year"].to_dict() == {"see_preferred_gp": 2015, "list_size": 2014}
    assert rows["base"].dropna().to_dict() == {"see_preferred_gp": 88}
    assert rows["series"].to_dict() == {"see_preferred_gp": "gpps_2012", "list_size": "list_size"}
    assert found.measures["value"].isna().sum() == 2
    assert found.practices["commissioner"].to_dict() == {0: "04C", 1: ""}


def test_addresses_follow_from_the_parameters() -> None:
    file = RawFile(path="a/b.csv")
    fingertips = connector("fingertips").address(file, {"indicator": 93553, "measure": "imd"})
    assert fingertips == (
        "https://fingertips.phe.org.uk/api/all_data/csv/by_indicator_id?indicator_ids=93553&child_area_type_id=7"
        "&parent_area_type_id=15&include_sortable_time_periods=yes"
    )
    survey = connector("gp_patient_survey")
    assert survey.address(file, {"year": 2025}) == (
        "https://gp-patient.co.uk/FileDownload/Download?fileRedirect=2025%2Fsurvey-results%2Fpractice-results%2F"
        "practice-data-csv%2FGPPS_2025_Practice_data_(weighted)_(csv)_PUBLIC.csv"
    )
    assert survey.address(file, {"year": 2023}) is None
    assert connector("practice_register").address(file, {}) == (
        "https://www.odsdatasearchandexport.nhs.uk/api/getReport?report=epraccur"
    )
    assert connector("workforce").address(file, {"year": 2023}) is None


@pytest.mark.parametrize(
    ("name", "parameters", "told"),
    [
        ("gp_patient_survey", {}, "`year`: Field required"),
        ("gp_patient_survey", {"year": 2023, "measures": ["Q9"]}, "`measures.0`"),
        ("gp_patient_survey", {"year": 2023, "measures": ["happiness"]}, "known are see_preferred_gp"),
        ("fingertips", {"indicator": 1, "measure": "imd", "colour": "red"}, "`colour`: Extra inputs"),
        ("nhs_payments", {"year": "soon"}, "`year`"),
        ("deprivation", {"index": 2015}, "`index`: Input should be 2019 or 2025"),
        ("practice_table", {"practice_id": "a", "measures": {}}, "`measures`"),
    ],
)
def test_wrong_parameters_are_told(name: str, parameters: dict[str, Any], told: str, tmp_path: Path) -> None:
    with pytest.raises(Problem, match=f"connector {name} cannot use the parameter") as problem:
        connector(name).check(written(tmp_path / "a.csv", "a\n1\n"), parameters)
    assert told in problem.value.sentence


def test_an_unknown_connector_is_told() -> None:
    with pytest.raises(Problem, match="no connector `crystal_ball`"):
        connector("crystal_ball")


def test_connectors_go_by_their_names() -> None:
    assert {name: each.name for name, each in CONNECTORS.items()} == {name: name for name in CONNECTORS}
    assert len(CONNECTORS) == 8
