"""A small clean release with its private record."""

import json
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from analysis.release.gate.private import private
from analysis.steps import write_json
from tests.planted import RELEASE, WORDS, docx, html, pdf


@pytest.fixture(scope="package")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The private record, from exact tables as the pipeline has them."""
    folder = tmp_path_factory.mktemp("private")
    write_json(folder / "receipt.json", {"id": "ours-data", "kind": "simulated", "disclosure": "persons"})
    write_json(folder / "matched.json", {
        "cases": 3646, "cases_followed": 38, "cases_matched": 38, "cases_unmatched": 3, "candidates": 5127,
    })  # fmt: skip
    pd.DataFrame([{"stage": "after", "cases_mean": 7 / 38, "controls_mean": 0.5}]).to_parquet(
        folder / "matched_balance.parquet"
    )
    (folder / "estimates.csv").write_text(
        "design,n_obs,n_units,n_clusters\nmatched_cohort,4478,2239,267\ndifference_in_differences,1008,28,6\n",
        encoding="utf-8",
    )
    pd.DataFrame({"patient_id": ["H0042137", "4010232137"], "admitted": pd.to_datetime(["2009-05-17"] * 2)}).to_parquet(
        folder / "spells.parquet"
    )
    private(
        receipts=(folder / "receipt.json",), estimates=folder / "estimates.csv", facts=(folder / "matched.json",),
        tables=(folder / "matched_balance.parquet",), persons=(folder / "spells.parquet",),
        out=folder / "private.json", ids=folder / "ids.parquet",
    )  # fmt: skip
    record = json.loads((folder / "private.json").read_text(encoding="utf-8"))
    record["machine"] = {"user": "jsmith", "host": "nhs-ws-0417", "home": "/home/jsmith", "here": "/home/jsmith/icp"}
    write_json(folder / "private.json", record)
    (folder / "plan.yaml").write_text("says: No patient was one twice\nmail: team@example.org\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="package")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean") / "ours-1.0.0"
    for name, text in RELEASE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for make in (html, docx, pdf):
        make(folder, WORDS)
    Image.new("RGB", (2, 2)).save(folder / "figures/flow.png")
    return folder
