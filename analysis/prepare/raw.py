"""Read a raw CSV, check it against its contract, and say where it came from."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.steps import Problem, read_json
from analysis.tables import Lineage, lineage_from, validated

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa


def read_raw(path: Path, contract: "type[pa.DataFrameModel]") -> "pd.DataFrame":
    """Read a raw table as its contract says.

    Text columns are read as text (an id such as 0012 keeps its zeros; an empty cell is an empty text),
    numbers as numbers.

    Raises
    ------
    Problem
        When the file is no UTF-8 CSV or breaks the contract: names the column, the rule and the lines.
    """
    import pandas as pd

    faults = (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError, pd.errors.ParserWarning)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # a row with more cells than there are headings
            frame = pd.read_csv(path, dtype=str, keep_default_na=False, index_col=False)
    except faults as error:
        raise Problem(f"{path} cannot be read as a UTF-8 CSV table: {error}.", "save it again as CSV UTF-8") from None
    numeric = contract.to_schema().columns.items()
    numbers = {
        name: _number(frame[name], name, path, whole=str(column.dtype) == "int64")
        for name, column in numeric
        if name in frame and str(column.dtype) in ("float64", "int64")
    }
    return validated(frame.assign(**numbers), contract, str(path))


def _number(text: "pd.Series[str]", column: str, path: Path, *, whole: bool) -> "pd.Series[float]":
    import numpy as np
    import pandas as pd

    values = pd.to_numeric(text.where(text != "", None), errors="coerce")
    values = values.where(np.isfinite(values) & ((values % 1 == 0) | (not whole)))
    wrong = values.isna() & (text != "")
    if wrong.any():
        lines = ", ".join(str(row + 2) for row in text.index[wrong][:10])
        raise Problem(
            f"{path} has a value in column {column} that is no {'whole ' * whole}number: {text[wrong].iloc[0]!r} "
            f"(line {lines}).",
            f"correct column {column} in {path}, or leave the cell empty where the value is unknown",
        )
    return values


def read_receipt(path: Path) -> Lineage:
    """The lineage that the pull stage vouched for."""
    return lineage_from(read_json(path)["lineage"])
