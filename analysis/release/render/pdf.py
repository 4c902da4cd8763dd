"""From pandoc's Typst text to a PDF that keeps PDF/A-2a and PDF/UA-1."""

from pathlib import Path
from typing import Literal

from analysis.steps import Problem

# Both at once: for keeping (A) and for reading aloud (UA). Typst itself refuses a file that breaks them.
STANDARDS: "list[Literal['a-2a', 'ua-1']]" = ["a-2a", "ua-1"]


def compile_pdf(source: Path, out: Path, epoch: int) -> None:
    """Typeset a Typst file with the project's fonts only.

    Parameters
    ----------
    source : Path
        The Typst file; it lies in the project's folder, so that paths of images hold.
    out : Path
        The PDF.
    epoch : int
        The seconds that the PDF gives as its date.

    Raises
    ------
    Problem
        What Typst found wrong, for instance a heading level that is left out. Warnings count too: a font that
        is missing, or a layout that does not settle, in which page and figure numbers would be wrong.
    """
    import typst

    fonts = source.parent / "styles" / "fonts"
    try:
        _, warnings = typst.compile_with_warnings(
            str(source),
            output=str(out),
            root=str(source.parent),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            pdf_standards=[*STANDARDS],
            timestamp=epoch,
        )
    except typst.TypstError as error:
        raise _problem(str(error.message), error.hints) from None
    if warnings:
        raise _problem(str(warnings[0].message), warnings[0].hints)


def _problem(message: str, hints: list[str]) -> Problem:
    sentence = message.strip().rstrip(".")
    return Problem(f"The PDF cannot be made: {sentence}.", "; ".join(hints) or "correct the place it names")
