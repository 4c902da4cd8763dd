"""Everything that the paper says beyond the primary estimates: other designs, checks, inference."""

from collections.abc import Sequence
from typing import Any

from analysis.plan.sensitivity import Checks
from analysis.present.designs.design_words import design_words
from analysis.present.designs.plan_words import placebo_words
from analysis.present.provenance.context import Context, Outcomes
from analysis.present.robustness.robustness_words import robustness_words


def sceptic_words(context: Context, outcomes: Outcomes, checks: Checks, methods: Sequence[str]) -> dict[str, Any]:
    """The variables of designs, checks and inference.

    Parameters
    ----------
    context : Context
        The table of estimates and the book of numbers.
    outcomes : dict
        The outcomes by name.
    checks : dict
        The checks by name, each with the outcomes that it checks.
    methods : sequence of str
        The other ways to tell uncertainty.
    """
    return {
        "placebo": {"outcomes": placebo_words(context, outcomes)},
        "designs": design_words(context, outcomes),
        "robustness": robustness_words(context, outcomes, checks, methods),
    }
