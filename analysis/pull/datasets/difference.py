"""What changed between two versions of a file, for somebody who decides whether to take the new one."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_TABLES = (".csv", ".csv.gz", ".parquet")
_MOST = 20  # columns whose totals are told; a survey file has a thousand


def difference(before: Path, after: Path) -> list[str]:
    """What changed, line by line.

    Parameters
    ----------
    before, after : Path
        The two versions. Of a CSV or Parquet table rows, columns and totals of columns of numbers are compared; of any
        other file, its size.

    Returns
    -------
    list of str
        One sentence part for each thing that changed.
    """
    import pandas as pd

    if not all(path.name.endswith(_TABLES) for path in (before, after)):
        return _sizes(before, after)
    try:
        old, new = _table(before), _table(after)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, OSError):
        return _sizes(before, after)
    return [f"rows: {len(old):,} before, {len(new):,} now", *_columns(old, new), *_totals(old, new)]


def _sizes(before: Path, after: Path) -> list[str]:
    return [f"bytes: {before.stat().st_size:,} before, {after.stat().st_size:,} now"]


def _table(path: Path) -> "pd.DataFrame":
    import pandas as pd

    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    return pd.read_csv(path, encoding="utf-8-sig", encoding_errors="replace", low_memory=False)


def _columns(old: "pd.DataFrame", new: "pd.DataFrame") -> list[str]:
    # A column that left and one that came to the same place are one column with a new name.
    renamed = {
        was: now
        for was, now in zip(old.columns, new.columns, strict=False)
        if was not in new.columns and now not in old.columns
    }
    gone = [name for name in old.columns if name not in new.columns and name not in renamed]
    come = [name for name in new.columns if name not in old.columns and name not in renamed.values()]
    return [
        *(f"column {was} is now {now}" for was, now in renamed.items()),
        *(f"column {name} is gone" for name in gone),
        *(f"column {name} is new" for name in come),
    ]


def _totals(old: "pd.DataFrame", new: "pd.DataFrame") -> list[str]:
    before, after = (frame.select_dtypes("number").sum() for frame in (old, new))
    shared = [name for name in before.index if name in after.index]
    moved = [name for name in shared if before[name] != after[name]]
    lines = [f"total of {name}: {before[name]:,.10g} before, {after[name]:,.10g} now" for name in moved[:_MOST]]
    if len(moved) > _MOST:
        lines.append(f"totals that differ beside these: {len(moved) - _MOST}")
    return [*lines, f"totals that are as before: {len(shared) - len(moved)}"]
