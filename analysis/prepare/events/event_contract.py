"""The data contract of event tables: one row per episode, spell, attendance or contact of a person.

Event tables are read with DuckDB and never loaded as a whole, so their contract is a list of columns and not a
pandera model. Hospital tables have the field names of Hospital Episode Statistics (HES).
"""

from dataclasses import dataclass
from typing import Literal

Type = Literal["text", "code", "date", "whole number", "number"]
# Codes of HES, by the NHS Data Dictionary (ATTENDED OR DID NOT ATTEND; 9 is HES's own, for not known) and the data
# dictionary of HES (ADMIMETH, EPISTAT). Sources and destinations gained codes over the years, so of these whatever has
# the form of a code is one; an empty text says that the cell may be empty.
ADMISSION_METHODS = (
    "11", "12", "13", "21", "22", "23", "24", "25", "28", "2A", "2B", "2C", "2D", "31", "32", "81", "82", "83", "84",
    "89", "98", "99",
)  # fmt: skip
METHODS = ("emergency", "elective", "other", *ADMISSION_METHODS)
STATES = ("1", "3", "9")
ATTENDANCES = ("0", "2", "3", "4", "5", "6", "7", "9")
PLACES = ("", *(str(number) for number in range(10, 100)))
DISCHARGE_METHODS = ("", *(str(number) for number in range(1, 10)))


@dataclass(frozen=True)
class EventColumn:
    """One column of an event table.

    Attributes
    ----------
    name : str
        Its name; a numbered column such as ``DIAG_01`` stands for all its numbers up to `last`.
    type : str
        ``text``, ``code``, ``date``, ``whole number`` or ``number``. A code is text without leading zeros.
    empty : bool
        Whether a cell may be empty.
    rule : str
        What must hold, in words.
    needed : bool
        Whether the table must have the column.
    last : int
        The highest number of a numbered column; 0 where it is not numbered.
    codes : tuple of str
        The codes that are known, beside those that the study names; none where any will do.
    """

    name: str
    type: Type
    empty: bool
    rule: str
    needed: bool = True
    last: int = 0
    codes: tuple[str, ...] = ()

    @property
    def identifies(self) -> bool:
        """Whether it holds ids, of which a table has many."""
        return self.name.lower().endswith(("id", "key"))

    def names(self) -> list[str]:
        """The column's name, or all names of a numbered column."""
        if not self.last:
            return [self.name]
        stem, _, number = self.name.rpartition("_")
        return [f"{stem}_{each:0{len(number)}}" for each in range(1, self.last + 1)]


@dataclass(frozen=True)
class EventTable:
    """One event table.

    Attributes
    ----------
    name : str
        Its name in an evaluation data package.
    columns : tuple of EventColumn
        Its columns.
    key : tuple of str
        The columns that stand once together; empty where any row may be repeated.
    practice, date : str
        The column with the practice, and the one that says when the event happened.
    spans : tuple of pairs
        Pairs of dates of which the second never comes before the first.
    monthly : bool
        Whether every month of the study has rows, so that one without any is a gap.
    alone : tuple of str
        The columns by which the first of `spans` never overlaps another row's; empty where it may.
    open_ended : bool
        Whether a span whose last day is empty goes on, so that it overlaps all that begins later.
    """

    name: str
    columns: tuple[EventColumn, ...]
    key: tuple[str, ...]
    practice: str
    date: str
    spans: tuple[tuple[str, str], ...] = ()
    monthly: bool = True
    alone: tuple[str, ...] = ()
    open_ended: bool = False

    @property
    def identity(self) -> tuple[str, ...]:
        """The columns of the key without which no row stands twice: all that are never empty, or all of the key."""
        return tuple(name for name in self.key if not self.column(name).empty) or self.key

    def names(self) -> list[str]:
        """Every column, numbered ones by all their names."""
        return [name for column in self.columns for name in column.names()]

    def column(self, name: str) -> EventColumn:
        """The column that has this name, or this number."""
        return next(column for column in self.columns if name in column.names())


EPISODES = EventTable(
    "episodes",
    (
        EventColumn("HESID", "text", True, "the person, a pseudonym; an episode without one is left out"),
        EventColumn("PROCODE3", "text", True, "the provider; an episode without one is left out"),
        EventColumn("EPIKEY", "text", True, "the episode, unique; an episode without one is left out"),
        EventColumn("EPISTART", "date", True, "first day of the episode; an episode without one is left out"),
        EventColumn("EPIEND", "date", True, "last day, not before `EPISTART`; an episode without one is left out"),
        EventColumn("EPIORDER", "whole number", True, "number of the episode within its spell"),
        EventColumn("EPISTAT", "code", True, "`3` is a finished episode; all others are left out", codes=STATES),
        EventColumn("ADMIDATE", "date", True, "day of admission; an episode without one is left out"),
        EventColumn("DISDATE", "date", True, "day of discharge; without one `EPIEND` is taken", needed=False),
        EventColumn("ADMIMETH", "code", True, "method of admission, HES code", codes=ADMISSION_METHODS),
        EventColumn("ADMISORC", "code", True, "source of admission, HES code", codes=PLACES),
        EventColumn("DISMETH", "code", True, "method of discharge, HES code", codes=DISCHARGE_METHODS),
        EventColumn("DISDEST", "code", True, "destination on discharge, HES code", codes=PLACES),
        EventColumn("TRANSIT", "text", True, "orders transfers on the same day", needed=False),
        EventColumn("GPPRAC", "text", True, "a practice in `practices`; others are left out and counted"),
        EventColumn("DIAG_01", "text", True, "diagnoses, ICD-10, to `DIAG_20`; the first is the primary one", last=20),
        EventColumn(
            "OPERTN_01", "text", True, "procedures, OPCS-4, to `OPERTN_24`; the first is the main one", False, 24
        ),
    ),
    key=("EPIKEY",), practice="GPPRAC", date="ADMIDATE", spans=(("EPISTART", "EPIEND"), ("ADMIDATE", "DISDATE")),
)  # fmt: skip

SPELLS = EventTable(
    "spells",
    (
        EventColumn("patient_id", "text", False, "the person, a pseudonym"),
        EventColumn("practice_id", "text", False, "a practice in `practices`"),
        EventColumn("admitted", "date", False, "day of admission"),
        EventColumn("discharged", "date", True, "day of discharge, not before `admitted`"),
        EventColumn("method", "code", True, "`emergency`, `elective` or `other`, or the HES code of `ADMIMETH`",
                    codes=METHODS),
        EventColumn("diagnosis_1", "text", True, "diagnoses, ICD-10, to `diagnosis_20`; the first is the primary one",
                    last=20),
        EventColumn("procedure_1", "text", True, "procedures, OPCS-4, to `procedure_24`; the first is the main one",
                    False, 24),
        EventColumn("cost", "number", True, "pounds; not used yet", needed=False),
    ),
    key=("patient_id", "practice_id", "admitted", "discharged", "method", "diagnosis_1", "procedure_1"),
    practice="practice_id", date="admitted", spans=(("admitted", "discharged"),), alone=("patient_id",),
)  # fmt: skip

OUTPATIENTS = EventTable(
    "outpatients",
    (
        EventColumn("ATTENDKEY", "text", True, "the appointment, unique", needed=False),
        EventColumn("HESID", "text", True, "the person, a pseudonym"),
        EventColumn("GPPRAC", "text", True, "a practice in `practices`; others are left out and counted"),
        EventColumn("APPTDATE", "date", True, "day of the appointment"),
        EventColumn("ATTENDED", "code", True, "HES code; those of `pilots.hospital.attended` count as attendances",
                    codes=ATTENDANCES),
    ),
    key=("ATTENDKEY",), practice="GPPRAC", date="APPTDATE",
)  # fmt: skip

EMERGENCY_CARE = EventTable(
    "emergency_care",
    (
        EventColumn("AEKEY", "text", True, "the attendance, unique", needed=False),
        EventColumn("HESID", "text", True, "the person, a pseudonym", needed=False),
        EventColumn("GPPRAC", "text", True, "a practice in `practices`; others are left out and counted"),
        EventColumn("ARRIVALDATE", "date", True, "day of arrival"),
    ),
    key=("AEKEY",), practice="GPPRAC", date="ARRIVALDATE",
)  # fmt: skip

CONTACTS = EventTable(
    "contacts",
    (
        EventColumn("patient_id", "text", False, "the person, a pseudonym"),
        EventColumn("practice_id", "text", False, "a practice in `practices`"),
        EventColumn("date", "date", False, "day of the contact"),
        EventColumn("clinician_id", "text", True, "the clinician, a pseudonym; without one nobody is named"),
        EventColumn("role", "text", False, "for instance `gp`; `pilots.contacts.roles` says which count"),
        EventColumn("mode", "text", False, "for instance `face_to_face`; `pilots.contacts.modes` says which count"),
    ),
    key=("patient_id", "practice_id", "date", "clinician_id", "role", "mode"), practice="practice_id", date="date",
)  # fmt: skip

REGISTRATIONS = EventTable(
    "registrations",
    (
        EventColumn("patient_id", "text", False, "the person, a pseudonym, as in `contacts` and `spells`"),
        EventColumn("practice_id", "text", False, "a practice in `practices`"),
        EventColumn("registered", "date", False, "first day on the practice's list"),
        EventColumn("left", "date", True, "last day on it, not before `registered`; empty while it goes on"),
        EventColumn("died", "date", True, "day of death", needed=False),
        EventColumn("gp_id", "text", True, "the personal GP with whom the patient is registered, as `clinician_id`",
                    needed=False),
        EventColumn("birth_year", "whole number", True, "year of birth"),
        EventColumn("sex", "code", True, "for instance `female`"),
        EventColumn("imd", "number", True, "deprivation score of where the patient lives; high is deprived"),
        EventColumn("conditions", "whole number", True, "number of long-term conditions"),
    ),
    key=("patient_id", "practice_id", "registered"), practice="practice_id", date="registered",
    spans=(("registered", "left"), ("registered", "died")), monthly=False, alone=("patient_id", "practice_id"),
    open_ended=True,
)  # fmt: skip

EVENT_TABLES = {table.name: table for table in (EPISODES, SPELLS, OUTPATIENTS, EMERGENCY_CARE, CONTACTS, REGISTRATIONS)}
