"""The checks that a new study file begins with: those that need no choice but yes or no."""

import re
from typing import Any

from analysis.months import month_number
from analysis.plan.clusters import FEWEST_COMPARISON, FEWEST_TREATED
from analysis.prepare.contract.reach import MONTH
from analysis.prepare.study_file.guess import Guess
from analysis.prepare.study_file.study_lines import line

# Months before the first start from which on there is something to be seen there, and how far the start is moved.
BEFORE, EARLY = 12, 6
LABELS = {
    "linear_rates": "with rates in place of log rates",
    "half_a_year_early": "with a start that never was, half a year early",
    "without_each_site": "without each site in turn",
    "diverging_trends": "with trends that were not parallel",
    "unobserved": "with a confounder that nobody observed",
}


def check_lines(guess: Guess) -> list[str]:
    """The part ``sensitivity`` of a study file; none where the data hold no counts.

    Another model is always tried. What rests on clustered errors is asked where there are clusters enough, and what
    looks at the months before the start where there are a year of them, so that no check fails for want of data.
    """
    if not guess.measures:
        return []
    comment = "would the findings survive a sceptic? each changes one thing; take out what you do not want, and see"
    lines = [
        f"# {comment}",
        "# docs/how-it-works.md (add a check) for more: other months, other comparison, groups",
        "sensitivity:",
    ]
    for name, keys in _suggested(guess).items():
        lines += [
            line(f"  {name}:", "SUGGESTED, please check"),
            f"    kind: {keys.pop('kind')}",
            f"    label: {LABELS[name]}",
        ]
        lines += [f"    {key}: {value}" for key, value in keys.items()]
    return [*lines, ""]


def _suggested(guess: Guess) -> dict[str, dict[str, Any]]:
    sites, areas = guess.clusters
    enough, long = sites >= FEWEST_TREATED and areas >= FEWEST_COMPARISON, _months_before(guess) >= BEFORE
    checks: dict[str, tuple[bool, dict[str, Any]]] = {
        "linear_rates": (True, {"kind": "estimator", "estimator": "linear_rate"}),
        "half_a_year_early": (long, {"kind": "placebo_date", "months_early": EARLY}),
        "without_each_site": (sites >= FEWEST_TREATED, {"kind": "leave_one_out"}),
        "diverging_trends": (enough and long, {"kind": "parallel_trends"}),
        "unobserved": (enough, {"kind": "confounder"}),
    }
    return {name: keys for name, (wanted, keys) in checks.items() if wanted}


def _months_before(guess: Guess) -> int:
    """Months before the first site starts."""
    starts = [each for each in guess.starts if re.fullmatch(MONTH, each)]
    return month_number(starts[0]) - month_number(guess.first) if guess.first and starts else 0
