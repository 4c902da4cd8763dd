"""A new study asks of continuity what its data can answer."""

from pathlib import Path

import pytest
import yaml

from analysis.plan.continuity import ContactRules, Continuity
from analysis.prepare.study_file.guess import Guess
from analysis.prepare.study_file.study_text import study_text
from analysis.study import Study, read_study

BEFORE = ("activity", "practices", "sites")


def written(
    study: Study, folder: Path, tables: tuple[str, ...], measures: list[str], first: str, **words: dict[str, float]
) -> Study:
    """The study written for these tables."""
    indices = ["upc"] if "contacts" in tables else []
    guess = Guess({}, [], measures, ["see_preferred_gp"], indices, [], first, "2011-03", (*BEFORE, *tables), words)
    path = folder / "ours.yaml"
    text = study_text("ours", {"package": "/data"}, guess, study, document="own-study.qmd", date="2026-01-31")
    path.write_text(text, encoding="utf-8")
    return read_study(path)


def asked(study: Study, folder: Path, tables: tuple[str, ...], measures: list[str], first: str) -> Continuity | None:
    """What the study written for these tables asks of continuity."""
    return written(study, folder, tables, measures, first).continuity


def rules(study: Study, folder: Path, **words: dict[str, float]) -> ContactRules:
    """Which contacts count in a study written for contacts with these words."""
    pilots = written(study, folder, ("contacts",), ["emergency"], "2007-04", **words).pilots
    assert pilots is not None
    return pilots.contacts


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


def test_the_rules_of_contacts_are_written_out_as_they_are(study: Study, tmp_path: Path) -> None:
    usual = ContactRules()
    assert rules(study, tmp_path) == usual
    pilots = yaml.safe_load((tmp_path / "ours.yaml").read_text(encoding="utf-8"))["pilots"]
    assert set(pilots["contacts"]) == set(ContactRules.model_fields)
    assert set(pilots["contacts"]["checks"]) == set(type(usual.checks).model_fields) - {"broken_share"}
    written(study, tmp_path, (), ["emergency"], "2007-04")
    assert "contacts" not in yaml.safe_load((tmp_path / "ours.yaml").read_text(encoding="utf-8"))["pilots"]


def test_roles_and_modes_are_those_of_the_data_where_they_are_well_known(study: Study, tmp_path: Path) -> None:
    # Words of the published Appointments in General Practice, and of a practice system.
    modes = {"Face-to-Face": 0.5, "Telephone": 0.3, "Home Visit": 0.1, "Video/Online": 0.05, "FACE TO FACE": 0.05}
    found = rules(study, tmp_path, role={"GP": 0.6, "Other Practice staff": 0.4}, mode=modes | {"Unknown": 0.0004})
    assert found.roles == ("GP",)
    assert {*found.modes} == {"FACE TO FACE", "Telephone", "Video/Online", "Home Visit"}
    assert found.checks.remote == ("telephone", "online", "video", "Video/Online")
    text = (tmp_path / "ours.yaml").read_text(encoding="utf-8")
    assert '# Not counted: "Other Practice staff" (40.0%)' in text
    assert '# Not counted: "Unknown" (< 0.1%)' in text


def test_words_that_nobody_knows_are_told(study: Study, tmp_path: Path) -> None:
    found = rules(study, tmp_path, role={"A: #1": 0.7, "Nurse\u2028x": 0.3}, mode={"1": 1.0})
    assert (found.roles, found.modes) == (ContactRules().roles, ContactRules().modes)
    text = (tmp_path / "ours.yaml").read_text(encoding="utf-8")
    assert "# MISSING: no well-known role; write here" in text
    assert '# Not counted: "A: #1" (70.0%)\n' in text
