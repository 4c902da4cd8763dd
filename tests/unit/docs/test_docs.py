"""What README, documentation and package files promise agrees with the code and with one another."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from analysis.plan.terms import Period
from analysis.prepare.contract import contract
from analysis.prepare.contract.raw import read_raw
from analysis.prepare.events.event_contract import EVENT_TABLES
from analysis.prepare.events.event_faults import faults
from analysis.prepare.events.events import engine, event_select
from analysis.steps import Problem

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "reports" / "LICENSE.md", *sorted(DOCS.glob("*.md"))]
MODELS = {name: each for name, each in vars(contract).items() if getattr(each, "__base__", None) is contract.Table}
TYPES = {"float64": "number", "int64": "whole number"}


def section(name: str) -> str:
    """The part of the contract page on one table."""
    page = (DOCS / "data-contract.md").read_text(encoding="utf-8")
    return next(part for part in page.split("\n## ") if part.startswith(f"{name.lower()}\n"))


def told(name: str) -> dict[str, list[str]]:
    """Type, emptiness and rule of every column that the page tells of."""
    rows = [line.strip("| ").split(" | ") for line in section(name).splitlines() if line.startswith("| `")]
    return {cells[0].strip("`"): cells[1:] for cells in rows}


def example(name: str, folder: Path) -> Path:
    path = folder / f"{name}.csv"
    path.write_text(section(name).split("```csv\n")[1].split("```")[0], encoding="utf-8")
    return path


@pytest.mark.parametrize("name", MODELS)
def test_contract_page_has_the_columns_and_types_of_the_model(name: str) -> None:
    columns = MODELS[name].to_schema().columns
    assert {column: cells[0] for column, cells in told(name).items()} == {
        column: TYPES.get(str(rule.dtype), "text") for column, rule in columns.items()
    }


@pytest.mark.parametrize("name", MODELS)
def test_example_rows_keep_the_contract(name: str, tmp_path: Path) -> None:
    frame = read_raw(example(name, tmp_path), MODELS[name])
    assert list(frame.columns) == list(told(name))


@pytest.mark.parametrize(("name", "column"), [(name, column) for name in MODELS for column in told(name)])
def test_cells_may_be_empty_where_the_page_says_so(name: str, column: str, tmp_path: Path) -> None:
    path = example(name, tmp_path)
    frame = pd.read_csv(path, dtype=str, keep_default_na=False).assign(**{column: ""})
    frame.to_csv(path, index=False)
    kind, empty, _ = told(name)[column]
    if empty == "yes":
        read_raw(path, MODELS[name])
    elif kind != "text":  # an empty text may also be refused later, by what names nothing
        with pytest.raises(Problem, match=column):
            read_raw(path, MODELS[name])


@pytest.mark.parametrize("name", EVENT_TABLES)
def test_contract_page_has_the_columns_of_the_event_table(name: str) -> None:
    table = EVENT_TABLES[name]
    assert told(name) == {
        column.name: [
            column.type,
            "yes" if column.empty else "no",
            column.rule + ("" if column.needed else "; the column may be left out"),
        ]
        for column in table.columns
    }


@pytest.mark.parametrize("name", EVENT_TABLES)
def test_example_events_have_no_faults(name: str, tmp_path: Path) -> None:
    table, path = EVENT_TABLES[name], example(name, tmp_path)
    with engine(path) as (connection, _):
        query = event_select(connection, table, [path], {})
        days = [str(row[0])[:7] for row in connection.execute(f"SELECT {table.date} FROM ({query})").fetchall()]
        months = Period(first="2009-01", last="2009-12")
        found = faults(connection, table, [path], columns={}, practices={"P0001"}, months=months)
    assert {each.check for each in found} == ({"months"} if table.monthly else set())
    assert not table.monthly or set(days) <= {"2009-04", "2009-05", "2009-06"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    local = [target for target in targets if not target.startswith("http") and not target.startswith("reference/")]
    assert local or page.name == "CHANGELOG.md"
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_paths_in_the_text_exist() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = re.findall(r"`((?:analysis|workflow|studies|reports|data|tests)/[\w./-]*)`", text)
    made = {"reports/releases/", "studies/my-study.yaml", "data/raw/.packages"}
    assert len(named) > 5
    assert [path for path in named if not (ROOT / path).exists() and path not in made] == []


def test_commands_are_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    commands = set(re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)", README, re.MULTILINE))
    asked = {name for pair in commands for name in pair if name}
    assert asked == {"paper", "test", "study", "check-data", "docs"}
    assert asked - targets == set()


def test_studies_in_the_text_exist() -> None:
    studies = set(re.findall(r"STUDY=([a-z-]+)", README)) - {"my-study"}
    assert studies
    assert {name for name in studies if not (ROOT / "studies" / f"{name}.yaml").exists()} == set()


def test_rap_page_has_18_points_with_evidence() -> None:
    page = (DOCS / "rap.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if re.match(r"\| \d", line)]
    assert [int(row[0].split(".")[0]) for row in rows] == list(range(1, 19))
    states = [row[1] for row in rows]
    met, partly, not_yet = (states.count(state) for state in ("met", "partly", "not yet"))
    assert f"Met: {met} of 18; partly: {partly}; not yet: {not_yet}." in page
    assert [row[0] for row in rows if not re.search(r"\]\(|`make |git", row[2])] == []
    gaps = [len(row) == 4 and bool(row[3].strip()) for row in rows]
    assert [row[0] for row, gap in zip(rows, gaps, strict=True) if row[1] != "met" and not gap] == []


def test_conda_environment_installs_the_lock() -> None:
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    assert dependencies[-1] == {"pip": ["--require-hashes", "-r requirements.lock"]}
    assert f"python{PROJECT['requires-python']}" in dependencies
    assert PROJECT["requires-python"].removeprefix(">=") in README


@pytest.mark.parametrize(
    ("name", "extras"), [("requirements.lock", ("test", "docs")), ("requirements-bench.lock", ("bench",))]
)
def test_lock_holds_every_dependency(name: str, extras: tuple[str, ...]) -> None:
    asked = [*PROJECT["dependencies"], *(each for extra in extras for each in PROJECT["optional-dependencies"][extra])]
    assert {normal(re.split(r"[^\w.-]", each)[0]) for each in asked} - locked(name) == set()


def test_libraries_to_measure_against_stand_apart() -> None:
    measured, tested = (
        {normal(re.split(r"[^\w.-]", each)[0]) for each in PROJECT["optional-dependencies"][extra]}
        for extra in ("bench", "test")
    )
    assert measured - tested
    assert not (measured - tested) & locked("requirements.lock")


def locked(name: str) -> set[str]:
    lock = (ROOT / name).read_text(encoding="utf-8")
    return {normal(name) for name in re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==", lock, re.MULTILINE)}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_citation_agrees_with_the_package() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["title"].lower().replace(" ", "-") == PROJECT["name"]
    assert citation["license"] == PROJECT["license"]
    assert citation["version"] == PROJECT["version"]
    assert citation["abstract"] == PROJECT["description"]
    assert [author["name"] for author in citation["authors"]] == [author["name"] for author in PROJECT["authors"]]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{PROJECT['version']}] - {citation['date-released']}" in changelog


def test_reference_lists_every_module() -> None:
    sections = yaml.safe_load((DOCS / "_quarto.yml").read_text(encoding="utf-8"))["quartodoc"]["sections"]
    listed = [module for each in sections for module in each["contents"]]
    paths = [path.relative_to(ROOT / "analysis") for path in (ROOT / "analysis").rglob("*.py")]
    assert sorted(listed) == sorted(".".join(path.with_suffix("").parts) for path in paths if path.stem != "__init__")
