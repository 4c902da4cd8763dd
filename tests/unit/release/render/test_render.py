"""What a reader of the paper sees, hears and can follow, in each of the three formats."""

import io
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pikepdf
import pytest
from docx import Document

from analysis.release.render.pandoc import pandoc_path
from analysis.release.render.project import Format
from analysis.release.render.render import render
from analysis.steps import Problem

REPORTS = Path(__file__).parents[4] / "reports"
FIXTURE = Path(__file__).parents[1] / "project"
FORMATS: tuple[Format, ...] = get_args(Format)
TREND_ALT = "Line chart: admissions change by +2.1% after the start of the pilots."
FOREST_ALT = "Dot plot of the change at each site, with intervals."


def assembled(folder: Path) -> Path:
    """The fixture with the styles and the settings of the real paper."""
    shutil.copytree(FIXTURE, folder)
    shutil.copytree(REPORTS / "styles", folder / "styles")
    shutil.copy(REPORTS / "_quarto.yml", folder)
    return folder


def rendered(folder: Path, to: Format) -> Path:
    out = folder.parent / f"{folder.name}-out" / f"paper.{to}"
    render(source=folder, to=to, out=out)
    return out


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[Format, Path]:
    project = assembled(tmp_path_factory.mktemp("first") / "project")
    return {to: rendered(project, to) for to in FORMATS}


class Page(HTMLParser):
    """The elements of a page in their order, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def every(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def page(papers: dict[Format, Path]) -> Page:
    return Page(papers["html"].read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pdf(papers: dict[Format, Path]) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(papers["pdf"]) as opened:
        yield opened


@pytest.fixture(scope="module")
def tags(pdf: pikepdf.Pdf) -> list[tuple[str, str]]:
    return list(structure(pdf.Root["/StructTreeRoot"]))


def structure(node: pikepdf.Object) -> Iterator[tuple[str, str]]:
    """Every tag of a PDF with its alternative text."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from structure(child)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node and node.get("/Type") != "/Annot":
            yield str(node["/S"]), str(node.get("/Alt", ""))
        if "/K" in node:
            yield from structure(node["/K"])


@pytest.fixture(scope="module")
def word(papers: dict[Format, Path]) -> str:
    with zipfile.ZipFile(papers["docx"]) as archive:
        return archive.read("word/document.xml").decode()


@pytest.fixture(scope="module")
def texts(papers: dict[Format, Path], page: Page, pdf: pikepdf.Pdf, word: str) -> dict[Format, str]:
    """The running text of each format; that of the PDF is read from the Typst source that made it."""
    shown = re.sub(r"<w:instrText.*?</w:instrText>", "", word)
    plain = re.sub(r"<[^>]+>", "", re.sub(r"</w:p>|<w:tab />", " ", shown))
    return {"html": page.text, "docx": " ".join(plain.split()).replace("&#160;", "\u00a0")}


# What a reader reads ---------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["html", "docx"])
@pytest.mark.parametrize(
    "sentence",
    [
        "Figure 1: Emergency admissions in pilot and comparison practices",
        "Figure 2: Change at each site, with 95% intervals",
        "Table 1: Changes by outcome, per 1,000 patients",
        "Table 2: Practices by region",
        "they parted (Figure 1)",
        "Sites differ (2 gives the figure’s number alone); Figure 1, Table 1 show the whole.",
        "See Section 1 for the results and Section 3 for",
        "The effect in Equation 1",
        "Emergency admissions changed by +2.1% (95% interval 0.4% to 3.8%)",
        "The pilots cover 412 practices.",
        "This is version 1.10.",
        "21 November 2026",
        "How sure are we?",
        "Key points",
        "We recommend",
        "1. Baker R, Freeman GK",
    ],
)
def test_numbers_and_references_read_the_same(texts: dict[Format, str], to: Format, sentence: str) -> None:
    assert sentence in texts[to].replace("\u00a0", " ")


def test_each_format_shows_only_its_own_conditional_sentence(texts: dict[Format, str]) -> None:
    assert "Only readers of the web page" in texts["html"]
    assert "Word file" not in texts["html"]
    assert "Only readers of the Word file" in texts["docx"]
    assert "web page" not in texts["docx"]


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="reads the PDF's text with poppler")
def test_pdf_text_has_the_same_numbers(papers: dict[Format, Path]) -> None:
    done = subprocess.run(["pdftotext", str(papers["pdf"]), "-"], capture_output=True, check=True)
    text = " ".join(done.stdout.decode().split())
    for sentence in ("they parted (Figure 1)", "See Section 1 for", "in Equation 1", "Sites differ (2 gives"):
        assert sentence in text
    for caption in ("Figure 2: Change at each site", "Table 3: Every number", "Version 1.10 · Simulated data"):
        assert caption in text


# HTML -----------------------------------------------------------------------------------------------------


def test_page_asks_nothing_of_the_network(papers: dict[Format, Path], page: Page) -> None:
    loaded = [a for tag in ("img", "script", "link", "source", "iframe") for a in page.every(tag)]
    addresses = [a.get("src", "") + a.get("href", "") for a in loaded]
    assert [address for address in addresses if not address.startswith("data:")] == []
    style = "".join(re.findall(r"<style[^>]*>(.*?)</style>", papers["html"].read_text(encoding="utf-8"), re.DOTALL))
    assert re.findall(r"url\((?!['\"]?data:)", style) == []


def test_page_has_language_title_one_h1_and_pictures_in_words(page: Page) -> None:
    assert page.every("html")[0]["lang"] == "en-GB"
    assert "Integrated care pilots and hospital admissions" in page.text
    assert len(page.every("h1")) == 1
    assert [image["alt"] for image in page.every("img")] == [TREND_ALT, FOREST_ALT]


def test_every_number_leads_to_its_address(page: Page) -> None:
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    links = [a["href"][1:] for a in page.every("a") if a.get("href", "").startswith("#")]
    numbers = [a for a in page.every("a") if "number" in a.get("class", "").split()]
    assert set(links) <= ids
    assert [a["href"] for a in numbers[:2]] == ["#address-emergency-change", "#address-emergency-interval"]
    assert {a["title"] for a in numbers} == {"Where this number comes from"}


def test_ids_are_unique_and_tables_have_names_and_headers(page: Page) -> None:
    ids = Counter(attributes["id"] for _, attributes in page.elements if "id" in attributes)
    assert [name for name, times in ids.items() if times > 1] == []
    assert {table["aria-labelledby"] for table in page.every("table")} <= set(ids)
    assert len(page.every("th")) == 9


def test_contents_list_goes_to_the_second_level(page: Page) -> None:
    targets = {a.get("href") for a in page.every("a") if a.get("id", "").startswith("toc-")}
    assert {"#sec-findings", "#sec-time", "#sec-annex"} <= targets


def test_states_are_words(page: Page) -> None:
    states = [a["class"] for a in page.every("span") if a.get("class", "").startswith("state")]
    assert states == ["state met", "state partly", "state not-met", "state uncertain", "state not-assessable"]
    assert "Partly met" in page.text


# PDF ------------------------------------------------------------------------------------------------------


def test_pdf_says_what_it_is(pdf: pikepdf.Pdf) -> None:
    assert str(pdf.Root["/Lang"]) == "en-GB"
    assert pdf.Root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.Root["/MarkInfo"]["/Marked"]
    assert str(pdf.docinfo["/Title"]) == "Integrated care pilots and hospital admissions"
    assert str(pdf.docinfo["/Author"]) == "Ada Example, Ben O’Brien"
    with pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
        assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"


def test_pdf_is_tagged(tags: list[tuple[str, str]]) -> None:
    counted = Counter(tag for tag, _ in tags)
    assert (counted["/H1"], counted["/H2"], counted["/Table"], counted["/TH"]) == (7, 3, 3, 9)
    assert counted["/THead"] == 3
    assert counted["/TOCI"] == 6  # the printed contents list top sections only
    assert counted["/Title"] == 1


def test_pdf_pictures_and_formulas_have_words(tags: list[tuple[str, str]]) -> None:
    assert [alt for tag, alt in tags if tag == "/Figure"] == [TREND_ALT, FOREST_ALT]
    assert next(alt for tag, alt in tags if tag == "/Formula").startswith("The effect tau is the mean")


def test_pdf_numbers_lead_to_their_own_rows_of_the_annex(pdf: pikepdf.Pdf) -> None:
    links = [annotation for annotation in pdf.pages[1]["/Annots"] if "/Dest" in annotation]
    targets = [link["/Dest"] for link in links if isinstance(link["/Dest"], pikepdf.Array)]
    in_annex = [float(target[3]) for target in targets if target[2] > 70]  # in a table's cell, not at the margin
    assert len(in_annex) == 4
    assert len(set(in_annex)) == 3
    assert in_annex[0] == max(in_annex) == in_annex[3]


# Word -----------------------------------------------------------------------------------------------------


def test_word_file_says_what_it_is(papers: dict[Format, Path]) -> None:
    document = Document(str(papers["docx"]))
    assert document.core_properties.title == "Integrated care pilots and hospital admissions"
    assert document.core_properties.language == "en-GB"
    assert document.sections[0].header.paragraphs[0].text == "Integrated care pilots · Version 1.10 · Simulated data"


def test_word_has_pictures_in_words_and_links_that_lead_somewhere(word: str) -> None:
    described = re.findall(r'<wp:docPr[^>]*descr="([^"]*)"', word)
    assert described == [TREND_ALT, FOREST_ALT]
    anchors = set(re.findall(r'w:anchor="([^"]+)"', word))
    assert anchors <= set(re.findall(r'<w:bookmarkStart[^>]*w:name="([^"]+)"', word))
    assert "address-emergency-change" in anchors
    assert word.count("<w:tblHeader") == 3


def test_word_contents_are_filled_in_once(texts: dict[Format, str]) -> None:
    assert "Contents Executive summary 1 What the pilots changed 1.1 Admissions over time" in texts["docx"]
    assert texts["docx"].count("Contents") == 1


def test_word_numbers_look_like_the_text_around_them(word: str) -> None:
    link = re.search(r'<w:hyperlink w:anchor="address-emergency-change".*?</w:hyperlink>', word)
    assert link
    assert "w:rStyle" not in link.group()


# Determinism, wholeness ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", FORMATS)
def test_two_folders_give_the_same_bytes(papers: dict[Format, Path], tmp_path: Path, to: Format) -> None:
    again = rendered(assembled(tmp_path / "elsewhere"), to)
    assert again.read_bytes() == papers[to].read_bytes()


def test_nothing_is_written_into_the_source(tmp_path: Path) -> None:
    project = assembled(tmp_path / "project")
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*")}
    rendered(project, "docx")
    assert {path: path.stat().st_mtime_ns for path in project.rglob("*")} == before


def test_reference_document_is_one_that_word_styles_can_come_from(tmp_path: Path) -> None:
    from analysis.release.render.docx_reference import write_reference

    write_reference(FIXTURE, tmp_path / "reference.docx")
    names = {style.name for style in Document(io.BytesIO((tmp_path / "reference.docx").read_bytes())).styles}
    assert {"Key Points", "Key Points Title", "Executive Summary", "Notice", "Table Text"} <= names


def test_pandoc_is_the_one_of_the_lock_file() -> None:
    told = subprocess.run([pandoc_path(), "--version"], capture_output=True, check=True, text=True).stdout
    assert told.startswith("pandoc 3.9")


# Every failure is a sentence ---------------------------------------------------------------------------------------


def replace(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(project: Path) -> None:
        text = (project / file).read_text(encoding="utf-8")
        assert old in text
        (project / file).write_text(text.replace(old, new), encoding="utf-8")

    return change


def remove(file: str) -> Callable[[Path], None]:
    return lambda project: (project / file).unlink()


FINDINGS, SUMMARY, METHODS = "sections/findings.qmd", "sections/summary.qmd", "sections/methods.qmd"
FAULTS: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "unknown citation": (
        replace(METHODS, "@callaway2021", "@nobody1999"),
        ("sections/methods.qmd, line 3", "citation @nobody1999", "references.bib"),
    ),
    "missing image": (remove("figures/trend.svg"), ("figures/trend.svg does not exist", FINDINGS)),
    "unresolved figure": (
        replace(FINDINGS, "afterwards they parted (@fig-trend)", "they parted (@fig-nothing)"),
        ("sections/findings.qmd, line 10", "@fig-nothing names no numbered figure"),
    ),
    "unresolved section": (replace(SUMMARY, "@sec-methods", "@sec-nothing"), ("names no numbered section",)),
    "unknown shortcode": (
        replace(FINDINGS, "The estimates rest", "{{< video x.mp4 >}}"),
        ("sections/findings.qmd, line", "no shortcode video"),
    ),
    "unknown variable": (
        replace(SUMMARY, "var outcomes.emergency.change", "var outcomes.emergency.chnge"),
        ("sections/summary.qmd, line 4", "variable outcomes.emergency.chnge", "outcomes.emergency.change"),
    ),
    "figure without fig-alt": (
        replace(FINDINGS, '{fig-alt="Dot plot of the change at each site, with intervals."}', ""),
        ("fig-forest has no fig-alt", FINDINGS),
    ),
    "missing include": (
        remove("sections/options.qmd"),
        ("paper.qmd, line 9", "sections/options.qmd"),
    ),
    "number without address": (
        replace("tables/numbers.md", "[]{#address-emergency-interval}", ""),
        ("0.4% to 3.8%", "emergency-interval"),
    ),
    "id given twice": (replace(FINDINGS, "{#fig-forest}", "{#fig-trend}"), ("fig-trend is given twice",)),
    "link to nowhere": (replace(SUMMARY, "This is version", "[See](#nowhere)"), ("#nowhere, which does not exist",)),
    "widths do not fit": (replace(FINDINGS, "[40,20,40]", "[40,60]"), ("has 3 columns, but tbl-colwidths gives 2",)),
    "formula without alt": (
        replace(METHODS, ' alt="The effect tau is the mean of y in the pilots minus the mean of y elsewhere."', ""),
        ("formula has no alt text",),
    ),
    "formula in a sentence": (replace(METHODS, "a difference of means", "$x$"), ("within a sentence",)),
    "date that is none": (replace("_cover.yml", "2026-11-21", "next week"), ("next week is no date",)),
    "no version": (replace("_cover.yml", "version: 1.10\n", ""), ("_cover.yml has no version",)),
    "broken YAML": (replace("_cover.yml", "status: Draft", "status: [Draft"), ("_cover.yml is no YAML",)),
    "tab set": (replace(FINDINGS, '{.callout-note title="How sure are we?"}', "{.panel-tabset}"), ("cannot be",)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_in_a_sentence(tmp_path: Path, fault: str) -> None:
    change, told = FAULTS[fault]
    project = assembled(tmp_path / "project")
    change(project)
    with pytest.raises(Problem) as problem:
        rendered(project, "html")
    for part in told:
        assert part in str(problem.value)
    assert not list(tmp_path.glob("project-out/*"))


def test_a_heading_level_left_out_is_told_by_the_pdf(tmp_path: Path) -> None:
    project = assembled(tmp_path / "project")
    replace(METHODS, "## Weights", "#### Weights")(project)
    with pytest.raises(Problem, match=r"The PDF cannot be made: .*heading"):
        rendered(project, "pdf")


def test_a_missing_font_is_told_by_the_pdf(tmp_path: Path) -> None:
    project = assembled(tmp_path / "project")
    shutil.rmtree(project / "styles" / "fonts")
    with pytest.raises(Problem, match="font family: source sans 3"):
        rendered(project, "pdf")


def test_a_missing_document_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"There is no paper\.qmd"):
        render(source=tmp_path, to="html", out=tmp_path / "paper.html")
