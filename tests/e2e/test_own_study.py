"""From a folder of tables to a paper in two commands, and no way to pass simulated data off as observed."""

import json
import re
import shutil
from pathlib import Path

import pandas as pd

from analysis.simulate.outcomes.pilots import simulate
from analysis.simulate.outcomes.world import ACTIVITY, World
from analysis.study import read_study
from tests.e2e.clone import Clone
from tests.told import faults


def extract(folder: Path) -> None:
    """Tables as people have them: another column name, Latin-1, gzip, Parquet in parts, a month that is missing."""
    folder.mkdir()
    activity = {name: ACTIVITY[name] for name in ("emergency", "elective", "outpatient")}
    tables = simulate(World(seed=7, sites=6, regions=8, activity=activity))
    tables["sites"].to_csv(folder / "sites.csv", index=False, sep=";")
    practices = tables["practices"].rename(columns={"practice_id": "GP_CODE"})
    practices["region"] += " Môn"
    practices.to_csv(folder / "practices.csv", index=False, encoding="latin-1")
    tables["activity"].drop(index=5).to_csv(folder / "activity.csv.gz", index=False)
    (folder / "survey").mkdir()
    for wave, rows in tables["survey"].groupby("wave"):
        rows.to_parquet(folder / "survey" / f"{wave}.parquet", index=False)


def test_a_folder_of_tables_becomes_a_paper(copy: Clone, tmp_path: Path) -> None:
    folder = tmp_path / "our extract"
    extract(folder)
    begun = copy.make("study", "NAME=ours", f"DATA={folder}")
    assert begun.returncode == 0, begun.stdout
    assert "Suggested: practices.practice_id is the column GP_CODE; please check." in begun.stdout
    assert [f"make {step} STUDY=ours" in begun.stdout for step in ("check-data", "paper")] == [True, True]

    plan = read_study(copy.folder / "studies/ours.yaml")
    assert plan.pilots is not None
    assert plan.pilots.columns == {"practices": {"practice_id": "GP_CODE"}}
    assert (plan.pilots.months.first, plan.pilots.months.last) == ("2007-04", "2011-03")
    measures = [each.series for each in plan.outcomes.values()]
    assert measures == ["emergency", "elective", "outpatient", "see_preferred_gp"]
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert {each["name"]: each["path"] for each in described["resources"]} == {
        "activity": "activity.csv.gz", "practices": "practices.csv", "sites": "sites.csv", "survey": "survey",
    }  # fmt: skip

    assert "allow_gaps: true" in copy.make("check-data", "STUDY=ours").stdout
    copy.edit("studies/ours.yaml", "\npilots:\n", "\npilots:\n  allow_gaps: true\n")
    checked = copy.make("check-data", "STUDY=ours")
    assert checked.returncode == 0, checked.stdout
    assert "practices.csv: its text is not UTF-8; it was read as Latin-1" in checked.stdout
    assert "sites.csv: its cells are separated by semicolons" in checked.stdout
    assert not (copy.folder / "results/ours").exists()

    made = copy.make("paper", "STUDY=ours")
    assert made.returncode == 0, made.stdout
    release = copy.folder / "reports/releases/ours-1.0.0"
    assert "simulat" not in (release / "paper.html").read_text(encoding="utf-8").lower()
    estimates = pd.read_csv(release / "estimates.csv")
    assert not estimates["simulated"].any()
    assert faults(release, copy.folder / "results/ours") == []
    assert "Write your name" not in (release / "paper.html").read_text(encoding="utf-8")
    assert not (release / "tables/pilots.md").exists()
    assert {"emergency_admissions", "continuity"} <= set(estimates["outcome"])

    assert "Nothing to be done" in copy.make("paper", "STUDY=ours").stdout
    wave = next((folder / "survey").glob("*.parquet"))
    pd.read_parquet(wave).assign(responses=lambda rows: rows["responses"] + 1).to_parquet(wave, index=False)
    status = copy.make("status", "STUDY=ours").stdout
    assert "pull 1, prepare " in status
    assert re.search(rf"data changed: \d steps \({re.escape(str(wave))}\)", status)


def test_a_study_is_never_overwritten(copy: Clone, tmp_path: Path) -> None:
    extract(tmp_path / "extract")
    before = copy.read("studies/evidence.yaml")
    refused = copy.make("study", "NAME=evidence", f"DATA={tmp_path / 'extract'}")
    assert refused.returncode != 0
    assert "studies/evidence.yaml exists already, and is not overwritten" in refused.stdout
    assert copy.read("studies/evidence.yaml") == before
    assert "make study NAME=my-study DATA=/path/to/folder" in copy.make("study").stdout


def test_simulated_data_stay_simulated_wherever_they_are_put(copy: Clone, tmp_path: Path) -> None:
    reference = copy.folder / "data/raw/reference-pilots"
    here = copy.make("study", "NAME=here", f"DATA={reference}")
    assert here.returncode == 0, here.stdout
    plan = read_study(copy.folder / "studies/here.yaml")
    assert plan.pilots is not None
    assert plan.pilots.dataset == "reference-pilots"
    assert not (reference / "datapackage.json").exists()

    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(reference, elsewhere)
    (elsewhere / "truth.json").unlink()
    there = copy.make("study", "NAME=there", f"DATA={elsewhere}")
    assert there.returncode == 0, there.stdout
    assert json.loads((elsewhere / "datapackage.json").read_text(encoding="utf-8"))["simulated"] is True
    (elsewhere / "datapackage.json").unlink()
    done = copy.run("snakemake", "--nolock", "--config", "study=there", "--", "results/there/pull/there-data.json")
    assert done.returncode == 0, done.stdout
    assert json.loads(copy.read("results/there/pull/there-data.json"))["kind"] == "simulated"
