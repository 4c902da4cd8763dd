"""Every number in the paper has an address: which row, which step, which data."""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Origin:
    """Where a number comes from.

    Attributes
    ----------
    place : str
        The file, and the columns whose values pick its row: ``estimates.csv: outcome=continuity, term=effect``. Files
        in ``figures/`` and ``tables/`` are the release's own, and one that is in no release says so.
    step : str
        The module that computed it, for instance ``analysis.estimate.continuity.continuity``.
    data : str
        The data sets behind it, for instance ``reference-pilots (simulated)``.
    """

    place: str
    step: str
    data: str


# What an address says of a file that no release holds.
STAYS = "which stays in results/"


@dataclass
class Book:
    """Collects the paper's numbers and their origins while the text is made."""

    entries: dict[str, tuple[str, Origin]] = field(default_factory=dict)

    def cite(self, key: str, text: str, origin: Origin) -> str:
        """Enter a number and return it as a span that leads to its address.

        Parameters
        ----------
        key : str
            Dotted name, unique in the paper, for instance ``outcomes.continuity.change``.
        text : str
            The number as printed.
        origin : Origin
            Where it comes from.
        """
        self.entries[key] = (text, origin)
        return f'[{text}]{{.number address="{slug(key)}"}}'


def slug(key: str) -> str:
    """A key as an id: ``outcomes.continuity.change`` becomes ``outcomes-continuity-change``."""
    return re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")
