"""What a reader gets: two papers, whole, labelled by lineage, with numbers that lead to their origin."""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest

from tests.e2e.clone import Clone
from tests.told import faults

PARTS = [
    "Executive summary", "Key points", "Definition and background", "The pilots", "Methods", "Results",
    "The five tests", "Recommendations", "Limits", "Data and code availability", "How to cite",
    "Version history", "References",
]  # fmt: skip
RELEASES = {"default": "reports/releases/1.0.0", "evidence": "reports/releases/evidence-1.0.0"}


READ = (".html", ".md", ".svg", ".yaml", ".json")


class Text(HTMLParser):
    """The visible text of a page, its ids, and where its links to itself lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.ids: set[str] = set()
        self.targets: set[str] = set()
        self.outside: list[str] = []
        self.hidden = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("style", "script")
        known = dict(attrs)
        self.ids.add(known.get("id") or "")
        if (link := known.get("href") or "").startswith("#"):
            self.targets.add(link[1:])
        source = known.get("src") or (link if tag == "link" else "")
        if source and source.startswith(("http:", "https:", "//")):
            self.outside.append(source)

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.parts))


def page(built: Clone, study: str) -> Text:
    return Text(built.read(f"{RELEASES[study]}/paper.html"))


def test_make_paper_says_where_the_paper_is_and_what_it_found(built: Clone) -> None:
    said = built.read("default.txt")
    for name in ("paper.html", "paper.pdf", "paper.docx"):
        path = f"{RELEASES['default']}/{name}"
        assert path in said
        assert (built.folder / path).stat().st_size > 50_000
    findings = re.findall(r"^  [123]\. .+", said, re.MULTILINE)
    assert len(findings) == 3
    assert "In the simulated pilots, emergency admissions" in findings[0]


def test_second_run_does_nothing_and_says_so(copy: Clone) -> None:
    before = copy.read(f"{RELEASES['default']}/SHA256SUMS")
    done = copy.make("paper")
    assert done.returncode == 0
    assert "Nothing to be done" in done.stdout
    assert copy.read(f"{RELEASES['default']}/SHA256SUMS") == before
    assert not (copy.folder / "reports/releases/1.0.1").exists()


def test_paper_has_the_parts_of_a_policy_paper(built: Clone) -> None:
    text = page(built, "default").text
    assert [part for part in PARTS if part not in text] == []
    assert "not a publication of the Royal College of General Practitioners" in text


@pytest.mark.parametrize("study", ["default", "evidence"])
def test_html_stands_alone_and_every_link_within_it_arrives(built: Clone, study: str) -> None:
    seen = page(built, study)
    assert seen.outside == []
    assert seen.targets - seen.ids - {""} == set()
    assert any(target.startswith("address-") for target in seen.targets)


def test_checklists_lead_to_sections_of_the_paper(built: Clone) -> None:
    seen = page(built, "default")
    assert {"tbl-checklist-strobe", "sec-methods-primary", "sec-robustness", "tbl-inference"} <= seen.ids
    assert {"sec-methods-primary", "sec-limits", "sec-robustness"} <= seen.targets
    assert "RECORD 12" in seen.text


def test_what_does_not_exist_survives_nothing(built: Clone) -> None:
    table = built.read(f"{RELEASES['default']}/tables/sensitivity-emergency-admissions.md")
    drawn = pd.read_csv(built.folder / RELEASES["default"] / "figures/effects.csv").set_index("outcome")
    low, high = drawn.loc["emergency_admissions", ["ci_low", "ci_high"]]
    assert ("The finding survives." in table) <= (low > 0 or high < 0)


def test_everything_simulated_says_so(built: Clone) -> None:
    text = page(built, "default").text
    assert "The pilots analysed here are simulated" in text
    figures = built.folder / RELEASES["default"] / "figures"
    for data in sorted(figures.glob("*.csv")):
        simulated = bool(pd.read_csv(data)["simulated"].any())
        assert ("Simulated data." in data.with_suffix(".md").read_text(encoding="utf-8")) == simulated, data.name


def test_figures_of_pilots_are_simulated_and_those_of_evidence_are_not(built: Clone) -> None:
    figures = built.folder / RELEASES["default"] / "figures"
    assert pd.read_csv(figures / "effects.csv")["simulated"].all()
    assert not pd.read_csv(figures / "evidence-published-emergency.csv")["simulated"].any()


def test_evidence_paper_has_no_simulated_label_anywhere(built: Clone) -> None:
    release = built.folder / RELEASES["evidence"]
    texts = {path.name: path.read_text(encoding="utf-8") for path in release.rglob("*") if path.suffix in READ}
    with ZipFile(release / "paper.docx") as word:
        texts["paper.docx"] = word.read("word/document.xml").decode()
    assert [name for name, text in texts.items() if "simulat" in text.lower()] == []
    # In the data behind it `simulated` is a column, and it says no in every row.
    tables = [pd.read_csv(path) for path in release.rglob("*.csv")]
    assert [table for table in tables if "simulated" not in table or table["simulated"].any()] == []


def test_estimates_find_the_truth_within_their_intervals(built: Clone) -> None:
    drawn = pd.read_csv(built.folder / RELEASES["default"] / "figures/effects.csv")
    assert len(drawn) == 10
    # A 95% interval may miss; ten of ten within 99.9% is what a right pipeline shows on a world it was not tuned to.
    wide = (drawn["ci_high"] - drawn["ci_low"]) / 2 * (3.5 / 2.0)
    assert ((drawn["truth"] - drawn["estimate"]).abs() <= wide).all()


def test_release_can_be_checked_with_sha256sum(built: Clone) -> None:
    release = built.folder / RELEASES["default"]
    done = Clone(release).run("sha256sum", "--check", "--quiet", "SHA256SUMS")
    assert done.returncode == 0, done.stdout
    listed = {line.split("  ")[1] for line in built.read(f"{RELEASES['default']}/SHA256SUMS").splitlines()}
    present = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()}
    assert present - listed == {"SHA256SUMS"}


def test_no_person_or_practice_row_reaches_a_release(built: Clone) -> None:
    release = built.folder / RELEASES["default"]
    held = [
        path.name for path in release.rglob("*.csv") if {"practice_id", "patient_id"} & set(pd.read_csv(path).columns)
    ]
    assert held == []


@pytest.mark.parametrize("study", ["default", "evidence"])
def test_assembled_sources_pass_the_quarto_linter(built: Clone, study: str) -> None:
    source = Clone(built.folder / f"results/{study}/release/source")
    document = {"default": "paper.qmd", "evidence": "evidence.qmd"}[study]
    sections = re.findall(r"include (\S+)", source.read(document))
    config = str(built.folder / "reports/.panache.toml")
    panache = str(built.folder / ".venv/bin/panache")
    done = source.run(panache, "lint", "--config", config, "--message-format", "short", document, *sections)
    assert done.returncode == 0, done.stdout


def test_quarto_renders_the_same_numbers_where_it_is_installed(built: Clone, tmp_path: Path) -> None:
    if Clone(tmp_path).run("bash", "-c", "command -v quarto").returncode != 0:
        pytest.skip("quarto is not on PATH: the assembled project was rendered with pandoc and Typst only")
    source = built.folder / "results/default/release/source"
    done = Clone(source).run("quarto", "render", "paper.qmd", "--to", "html")
    assert done.returncode == 0, done.stdout
    rendered = next(source.rglob("paper.html")).read_text(encoding="utf-8")
    numbers = re.findall(r"[−+]?\d+\.\d%", page(built, "default").text)
    assert re.findall(r"[−+]?\d+\.\d%", Text(rendered).text) == numbers


@pytest.mark.parametrize("study", ["default", "evidence"])
def test_what_is_told_is_what_the_rows_say(built: Clone, study: str) -> None:
    assert faults(built.folder / RELEASES[study], built.folder / "results" / study) == []


def test_what_is_told_otherwise_is_noticed(built: Clone, tmp_path: Path) -> None:
    """Each of these was once printed: a headline against its row, a caption against its data, nan."""
    release, results = tmp_path / "release", built.folder / "results/default"
    shutil.copytree(built.folder / RELEASES["default"], release)
    estimates = pd.read_csv(release / "estimates.csv", dtype={"horizon": str})
    pooled = estimates[estimates["term"] != "pooled"]
    pooled.to_csv(release / "estimates.csv", index=False)
    found = faults(release, results)
    assert any("more pooled intervals than there are" in each for each in found)
    assert "published_emergency, direction: it rests on rows that are not there" in found
    fell = (estimates["outcome"] == "elective_admissions") & (estimates["term"] == "effect")
    estimates.loc[fell, ["estimate", "ci_low", "ci_high"]] = (1.05, 1.02, 1.08)
    estimates.to_csv(release / "estimates.csv", index=False)
    found = faults(release, results)
    assert any("elective_admissions: its row says rose" in each for each in found)
    assert "elective_admissions: its row says open to worse, and the verdict is ruled_out" in found
    assert any(re.search(r"3\.6% is not in the row .*elective_admissions", each) for each in found)
    table = pd.read_csv(release / "figures/effects.csv")
    table.assign(estimate=table["estimate"] + 1).to_csv(release / "figures/effects.csv", index=False)
    (release / "tables/balance.md").write_text("| Deprivation | nan | nan |", encoding="utf-8")
    found = faults(release, results)
    assert any(each.startswith("effects.csv does not hold") for each in found)
    assert any("tables/balance.md prints nan" in each for each in found)
