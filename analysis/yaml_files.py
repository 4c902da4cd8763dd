"""YAML that a person wrote: read as plain values, and what is wrong with it said with its line."""

from pathlib import Path
from typing import Any

from analysis.steps import ordinary


def read_yaml(path: Path) -> Any:
    """Read a YAML file that a person wrote.

    Raises
    ------
    YAMLError
        Where it is no YAML, a key stands twice, or brackets stand in brackets without end.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(ordinary(path).read_text(encoding="utf-8"))
    except RecursionError:
        raise YAMLError("brackets within brackets, too many to be read") from None


def yaml_fault(error: Exception) -> str:
    """What is wrong with a YAML file, and on which line, without the excerpt that the parser gives."""
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    return f"{problem} (line {mark.line + 1})" if mark and problem else str(error)
