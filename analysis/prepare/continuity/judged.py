"""The contacts of some patients beside their registrations: which count, and which were with the registered GP."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.continuity import ContactRules
from analysis.prepare.continuity.contact_codes import Codes
from analysis.prepare.continuity.registration_spans import span_arrays

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

# Patients have numbers within a part, in the order of their ids.
PEOPLE = "CREATE OR REPLACE TEMP TABLE people AS SELECT patient_id, patient FROM frame"
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
        Of each contact the number of the patient, the number that
        :class:`analysis.prepare.continuity.contact_codes.Codes` reads, and the window.
    """

    people: int
    patients: "NDArray[np.int32]"
    codes: "Integers"
    parts: "NDArray[np.int16]"

    def starts(self) -> "Integers":
        """Where the contacts of each patient begin."""
        import numpy as np

        return np.searchsorted(self.patients, np.arange(self.people + 1, dtype=np.int32)).astype(np.int64)


def number_patients(
    connection: "DuckDBPyConnection", contacts: Path, registrations: Path
) -> "tuple[int, NDArray[np.int32], Integers]":
    """Put the patients of one part into the table `people`.

    Parameters
    ----------
    connection : DuckDBPyConnection
        From :func:`analysis.prepare.events.events.engine`.
    contacts, registrations : Path
        The folders of the part, of which one may be missing.

    Returns
    -------
    tuple
        How many patients there are; of each contact that has a patient the number of the patient, and its code.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from analysis.prepare.continuity.contact_files import read

    met = read(contacts)
    listed = [
        pq.read_table(file, columns=["patient_id"], partitioning=None) for file in registrations.glob("*.parquet")
    ]
    ids = pa.concat_tables([met.select(["patient_id"]), *listed]).column(0).combine_chunks().dictionary_encode()
    # In the order of their bytes, as DuckDB orders texts.
    order = pc.array_sort_indices(ids.dictionary)
    numbers = np.arange(len(order), dtype=np.int32)
    connection.register("frame", pa.table({"patient_id": ids.dictionary.take(order), "patient": numbers}))
    connection.execute(PEOPLE)
    connection.unregister("frame")
    rank = np.empty_like(numbers)
    rank[order.to_numpy()] = numbers
    places, codes = ids.indices.slice(0, len(met)), met["code"]
    if places.null_count:
        codes, places = codes.filter(places.is_valid()), places.drop_null()
    # What is read may lie in one piece that is not copied, and must not be written over.
    return len(order), rank[places.to_numpy()], codes.to_numpy().copy()


def judged(
    connection: "DuckDBPyConnection", people: int, patients: "NDArray[np.int32]", found: "Integers",
    rules: ContactRules, codes: Codes,
) -> tuple[dict[str, int], Judged]:  # fmt: skip
    """Judge the contacts of one part beside the tables `spans` and `deaths`; give the fates of those in windows too.

    What :func:`number_patients` gives is written over.
    """
    import numpy as np

    from analysis.prepare.indices.judge_kernel import grouped, judge

    ordered, starts = grouped(patients, found, people)
    # One contact gives one at most.
    parts = np.empty(len(ordered), dtype=np.int16)
    fates = np.zeros(len(FATES), dtype=np.int64)
    rows = judge(
        ordered, starts, codes.rule(), codes.part_of, *span_arrays(connection, people, codes.first),
        rules.same_day == "once", patients, found, parts, fates,
    )  # fmt: skip
    told = dict(zip(FATES, fates.tolist(), strict=True))
    return told, Judged(people, patients[:rows], found[:rows], parts[:rows])
