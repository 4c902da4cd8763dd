"""No section of this repository that tells results states a number of its own, known before a paper is built."""

from pathlib import Path

from analysis.release.assemble.literals import check_literals


def test_sections_take_their_numbers_from_rows(root: Path) -> None:
    check_literals(root / "reports" / "sections")
