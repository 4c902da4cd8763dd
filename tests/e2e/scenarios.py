"""Tables of estimates as they could have come out: the rows of a real run, moved so that each case is there."""

from collections.abc import Callable, Mapping

import pandas as pd

Table = pd.DataFrame
# Which way is good, by outcome; `down` where nothing is said.
Good = Mapping[str, str]
# How far a change is moved, and how wide its interval is, on each scale, and what no change is.
MOVES = {"ratio": (0.12, 0.02, 1.0), "points": (9.0, 1.5, 0.0), "difference": (12.0, 2.0, 0.0)}
ENDS = ["ci_low", "ci_high"]


def _moved(table: Table, side: "pd.Series[float]") -> Table:
    """All changes set to one size: `side` is 1 for a rise, −1 for a fall, 0 for no change."""
    made = table.copy()
    for scale, (size, half, nothing) in MOVES.items():
        rows = (made["scale"] == scale) & made["ci_low"].notna() & ~made["term"].str.startswith("bound")
        made.loc[rows, "estimate"] = nothing + size * side[rows]
        made.loc[rows, "ci_low"] = made.loc[rows, "estimate"] - half
        made.loc[rows, "ci_high"] = made.loc[rows, "estimate"] + half
        made.loc[rows, "p_value"] = (side[rows] == 0).map({True: 0.9, False: 0.0004})
    return made


def _better(table: Table, good: Good) -> "pd.Series[float]":
    return table["outcome"].map(lambda name: 1.0 if good.get(name) == "up" else -1.0)


def missing(table: Table, good: Good) -> Table:
    """Nothing could be estimated; a table has a row, so one stays of which no section speaks."""
    return table[table["term"] == "study"].tail(1)


def nothing(table: Table, good: Good) -> Table:
    """No change anywhere, and a change that matters ruled out."""
    return _moved(table, pd.Series(0.0, index=table.index))


def gain(table: Table, good: Good) -> Table:
    """Every outcome clearly better."""
    return _moved(table, _better(table, good))


def harm(table: Table, good: Good) -> Table:
    """Every outcome clearly worse."""
    return _moved(table, -_better(table, good))


def mixed(table: Table, good: Good) -> Table:
    """The first outcome better, the second worse, the third unchanged, and so on; checks and designs differ too."""
    kinds = table["outcome"].rank(method="dense") + table["specification"].rank(method="dense")
    turn = kinds.astype(int).mod(3).map({0: 1.0, 1: -1.0, 2: 0.0})
    return _moved(table, _better(table, good) * turn)


def one_outcome(table: Table, good: Good) -> Table:
    """Only the first outcome, and nothing of the others."""
    return table[table["outcome"] == next(iter(good))]


SCENARIOS: dict[str, Callable[[Table, Good], Table]] = {
    "all rows missing": missing, "no change": nothing, "a clear gain": gain, "a clear harm": harm, "mixed": mixed,
    "one outcome only": one_outcome,
}  # fmt: skip
