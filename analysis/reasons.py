"""Why something could not be estimated: a code with values, whose words stand in ``reports/phrases/reasons.yaml``.

A model that meets data from which nothing can be told raises :class:`NotEstimable`. Where its step goes on with the
others, code and values become a row of ``not_estimated.csv``, and the paper says the words; where it does not, the
terminal says the same words, and how to mend it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from analysis.reason_codes import ReasonCode
from analysis.steps import Problem, canonical_json
from analysis.tags import environment
from analysis.wording import counted, fixed, listed, plural

WORDS = Path(__file__).parents[1] / "reports/phrases/reasons.yaml"
# The list in that file, of sentences by code.
LIST = "reason"


@dataclass(frozen=True)
class Why:
    """A code with its values.

    Attributes
    ----------
    code : ReasonCode
        Why.
    values : dict
        What the words of the code need: names (of a measure, a site, a month), numbers, lists of names, or the reason
        of something that this rests on.
    """

    code: ReasonCode
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The values as the table of what could not be estimated has them: canonical JSON."""
        return canonical_json(
            {name: each.record if isinstance(each, Why) else each for name, each in self.values.items()}
        )

    @property
    def record(self) -> dict[str, Any]:
        """Code and values, for JSON."""
        return {"reason": self.code, "values": json.loads(self.text)}

    @property
    def sentence(self) -> str:
        """In words, as the terminal says them."""
        values = {name: each.sentence if isinstance(each, Why) else each for name, each in self.values.items()}
        return _said(self.code, values)


def read_why(code: str, text: str, place: str) -> Why:
    """A code and its values as some file has them.

    Raises
    ------
    Problem
        When there is no such code.
    """
    if code not in set(ReasonCode):
        raise Problem(
            f"{place} gives the reason `{code}`, and there is no such code.", "add it to analysis/reason_codes.py"
        )
    values = {
        name: read_why(each["reason"], canonical_json(each["values"]), place) if isinstance(each, dict) else each
        for name, each in json.loads(text).items()
    }
    return Why(ReasonCode(code), values)


class NotEstimable(Problem):
    """Data from which something cannot be estimated.

    Parameters
    ----------
    code : ReasonCode
        Why.
    mend : str
        The command or the edit that mends it.
    **values
        What the words of the code need.
    """

    def __init__(self, code: ReasonCode, mend: str, **values: Any) -> None:
        self.why, self.mend = Why(code, {name: _plain(each) for name, each in values.items()}), mend

    @property
    def sentence(self) -> str:
        """Why, in words. They are looked up where somebody asks: what becomes a row needs none."""
        return self.why.sentence


def _plain(value: Any) -> Any:
    """A value as JSON has it: a number of numpy is Python's own."""
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.item() if hasattr(value, "item") else value


def read_words(path: Path) -> dict[ReasonCode, str]:
    """The words of every code, templates that are given the values as `it`.

    Each is preceded by as many line breaks as it has lines before it in the file, so that a fault in it is told with
    its line.

    Raises
    ------
    Problem
        When a code has no words, or words have no code.
    """
    import yaml

    content: Any = yaml.compose(path.read_text(encoding="utf-8"))
    ((_, entries),) = content.value
    found = {key.value: "\n" * _line(words) + words.value for key, words in entries.value}
    for code in ReasonCode:
        if code not in found:
            raise Problem(f"{path} has no words for the reason `{code}`.", f"add a sentence for it under `{LIST}`")
    for key in found.keys() - set(ReasonCode):
        raise Problem(
            f"{path} has words for `{key}`, which is no reason.", "correct it, or add it to analysis/reason_codes.py"
        )
    return {code: found[code] for code in ReasonCode}


def _line(words: Any) -> int:
    """How many lines stand before a text; one that is folded begins on the next line."""
    return int(words.start_mark.line) + (words.style in (">", "|"))


@cache
def _words() -> dict[ReasonCode, str]:
    return read_words(WORDS)


def _said(code: ReasonCode, values: Mapping[str, Any]) -> str:
    """The words without addresses and without Markdown, which the terminal does not know."""
    template = environment(PLAIN).from_string(_words()[code])
    return " ".join(template.render(it=SimpleNamespace(**values)).split())


# The filters that words of reasons may use, as they print where nothing is cited.
PLAIN: Mapping[str, Callable[..., str]] = {
    "count": counted,
    "fixed": lambda value, decimals=2: fixed(value, decimals),
    "figures": lambda value, figures=2: f"{value:.{figures}g}",
    "plural": plural,
    "joined": lambda texts, between=" ": between.join(texts),
    "listed": lambda texts, last="and": listed(list(texts), last),
    "reason": str,
}
