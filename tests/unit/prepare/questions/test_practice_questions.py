"""Which practices can answer which question: what is left out, left open and refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.plan.practices import Gradient, Growth, Inequality, Trend
from analysis.prepare.questions.practices import OpenPractices
from analysis.prepare.questions.question_frames import biggest_jump
from analysis.prepare.questions.questions import behind, framed, questions
from analysis.prepare.ranks import ridit
from analysis.steps import Problem, read_json
from analysis.tables import Lineage, read_table
from tests.practice_world import LINEAGE, tidy, value, write_tidy
from tests.practice_world import questions as asked

PLAN = {"smallest_list": 1000.0, "cluster": "commissioner", "fewest": 30}


@pytest.fixture
def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    return tidy()


def practices(measures: pd.DataFrame, register: pd.DataFrame) -> OpenPractices:
    return OpenPractices(measures, register, smallest_list=1000, cluster="commissioner", fewest=30)


def run(folder: Path, measures: pd.DataFrame, register: pd.DataFrame, *names: str) -> None:
    write_tidy(folder, measures, register)
    plan = {name: each for name, each in asked().items() if name in names}
    questions(
        measures=folder / "practice_measures.parquet", register=folder / "practice_register.parquet", questions=plan,
        out=folder, **PLAN,
    )  # fmt: skip


def rows_of(measures: pd.DataFrame, measure: str, year: int) -> pd.Series:
    return (measures["measure"] == measure) & (measures["year"] == year)


def test_each_practice_is_left_out_under_its_first_reason(tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    measures, register = tables
    silent = rows_of(measures, "see_preferred_gp", 2023) & (measures["practice_id"] == "P0000")
    unranked = rows_of(measures, "imd", 2019) & measures["practice_id"].isin(["P0001", "P0002"])
    small = rows_of(measures, "list_size", 2023) & measures["practice_id"].isin(["P0002", "P0003"])
    measures.loc[small, "value"] = 999.0
    measures.loc[silent, "value"] = np.nan
    register.loc[register["practice_id"] == "P0004", "commissioner"] = ""
    frame = framed(practices(measures[~unranked], register), "q", asked()["larger_practices"])
    assert frame.left_out == [
        ("without the deprivation score in 2019", 2),
        ("with fewer than 1,000 patients", 1),
        ("whose commissioner is not known", 1),
    ]
    assert (frame.start, len(frame.rows)) == (239, 235)
    assert frame.datasets == {"survey", "lists", "deprivation"}


def test_an_exposure_that_is_logged_must_be_positive(tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    measures, register = tables
    measures.loc[rows_of(measures, "imd", 2019) & (measures["practice_id"] == "P0007"), "value"] = 0.0
    question = Gradient(
        kind="gradient", label="x", outcome=value("see_preferred_gp", 2023), exposure=value("imd", 2019),
        good_direction="up",
    )  # fmt: skip
    frame = framed(practices(measures, register), "q", question)
    assert frame.left_out == [("where the deprivation score is not above zero", 1)]


def test_a_trend_compares_the_same_practices(tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    measures, register = tables
    gap = rows_of(measures, "see_preferred_gp", 2020) & (measures["practice_id"] == "P0005")
    frame = framed(practices(measures[~gap], register), "q", asked()["trend"])
    assert frame.rows.groupby(level=0).size().eq(6).all()
    assert "P0005" not in frame.rows.index
    assert frame.left_out == [("without the share of patients who see the GP they prefer in 2020", 1)]
    known = measures[rows_of(measures, "see_preferred_gp", 2021)].set_index("practice_id")["value"]
    told = frame.rows[frame.rows["year"] == 2021]["outcome"]
    assert told.to_dict() == pytest.approx((100 * known.drop("P0005")).to_dict())


def test_a_year_that_nobody_holds_leaves_a_trend_open(tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    measures, register = tables
    frame = framed(practices(measures[measures["year"] != 2023], register), "q", asked()["trend"])
    assert frame.reason.endswith("for 2023, only for 2018, 2019, 2020, 2021, 2022")
    assert frame.rows.empty


@pytest.mark.parametrize(("kept", "told"), [(29, "only 29 practices"), (30, "")])
def test_too_few_practices_leave_a_question_open(
    tables: tuple[pd.DataFrame, pd.DataFrame], kept: int, told: str
) -> None:
    measures, register = tables
    frame = framed(practices(measures, register[:kept]), "q", asked()["growth"])
    assert frame.reason.startswith(told)
    assert bool(frame.reason) == bool(told)


def test_practices_of_one_area_leave_a_question_open(tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    measures, register = tables
    frame = framed(practices(measures, register.assign(commissioner="C")), "q", asked()["inequality"])
    assert frame.reason == "all practices lie in one commissioner, so nothing can be said of uncertainty"


@pytest.mark.parametrize("name", ["trend", "growth"])
def test_years_across_a_break_are_refused_with_the_reason(tables: tuple[pd.DataFrame, pd.DataFrame], name: str) -> None:
    measures, register = tables
    survey = measures["measure"] == "see_preferred_gp"
    measures.loc[survey, "series"] = np.where(measures.loc[survey, "year"] < 2023, "gpps_2018", "gpps_2024")
    with pytest.raises(Problem, match="but the series breaks: gpps_2018 in 2018 to 2022, gpps_2024 in 2023") as problem:
        framed(practices(measures, register), name, asked()[name])
    assert "trends across it cannot be reliably presented" in problem.value.sentence
    assert f"`first` and `last` of questions.{name}" in problem.value.mend


def test_a_break_outside_the_years_or_between_practices_years_of_other_measures_is_nobodys_business(
    tables: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    measures, register = tables
    later = measures[rows_of(measures, "see_preferred_gp", 2023)].assign(year=2024, series="gpps_2024")
    together = pd.concat([measures, later], ignore_index=True)
    assert not framed(practices(together, register), "trend", asked()["trend"]).reason
    # List sizes matter to growth alone.
    lists = together["measure"] == "list_size"
    together.loc[lists, "series"] = together.loc[lists, "year"].astype(str)
    assert not framed(practices(together, register), "trend", asked()["trend"]).reason
    with pytest.raises(Problem, match="compares the number of registered patients between 2018 and 2023"):
        framed(practices(together, register), "growth", asked()["growth"])


def test_a_share_above_one_is_refused(tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    measures, register = tables
    measures.loc[rows_of(measures, "see_preferred_gp", 2023), "value"] *= 100
    with pytest.raises(Problem, match="takes see_preferred_gp as a share from 0 to 1"):
        framed(practices(measures, register), "q", asked()["inequality"])


def test_what_is_written_for_the_models_and_for_the_paper(
    tables: tuple[pd.DataFrame, pd.DataFrame], tmp_path: Path
) -> None:
    run(tmp_path, *tables, "larger_practices", "payments")
    states = read_json(tmp_path / "questions.json")
    assert states["larger_practices"] == {
        "state": "answered", "reason": "", "start": 240, "used": 240, "left_out": [],
    }  # fmt: skip
    assert states["payments"]["state"] == "left open"
    assert states["payments"]["reason"] == "no data set on disk holds the payment per patient for 2023"
    rows, lineage = read_table(tmp_path / "larger_practices.parquet")
    assert {"practice_id", "cluster_id", "outcome", "exposure", "imd_2019"} <= set(rows)
    assert [source.id for source in lineage.sources] == ["deprivation", "lists", "register", "survey"]
    assert read_table(tmp_path / "payments.parquet")[0].empty


def test_a_study_whose_questions_are_all_open_is_a_problem(
    tables: tuple[pd.DataFrame, pd.DataFrame], tmp_path: Path
) -> None:
    with pytest.raises(
        Problem, match=r"None of the study's questions can be answered .*payment per patient"
    ) as problem:
        run(tmp_path, *tables, "payments")
    assert "make pull" in problem.value.mend
    assert not (tmp_path / "questions.json").exists()


def test_rows_descend_from_the_data_sets_they_name_and_from_facts_on_practices() -> None:
    measured = {"deprivation", "lists", "survey"}
    assert [each.id for each in behind(LINEAGE, measured, frozenset({"survey"})).sources] == ["register", "survey"]
    assert behind(LINEAGE, measured, frozenset({"survey", "unknown"})) == LINEAGE
    assert behind(Lineage(()), measured, frozenset()) == Lineage(())


def test_ridits_of_the_published_example() -> None:
    # PHEindicatormethods, phe_sii: a first quantile with 12% of the population stands at 0.06, the next (10%) at 0.17.
    places = ridit(pd.Series([1.0, 2.0, 3.0]), pd.Series([12.0, 10.0, 78.0]))
    assert list(places[:2]) == pytest.approx([0.06, 0.17])


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 1000)), min_size=1, max_size=30))
def test_the_mean_ridit_of_a_population_is_a_half(rows: list[tuple[int, int]]) -> None:
    score, patients = (pd.Series(each, dtype=float) for each in zip(*rows, strict=True))
    places = ridit(score, patients)
    assert (places * patients).sum() / patients.sum() == pytest.approx(0.5)
    assert places.between(0, 1, inclusive="neither").all()
    assert places.groupby(score).nunique().eq(1).all()


def test_the_biggest_jump_is_that_of_one_year() -> None:
    lists = {2018: [1000, 1000], 2019: [1100, 1100], 2020: [1650, 1210]}
    tables = [
        pd.DataFrame({"practice_id": ["A", "B"], "year": year, "measure": "list_size", "value": np.array(sizes, float)})
        for year, sizes in lists.items()
    ]
    known = practices(pd.concat(tables), pd.DataFrame())
    assert biggest_jump(known, 2018, 2020).to_dict() == pytest.approx({"A": 0.5, "B": 0.1})
    gap = practices(pd.concat([tables[0], tables[2]]), pd.DataFrame())
    assert biggest_jump(gap, 2018, 2020).isna().all()


def test_groups_hold_as_many_patients_each(tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    question = asked()["inequality"]
    assert isinstance(question, Inequality)
    rows = framed(practices(*tables), "q", question).rows
    shares = rows.groupby("group")["list_size"].sum() / rows["list_size"].sum()
    assert list(shares.index) == [1, 2, 3, 4, 5]
    assert shares.to_numpy() == pytest.approx(np.full(5, 0.2), abs=rows["list_size"].max() / rows["list_size"].sum())
    assert rows.groupby("group")["by"].max()[1] < rows.groupby("group")["by"].min()[2]


def test_growth_is_that_of_the_log_list(tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    measures, register = tables
    question = asked()["growth"]
    assert isinstance(question, Growth)
    rows = framed(practices(measures, register), "q", question).rows
    wide = measures[measures["measure"] == "list_size"].pivot(index="practice_id", columns="year", values="value")
    assert np.exp(rows["growth"]).to_dict() == pytest.approx((wide[2023] / wide[2018]).to_dict())
    jumped = rows.index[rows["jump"] > question.jump]
    assert list(jumped) == [f"P{number:04}" for number in range(0, 240, 20)]


def test_questions_of_years_are_ordered() -> None:
    with pytest.raises(ValueError, match="must come before"):
        Trend(kind="trend", label="x", outcome="y", first=2020, last=2020, good_direction="up")
