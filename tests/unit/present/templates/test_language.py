"""A template says what it is given and nothing else; every fault is a sentence with file and line."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from analysis.present.templates.language import render
from analysis.present.templates.values import Names
from analysis.steps import Problem

HERE = Path("sections/x.qmd.j2")
FILTERS = {"amount": lambda value, decimals=0: f"{value:.{decimals}f}", "sentence": str.capitalize}
VALUES: dict[str, Any] = {
    "a": 2.5, "name": "upc", "rows": [1, 2], "nobody": [], "absent": None,
    "verdict": SimpleNamespace(shown=True, ruled_out=False)
}  # fmt: skip


def made(text: str) -> str:
    return render(HERE, text, VALUES, FILTERS)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("It is << a | amount >>.", "It is 2."),
        ("It is << a | amount(decimals=1) >>.", "It is 2.5."),
        ("<% for row in rows %>\n- << row | amount >>\n<% endfor %>\n", "- 1\n- 2\n"),
        ("<% for row in nobody %>\n- << row >>\n<% else %>\nNothing.\n<% endfor %>\n", "Nothing.\n"),
        ("<% if verdict.shown and not verdict.ruled_out %>\nIt rose.\n<% else %>\nOpen.\n<% endif %>\n", "It rose.\n"),
        ("a<% if verdict.shown %> rise<% endif %> is", "a rise is"),
        ("<# a note #>said", "said"),
        # Quarto's own signs, HTML, notes and mathematics pass.
        ("{{< var n.x >}} <https://a.b> <br> [^1] $a<b$ {#sec-x}",
        "{{< var n.x >}} <https://a.b> <br> [^1] $a<b$ {#sec-x}"),
    ],
)  # fmt: skip
def test_a_template_says_what_it_is_given(template: str, text: str) -> None:
    assert made(template) == text


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("one\n<< a * 100 >>", "line 2: the template computes"),
        ("one\n<< -a >>", "line 2: the template computes"),
        ("one\n<< a ~ name >>", "line 2: the template computes"),
        ("one\ntwo\n<% if a > 3 %>x<% endif %>", "line 3: the template compares"),
        ("<% if name == 'upc' %>x<% endif %>", "line 1: the template compares"),
        ("<% if name in rows %>x<% endif %>", "line 1: the template compares"),
        ("<% if verdict is defined %>x<% endif %>", "line 1: the template tests a value"),
        ("<% set q = 3 %>", "line 1: the template assigns a value"),
        ("<< name.upper() >>", "line 1: the template calls something"),
        ("<< rows[0] >>", "line 1: the template takes a part of a value"),
        ("<< a if verdict.shown else name >>", "line 1: the template chooses within a value"),
        ('<% include "/etc/hostname" %>', "line 1: the template includes a file"),
        ('<% import "x" as y %>', "line 1: the template imports a file"),
        ("<% macro m(x) %>y<% endmacro %>", "line 1: the template computes"),
        ("x\n<< nothing >>", "line 2: there is no value `nothing`"),
        ("x\n<< verdikt.shown >>", "line 2: there is no value `verdikt`"),
        ("x\n<< a | amout >>", "line 2: there is no filter `amout`"),
        ("x\n\n<< verdict.shwon >>", "line 3: there is no `shwon` in `verdict`"),
        ("x\n<% if verdict.shwon %>y<% endif %>", "line 2: there is no `shwon` in `verdict`"),
        ("<% if verdict.shown %>x", "line 1: Unexpected end of template"),
        ("rate of <%- if verdict.shown %>X<% endif %> is", "line 1: a tag with a minus"),
        ("<< verdict.__class__ >>", "line 1: a template cannot ask for `__class__`"),
        ("x\n<< name | amount >>", "line 2: the filter or the loop cannot take this value"),
        ("<% for each in verdict %>x<% endfor %>", "line 1: the filter or the loop cannot take this value"),
        ("x\n<< verdict.shwon | amount >>", "line 2: there is no `shwon` in `verdict`"),
        ("x\n<< name | amount(decimals=verdict.shwon) >>", "line 2: there is no `shwon` in `verdict`"),
        ("<< verdict._x >>", "line 1: a template cannot ask for `_x`"),
        ("x\n<< absent.rows >>", "line 2: `absent` is nothing in this study"),
        ("<% if a %>\n<< absent.rows | amount >><% endif %>", "line 2: `absent` is nothing in this study"),
        ("x\n{{ a }}", ", line 2: `{{ a }}` is left over"),
        ("{% if a %}", ", line 1: `{% if a %}` is left over"),
    ],
)  # fmt: skip
def test_a_template_that_does_more_is_refused_with_its_line(template: str, told: str) -> None:
    with pytest.raises(Problem) as caught:
        made(template)
    assert caught.value.sentence.startswith("sections/x.qmd.j2")
    assert told in caught.value.sentence


def test_the_mend_names_what_is_meant() -> None:
    with pytest.raises(Problem, match="there is no value") as caught:
        made("<< verdikt.shown >>")
    assert caught.value.mend == "write `verdict`"
    with pytest.raises(Problem, match="there is no filter") as caught:
        made("<< a | amout >>")
    assert caught.value.mend == "write `amount`"
    with pytest.raises(Problem, match="there is no `shwon`") as caught:
        made("<< verdict.shwon >>")
    assert caught.value.mend == "write `shown`"
    with pytest.raises(Problem, match="there is no `other`") as caught:
        made("<< verdict.other >>")
    assert caught.value.mend == "use one of: ruled_out, shown"
    # What is only a little like it is no advice.
    with pytest.raises(Problem, match="there is no `ruling`") as caught:
        made("<< verdict.ruling >>")
    assert caught.value.mend == "use one of: ruled_out, shown"


def test_names_are_taken_and_gone_through() -> None:
    values = {"outcomes": Names({"one": SimpleNamespace(label="a"), "items": SimpleNamespace(label="b")})}
    text = "<< outcomes.items.label >>: <% for each in outcomes %><< each.label >><% endfor %>"
    assert render(Path("x.md.j2"), text, values, {}) == "b: ab"
    for wrong in ("<% if outcomes.two %>x<% endif %>", "<< outcomes.two.label >>", "<< outcomes.keys >>"):
        with pytest.raises(Problem, match=r"x\.md\.j2, line 1"):
            render(Path("x.md.j2"), wrong, values, {})
