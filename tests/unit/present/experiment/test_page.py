"""What the paper says of an experiment: no more than each interval, and how near published values lie."""

import re
from pathlib import Path
from typing import Any

import pytest

from analysis.estimates import Estimate
from analysis.plan.experiment import Experiment
from analysis.present.experiment.agreement import apart
from analysis.present.experiment.page import ExperimentPage, page
from analysis.present.templates.formats import formats
from analysis.present.templates.sections import render_sections
from tests.unit.present.made_rows import row, sources

REPORTS = Path(__file__).parents[4] / "reports"
SPAN = re.compile(r"\[([^\]]*)\]\{[^}]*\}")
PLAN = Experiment.model_validate(
    {
        "dataset": "made", "arm_column": "plan", "person": "person", "reference": "free", "headline": "half",
        "arms": {"free": {"label": "free care", "values": [1]}, "half": {"label": "half the bill", "values": [2, 3]}},
        "outcomes": {
            "visits": {"label": "visits", "columns": ["mdvis"]},
            "admissions": {"label": "admissions", "columns": ["inpatient"]},
        },
        "other_reading": {"values": [3], "arm": "free"},
        "beside": {"others1987": "Others"},
        "specification": {"outcome": "mdvis", "covariates": ["lncoins"]},
    }
)  # fmt: skip
DESIGN: dict[str, Any] = {"design": "experiment", "estimator": "poisson"}
PUBLISHED = (
    "outcome,subgroup,study,value,ratio,data\n"
    "visits,free,others1987,4.55,1,rand\n"
    "visits,half,others1987,3.0,0.66,rand\n"
    "mdvis,lncoins,statsmodels,-0.0525351,,rand\n"
    "mdvis,constant,statsmodels,0.7,,rand\n"
)


def effect(outcome: str, ratio: float, half: float | None, **more: Any) -> Estimate:
    return row(outcome, "arm_effect", ratio, half, subgroup="half", **(DESIGN | more))


def rows(ratio: float = 0.7, half: float | None = 0.05) -> list[Estimate]:
    means = {"visits": (4.5483, 3.1), "admissions": (0.128, 0.1)}
    model = {"lncoins": (-0.0525352, 0.003), "constant": (0.7, 0.02)}
    return [
        *(
            row(name, "arm_mean", mean, 0.1, subgroup=arm, scale="rate", n_units=5912, n_obs=20190, **DESIGN)
            for name, both in means.items()
            for arm, mean in zip(("free", "half"), both, strict=True)
        ),
        effect("visits", ratio, half),
        effect("visits", 0.8, 0.3, specification="other_reading"),
        *(
            row("mdvis", term, value, std_error=error * times, subgroup=term, scale="statistic",
                specification=name, **DESIGN)
            for term, (value, error) in model.items()
            for name, times in (("published", 1.0), ("published_clustered", 2.5))
        ),
    ]  # fmt: skip


def shown(folder: Path, made: list[Estimate], published: str = PUBLISHED) -> tuple[ExperimentPage, Any]:
    """The page of an experiment, and what prints a phrase about a part of it without markup."""
    (folder / "arms.csv").write_text(published, encoding="utf-8")
    about = sources(made, experiment=PLAN, files={"arms": (folder / "arms.csv",)})
    told, say = page(about), formats(about.context.book, REPORTS / "phrases")["say"]
    assert told
    return told, lambda part, name: SPAN.sub(r"\1", say(part, f"experiment/{name}"))


@pytest.mark.parametrize(
    ("ratio", "half", "said"),
    [
        (
            0.7, 0.05, "Under half the bill there were 30.0% fewer visits than under free care (95% confidence "
            "interval −35.0% to −25.0%).",
        ),
        (
            1.2, 0.05, "Under half the bill there were 20.0% more visits than under free care (95% confidence interval "
            "+15.0% to +25.0%).",
        ),
        (
            0.9, 0.2, "Under half the bill, visits did not clearly differ from those under free care (−10.0%; 95% "
            "confidence interval −30.0% to +10.0%).",
        ),
        (
            0.9, None, "Whether visits under half the bill differ from those under free care cannot be told (−10.0%; "
            "no interval).",
        ),
    ],
)  # fmt: skip
def test_an_arm_says_no_more_than_its_interval(tmp_path: Path, ratio: float, half: float | None, said: str) -> None:
    told, say = shown(tmp_path, rows(ratio, half))
    assert [say(each, "found") for each in told.outcomes.visits.arms] == [said]
    assert say(told.outcomes.visits.leading, "found") == said


def test_the_other_reading_stands_beside_it(tmp_path: Path) -> None:
    told, say = shown(tmp_path, rows())
    assert say(told.outcomes.visits.otherwise, "otherwise").startswith(
        "If the one plan in doubt is counted under free care, under half the bill, visits did not clearly differ"
    )


def test_published_means_are_set_beside_ours(tmp_path: Path) -> None:
    told, say = shown(tmp_path, rows())
    (agreement,) = told.outcomes.visits.beside
    assert say(agreement, "agreement") == (
        "The two means of visits from Others differ from ours by 0.10 or less. Their means put the change under half "
        "the bill at −34.0%; ours is −30.0%."
    )
    assert told.outcomes.admissions.beside == ()


def test_the_published_model_is_compared_term_by_term(tmp_path: Path) -> None:
    told, _ = shown(tmp_path, rows())
    assert told.model
    assert (told.model.terms.text, told.model.times.text, told.model.decimals.text) == ("2", "2.5", "6")
    assert shown(tmp_path, rows(), PUBLISHED.partition("mdvis")[0])[0].model is None


@pytest.mark.parametrize("made", [[], rows()], ids=["nothing", "one outcome only"])
def test_what_was_not_estimated_leaves_whole_sentences(tmp_path: Path, made: list[Estimate]) -> None:
    told, say = shown(tmp_path, made)
    assert say(told.outcomes.admissions.leading, "found") == (
        "What half the bill changed in admissions could not be estimated."
    )
    about = sources(made, experiment=PLAN, files={"arms": (tmp_path / "arms.csv",)})
    begin = tmp_path / "paper.qmd"
    begin.write_text(
        "{{< include /sections/experiment/design.qmd >}}\n{{< include /sections/experiment/results.qmd >}}\n", "utf-8"
    )
    filters = formats(about.context.book, REPORTS / "phrases")
    texts = render_sections(REPORTS, [begin], {"experiment": page(about)}, filters)
    assert len(texts) == 2
    assert not re.search(r"\bnan\b|\bNone\b", " ".join(texts.values()))
    assert ("## The published model" in texts["sections/experiment/results.qmd"]) == bool(made)


def test_a_study_without_an_experiment_has_nothing_of_one() -> None:
    assert page(sources([])) is None


@pytest.mark.parametrize(
    ("most", "largest", "said"),
    [
        (0.0048, 4.55, ("0.01", True)),
        (0.1084, 4.44, ("0.11", False)),
        (0.11, 4.44, ("0.11", False)),
        (0.0001, 0.128, ("0.001", True)),
        (0.0021, 0.128, ("0.003", False)),
    ],
)
def test_a_difference_has_the_decimals_of_the_means(most: float, largest: float, said: tuple[str, bool]) -> None:
    assert apart(most, largest) == said
