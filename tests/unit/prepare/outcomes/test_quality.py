"""The data-quality table counts what is there and what is not."""

from pathlib import Path

import pandas as pd

from analysis.prepare.outcomes.quality import described, quality
from analysis.simulate.outcomes.world import World
from analysis.tables import Lineage, Source, read_table, union, write_table


def test_facts_by_hand() -> None:
    cells = [("A", "2010-01", 0, True, "S1"), ("A", "2010-02", 3, True, "S1"), ("B", "2010-01", 5, True, "S1"),
             ("C", "2010-01", 0, False, ""), ("C", "2010-03", 2, False, "")]  # fmt: skip
    rows = pd.DataFrame(cells, columns=["practice_id", "time", "size", "pilot", "site_id"])
    rows = rows.assign(cluster_id=rows["site_id"].replace("", "R1"), series="emergency")
    found = described(rows.assign(after=rows["pilot"] & (rows["time"] >= "2010-02")), "activity")
    expected = {
        "source": "activity", "series": "emergency", "pilot_practices": 2, "comparison_practices": 1, "sites": 1,
        "clusters": 2, "start": "2010-02", "last_start": "2010-02", "first": "2010-01", "last": "2010-03",
        "cells_expected": 9, "practices_silent": 0,
        "practices_stop": 2, "practices_start": 0, "cells_missing": 4, "zero_share": 0.4, "total": 10,
    }  # fmt: skip
    assert found == expected


def test_the_small_world_is_complete(prepared: Path, world: World) -> None:
    rows, lineage = read_table(prepared / "quality.parquet")
    assert list(rows["source"]) == ["activity"] * len(world.activity) + ["survey"]
    assert (rows["cells_missing"] == 0).all()
    assert set(rows["clusters"]) == {world.sites + world.regions}
    assert set(rows.loc[rows["source"] == "activity", "start"]) == {world.starts[0]}
    assert lineage.simulated


def test_lineage_is_that_of_both_tables(prepared: Path, tmp_path: Path) -> None:
    shares, lineage = read_table(prepared / "survey.parquet")
    other = Lineage((Source("survey-extract", "1" * 64, "observed"),))
    write_table(tmp_path / "survey.parquet", shares, other)
    surveys = (tmp_path / "survey.parquet",)
    quality(panel=prepared / "panel.parquet", survey=surveys, out=tmp_path / "quality.parquet")
    assert read_table(tmp_path / "quality.parquet")[1] == union(lineage, other)


def test_a_study_without_a_survey(prepared: Path, tmp_path: Path) -> None:
    quality(panel=prepared / "panel.parquet", out=tmp_path / "quality.parquet")
    rows, lineage = read_table(tmp_path / "quality.parquet")
    assert set(rows["source"]) == {"activity"}
    assert lineage == read_table(prepared / "panel.parquet")[1]


def test_of_the_indices_of_continuity_only_those_asked_for_are_listed(prepared: Path, tmp_path: Path) -> None:
    shares, lineage = read_table(prepared / "survey.parquet")
    panels = [shares.assign(item=index, contacts=4.5) for index in ("upc", "coc", "slicc")]
    write_table(tmp_path / "continuity.parquet", pd.concat(panels), lineage)
    surveys = (prepared / "survey.parquet", tmp_path / "continuity.parquet")
    quality(panel=prepared / "panel.parquet", survey=surveys, out=tmp_path / "quality.parquet", indices=("upc",))
    rows = read_table(tmp_path / "quality.parquet")[0]
    assert set(rows.loc[rows["source"] == "survey", "series"]) == {*shares["item"], "upc"}
