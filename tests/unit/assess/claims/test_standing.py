"""A claim stands as its weakest ground; none stands on what is simulated, gone or no fact."""

from pathlib import Path
from typing import Any

import pytest

from analysis.assess.claims.register import Claim, read_register
from analysis.assess.claims.standing import standing
from analysis.assess.verdicts.rules import changes
from analysis.steps import Problem
from analysis.verdicts import About, Question, Verdict, Verdicts


def judged(low: float, high: float, *, simulated: bool = False) -> Verdicts:
    """A synthesis of one outcome with this interval in per cent, judged by the rules and a margin of 3."""
    return Verdicts(
        Verdict(
            about=About.SYNTHESIS, subject="emergency_high_risk", question=question, verdict=verdict, rule=question,
            simulated=simulated, margin=margin, reason="not_estimated" if verdict == "unknown" else "",
        )
        for question, verdict, margin in (
            (Question.DIRECTION, changes.direction(low, high), float("nan")),
            (Question.BETTER, changes.better((low, high), "down", 3), 3.0),
        )
    )  # fmt: skip


def claim(**own: Any) -> Claim:
    condition = {"subject": "emergency_high_risk", "question": "better", "holds": ["shown"], "weakened": ["open"]}
    return Claim.model_validate(
        {"places": ["summary"], "certainty": "low", "looks": "the editor", "conditions": [condition]} | own
    )


@pytest.mark.parametrize(
    ("interval", "stands", "reason"),
    [
        ((-12.0, -3.0), "holds", "as_written"),
        ((-12.0, -2.9), "weakened", "weaker_answer"),
        ((-2.9, 5.0), "fails", "another_answer"),
        ((float("nan"), float("nan")), "fails", "another_answer"),
    ],
)
def test_rows_that_cross_the_margin_move_the_claim(interval: tuple[float, float], stands: str, reason: str) -> None:
    read = standing("fewer", claim(), judged(*interval), {})
    assert (read.standing, read.grounds[0].reason) == (stands, reason)


def test_nothing_about_the_world_rests_on_a_simulated_row() -> None:
    read = standing("fewer", claim(), judged(-12, -5, simulated=True), {})
    assert (read.standing, read.grounds[0].reason) == ("fails", "simulated")


@pytest.mark.parametrize(
    ("facts", "stands", "reason"),
    [
        ({"slic-emergency": "F"}, "holds", "as_written"),
        ({"slic-emergency": "M"}, "fails", "no_fact"),
        ({"slic-emergency": "NF"}, "fails", "no_fact"),
        ({}, "fails", "gone"),
    ],
)
def test_facts_have_to_be_there_and_to_be_facts(facts: dict[str, str], stands: str, reason: str) -> None:
    read = standing("fewer", claim(conditions=[], facts=["slic-emergency"]), judged(-12, -5), facts)
    assert (read.standing, read.grounds[0].reason) == (stands, reason)


def test_the_weakest_ground_decides() -> None:
    read = standing("fewer", claim(facts=["gone", "there"]), judged(-12, -5), {"there": "F"})
    assert read.standing == "fails"
    assert [ground.standing for ground in read.grounds] == ["holds", "fails", "holds"]


def test_a_judgement_that_is_gone() -> None:
    assert standing("fewer", claim(), Verdicts([]), {}).grounds[0].reason == "gone"


REGISTER = """
claims:
  fewer:
    places: [summary]
    conditions: [{subject: emergency_high_risk, question: better, holds: [shown]}]
    certainty: low
    looks: the editor
recommendations:
  wait: {who: commissioners, audience: policy, by_when: the next contract, claims: [fewer]}
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("holds: [shown]", "holds: [proved]", "`proved` is no answer to the question `better`"),
        ("    conditions: [{subject: emergency_high_risk, question: better, holds: [shown]}]\n", "", "rests on"),
        ("claims: [fewer]", "claims: [more]", "`wait` follows from `more`, which is no claim"),
        ("claims: [fewer]", "claims: []", r"recommendations\.wait\.claims"),
        ("certainty: low", "certainty: sure", r"claims\.fewer\.certainty"),
        ("  fewer:", "  Fewer Admissions:", "is no name"),
        ("claims:", "claims: [", "no YAML"),
    ],
)
def test_a_register_names_what_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "claims.yml"
    path.write_text(REGISTER)
    assert read_register(path).claims["fewer"].certainty == "low"
    path.write_text(REGISTER.replace(old, new, 1))
    with pytest.raises(Problem, match=said):
        read_register(path)
