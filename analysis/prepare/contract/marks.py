"""What stands in a cell in place of a value: words for a missing one, signs for a hidden one, ids that were rounded.

Each is read as its author meant it, or named for what it is; none is ever taken for 0.
"""

import re
from typing import TYPE_CHECKING

from analysis.prepare.contract.faults import shown
from analysis.prepare.contract.raw_files import Raw

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

# R writes NA, SQL and pandas NULL, NaN, NaT and None, spreadsheets #N/A, SAS and Stata a dot.
MISSING = ("na", "n/a", "#n/a", "null", "nan", "nat", "none", ".")
# The same, and nothing, in the capitals in which they are met: where millions of cells are compared as they are.
MISSING_WORDS = ("", "NaN", "NaT", *(way(word) for word in MISSING for way in (str.lower, str.upper, str.capitalize)))
# The signs of English official statistics (Government Analysis Function, symbols in tables) and of the NHS: [c] or c
# confidential, [x] not available, [z] not applicable, [low] below what is shown; a star, dots, a dash, a colon, <5.
SUPPRESSED = r"(?:\*+|\[[a-z]{1,3}\]|[<≤]\s*=?\s*\d+|\.\.+|…|[-–—:xcsz]|supp(?:ressed)?\.?)"
# A spreadsheet shows 501234567890 as 5.01E+11, and saves what it shows.
ROUNDED = r"\d(?:[.,]\d+)?E\+\d+"
# How people write numbers, and what to do about it.
WRITTEN = {
    r"[+-]?\d{1,3}(?:[,'\u2019\u00a0\u202f ]\d{3})+(?:\.\d+)?": "export the numbers without a thousands separator",
    r"[+-]?\d+,\d+": "export the numbers with a decimal point, not a decimal comma (in R write.csv, not write.csv2)",
    r"[+-]?[\d.,]+\s*%": "export shares from 0 to 1 without a per cent sign: 62% is 0.62",
    r"[£$€]\s*[\d.,]+|[\d.,]+\s*[£$€]": "export the numbers without a currency sign",
}
SUPPRESSED_MEND = (
    "these values were hidden by whoever gave them: ask for them unsuppressed, or for larger units or longer periods "
    "that need no hiding; or leave the outcome out; or make two copies of the data, with the lowest and the highest "
    "value that each sign may stand for, and report both. Never put 0 for them"
)
ROUNDED_MEND = (
    "a spreadsheet rounded the id, so that its last digits are lost: export the column as text from where it comes "
    "from. Rows that look alike here may be different ones, so take none out"
)
MISSING_MEND = (
    "give the value. NA, N/A, NULL, NaN, None and . are read as missing; where something is truly called so, give it "
    "another name in every table"
)


def missing_words(cells: "pd.Series[str]") -> "pd.Series[bool]":
    """Which texts are words for a missing value; an empty one is not among them."""
    return cells.str.strip().str.casefold().isin(MISSING)


def suppressed(cells: "pd.Series[str]") -> "pd.Series[bool]":
    """Which texts stand for a number that was hidden."""
    return cells.str.strip().str.fullmatch(SUPPRESSED, case=False).fillna(False).astype(bool)


def rounded_ids(cells: "pd.Series[str]") -> "pd.Series[bool]":
    """Which ids a spreadsheet rounded."""
    return cells.str.strip().str.fullmatch(ROUNDED, case=False).fillna(False).astype(bool)


def written(cells: "pd.Series[str]") -> str:
    """How to mend numbers that people can read and no program does; empty where they are no numbers."""
    first = str(cells.iloc[0]).strip() if len(cells) else ""
    return next((mend for pattern, mend in WRITTEN.items() if re.fullmatch(pattern, first)), "")


def bare_id(name: str) -> str:
    """An id without what gets lost on the way from one table to another: capitals, blanks, signs, leading zeros, .0."""
    text = "".join(each for each in name.strip().removesuffix(".0").casefold() if each.isalnum())
    return text.lstrip("0") if text.isdigit() else text


def as_meant(raw: Raw, contract: "type[pa.DataFrameModel]") -> tuple[Raw, tuple[str, ...]]:
    """The table without blanks at the ends of cells, and with words for a missing value empty where one may be missing.

    A key that reads like a missing value stays as it is, and is a fault.

    Returns
    -------
    Raw
        The table.
    tuple of str
        What was read in this way, to be said.
    """
    import pandas as pd

    frame, said = raw.frame, []
    for name, column in contract.to_schema().columns.items():
        if name not in frame or not pd.api.types.is_string_dtype(frame[name]):
            continue
        texts = frame[name].fillna("")
        cells = texts.str.strip()
        if count := int((cells != texts).sum()):
            said.append(f"{raw.table}: {_cells(count)} of {name} had blanks at an end, which were taken off")
        lacking = missing_words(cells) & _may_lack(column)
        if lacking.any():
            words = " or ".join(map(shown, cells[lacking].drop_duplicates().head(2)))
            said.append(f"{raw.table}: {_cells(int(lacking.sum()))} of {name} said {words}, read as missing")
        frame = frame.assign(**{name: cells.where(~lacking, "")})
    return Raw(raw.table, frame, raw.parts), tuple(said)


def _cells(count: int) -> str:
    return f"{count:,} cell{'s' * (count != 1)}"


def lists_values(column: "pa.Column") -> bool:
    """Whether the contract lists the values of a column, so that `none` may be one of them."""
    return any(check.name == "isin" for check in column.checks)


def _may_lack(column: "pa.Column") -> bool:
    """Whether the contract allows an empty cell."""
    if str(column.dtype) in ("float64", "int64"):
        return bool(column.nullable)
    return not lists_values(column) and not any(check.name == "str_length" for check in column.checks)
