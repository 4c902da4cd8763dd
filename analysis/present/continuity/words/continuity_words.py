"""The words of the chapter on continuity, each number with its address."""

from dataclasses import dataclass
from typing import Any

from analysis.plan.continuity import Continuity
from analysis.present.continuity.words.continuity_admission_words import admission_point, admission_words
from analysis.present.continuity.words.continuity_change_words import change_words, mix_point
from analysis.present.continuity.words.continuity_data_words import data_words
from analysis.present.continuity.words.continuity_gap_words import gap_point, gap_words, size_point, size_words
from analysis.present.continuity.words.continuity_shared import Chapter
from analysis.present.continuity.words.continuity_worth import Worth, worth
from analysis.present.provenance.context import Context, Outcomes
from analysis.steps import Paths


@dataclass(frozen=True)
class ContinuityPage:
    """What sections on continuity are told from.

    Attributes
    ----------
    asked : Continuity
        What is asked of it.
    worth : Worth or None
        What the change is worth in admissions, where the plan asks.
    """

    asked: Continuity
    worth: Worth | None


def continuity_words(
    context: Context, asked: Continuity, outcomes: Outcomes, files: Paths
) -> tuple[dict[str, Any], ContinuityPage]:
    """The words of the chapter, and what its templates see.

    Parameters
    ----------
    context : Context
        The table of estimates, and the book of numbers.
    asked : Continuity
        What is asked of continuity.
    outcomes : dict
        The plans of the outcomes.
    files : tuple of Path
        What each minimum of contacts drops, what was left out of the contacts, truth and published values.
    """
    import pandas as pd

    fewest, facts, benchmarks = files
    labels = {name: each.label for name, each in outcomes.items()}
    chapter = Chapter(context, asked, labels, pd.read_csv(benchmarks))
    words = {
        **change_words(chapter),
        **gap_words(chapter),
        **size_words(chapter),
        **admission_words(chapter),
        **data_words(chapter, fewest, facts),
        "points": _points(chapter),
    }
    return words, ContinuityPage(asked, worth(chapter))


def recorded(told: dict[str, str]) -> str:
    """What the records of contacts say, in a sentence for the summary of the paper."""
    return f"By the records of whom patients saw, {told['label']} {told['found']}."


def _points(chapter: Chapter) -> dict[str, str]:
    """The chapter in short, a sentence for each thing that the plan asks."""
    asked = chapter.asked
    points = {"contacts": mix_point(chapter)}
    points |= {"gap": gap_point(chapter)} if asked.gaps else {}
    points |= {"size": size_point(chapter)} if asked.size else {}
    points |= {"admissions": admission_point(chapter)} if asked.admissions else {}
    return {key: _in_simulation(text) if chapter.simulated else text for key, text in points.items()}


def _in_simulation(text: str) -> str:
    """A sentence that can stand alone about simulated patients."""
    return f"In the simulation, {text[:1].lower()}{text[1:]}"
