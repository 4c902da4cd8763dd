"""The tables of published estimates: every result of the register stands in one, and no two rows look alike."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis.prepare.contract.contract import Evidence
from analysis.prepare.contract.raw import read_raw
from analysis.prepare.evidence.evidence import with_log_ratio
from analysis.present.evidence.evidence_table import directions_table, evidence_table, lopsided, size_text
from analysis.present.look.markdown import Table
from analysis.present.provenance.address import Book
from analysis.present.templates.formats import formats
from analysis.present.templates.language import Filters

WORDS = formats(Book(), Path(__file__).parents[4] / "reports" / "phrases")


@pytest.fixture(scope="module")
def register(root: Path) -> pd.DataFrame:
    rows = read_raw(root / "data/raw/published/evaluations.csv", Evidence)
    return with_log_ratio(rows).set_index("evidence_id")


def test_every_result_stands_in_one_of_the_two_tables(prepared: Path) -> None:
    rows = pd.read_parquet(prepared / "evidence.parquet")
    results = int((rows["role"] == "estimate").sum())
    tables = [table(prepared / "evidence.parquet", WORDS) for table in (evidence_table, directions_table)]
    assert sum(len(each.columns["Certainty"]) for each in tables) == results
    told = list(zip(*(tables[1].columns[key] for key in ("Programme and population", "Reported")), strict=True))
    hamlets = [way for where, way in told if where.startswith("Tower Hamlets")]
    assert "no clear difference" in hamlets


@pytest.mark.parametrize("table", [evidence_table, directions_table])
def test_no_two_rows_of_a_table_look_alike(prepared: Path, table: Callable[[Path, Filters], Table]) -> None:
    columns = table(prepared / "evidence.parquet", WORDS).columns
    keys = list(zip(*(columns[key] for key in ("Outcome", "Programme and population", "Design")), strict=True))
    assert len(set(keys)) == len(keys)


def test_a_row_without_a_comparison_group_says_so(prepared: Path) -> None:
    columns = evidence_table(prepared / "evidence.parquet", WORDS).columns
    designs = dict(zip(columns["Programme and population"], columns["Design"], strict=True))
    area = next(design for where, design in designs.items() if "area level" in where)
    assert area == "panel regression; no comparison group described"


@pytest.mark.parametrize(
    ("evidence_id", "text"),
    [  # as printed in the sources
        ("rushcliffe-emergency", "−23% (−39 to −3)"),
        ("community-nursing-emergency", "ratio 0.999 (0.986 to 1.013)"),
        ("slic-emergency", "ratio 1.011 (0.971 to 1.052)"),
        ("gm-spend-total", "+£66.58 (£11.85 to £121.30)"),
        ("gm-spend-local-authority", "+£36.39 (£6.99 to £65.80)"),
        ("icp-six-cost-gbp", "−£223"),
        ("mid-notts-emergency", "−6.7%"),
        ("gm-life-expectancy-deprived", "0.390 years (0.369 to 0.412)"),
        ("pioneer-vanguard-growth-pioneer", "+6.4% (+3.8 to +9.0)"),
        ("liverpool-emergency", "+15 per 1,000 a month (+5 to +24)"),
    ],
)
def test_a_figure_has_the_decimals_of_its_source(register: pd.DataFrame, evidence_id: str, text: str) -> None:
    assert size_text(register.loc[evidence_id]) == text


def test_a_lopsided_interval_is_marked(register: pd.DataFrame) -> None:
    # Hazard ratio 0.9 (0.84 to 1.13): on the log scale 0.07 below and 0.23 above.
    marked = [name for name in register.index if lopsided(register.loc[name])]
    noted = register.index[register["note"].str.contains("asymmetric", na=False)]
    assert marked == list(noted)
    assert "liverpool-mortality" in marked


def test_pounds_per_head_are_told_of_whom(prepared: Path) -> None:
    columns = evidence_table(prepared / "evidence.parquet", WORDS).columns
    money = [name for name, size in zip(columns["Outcome"], columns["Estimate"], strict=True) if "£" in size]
    assert money
    assert all("per head" in name or "per patient" in name or "per resident" in name for name in money)


def test_whose_continuity_a_figure_is_of_and_that_its_unit_is_not_confirmed(prepared: Path) -> None:
    """A news report printed "9 per cent" of those who saw the nurse of their choice; it does not say points."""
    columns = evidence_table(prepared / "evidence.parquet", WORDS).columns
    rows = zip(columns["Outcome"], columns["Estimate"], strict=True)
    ((outcome, size),) = [row for row in rows if row[0].startswith("Continuity")]
    assert "seeing their nurse of choice" in outcome
    assert size.endswith("; printed as per cent, the unit is not confirmed")
    assert sum("not confirmed" in each for each in columns["Estimate"]) == 1
