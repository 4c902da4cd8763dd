"""Texts, names, lists and means as SQL writes them."""

from collections.abc import Sequence


def quoted(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def in_list(values: Sequence[str]) -> str:
    """Texts in brackets, for ``IN``; an empty list matches nothing."""
    return "(" + (", ".join(quoted(value) for value in values) or "NULL") + ")"


def identifier(name: str) -> str:
    """A column's name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def mean(column: str) -> str:
    """The mean of an index to 12 digits, which no order of adding up moves: its sum is one of whole numbers.

    A value lies within 1,000 and counts to 15 digits after the point.
    """
    return f"round(sum({column}::DECIMAL(18, 15))::DOUBLE / count({column}), 12)"
