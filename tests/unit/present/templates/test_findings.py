"""What a row found is told no further than its interval, or else its p-value, allows."""

import re
from typing import Any

import pytest

from analysis.present.templates.findings import finding
from analysis.present.templates.formats import formats
from tests.unit.present.made_rows import row, sources
from tests.unit.present.templates.test_formats import PHRASES, plain

POINTS: dict[str, Any] = {"scale": "points"}
# One treated cluster gives no clustered error; two rows of one cluster each would not either.
FEW: dict[str, Any] = {"treated_clusters": 1, "comparison_clusters": 40}


def said(estimate: float, half: float | None = None, name: str = "found", **more: Any) -> str:
    told = sources([row("continuity", "effect", estimate, half, **more)])
    made = finding(told, told.context.estimates.iloc[0])
    return plain(formats(told.context.book, PHRASES)["say"](made, name))


@pytest.mark.parametrize(
    ("estimate", "half", "more", "words"),
    [
        (0.95, 0.02, {}, "fell by 5.0% (95% confidence interval −7.0% to −3.0%)"),
        (3.0, 1.0, POINTS, "rose by 3.0 percentage points (95% confidence interval +2.0 to +4.0 points)"),
        (0.5, 1.0, POINTS, "did not clearly change (+0.5 points; 95% confidence interval −0.5 to +1.5 points)"),
        (1.0, 1.0, POINTS, "did not clearly change (+1.0 points; 95% confidence interval 0.0 to +2.0 points)"),
        (-2.0, 1.0, POINTS | FEW,
         "fell by 2.0 percentage points (95% confidence interval by randomisation inference −3.0 to −1.0 points)"),
        (0.95, None, {}, "changed by −5.0%, whose uncertainty is not known"),
        (0.95, None, FEW,
         "changed by −5.0%, and from so few clusters it cannot be told whether that is more than chance"),
        (0.95, None, FEW | {"p_value": 0.04},
         "changed by −5.0%, more than chance alone would explain (p = 0.040 by randomisation inference; an interval"
         " cannot be told)"),
        (0.95, None, FEW | {"p_value": 0.05},
         "changed by −5.0%, which may be chance alone (p = 0.050 by randomisation inference; an interval cannot be"
         " told)"),
    ],
)  # fmt: skip
def test_a_change_is_told_as_its_uncertainty_allows(
    estimate: float, half: float | None, more: dict[str, Any], words: str
) -> None:
    assert said(estimate, half, **more) == words


def test_an_estimate_stands_with_its_interval_or_says_that_it_has_none() -> None:
    assert said(-2.0, 1.0, "sized", **POINTS) == "−2.0 points (interval −3.0 to −1.0 points)"
    assert said(-2.0, None, "sized", **POINTS) == "−2.0 points (no interval)"


def test_no_change_leads_nowhere_but_to_its_row() -> None:
    told = sources([row("continuity", "effect", -2.0, 1.0, **POINTS)])
    formats(told.context.book, PHRASES)["say"](finding(told, told.context.estimates.iloc[0]), "found")
    places = {origin.place for _, origin in told.context.book.entries.values()}
    assert len(places) == 1
    assert re.match(r"estimates\.csv: outcome=continuity, design=difference_in_differences", places.pop())
    assert finding(told, None) is None
