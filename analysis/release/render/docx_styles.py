"""How the paper looks in Word: text, headings, captions, tables and boxes."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document

_FONT, _INK, _DEEP, QUIET = "Arial", "1C2B30", "0B4A58", "4A5B61"
_HEADINGS = {"Title": 24, "Subtitle": 14, "Heading 1": 18, "Heading 2": 14, "Heading 3": 12, "Heading 4": 11}
# Name, fill, colour of the bar: the boxes of styles/policy.lua.
_BOXES = (
    ("Key Points", "EAF4EC", "2F7D4F"),
    ("Executive Summary", "E9F1F4", _DEEP),
    ("Recommendations", "F3F5F6", _DEEP),
    ("Notice", "FDF6E3", "9A6B00"),
    ("Callout", "F3F5F6", "5A6B72"),
)


def set_styles(document: "Document") -> None:
    """Give a document the paper's styles, those of styles/policy.lua among them."""
    _set_text(document)
    _set_headings(document)
    _set_contents(document)
    _set_captions(document)
    _set_tables(document)
    _add_boxes(document)


def _set_text(document: "Document") -> None:
    for name in ("Normal", "Body Text", "First Paragraph", "Compact", "Bibliography"):
        _font(document.styles[name], 11, _INK)
    for name in ("Author", "Date", "Block Text"):
        _font(document.styles[name], 11, QUIET, bold=False)
    _font(_style(document, "Cover Facts"), 10, _INK)
    _spacing(document.styles["Cover Facts"], before=0, after=2)
    _font(document.styles["Hyperlink"], None, _DEEP)
    document.styles["Hyperlink"].font.underline = True
    _spacing(document.styles["Compact"], before=2, after=2)
    for name in ("Table Text", "Table Heading"):
        _font(_style(document, name), 9.5, _INK, bold=name == "Table Heading")
        _spacing(document.styles[name], before=2, after=2)


def _set_headings(document: "Document") -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    for name, size in _HEADINGS.items():
        style = document.styles[name]
        _font(style, size, _DEEP, bold=name != "Subtitle")
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
        style.paragraph_format.keep_with_next = True
    for name in ("Author", "Date"):
        document.styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT


def _set_contents(document: "Document") -> None:
    from docx.shared import Cm

    _font(document.styles["TOC Heading"], 14, _DEEP, bold=True)
    for level in (1, 2, 3):
        style = _style(document, f"toc {level}")
        _font(style, 10.5, _INK, bold=level == 1)
        _spacing(style, before=4 if level == 1 else 0, after=2)
        style.paragraph_format.left_indent = Cm(0.6 * (level - 1))


def _set_captions(document: "Document") -> None:
    for name in ("Table Caption", "Image Caption"):
        _font(document.styles[name], 10, _DEEP, bold=True)
        document.styles[name].font.italic = False
    document.styles["Table Caption"].paragraph_format.keep_with_next = True
    document.styles["Captioned Figure"].paragraph_format.keep_with_next = True


def _set_tables(document: "Document") -> None:
    from docx.oxml.ns import qn

    line = '<w:{} w:val="single" w:sz="{}" w:space="0" w:color="{}"/>'.format
    lines = line("top", 8, _DEEP) + line("bottom", 8, _DEEP) + line("insideH", 4, "B9C6CA")
    properties = document.styles["Table"].element.find(qn("w:tblPr"))
    properties.find(qn("w:tblCellMar")).addprevious(xml(f"<w:tblBorders {{}}>{lines}</w:tblBorders>"))


def _add_boxes(document: "Document") -> None:
    for name, fill, bar in _BOXES:
        for style, bold in ((_style(document, name), False), (_style(document, f"{name} Title"), True)):
            # Border and fill first: Word wants them before the spacing, which python-docx puts in its place.
            style.element.get_or_add_pPr().append(xml(_border(bar)))
            style.element.get_or_add_pPr().append(xml(f'<w:shd {{}} w:val="clear" w:color="auto" w:fill="{fill}"/>'))
            _font(style, 12 if bold else 11, _DEEP if bold else _INK, bold=bold)
            _spacing(style, before=0, after=6)
            style.paragraph_format.keep_with_next = bold


def _style(document: "Document", name: str) -> Any:
    from docx.enum.style import WD_STYLE_TYPE

    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    return style


def _font(style: Any, size: float | None, colour: str, bold: bool | None = None) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.bold = _FONT, bold
    style.font.size = Pt(size) if size else None
    style.font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)


def _spacing(style: Any, before: float, after: float) -> None:
    from docx.shared import Pt

    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _border(colour: str) -> str:
    return f'<w:pBdr {{}}><w:left w:val="single" w:sz="24" w:space="8" w:color="{colour}"/></w:pBdr>'


def xml(text: str) -> Any:
    """An element of a Word document; ``{}`` in its text is the place of the namespace."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    return parse_xml(text.format(nsdecls("w")))
