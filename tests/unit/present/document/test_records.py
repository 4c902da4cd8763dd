"""What the paper says of hospital records."""

from pathlib import Path
from typing import Any

import pytest

from analysis.prepare.events.fates import COUNTED, FATES, READ
from analysis.prepare.hospital.condition_list import read_list
from analysis.present.document.records import records
from analysis.present.templates.phrases import read_phrases
from tests.unit.present.phrases import REPORTS, said

FOLDER = Path(__file__).parents[4] / "analysis/prepare/hospital/conditions"


PHRASES = read_phrases(REPORTS / "phrases")["row_left_out"]


def told(facts: list[dict[str, Any]]) -> str:
    return said("document/records", records(facts))


def facts(name: str, codes: dict[str, dict[str, int]] | None = None, **rows: int) -> dict[str, Any]:
    return {
        "table": "episodes",
        "rows": {READ: 1000, COUNTED: 1000 - sum(rows.values())} | rows,
        "codes": codes or {},
        "counts": {"spells": 801},
        "conditions": read_list(FOLDER / name).model_dump(include={"title", "version", "verified"}),
    }


def test_small_counts_are_hidden_and_others_rounded() -> None:
    words = told([facts("nhs_institute_19.yaml", **{"not finished": 92, "value missing": 3})])
    assert words.startswith(
        "1,000 hospital episodes were read and 905 counted; left out were 90 not finished and * without a value that "
        "they need. They make 800 spells."
    )


def test_every_table_tells_every_fate() -> None:
    rows = dict.fromkeys(FATES, 20)
    tables = {
        name: {"rows": {READ: 400, COUNTED: 140} | rows, "codes": {}} for name in ("outpatients", "emergency_care")
    }
    words = told([facts("nhs_institute_19.yaml", **rows), {"tables": tables, "measures": {}}])
    assert set(PHRASES) == set(FATES)
    assert all(words.count(f"20 {phrase}") == 3 for phrase in PHRASES.values())
    assert "400 outpatient appointments were read and 140 counted" in words
    assert "400 arrivals in emergency care were read and 140 counted" in words


def test_unknown_codes_are_named_where_they_are_no_few_persons() -> None:
    words = told([facts("nhs_institute_19.yaml", {"ADMIMETH": {"XX": 40, "": 12, "77": 3}, "DISDEST": {"1": 2}})])
    assert "Codes that no list knows: ADMIMETH XX (40), none (10) of 50; DISDEST in a few rows." in words


@pytest.mark.parametrize(
    ("name", "unverified"), [("nhs_institute_19", False), ("nhsof_2_3_i", True), ("nhsof_3a", True)]
)
def test_a_list_that_was_not_compared_is_called_so(name: str, unverified: bool) -> None:
    words = told([facts(f"{name}.yaml")])
    assert ("not compared with the official specification" in words) == unverified
    assert "and all were counted" in words
