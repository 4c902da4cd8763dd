"""A published value is told with the people in whom it was found, and with what it was compared."""

from typing import Any

import pandas as pd

from analysis.present.outcomes.benchmarks import people
from analysis.present.outcomes.effects_shown import Shown
from tests.unit.present.phrases import said

OF_ALL = "patients of all pilot sites with individual-level data"
LABELS = {"emergency_admissions": "emergency admissions", "elective_admissions": "elective admissions"}


def published(name: str, people: str, certainty: str, controlled: str) -> dict[str, object]:
    return {
        "outcome": name, "source": "published", "scale": "ratio", "value": 0.96, "population": people,
        "certainty": certainty, "controlled": controlled, "evidence_id": name, "programme": "", "detail": "",
    }  # fmt: skip


def whose(rows: pd.DataFrame, labels: dict[str, str]) -> str:
    """What the caption of the table of effects says of the published values that stand beside these outcomes."""
    nothing: dict[str, Any] = dict.fromkeys(
        ("truth", "published", "set_to", "ranked", "all_primary", "few", "unknown"), False
    )
    shown = Shown(fell=[], rose=[], unclear=[], points=[], lacking=[], people=people(rows, labels), **nothing)
    return said("outcomes/tables/effects", shown).removeprefix("Estimated change in pilot practices.")


def test_values_of_different_people_are_kept_apart() -> None:
    rows = [
        published("emergency_admissions", OF_ALL, "F-2nd", "yes"),
        published("elective_admissions", OF_ALL, "F-2nd", "yes"),
        published("outpatient_attendances", "whole practice populations", "F", "no"),
    ]
    assert whose(pd.DataFrame(rows), LABELS | {"outpatient_attendances": "outpatient attendances"}) == (
        f" Of whom the published values are: for emergency admissions and elective admissions, {OF_ALL}, reported "
        "second-hand; for outpatient attendances, whole practice populations, no comparison group described. They "
        "are of different people and should not be set against each other."
    )


def test_values_of_the_same_people_are_not_warned_of() -> None:
    rows = pd.DataFrame([published(name, OF_ALL, "F", "yes") for name in LABELS])
    assert "different people" not in whose(rows, LABELS)
    assert whose(rows, {"continuity": "continuity of care"}) == ""
