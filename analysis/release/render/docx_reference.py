"""The Word styles of the paper, made from pandoc's own reference document and the paper's cover.

python -m analysis.release.render.docx_reference --source DIR --out DIR/styles/reference.docx
"""

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.release.render.docx_styles import QUIET, set_styles, xml
from analysis.release.render.pandoc import default_reference
from analysis.release.render.project import read_cover
from analysis.steps import command, whole

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def reference(*, source: Path, out: Path) -> None:
    """Write the reference document that `quarto render` takes its Word styles from.

    Parameters
    ----------
    source : Path
        The assembled project; its cover gives the running header.
    out : Path
        The Word document, in _quarto.yml `styles/reference.docx`.
    """
    write_reference(source, out)


def write_reference(folder: Path, out: Path) -> None:
    """Write the reference document of a project; equal covers give equal bytes."""
    from docx import Document

    document = Document(io.BytesIO(default_reference()))
    set_styles(document)
    _set_page(document, read_cover(folder))
    content = io.BytesIO()
    document.save(content)
    with whole(out) as draft:
        _pack(content, draft)


def _set_page(document: "Document", cover: dict[str, Any]) -> None:
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.different_first_page_header_footer = True
    parts = [cover.get("short-title") or cover["title"], f"Version {cover['version']}", cover.get("notice-short")]
    _running(section.header.paragraphs[0], " · ".join(part for part in parts if part))
    for footer in (section.footer, section.first_page_footer):
        _page_number(footer.paragraphs[0])


def _page_number(paragraph: "Paragraph") -> None:
    _running(paragraph, "Page ")
    for field, after in (("PAGE", " of "), ("NUMPAGES", "")):
        text = '<w:r><w:rPr><w:sz w:val="17"/></w:rPr><w:t>1</w:t></w:r>'
        run = f'<w:fldSimple {{}} w:instr="{field}">{text}</w:fldSimple>'
        paragraph._p.append(xml(run))
        _running(paragraph, after)


def _running(paragraph: "Paragraph", text: str) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(8.5), RGBColor.from_string(QUIET)


def _pack(content: io.BytesIO, out: Path) -> None:
    """Write the archive again without the time of day that the first writing put into it."""
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _FIXED_TIME), old.read(name), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    command(reference)
