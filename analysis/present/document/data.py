"""What was analysed: how many sites and practices, when, from which tables, and what is missing for want of others."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.months import month_count
from analysis.present.provenance.address import STAYS, Origin
from analysis.present.provenance.sources import Sources
from analysis.present.templates.values import Value
from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

# What cannot be told without any of these tables; the phrase `lacking` has the words, by the first.
WANTED = (("survey",), ("contacts",), ("spells", "episodes"), ("patients",))
# Of records of persons, from which the counts are made; counts that were supplied need none of these.
WANTED_FOR_COUNTS = (("outpatients",), ("emergency_care",), ("populations",))
# Tables with a row for a person, or for an event in a person's life; the phrase `persons` has the words.
PERSONS = ("episodes", "spells", "outpatients", "emergency_care", "patients", "contacts", "registrations")


@dataclass(frozen=True)
class Starts:
    """The months of the first and the last start; empty where no pilot practice has counts from its start on."""

    first: str
    last: str

    @property
    def none(self) -> bool:
        """Whether no start can be told."""
        return not self.first

    @property
    def together(self) -> bool:
        """Whether all started in one month."""
        return self.first == self.last


@dataclass(frozen=True)
class DataPage:
    """What was analysed.

    Attributes
    ----------
    sites, pilot_practices, comparison_practices, clusters : Value
        How many there are.
    months : Value
        How many months they were followed.
    first, last : str
        The first and the last of these.
    starts : Starts
    simulated : bool
        Whether the data are, by lineage.
    tables : list of str
        The tables that the data hold, in words.
    lacking : list of str
        Codes of what could not be analysed for want of another.
    """

    sites: Value
    pilot_practices: Value
    comparison_practices: Value
    clusters: Value
    months: Value
    first: str
    last: str
    starts: Starts
    simulated: bool
    tables: list[str]
    lacking: list[str]

    @property
    def one_site(self) -> bool:
        """Whether there is one pilot."""
        return self.sites.number == 1


@dataclass(frozen=True)
class AvailabilityPage:
    """Which tables with records of persons the data hold, by code, and whether these persons are simulated."""

    persons: list[str]
    simulated: bool


def page(sources: Sources) -> DataPage | None:
    """What was analysed; None where the study has no pilots."""
    path = sources.file("quality", ".parquet")
    return None if path is None else data(path, sources.plan.supplied)


def data(quality: Path, supplied: tuple[str, ...]) -> DataPage:
    """What was analysed, by the table of data quality and the tables that were supplied."""
    table, lineage = read_table(quality)
    activity = table[table["source"] == "activity"]
    first, last = activity["first"].min(), activity["last"].max()
    sets = ", ".join(f"{source.id}{' (simulated)' * (source.kind == 'simulated')}" for source in lineage.sources)
    origin = Origin(f"quality.parquet, {STAYS}", "analysis.prepare.outcomes.quality", sets)
    names = ("sites", "pilot_practices", "comparison_practices", "clusters")
    counts = {name: Value(float(activity[name].max()), f"data.{name}", origin) for name in names}
    return DataPage(
        **counts,
        months=Value(month_count(first, last), "data.months", origin),
        first=first,
        last=last,
        starts=_starts(activity),
        simulated=lineage.simulated,
        tables=[each.replace("_", " ") for each in supplied],
        lacking=lacking(supplied),
    )


def _starts(activity: "pd.DataFrame") -> Starts:
    if activity["start"].isna().all():  # as where all of them stop giving counts when they start
        return Starts("", "")
    return Starts(activity["start"].min(), activity["last_start"].max())


def lacking(supplied: tuple[str, ...]) -> list[str]:
    """Codes of what could not be analysed for want of a table."""
    wanted = WANTED if "activity" in supplied else WANTED + WANTED_FOR_COUNTS
    codes = [tables[0] for tables in wanted if not set(tables) & set(supplied)]
    # Without contacts there is nothing to be told of them, so that registrations are not missed.
    return codes + ["registrations"] * ("contacts" in supplied and "registrations" not in supplied)


def availability(sources: Sources) -> AvailabilityPage:
    """Whether records of single persons were used, and which."""
    held = [table for table in PERSONS if table in sources.plan.supplied]
    return AvailabilityPage(held, sources.simulated)
