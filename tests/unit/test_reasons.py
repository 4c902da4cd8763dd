"""Every reason why something could not be estimated has words, all words have a reason, and both say the same."""

import ast
import json
import re
from pathlib import Path

import pytest
from jinja2 import nodes

from analysis.estimates import NotEstimated, attempt
from analysis.present.provenance.address import Book
from analysis.present.templates.formats import formats
from analysis.present.templates.reasons import Reasoned
from analysis.present.templates.values import Names
from analysis.reason_codes import ReasonCode
from analysis.reasons import PLAIN, WORDS, NotEstimable, Why, read_why, read_words
from analysis.steps import Problem
from analysis.tags import environment

ROOT = Path(__file__).parents[2]
ESTIMATE = ROOT / "analysis/estimate"
# Filters of the words that are given a list of names, and those that are given a number.
LISTS, NUMBERS = {"joined", "listed"}, {"count", "fixed", "figures", "plural"}


def needed(code: ReasonCode) -> dict[str, set[str]]:
    """The values that the words of a code name, each with the filters that it is given to."""
    tree = environment(PLAIN).parse(read_words(WORDS)[code])
    found: dict[str, set[str]] = {each.attr: set() for each in tree.find_all(nodes.Getattr)}
    for each in tree.find_all(nodes.Filter):
        if isinstance(each.node, nodes.Getattr):
            found[each.node.attr].add(each.name)
    return found


def sample(code: ReasonCode) -> Why:
    """A reason with a value of each kind that its words need."""
    kinds = {
        name: ["one", "two"] if used & LISTS else 3 if used & NUMBERS else Why(ReasonCode.ONE_SITE) if used else "name"
        for name, used in needed(code).items()
    }
    return Why(code, kinds)


def test_words_that_no_code_has_and_codes_without_words_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "reasons.yaml"
    text = WORDS.read_text(encoding="utf-8")
    path.write_text(f"{text}  sun_in_the_eyes: It was too bright.\n", encoding="utf-8")
    with pytest.raises(Problem, match=r"reasons\.yaml has words for `sun_in_the_eyes`, which is no reason"):
        read_words(path)
    path.write_text(text.replace("  one_site:", "  one_sight:"), encoding="utf-8")
    with pytest.raises(Problem, match=r"reasons\.yaml has no words for the reason `one_site`") as problem:
        read_words(path)
    assert "under `reason`" in problem.value.mend


def test_a_code_that_is_none_is_refused_by_name() -> None:
    row = NotEstimated(outcome="a", design="b", reason="sun_in_the_eyes")
    with pytest.raises(Problem, match=r"not_estimated\.csv gives the reason `sun_in_the_eyes`"):
        assert row.why


@pytest.mark.parametrize("code", ReasonCode)
def test_each_code_is_a_sentence_at_the_terminal_and_in_the_paper(code: ReasonCode) -> None:
    said = sample(code).sentence
    assert re.fullmatch(r"[A-Z].*[.]", said)
    assert not re.search(r"<<|>>|<%|  |\bNone\b", said)
    assert read_why(code, sample(code).text, "a table").sentence == said


@pytest.mark.parametrize("code", ReasonCode)
def test_words_ask_for_the_values_that_come_with_the_code(code: ReasonCode) -> None:
    """Wherever a code is raised by name, it comes with each value that its words name, and with no other."""
    for given in raised().get(code.name, []):
        assert given == set(needed(code)), f"{code}: {given}"


def test_each_code_is_used() -> None:
    disclosure = "disclosed_reasons.py"
    paths = [path for path in (ROOT / "analysis").rglob("*.py") if path.name != disclosure]
    text = "".join(path.read_text(encoding="utf-8") for path in paths)
    # Four are composed of group and time, and one takes the place of others where persons are protected.
    elsewhere = {code for code in ReasonCode if code.name.startswith("NO_EVENT_C")} | {ReasonCode.FEW_PERSONS_OR_EVENTS}
    assert {code for code in ReasonCode if f"ReasonCode.{code.name}" not in text} == elsewhere


def raised() -> dict[str, list[set[str]]]:
    """By code, the names of the values that it is raised with, where both stand in the call itself."""
    found: dict[str, list[set[str]]] = {}
    for path in ESTIMATE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "NotEstimable"):
                continue
            names = {each.arg for each in node.keywords}
            if isinstance(node.args[0], ast.Attribute) and None not in names:
                found.setdefault(node.args[0].attr, []).append({str(name) for name in names})
    return found


def test_most_codes_are_raised_with_their_values_in_sight() -> None:
    assert len(raised()) > 90


def test_what_cannot_be_estimated_becomes_a_row_and_another_fault_stops() -> None:
    def few() -> list[NotEstimated]:
        raise NotEstimable(ReasonCode.NO_HEAVY_USER, "ask for fewer", contacts=40)

    (row,) = attempt(few, outcome="a", design="b")
    assert isinstance(row, NotEstimated)
    assert (row.reason, json.loads(row.reason_values)) == ("no_heavy_user", {"contacts": 40})

    def damaged() -> list[NotEstimated]:
        raise Problem("a.parquet is damaged.", "restore it")

    with pytest.raises(Problem, match="damaged"):
        attempt(damaged, outcome="a", design="b")


def test_the_terminal_says_the_words_and_the_mend() -> None:
    why = Why(ReasonCode.SITE_LACKS_MONTHS, {"site": "S1"})
    error = NotEstimable(ReasonCode.NO_SITE_HAS_A_CONTROL, "leave the design out", first=why)
    assert str(error) == (
        "No site has a synthetic control: No practice of site S1 has every month.\n  To mend it: leave the design out"
    )


def test_a_fault_in_the_words_is_told_with_its_line(tmp_path: Path) -> None:
    text = WORDS.read_text(encoding="utf-8").replace("There is one site only", "There is << it.on | cout >> site only")
    (tmp_path / "reasons.yaml").write_text(text, encoding="utf-8")
    line = text[: text.index("it.on")].count("\n") + 1
    filters = formats(Book(), tmp_path)
    with pytest.raises(Problem, match=rf"reasons\.yaml, line {line}: there is no filter `cout`"):
        filters["reason"](Reasoned(ReasonCode.ONE_SITE, Names({})))
