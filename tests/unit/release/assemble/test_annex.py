"""The annex of addresses: a step's name, which never breaks across lines, fits into its column."""

import re

import pytest

from analysis.release.assemble.annex import addresses_table
from tests.unit.present.phrases import library


@pytest.mark.parametrize(
    "step", ["estimate.table", "estimate.continuity_admissions", "prepare.a_name_longer_than_any_yet"]
)
def test_the_column_of_steps_is_as_wide_as_the_longest_name(step: str) -> None:
    entry = {"text": "1.0%", "place": "estimates.csv: x", "data": "d"}
    entries = {"a": entry | {"step": f"analysis.{step}"}, "b": entry | {"step": "analysis.estimate.table"}}
    table = addresses_table(entries, '[1]{address="a"} [2]{address="b"}', library())
    widths = [int(each) for each in re.findall(r"\d+", table.rsplit("tbl-colwidths=", 1)[1])]
    assert sum(widths) == 100
    assert min(widths) >= 16
    # At the size of the PDF's tables a letter of code takes 0.99% of the page, and the space between columns 1.6%.
    assert widths[2] >= 0.99 * len(step) + 1.6


def test_numbers_that_the_text_does_not_use_are_left_out() -> None:
    entry = {"text": "1.0%", "place": "x", "data": "d", "step": "analysis.estimate.table"}
    assert "address-b" not in addresses_table({"a": entry, "b": entry}, '[1]{address="a"}', library())


def test_numbers_of_one_address_stand_together_and_each_can_be_found() -> None:
    entry = {"place": "estimates.csv: x", "data": "d", "step": "analysis.estimate.table"}
    entries = {
        "a": entry | {"text": "1.0%"},
        "b": entry | {"text": "0.5 to 1.5"},
        "c": entry | {"text": "2", "place": "y"},
    }
    table = addresses_table(entries, '[1]{address="a"} [2]{address="b"} [2]{address="c"}', library())
    assert "| [1.0%]{#address-a}; [0.5 to 1.5]{#address-b} | estimates.csv: x |" in table
    assert table.count("| y |") == 1
