"""A contact as one number: practice, day, clinician and what it was, side by side in 63 bits, and ordered by these.

What a contact was, its role and mode, gives way to whether it was with the registered GP (2 yes, 1 no, 0 not known)
when :mod:`analysis.prepare.indices.judge_kernel` looks at the registrations. The patient is a number of its own.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.plan.terms import Period
from analysis.prepare.contacts.contact_windows import Windows
from analysis.prepare.events.sql import quoted
from analysis.steps import Problem

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

BITS = 63
# The window of a day that is in none.
OUTSIDE = -(2**15)
# Bits of whether a contact was with the registered GP.
OWN = 2
PACKED = "((practice::BIGINT << {practice}) | (clinician::BIGINT << {clinician}) | ({what})::BIGINT)"
UNPACKED = """
SELECT patient, (code >> {practice})::INTEGER AS practice, ((code >> {clinician}) & {clinicians})::INTEGER AS clinician,
  {first} + ((code >> {day}) & {days})::INTEGER AS date, part,
  CASE code & 3 WHEN 2 THEN true WHEN 1 THEN false END AS own
FROM {source} WHERE part <> {outside}
"""


@dataclass(frozen=True)
class Codes:
    """How contacts are written as numbers, and what their days mean.

    Attributes
    ----------
    clinician, day, practice : int
        How many bits stand below each.
    month_of, part_of : array
        By day of the study from 0 on, its month from 0 on, and its window.
    first : str
        The first day of the study, as SQL.
    """

    clinician: int
    day: int
    practice: int
    month_of: "Integers"
    part_of: "Integers"
    first: str

    @classmethod
    def of(cls, practices: int, clinicians: int, whats: int, months: Period, windows: Windows) -> "Codes":
        """The codes of so many practices, clinicians of one practice, and roles and modes.

        Raises
        ------
        Problem
            When they are too many.
        """
        month_of = month_of_day(months)
        clinician = max((whats - 1).bit_length(), OWN)
        day = clinician + max(clinicians - 1, 0).bit_length()
        practice = day + (len(month_of) - 1).bit_length()
        if practice + practices.bit_length() > BITS:
            raise Problem(
                f"{practices:,} practices, {clinicians:,} clinicians in one of them and {len(month_of):,} days are too "
                "many together.",
                "give `clinician_id` one id for each clinician, or work out a part of the practices at once",
            )
        first = f"DATE {quoted(f'{months.first}-01')}"
        return cls(clinician, day, practice, month_of, part_of_day(months, windows), first)

    def whom(self, what: str) -> str:
        """The expression that gives a code without its day."""
        return PACKED.format(practice=self.practice, clinician=self.clinician, what=what)

    def on(self, day: str) -> str:
        """The expression that gives what a day adds to a code."""
        return f"(({day} - {self.first})::BIGINT << {self.day})"

    def unpacked(self, source: str) -> str:
        """The query that gives the contacts of windows of a table of `patient`, `code` and `part`."""
        return UNPACKED.format(
            practice=self.practice, day=self.day, clinician=self.clinician, first=self.first, outside=OUTSIDE,
            days=(1 << self.practice - self.day) - 1, clinicians=(1 << self.day - self.clinician) - 1, source=source,
        )  # fmt: skip

    def rule(self) -> "Integers":
        """What the compiled loops need to read a code."""
        import numpy as np

        days, clinicians = (1 << self.practice - self.day) - 1, (1 << self.day - self.clinician) - 1
        return np.array([self.practice, self.day, self.clinician, days, clinicians, OUTSIDE], dtype=np.int64)


def codes(connection: "DuckDBPyConnection", whats: int, months: Period, windows: Windows) -> Codes:
    """The codes for the practices and clinicians of the tables `practices` and `clinicians`."""
    practices, clinicians = connection.execute(
        "SELECT (SELECT count(*) FROM practices), (SELECT coalesce(max(clinician), 0) + 1 FROM clinicians)"
    ).fetchall()[0]
    return Codes.of(practices, clinicians, whats, months, windows)


def month_of_day(months: Period) -> "Integers":
    """By day of the study from 0 on, its month from 0 on."""
    import numpy as np

    first, last = np.datetime64(months.first, "M"), np.datetime64(months.last, "M")
    days = np.arange(first.astype("datetime64[D]"), (last + 1).astype("datetime64[D]"))
    return (days.astype("datetime64[M]") - first).astype(np.int64)


def part_of_day(months: Period, windows: Windows) -> "Integers":
    """By day of the study from 0 on, its window, or :data:`OUTSIDE`."""
    import numpy as np

    from analysis.months import month_number

    month = month_of_day(months) + month_number(months.first)
    inside = (month >= windows.first) & (month <= windows.last)
    return np.where(inside, (month - windows.start) // windows.months, OUTSIDE)
