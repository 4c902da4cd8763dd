"""Texts of a study file in three formats: they say themselves, and nothing in them works."""

import json
import subprocess
from html import unescape
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.plain_text import check_seen, escaped, escaped_plan, unescaped
from analysis.plan.pilots import ActivityOutcome
from analysis.plan.release import Release
from analysis.release.render.pandoc import pandoc_path
from analysis.release.render.shortcodes import Values, flatten
from analysis.steps import Problem
from analysis.study import Synthesis, read_study, study_path

HOSTILE = [
    "see [this](javascript:alert(1))",
    '<b onclick="alert(1)">bold</b>',
    "`#panic(1)`{=typst}",
    "`<script>alert(1)</script>`{=html}",
    "```{=typst}\n#panic(1)\n```",
    "#read(\"/etc/hosts\") and #sys.version",
    "[a]{onclick=alert(1) .class} and @tbl-effects and [@key]",
    "$\\int x$ and $$y$$ and \\input{x} and H~2~O and x^2^",
    "{{< include /sections/advice/limits.qmd >}} and {{< var paper.cite >}}",
    "<https://example.org> and ![x](data:text/html,x) and [^1] and \\<b>",
    "&lt;i&gt; and &#60;u&#62; | cell | *stars* _lines_ ~~out~~",
    "# heading", "- point", "1. point", "(a) point", "> quote", ": definition", "::: {.box}", "---", "| line", "%",
    "@fig-event-elective",
]  # fmt: skip


def said(text: str) -> str:
    return " ".join(text.split())


def pandoc(text: str, to: str, *more: str) -> str:
    done = subprocess.run([pandoc_path(), "--from=markdown", f"--to={to}", "--wrap=none", *more], input=text.encode(),
                          capture_output=True, check=True)  # fmt: skip
    return done.stdout.decode()


@pytest.mark.parametrize("text", HOSTILE)
def test_an_escaped_text_is_nothing_but_strings(text: str) -> None:
    read = json.loads(pandoc(escaped(text), "json", "--from=markdown-smart"))
    (block,) = read["blocks"]
    assert block["t"] == "Para"
    assert {each["t"] for each in block["c"]} <= {"Str", "Space"}
    assert "".join(each.get("c", " ") for each in block["c"]) == said(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_it_is_the_same_text_in_a_cell_in_an_attribute_and_in_metadata(text: str, tmp_path: Path) -> None:
    line = escaped(text)
    settings = tmp_path / "metadata.json"
    settings.write_text(json.dumps({"title": line, "lang": "en"}), encoding="utf-8")
    cell, attribute = line.replace("|", "∣"), line.replace('"', "'")
    page = pandoc(
        f'| a | b |\n|---|---|\n| {cell} | c |\n\n![x](y.png){{fig-alt="{attribute}"}}\n',
        "html", "--standalone", f"--metadata-file={settings}", "--from=markdown-smart",
    )  # fmt: skip
    told = said(unescape(page))
    assert said(text).replace("|", "∣") in told
    assert said(text).replace('"', "'") in told
    assert f'<h1 class="title">{said(text)}</h1>' in told
    for live in ("<b onclick", "<script>alert", 'href="javascript', "<i>", "<em>", "<math", '<img src="data'):
        assert live not in page


def test_typst_reads_no_code_and_word_shows_the_text(tmp_path: Path) -> None:
    text = "\n\n".join(map(escaped, HOSTILE))
    source = pandoc(text, "typst")
    for code in ("#panic", "#read", "#sys", "#link", "$\\int"):
        assert code not in source.replace(f"\\{code}", "")
    pandoc(text, "docx", f"--output={tmp_path / 'a.docx'}", "--from=markdown-smart")
    told = [paragraph.text for paragraph in docx.Document(str(tmp_path / "a.docx")).paragraphs]
    assert told == [said(each) for each in HOSTILE]


def test_a_shortcode_in_a_text_is_no_shortcode(tmp_path: Path) -> None:
    (tmp_path / "paper.qmd").write_text("{{< var label >}}", encoding="utf-8")
    hostile = "{{< include /secret.md >}}"
    assert flatten(tmp_path, "paper.qmd", Values({"label": escaped(hostile)}, {})) == escaped(hostile)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"]), max_size=40))
def test_unescaping_gives_the_text_back(text: str) -> None:
    assert unescaped(escaped(text)) == said(text)


def test_plain_labels_stay_as_they_are() -> None:
    for text in ("emergency admissions", "A&E attendances", "e.g. 3.5% (of 10), a/b: c; d – e", "patients' own words"):
        assert escaped(text) == text


def test_figures_keep_the_dollar_escaped() -> None:
    assert unescaped(escaped("$x$ <b>"), but="$") == r"\$x\$ <b>"


def test_only_texts_of_a_plan_are_escaped(root: Path) -> None:
    study = read_study(root / study_path("default"))
    outcome = next(each for each in study.outcomes.values() if isinstance(each, ActivityOutcome))
    told = escaped_plan({"a_b": outcome.model_copy(update={"label": "a_b"})})
    assert told["a_b"].label == r"a\_b"
    assert told["a_b"].measure == outcome.measure
    pooled = Synthesis(
        label="x", outcome="a_b", good_direction="up", smallest_change=1, leave_out={"some-id": "<b> it"}
    )
    assert escaped_plan(pooled).leave_out == {"some-id": r"\<b\> it"}
    release = Release(document="a.qmd", date="2026-01-01", authors=[{"name": "A *B*", "affiliation": "[C](x)"}])  # type: ignore[list-item]
    assert [vars(each) for each in escaped_plan(release).authors] == [{"name": r"A \*B\*", "affiliation": r"\[C\](x)"}]


def test_the_default_study_has_no_sign_to_escape(root: Path) -> None:
    study = read_study(root / study_path("default"))
    assert escaped_plan(study) == study


@pytest.mark.parametrize(
    "sign", ["\u202e", "\u202a", "\u2066", "\u2069", "\u200e", "\u200f", "\x1b", "\x07", "\x85", "\ufeff"]
)
def test_signs_that_nobody_sees_are_refused_with_their_key(sign: str, root: Path, tmp_path: Path) -> None:
    text = (root / "config.yaml").read_text(encoding="utf-8")
    path = tmp_path / "config.yaml"
    path.write_text(text.replace("label: emergency admissions", f'label: "emergency \\u{ord(sign):04x}x"', 1), "utf-8")
    with pytest.raises(Problem) as problem:
        read_study(path)
    assert f"{path} holds a sign that nobody sees, U+{ord(sign):04X}, at `outcomes." in problem.value.sentence
    assert sign not in str(problem.value)


def test_a_sign_in_a_key_is_refused() -> None:
    with pytest.raises(Problem, match="at `a�b`"):
        check_seen({"a\u202eb": 1}, "study.yaml")
