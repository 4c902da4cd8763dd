"""What can be seen before the start of an outcome of a survey, by how often the survey was taken."""

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.pilots import SurveyOutcome
from analysis.present.provenance.context import Outcomes
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

ONCE = (
    "The survey was taken twice, once before the start and once after it. So it cannot be examined at all whether the "
    "two groups were already drifting apart, and such a drift would look like this change."
)
ONCE_SHORT = (
    "Of continuity no such drift could be seen, because the survey was taken once before the start and once after."
)
WAVES = (
    "The survey was taken in waves, so there is no month-by-month picture of the kind that counts allow, and whether "
    "the two groups were already drifting apart was not examined."
)


def wave_words(quality: Path, outcomes: Outcomes) -> dict[str, dict[str, str]]:
    """By outcome of a survey, what can be seen of it before the start."""
    table, _ = read_table(quality)
    asked = {name: each.item for name, each in outcomes.items() if isinstance(each, SurveyOutcome)}
    return {
        name: {"waves": ONCE, "once": ONCE_SHORT} if waves(table, item) == 2 else {"waves": WAVES, "once": ""}
        for name, item in asked.items()
    }


def waves(quality: "pd.DataFrame", item: str) -> float:
    """How many waves of a survey the data hold: practice-waves by practice."""
    rows = quality[(quality["source"] == "survey") & (quality["series"] == item)]
    practices = rows["pilot_practices"] + rows["comparison_practices"]
    return float((rows["cells_expected"] / practices).max()) if len(rows) else 0.0
