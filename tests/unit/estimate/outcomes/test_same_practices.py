"""No effect, and practices that close or open: every design of counts says that nothing happened."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.estimate.designs.interrupted import interrupted_rows as interrupted
from analysis.estimate.designs.staggered import staggered_rows
from analysis.estimate.designs.synthetic_control import synthetic_rows as synthetic
from analysis.estimate.outcomes.admissions import effects, measure_rows
from analysis.estimate.outcomes.event_study import periods
from analysis.estimates import Estimate, NotEstimated, Row
from analysis.plan.designs import Staggered
from analysis.plan.hospital import HospitalRules
from analysis.plan.terms import Period
from analysis.prepare.hospital.activity import activity
from analysis.prepare.hospital.record_plan import RecordPlan
from analysis.prepare.outcomes.panel import PanelPlan, panel
from analysis.tables import read_table

MONTHS, START = 42, 24
DESIGNS: dict[str, Callable[[pd.DataFrame], list[Row]]] = {
    "difference_in_differences": lambda rows: [*effects(rows, "e", 0.95)],
    "event_study": lambda rows: periods(rows, "e", 3, 0.95),
    "staggered": lambda rows: staggered_rows(rows, "e", "emergency", Staggered(), 0.95),
    "synthetic_control": lambda rows: synthetic(rows, "e", "synthetic_control", 3, 0.95),
    "synthetic_did": lambda rows: synthetic(rows, "e", "synthetic_did", 3, 0.95),
    "interrupted": lambda rows: interrupted(rows, "e", 1, 0.95),
}


def world(*, close: int = 0, late: int = 0, seed: int = 1) -> pd.DataFrame:
    """Eight sites and ten areas of three practices, the third with half the rate of the others.

    In `close` sites the third practice stops three months after the start; in `late` sites it opens then. In two areas
    of comparison practices each does the same at other times.
    """
    random, rows = np.random.default_rng(seed), []
    month = np.arange(MONTHS)
    season = 1 + 0.05 * np.sin(2 * np.pi * month / 12)
    for cluster in range(18):
        pilot, start = cluster < 8, START + 3 * (cluster % 2)
        for practice in range(3):
            mean = 400 * (0.5 if practice == 2 else 1) * season * np.exp(random.normal(0, 0.01, MONTHS))
            first, last = 0, MONTHS
            if practice == 2 and cluster < close:
                last = start + 3
            if practice == 2 and 8 - late <= cluster < 8:
                first = start + 3
            if practice == 2 and cluster in (8, 9):
                last = 20 if close else last
            if practice == 2 and cluster in (10, 11):
                first = 30 if late else first
            columns = {
                "practice_id": f"P{cluster}-{practice}", "site_id": f"S{cluster}" if pilot else "", "pilot": pilot,
                "cluster_id": f"site {cluster}" if pilot else f"area {cluster}", "measure": "emergency",
                "month": [str(each) for each in pd.period_range("2007-04", periods=MONTHS, freq="M")],
                "count": random.poisson(mean).astype(float), "population": 8000.0,
                "event_time": month - start if pilot else np.nan, "after": (month >= start) & pilot,
            }  # fmt: skip
            rows.append(pd.DataFrame(columns)[first:last])
    return measure_rows(pd.concat(rows, ignore_index=True), "emergency")


@pytest.mark.parametrize("moves", [{"close": 4}, {"late": 4}, {"close": 4, "late": 4}], ids=["close", "open", "both"])
@pytest.mark.parametrize("design", DESIGNS)
def test_nothing_happened(design: str, moves: dict[str, int]) -> None:
    made = DESIGNS[design](world(**moves))
    assert not [row for row in made if isinstance(row, NotEstimated) and row.specification == "primary"]
    term = "period" if design == "event_study" else "effect"
    told = [
        row for row in made
        if isinstance(row, Estimate) and row.term == term and row.scale == "ratio" and row.subgroup == "all"
    ]  # fmt: skip
    assert len(told) == {"event_study": 14, "staggered": 6}.get(design, 1)
    # Half of what a sum over whoever is there would make of it, and less.
    assert [row.estimate for row in told] == pytest.approx([1.0] * len(told), abs=0.03)
    if design != "event_study":
        assert all(row.ci_low < 1 < row.ci_high for row in told)


@pytest.mark.parametrize("design", ["synthetic_control", "interrupted"])
def test_a_site_without_a_practice_that_is_there_throughout_says_so(design: str) -> None:
    rows = world()
    gone = (rows["site_id"] == "S1") & (rows["month"] == "2010-06")
    made = DESIGNS[design](rows[~gone].reset_index(drop=True))
    assert [row.why.sentence for row in made if isinstance(row, NotEstimated)] == [
        "No practice of site S1 has every month."
    ]


def test_practices_that_are_counted_are_those_that_are_there_throughout() -> None:
    made = DESIGNS["interrupted"](world(close=4))
    units = {row.subgroup: row.n_units for row in made if isinstance(row, Estimate)}
    assert (units["S0"], units["S7"]) == (2, 3)


def test_a_closed_practice_is_missing_and_not_zero_where_counts_are_made_from_events(tmp_path: Path) -> None:
    """Attendances, no table of populations; a large comparison practice has none after its 14th month of 24."""
    random, lines = np.random.default_rng(6), ["HESID,GPPRAC,APPTDATE,ATTENDED"]
    practices = ["practice_id,site_id,region,list_size,imd,gp_fte,share_65plus"]
    months = [str(each) for each in pd.period_range("2009-01", periods=24, freq="M")]
    for place in range(12):
        site, code = f"S{place % 4}" if place < 4 else "", f"P{place:02d}"
        practices.append(f"{code},{site},R{place % 4},5000,20,3,0.2")
        rate = (60 if place == 11 else 25) * np.ones(24)
        rate[12:] *= 1.3 if site else 1.0
        for month, mean in zip(months, rate, strict=True):
            events = random.poisson(mean) * (place != 11 or month <= months[13])
            lines += [f"A{day},{code},{month}-{1 + day % 28:02d},5" for day in range(events)]
    sites = ["site_id,name,model,start_month", *(f"S{place},Site {place},a,{months[12]}" for place in range(4))]
    for name, text in {"sites": sites, "practices": practices, "outpatients": lines}.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(text) + "\n", encoding="utf-8")
    receipt = {"lineage": [{"id": "own", "sha256": "0" * 64, "kind": "observed"}]}
    (tmp_path / "receipt.json").write_text(json.dumps(receipt), encoding="utf-8")
    span = Period(first=months[0], last=months[-1])
    activity(
        practices=(tmp_path / "practices.csv",), plan=RecordPlan(months=span, rules=HospitalRules()),
        out=tmp_path / "activity.parquet", facts=tmp_path / "facts.json", outpatients=(tmp_path / "outpatients.csv",),
    )  # fmt: skip
    panel(
        sites=(tmp_path / "sites.csv",), practices=(tmp_path / "practices.csv",),
        activity=(tmp_path / "activity.parquet",), receipt=tmp_path / "receipt.json",
        plan=PanelPlan(months=span, comparison_cluster="region"), out=tmp_path / "panel.parquet",
    )  # fmt: skip
    rows = measure_rows(read_table(tmp_path / "panel.parquet")[0], "outpatient")
    assert rows.groupby("practice_id").size().tolist() == [24] * 11 + [14]
    found = effects(rows, "e", 0.95)[0].estimate
    # Another implementation, with a dummy for each practice and month, on the months that the closed practice has.
    counted = pd.read_parquet(tmp_path / "activity.parquet").query("practice_id != 'P11' or month <= @months[13]")
    design = pd.get_dummies(counted[["practice_id", "month"]], drop_first=True, dtype=float)
    pilot = counted["practice_id"].isin([f"P{place:02d}" for place in range(4)])
    design = design.assign(constant=1.0, effect=(pilot & (counted["month"] >= months[12])).astype(float))
    model = sm.GLM(counted["count"], design, family=sm.families.Poisson(), offset=np.log(counted["population"]))
    assert found == pytest.approx(float(np.exp(model.fit(tol=1e-12).params["effect"])), rel=1e-6)
    assert found == pytest.approx(1.3, rel=0.1)
