"""A new study asks of continuity what its data can answer."""

from pathlib import Path

import pytest

from analysis.plan.continuity import Continuity
from analysis.prepare.guess import Guess
from analysis.prepare.study_text import study_text
from analysis.study import Study, read_study

BEFORE = ("activity", "practices", "sites")


def asked(study: Study, folder: Path, tables: tuple[str, ...], measures: list[str], first: str) -> Continuity | None:
    """What the study written for these tables asks of continuity."""
    indices = ["upc"] if "contacts" in tables else []
    guess = Guess({}, [], measures, ["see_preferred_gp"], indices, [], first, "2011-03", (*BEFORE, *tables))
    path = folder / "ours.yaml"
    text = study_text("ours", {"package": "/data"}, guess, study, document="own-study.qmd", date="2026-01-31")
    path.write_text(text, encoding="utf-8")
    return read_study(path).continuity


def test_without_contacts_nothing_is_asked(study: Study, tmp_path: Path) -> None:
    assert asked(study, tmp_path, ("spells", "registrations"), ["emergency"], "2007-04") is None


def test_contacts_alone_tell_nothing_of_persons_or_admissions(study: Study, tmp_path: Path) -> None:
    plan = asked(study, tmp_path, ("contacts", "spells"), ["emergency"], "2007-04")
    assert plan is not None
    assert (plan.outcome, plan.gaps, plan.admissions, plan.mediation) == ("upc", None, None, None)
    assert plan.size is not None
    assert not {"slicc", "opr"} & set(plan.indices)
    assert "MISSING: the table registrations" in (tmp_path / "ours.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("stays", ["spells", "episodes"])
def test_registrations_and_stays_tell_all(study: Study, tmp_path: Path, stays: str) -> None:
    plan = asked(study, tmp_path, ("contacts", "registrations", stays), ["emergency", "acsc"], "2007-04")
    assert plan is not None
    assert plan.admissions is not None
    assert (plan.admissions.months.first, plan.admissions.measure) == ("2009-04", "acsc")
    assert plan.gaps is not None
    assert plan.mediation is not None
    assert plan.mediation.outcome == "avoidable_admissions"


def test_the_months_of_admissions_lie_within_those_of_the_study(study: Study, tmp_path: Path) -> None:
    plan = asked(study, tmp_path, ("contacts", "registrations", "spells"), ["elective"], "2010-01")
    assert plan is not None
    assert plan.admissions is not None
    assert (plan.admissions.months.first, plan.admissions.measure) == ("2010-01", "emergency")
    assert plan.mediation is None
