"""A value that prints cites its own row and column; phrases come from the library alone."""

import re
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.present.provenance.address import Book
from analysis.present.templates.formats import formats
from analysis.present.templates.language import render
from analysis.present.templates.phrases import phrase, read_phrases, sentences
from analysis.present.templates.sections import render_sections
from analysis.present.templates.values import Names, Row
from analysis.steps import Problem
from tests.unit.present.made_rows import context, row

PHRASES = Path(__file__).parents[4] / "reports" / "phrases"


def plain(text: str) -> str:
    """A text without its addresses."""
    import re

    return re.sub(r"\[([^\]]*)\]\{\.number[^}]*\}", r"\1", text)


def test_a_number_prints_and_enters_itself() -> None:
    told = context([row("elective", "effect", 0.96, 0.02)])
    one = Row(told, told.estimates.iloc[0])
    text = formats(told.book, PHRASES)["signed"](one.estimate, decimals=2)
    ((key, (printed, origin)),) = told.book.entries.items()
    assert plain(text) == printed == "\N{MINUS SIGN}4.00%"
    assert key.endswith("estimate.signed")
    assert key.startswith("elective.difference_in_differences.effect")
    assert origin.step == told.estimates.iloc[0]["step"]
    with pytest.raises(AttributeError):
        _ = one.nothing


@pytest.mark.parametrize(
    ("low", "high", "text", "addresses"),
    [(1.054, 1.057, "+5.4% to +5.7%", 2), (1.0541, 1.0542, "+5.4%", 1), (0.9, 0.9, "\N{MINUS SIGN}10.0%", 1)],
)
def test_ends_of_estimates_lead_each_to_their_own_row(low: float, high: float, text: str, addresses: int) -> None:
    told = context([row("elective", "curve", size, 0.02, horizon=name) for name, size in (("a", low), ("b", high))])
    ends = [Row(told, each).estimate for _, each in told.estimates.iterrows()]
    assert plain(formats(told.book, PHRASES)["from_to"](ends)) == text
    assert len(told.book.entries) == addresses


@given(st.floats(-50, 50), st.floats(0, 50))
def test_bounds_in_words_begin_with_the_smaller_change_of_one_kind(low: float, width: float) -> None:
    high = low + width
    told = context([row("elective", "bound_low", low, scale="difference"), row("elective", "bound_high", high,
    scale="difference")])  # fmt: skip
    by_term = {name: Row(told, each) for name, each in told.estimates.set_index("term", drop=False).iterrows()}
    ends = (by_term["bound_low"].estimate, by_term["bound_high"].estimate)
    said = plain(formats(told.book, PHRASES)["fewer_or_more"](ends))
    low, high = round(low, 2), round(high, 2)
    assert said.endswith("more") == (high > 0 or low == 0)
    assert ("fewer" in said) == (low < 0)
    assert ("none" in said) == (low == 0 or high == 0)
    if high < 0:
        first, second = (float(word) for word in said.removesuffix(" fewer").split(" and "))
        assert first <= second


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"a.yaml": "x: {y: z}", "b.yaml": "\nx: {y: z}"}, "b.yaml, line 2: there is a second list `x`"),
        ({"a.yaml": "x: {y: z}", "of/a.yaml": "x: {y: z}"}, "of/a.yaml, line 1: there is a second list `x`"),
        ({"a.yaml": "x: {y: z}\nx: {y: z}"}, "a.yaml, line 2: `x` stands here a second time"),
        ({"a.yaml": "x:\n  y: z\n  y: a"}, "a.yaml, line 3: `y` stands here a second time"),
        ({"a.yaml": "x: z"}, "a.yaml, line 1: here is no list"),
        ({"a.yaml": "- x"}, "a.yaml, line 1: here is no list"),
        ({"a.yaml": "x:\n  - y"}, "a.yaml, line 2: here is no list"),
        ({"a.yaml": "x:\n  y: 1"}, "a.yaml, line 2: what stands for `y` is no text"),
        ({"a.yaml": "x:\n  y: no"}, "a.yaml, line 2: what stands for `y` is no text"),
        ({"a.yaml": "x:\n  y:"}, "a.yaml, line 2: what stands for `y` is no text"),
        ({"a.yaml": "x: {y: z\n"}, "a.yaml is not readable as YAML: .*line 2"),
        ({"a.yaml": "x: {y: z}\0"}, "a.yaml, line 1: there is a sign that nobody sees, U\\+0000"),
    ],
)
def test_a_library_at_fault_is_told(tmp_path: Path, files: dict[str, str], told: str) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(Problem, match=told):
        read_phrases(tmp_path)


def test_an_unknown_phrase_is_told_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("verdict: {shown: it rose}", encoding="utf-8")
    library = read_phrases(tmp_path)
    assert phrase(library, "verdict", "shown") == "it rose"
    for name, code, fault in (("verdikt", "shown", "no list of phrases"), ("verdict", "shwon", "has no phrase in")):
        with pytest.raises(Problem, match=fault) as caught:
            phrase(library, name, code)
        assert "write `" in caught.value.mend


def test_a_phrase_is_a_template_of_one_thing(tmp_path: Path) -> None:
    (tmp_path / "greeting.md.j2").write_text("Good\nday, << it | sentence >>.\n", encoding="utf-8")
    filters = formats(Book(), tmp_path)
    assert render(Path("x"), '<< who | say("greeting") >>', {"who": "doctor"}, filters) == "Good day, Doctor."
    with pytest.raises(Problem, match="There is no phrase") as caught:
        render(Path("x"), '<< who | say("greetings") >>', {"who": "doctor"}, filters)
    assert "write `greeting`" in caught.value.mend


@pytest.mark.parametrize("name", ["/elsewhere", "../elsewhere", "of/../../elsewhere"])
def test_a_phrase_is_taken_from_the_library_only(tmp_path: Path, name: str) -> None:
    (tmp_path / "elsewhere.md.j2").write_text("A secret.", encoding="utf-8")
    (tmp_path / "phrases" / "of").mkdir(parents=True)
    asked = f'<< who | say("{tmp_path}/elsewhere") >>' if name[0] == "/" else f'<< who | say("{name}") >>'
    with pytest.raises(Problem, match="There is no phrase"):
        render(Path("x"), asked, {"who": "doctor"}, formats(Book(), tmp_path / "phrases"))


def test_a_phrase_that_says_itself_is_told(tmp_path: Path) -> None:
    (tmp_path / "one.md.j2").write_text('<< it | say("two") >>', encoding="utf-8")
    (tmp_path / "two.md.j2").write_text('x\n<< it | say("one") >>', encoding="utf-8")
    with pytest.raises(Problem, match=r"two\.md\.j2, line 2: the phrase .*one\.md\.j2 says itself"):
        render(Path("x"), '<< who | say("one") >>', {"who": "doctor"}, formats(Book(), tmp_path))


def test_what_is_not_there_is_told_where_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "greeting.md.j2").write_text("Good day, << it >>.", encoding="utf-8")
    people = Names({"doctor": "A", "porter": "B"})
    with pytest.raises(Problem, match=r"^x, line 1: there is no `nurse` in `people`") as caught:
        render(Path("x"), '<< people.nurse | say("greeting") >>', {"people": people}, formats(Book(), tmp_path))
    assert caught.value.mend == "use one of: doctor, porter"


@pytest.mark.parametrize(
    ("tag", "fault"),
    [
        ('say("costs/net")', r"x, line 2: There is no phrase `costs/net`"),
        ('phrase("worth")', r"x, line 2: There is no list of phrases `worth`"),
        ('say("designs/no-design")', ""),
        ('phrase("cohort_box")', ""),
    ],
)
def test_whoever_may_tell_from_some_phrases_is_told_of_a_use_of_another(tag: str, fault: str) -> None:
    some = PHRASES / "designs/no-design.md.j2", PHRASES / "matched_cohort.yaml"
    filters, template = formats(Book(), *some), f"\n<< it | {tag} >>"
    if not fault:
        assert render(Path("x"), template, {"it": "cases"}, filters).strip()
        return
    with pytest.raises(Problem, match=fault) as caught:
        render(Path("x"), template, {"it": "cases"}, filters)
    assert "name it for the step in workflow/steps" in caught.value.mend


def test_some_phrases_have_the_names_that_the_library_gives_them(tmp_path: Path) -> None:
    library = tmp_path / "phrases" / "checkout" / "reports" / "phrases"  # a folder above may be called the same
    (library / "room").mkdir(parents=True)
    (library / "room" / "one.md.j2").write_text("One.", encoding="utf-8")
    assert sentences(library).keys() == sentences(library / "room" / "one.md.j2").keys() == {"room/one"}


def test_what_is_included_is_rendered_and_what_that_includes(tmp_path: Path) -> None:
    sections = tmp_path / "sections" / "room"
    sections.mkdir(parents=True)
    (tmp_path / "paper.qmd").write_text("{{< include sections/room/plain.qmd >}}", encoding="utf-8")
    (sections / "plain.qmd").write_text("Before.\n\n{{< include first.qmd >}}", encoding="utf-8")
    first = "<% if topic %>{{< include /sections/room/second.qmd >}}<% else %>Nothing.<% endif %>"
    (sections / "first.qmd.j2").write_text(first, encoding="utf-8")
    (sections / "second.qmd.j2").write_text("<< topic >> and {{< var kept >}}", encoding="utf-8")
    told = partial(render_sections, tmp_path, [tmp_path / "paper.qmd"], filters={})
    assert told({"topic": ""}) == {"sections/room/first.qmd": "Nothing."}
    assert told({"topic": "a"})["sections/room/second.qmd"] == "a and {{< var kept >}}"
    (sections / "second.qmd.j2").write_text("<< tpic >>", encoding="utf-8")
    with pytest.raises(Problem, match=r"room/second\.qmd\.j2, line 1: there is no value `tpic`"):
        told({"topic": "a"})
    assert "Nothing." in told({"topic": ""})["sections/room/first.qmd"]


def test_every_phrase_that_a_template_names_is_there_also_where_no_study_comes() -> None:
    known = {"say": sentences(PHRASES), "each": sentences(PHRASES)} | dict.fromkeys(
        ("phrase", "phrases"), read_phrases(PHRASES)
    )
    named = re.compile(r'\|\s*(say|each|phrases?)\("([^"]+)"\)')
    files = [*PHRASES.parent.rglob("*.j2"), PHRASES / "reasons.yaml"]
    found = [(path, *each) for path in files for each in named.findall(path.read_text(encoding="utf-8"))]
    assert len(found) > 100
    assert [each for each in found if each[2] not in known[each[1]]] == []
