"""Continuity at single sites: plain means of patients, and intervals that know how few practices a site has."""

import pandas as pd
import pytest

from analysis.estimate.continuity.composition import Subject
from analysis.estimate.continuity.site_continuity import OTHERS, by_site

SUBJECT = Subject("usual_provider", "upc", "patients", 0.95)
WAVES = {"2008-04": (0.6, 0.5, 0.8, 0.7), "2009-04": (0.5, 0.4, 0.7, 0.7), "2010-04": (0.4, 0.5, 0.6, 0.6)}
PRACTICES = {"P1": ("S1", "2009-04"), "P2": ("S1", "2009-04"), "P3": ("S2", "2010-04"), "P4": ("", "")}


def panel() -> pd.DataFrame:
    rows = [
        {"practice_id": name, "site_id": site, "pilot": bool(site), "wave": wave, "item": "upc", "value": value,
         "after": bool(site) and wave >= start, "responses": 30 if name == "P1" else 10}
        for wave, values in WAVES.items()
        for (name, (site, start)), value in zip(PRACTICES.items(), values, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def told(term: str) -> dict[str, float]:
    return {row.subgroup: round(row.estimate, 6) for row in by_site(panel(), SUBJECT) if row.term == term}


def test_levels_are_means_of_patients_before_and_after_the_own_start() -> None:
    s1_after = 100 * (30 * (0.5 + 0.4) + 10 * (0.4 + 0.5)) / 80
    assert told("before") == pytest.approx({"S1": 100 * (30 * 0.6 + 10 * 0.5) / 40, "S2": 75, OTHERS: 70})
    assert told("after") == pytest.approx({"S1": s1_after, "S2": 60, OTHERS: 65})
    assert told("change") == pytest.approx({"S1": s1_after - 57.5, "S2": -15, OTHERS: -5})


def test_a_practice_that_closes_does_not_change_the_level_of_its_site() -> None:
    rows = panel()
    whole = by_site(rows[rows["practice_id"] != "P2"], SUBJECT)
    closed = by_site(rows[~((rows["practice_id"] == "P2") & (rows["wave"] == "2010-04"))], SUBJECT)
    assert [row.estimate for row in closed] == pytest.approx([row.estimate for row in whole])


@pytest.mark.filterwarnings("error")
def test_a_site_of_one_practice_has_no_interval() -> None:
    known = {row.subgroup: row.ci_low == row.ci_low for row in by_site(panel(), SUBJECT) if row.term == "change"}
    assert known == {"S1": True, "S2": False, OTHERS: False}


def test_a_site_without_windows_on_both_sides_is_left_out() -> None:
    rows = panel()
    kept = rows[~((rows["site_id"] == "S2") & rows["after"])]
    assert {row.subgroup for row in by_site(kept, SUBJECT)} == {"S1", OTHERS}
    assert by_site(rows.assign(after=False), SUBJECT) == []
