"""A caption begins with what was judged, and says no more than that."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from analysis.answers import About, Question, Reason
from analysis.present.experiment.captions import message, within_ours
from analysis.present.five_tests.five_tests import Readings
from analysis.present.five_tests.page import count_states
from analysis.present.provenance.address import Book
from analysis.present.questions.figure_words import Answer
from analysis.present.templates.formats import formats
from analysis.verdicts import Verdict, Verdicts
from tests.unit.present.experiment.test_page import PLAN

SAY = formats(Book(), Path(__file__).parents[3] / "reports/phrases")["say"]


def direction(verdict: str, subject: str = "x", about: About = About.QUESTION, check: str = "") -> Verdict:
    reason = Reason.NO_INTERVAL if verdict == "unknown" else ""
    return Verdict(
        about=about, subject=subject, check=check, question=Question.DIRECTION, verdict=verdict, rule="direction",
        reason=reason,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("verdict", "pooled", "first"),
    [
        ("fell", "−6%", "Over the published evaluations together, admissions fell."),
        ("rose", "+6%", "Over the published evaluations together, admissions rose."),
        ("unclear", "−6%", "Over the published evaluations together, no change in admissions is clear."),
        ("unknown", "−6%", "How admissions changed over the published evaluations together cannot be told."),
        ("unknown", "", "The published evaluations of admissions cannot be pooled."),
    ],
)
def test_published_evidence(verdict: str, pooled: str, first: str) -> None:
    forest = {"label": "admissions", "pooled": pooled, "ways": ()}
    told = SimpleNamespace(**forest, direction=direction(verdict, about=About.SYNTHESIS))
    said = SAY(told, "evidence/figures/forest")
    assert said.startswith(f"{first} Published estimates of the change in admissions")
    assert (f"Together: {pooled}." in said) == bool(pooled)


ANSWER: dict[str, Any] = {
    "outcome": "the share",
    "exposure": "the list size",
    "ends": "imd",
    "first": 2012,
    "last": 2020,
}
ANSWERS = [
    ("gradient", "rose", "Where the list size is higher, the share is higher."),
    ("gradient", "fell", "Where the list size is higher, the share is lower."),
    ("gradient", "unclear", "Whether the share differs with the list size is not clear."),
    ("gradient", "unknown", "Whether the share differs with the list size cannot be told."),
    ("trend", "fell", "The share fell between 2012 and 2020."),
    ("trend", "unclear", "The share did not clearly change between 2012 and 2020."),
    ("inequality", "rose",
     "At the most deprived end of the population the share is higher than at the least deprived."),
    ("inequality", "unclear",
     "Between the least deprived and the most deprived end of the population the share does not clearly differ."),
    ("growth", "fell", "Between 2012 and 2020 the share fell more or rose less where lists grew."),
    ("growth", "unknown",
     "Whether the share changed in another way between 2012 and 2020 where lists grew cannot be told."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "verdict", "first"), ANSWERS)
def test_answers_to_questions(kind: str, verdict: str, first: str) -> None:
    kinds = {each: each == kind for each in ("gradient", "trend", "inequality", "growth")}
    told = SimpleNamespace(**kinds, answer=Answer(**ANSWER, direction=direction(verdict)))
    assert SAY(told, "questions/figures/message") == first


@pytest.mark.parametrize(
    ("visits", "admissions", "first"),
    [
        ("fell", "fell", "Under half the bill there were fewer visits and admissions than under free care."),
        ("rose", "unclear", "Under half the bill there were more visits than under free care. "
         "Under half the bill, admissions did not clearly differ from those under free care."),
        ("unknown", "unknown",
         "Whether visits or admissions under half the bill differ from those under free care cannot be told."),
    ],
)  # fmt: skip
def test_arms_of_an_experiment(visits: str, admissions: str, first: str) -> None:
    found = {"visits": visits, "admissions": admissions}
    judged = Verdicts(direction(each, name, About.EXPERIMENT, PLAN.headline) for name, each in found.items())
    told = message(PLAN, judged)
    assert SAY(told, "experiment/tables/arms").startswith(f"{first} Arms of the experiment")
    assert SAY(SimpleNamespace(message=told, reference="free care"), "experiment/figures/arms").startswith(first)


@pytest.mark.parametrize(
    ("answers", "first"),
    [
        (["holds"], "The published mean lies within our interval."),
        (["holds", "holds"], "Each of the two published means lies within our interval."),
        (["holds", "leaves_out", "unknown"], "Of two published means, one lies within our interval."),
        (["holds", "holds", "leaves_out"], "Of three published means, two lie within our intervals."),
        (["leaves_out"], "Of one published mean, none lies within our interval."),
        (["unknown"], ""), ([], ""),
    ],
)  # fmt: skip
def test_published_means_beside_ours(answers: list[str], first: str) -> None:
    judged = Verdicts(
        Verdict(
            about=About.EXPERIMENT, subject="visits", check=f"{at}/x", question=Question.PUBLISHED, verdict=each,
            rule="holds", reason=Reason.NOT_ESTIMATED if each == "unknown" else "",
        )
        for at, each in enumerate(answers)
    )  # fmt: skip
    said = SAY(within_ours("mean", ["visits"], judged), "experiment/tables/published-arms")
    assert said.startswith(f"{first} Means per person".strip())


@pytest.mark.parametrize(
    ("states", "first"),
    [
        (
            ["not_assessable", "met", "uncertain", "met"],
            "Of the tests, two are met, one is uncertain and one cannot be assessed from these data.",
        ),
        (["not_assessable"] * 5, "None of the tests can be assessed from these data."),
        (["met"] * 5, "Of the tests, five are met."),
    ],
)
def test_readings_of_the_tests(states: list[str], first: str) -> None:
    told = Readings(count_states(states))
    assert SAY(told, "five_tests/figure").startswith(first)
    table = SimpleNamespace(counted=told.counted, simulated=False)
    assert SAY(table, "five_tests/table-caption").startswith(f": {first} They are read by")


@pytest.mark.parametrize(
    ("verdict", "words"),
    [("less", "worth less at"), ("hangs", "less or more as prices"), ("unclear", "neither clearly")],
)
def test_what_changes_cost(verdict: str, words: str) -> None:
    net = SimpleNamespace(verdict=SimpleNamespace(verdict=verdict))
    said = SAY(SimpleNamespace(net=net, year="2016/17", simulated=False), "costs/tables/costs")
    assert said.startswith("Taken together, the changes in activity come to")
    assert words in said.partition(". ")[0]
    assert SAY(SimpleNamespace(net=None, year="", simulated=False), "costs/tables/costs").startswith("What the changes")
