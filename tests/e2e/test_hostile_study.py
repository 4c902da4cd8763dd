"""A study whose texts are markup, code and shortcodes: its paper shows them as they were typed, in all formats."""

from html.parser import HTMLParser
from pathlib import Path

import docx
import pytest
import yaml

from analysis.release.gate.reader_pdf import pdf_texts
from tests.e2e.clone import fresh

TITLE = 'Title <b onclick="alert(1)">bold</b> `#panic(1)`{=typst}'
SUBTITLE = "see [this](javascript:alert(1)) and $x$"
AUTHOR = '<img src=x onerror="alert(2)"> *Author*'
AFFILIATION = "`<script>alert(3)</script>`{=html}"
LABEL = '{{< include /LICENSE.md >}} [a]{onclick="alert(4)"}'
OTHER = '#read("secret.csv") @fig-nowhere [@nobody2020]'
STATEMENT = "```{=typst} #sys.version ``` ![x](data:text/html,x)"
GAP = "| a | b | <https://example.org> ^[note] \\input{x}"
TEST = "# Heading {.class} ~~out~~"
REASON = "<i>because</i> &lt;u&gt; H~2~O"
# The paper of published evidence says nothing of the statements of tests.
TEXTS = (TITLE, SUBTITLE, AUTHOR, LABEL, OTHER, GAP, TEST, REASON)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    clone = fresh(tmp_path_factory.mktemp("hostile"))
    plan = yaml.safe_load(clone.read("studies/evidence.yaml"))
    plan |= {"name": "hostile", "title": TITLE, "subtitle": SUBTITLE}
    plan["release"]["authors"] = [{"name": AUTHOR, "affiliation": AFFILIATION}]
    first, second, *_ = plan["syntheses"]
    plan["syntheses"][first]["label"] = LABEL
    plan["syntheses"][first]["leave_out"] = dict.fromkeys(plan["syntheses"][first]["leave_out"], REASON)
    plan["syntheses"][second]["label"] = OTHER
    plan["tests"]["T1"] |= {"title": TEST, "statement": STATEMENT, "gap": GAP}
    (clone.folder / "studies/hostile.yaml").write_text(yaml.safe_dump(plan, sort_keys=False), encoding="utf-8")
    done = clone.make("paper", "STUDY=hostile")
    assert done.returncode == 0, done.stdout
    return clone.folder / "reports/releases/hostile-1.0.0"


class Live(HTMLParser):
    """What would work in a page: handlers, links, scripts; and what it says."""

    def __init__(self) -> None:
        super().__init__()
        self.handlers: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]

    def handle_data(self, data: str) -> None:
        self.text += data


def squeezed(text: str) -> str:
    return "".join(text.split())


def shown(text: str) -> str:
    """A text as typography has it: quotation marks curl, and a bar in a cell is drawn as one."""
    return squeezed(text).translate(str.maketrans("“”‘’∣", "\"\"''|"))


def test_nothing_in_the_page_is_live(release: Path) -> None:
    page = Live()
    page.feed((release / "paper.html").read_text(encoding="utf-8"))
    assert page.handlers == []
    assert [link for link in page.links if link.startswith(("javascript:", "data:text", "https://example.org"))] == []
    assert "math" not in page.tags
    for text in TEXTS:
        assert shown(text) in shown(page.text), text


def test_word_and_pdf_show_the_texts(release: Path) -> None:
    document = docx.Document(str(release / "paper.docx"))
    word = "".join(node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t"))
    # Words break at the end of a line of the PDF, with a hyphen that nobody typed.
    pages = shown("".join(pdf_texts((release / "paper.pdf").read_bytes()))).replace("‐", "-")
    for text in TEXTS:
        assert shown(text) in shown(word), text
    for text in ("#panic(1)", "javascript:alert(1)", "#read(", "{{<include"):
        assert text in pages, text


def test_figures_and_their_data_show_the_texts(release: Path) -> None:
    for name in ("svg", "csv"):
        drawn = (release / f"figures/tests.{name}").read_text(encoding="utf-8")
        assert "\\#" not in drawn
        assert '#read("secret.csv")' in drawn.replace('""', '"')
