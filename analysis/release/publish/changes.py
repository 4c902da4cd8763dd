"""What a release changes: the cause, and the numbers that moved."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.estimates import KEY, read_estimates
from analysis.release.publish.version import DRAFT

if TYPE_CHECKING:
    import pandas as pd


def changes_text(record: dict[str, Any], folder: Path, previous: Path | None) -> str:
    """The text of CHANGES.md.

    Parameters
    ----------
    record : dict
        What the version step wrote.
    folder : Path
        The new release.
    previous : Path or None
        The release before, where there is one.
    """
    draft = record["version"] == DRAFT
    what = "Draft" if draft else f"Version {record['version']}"
    cause = "Not released, so it has no version." if draft else f"Cause: {', '.join(record['causes'])}."
    lines = [f"# {what}, {record['date']}", "", cause]
    if previous is None:
        return "\n".join([*lines, "", "There is no earlier release.", ""])
    moves = moved(read_estimates(previous / "estimates.csv"), read_estimates(folder / "estimates.csv"))
    shown = [f"- {' / '.join(row[:-2])}: {row[-2]} to {row[-1]}" for row in moves] or ["- none"]
    return "\n".join([*lines, "", f"Estimates that moved since {previous.name}:", "", *shown, ""])


def moved(before: "pd.DataFrame", now: "pd.DataFrame") -> list[tuple[str, ...]]:
    """Rows of the table of estimates that moved, came or went: the key, the old and the new estimate."""
    both = before[[*KEY, "estimate"]].merge(
        now[[*KEY, "estimate"]], on=KEY, how="outer", suffixes=("_before", "_now"), sort=True
    )
    old, new = both["estimate_before"], both["estimate_now"]
    same = (old == new) | (old.isna() & new.isna())
    shown = both[~same]
    return [
        (*map(str, row), _number(before), _number(after))
        for row, before, after in zip(
            shown[list(KEY)].itertuples(index=False), shown["estimate_before"], shown["estimate_now"], strict=True
        )
    ]


def _number(value: float) -> str:
    return "absent" if value != value else f"{value:.4g}"
