"""The paper's words: every number has an address, and the address holds what is printed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from analysis.assess.verdicts.verdicts import verdicts
from analysis.present.document.numbers import numbers
from analysis.present.provenance.address import slug
from analysis.steps import read_json, write_json
from analysis.study import Study, read_study

SPAN = re.compile(r'\[([^\]]*)\]\{\.number address="([a-z0-9-]+)"\}')
# Numbers of the plan and dates, which are no results: the level, the unit, the margin, the months.
PLAN = re.compile(
    r"\b95% confidence interval|per 1,000 patients a year|"
    r"\b(of at least|The plan sets) 3(%| percentage points)"
)
REPORTS = Path(__file__).parents[4] / "reports"


@pytest.fixture(scope="module")
def made(results: Path, prepared: Path, study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("numbers")
    told(results / "estimates.csv", results, prepared, study, out)
    return out


def told(estimates: Path, results: Path, prepared: Path, study: Study, out: Path, *tried: Path) -> None:
    verdicts(
        estimates=estimates, outcomes=study.outcomes, syntheses=study.syntheses, tests=study.tests,
        questions=study.questions, study=study.name, plan_digest=study.plan_digest(), calibration=tried,
        benchmarks=(prepared / "benchmarks.csv",), out=out / "verdicts.csv",
    )  # fmt: skip
    numbers(
        estimates=estimates, lineage=results / "lineage.json", tests=results / "tests.json",
        verdicts=out / "verdicts.csv", benchmarks=prepared / "benchmarks.csv", outcomes=study.outcomes,
        syntheses=study.syntheses,
        inference=study.inference, quality=(prepared / "quality.parquet",),
        published=(prepared / "evidence.parquet",), out=out / "numbers.yml",
        addresses=out / "addresses.json", calibration=tried, reports=REPORTS, sections=out / "sections.json",
        document="paper.qmd",
    )  # fmt: skip


def words(path: Path) -> dict[tuple[str, ...], str]:
    """Every text of the variables, by its key."""
    return dict(leaves(yaml.safe_load(path.read_text(encoding="utf-8"))))


def leaves(value: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*above, key))
    else:
        yield above, value


def test_every_number_has_an_address(made: Path, prepared: Path) -> None:
    spoken = words(made / "numbers.yml")
    assert len(spoken) > 40
    names = pd.read_parquet(prepared / "evidence.parquet")["programme"].unique()  # with years and waves, no results
    named = re.compile("|".join(map(re.escape, names)))
    plain = {key: named.sub("", PLAN.sub("", SPAN.sub("", text))) for key, text in spoken.items()}
    bare = {key: re.findall(r"\d[\d.]*", text) for key, text in plain.items()}
    assert {key: found for key, found in bare.items() if found} == {}


def test_every_address_holds_what_is_printed(made: Path) -> None:
    book = {slug(key): entry["text"] for key, entry in read_json(made / "addresses.json").items()}
    spans = {span for text in words(made / "numbers.yml").values() for span in SPAN.findall(text)}
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
    for key, text in words(made / "numbers.yml").items():
        assert not re.search(r"\bnan\b|\bNone\b|\binf\b|  |\(\)|\{\}", text), key
        assert "-" not in "".join(number for number, _ in SPAN.findall(text)), key


def test_numbers_are_those_of_the_estimates(made: Path, estimates: pd.DataFrame, study: Study) -> None:
    book = read_json(made / "addresses.json")
    rows = estimates[(estimates["term"] == "effect") & estimates["scale"].isin(["ratio", "points"])].set_index(
        "outcome"
    )
    for name in study.outcomes:
        row = rows.loc[name]
        size = 100 * (row["estimate"] - 1) if row["scale"] == "ratio" else row["estimate"]
        printed = float(re.sub(r"[^\d.-]", "", book[f"outcomes.{name}.change"]["text"].replace("−", "-")))
        assert printed == pytest.approx(size, abs=0.0501)


def test_words_follow_the_data(results: Path, prepared: Path, study: Study, tmp_path: Path, made: Path) -> None:
    estimates = pd.read_csv(results / "estimates.csv", dtype={"horizon": str})
    effect = (estimates["outcome"] == "emergency_admissions") & (estimates["term"] == "effect")
    for scale, sizes in {"ratio": (0.9, 0.88, 0.92), "difference": (-10.0, -12.0, -8.0)}.items():
        estimates.loc[effect & (estimates["scale"] == scale), ["estimate", "ci_low", "ci_high"]] = sizes
    estimates.to_csv(tmp_path / "estimates.csv", index=False)
    told(tmp_path / "estimates.csv", results, prepared, study, tmp_path)
    after = words(tmp_path / "numbers.yml")
    assert after["outcomes", "emergency_admissions", "found"].startswith("fell by [10.0%]")
    assert "fewer emergency admissions" in after["outcomes", "emergency_admissions", "events"]
    assert "support the promise" in after["reading", "emergency"]
    assert after["outcomes", "continuity", "found"] == words(made / "numbers.yml")["outcomes", "continuity", "found"]


@pytest.mark.parametrize(("held", "warned"), [(0.855, True), (0.95, False)])
def test_intervals_of_five_sites_have_a_caution_beside_counts_and_beside_shares(
    results: Path, prepared: Path, study: Study, tmp_path: Path, held: float, warned: bool
) -> None:
    cell = {
        "scenario": "no_effect", "sites": 4, "design": "difference_in_differences", "term": "effect",
        "estimator": "poisson_fixed_effects", "worlds": 1000, "coverage": held, "coverage_high": held + 0.02,
    }  # fmt: skip
    pd.DataFrame([cell]).to_csv(tmp_path / "tried.csv", index=False)
    told(results / "estimates.csv", results, prepared, study, tmp_path, tmp_path / "tried.csv")
    said = {
        key[1]: SPAN.sub(r"\1", text) for key, text in words(tmp_path / "numbers.yml").items() if key[0] == "headlines"
    }
    counts = "in simulated pilots of four sites they held the truth in 85.5% of worlds, and not in 95%."
    shares = "Whether intervals of shares are too narrow with so few sites was not tried; those of counts are."
    assert said["one"].endswith(counts) == said["three"].endswith(shares) == warned
    assert [" ".join(said.values()).count(each) for each in (counts, shares)] == [int(warned)] * 2
    # An own paper has each of the two once in its list of findings and in its methods, and a word at every interval.
    spoken = {key: SPAN.sub(r"\1", text) for key, text in words(tmp_path / "numbers.yml").items()}
    findings = " ".join(spoken["outcomes", name, "finding"] for name in study.outcomes)
    assert [findings.count(each) for each in (counts, shares)] == [int(warned)] * 2
    assert spoken["calibrated", "counts"].endswith(counts) == (spoken["calibrated", "shares"] == shares) == warned
    assert all(bool(spoken["outcomes", name, "caution"]) == warned for name in study.outcomes)


def test_a_study_without_pilots(results: Path, prepared: Path, root: Path, tmp_path: Path) -> None:
    study, folder = read_study(root / "studies" / "evidence.yaml"), tmp_path
    table = pd.read_csv(results / "estimates.csv", dtype={"horizon": str})
    table[table["design"] == "synthesis"].to_csv(folder / "estimates.csv", index=False)
    (folder / "benchmarks.csv").write_text("outcome,source,scale,value\n", encoding="utf-8")
    reading = {"state": "uncertain", "title": "", "statement": "", "gap": "", "indicators": []}
    write_json(folder / "tests.json", [{"test": test} | reading for test in ("T1", "T2")])
    verdicts(
        estimates=folder / "estimates.csv", outcomes={}, syntheses=study.syntheses, tests={}, questions={},
        study=study.name, plan_digest=study.plan_digest(), out=folder / "verdicts.csv",
    )  # fmt: skip
    numbers(
        estimates=folder / "estimates.csv", lineage=results / "lineage.json", tests=folder / "tests.json",
        verdicts=folder / "verdicts.csv", benchmarks=folder / "benchmarks.csv", outcomes={},
        syntheses=study.syntheses, inference=study.inference,
        published=(prepared / "evidence.parquet",), out=folder / "numbers.yml", addresses=folder / "addresses.json",
        reports=REPORTS,
        sections=folder / "sections.json",
        document="evidence.qmd",
    )  # fmt: skip
    spoken = words(folder / "numbers.yml")
    pooled = table[table["term"] == "pooled"].iloc[0]
    size = f"{abs(100 * (pooled['estimate'] - 1)):.1f}%"
    first = re.sub(SPAN, r"\1", spoken["headlines", "one"])
    more = "more" if pooled["estimate"] > 1 else "fewer"
    known = int(((table["term"] == "study") & (table["specification"] == "in_synthesis")).sum())
    assert f"evaluations of emergency admissions can be pooled. They average {size} {more} " in first
    assert first.startswith(["No", "One", "Two", "Three", "Four", "Five"][known])
    assert ("leaves out no change" in first) == (pooled["ci_low"] > 1 or pooled["ci_high"] < 1)
    sections = read_json(folder / "sections.json")
    read = sections["sections/five_tests/results-evidence.qmd"]
    assert "The plan reads two of the five tests: two are uncertain." in read
    assert not any("simulated" in entry["data"] for entry in read_json(folder / "addresses.json").values())
