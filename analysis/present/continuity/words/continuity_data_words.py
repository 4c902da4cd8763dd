"""Which contacts stand behind the chapter, and which were left out: the words."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.disclosure import protected
from analysis.present.continuity.words.continuity_shared import DID, Chapter, joined
from analysis.present.provenance.address import Origin
from analysis.steps import read_json
from analysis.tables import Lineage, read_table
from analysis.wording import in_words, listed, sentence

if TYPE_CHECKING:
    import pandas as pd

STEP = "analysis.prepare.continuity.contacts"
TABLE = "tables/continuity-contacts.md"
# What looks wrong in a practice, in the plural.
LOOKS = {
    "one_clinician_id": (
        "have a single clinician id for nearly all contacts of some window, although more than one GP works there"
    ),
    "unknown_clinicians": "often name no clinician in some window",
    "all_remote": "hold nearly all contacts of some window by telephone or online",
    "open_or_close": (
        "have contacts from or until some month only, and are left out of the windows in which they are not there "
        "throughout"
    ),
    "without_contacts": "have a window without a contact that counts",
}


def data_words(chapter: Chapter, fewest: Path, facts: Path) -> dict[str, str]:
    """What was counted and what was not, by key.

    Parameters
    ----------
    chapter : Chapter
        What the words are made from.
    fewest : Path
        What each minimum of contacts drops.
    facts : Path
        How many contacts were counted and left out, and why; practices that look wrong, under ``told``.
    """
    minima, lineage = read_table(fewest)
    numbers = read_json(facts)
    return {
        "read": _read(chapter, numbers, lineage),
        "looks": _looks(chapter, numbers.get("told", {}), lineage),
        "fewest": _fewest(chapter, minima, lineage),
    }


def _read(chapter: Chapter, numbers: dict[str, Any], lineage: Lineage) -> str:
    origin = Origin(TABLE, STEP, _data(lineage))

    def cite(key: str) -> str:
        return chapter.context.book.cite(f"continuity.data.{key}", protected(numbers[key]), origin)

    if not numbers.get("read"):
        return "No contact was read."
    return f"Of {cite('read')} contacts in the data, {cite('counted')} were counted."


def _looks(chapter: Chapter, told: dict[str, Any], lineage: Lineage) -> str:
    origin = Origin(TABLE, STEP, _data(lineage))

    def cite(key: str) -> str:
        return chapter.context.book.cite(f"continuity.looks.{key}", in_words(told[key]), origin)

    parts = [f"{cite(key)} {_have(told[key], verb)}" for key, verb in LOOKS.items() if told.get(key)]
    said = f"Of the practices, {listed(parts)}." if parts else "No practice looks wrong in what the plan asks about."
    several = "clinician_ids_of_several_practices"
    if told.get(several):
        said += f" Clinician ids that occur in more than one practice: {cite(several)}."
    return said


def _have(number: int, verb: str) -> str:
    """The verb in the singular where one practice is meant."""
    if number != 1:
        return verb
    return verb.replace("have ", "has ", 1).replace("hold ", "holds ", 1).replace("often name ", "often names ", 1)


def _fewest(chapter: Chapter, minima: "pd.DataFrame", lineage: Lineage) -> str:
    """How many patients each minimum of contacts leaves out, and what that does to the result."""
    if minima.empty:
        return ""
    origin = Origin("tables/continuity-fewest.md", STEP, _data(lineage))
    parts = []
    for row in minima.sort_values("fewest").to_dict("records"):
        least, key = int(row["fewest"]), f"continuity.fewest.{row['fewest']}"
        if row["share_patients_dropped"] != row["share_patients_dropped"]:
            parts.append(f"a minimum of {in_words(least)} contacts leaves out too few patients to tell")
            continue
        patients, contacts = (
            chapter.context.book.cite(f"{key}.{what}", f"{100 * row[f'share_{what}_dropped']:.1f}%", origin)
            for what in ("patients", "contacts")
        )
        left = f"leaves out {patients} of the patients and {contacts} of the contacts"
        parts.append(f"a minimum of {in_words(least)} contacts {left}")
    return joined(f"{sentence('; '.join(parts))}.", _other_minima(chapter, minima))


def _other_minima(chapter: Chapter, minima: "pd.DataFrame") -> str:
    parts = []
    for least in sorted(minima["fewest"].astype(int)):
        row = chapter.row(DID, specification=f"fewest_{least}", term="effect", subgroup="all")
        if row is not None:
            parts.append(f"with a minimum of {in_words(least)} the change is {chapter.size(f'fewest_{least}', row)}")
    return f"{sentence(listed(parts))}." if parts else ""


def _data(lineage: Lineage) -> str:
    return ", ".join(f"{each.id}{' (simulated)' * (each.kind == 'simulated')}" for each in lineage.sources)
