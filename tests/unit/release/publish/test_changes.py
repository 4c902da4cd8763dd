"""What a release changes: only estimates that moved, came or went are told."""

from pathlib import Path

import pandas as pd

from analysis.estimates import KEY
from analysis.release.publish.changes import changes_text, moved


def table(**estimates: float) -> pd.DataFrame:
    """A table of estimates that differ in their outcome alone."""
    rows = [dict.fromkeys(KEY, "x") | {"outcome": name, "estimate": value} for name, value in estimates.items()]
    return pd.DataFrame(rows)


def test_nothing_is_told_where_nothing_moved() -> None:
    assert moved(table(a=1.0, b=2.0), table(a=1.0, b=2.0)) == []
    assert moved(table(a=1.0, b=float("nan")), table(a=1.0, b=float("nan"))) == []


def test_what_moved_came_or_went_is_told_once_with_its_key() -> None:
    rows = moved(table(stays=1.0, moves=2.0, goes=3.0), table(stays=1.0, moves=2.5, comes=4.0))
    place = KEY.index("outcome")
    assert [(row[place], *row[-2:]) for row in rows] == [
        ("comes", "absent", "4"), ("goes", "3", "absent"), ("moves", "2", "2.5"),
    ]  # fmt: skip
    assert {row[:place] + row[place + 1 : -2] for row in rows} == {("x",) * (len(KEY) - 1)}


def test_a_draft_has_no_cause() -> None:
    record = {"version": "draft", "date": "2026-01-31", "causes": ["not released"]}
    assert changes_text(record, Path("nowhere"), None).startswith(
        "# Draft, 2026-01-31\n\nNot released, so it has no version."
    )
    released = changes_text(record | {"version": "1.0.0", "causes": ["plan"]}, Path("nowhere"), None)
    assert released.startswith("# Version 1.0.0, 2026-01-31\n\nCause: plan.")
