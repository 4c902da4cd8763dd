"""Somebody's own extract takes the place of the reference pilots, and the labels go by themselves."""

import pandas as pd
import yaml

from analysis.simulate.outcomes.pilots import simulate
from analysis.simulate.outcomes.world import World
from tests.e2e.clone import Clone

FOLDER = "data/raw/our-extract"


def own_data(clone: Clone) -> None:
    """An extract with the tables of the contract and no truth, registered as observed."""
    (clone.folder / FOLDER).mkdir()
    files = []
    for name, table in simulate(World(seed=7, sites=6, regions=8)).items():
        table.to_csv(clone.folder / FOLDER / f"{name}.csv", index=False)
        files.append({"path": f"our-extract/{name}.csv", "sha256": "f" * 64, "bytes": 0, "columns": []})
    entry = {
        "id": "our-extract", "title": "Our extract", "producer": "Us", "licence": "None", "accessed": "2026-01-31",
        "extract": "Hospital records of our area", "files": files,
    }  # fmt: skip
    register = clone.folder / "data/raw/datasets.yaml"
    known = yaml.safe_load(register.read_text(encoding="utf-8"))
    known["datasets"].append(entry)
    register.write_text(yaml.safe_dump(known, sort_keys=False), encoding="utf-8")


def own_study(clone: Clone) -> None:
    """The default plan under another name, on the extract, which has no contacts with general practice."""
    plan = yaml.safe_load((clone.folder / "config.yaml").read_text(encoding="utf-8"))
    plan["name"], plan["pilots"]["dataset"] = "ours", "our-extract"
    del plan["continuity"], plan["outcomes"]["usual_provider"]
    (clone.folder / "studies/ours.yaml").write_text(yaml.safe_dump(plan, sort_keys=False), encoding="utf-8")


def test_own_extract_makes_a_paper_without_a_simulated_label(copy: Clone) -> None:
    own_data(copy)
    own_study(copy)
    refused = copy.make("paper", "STUDY=ours")
    assert refused.returncode != 0
    assert "make pull ACCEPT=our-extract" in refused.stdout
    assert copy.make("pull", "ACCEPT=our-extract").returncode == 0
    done = copy.make("paper", "STUDY=ours")
    # The default plan asks for a matched cohort, and this extract has no patients: the rest is there all the same.
    assert "Partial: " in done.stdout, done.stdout
    release = copy.folder / "reports/releases/ours-1.0.0"
    page = (release / "paper.html").read_text(encoding="utf-8").lower()
    assert "simulat" not in page
    assert "truth planted" not in page
    assert "pilots in this extract" in " ".join(page.split())
    assert not pd.read_csv(release / "estimates.csv")["simulated"].any()
