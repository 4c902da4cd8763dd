"""What the paper says of hospital records."""

from pathlib import Path

import pytest

from analysis.prepare.condition_list import read_list
from analysis.present.records import Facts, records_words

FOLDER = Path(__file__).parents[3] / "analysis/prepare/conditions"


def facts(name: str, **counts: int) -> Facts:
    plain = {"episodes read": 1000, "valid": 900, "spells": 801}
    return {
        "table": "episodes",
        "counts": plain | counts,
        "conditions": {"sentence": read_list(FOLDER / name).sentence},
    }


def test_small_counts_are_hidden_and_others_rounded() -> None:
    words = records_words(facts("nhs_institute_19.yaml", **{"not finished": 92, "key or date missing": 3}))
    assert words.startswith(
        "1,000 hospital episodes were read; of these were left out: 90 not finished and * key or date missing. "
        "They make 800 spells."
    )


@pytest.mark.parametrize(
    ("name", "unverified"), [("nhs_institute_19", False), ("nhsof_2_3_i", True), ("nhsof_3a", True)]
)
def test_a_list_that_was_not_compared_is_called_so(name: str, unverified: bool) -> None:
    words = records_words(facts(f"{name}.yaml"))
    assert ("not compared with the official specification" in words) == unverified
    assert "and none was left out" in words
