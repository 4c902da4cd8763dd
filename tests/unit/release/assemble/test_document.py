"""A document that tells of what the plan lacks is refused before anything is computed."""

from pathlib import Path

import pytest

from analysis.release.assemble.document import check_document
from analysis.steps import Problem
from analysis.study import Study, read_study

READY = ["config.yaml", "studies/evidence.yaml", "studies/rand-hie.yaml", "studies/open-nhs.yaml"]


def changed(study: Study, **parts: object) -> Study:
    return study.model_copy(update=parts)


@pytest.mark.parametrize("path", READY)
def test_the_documents_of_the_ready_studies_fit_their_plans(root: Path, path: str) -> None:
    check_document(read_study(root / path), root / "reports")


def test_what_the_plan_lacks_is_named_with_its_place(root: Path, study: Study) -> None:
    fewer = {name: each for name, each in study.outcomes.items() if name != "continuity"}
    for plan, told in (
        (changed(study, tests={}), "of `tests."),
        (changed(study, outcomes=fewer), "of `outcomes.continuity`"),
        (changed(study, syntheses={}), "of `evidence."),
    ):
        with pytest.raises(Problem, match=told) as problem:
            check_document(plan, root / "reports")
        assert "reports/sections/" in problem.value.sentence
        assert "own-study.qmd" in problem.value.mend


def test_a_part_of_a_topic_is_no_part_of_the_plan(study: Study, tmp_path: Path) -> None:
    document, release = tmp_path / "part.qmd.j2", study.release.model_copy(update={"document": "mine.qmd"})
    (tmp_path / "mine.qmd").write_text("{{< include part.qmd >}}\n")
    document.write_text("<% if experiment.outcomes.visits %><< experiment.outcomes.visits | printed >><% endif %>\n")
    check_document(changed(study, release=release), tmp_path)
    for told in ("<< outcomes.visits | printed >>", "<% if outcomes.visits %>x<% endif %>"):
        document.write_text(told)
        with pytest.raises(Problem, match=r"tells of `outcomes\.visits`"):
            check_document(changed(study, release=release), tmp_path)


def test_a_study_of_open_data_needs_no_tests(root: Path) -> None:
    check_document(changed(read_study(root / "studies/open-nhs.yaml"), tests={}), root / "reports")


def test_the_paper_for_any_study_fits_any_plan(root: Path, study: Study) -> None:
    release = study.release.model_copy(update={"document": "own-study.qmd"})
    check_document(changed(study, tests={}, syntheses={}, outcomes={}, release=release), root / "reports")


def test_a_document_that_is_not_there_is_named_with_those_that_are(root: Path, study: Study) -> None:
    release = study.release.model_copy(update={"document": "mine.qmd"})
    with pytest.raises(Problem, match=r"There is no document .*mine\.qmd") as problem:
        check_document(changed(study, release=release), root / "reports")
    assert "own-study.qmd" in problem.value.mend
