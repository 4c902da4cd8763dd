"""The words of the chapter on continuity, each number with its address."""

from typing import Any

from analysis.plan.continuity import Continuity
from analysis.present.context import Context
from analysis.steps import Paths


def continuity_words(context: Context, asked: Continuity, files: Paths) -> dict[str, Any]:
    """The words of the chapter.

    Parameters
    ----------
    context : Context
        The table of estimates, and the book of numbers.
    asked : Continuity
        What is asked of continuity.
    files : tuple of Path
        What each minimum of contacts drops, what was left out of the contacts, truth and published values.
    """
    return {}
