"""Outcomes that are counted by practice and month: what every step that looks at several of them is given."""

from dataclasses import dataclass
from pathlib import Path

from analysis.estimates import Measures


@dataclass(frozen=True, kw_only=True)
class CountedOutcomes:
    """Counts by practice and month, of one panel.

    Attributes
    ----------
    panel : Path
        The practice-month panel.
    outcomes : dict
        By outcome's name, the measure in the activity table; as JSON.
    confidence : float
        Confidence level of the intervals, for instance 0.95.
    """

    panel: Path
    outcomes: Measures
    confidence: float
