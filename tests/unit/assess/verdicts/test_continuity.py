"""What is judged of continuity: each verdict on the rows that it is about, and on no other."""

from typing import Any

import pytest

from analysis.answers import About
from analysis.estimates import Estimate
from analysis.verdicts import Verdicts
from tests.unit.present.continuity_rows import (
    ASKED,
    NAME,
    OUTCOMES,
    POINTS,
    by_level,
    every_row,
    jump,
    primary,
    same_contacts,
)
from tests.unit.present.made_rows import row, sources, statistic


def judged(rows: list[Estimate], benchmarks: Any = None, index: str = "upc") -> Verdicts:
    outcomes = OUTCOMES | {NAME: OUTCOMES[NAME].model_copy(update={"index": index})}
    return sources(rows, outcomes=outcomes, continuity=ASKED, continuity_benchmarks=benchmarks).verdicts


def beside(**truths: float) -> Any:
    import pandas as pd

    rows = [
        {"outcome": name, "source": "truth", "scale": "points" if name in (NAME, "merger") else "ratio", "value": value,
         "evidence_id": None}
        for name, value in truths.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("first", "same", "answer"),
    [
        (primary(), same_contacts(-3.8, 1.2), "survives"),
        (primary(), same_contacts(-0.5, 1.2), "fades"),
        (primary(), same_contacts(2.0, 1.2), "turns"),
        (primary(-0.2, 1.0), same_contacts(-0.2, 1.2), "stays_unclear"),
        (primary(-0.2, 1.0), same_contacts(), "appears"),
    ],
)
def test_composition_is_judged_by_the_change_at_equal_contacts(first: Estimate, same: Estimate, answer: str) -> None:
    told = judged([first, same]).of(NAME, "survives", "same_contacts", About.CONTINUITY)
    assert told.verdict == answer
    assert len(told.estimates) == 2


def test_without_an_estimate_at_equal_contacts_nobody_knows() -> None:
    told = judged([primary()]).of(NAME, "survives", "same_contacts", About.CONTINUITY)
    assert (told.verdict, told.reason) == ("unknown", "not_estimated")


def test_a_gap_that_was_not_clear_is_neither_wider_nor_narrower() -> None:
    told = judged(every_row())
    assert told.of(NAME, "gap", "imd", About.CONTINUITY).widened
    age = told.of(NAME, "gap", "age", About.CONTINUITY)
    assert (age.verdict, age.reason) == ("unknown", "no_finding")
    assert told.of(NAME, "gap", "conditions", About.CONTINUITY).reason == "not_estimated"


@pytest.mark.parametrize(("p", "answer"), [(0.049, "bends"), (0.05, "unclear"), (0.2, "unclear")])
def test_a_relation_bends_where_its_test_says_so(p: float, answer: str) -> None:
    test = statistic(NAME, "nonlinearity", 2.0, design="practice_size", specification="spline", subgroup="list_size",
                     p_value=p)  # fmt: skip
    told = judged([test])
    assert told.of(NAME, "straight", "list_size", About.CONTINUITY).verdict == answer
    assert told.of(NAME, "straight", "gp_fte", About.CONTINUITY).unknown


def test_truths_are_held_by_the_interval_that_they_are_about() -> None:
    truths = beside(usual_provider=-4.0, patient_level=0.98, list_level=0.98, merger=-4.1)
    told = judged([primary(), *by_level(0.9, 0.97), *jump(-4.5)], truths)
    answers = {name: told.of(name, "truth", about=About.CONTINUITY).verdict for name in truths["outcome"]}
    assert answers == {
        "usual_provider": "holds", "patient_level": "leaves_out", "list_level": "holds", "merger": "holds"
    }  # fmt: skip


def test_the_truth_of_one_index_is_none_of_another() -> None:
    told = judged([primary()], beside(usual_provider=-4.0), index="coc")
    assert told.of("usual_provider", "truth", about=About.CONTINUITY).unknown


def test_what_was_planted_lies_within_bounds_as_far_as_chance_moves_them() -> None:
    ends = {"list_level_corrected_at_most": (1.0, 1.02), "any_sign": (0.99, 0.995)}
    rows = [
        row("acsc", term, value, 0.004, design="mediation", specification=name, scale="ratio")
        for name, values in ends.items()
        for term, value in zip(("bound_low", "bound_high"), values, strict=True)
    ]
    told = judged(rows, beside(mediated=1.023)).each("mediated", "truth", About.CONTINUITY)
    assert {each.check: each.verdict for each in told} == {
        "list_level_corrected_at_most": "holds", "patient_level_at_most": "unknown", "any_sign": "leaves_out"
    }  # fmt: skip


def test_of_a_study_that_asks_nothing_nothing_is_judged() -> None:
    assert not [each for each in sources([primary()], outcomes=OUTCOMES).verdicts if each.about == About.CONTINUITY]


def test_a_gap_rests_on_its_slope_and_the_change_of_it() -> None:
    rows = [
        row(NAME, "slope_index", -5.0, 1.0, design="continuity_gaps", specification="imd", **POINTS),
        row(NAME, "gap_change", 2.0, 0.5, specification="gap_imd", **POINTS),
    ]
    told = judged(rows).of(NAME, "gap", "imd", About.CONTINUITY)
    assert told.narrowed
    assert [key[6] for key in told.estimates] == ["slope_index", "gap_change"]
