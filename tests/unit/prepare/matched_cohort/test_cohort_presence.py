"""Patients of practices that open or close: what they had elsewhere is not in the data, and is no zero."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.estimate.matched_cohort.matched_cohort import from_matches, from_weights
from analysis.estimate.matched_cohort.matching import match, score
from analysis.estimates import Estimate
from analysis.plan.designs import MatchedCohort
from analysis.plan.hospital import HospitalRules
from analysis.plan.terms import Period
from analysis.prepare.hospital.record_plan import RecordPlan
from analysis.prepare.hospital.spells import spells
from analysis.prepare.matched_cohort.cohort import CohortFiles, cohort
from analysis.prepare.outcomes.panel import PanelPlan, panel
from analysis.steps import read_json
from analysis.tables import read_table
from tests.conftest import receipt

MONTHS = Period(first="2007-01", last="2010-12")
NAMES = [str(each) for each in pd.period_range(MONTHS.first, MONTHS.last, freq="M")]
PILOTS, OTHERS = [f"P{each}" for each in range(4)], [f"C{each}" for each in range(6)]
# By practice, the months of the data in which it is there: both are halves of a site or a region.
CLOSED, OPENED = (0, 36), (24, 48)


def world(folder: Path, ends: dict[str, tuple[int, int]], seed: int = 3) -> None:
    """Tables in which nothing happens to anybody but that some practices are not there throughout."""
    random, people, stays = np.random.default_rng(seed), [], []
    for practice in (*PILOTS, *OTHERS):
        first, last = ends.get(practice, (0, len(NAMES)))
        for number in range(150 if practice in PILOTS else 400):
            name, case = f"{practice}-{number}", practice in PILOTS
            month = NAMES[random.integers(24, 42)] if case else ""
            people.append((name, practice, random.integers(66, 90), "female", 20, 1, int(case), month, ""))
            for place in np.flatnonzero(random.random(len(NAMES)) < random.gamma(2, 0.05)):
                if first <= place < last:
                    stays.append((name, practice, f"{NAMES[place]}-10", f"{NAMES[place]}-11", "emergency", "J440"))
    columns = ["patient_id", "practice_id", "age", "sex", "imd", "conditions", "treated", "index_month", "death_month"]
    pd.DataFrame(people, columns=columns).to_csv(folder / "patients.csv", index=False)
    columns = ["patient_id", "practice_id", "admitted", "discharged", "method", "diagnosis_1"]
    known = pd.DataFrame(stays, columns=columns)
    known.to_csv(folder / "spells.csv", index=False)
    counts = known.assign(month=known["admitted"].str[:7]).groupby(["practice_id", "month"]).size().rename("count")
    every = pd.MultiIndex.from_product([(*PILOTS, *OTHERS), NAMES], names=["practice_id", "month"])
    rows = counts.reindex(every, fill_value=0).reset_index().assign(measure="emergency", population=4000)
    rows.to_csv(folder / "activity.csv", index=False)
    sites = pd.DataFrame({"practice_id": [*PILOTS, *OTHERS]})
    sites["site_id"] = [f"S{number // 2}" for number in range(4)] + [""] * 6
    sites.assign(region="R1", list_size=4000, imd=20, gp_fte=2, share_65plus=0.2).to_csv(
        folder / "practices.csv", index=False
    )
    text = "site_id,name,model,start_month\nS0,A,a,2009-01\nS1,B,a,2009-01\n"
    (folder / "sites.csv").write_text(text, encoding="utf-8")


def ratio(folder: Path) -> tuple[dict[str, Estimate], dict[str, int]]:
    """What the cohort of a world says of emergency admissions, and how many cases it left out."""
    receipt(folder / "receipt.json", "ours", "observed")
    homes = (folder / "practices.csv",)
    plan = RecordPlan(months=MONTHS, rules=HospitalRules())
    spells(
        spells=(folder / "spells.csv",), practices=homes, plan=plan,
        conditions=Path("analysis/prepare/hospital/conditions/nhs_institute_19.yaml"), out=folder / "spells.parquet",
        facts=folder / "spells.json",
    )  # fmt: skip
    panel(
        sites=(folder / "sites.csv",), practices=homes, activity=(folder / "activity.csv",),
        plan=PanelPlan(months=MONTHS, comparison_cluster="region"), receipt=folder / "receipt.json",
        out=folder / "panel.parquet",
    )  # fmt: skip
    cohort(
        files=CohortFiles(
            patients=(folder / "patients.csv",), practices=homes, spells=(folder / "spells.parquet",),
            receipt=folder / "receipt.json", panel=(folder / "panel.parquet",),
        ),
        plan=plan, history_months=12, follow_up_months=6, measures=("emergency",), out=folder / "cohort.parquet",
        facts=folder / "cohort.json",
    )  # fmt: skip
    people, outcomes = read_table(folder / "cohort.parquet")[0], {"o": "emergency"}
    matched = match(score(people), MatchedCohort())
    rows = [*from_matches(matched, outcomes, 6, 0.95), *from_weights(people, outcomes, 6, 0.95)]
    effects = [row for row in rows if isinstance(row, Estimate) and (row.term, row.scale) == ("effect", "ratio")]
    return {row.estimator: row for row in effects if row.outcome == "o"}, read_json(folder / "cohort.json")


@pytest.mark.parametrize(
    "ends",
    [{"P0": CLOSED, "P2": CLOSED}, {"P1": OPENED, "P3": OPENED}, {"P0": CLOSED, "C1": OPENED, "C2": CLOSED}],
    ids=["close", "open", "both"],
)
def test_no_effect_is_found_where_practices_close_or_open(tmp_path: Path, ends: dict[str, tuple[int, int]]) -> None:
    world(tmp_path, ends)
    rows, left = ratio(tmp_path)
    assert {name: abs(np.log(row.estimate)) < 2 * row.std_error for name, row in rows.items()} == {
        "poisson_matched": True, "entropy_balancing": True,
    }  # fmt: skip
    assert bool(left["too_early"] or left["too_late"]) == bool(set(ends) & set(PILOTS))


def test_the_months_are_those_that_are_looked_at(tmp_path: Path) -> None:
    """A practice with months 24 to 35: its cases need a year before, and half a year from the index month on."""
    world(tmp_path, {"P0": (24, 36), "C0": (24, 36)})
    ratio(tmp_path)
    rows = read_table(tmp_path / "cohort.parquet")[0]
    first = 12 * 2007 + 1
    for practice, roles in {"P0": {"case"}, "C0": {"candidate", "history"}}.items():
        # Months 12 before the index month to 5 after it lie within the 12 months of the practice nowhere.
        assert not roles & set(rows.loc[rows["practice_id"] == practice, "role"])
    world(tmp_path, {"P0": (18, 40), "C0": (18, 40)})
    ratio(tmp_path)
    rows = read_table(tmp_path / "cohort.parquet")[0]
    own = rows[rows["practice_id"].isin(["P0", "C0"])]
    assert set(own["month"] - first) == set(range(30, 35))
