"""What the paper says of questions to practice-level data: no more than the interval, and why one was left open."""

import re
from pathlib import Path
from typing import Any

import pytest

from analysis.estimates import Estimate, NotEstimated
from analysis.plan.practices import AnyQuestion, Gradient, Growth, Inequality, Trend
from analysis.present.questions.asked import asked_page
from analysis.present.questions.page import page
from analysis.present.templates.formats import formats
from analysis.present.templates.sections import render_sections
from analysis.steps import write_json
from tests.unit.present.made_rows import row, sources, statistic

REPORTS = Path(__file__).parents[4] / "reports"
SPAN = re.compile(r"\[([^\]]*)\]\{\.number[^}]*\}")
SEEN = {"measure": "see_preferred_gp", "year": 2023}
YEARS = {"outcome": "see_preferred_gp", "first": 2018, "last": 2023, "good_direction": "up", "label": "l"}
POINTS: dict[str, Any] = {"scale": "points", "n_units": 240, "n_clusters": 12}
ANSWERED = {"state": "answered", "reason": "", "start": 250, "used": 240, "left_out": []}
GRADIENT: dict[str, Any] = {
    "kind": "gradient", "label": "l", "outcome": SEEN, "exposure": {"measure": "list_size", "year": 2023},
    "good_direction": "up",
}  # fmt: skip


def told(
    folder: Path, question: AnyQuestion, rows: list[Estimate], *, unmade: tuple[NotEstimated, ...] = (), **state: Any
) -> dict[str, str]:
    """Answer, detail and notes of the one question `q`, without markup."""
    write_json(folder / "states.json", {"q": ANSWERED | state})
    about = sources(rows, unmade=unmade, questions={"q": question}, files={"states": (folder / "states.json",)})
    say = formats(about.context.book, REPORTS / "phrases")["say"]
    (one,) = page(about)
    return {part: SPAN.sub(r"\1", say(one, f"questions/{part}")) for part in ("answer", "detail", "notes", "state")}


def gradient(estimate: float, half: float | None, scale: str = "points", **more: Any) -> list[Estimate]:
    common: dict[str, Any] = {"design": "cross_section", "specification": "unadjusted"} | POINTS | {"scale": scale}
    means = [
        row("q", "mean", 60.0 - at, 1.0, subgroup=f"{at} of 4", design="cross_section", scale="level")
        for at in range(1, 5)
    ]
    slopes = [row("q", term, estimate, half, **common) for term in ("per_doubling", "slope")]
    alone = row("q", "slope", estimate, half, **(common | {"specification": "unclustered"}))
    return [*means, *slopes, alone]


@pytest.mark.parametrize(
    ("estimate", "half", "claim", "said", "noted"),
    [
        (-5.0, 1.0, "down", "is higher, the share of patients who see the GP they prefer is lower: twice the number of "
         "registered patients goes with 5.0 percentage points less (95% confidence interval −6.0 to −4.0 points).",
         "That is the direction that was claimed."),
        (5.0, 1.0, "down", "is higher, the share of patients who see the GP they prefer is higher: twice the number of "
         "registered patients goes with 5.0 percentage points more (95% confidence interval +4.0 to +6.0 points).",
         "That is the opposite of what was claimed."),
        (5.0, 6.0, "down", "differs with the number of registered patients is not clear: twice the number of "
         "registered patients goes with 5.0 percentage points more (95% confidence interval −1.0 to +11.0 points).",
         "What was claimed is neither shown nor ruled out."),
        (5.0, None, "down", "cannot be told: twice the number of registered patients goes with 5.0 percentage points "
         "more (no interval).", "This compares practices with one another"),
    ],
)  # fmt: skip
def test_a_gradient_says_no_more_than_its_interval(
    tmp_path: Path, estimate: float, half: float | None, claim: str, said: str, noted: str
) -> None:
    words = told(tmp_path, Gradient.model_validate(GRADIENT | {"claim": claim}), gradient(estimate, half))
    assert words["answer"].endswith(said)
    assert words["notes"].startswith(noted)
    assert words["detail"].startswith(
        "In the quarter of practices with the fewest patients the mean is 59.0%, in the next two quarters 58.0% and "
        "57.0%, and in the quarter with the most 56.0%. For each unit of the natural logarithm the difference is "
    )
    assert words["notes"].endswith("All 250 practices with a value took part.")


def test_a_count_is_told_as_a_rate(tmp_path: Path) -> None:
    question = Gradient.model_validate(GRADIENT | {"family": "count", "log_exposure": False, "step": 10})
    rows = [*gradient(1.2, 0.1, scale="ratio"), statistic("q", "dispersion", 3.21, design="cross_section")]
    words = told(tmp_path, question, rows)
    assert words["answer"].endswith(
        "every 10 more on the number of registered patients goes with a rate that is 20.0% higher (95% confidence "
        "interval +10.0% to +30.0%)."
    )
    assert "the mean is 59 per 1,000" in words["detail"]
    assert words["detail"].endswith(
        "Had neighbours been taken as unrelated, the interval of the slope would have run from +10.0% to +30.0%; the "
        "counts vary 3.2 times as much as chance alone would make them."
    )


@pytest.mark.parametrize(("p_value", "said"), [(0.01, "is not straight"), (0.2, "is not clearly other than straight")])
def test_a_curve_bends_or_does_not(tmp_path: Path, p_value: float, said: str) -> None:
    question = Gradient.model_validate(GRADIENT | {"knots": 4})
    bend = statistic("q", "nonlinearity", 2.0, design="cross_section", specification="spline", p_value=p_value)
    words = told(tmp_path, question, [*gradient(-5.0, 1.0), bend])
    assert f"A curve with four knots in place of the straight line over the logarithm {said} (p = " in words["detail"]


def test_a_trend_without_uncertainty_is_told_without_nan(tmp_path: Path) -> None:
    # The same file saved under two years: nothing changed, and nothing varies.
    rows = [row("q", "mean", 40.0, horizon=year, design="trend", scale="level") for year in ("2018", "2023")]
    rows += [row("q", term, 0.0, design="trend", **POINTS) for term in ("first_to_last", "per_year")]
    words = told(tmp_path, Trend.model_validate(YEARS | {"kind": "trend"}), rows)
    assert "nan" not in " ".join(words.values())
    assert words["answer"] == (
        "Between 2018 and 2023 the share of patients who see the GP they prefer changed by 0.0 points, whose "
        "uncertainty is not known."
    )
    assert words["detail"] == (
        "It stood at 40.0% in 2018 and at 40.0% in 2023, in 240 practices of 12 areas. A straight line through the "
        "years gives 0.0 points (no interval) a year."
    )


@pytest.mark.parametrize(
    ("estimate", "half", "said"),
    [
        (-9.0, 2.0, "At the most deprived end of the population the share of patients who see the GP they prefer is "
         "9.0 percentage points lower than at the least deprived end (95% confidence interval −11.0 to −7.0 points)."),
        (1.0, 2.0, "Between the least deprived and the most deprived end of the population the share of patients who "
         "see the GP they prefer does not clearly differ (+1.0 points; 95% confidence interval −1.0 to +3.0 points)."),
    ],
)  # fmt: skip
def test_inequality_is_told_from_end_to_end(tmp_path: Path, estimate: float, half: float, said: str) -> None:
    question = Inequality.model_validate(
        {"kind": "inequality", "label": "l", "outcome": SEEN, "by": {"measure": "imd", "year": 2019},
         "good_direction": "up"}
    )  # fmt: skip
    common: dict[str, Any] = {"design": "inequality"} | POINTS
    rows = [
        *(row("q", "mean", 50.0 - at, 1.0, subgroup=f"{at} of 2", design="inequality", scale="level") for at in (1, 2)),
        row("q", "slope_index", estimate, half, **common), row("q", "gap", -1.0, 0.5, **common),
        row("q", "relative_index", 0.85, 0.05, design="inequality"),
    ]  # fmt: skip
    words = told(tmp_path, question, rows)
    assert words["answer"] == said
    assert words["detail"] == (
        "From the least deprived to the most deprived group of patients the means are 49.0% and 48.0%, in 240 "
        "practices of 12 areas. The most deprived group stands −1.0 points (−1.5 to −0.5 points) against the least "
        "deprived. The relative index of inequality is 0.85 (0.80 to 0.90), where one would be equality."
    )


@pytest.mark.parametrize(
    ("estimate", "half", "said"),
    [
        (
            -2.0,
            0.5,
            "fell more or rose less where lists grew: a tenth more patients go with 2.0 percentage points less",
        ),
        (2.0, 0.5, "rose more or fell less where lists grew: a tenth more patients go with 2.0 percentage points more"),
        (2.0, 3.0, "where lists grew: a tenth more patients go with +2.0 points (95% confidence interval −1.0 to +5.0"),
    ],
)
def test_growth_is_told_where_lists_grew(tmp_path: Path, estimate: float, half: float, said: str) -> None:
    common: dict[str, Any] = {"design": "growth"} | POINTS
    question = Growth.model_validate(YEARS | {"kind": "growth", "jump": 0.15})
    rows = [row("q", "per_tenth", estimate, half, **common), row("q", "change", -3.0, 1.0, **common)]
    words = told(tmp_path, question, rows)
    assert said in words["answer"]
    assert words["detail"] == (
        "Over all practices the change was −3.0 points (−4.0 to −2.0 points), in 240 practices of 12 areas. Too few "
        "practices are known to have grown by more than 15% within one year to be set apart."
    )
    groups = {"jumped": -6.0, "others": -2.5}
    rows += [row("q", "change", each, 1.0, subgroup=name, **(common | {"n_units": 1})) for name, each in groups.items()]
    rows += [row("q", "jump", -3.5, 1.0, **common)]
    assert told(tmp_path, question, rows)["detail"].endswith(
        "In the 1 practice whose list grew by more than 15% within one year the change was −6.0 points (−7.0 to −5.0 "
        "points), in the others −2.5 points (−3.5 to −1.5 points): a difference of −3.5 points (−4.5 to −2.5 points)."
    )


def test_who_was_left_out_is_counted_with_the_reason(tmp_path: Path) -> None:
    left_out = [{"why": "whose list size is not known", "practices": 7}, {"why": "with no area", "practices": 3}]
    words = told(tmp_path, Gradient.model_validate(GRADIENT), gradient(-5.0, 1.0), left_out=left_out)
    assert words["notes"].endswith(
        "Of 250 practices with a value, 240 took part. Left out: 7 whose list size is not known and 3 with no area."
    )


def test_what_has_no_answer_says_why(tmp_path: Path) -> None:
    question = Gradient.model_validate(GRADIENT)
    open_ = told(tmp_path, question, [], state="left open", reason="no data set on disk holds it for 2023")
    assert open_["answer"] == "This question is left open: no data set on disk holds it for 2023."
    assert open_["notes"].startswith("It stays in the plan")
    unmade = (NotEstimated(outcome="q", design="cross_section", reason="negative_binomial_did_not_converge"),)
    failed = told(tmp_path, question, [], unmade=unmade)
    assert failed["answer"] == (
        "This question could not be answered. Not estimated: The negative binomial model did not converge."
    )
    assert (failed["detail"], failed["notes"]) == ("Nothing was estimated for it.", "")
    assert [each["state"] for each in (open_, failed)] == ["left open", "not estimated"]


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (["answered"], "One question was asked, and the data on disk could answer it."),
        (["answered", "answered"], "Two questions were asked, and the data on disk could answer all."),
        (
            ["answered", "left open"],
            "Two questions were asked. The data on disk could answer one; one was left open.",
        ),
    ],
)
def test_questions_are_counted(tmp_path: Path, states: list[str], said: str) -> None:
    plans = {f"q{at}": Gradient.model_validate(GRADIENT) for at, _ in enumerate(states)}
    write_json(
        tmp_path / "states.json",
        {name: ANSWERED | {"state": state} for name, state in zip(plans, states, strict=True)},
    )
    about = sources([], questions=plans, files={"states": (tmp_path / "states.json",)})
    filters = formats(about.context.book, REPORTS / "phrases")
    assert filters["say"](asked_page(about), "questions/summary") == said
    begin = tmp_path / "paper.qmd"
    begin.write_text("{{< include /sections/questions/results.qmd >}}\n", encoding="utf-8")
    (text,) = render_sections(
        REPORTS, [begin], {"questions": page(about), "asked": asked_page(about)}, filters
    ).values()
    assert text.count("\n## L? {#sec-question-q") == len(states)
    assert text.count("\n| L? | ") == len(states)


def test_a_study_without_questions_has_nothing_of_them() -> None:
    assert not page(sources([]))
    assert asked_page(sources([])) is None
