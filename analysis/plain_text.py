"""The text of a study file is text: nothing in it is markup, code or a hidden sign, in any format that a paper has."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from analysis.plan.terms import Words
from analysis.steps import Problem

# Signs that begin markup, raw code, a citation, a formula or a shortcode in Markdown as pandoc and Quarto read it.
_ACTIVE = re.compile(r"[\\`*_{}\[\]<>$@~^|#!]|&(?=#?\w+;)")
# At the beginning of a line these would make a list, a definition, a block or a heading.
_FIRST = re.compile(r"^(\(?\w{1,9}(?=[.)](?:\s|$))|)([.):+=%-])")
_ESCAPED = re.compile(r"\\([^\w\s])")
# What nobody sees and what turns the order of what one sees around (Unicode TR36): control signs and directions.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


def escaped(text: str) -> str:
    """A text as Markdown that says just this text, on one line.

    Pandoc takes a backslash before any sign as that sign itself, also in attributes and in metadata.
    """
    line = _ACTIVE.sub(r"\\\g<0>", " ".join(text.split()))
    return _FIRST.sub(r"\1\\\2", line)


def unescaped(text: str, *, but: str = "") -> str:
    """The text that an escaped one says; for figures, data and the terminal, which know no Markdown.

    Parameters
    ----------
    text : str
        Markdown that :func:`escaped` wrote, or that has none in it.
    but : str
        Signs that stay escaped, because something else gives them a meaning: matplotlib the dollar.
    """
    return _ESCAPED.sub(lambda match: match[0] if match[1] in but else match[1], text)


def escaped_plan(value: Any) -> Any:
    """A part of the plan whose texts are Markdown that says just them; names, numbers and files stay as they are."""
    if isinstance(value, BaseModel):
        return value.model_copy(update=dict(_fields_escaped(value)))
    if isinstance(value, dict):
        return {key: escaped_plan(each) for key, each in value.items()}
    return tuple(map(escaped_plan, value)) if isinstance(value, tuple) else value


def _fields_escaped(model: BaseModel) -> Iterator[tuple[str, Any]]:
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        words = any(isinstance(each, Words) for each in field.metadata) or _holds_words(field.annotation)
        yield name, _every(value) if words else escaped_plan(value)


def _holds_words(annotation: Any) -> bool:
    """Whether a type is of texts, or of values that are, such as a mapping to texts."""
    if get_origin(annotation) is Annotated:
        return any(isinstance(each, Words) for each in get_args(annotation))
    return any(_holds_words(each) for each in get_args(annotation) if not isinstance(each, str))


def _every(value: Any) -> Any:
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, dict):
        return {key: _every(each) for key, each in value.items()}
    return tuple(map(_every, value)) if isinstance(value, tuple) else value


def check_seen(value: Any, where: str, place: str = "") -> None:
    """Refuse control signs and signs that turn the direction of writing, in any text or key.

    Parameters
    ----------
    value : object
        What was read of a file.
    where : str
        The file.
    place : str
        The key of the value in it.

    Raises
    ------
    Problem
        Names file, key and sign.
    """
    if isinstance(value, str) and (unseen := UNSEEN.search(value)):
        raise Problem(
            f"{where} holds a sign that nobody sees, U+{ord(unseen[0]):04X}, at `{UNSEEN.sub('�', place) or 'top'}`.",
            f"type the text anew at that place of {where}; such signs come with text that was copied",
        )
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        inside = f"{place}.{key}" if place else str(key)
        check_seen(key, where, inside)
        check_seen(each, where, inside)
