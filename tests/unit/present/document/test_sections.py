"""The paper's words: every number has an address, and the address holds what is printed."""

import re
from pathlib import Path

import pandas as pd
import pytest

from analysis.assess.verdicts.judged import JudgedPlan
from analysis.assess.verdicts.verdicts import JudgedFiles, verdicts
from analysis.present.document.sections import sections as write_sections
from analysis.present.provenance.address import slug
from analysis.present.provenance.sources import PaperFiles, PaperPlan
from analysis.release.publish.publish import headlines
from analysis.steps import read_json, write_json
from analysis.study import Study, read_study

SPAN = re.compile(r'\[([^\]]*)\]\{\.number address="([a-z0-9-]+)"\}')
# Numbers of the plan and dates, which are no results: the level, the unit, the margin, the months.
PLAN = re.compile(
    r"\b95% confidence interval|per 1,000 patients a year|"
    r"\b(of at least|The plan sets) 3(%| percentage points)|"
    r"\b[A-Z][a-z]+ \d{4}\b"
)
REPORTS = Path(__file__).parents[4] / "reports"


@pytest.fixture(scope="module")
def made(results: Path, prepared: Path, study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("numbers")
    told(results / "estimates.csv", results, prepared, study, out)
    return out


def told(estimates: Path, results: Path, prepared: Path, study: Study, out: Path, document: str = "paper.qmd") -> None:
    judged_by = JudgedPlan(
        outcomes=study.outcomes, syntheses=study.syntheses, tests=study.tests, questions=study.questions
    )
    judged = JudgedFiles(estimates=estimates, benchmarks=(prepared / "benchmarks.csv",))
    digest = study.plan_digest()
    verdicts(plan=judged_by, files=judged, study=study.name, plan_digest=digest, out=out / "verdicts.csv")
    plan = PaperPlan(outcomes=study.outcomes, syntheses=study.syntheses, inference=study.inference)
    files = PaperFiles(
        estimates=estimates, lineage=results / "lineage.json", tests=results / "tests.json",
        verdicts=out / "verdicts.csv", benchmarks=prepared / "benchmarks.csv", reports=REPORTS, document=document,
        quality=(prepared / "quality.parquet",), published=(prepared / "evidence.parquet",),
    )  # fmt: skip
    write_sections(plan=plan, files=files, out=out / "sections.json", addresses=out / "addresses.json")


def sections(folder: Path) -> dict[str, str]:
    """The text of every section that is a template, without addresses, by its name."""
    made: dict[str, str] = read_json(folder / "sections.json")
    return {name.removeprefix("sections/").removesuffix(".qmd"): bare(text) for name, text in made.items()}


def bare(text: str) -> str:
    """A text without addresses, on one line."""
    return " ".join(SPAN.sub(r"\1", text).split())


def test_every_number_has_an_address(made: Path, prepared: Path) -> None:
    names = pd.read_parquet(prepared / "evidence.parquet")["programme"].unique()  # with years and waves, no results
    named = re.compile("|".join(map(re.escape, names)))
    found = {}
    for name, text in read_json(made / "sections.json").items():
        template = (REPORTS / f"{name}.j2").read_text(encoding="utf-8")
        # A table has no room for addresses.
        plain = named.sub("", PLAN.sub("", SPAN.sub("", re.sub(r"(?m)^(\||: ).*$", "", text))))
        found[name] = set(re.findall(r"\d[\d.]*", plain)) - set(re.findall(r"\d[\d.]*", template))
    assert len(found) > 20
    assert {name: numbers for name, numbers in found.items() if numbers} == {}


def test_every_address_holds_what_is_printed(made: Path) -> None:
    book = {slug(key): entry["text"] for key, entry in read_json(made / "addresses.json").items()}
    texts = read_json(made / "sections.json")
    spans = {span for text in texts.values() for span in SPAN.findall(text)}
    assert len(spans) > 40
    assert {address: book.get(address) for _, address in spans} == {address: text for text, address in spans}
    assert len({address for _, address in spans}) == len(spans)


def test_no_two_keys_share_an_address(made: Path) -> None:
    keys = list(read_json(made / "addresses.json"))
    assert len({slug(key) for key in keys}) == len(keys)


def test_every_number_has_an_origin(made: Path, root: Path) -> None:
    for key, entry in read_json(made / "addresses.json").items():
        assert (root / f"{entry['step'].replace('.', '/')}.py").is_file(), key
        assert entry["place"], key
        assert entry["data"], key


def test_only_simulated_data_say_so(made: Path) -> None:
    for key, entry in read_json(made / "addresses.json").items():
        assert ("(simulated)" in entry["data"]) == ("reference-pilots" in entry["data"]), key


def test_every_row_names_the_command_that_computed_it(made: Path, estimates: pd.DataFrame, root: Path) -> None:
    assert estimates["step"].nunique() > 3
    commands = [root / f"{step.replace('.', '/')}.py" for step in estimates["step"].unique()]
    assert all('if __name__ == "__main__"' in path.read_text(encoding="utf-8") for path in commands)


def test_words_are_whole(made: Path) -> None:
    for key, text in read_json(made / "sections.json").items():
        assert not re.search(r"\bnan\b|\bNone\b(?! of)|\binf\b|\(\)|\{\}", text), key
        assert "-" not in "".join(number for number, _ in SPAN.findall(text)), key


def test_numbers_are_those_of_the_estimates(made: Path, estimates: pd.DataFrame, study: Study) -> None:
    book = read_json(made / "addresses.json")
    rows = estimates[(estimates["term"] == "effect") & estimates["scale"].isin(["ratio", "points"])].set_index(
        "outcome"
    )
    told = [name for name in study.outcomes if name in rows.index]
    for name in told:
        row = rows.loc[name]
        size = 100 * (row["estimate"] - 1) if row["scale"] == "ratio" else row["estimate"]
        place = f"estimates.csv: outcome={name}, design=difference_in_differences, term=effect, scale={row['scale']}"
        printed = [entry["text"] for key, entry in book.items()
                   if entry["place"] == place and key.endswith((".estimate.signed", ".estimate.size"))]  # fmt: skip
        assert printed or name not in PAPER, name
        numbers = [float(re.sub(r"[^\d.]", "", each)) for each in printed]
        assert numbers == pytest.approx([abs(size)] * len(numbers), abs=0.0501)


# The outcomes that sections of the paper tell of by their names.
PAPER = (
    "emergency_admissions", "elective_admissions", "outpatient_attendances", "continuity", "ae_attendances",
    "acsc_admissions", "bed_days", "readmissions",
)  # fmt: skip


def test_words_follow_the_data(results: Path, prepared: Path, study: Study, tmp_path: Path, made: Path) -> None:
    estimates = pd.read_csv(results / "estimates.csv", dtype={"horizon": str})
    effect = (estimates["outcome"] == "emergency_admissions") & (estimates["term"] == "effect")
    for scale, sizes in {"ratio": (0.9, 0.88, 0.92), "difference": (-10.0, -12.0, -8.0)}.items():
        estimates.loc[effect & (estimates["scale"] == scale), ["estimate", "ci_low", "ci_high"]] = sizes
    estimates.to_csv(tmp_path / "estimates.csv", index=False)
    told(tmp_path / "estimates.csv", results, prepared, study, tmp_path)
    after, before = sections(tmp_path), sections(made)
    assert "Emergency admissions fell by 10.0%" in after["outcomes/emergency"]
    assert "fewer emergency admissions" in after["outcomes/emergency"]
    assert "support the promise" in after["advice/discussion"]
    assert after["summary/headlines"].startswith("- In the simulated pilots, emergency admissions fell by 10.0%")
    assert after["outcomes/continuity"] == before["outcomes/continuity"]


def test_a_paper_of_ones_own_has_a_section_for_each_outcome(
    results: Path, prepared: Path, study: Study, tmp_path: Path
) -> None:
    told(results / "estimates.csv", results, prepared, study, tmp_path, "own-study.qmd")
    text, summary = read_json(tmp_path / "sections.json")["sections/outcomes/results-own.qmd"], sections(tmp_path)
    for name, each in study.outcomes.items():
        heading = f"## {each.label[0].upper()}{each.label[1:]} {{#sec-outcome-{slug(name)}}}"
        assert text.count(heading) == 1
        assert f"{each.label} " in summary["summary/executive-summary-own"]
    assert text.count("include /figures/event-") == len(study.activity())
    assert text.count("smallest change that matters") + text.count("these data cannot tell") == len(study.outcomes)
    assert not re.search(r"\n\n\n|  ", text)


def test_the_headlines_are_told_in_the_same_words_everywhere(made: Path) -> None:
    text = read_json(made / "sections.json")
    for line in text["sections/summary/headlines.qmd"].splitlines():
        assert line in text["sections/summary/key-points.qmd"].splitlines()
    assert text["sections/summary/headlines.qmd"].count("\n- ") == 2
    assert headlines(made / "sections.json") == [
        line[2:] for line in SPAN.sub(r"\1", text["sections/summary/headlines.qmd"]).splitlines()
    ]


def test_a_study_without_pilots(results: Path, prepared: Path, root: Path, tmp_path: Path) -> None:
    study, folder = read_study(root / "studies" / "evidence.yaml"), tmp_path
    table = pd.read_csv(results / "estimates.csv", dtype={"horizon": str})
    table[table["design"] == "synthesis"].to_csv(folder / "estimates.csv", index=False)
    (folder / "benchmarks.csv").write_text("outcome,source,scale,value\n", encoding="utf-8")
    reading = {"state": "uncertain", "title": "", "statement": "", "gap": "", "indicators": []}
    write_json(folder / "tests.json", [{"test": test} | reading for test in ("T1", "T2")])
    judged = JudgedFiles(estimates=folder / "estimates.csv")
    by, digest = JudgedPlan(syntheses=study.syntheses), study.plan_digest()
    verdicts(plan=by, files=judged, study=study.name, plan_digest=digest, out=folder / "verdicts.csv")
    files = PaperFiles(
        estimates=folder / "estimates.csv", lineage=results / "lineage.json", tests=folder / "tests.json",
        verdicts=folder / "verdicts.csv", benchmarks=folder / "benchmarks.csv", reports=REPORTS,
        document="evidence.qmd", published=(prepared / "evidence.parquet",),
    )  # fmt: skip
    plan = PaperPlan(syntheses=study.syntheses, inference=study.inference)
    write_sections(plan=plan, files=files, out=folder / "sections.json", addresses=folder / "addresses.json")
    pooled = table[table["term"] == "pooled"].iloc[0]
    size = f"{abs(100 * (pooled['estimate'] - 1)):.1f}%"
    first = headlines(folder / "sections.json")[0]
    more = "more" if pooled["estimate"] > 1 else "fewer"
    known = int(((table["term"] == "study") & (table["specification"] == "in_synthesis")).sum())
    assert f"evaluations of emergency admissions can be pooled. They average {size} {more} " in first
    assert first.startswith(["No", "One", "Two", "Three", "Four", "Five"][known])
    assert ("leaves out no change" in first) == (pooled["ci_low"] > 1 or pooled["ci_high"] < 1)
    sections = read_json(folder / "sections.json")
    read = sections["sections/five_tests/results-evidence.qmd"]
    assert "The plan reads two of the five tests: two are uncertain." in read
    assert not any("simulated" in entry["data"] for entry in read_json(folder / "addresses.json").values())
