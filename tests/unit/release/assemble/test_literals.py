"""No section that tells results states a number of its own, and no phrase, known before a paper is built."""

from pathlib import Path

import pytest

from analysis.release.assemble.literals import check_literals
from analysis.steps import Problem


def test_sections_and_phrases_take_their_numbers_from_rows(root: Path) -> None:
    check_literals(root / "reports")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("sections/outcomes/new.qmd.j2", "Told.\n\nAdmissions fell by 4.2% here.", "states the number 4.2 on line 3"),
        ("phrases/outcomes/new.md.j2", "Told\nof 1,000 patients", "states the number 1,000 on line 2"),
        ("phrases/new.md.j2", "fell by 4.2% per 1,000 a year", "states the number 4.2 on line 1"),
        ("phrases/document/tables/balance.md.j2", "A difference of 0.12", "states the number 0.12 on line 1"),
        ("phrases/document/tables/pilots.md.j2", "In 2009 and 2012.", "states the number 2012. on line 1"),
        ("phrases/robustness.yaml", "fate:\n  lost: It fell by 4 points", "states the number 4 on line 2"),
        ("phrases/reasons.yaml", "reason:\n  few: >-\n    Only 10 sites", "states the number 10 on line 3"),
        ("phrases/five_tests/new.md.j2", "<# 3 #><< it | signed(decimals=2) >> per 1,000 of CRV3, F-2nd [@a2011]", ""),
        ("phrases/continuity.yaml", 'rank:\n  # of 5\n  "2": half\nformula:\n  a: 1 ÷ (n + 0.1)', ""),
        ("phrases/reasons.yaml", "reason:\n  none: no population above 0, in << it.of_2 >>", ""),
        ("sections/outcomes/methods-new.qmd", "In 2009.", ""),
        ("sections/background/new.qmd", "In 2009.", ""),
    ],
)
def test_a_number_that_is_typed_is_refused_and_the_name_of_something_is_none(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text(text, encoding="utf-8")
    if not said:
        check_literals(tmp_path)
        return
    with pytest.raises(Problem, match=f"{name} {said}"):
        check_literals(tmp_path)
