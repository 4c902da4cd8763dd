"""A tiny study of open practice-level data, taken by its commands from the tidy tables to the text of the paper."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from analysis.plan.practices import Questions
from analysis.present.provenance.address import slug
from analysis.present.questions.asked import question_headlines
from analysis.present.questions.questions import question_figures as draw
from analysis.release.assemble.document import sources
from analysis.release.render.shortcodes import Values, flatten
from analysis.steps import read_json, write_json, write_text
from tests.practice_world import questions, tidy, write_tidy
from tests.unit.present.phrases import allowed

ROOT = Path(__file__).parents[2]
RESULTS = "sections/questions/results.qmd"
SPAN = re.compile(r'\[([^\]]*)\]\{\.number address="([a-z0-9-]+)"\}')
# Numbers of the plan, which are no results: the level, the year, the step, the limit of a jump, the unit.
PLAN = re.compile(
    r"95% confidence interval|\b20[12]\d\b|every 10 more|by more than 15%|per 1,000|fewer than 1,000 patients"
)


def run(module: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run a step as its rule does."""
    words = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", *texts(value))]
    return subprocess.run(
        [sys.executable, "-m", module, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )  # fmt: skip


def texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [json.dumps({name: each.model_dump(mode="json") for name, each in value.items()})]
    return [*map(str, value)] if isinstance(value, tuple) else [str(value)]


def ran(module: str, **options: object) -> None:
    done = run(module, **options)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the commands of prepare, estimate, assess and present write."""
    out, plan = tmp_path_factory.mktemp("open"), questions()
    write_tidy(out, *tidy())
    ran(
        "analysis.prepare.questions.questions", measures=out / "practice_measures.parquet",
        register=out / "practice_register.parquet", questions=plan, smallest_list="1000", cluster="commissioner",
        fewest="30", out=out / "questions",
    )  # fmt: skip
    for name, each in plan.items():
        frame, part = out / f"questions/{name}.parquet", out / f"parts/{name}.parquet"
        ran("analysis.estimate.questions.questions", frame=frame, questions={name: each}, confidence="0.95", out=part)
    joined(out, plan)
    return out


def joined(out: Path, plan: Questions) -> None:
    estimates, states = out / "estimates.csv", out / "questions/questions.json"
    parts = [str(path) for path in sorted((out / "parts").glob("*.parquet"))]
    done = subprocess.run(
        [sys.executable, "-m", "analysis.estimate.table", "--parts", *parts, "--study", "open", "--plan-digest",
         "0" * 64, "--out", str(estimates), "--unmade", str(out / "not_estimated.csv"),
         "--lineage", str(out / "lineage.json")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    tests = [
        {"test": each, "state": "not_assessable", "title": "", "gap": "", "statement": "", "indicators": []}
        for each in "ab"
    ]
    write_json(out / "tests.json", tests)
    write_text(out / "benchmarks.csv", "outcome,source,scale,value\n")
    ran(
        "analysis.assess.verdicts.verdicts", estimates=estimates, outcomes={}, syntheses={}, tests={}, questions=plan,
        study="open", plan_digest="0" * 64, out=out / "verdicts.csv",
    )  # fmt: skip
    ran(
        "analysis.present.document.sections", estimates=estimates, lineage=out / "lineage.json",
        tests=out / "tests.json", verdicts=out / "verdicts.csv",
        benchmarks=out / "benchmarks.csv", outcomes={}, syntheses={}, inference='{"confidence": 0.95}', questions=plan,
        states=states, addresses=out / "addresses.json", reports=ROOT / "reports",
        out=out / "sections.json", document="open-nhs.qmd",
    )  # fmt: skip
    ran(
        "analysis.present.questions.questions", estimates=estimates, verdicts=out / "verdicts.csv", questions=plan,
        states=states, phrases=allowed("present_questions", "open-nhs"), figures=out / "source/figures"
    )  # fmt: skip
    ran(
        "analysis.present.questions.practice_tables", coverage=out / "practice_coverage.parquet",
        phrases=allowed("present_practice_tables", "open-nhs"),
        out=out / "source/tables/coverage.md",
    )  # fmt: skip


@pytest.fixture(scope="module")
def sections(folder: Path) -> dict[str, str]:
    told: dict[str, str] = read_json(folder / "sections.json")
    return told


@pytest.fixture(scope="module")
def told(sections: dict[str, str]) -> dict[str, str]:
    """The section of each question, and what stands before them."""
    before, *each = re.split(r"^## .* \{#sec-question-(.*)\}$", sections[RESULTS], flags=re.MULTILINE)
    parts = {name.replace("-", "_"): " ".join(text.split()) for name, text in zip(each[::2], each[1::2], strict=True)}
    return parts | {"": before}


def test_every_question_has_its_section_answered_or_not(told: dict[str, str]) -> None:
    assert set(told) == {"", *questions()}
    assert all(part and "nan" not in part for part in told.values())
    assert told["payments"].startswith(
        "This question is left open: no data set on disk holds the payment per patient for 2023. Nothing was estimated "
        "for it."
    )
    summary = "Six questions were asked. The data on disk could answer five; one was left open."
    assert f"# Results {{#sec-results}}\n\n{summary} @tbl-questions sets out" in told[""]
    assert len(re.findall(r"\| (?:answered|left open) \|\n", told[""])) == len(questions())


def test_answers_follow_the_planted_truth(told: dict[str, str]) -> None:
    bare = {name: SPAN.sub(r"\1", each) for name, each in told.items()}
    assert bare["larger_practices"].startswith(
        "Where the number of registered patients is higher, the share of patients who see the GP they prefer is lower: "
        "twice the number of registered patients goes with"
    )
    assert "a rate that is" in bare["children"]
    assert "higher (95% confidence interval +" in bare["children"]
    assert "fell by" in bare["trend"]
    assert "At the most deprived end of the population" in bare["inequality"]
    assert "fell more or rose less where lists grew" in bare["growth"]
    curve = "four knots in place of the straight line over the logarithm is not clearly other than straight (p ="
    assert curve in bare["larger_practices"]
    assert "knots" not in bare["children"]
    assert "That is the direction that was claimed. Practices that grow differ" in bare["growth"]


def test_every_number_in_the_words_has_its_address(folder: Path, told: dict[str, str]) -> None:
    book = {slug(key): entry for key, entry in read_json(folder / "addresses.json").items()}
    for name, said in told.items():
        text = PLAN.sub("", SPAN.sub("", re.sub(r"\{\{.*?\}\}|\{#tbl.*?\}", "", said)))
        assert re.findall(r"\d[\d.]*", text) == [], name
        assert [(shown, at) for shown, at in SPAN.findall(said) if book[at]["text"] != shown] == []
    assert all((ROOT / f"{entry['step'].replace('.', '/')}.py").is_file() for entry in book.values())
    assert all(entry["data"] for entry in book.values())


def test_numbers_are_those_of_the_table(folder: Path) -> None:
    table = pd.read_csv(folder / "estimates.csv", dtype={"horizon": str})
    book = read_json(folder / "addresses.json")
    for name, term in {"inequality": "slope_index", "trend": "first_to_last", "growth": "per_tenth"}.items():
        row = table[(table["outcome"] == name) & (table["term"] == term)].iloc[0]
        (key,) = [key for key in book if key.startswith(f"{name}.") and f".{term}." in key and key.endswith(".size")]
        printed = float(book[key]["text"].split()[0])
        assert printed == pytest.approx(abs(row["estimate"]), abs=0.0501)
    assert not table["simulated"].any()
    assert not (table["outcome"] == "payments").any()


def test_figures_are_drawn_from_the_table(folder: Path) -> None:
    figures, table = folder / "source/figures", pd.read_csv(folder / "estimates.csv", dtype={"horizon": str})
    drawn = pd.read_csv(figures / "question-larger-practices.csv")
    rows = table[(table["outcome"] == "larger_practices") & table["term"].isin(["bin", "fitted"])]
    rows = rows[(rows["term"] == "bin") | (rows["specification"] == "spline")]
    assert sorted(drawn["estimate"]) == pytest.approx(sorted(rows["estimate"]))
    assert set(drawn["term"]) == {"bin", "spline"}
    caption = (figures / "question-larger-practices.md").read_text(encoding="utf-8")
    assert "what a restricted cubic spline with 4 knots expects" in caption
    straight = pd.read_csv(figures / "question-children.csv")
    assert set(straight["term"]) == {"bin", "fitted"}
    for name in questions():
        path = figures / f"question-{slug(name)}"
        assert path.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
        placed = path.with_suffix(".md").read_text(encoding="utf-8")
        assert ("fig-alt" in placed) == (name != "payments")
    assert pd.read_csv(figures / "question-payments.csv").empty


def test_drawn_twice_the_bytes_are_the_same(folder: Path, tmp_path: Path) -> None:
    states = folder / "questions/questions.json"
    draw(
        estimates=folder / "estimates.csv", verdicts=folder / "verdicts.csv", questions=questions(), states=states,
        phrases=allowed("present_questions", "open-nhs"), figures=tmp_path,
    )  # fmt: skip
    before = folder / "source/figures"
    assert [path.name for path in before.iterdir() if path.read_bytes() != (tmp_path / path.name).read_bytes()] == []


def test_results_of_the_paper_come_together(folder: Path, sections: dict[str, str]) -> None:
    source = folder / "source"
    write_text(source / "paper.qmd", sections[RESULTS])
    said = flatten(source, "paper.qmd", Values({}, {}))
    headings = re.findall(r"^## (.*) \{#sec-question-([a-z-]+)\}", said, re.MULTILINE)
    assert [label for label, _ in headings] == [
        f"{each.label[0].upper()}{each.label[1:]}?" for each in questions().values()
    ]
    assert said.count("#fig-question-") == 5
    assert "{{<" not in said
    coverage = (source / "tables/coverage.md").read_text(encoding="utf-8")
    assert "| Payments (`payments`) | – | – | – | – | not on disk |" in coverage


def test_a_break_ends_in_a_sentence_and_leaves_earlier_results(folder: Path, tmp_path: Path) -> None:
    measures, register = tidy()
    survey = measures["measure"] == "see_preferred_gp"
    measures.loc[survey & (measures["year"] > 2020), "series"] = "gpps_2024"
    write_tidy(tmp_path, measures, register)
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions/questions.json").write_text("earlier", encoding="utf-8")
    done = run(
        "analysis.prepare.questions.questions", measures=tmp_path / "practice_measures.parquet",
        register=tmp_path / "practice_register.parquet", questions=questions(), smallest_list="1000",
        cluster="commissioner", fewest="30", out=tmp_path / "questions",
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("error: The question trend compares the share of patients who see the GP they prefer")
    assert "To mend it:" in done.stderr
    assert [path.name for path in (tmp_path / "questions").iterdir()] == ["questions.json"]
    assert (tmp_path / "questions/questions.json").read_text(encoding="utf-8") == "earlier"


def test_a_study_that_reads_no_tests_has_a_paper_without_them(folder: Path, tmp_path: Path) -> None:
    write_json(tmp_path / "tests.json", [])
    ran(
        "analysis.present.document.sections", estimates=folder / "estimates.csv", lineage=folder / "lineage.json",
        tests=tmp_path / "tests.json", verdicts=folder / "verdicts.csv", benchmarks=folder / "benchmarks.csv",
        outcomes={}, syntheses={},
        inference='{"confidence": 0.95}', questions=questions(), states=folder / "questions/questions.json",
        addresses=tmp_path / "addresses.json", reports=ROOT / "reports",
        out=tmp_path / "sections.json", document="open-nhs.qmd",
    )  # fmt: skip
    sections = read_json(tmp_path / "sections.json")
    lines = sections["sections/summary/headlines.qmd"].splitlines()
    assert len(lines) == 3
    assert all(line.startswith("- ") and line.endswith(".") for line in lines)
    assert [sections[f"sections/five_tests/{name}-open.qmd"] for name in ("methods", "results")] == ["", ""]
    # Nothing else in the paper of such a study speaks of them.
    plain = [file for file in sources(ROOT / "reports/open-nhs.qmd", ROOT / "reports") if file.suffix == ".qmd"]
    rest = "\n".join([*sections.values(), *(file.read_text(encoding="utf-8") for file in plain)])
    assert not re.search(r"tbl-tests|fig-tests|sec-tests|five tests", rest)


@pytest.mark.parametrize("states", [("answered",), ("left open",), ("answered", "left open"), ("left open",) * 4])
@pytest.mark.parametrize("tests", [False, True])
def test_there_are_three_headlines_however_few_questions_were_answered(states: tuple[str, ...], tests: bool) -> None:
    asked = [Asked(state == "answered") for state in states]
    lines = question_headlines(asked, tests=tests)  # type: ignore[arg-type]
    assert len(lines) == 3
    first = [line.question for line in lines if line.question][: states.count("answered")]
    assert first == [each for each in asked if each.answered]
    assert any(line.tests for line in lines) == tests
    assert any(line.asked for line in lines)


@dataclass
class Asked:
    """A question of which only this is known."""

    answered: bool
