"""The shipped experiment is the registered one, and two shipped files that differ are not joined."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
import statsmodels

from analysis.pull.connectors.rand_hie import rand_hie
from analysis.pull.datasets.register import read_register
from analysis.pull.datasets.verify import verify
from analysis.steps import Problem, read_json


def test_written_file_is_the_registered_one_and_observed(root: Path, tmp_path: Path) -> None:
    rand_hie(out=tmp_path / "rand-hie")
    verify(dataset="rand-hie", register=root / "data/raw/datasets.yaml", raw=tmp_path, out=tmp_path / "receipt.json")
    assert read_json(tmp_path / "receipt.json")["kind"] == "observed"
    assert (
        read_register(root / "data/raw/datasets.yaml").dataset("rand-hie").maker == "analysis.pull.connectors.rand_hie"
    )


def test_files_with_other_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped, copy = Path(statsmodels.__file__).parent / "datasets/randhie", tmp_path / "datasets/randhie"
    (copy / "src").mkdir(parents=True)
    shutil.copy(shipped / "src/randhie.csv", copy / "src")
    monkeypatch.setattr(statsmodels, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(Problem, match=r"lacks .*randhie.csv"):
        rand_hie(out=tmp_path)
    pd.read_csv(shipped / "randhie.csv").sort_values("mdvis").to_csv(copy / "randhie.csv", index=False)
    with pytest.raises(Problem, match="no longer have the same rows"):
        rand_hie(out=tmp_path)
