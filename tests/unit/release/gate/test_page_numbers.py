"""The page that is printed for a figure is the one on which it stands."""

import re
from pathlib import Path
from shutil import copy

import pytest

from analysis.release.gate.reader_pdf import pdf_texts

PAPER = """
#import "typst-template.typ": policy-paper, policy-page
#show: policy-paper.with(title: [A paper], version: "1", status: "draft", date: "today", licence: "none",
  data-vintage: "none")
#pagebreak()
#v({down}cm)
#lorem(40)

#figure(rect(height: 8cm, width: 5cm), caption: [It stands here.], kind: "quarto-float-fig", supplement: "Figure")
<fig-a>

#lorem(40)

The label is on #context counter(page).at(<fig-a>).first(), the paper says #policy-page("fig-a"), it says.
"""


@pytest.mark.parametrize(("down", "apart"), [(2, False), (18, True)])
def test_a_figure_that_floats_on_is_told_where_it_stands(tmp_path: Path, root: Path, down: int, apart: bool) -> None:
    """Typst finds a label where the text has it, so a figure on the next page would be told here."""
    import typst

    copy(root / "reports/styles/typst-template.typ", tmp_path)
    (tmp_path / "paper.typ").write_text(PAPER.format(down=down), encoding="utf-8")
    pages = [re.sub(r"\s+", "", text) for text in pdf_texts(typst.compile(tmp_path / "paper.typ"))]
    stands = next(number for number, text in enumerate(pages, start=1) if "Itstandshere." in text)
    label, told = next(found.groups() for text in pages if (found := re.search(r"on(\d+),thepapersays(\d+),", text)))
    assert int(told) == stands
    assert (int(label) != stands) == apart
