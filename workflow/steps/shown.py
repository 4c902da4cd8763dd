"""Where the stage present reads and writes."""

from collections.abc import Iterable

from workflow.step import Below

STAGE = "<results>/present"
KINDS = ("svg", "png", "csv", "md")
UNMADE = "<disclosed>/not_estimated.csv"
EVIDENCE = "<results>/prepare/evidence.parquet"
STATES = "<results>/prepare/questions/questions.json"
READINGS = "<results>/assess/tests.json"


def slugs(prefix: str, names: Iterable[str]) -> list[str]:
    """Names of files, in which hyphens stand for underscores."""
    return [f"{prefix}-{name.replace('_', '-')}" for name in names]


def figures(*names: str) -> Below:
    """The files of some figures."""
    return Below(f"{STAGE}/figures", [f"{name}.{kind}" for name in names for kind in KINDS])


def tables_named(*names: str) -> Below:
    """The files of some tables."""
    return Below(f"{STAGE}/tables", [f"{name}.md" for name in names])
