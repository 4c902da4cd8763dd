"""Truths and published values beside groups of outcomes."""

from typing import TYPE_CHECKING

from analysis.plan.pilots import ActivityOutcome
from analysis.present.outcomes.outcomes import effect_row, primary
from analysis.present.provenance.benchmark_words import Beside, beside_words
from analysis.present.provenance.context import Context, Outcomes
from analysis.wording import changed

if TYPE_CHECKING:
    import pandas as pd


def beside_groups(context: Context, outcomes: Outcomes, benchmarks: "pd.DataFrame") -> dict[str, str]:
    """What stands beside several outcomes, told together so that nothing is said once for each.

    Parameters
    ----------
    context : Context
        The table of estimates and the book of numbers.
    outcomes : dict
        The plans of the outcomes.
    benchmarks : DataFrame
        Truths and published values.

    Returns
    -------
    dict
        ``first``, the first primary outcome; ``others``, the rest of the primary ones; ``secondary``, the counts that
        are not primary; ``published``, all that the plan sets a published value beside.
    """
    first = [*primary(outcomes)][:1]
    groups = {
        "first": first,
        "others": [name for name in primary(outcomes) if name not in first],
        "secondary": [
            name
            for name, each in outcomes.items()
            if name not in primary(outcomes) and isinstance(each, ActivityOutcome) and not each.placebo
        ],
        "published": [name for name, each in outcomes.items() if each.published],
    }
    changes = {name: None if row is None else changed(row) for name in outcomes for row in [effect_row(context, name)]}
    return {
        key: beside_words(
            context.book, "outcomes", [Beside(name, outcomes[name].label, changes[name]) for name in names], benchmarks
        )
        for key, names in groups.items()
    }
