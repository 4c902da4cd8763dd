"""The contacts of one part as they come back from its file: patients are numbers, and the contacts of each together.

Nothing here asks DuckDB, so that one part is read in a thread while DuckDB works on another.
"""

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.prepare.contacts.contact_files import read
from analysis.prepare.indices.prefetch import ahead

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]


@dataclass(frozen=True)
class PartContacts:
    """The contacts of some patients, who have numbers in the order of their ids.

    Attributes
    ----------
    name : str
        That of the part's folders.
    ids : Table
        `patient_id` and `patient`, the number, in this order.
    codes : array of int
        The contacts, patient by patient, each patient's in order; see
        :class:`analysis.prepare.contacts.contact_codes.Codes`.
    starts : array of int
        Where the contacts of each patient begin, and where the last one's end.
    """

    name: str
    ids: "pa.Table"
    codes: "Integers"
    starts: "Integers"


def parts(folder: Path) -> Generator[PartContacts]:
    """The parts below the folders `contacts` and `registrations`, one after the other; the next is read meanwhile."""
    names = sorted({each.name for table in ("contacts", "registrations") for each in (folder / table).glob("bucket=*")})
    return ahead((partial(part, folder, name) for name in names), workers=1, most=2)


def part(folder: Path, name: str) -> PartContacts:
    """One part, of which there are contacts, registrations or both."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from analysis.prepare.indices.judge_kernel import by_patient_in_order

    met = read(folder / "contacts" / name)
    files = (folder / "registrations" / name).glob("*.parquet")
    listed = [pq.read_table(file, columns=["patient_id"], partitioning=None) for file in files]
    patients = pa.concat_tables([met.select(["patient_id"]), *listed]).column(0).combine_chunks().dictionary_encode()
    # In the order of their bytes, as DuckDB orders texts.
    order = pc.array_sort_indices(patients.dictionary)
    numbers = np.arange(len(order), dtype=np.int32)
    ids = pa.table({"patient_id": patients.dictionary.take(order), "patient": numbers})
    rank = np.empty_like(numbers)
    rank[order.to_numpy()] = numbers
    places, codes = patients.indices.slice(0, len(met)), met["code"]
    if places.null_count:
        codes, places = codes.filter(places.is_valid()), places.drop_null()
    return PartContacts(name, ids, *by_patient_in_order(rank[places.to_numpy()], codes.to_numpy(), len(order)))
