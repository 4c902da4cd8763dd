"""What the figure of a question says to who cannot see it: years, groups and measures as they are read aloud."""

import pandas as pd
import pytest

from analysis.answers import About
from analysis.answers import Question as Asked
from analysis.plan.practices import AnyQuestion, Gradient, Growth, Trend, Value
from analysis.present.questions.questions import figure_text
from analysis.verdicts import Verdict
from tests.unit.present.phrases import library

SHARED = {"label": "what", "good_direction": "up"}
SHARE, GPS = Value(measure="see_preferred_gp", year=2023), Value(measure="gp_fte", year=2023)
YEARS = {"outcome": "see_preferred_gp", "first": 2018, "last": 2023}


@pytest.mark.parametrize(
    ("question", "places", "expected"),
    [
        (Trend(kind="trend", **YEARS, **SHARED), (2018, 2023), "by year: from −4.2% at 2018 to 12.0% at 2023."),
        (
            Gradient(kind="gradient", outcome=SHARE, exposure=GPS, **SHARED),
            (2.20381, 1999.7),
            "by number of full-time-equivalent gps, 2023: from −4.2% at 2.2 to 12.0% at 2,000.",
        ),
        (
            Growth(kind="growth", **YEARS, **SHARED),
            (-8.55555, 31),
            "by growth of the list from 2018 to 2023, %: from −4.2 points at −8.6 to 12.0 points at 31.0.",
        ),
    ],
)
def test_places_are_told_as_they_are_read(question: AnyQuestion, places: tuple[float, ...], expected: str) -> None:
    rows = [{"term": "mean", "x": place, "simulated": False} for place in places]
    basis = {"rule": "direction", "estimates": (("row",),), "reason": ""}
    direction = Verdict(about=About.QUESTION, subject="what", question=Asked.DIRECTION, verdict="rose", **basis)
    figure = figure_text("what", question, pd.DataFrame(rows).assign(estimate=[-4.23, 12.0]), direction, library())
    assert figure.alt.endswith(expected)
