"""Everything that is wrong with a study's tables, by themselves and beside one another, and everything to ask about."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.pilots import Pilots
from analysis.prepare.contract.faults import Fault, Question
from analysis.pull.package.package import EVENTS
from analysis.steps import Paths
from analysis.study import Study

if TYPE_CHECKING:
    from analysis.prepare.contract.raw_files import Raw

CHECKS = ("readable", "columns", "types", "values", "keys", "references", "months", "plausible")
PERSONS = (*EVENTS, "contacts", "registrations")
Tables = dict[str, Paths]


@dataclass
class Examined:
    """What was looked at, and what was found.

    Attributes
    ----------
    checked : dict
        By table, the checks that were made.
    faults : list of Fault
        Everything that is wrong.
    questions : list of Question
        What may be right, and looks like a slip.
    notes : list of str
        What is worth knowing.
    """

    checked: dict[str, set[str]]
    faults: list[Fault] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def examine(tables: Tables, plan: Study, pilots: Pilots) -> Examined:
    """Look for every fault of the tables by themselves and beside one another."""
    from analysis.prepare.contract import contract
    from analysis.prepare.contract.raw import examined

    models = (contract.Sites, contract.Practices, contract.Activity, contract.Survey, contract.Patients)
    seen, raws = Examined({table: set() for table in tables}), {}
    for table, model in ((model.__name__.lower(), model) for model in models):
        if table in tables:
            raw, own = examined(tables[table], model, pilots.columns.get(table))
            seen.faults += own
            seen.checked[table] |= _looked_at({fault.check for fault in own})
            seen.notes += raw.notes() if raw else []
            # Its cells are told; beside other tables, what is missing would be told again.
            if raw and not any(fault.check == "types" and not fault.count for fault in own):  # a whole column
                raws[table] = raw
    _beside(seen, raws, plan, pilots)
    seen.questions += _questions(seen, raws, pilots)
    practices = raws["practices"].frame["practice_id"] if "practices" in raws else ()
    for table in (table for table in PERSONS if table in tables):
        breaches, notes = event_faults(table, tables[table], pilots, [*practices])
        seen.checked[table] |= _looked_at({fault.check for fault in breaches})
        if "columns" not in {fault.check for fault in breaches}:
            seen.checked[table] |= {"months", *(["references"] if len(practices) else [])}
        seen.faults += [fault for fault in breaches if not fault.tolerated]
        seen.notes += [*(_noted(fault) for fault in breaches if fault.tolerated), *notes]
    seen.notes += _presence(seen, raws, tables, [*practices], pilots)
    return seen


def _presence(
    seen: Examined, raws: "dict[str, Raw]", tables: Tables, practices: list[str], pilots: Pilots
) -> list[str]:
    """Practices that open or close within the months, where the tables that tell of them have no fault."""
    from analysis.prepare.events.event_presence import event_notes
    from analysis.prepare.outcomes.presence import presence, presence_notes

    sound = {table for table in tables if table not in {fault.table for fault in seen.faults}}
    notes, silent = [], pilots.limits.silent
    if "activity" in raws and "activity" in sound:
        frame = raws["activity"].frame
        inside = frame[frame["month"].between(pilots.months.first, pilots.months.last)]
        ends = inside["month"].min(), inside["month"].max()
        notes += presence_notes(presence(inside, silent), "activity", ends)
    hospital = [] if "activity" in tables else ["episodes", "outpatients", "emergency_care"]
    hospital += ["spells"] if "activity" not in tables and "episodes" not in tables else []
    for group in (hospital, ["contacts"]):
        files = {table: tables[table] for table in group if table in sound}
        if files and practices:
            notes += event_notes(files, pilots.columns, practices, pilots.months, silent, pilots.time_zone)
    return notes


def _looked_at(broken: set[str]) -> set[str]:
    """Which checks of a table by itself were made on all of it: not those behind one that it failed."""
    return set(CHECKS[: 1 if "readable" in broken else 2 if "columns" in broken else 5])


def _questions(seen: Examined, raws: "dict[str, Raw]", pilots: Pilots) -> list[Question]:
    """What is asked about the tables that could be read."""
    from analysis.prepare.check_data.plausible import questions

    tables = {table: raw for table, raw in raws.items() if table != "patients"}
    for table in tables:
        seen.checked[table].add("plausible")
    broken = {(fault.table, name) for fault in seen.faults for name in fault.column.split(", ")}
    # What is a fault already is not asked about too.
    return [
        each for each in questions(pilots.limits, **tables)
        if not {(each.table, name) for name in each.column.split(", ")} & broken
    ]  # fmt: skip


def _noted(fault: Fault) -> str:
    """Rows that the pipeline leaves out and counts."""
    return f"{fault.table}, {fault.check}: {fault.sentence()} They are few, so the run leaves them out and counts them"


def event_faults(
    table: str, files: Paths, pilots: Pilots, practices: list[str]
) -> tuple[list[Fault], list[str]]:  # fmt: skip
    """The faults of a table of events, which is never read as a whole, and what is worth a note."""
    from analysis.prepare.contacts.contact_checks import contact_limits
    from analysis.prepare.contacts.contact_words import word_faults
    from analysis.prepare.events.event_contract import EVENT_TABLES
    from analysis.prepare.events.event_faults import faults
    from analysis.prepare.events.events import engine
    from analysis.prepare.events.row_fates import fates_note, row_fates

    contract, columns = EVENT_TABLES[table], pilots.columns.get(table, {})
    limits = contact_limits(pilots.limits, pilots.contacts.checks) if table == "contacts" else pilots.limits
    with (
        tempfile.TemporaryDirectory() as folder,
        engine(Path(folder) / "spill", zone=pilots.time_zone) as (connection, _),
    ):
        breaches = faults(
            connection,
            contract,
            files,
            columns=columns,
            practices=practices,
            months=pilots.months,
            limits=limits,
            rules=pilots.hospital,
        )
        if {"readable", "columns"} & {fault.check for fault in breaches}:
            return breaches, []
        notes = []
        if practices:
            notes.append(fates_note(table, row_fates(connection, contract, files, columns, practices, pilots)))
        if table == "contacts":
            unlike, words = word_faults(connection, files, columns, pilots.contacts)
            breaches, notes = [*breaches, *unlike], [*notes, *words]
    return breaches, notes


def _beside(seen: Examined, raws: "dict[str, Raw]", plan: Study, pilots: Pilots) -> None:
    """Look for the faults of tables beside one another, where each could be read."""
    from analysis.prepare.contract.checks import (
        activity_faults,
        cluster_notes,
        practice_faults,
        survey_faults,
    )
    from analysis.prepare.contract.reach import month_notes, reach_faults, site_faults
    from analysis.prepare.contract.series import break_faults
    from analysis.prepare.matched_cohort.patient_checks import patient_faults

    sites, practices, activity, survey = (raws.get(table) for table in ("sites", "practices", "activity", "survey"))
    until = plan.release.date[:7]
    if sites:
        seen.checked["sites"].add("months")
        seen.faults += site_faults(sites, pilots.months)
    if sites and practices:
        seen.checked["practices"].add("references")
        seen.faults += practice_faults(practices, sites, plan.inference.comparison_cluster)
        seen.notes += cluster_notes(practices, plan.inference.comparison_cluster)
    if practices and activity:
        seen.checked["activity"] |= {"references", "months"}
        seen.notes += month_notes(activity, pilots.months)
        measures = {name: each.measure for name, each in plan.activity().items()}
        seen.faults += activity_faults(
            activity, practices, months=pilots.months, until=until, measures=measures, allow_gaps=pilots.allow_gaps
        )
    if sites and practices and activity:
        seen.faults += reach_faults(sites, practices, activity, pilots.months)
    if sites and practices and survey:
        seen.checked["survey"] |= {"references", "months"}
        items = {name: each.item for name, each in plan.survey().items()}
        seen.faults += survey_faults(survey, practices, sites, until=until, items=items)
        seen.faults += break_faults(survey, {each.item: each.breaks for each in plan.survey().values()})
    if practices and (patients := raws.get("patients")):
        seen.checked["patients"] |= {"references", "months"}
        seen.faults += patient_faults(patients, practices, pilots.months)
