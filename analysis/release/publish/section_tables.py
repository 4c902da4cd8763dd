"""The tables that stand in sections, each as a file of its own, as the others are."""

import re
from collections.abc import Iterator
from pathlib import Path

from analysis.steps import read_json

# Lines of cells, and after a blank line the caption with the table's name.
TABLE = re.compile(r"(?:^\|.*\n)+\n:(?: .*\n)*? .*\{#tbl-(?P<name>[\w-]+)[^{}]*\}$", re.MULTILINE)
ADDRESS = re.compile(r"\[([^\[\]]*)\]\{\.number[^{}]*\}")


def section_tables(sections: Path) -> Iterator[tuple[str, str]]:
    """By name, each table that a section holds, without the addresses of its numbers.

    Parameters
    ----------
    sections : Path
        The sections that templates became, by their path (JSON).
    """
    for text in read_json(sections).values():
        for match in TABLE.finditer(text):
            yield match["name"], ADDRESS.sub(r"\1", match[0]) + "\n"
