"""The study file: what it refuses, and that its digest is that of its values."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from analysis.plan.pilots import ActivityOutcome
from analysis.prepare.study_file.guess import KNOWN
from analysis.steps import Problem
from analysis.study import Study, read_study, study_path

Values = dict[str, Any]


@pytest.fixture
def values(root: Path) -> Values:
    """The default study as plain values, free to change."""
    text: Values = yaml.safe_load((root / "config.yaml").read_text(encoding="utf-8"))
    return text


def put(values: Values, place: str, value: object) -> Values:
    """The values with one changed, which a dotted place names."""
    *parents, last = place.split(".")
    inner = values
    for key in parents:
        inner = inner[key]
    inner[last] = value
    return values


def refused(folder: Path, values: Values) -> str:
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    with pytest.raises(Problem) as problem:
        read_study(path)
    assert str(path) in problem.value.sentence
    assert problem.value.mend.endswith(str(path))
    return problem.value.sentence


def test_every_study_in_the_repository_is_valid(root: Path) -> None:
    others = sorted((root / "studies").glob("*.yaml"))
    assert others
    assert read_study(root / "config.yaml").name == "default"
    assert [read_study(path).name for path in others] == [path.stem for path in others]


def test_studies_stand_where_their_name_says(root: Path) -> None:
    assert study_path("default", root) == root / "config.yaml"
    assert study_path("evidence") == Path("studies/evidence.yaml")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("colour", "blue"),
        ("release.colour", "blue"),
        ("pilots.months.middle", "2009-04"),
        ("tests.T2.colour", "blue"),
        ("syntheses.published_emergency.colour", "blue"),
    ],
)
def test_an_unknown_key_is_refused_with_its_path(tmp_path: Path, values: Values, place: str, value: object) -> None:
    sentence = refused(tmp_path, put(values, place, value))
    assert f"`{place}`" in sentence
    assert "there is no such key" in sentence


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("config_version", 2),
        ("name", "My Study"),
        ("pilots.months.first", "2007-13"),
        ("pilots.months.first", "2011-04"),
        ("inference.confidence", 95),
        ("outcomes.continuity.kind", "guess"),
        ("outcomes.continuity.smallest_change", 0),
        ("outcomes.continuity.good_direction", "left"),
        ("outcomes.emergency_admissions.bin_months", 0),
        ("tests.T6", {}),
        ("sensitivity.primary", {"kind": "leave_one_out", "label": "without each site"}),
        ("syntheses.net_cost", {"label": "a", "outcome": "b", "good_direction": "up", "smallest_change": 1}),
        ("release.date", "22 November 2026"),
        ("release.document", "../paper.qmd"),
        ("release.authors", ["nobody"]),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_path(
    tmp_path: Path, values: Values, place: str, value: object
) -> None:
    sentence = refused(tmp_path, put(values, place, value))
    *parents, last = place.split(".")
    assert f"`{'.'.join(parents)}" in sentence or f"`{last}`" in sentence


@pytest.mark.parametrize("design", ["difference_in_differences", "synthesis"])
def test_a_test_that_reads_what_nobody_estimates_is_refused(tmp_path: Path, values: Values, design: str) -> None:
    indicator = {"outcome": "waiting_times", "design": design, "rule": "improves", "because": "It matters."}
    sentence = refused(tmp_path, put(values, "tests.T4.indicators", [indicator]))
    assert f"test T4 reads `waiting_times`, which is no {design} outcome" in sentence


def test_a_synthesis_is_no_outcome_and_the_other_way_round(tmp_path: Path, values: Values) -> None:
    indicator = {"outcome": "continuity", "design": "synthesis", "rule": "improves", "because": "It matters."}
    assert "test T1 reads `continuity`" in refused(tmp_path, put(values, "tests.T1.indicators", [indicator]))


@pytest.mark.parametrize("key", ["outcomes", "pilots"])
def test_outcomes_and_pilots_go_together(tmp_path: Path, values: Values, key: str) -> None:
    del values[key]
    values["tests"] = {}
    assert "`outcomes` and `pilots` go together" in refused(tmp_path, values)


@pytest.mark.parametrize("left", ["syntheses", "published"])
def test_published_values_need_the_data_set_that_holds_them(tmp_path: Path, values: Values, left: str) -> None:
    del values["evidence"]
    values["tests"] = {}
    if left == "syntheses":
        for outcome in values["outcomes"].values():
            outcome.pop("published", None)
        del values["costs"]
    else:
        del values["syntheses"]
    assert "need `evidence`" in refused(tmp_path, values)


def test_published_costs_need_it_too(tmp_path: Path, values: Values) -> None:
    for key in ("evidence", "syntheses"):
        del values[key]
    values["tests"] = {}
    for outcome in values["outcomes"].values():
        outcome.pop("published", None)
    assert "need `evidence`" in refused(tmp_path, values)


def open_values(values: Values) -> Values:
    """The default study with open data and one question."""
    question = {
        "kind": "gradient", "label": "x", "outcome": {"measure": "see_preferred_gp", "year": 2023},
        "exposure": {"measure": "imd", "year": 2019}, "good_direction": "up",
    }  # fmt: skip
    return values | {"practices": {"datasets": ["a-survey"]}, "questions": {"gradient": question}}


def test_a_question_has_a_name_of_its_own(tmp_path: Path, values: Values) -> None:
    values = open_values(values)
    values["questions"]["continuity"] = values["questions"]["gradient"]
    assert "`continuity` is a question and something else" in refused(tmp_path, values)


def test_a_step_is_for_an_exposure_that_is_not_logged(tmp_path: Path, values: Values) -> None:
    values = open_values(values)
    values["questions"]["gradient"]["step"] = 10
    assert "set `log_exposure: false`" in refused(tmp_path, values)


def test_what_is_no_yaml_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("title: [", encoding="utf-8")
    with pytest.raises(Problem, match="not readable as YAML"):
        read_study(tmp_path / "config.yaml")


def test_a_missing_study_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="There is no study file") as problem:
        read_study(tmp_path / "config.yaml")
    assert "make paper STUDY=<name>" in problem.value.mend


def test_a_study_under_another_name_is_told(tmp_path: Path, values: Values) -> None:
    (tmp_path / "other.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    with pytest.raises(Problem, match="names its study `default`") as problem:
        read_study(tmp_path / "other.yaml")
    assert "name: other" in problem.value.mend


def test_a_study_is_frozen(study: Study) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        study.title = "Another"  # type: ignore[misc]


def test_outcomes_are_sorted_by_kind(study: Study) -> None:
    assert {*study.activity()} | {*study.survey()} | {*study.contacts()} == {*study.outcomes}
    assert all(isinstance(each, ActivityOutcome) for each in study.activity().values())
    assert {*study.survey()} == {"continuity"}
    assert {*study.contacts()} == {"usual_provider"}


def reordered(value: object) -> object:
    if isinstance(value, dict):
        return {key: reordered(inner) for key, inner in reversed(value.items())}
    return value


def test_digest_does_not_depend_on_order_comments_or_defaults(tmp_path: Path, values: Values, study: Study) -> None:
    for outcome in ("emergency_admissions", "elective_admissions"):
        put(values, f"outcomes.{outcome}.bin_months", 3)
    text = "# another comment\n" + yaml.safe_dump(reordered(values), sort_keys=False)
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    assert read_study(tmp_path / "config.yaml").plan_digest() == study.plan_digest()


def places(values: object, above: str = "") -> list[str]:
    """Where every text and number of the study stands."""
    if isinstance(values, dict):
        return [place for key, inner in values.items() for place in places(inner, f"{above}.{key}".strip("."))]
    return [above] if isinstance(values, str | int | float) else []


PRINTED = ("title", "subtitle", "release.")


def test_digest_changes_with_every_value(values: Values, study: Study, root: Path) -> None:
    tried, same = 0, []
    for place in places(values):
        fresh = yaml.safe_load((root / "config.yaml").read_text(encoding="utf-8"))
        old: Any = values
        for key in place.split("."):
            old = old[key]
        try:
            other = Study.model_validate(put(fresh, place, f"{old}x" if isinstance(old, str) else old * 0.99))
        except ValidationError:
            continue  # a value with few choices, such as good_direction
        tried += 1
        # What is only printed is text, and has a digest of its own.
        digest = Study.cover_digest if place.startswith(PRINTED) else Study.plan_digest
        other_digest = Study.plan_digest if place.startswith(PRINTED) else Study.cover_digest
        same += [place] * (digest(other) == digest(study) or other_digest(other) != other_digest(study))
    assert same == []
    assert tried > 30


def test_the_same_key_twice_is_refused(tmp_path: Path, root: Path) -> None:
    text = (root / "config.yaml").read_text(encoding="utf-8")
    (tmp_path / "config.yaml").write_text(f"{text}\ntitle: Another title\n", encoding="utf-8")
    with pytest.raises(Problem):
        read_study(tmp_path / "config.yaml")


def test_an_outcome_and_a_synthesis_of_the_same_name_are_refused(values: Values) -> None:
    values["syntheses"]["continuity"] = values["syntheses"]["published_emergency"] | {"smallest_change": 50}
    with pytest.raises(ValidationError):
        Study.model_validate(values)


def test_a_study_that_estimates_nothing_is_refused(values: Values) -> None:
    nothing = {key: value for key, value in values.items() if key not in ("syntheses", "outcomes", "pilots")}
    with pytest.raises(ValidationError, match="nothing to estimate"):
        Study.model_validate(nothing)


def test_an_index_from_contacts_is_an_outcome(values: Values) -> None:
    values["outcomes"]["continuity"] = {
        "kind": "contacts", "label": "continuity of care", "good_direction": "up", "smallest_change": 3,
    }  # fmt: skip
    study = Study.model_validate(values)
    assert {name: each.item for name, each in study.contacts().items()}["continuity"] == "upc"
    assert study.survey() == {}


def test_what_runs_through_continuity_is_asked_of_the_index_that_admissions_are_told_for(values: Values) -> None:
    values["outcomes"]["continuity"] = {
        "kind": "contacts", "label": "continuity of care", "good_direction": "up", "smallest_change": 3, "index": "coc",
    }  # fmt: skip
    asked = {"outcome": "continuity", "admissions": {"months": {"first": "2009-04", "last": "2011-03"}}}
    values["continuity"] = asked | {"mediation": {"outcome": "emergency_admissions"}}
    with pytest.raises(ValidationError, match="whose index is `upc`"):
        Study.model_validate(values)
    values["continuity"] = asked
    assert Study.model_validate(values).continuity


def test_an_index_of_contacts_is_named_as_a_share(study: Study) -> None:
    # Its change is told in points, which a number of contacts has none of.
    labels = [*(each.label for each in study.contacts().values()), KNOWN["upc"][1]]
    assert all(label.startswith("the share of ") for label in labels)


def test_hospital_rules_refuse_what_is_no_code(values: Values) -> None:
    values["pilots"]["hospital"] = {"emergency": ["21", "2B"], "transfer_days": 2}
    rules = Study.model_validate(values).pilots
    assert rules is not None
    assert (rules.hospital.emergency, rules.hospital.transfer_days) == (("21", "2B"), 2)
    values["pilots"]["hospital"] = {"emergency": ["2'; DROP TABLE x"]}
    with pytest.raises(ValidationError):
        Study.model_validate(values)


def test_checks_name_the_columns_that_the_panel_must_keep(study: Study) -> None:
    assert study.asked_columns() == ["imd", "model", "share_65plus"]
    more = {"money": {"kind": "dose", "label": "l", "dose": "pounds"}}
    assert Study.model_validate(study.model_dump() | {"sensitivity": more}).asked_columns() == ["pounds"]


@pytest.mark.parametrize("names", [[], ["Write your name here"], [" "]])
def test_a_final_paper_needs_its_authors_and_a_draft_leaves_out_what_is_no_name(
    tmp_path: Path, values: Values, names: list[str]
) -> None:
    values["release"] |= {"authors": [{"name": name} for name in names], "status": "final"}
    assert "a final paper needs its authors" in refused(tmp_path, values)
    values["release"]["status"] = "draft"
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    assert read_study(tmp_path / "config.yaml").release.named == ()


FAULTS = [
    ("smallest_change: 3", "smalest_change: 3", "outcomes.emergency.smalest_change", "did you mean `smallest_change`?",
     "write `smallest_change` for `smalest_change` in line 12 of"),
    ("smallest_change: 3", "smallest_change: few", "outcomes.emergency.smallest_change", "not 'few'",
     "write a valid number in line 12 of"),
    ("smallest_change: 3", "smallest_change: -3", "outcomes.emergency.smallest_change", "not '-3'",
     "write a value greater than 0 in line 12 of"),
    ("good_direction: down", "good_direction: left", "outcomes.emergency.good_direction", "not 'left'",
     "write 'up' or 'down' in line 11 of"),
    ("    good_direction: down\n", "", "outcomes.emergency.good_direction", "is missing",
     "give `good_direction` below line 7 of"),
    ("    kind: activity\n", "", "outcomes.emergency.kind", "one of `activity`, `contacts`, `survey`",
     "give `kind` below line 7 of"),
    ("kind: activity", "kind: activty", "outcomes.emergency.kind", "did you mean `activity`?", "correct line 8 of"),
    ("release:", "inference: 95\nrelease:", "inference", "holds keys of its own, such as `confidence`",
     "correct line 13 of"),
    ("date: 2026-01-31", "date: 31 January", "release.date", "write a day as YYYY-MM-DD", "correct line 15 of"),
    ("title: A study\n", "", "title", "is missing: Title of the paper", "give `title` in"),
    ("release:", "pilot: {}\nrelease:", "pilot", "did you mean `pilots`?", "write `pilots` for `pilot` in line 13 of"),
    ("release:", "zzz: {}\nrelease:", "zzz", "here may stand `config_version`, `name`", "take `zzz` out of line 13 of"),
]  # fmt: skip
WHOLE = """config_version: 1
name: ours
title: A study
subtitle: Of pilots
pilots: {package: data, months: {first: 2009-01, last: 2010-06}}
outcomes:
  emergency:
    kind: activity
    label: emergency admissions
    measure: emergency
    good_direction: down
    smallest_change: 3
release:
  document: own-study.qmd
  date: 2026-01-31
"""


@pytest.mark.parametrize(("before", "after", "key", "said", "mend"), FAULTS, ids=[row[1].strip() for row in FAULTS])
def test_a_fault_is_told_with_its_key_its_line_and_what_may_stand_there(
    tmp_path: Path, before: str, after: str, key: str, said: str, mend: str
) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text(WHOLE, encoding="utf-8")
    assert read_study(path).name == "ours"
    assert before in WHOLE
    path.write_text(WHOLE.replace(before, after), encoding="utf-8")
    with pytest.raises(Problem) as refused:
        read_study(path)
    assert f"`{key}`" in refused.value.sentence
    assert said in refused.value.sentence
    # A slip is one fault: the key that it stands for is not told to be missing.
    assert refused.value.sentence.count(";") <= 1
    assert refused.value.mend == f"{mend} {path}"


@pytest.mark.parametrize(
    ("name", "meant"), [("mystudy", "my-study"), ("My-Study", "my-study"), ("studies/my-study.yaml", "my-study"),
                        ("my_study", "my-study"), ("defualt", "default")],
)  # fmt: skip
def test_a_study_that_is_not_there_is_told_with_the_one_that_may_be_meant(
    tmp_path: Path, name: str, meant: str
) -> None:
    for each in ("evidence", "my-study"):
        (tmp_path / "studies").mkdir(exist_ok=True)
        (tmp_path / f"studies/{each}.yaml").write_text("", encoding="utf-8")
    with pytest.raises(Problem) as refused:
        read_study(study_path(name, tmp_path))
    assert refused.value.mend.startswith(f"write STUDY={meant}, if you mean that; ")
    assert "takes one of default, evidence, my-study;" in refused.value.mend
