"""The contacts of some patients beside their registrations: which count, and which were with the registered GP."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.plan.continuity import ContactRules
from analysis.prepare.contact_codes import Codes
from analysis.prepare.registration_spans import span_arrays

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

# Patients have numbers within a part, in the order of their ids.
PEOPLE = """
CREATE OR REPLACE TEMP TABLE people AS
SELECT patient_id, (row_number() OVER (ORDER BY patient_id) - 1)::INTEGER AS patient
FROM ({sources}) WHERE patient_id IS NOT NULL GROUP BY patient_id
"""
NUMBERED = "SELECT patient, code FROM {source} JOIN people USING (patient_id)"
# In the order in which the loop counts them.
FATES = ("counted", "after death", "before registration", "after leaving", "twice", "again on the day", "visitors")


@dataclass(frozen=True)
class Judged:
    """Contacts that count, by patient, practice, day and clinician.

    Attributes
    ----------
    people : int
        How many patients the part has.
    patients, codes, parts : array
        Of each contact the number of the patient, the number that :class:`analysis.prepare.contact_codes.Codes` reads,
        and the window.
    """

    people: int
    patients: "NDArray[np.int32]"
    codes: "Integers"
    parts: "NDArray[np.int16]"

    def starts(self) -> "Integers":
        """Where the contacts of each patient begin."""
        import numpy as np

        return np.searchsorted(self.patients, np.arange(self.people + 1, dtype=np.int32)).astype(np.int64)


def number_patients(connection: "DuckDBPyConnection", *tables: str) -> int:
    """Put the patients of the tables of one part into the table `people`; how many there are."""
    sources = " UNION ALL ".join(f"SELECT patient_id FROM {table}" for table in tables if table)
    connection.execute(PEOPLE.format(sources=sources))
    return int(connection.execute("SELECT count(*) FROM people").fetchall()[0][0])


def judged(
    connection: "DuckDBPyConnection", source: str, people: int, rules: ContactRules, codes: Codes
) -> tuple[dict[str, int], Judged]:
    """Judge the contacts of one part beside the tables `spans` and `deaths`; give the fates of those in windows too."""
    import numpy as np

    from analysis.prepare.judge_kernel import grouped, judge

    found: dict[str, Any] = connection.execute(NUMBERED.format(source=source)).fetchnumpy()
    ordered, starts = grouped(found["patient"], found["code"], people)
    # One contact gives one at most.
    patients, kept, parts = found.pop("patient"), found.pop("code"), np.empty(len(ordered), dtype=np.int16)
    fates = np.zeros(len(FATES), dtype=np.int64)
    rows = judge(
        ordered, starts, codes.rule(), codes.part_of, *span_arrays(connection, people, codes.first),
        rules.same_day == "once", patients, kept, parts, fates,
    )  # fmt: skip
    told = dict(zip(FATES, fates.tolist(), strict=True))
    return told, Judged(people, patients[:rows], kept[:rows], parts[:rows])
