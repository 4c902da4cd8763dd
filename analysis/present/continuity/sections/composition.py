"""Whether the change in continuity is more than one of how often patients came."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.answers import About
from analysis.present.continuity.sections.rows import DID, Rows
from analysis.present.provenance.address import slug
from analysis.present.templates.findings import Finding
from analysis.present.templates.reasons import Reasoned
from analysis.present.templates.values import Printed
from analysis.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd

SAME = "same_contacts"


@dataclass(frozen=True)
class Stratum:
    """The change among patients with so many contacts."""

    who: Printed
    finding: Finding


@dataclass(frozen=True)
class Composition:
    """Whether continuity changed among patients with as many contacts.

    Attributes
    ----------
    contacts : Finding or None
        The change in the number of contacts per patient.
    no_contacts : Reasoned or None
        Why that is missing.
    same, adjusted : Finding or None
        The change with the mix of contacts held as it was, and adjusted for each patient's number.
    no_same : Reasoned or None
        Why the first is missing.
    estimated : bool
        Whether the change itself was estimated.
    remains : Verdict
        What becomes of the change at equal numbers of contacts.
    strata : list of Stratum
        The fewest and the most contacts; none where there are fewer than two strata.
    """

    contacts: Finding | None
    no_contacts: Reasoned | None
    same: Finding | None
    no_same: Reasoned | None
    adjusted: Finding | None
    estimated: bool
    remains: Verdict
    strata: list[Stratum]

    @property
    def compared(self) -> bool:
        """Whether there is a change, and one at equal numbers of contacts to hold it against."""
        return self.same is not None and self.estimated


def composition(rows: Rows) -> Composition:
    """Whether the change remains at equal numbers of contacts."""
    return Composition(
        contacts=rows.finding("contacts_per_patient", term="effect"),
        no_contacts=rows.why("contacts_per_patient"),
        same=rows.effect(SAME),
        no_same=rows.why(DID, SAME),
        adjusted=rows.effect("adjusted_for_contacts"),
        estimated=rows.primary() is not None,
        remains=rows.sources.verdicts.of(rows.plan.outcome, "survives", SAME, About.CONTINUITY),
        strata=_strata(rows),
    )


def _strata(rows: Rows) -> list[Stratum]:
    """The change among patients with few and with many contacts."""
    table = rows.sources.context.estimates
    table = table[
        (table["outcome"] == rows.plan.outcome)
        & (table["specification"] == "by_contacts")
        & (table["term"] == "effect")
    ]
    # Strata begin at the numbers of the plan, which are the first in their names.
    first = table["subgroup"].str.extract(r"(\d+)", expand=False).astype(float)
    ends = table.assign(first=first).sort_values("first").iloc[[0, -1]] if len(table) > 1 else table.iloc[:0]
    return [stratum for _, row in ends.iterrows() if (stratum := _stratum(rows, row))]


def _stratum(rows: Rows, row: "pd.Series[Any]") -> Stratum | None:
    change = rows.as_finding(row)
    return (
        None
        if change is None
        else Stratum(rows.printed(row, "subgroup", f"strata.{slug(str(row['subgroup']))}"), change)
    )
