"""What the annex on data quality and the end of a run say of values that look like slips."""

from pathlib import Path
from typing import get_args

import pytest

from analysis.plan.terms import Period
from analysis.prepare.check_data.plausible import Kind
from analysis.prepare.check_data.questioned import questioned
from analysis.present.document.questioned_table import questioned_words
from analysis.present.templates.phrases import read_phrases
from analysis.release.publish.announce import ask
from analysis.steps import read_json, write_json
from analysis.tables import Lineage, Source
from tests.unit.prepare.check_data.test_typos import SLIPS, Tables, valid
from tests.unit.present.phrases import REPORTS, library

MONTHS = Period(first="2008-04", last="2011-03")


def asked(tables: Tables, folder: Path, months: Period = MONTHS) -> Path:
    """The questions about some tables."""
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    lineage = Lineage((Source("ours", "0" * 64, "observed"),)).to_records()
    write_json(folder / "receipt.json", {"lineage": lineage})
    paths = {name: (folder / f"{name}.csv",) for name in tables}
    questioned(**paths, receipt=folder / "receipt.json", months=months, odd=1.75, out=folder / "questioned.json")
    return folder / "questioned.json"


def test_each_kind_of_question_has_words() -> None:
    assert set(read_phrases(REPORTS / "phrases")["questioned_kind"]) == set(get_args(Kind))


def test_nothing_is_asked_of_valid_data_and_rows_outside_the_months_are_counted(tmp_path: Path) -> None:
    path = asked(valid(), tmp_path, Period(first="2008-04", last="2010-03"))
    assert read_json(path)["outside"] == {"rows": 672, "of": 2016, "first": "2008-04", "last": "2011-03"}
    told = questioned_words(path, library(), {}, {})
    assert told.startswith("No value of the tables")
    assert told.endswith("counts from April 2008 to March 2011; those outside the months of the comparison are left "
                         "out, 33.3% of the rows.\n")  # fmt: skip


def test_the_paper_names_places_and_no_values_and_the_terminal_names_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = valid()
    for slip in ("no GP", "an answer 1", "a practice times 100"):
        SLIPS[slip](tables)
    path = asked(tables, tmp_path)
    told = questioned_words(path, library(), {}, {})
    assert told.startswith("4 groups of values look like a slip (@tbl-questioned).")
    assert "| practices | `gp_fte` | a value far from those of the other practices | practice P05 |" in told
    assert "| practice P05, emergency |" in told
    assert str(tmp_path) not in told
    ask(read_json(path)["questions"])
    printed = capsys.readouterr().out
    assert "Questions about the data: 4" in printed
    assert f"practices: {tmp_path}/practices.csv, column gp_fte, line 6: practice P05 has gp_fte 0" in printed
    assert "1 more: `make check-data` tells all." in printed
