"""What the panel of a survey holds: how often the survey was taken."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def waves(quality: "pd.DataFrame", item: str) -> float:
    """How many waves of a survey the data hold: practice-waves by practice."""
    rows = quality[(quality["source"] == "survey") & (quality["series"] == item)]
    practices = rows["pilot_practices"] + rows["comparison_practices"]
    return float((rows["cells_expected"] / practices).max()) if len(rows) else 0.0
