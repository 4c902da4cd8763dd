"""The open study's models on real files give what others published from the same files.

``pytest --realdata DIR tests/unit/estimate/questions/test_practice_realdata.py``. The files are not in this repository.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.estimate.questions.questions import answer
from analysis.estimates import Estimate
from analysis.plan.practices import Gradient
from analysis.prepare.questions.practices import OpenPractices
from analysis.prepare.questions.questions import framed
from tests.practice_world import value

pytestmark = pytest.mark.realdata

CONTINUITY = Gradient(
    kind="gradient", label="continuity by list size", outcome=value("see_preferred_gp", 2015),
    exposure=value("list_size", 2014), adjust=(value("imd", 2015),), knots=4, good_direction="up",
)  # fmt: skip
ATTENDANCES = Gradient(
    kind="gradient", label="attendances by deprivation", family="count", log_exposure=False, step=10,
    outcome=value("ae_attendances_0_4", 2021), exposure=value("imd", 2019), good_direction="down",
)  # fmt: skip


def measure(ids: pd.Series, name: str, year: int, values: pd.Series, base: object = np.nan) -> pd.DataFrame:
    facts = {"practice_id": ids, "measure": name, "year": year, "value": values, "base": base}
    return pd.DataFrame(facts | {"series": name, "dataset": "real"}).dropna(subset=["value"])


def rows_of(tables: list[pd.DataFrame], register: pd.DataFrame, question: Gradient) -> tuple[list[Estimate], int]:
    known = OpenPractices(pd.concat(tables), register, smallest_list=1000, cluster="commissioner", fewest=30)
    frame = framed(known, "q", question)
    assert not frame.reason
    rows = answer(frame.rows.reset_index(), "q", question, 0.95)
    return [row for row in rows if isinstance(row, Estimate)], len(frame.rows)


def one(rows: list[Estimate], term: str, specification: str) -> Estimate:
    (row,) = (row for row in rows if (row.term, row.specification) == (term, specification))
    return row


@pytest.fixture(scope="module")
def continuity(realdata: Path) -> tuple[list[Estimate], int]:
    data = pd.read_csv(realdata / "gpps_2015_continuity_listsize_imd.csv")
    ids = data["practice_code"]
    tables = [
        measure(ids, "see_preferred_gp", 2015, data["gpps_see_preferred_gp_pct_2015"] / 100),
        measure(ids, "list_size", 2014, data["list_size_2014_15"]),
        measure(ids, "imd", 2015, data["imd_2015"]),
    ]
    register = pd.DataFrame({"practice_id": ids, "commissioner": data["CCG Code"].fillna("")})
    return rows_of(tables, register, CONTINUITY)


def test_continuity_by_list_size_is_what_others_found(continuity: tuple[list[Estimate], int]) -> None:
    rows, practices = continuity
    assert practices == 832
    assert round(one(rows, "correlation", "unadjusted").estimate, 2) == -0.35
    slope, alone = one(rows, "slope", "adjusted"), one(rows, "slope", "unclustered")
    assert round(slope.estimate, 1) == -12.3
    # The standard error of 1.04 that others give takes practices as unrelated; that of areas is larger.
    assert round(alone.std_error, 2) == 1.04
    assert slope.std_error > alone.std_error
    assert slope.ci_high < 0
    quarters = [row.estimate for row in rows if row.term == "mean"]
    assert [round(mean, 1) for mean in quarters] == [66.5, 62.3, 54.3, 50.7]


def test_the_curve_falls_all_along_and_agrees_with_the_quarters(continuity: tuple[list[Estimate], int]) -> None:
    rows, _ = continuity
    curve = {float(row.horizon): row.estimate for row in rows if (row.term, row.specification) == ("fitted", "spline")}
    places, heights = np.array(list(curve)), np.array(list(curve.values()))
    assert (np.diff(heights) < 0).all()
    # Deprivation is held constant in the curve and not in the quarters, which it moves by a point or two.
    medians = [(float(row.horizon), row.estimate) for row in rows if row.term == "mean"]
    assert [np.interp(np.log(place), np.log(places), heights) for place, _ in medians] == pytest.approx(
        [mean for _, mean in medians], abs=3
    )
    (bend,) = (row for row in rows if row.term == "nonlinearity")
    assert 0 <= bend.p_value <= 1


def by_practice(path: Path) -> pd.DataFrame:
    rows = pd.read_csv(path, low_memory=False)
    return rows[rows["Area Type"].str.startswith("GP")]


def test_attendances_of_children_are_what_others_found(realdata: Path) -> None:
    attended = by_practice(realdata / "fingertips_93930_ae_attendances_0_4_all_data_csv.csv")
    deprived = by_practice(realdata / "fingertips_93553_imd_by_practice_all_data_csv.csv")
    lists = pd.read_csv(realdata / "nhsd_gp-reg-pat-prac-all_jan2021.csv")
    tables = [
        measure(attended["Area Code"], "ae_attendances_0_4", 2021, attended["Count"], attended["Denominator"]),
        measure(deprived["Area Code"], "imd", 2019, deprived["Value"]),
        measure(lists["CODE"], "list_size", 2021, lists["NUMBER_OF_PATIENTS"].astype(float)),
    ]
    register = pd.DataFrame({"practice_id": lists["CODE"], "commissioner": lists["CCG_CODE"]})
    rows, _ = rows_of(tables, register, ATTENDANCES)
    alone, clustered = one(rows, "slope", "unclustered"), one(rows, "slope", "unadjusted")
    assert [round(each, 3) for each in (alone.estimate, alone.ci_low, alone.ci_high)] == [1.115, 1.107, 1.124]
    assert round(one(rows, "dispersion", "unclustered").estimate) == 45
    assert clustered.ci_low < alone.ci_low
    assert clustered.ci_high > alone.ci_high
