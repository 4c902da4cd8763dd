"""Every section reads as a text whatever came out: nothing missing, nothing left over, nothing said twice."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from analysis.study import read_study
from tests.e2e.clone import Clone
from tests.e2e.scenarios import SCENARIOS

SPAN = re.compile(r"\[([^\[\]]*)\]\{[^{}]*\}")
CODE = re.compile(r"^(:::|\||#|\{\{<|!\[|- \{\{<)")
FAULTS = {
    "a tag or an undefined value": r"<%|%>|<<|>>|\bUndefined\b|\bNone\b(?! (?:of|is|was|could|has))|\{\}",
    "a number that is none": r"(?<![\w./-])[+−-]?(?:nan|NaN|inf)(?![\w-])",
    "two spaces or stops": r"[a-z]  [a-z]|(?<!\.)\.\.(?!\.)|,,|;;|\(\)| ,| \.(?= |$)",
    "a wrong article": r"\ba (?:[aio]\w|e(?!u)\w|u(?!n[ai]|s|k|t))|\ban (?![aeiouAEIOUhFHLMNRSX8]|11|18)",
    "one of many": r"\b1 (?:practices|sites|patients|contacts|months|areas|checks|outcomes|evaluations)\b",
    "a sentence that begins small": r"(?<!vs)(?<!e\.g)(?<!i\.e)(?<!al)\. [a-z](?!\.)",
}


def rendered(built: Clone, study: str, scenario: str, out: Path) -> dict[str, str]:
    """The sections that templates become when a study's results had been others."""
    results = Path("results", study)
    plan = read_study(built.folder / ("config.yaml" if study == "default" else f"studies/{study}.yaml"))
    good = {name: each.good_direction for name, each in (plan.outcomes | plan.syntheses).items()}
    table = pd.read_csv(built.folder / results / "assess/disclosed/estimates.csv", dtype={"horizon": str})
    SCENARIOS[scenario](table, good).to_csv(out / "estimates.csv", index=False)
    judged, read = {"verdicts": out / "verdicts.csv"}, {"tests": out / "tests.json"}
    made = {"addresses": "addresses.json", "out": "sections.json"}
    ran(built, results, "assess.verdicts.verdicts", "assess_verdicts", out, {"out": judged["verdicts"]})
    ran(built, results, "assess.five_tests.five_tests", "assess_tests", out, judged | {"out": read["tests"]})
    places = {name: out / place for name, place in made.items()}
    ran(built, results, "present.document.sections", "present_sections", out, judged | read | places)
    return dict(json.loads((out / "sections.json").read_text(encoding="utf-8")))


def ran(built: Clone, results: Path, module: str, step: str, out: Path, given: dict[str, Path]) -> None:
    """Run a step as the last run did, with other files where they are given."""
    words = [f"--{name}={path}" for name, path in (given | {"estimates": out / "estimates.csv"}).items()]
    done = subprocess.run(
        [sys.executable, "-m", f"analysis.{module}", f"--arguments={results}/steps/{step}.json", *words],
        cwd=built.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def paragraphs(text: str) -> Iterator[str]:
    for part in re.split(r"\n\s*\n", SPAN.sub(r"\1", text)):
        told = " ".join(line for line in part.splitlines() if not CODE.match(line))
        if told.strip():
            yield " ".join(told.split(" ")).strip()


def faults(sections: dict[str, str]) -> Iterator[str]:
    """Everything that a reader would stumble over."""
    for place, text in sections.items():
        for paragraph in paragraphs(text):
            said: set[str] = set()
            for name, pattern in FAULTS.items():
                if found := re.search(pattern, paragraph):
                    yield f"{place}: {name}: …{paragraph[max(0, found.start() - 50) : found.end() + 30]}…"
            for sentence in re.split(r"(?<=[.!?]) (?=[A-Z])", paragraph):
                if len(sentence) > 40 and sentence in said:
                    yield f"{place}: said twice: {sentence}"
                said.add(sentence)
        bare = re.sub(r"^\{\{<.*$", "x", text, flags=re.MULTILINE)
        for level, heading in re.findall(r"^(#+) (.+)\n+(?=\1 |#{1,2} )", bare, flags=re.MULTILINE):
            if len(level) > 1:
                yield f"{place}: nothing below the heading {heading}"


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("study", ["default", "evidence"])
def test_every_section_reads_whatever_came_out(built: Clone, tmp_path: Path, study: str, scenario: str) -> None:
    sections = rendered(built, study, scenario, tmp_path)
    assert sections
    assert list(faults(sections)) == []
