"""Which contacts stand behind the chapter, which were left out, and what each minimum of contacts drops."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.present.continuity.sections.rows import Rows
from analysis.present.provenance.address import Origin
from analysis.present.templates.findings import Finding
from analysis.present.templates.values import Value
from analysis.steps import read_json
from analysis.tables import Lineage, read_table

if TYPE_CHECKING:
    import pandas as pd

STEP = "analysis.prepare.continuity.contacts"
# What looks wrong in a practice.
LOOKS = ("one_clinician_id", "unknown_clinicians", "all_remote", "open_or_close", "without_contacts")
SEVERAL = "clinician_ids_of_several_practices"


@dataclass(frozen=True)
class Odd:
    """How many practices look wrong in one way."""

    code: str
    practices: Value

    @property
    def single(self) -> bool:
        """Whether it is one practice."""
        return self.practices.number == 1


@dataclass(frozen=True)
class Minimum:
    """What a minimum of contacts drops, and the change under it.

    Its shares are missing where they are of too few to tell, and its change where that was not estimated.
    """

    contacts: int
    patients: Value
    of_contacts: Value
    change: Finding | None


@dataclass(frozen=True)
class Contacts:
    """The contacts behind the chapter.

    Attributes
    ----------
    read, counted : Value or None
        Contacts in the data, and those that were counted; None where none was read.
    odd : list of Odd
        Practices that look wrong.
    several : Value or None
        Clinician ids that occur in more than one practice; None where there are none.
    minima : list of Minimum
        From the smallest; none where no patient has contacts.
    under : list of Minimum
        Those under which the change was estimated.
    """

    read: Value | None
    counted: Value | None
    odd: list[Odd]
    several: Value | None
    minima: list[Minimum]
    under: list[Minimum]


def contacts(rows: Rows) -> Contacts:
    """What was counted and what was not."""
    minima, lineage = read_table(_file(rows, "fewest_contacts.parquet"))
    facts = read_json(_file(rows, "contacts.json"))
    counts = _values("data", facts, _origin("contacts", lineage))
    looks = _values("looks", facts.get("told", {}), _origin("contacts", lineage))
    dropped = _minima(rows, minima, _origin("fewest", lineage))
    return Contacts(
        read=counts.get("read"),
        counted=counts.get("counted") if "read" in counts else None,
        odd=[Odd(key, looks[key]) for key in LOOKS if key in looks],
        several=looks.get(SEVERAL),
        minima=dropped,
        under=[each for each in dropped if each.change],
    )


def _file(rows: Rows, name: str) -> Any:
    path = rows.sources.file("continuity", name)
    assert path is not None
    return path


def _origin(table: str, lineage: Lineage) -> Origin:
    data = ", ".join(f"{each.id}{' (simulated)' * (each.kind == 'simulated')}" for each in lineage.sources)
    return Origin(f"tables/continuity-{table}.md", STEP, data)


def _values(part: str, facts: dict[str, Any], origin: Origin) -> dict[str, Value]:
    """The counts among some facts that are not nought."""
    return {
        key: Value(float(count), f"continuity.{part}.{key}", origin)
        for key, count in facts.items()
        if isinstance(count, int | float) and count
    }


def _minima(rows: Rows, table: "pd.DataFrame", origin: Origin) -> list[Minimum]:
    if table.empty:
        return []
    return [
        Minimum(
            contacts=int(row["fewest"]),
            patients=Value(row["share_patients_dropped"], f"continuity.fewest.{row['fewest']}.patients", origin),
            of_contacts=Value(row["share_contacts_dropped"], f"continuity.fewest.{row['fewest']}.contacts", origin),
            change=rows.effect(f"fewest_{row['fewest']}"),
        )
        for row in table.sort_values("fewest").to_dict("records")
    ]
