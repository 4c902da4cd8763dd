"""A study's own survey is not compared across a break in its series."""

from pathlib import Path

import pytest

from analysis.prepare.contract.contract import Survey
from analysis.prepare.contract.raw import read_checked
from analysis.prepare.contract.raw_files import Raw
from analysis.prepare.contract.series import break_faults, crossed, survey_breaks
from analysis.prepare.outcomes.survey import survey as prepare_survey
from analysis.pull.connectors.gp_patient_survey import series_of
from analysis.steps import Problem, write_json

BASE = Path(__file__).parents[3] / "invalid" / "base"


def waves(first: str, last: str, item: str = "see_preferred_gp") -> Raw:
    """The valid package's survey, its two waves at other times."""
    raw = read_checked((BASE / "survey.csv",), Survey)
    early = raw.frame["wave"] == raw.frame["wave"].min()
    return Raw(raw.table, raw.frame.assign(wave=early.map({True: first, False: last}), item=item), raw.parts)


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        ("2009-01", "2011-01", []),
        ("2011-01", "2013-01", []),  # the survey was not begun anew when our reading of it begins
        ("2017-03", "2018-03", [2018]),
        ("2018-03", "2020-03", []),
        ("2020-03", "2021-03", [2021]),
        ("2017-03", "2025-03", [2018, 2021, 2024]),
    ],
)
def test_waves_across_a_break_of_the_national_survey_are_refused(first: str, last: str, years: list[int]) -> None:
    faults = break_faults(waves(first, last), {"see_preferred_gp": None})
    assert [str(year) in fault.found for fault in faults for year in years] == [True] * len(years)
    assert bool(faults) == bool(years)
    for fault in faults:
        assert (fault.table, fault.check, fault.column) == ("survey", "months", "wave")
        assert "breaks in" in fault.found
        assert "`breaks` of the outcome" in fault.mend


def test_another_question_has_no_breaks_that_we_know() -> None:
    assert break_faults(waves("2017-03", "2025-03", "own_question"), {"own_question": None}) == []


def test_only_items_that_are_compared_are_looked_at() -> None:
    assert break_faults(waves("2017-03", "2025-03"), {}) == []


def test_the_study_knows_its_own_survey_best() -> None:
    across = waves("2017-03", "2020-03")
    assert break_faults(across, {"see_preferred_gp": ()}) == []
    (fault,) = break_faults(across, {"see_preferred_gp": (2019,)})
    assert "2019 (as the study file says)" in fault.found
    assert "2018" not in fault.found


def test_the_wave_of_the_break_is_of_the_new_series() -> None:
    assert crossed(["2018-01", "2018-07"], [2018]) == []
    assert crossed(["2017-12", "2018-01"], [2018]) == [2018]
    assert crossed([], [2018]) == []


def test_both_readers_of_the_survey_break_at_the_same_years() -> None:
    # The open study names a series for each year; where the name changes, this check knows a break.
    named = {year for year in range(2013, 2026) if series_of(year) != series_of(year - 1)}
    assert named <= set(survey_breaks("see_preferred_gp"))


def test_the_step_refuses_with_a_sentence_that_mends(tmp_path: Path) -> None:
    frame = waves("2017-03", "2019-03").frame
    frame.to_csv(tmp_path / "survey.csv", index=False)
    write_json(tmp_path / "receipt.json", [])
    with pytest.raises(Problem, match="redesigned its questionnaire") as problem:
        prepare_survey(
            sites=(BASE / "sites.csv",), practices=(BASE / "practices.csv",), responses=(tmp_path / "survey.csv",),
            receipt=tmp_path / "receipt.json", comparison_cluster="region", out=tmp_path / "out.parquet",
            breaks={"see_preferred_gp": None},
        )  # fmt: skip
    assert "write the years of its breaks" in problem.value.mend
    assert not (tmp_path / "out.parquet").exists()
