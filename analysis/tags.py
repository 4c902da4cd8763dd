"""The tags of a template: ``<% %>`` around what chooses, ``<< >>`` around values; Quarto's braces stay as they are."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


def environment(filters: Mapping[str, Callable[..., Any]]) -> "Environment":
    """The environment in which templates are parsed and rendered: sandboxed, and strict about what is not there."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    made = ImmutableSandboxedEnvironment(
        block_start_string="<%", block_end_string="%>", variable_start_string="<<", variable_end_string=">>",
        comment_start_string="<#", comment_end_string="#>", trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, undefined=StrictUndefined,
    )  # fmt: skip
    made.filters = dict(filters)
    return made
