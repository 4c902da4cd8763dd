"""Whether one practice decides an estimate, against leaving out every practice in turn with statsmodels."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.estimate.robustness.influence import influence, most_influential
from analysis.present.document.questioned_table import Questioned, decisive
from analysis.tables import Lineage, Source, write_table
from tests.unit.present.phrases import said

MONTHS = [str(each) for each in pd.period_range("2010-01", periods=8, freq="M")]


@pytest.fixture
def rows() -> pd.DataFrame:
    """Sixteen practices, half of them pilots at four sites, the others in areas of their own, without any effect."""
    random = np.random.default_rng(11)
    frame = pd.MultiIndex.from_product([range(16), MONTHS], names=["unit", "month"]).to_frame(index=False)
    pilot = frame["unit"] < 8
    return frame.assign(
        practice_id=frame["unit"].map("P{:02}".format), pilot=pilot,
        cluster_id="C" + frame["unit"].floordiv(2).where(pilot, frame["unit"]).astype(str),
        site_id=np.where(pilot, "S" + (frame["unit"] // 2).astype(str), ""), after=pilot & (frame["month"] > "2010-04"),
        population=1000.0, count=random.poisson(30, len(frame)), measure="emergency",
    )  # fmt: skip


def ratio(rows: pd.DataFrame) -> float:
    """The rate ratio by statsmodels, with dummies for practices and months."""
    design = pd.get_dummies(rows[["practice_id", "month"]], drop_first=True, dtype=float).assign(
        after=rows["after"].astype(float), constant=1.0
    )
    model = sm.GLM(rows["count"], design, family=sm.families.Poisson(), offset=np.log(rows["population"]))
    return float(np.exp(model.fit().params["after"]))


def test_the_practice_that_moves_the_estimate_most_is_found(rows: pd.DataFrame) -> None:
    found = most_influential(rows)
    every = {each: ratio(rows[rows["practice_id"] != each]) for each in rows["practice_id"].unique()}
    assert found["estimate"] == pytest.approx(ratio(rows))
    assert found["without"] == pytest.approx(every[str(found["practice"])])
    changes = {each: abs(np.log(value / ratio(rows))) for each, value in every.items()}
    assert found["practice"] in sorted(changes, key=lambda each: changes[each])[-3:]
    assert found["decides"] is False


def test_a_practice_of_another_kind_decides(rows: pd.DataFrame, tmp_path: Path) -> None:
    loud = (rows["practice_id"] == "P03") & rows["after"]
    wrong = rows.assign(count=rows["count"].where(~loud, rows["count"] * 10))
    found = most_influential(wrong)
    assert (found["practice"], found["decides"]) == ("P03", True)
    assert found["without"] == pytest.approx(ratio(rows[rows["practice_id"] != "P03"]))
    write_table(tmp_path / "panel.parquet", wrong, Lineage((Source("ours", "0" * 64, "observed"),)))
    outcomes = {"admissions": "emergency", "lacking": "elective"}
    influence(
        panel=tmp_path / "panel.parquet", outcomes=outcomes, confidence=0.95, out=tmp_path / "influence.json"
    )  # fmt: skip
    told = json.loads((tmp_path / "influence.json").read_text(encoding="utf-8"))
    assert set(told) == {"admissions"}
    words = asked(told, {"admissions": "emergency admissions"})
    assert "One practice decides what is found for emergency admissions: without P03 the change is " in words
    assert "which lies outside the interval without it" in words
    assert [each.label for each in decisive(told, {})] == ["admissions"]


def asked(found: dict[str, Any], labels: dict[str, str]) -> str:
    """What the annex on data quality says of it."""
    told = Questioned(groups="", one=False, decisive=decisive(found, labels), looked=bool(found), outside=None)
    return said("document/questioned", told)


def test_where_none_decides_the_paper_says_so(rows: pd.DataFrame) -> None:
    words = asked({"admissions": most_influential(rows)}, {})
    assert "No single practice decides a finding" in words
    assert "practice decides" not in asked({}, {})


def test_no_practice_decides_where_clusters_are_too_few_to_tell(rows: pd.DataFrame) -> None:
    odd = rows.assign(count=rows["count"].where((rows["unit"] != 0) | ~rows["after"], rows["count"] * 20))
    assert most_influential(odd)["decides"]
    few = odd.assign(cluster_id=odd["cluster_id"].where(~odd["pilot"], "C"))
    assert most_influential(few)["practice"] == most_influential(odd)["practice"]
    assert not most_influential(few)["decides"]
