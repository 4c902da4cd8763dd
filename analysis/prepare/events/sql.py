"""Texts, names and lists as SQL writes them."""

from collections.abc import Sequence


def quoted(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def listed(values: Sequence[str]) -> str:
    """Texts in brackets, for ``IN``; an empty list matches nothing."""
    return "(" + (", ".join(quoted(value) for value in values) or "NULL") + ")"


def identifier(name: str) -> str:
    """A column's name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'
