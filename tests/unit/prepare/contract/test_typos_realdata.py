"""Real files of the NHS raise at most one question each: their long tails are no slips.

``pytest --realdata DIR tests/unit/prepare/contract/test_typos_realdata.py``. The files are not in this repository.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.plan.limits import Limits
from analysis.prepare.check_data.plausible import questions
from analysis.prepare.contract.faults import Question
from analysis.prepare.contract.raw_files import Raw, RawPart
from tests.unit.pull.connectors.test_realdata import tidy

pytestmark = pytest.mark.realdata
# What a table of the contract calls the measures of these files.
COLUMNS = {"list_size": "list_size", "imd": "imd", "weighted_list": "list_size"}


def raw(table: str, frame: pd.DataFrame) -> Raw:
    return Raw(table, frame, (RawPart(Path("file.parquet"), frame),))


def asked(realdata: Path, name: str) -> list[Question]:
    """What is asked about the file, its practices, their counts and shares in the shape of the contract."""
    measures = tidy(realdata, name).measures.dropna(subset=["value"])
    wide = measures.pivot_table(index="practice_id", columns="measure", values="value").reset_index()
    columns = {name: COLUMNS[name] for name in wide if name in COLUMNS}
    practices = wide.rename(columns=columns).assign(site_id="", region="R1")
    for column in ("list_size", "imd", "gp_fte", "share_65plus"):
        practices = practices if column in practices else practices.assign(**{column: np.nan})
    # Nobody is registered with a practice that has closed; the contract wants lists above 0.
    practices = practices[practices["list_size"].fillna(1) > 0]
    tables = {"practices": raw("practices", practices.reset_index(drop=True))}
    counts = measures[measures["measure"] == "ae_attendances_0_4"]
    if len(counts):
        rows = counts.rename(columns={"value": "count", "base": "population"}).assign(month="2021-04")
        tables["activity"] = raw("activity", rows.reset_index(drop=True))
    shares = measures[measures["measure"] == "see_preferred_gp"]
    if len(shares):
        rows = shares.assign(wave="2015-07", item=shares["measure"], responses=100).reset_index(drop=True)
        tables["survey"] = raw("survey", rows[rows["practice_id"].isin(practices["practice_id"])])
    return questions(Limits(), **tables)


@pytest.mark.parametrize("name", ["imd", "ae", "lists", "payments-2014", "payments-2022", "survey"])
def test_a_real_file_raises_at_most_one_question(name: str, realdata: Path) -> None:
    found = asked(realdata, name)
    assert len(found) <= 1, [each.question() for each in found]
