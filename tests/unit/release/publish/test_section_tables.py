"""A table that stands in a section is a file of the release too, whatever its caption."""

from pathlib import Path

import pytest

from analysis.release.publish.section_tables import section_tables
from analysis.steps import write_json

CELLS = '| A | B |\n| :--- | ---: |\n| one | [−4.0%]{.number address="x"} |\n'


@pytest.mark.parametrize(
    "caption",
    [
        ": What it holds. {#tbl-made}",
        ': What it holds [5]{.number address="y"} of. Simulated data. {#tbl-made tbl-colwidths="[40, 60]"}',
        ": What it holds,\n over two lines. {#tbl-made}",
    ],
)
def test_a_table_is_found_with_its_caption_and_told_without_addresses(tmp_path: Path, caption: str) -> None:
    text = f"## Heading {{#sec-x}}\n\nSome prose, with | a bar.\n\n{CELLS}\n{caption}\n\nMore prose {{#sec-y}}.\n"
    write_json(tmp_path / "sections.json", {"sections/a.qmd": text, "sections/b.qmd": "No table.\n"})
    ((name, found),) = section_tables(tmp_path / "sections.json")
    assert name == "made"
    assert found.startswith("| A | B |\n")
    assert "| one | −4.0% |" in found
    assert ".number" not in found
    assert found.rstrip().endswith("}")


def test_two_tables_of_one_section_are_two_files(tmp_path: Path) -> None:
    both = f"{CELLS}\n: One. {{#tbl-one}}\n\n{CELLS}\n: Two. {{#tbl-two}}\n"
    write_json(tmp_path / "sections.json", {"sections/a.qmd": both})
    assert [name for name, _ in section_tables(tmp_path / "sections.json")] == ["one", "two"]
