"""The practice-month panel and the survey panel: who is a pilot, since when, and in which cluster."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.plan.terms import Period
from analysis.prepare.outcomes.panel import PanelPlan, assigned, panel
from analysis.prepare.outcomes.survey import survey
from analysis.steps import Problem, write_json
from analysis.tables import Lineage, Source, read_table

SITES = "site_id,name,model,start_month\nS1,One,a,2009-12\nS2,Two,b,2010-02\n"
PRACTICES = """\
practice_id,site_id,region,list_size,imd,gp_fte,share_65plus,county
001,S1,R1,5000,20,3,0.2,C1
002,S2,R1,6000,21,3,0.2,C1
003,,R1,7000,22,4,0.1,C2
004,,R2,8000,23,4,0.1,C2
"""
MONTHS = ["2009-11", "2009-12", "2010-01", "2010-02", "2010-03"]
LINEAGE = Lineage((Source("extract", "0" * 64, "observed"),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [f"00{practice},{month},emergency,{practice},1000" for practice in range(4, 0, -1) for month in MONTHS]
    activity = "practice_id,month,measure,count,population\n" + "\n".join(rows) + "\n"
    waves = [f"00{practice},{wave},seen,100,0.5" for practice in range(1, 5) for wave in ("2009-11", "2010-01")]
    responses = "practice_id,wave,item,responses,value\n" + "\n".join(waves) + "\n"
    texts = {"sites": SITES, "practices": PRACTICES, "activity": activity, "survey": responses}
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    write_json(tmp_path / "receipt.json", {"lineage": LINEAGE.to_records()})
    return tmp_path


def made(
    folder: Path, first: str = "2009-11", last: str = "2010-03", cluster: str = "region", keep: tuple[str, ...] = ()
) -> pd.DataFrame:
    panel(
        sites=(folder / "sites.csv",), practices=(folder / "practices.csv",), activity=(folder / "activity.csv",),
        receipt=folder / "receipt.json", out=folder / "panel.parquet",
        plan=PanelPlan(months=Period(first=first, last=last), comparison_cluster=cluster, keep=keep),
    )  # fmt: skip
    frame, lineage = read_table(folder / "panel.parquet")
    assert lineage == LINEAGE
    return frame


def test_time_runs_from_each_sites_own_start(folder: Path) -> None:
    times = made(folder).groupby("practice_id")["event_time"].agg(list)
    assert times["001"] == [-1, 0, 1, 2, 3]
    assert times["002"] == [-3, -2, -1, 0, 1]
    assert all(np.isnan(times["003"] + times["004"]))


def test_after_begins_with_the_start_and_only_in_pilots(folder: Path) -> None:
    rows = made(folder)
    assert (rows["after"] == (rows["event_time"] >= 0)).all()
    assert list(rows.groupby("practice_id")["after"].sum()) == [4, 2, 0, 0]


def test_pilots_cluster_by_site_and_others_by_region(folder: Path) -> None:
    clusters = made(folder).groupby("practice_id")["cluster_id"].first()
    assert list(clusters) == ["site S1", "site S2", "region R1", "region R2"]
    counties = made(folder, cluster="county").groupby("practice_id")["cluster_id"].first()
    assert list(counties) == ["site S1", "site S2", "county C2", "county C2"]


def test_only_the_months_of_the_plan_are_kept(folder: Path) -> None:
    rows = made(folder, "2009-11", "2010-02")
    assert sorted(set(rows["month"])) == MONTHS[:4]
    assert list(rows.groupby("practice_id").size()) == [4, 4, 4, 4]


def test_counts_stay_with_their_practice(folder: Path) -> None:
    rows = made(folder)
    assert (rows["count"] == rows["practice_id"].astype(int)).all()
    assert not rows.duplicated(["practice_id", "month", "measure"]).any()


def test_columns_that_a_check_asks_for_come_from_practices_or_sites(folder: Path) -> None:
    (folder / "sites.csv").write_text(
        "site_id,name,model,start_month,money,owner\nS1,One,a,2009-12,2.5,\nS2,Two,b,2010-02,4,trust\n",
        encoding="utf-8",
    )
    rows = made(folder, keep=("county", "money", "owner", "imd", "population", "nowhere"))
    assert set(rows.columns) - set(made(folder).columns) == {"county", "money", "owner"}
    by_practice = rows.groupby("practice_id")[["county", "money", "owner"]].first()
    assert list(by_practice["county"]) == ["C1", "C1", "C2", "C2"]
    assert list(by_practice["money"].fillna(0)) == [2.5, 4, 0, 0]
    assert list(by_practice["owner"].fillna("")) == ["", "trust", "", ""]


def edit(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_an_unknown_site_is_told(folder: Path) -> None:
    edit(folder / "practices.csv", "002,S2", "002,S9")
    with pytest.raises(Problem, match=r"practices\.csv, column site_id, line 3: no site has the id 'S9'"):
        made(folder)


def test_an_unknown_practice_is_told_with_its_line(folder: Path) -> None:
    edit(folder / "activity.csv", "003,2009-11", "009,2009-11")
    with pytest.raises(Problem, match=r"activity\.csv, column practice_id, line 7: no practice has the id '009'"):
        made(folder)


def test_an_unknown_cluster_column_is_told(folder: Path) -> None:
    with pytest.raises(Problem, match=r"column borough: .* is missing") as problem:
        made(folder, cluster="borough")
    assert "inference.comparison_cluster" in problem.value.mend


def test_the_survey_knows_before_and_after(folder: Path) -> None:
    survey(
        sites=(folder / "sites.csv",), practices=(folder / "practices.csv",), responses=(folder / "survey.csv",),
        receipt=folder / "receipt.json", comparison_cluster="region", out=folder / "survey.parquet",
    )  # fmt: skip
    rows, lineage = read_table(folder / "survey.parquet")
    assert lineage == LINEAGE
    # Site S1 started between the waves, S2 after both.
    assert list(rows.loc[rows["after"], "practice_id"]) == ["001"]
    assert list(rows.loc[rows["after"], "wave"]) == ["2010-01"]


def test_assignment_keeps_the_order_of_the_file(folder: Path) -> None:
    groups = assigned(folder / "sites.csv", folder / "practices.csv", "region")
    assert list(groups["practice_id"]) == ["001", "002", "003", "004"]
    assert list(groups["start_month"].fillna("")) == ["2009-12", "2010-02", "", ""]


def test_a_region_named_like_a_site_is_a_cluster_of_its_own(folder: Path) -> None:
    edit(folder / "practices.csv", "R1", "S1")
    assert made(folder)["cluster_id"].nunique() == 4
