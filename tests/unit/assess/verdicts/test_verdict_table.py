"""The table of verdicts: what a verdict answers, that rows are found again, and that nothing is told of the unknown."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.answers import ANSWERS, EVERY_ANSWER, UNKNOWN, About, Question, Reason
from analysis.estimates import KEY, read_estimates
from analysis.steps import Problem
from analysis.verdicts import Verdict, Verdicts, key_of, read_verdicts, rows_of, write_verdicts

KEYS = (tuple(f'{column}, with | ; "' for column in KEY),)


def verdict(**changed: object) -> Verdict:
    made = Verdict(
        about=About.OUTCOME, subject="visits", question=Question.BETTER, verdict="open", rule="better", margin=3.0,
        estimates=KEYS, data_digest="a" * 64,
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize("question", list(Question))
def test_a_verdict_answers_the_names_of_its_question_and_no_other(question: Question) -> None:
    for answer in ANSWERS[question]:
        made = verdict(question=question, verdict=answer)
        assert [name for name in ANSWERS[question] if getattr(made, name)] == [answer]
        assert made.known
        for other in EVERY_ANSWER - set(ANSWERS[question]):
            with pytest.raises(AttributeError, match="no answer"):
                getattr(made, other)
    nobody = verdict(question=question, verdict=UNKNOWN, reason=Reason.NOT_ESTIMATED)
    assert nobody.unknown
    assert not any(getattr(nobody, name) for name in ANSWERS[question])


def test_a_misspelt_name_and_a_strange_answer_raise() -> None:
    with pytest.raises(AttributeError, match="`ruled_uot` is no answer to the question `better`"):
        _ = verdict().ruled_uot
    # Whoever asks for what is there finds the answers to its question, and no others.
    assert {"shown", "ruled_out", "open", "known"} <= set(dir(verdict()))
    assert "fell" not in dir(verdict())
    with pytest.raises(ValueError, match="`fell` is no answer"):
        verdict(verdict="fell")


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    made = [
        verdict(),
        verdict(question=Question.WORSE, verdict=UNKNOWN, reason=Reason.TOO_FEW_CLUSTERS, estimates=()),
        verdict(about=About.CHECK, check="without/St Mary's, north", question=Question.SURVIVES, verdict="fades"),
    ]
    write_verdicts(tmp_path / "verdicts.csv", made, "default", "0" * 64)
    read = read_verdicts(tmp_path / "verdicts.csv")
    assert list(read) == made
    assert read.of("visits", "better").open
    assert read.of("visits", "survives", "without/St Mary's, north").lost
    assert [each.check for each in read.each("visits", "survives", About.CHECK)] == ["without/St Mary's, north"]


@pytest.mark.parametrize(
    "made",
    [
        [verdict(), verdict(verdict="shown")],
        [verdict(question=Question.WORSE, verdict=UNKNOWN)],
        [verdict(margin=-1.0)],
        [verdict(rule="")],
        [verdict(reason="somehow")],
    ],
    ids=["two answers", "unknown without a reason", "margin", "rule", "reason"],
)
def test_what_breaks_the_contract_is_not_written(made: list[Verdict], tmp_path: Path) -> None:
    with pytest.raises(Problem, match="does not keep its contract"):
        write_verdicts(tmp_path / "verdicts.csv", made, "default", "0" * 64)
    assert not (tmp_path / "verdicts.csv").exists()


def test_of_none_or_several_nothing_is_picked() -> None:
    several = Verdicts([verdict(), verdict(about=About.DESIGN)])
    with pytest.raises(Problem, match="2 answer to visits, better"):
        several.of("visits", "better")
    assert several.of("visits", "better", about="design").about == "design"
    with pytest.raises(Problem, match="no verdict on visits, worse"):
        several.of("visits", "worse")
    with pytest.raises(ValueError, match="betetr"):
        several.of("visits", "betetr")


def test_every_verdict_of_a_study_rests_on_rows_that_are_there(results: Path) -> None:
    table, judged = read_estimates(results / "estimates.csv"), list(read_verdicts(results / "verdicts.csv"))
    assert {each.about for each in judged} >= {"outcome", "synthesis", "test", "estimate", "check"}
    for each in judged:
        rows = rows_of(each, table)
        assert len(rows) == len(each.estimates)
        assert [key_of(row) for _, row in rows.iterrows()] == list(each.estimates)
        assert each.simulated == bool(rows["simulated"].any())
        assert set(each.data_digest.split()) == set(rows["data_digest"])
        assert each.unknown == (each.reason != "") or each.question == Question.READING


def test_rows_are_judged_one_by_one(results: Path) -> None:
    table, judged = read_estimates(results / "estimates.csv"), read_verdicts(results / "verdicts.csv")
    rows = table[(table["term"] == "effect") & (table["scale"] == "ratio")]
    for _, row in rows.iterrows():
        told = judged.of_row(row)
        assert told.fell == (row["ci_high"] < 1)
        assert told.rose == (row["ci_low"] > 1)
    with pytest.raises(Problem, match="has no verdict"):
        judged.of_row(pd.Series(table[table["term"] == "pre_trend"].iloc[0]))
