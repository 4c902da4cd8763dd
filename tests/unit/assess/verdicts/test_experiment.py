"""What is judged of an experiment: each arm, and whether our intervals hold what others published."""

from io import StringIO

import pandas as pd
import pytest

from analysis.answers import About, Question
from tests.judging import judged
from tests.unit.present.experiment.test_page import PLAN, PUBLISHED, rows
from tests.unit.present.made_rows import table


def published(text: str) -> dict[str, str]:
    beside = {About.EXPERIMENT: pd.read_csv(StringIO(text))}
    verdicts = judged(table(rows()), experiment=PLAN, benchmarks=beside)
    return {
        f"{name}/{each.check}": each.verdict
        for name in ("visits", "admissions", "mdvis")
        for each in verdicts.each(name, Question.PUBLISHED, About.EXPERIMENT)
    }


def test_published_means_and_coefficients_are_judged_beside_our_intervals() -> None:
    # Our means are 4.5483 and 3.1, each with 0.1 to both sides. Coefficients have no interval here.
    assert published(PUBLISHED) == {
        "visits/free/others1987": "holds", "visits/half/others1987": "holds",
        "mdvis/lncoins/statsmodels": "unknown", "mdvis/constant/statsmodels": "unknown",
    }  # fmt: skip


@pytest.mark.parametrize(("value", "answer"), [("4.44", "leaves_out"), ("4.45", "holds"), ("4.7", "leaves_out")])
def test_a_published_mean_beside_our_interval(value: str, answer: str) -> None:
    assert published(PUBLISHED.replace("4.55", value))["visits/free/others1987"] == answer


def test_what_the_plan_sets_beside_nothing_is_not_judged() -> None:
    more = "visits,free,strangers2000,9,1,rand\nbeds,free,others1987,9,1,rand\n"
    assert published(PUBLISHED + more) == published(PUBLISHED)
