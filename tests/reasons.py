"""Why rows could not be estimated, in the words that a reader sees."""

from typing import Any

import pandas as pd

from analysis.reasons import read_why


def in_words(row: "pd.Series[Any] | dict[Any, Any]") -> str:
    """The words of a row's reason."""
    return read_why(row["reason"], row["reason_values"], "a part").sentence


def sentences(rows: pd.DataFrame) -> "pd.Series[str]":
    """The words of each row's reason; missing where there is an estimate."""
    told = [in_words(row) if isinstance(row["reason"], str) else None for row in rows.to_dict("records")]
    return pd.Series(told, rows.index, dtype=object)
