"""Open data sets side by side, before they are joined: one file under two names, bodies that are no practices."""

import sys
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from analysis.steps import Problem
from analysis.wording import counted, plural

if TYPE_CHECKING:
    import pandas as pd

    from analysis.pull.connectors.base import Tidy

# So many practices do not have the same lists, or the same shares of responses, in two years.
FEWEST_ALIKE = 10


@dataclass(frozen=True)
class Read:
    """One data set as it was read: what the register says of it, its tidy content, the rows that were corrected."""

    about: dict[str, Any]
    tidy: "Tidy"
    corrected: int


def check_twins(about: list[dict[str, Any]]) -> None:
    """Refuse one file under two names: whichever of the two it is not would be told as something that it is not.

    Raises
    ------
    Problem
        Names both files.
    """
    for one, other in combinations(about, 2):
        for file, twin in product(one["files"], other["files"]):
            if file["sha256"] == twin["sha256"] and not _of_one_year(one["parameters"], other["parameters"]):
                how = "are the same file, byte for byte"
                raise _twins(f"data/raw/{file['path']}", f"data/raw/{twin['path']}", how)


def _of_one_year(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two data sets say that they take other things from a file of one year."""
    return one != other and one.get("year") == other.get("year")


def _twins(one: str, other: str, how: str) -> Problem:
    return Problem(
        f"{one} and {other} {how}; they are registered as two different ones.",
        "put the right file in place of the wrong one, and run `make pull ACCEPT=<id>` for its data set; or take that "
        "data set out of `practices.datasets` in the study file",
    )


def without_others(sources: list[Read]) -> list[Read]:
    """The data sets without the rows of what the register of practices says are no general practices.

    A code that the register does not have stays: registers and data are seldom of one day.
    """
    others = frozenset().union(*(each.tidy.others for each in sources))
    return [replace(each, tidy=_general(each, others)) for each in sources]


def _general(read: Read, others: frozenset[str]) -> "Tidy":
    kept = [table[~table["practice_id"].isin(others)] for table in (read.tidy.measures, read.tidy.practices)]
    if left := read.tidy.practices["practice_id"].nunique() - kept[1]["practice_id"].nunique():
        what = plural(left, "body that is no general practice is", "bodies that are no general practices are")
        print(f"{read.about['id']}: {counted(left)} {what} left out", file=sys.stderr)
    return replace(read.tidy, measures=kept[0].reset_index(drop=True), practices=kept[1].reset_index(drop=True))


def check_copies(measures: "pd.DataFrame", sources: dict[str, str]) -> None:
    """Refuse data sets of one source that give every practice the same value in two years: one file, saved twice.

    Raises
    ------
    Problem
        Names both data sets.
    """
    for _, rows in measures.groupby("measure"):
        wide = rows.pivot_table(index="practice_id", columns=["dataset", "year"], values="value", aggfunc="first")
        for one, other in combinations(wide.columns, 2):
            both = wide[[one, other]].dropna()
            alike = one[1] != other[1] and sources[one[0]] == sources[other[0]] and one[0] != other[0]
            if alike and len(both) >= FEWEST_ALIKE and (both[one] == both[other]).all():
                how = f"give all {len(both):,} practices that both have the same values"
                raise _twins(f"Data sets {one[0]}", other[0], how)
