"""What a paper says of the hospital records under its counts: how many were read and left out, and by which list."""

from typing import TypedDict

from analysis.disclosure import protected
from analysis.wording import listed


class Facts(TypedDict):
    """What :mod:`analysis.prepare.spells` wrote."""

    table: str
    counts: dict[str, int]
    conditions: dict[str, str]


LEFT_OUT = ("not finished", "key or date missing", "ends before it starts")


def records_words(facts: Facts) -> str:
    """A few sentences for under a table.

    Parameters
    ----------
    facts : dict
        What the step spells counted. A list of conditions whose codes were not compared with the official
        specification is called so.

    Returns
    -------
    str
        Counts of records are rounded to the nearest five and hidden up to seven.
    """
    counts, table = facts["counts"], facts["table"]
    told = f"{protected(counts[f'{table} read'])} hospital {table} were read"
    left = [f"{protected(counts[why])} {why}" for why in LEFT_OUT if counts.get(why)]
    lacking = f"{told}; of these were left out: {listed(left)}." if left else f"{told}, and none was left out."
    made = f" They make {protected(counts['spells'])} spells." if table == "episodes" else ""
    return f"{lacking}{made} {facts['conditions']['sentence']}"
