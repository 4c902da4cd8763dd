"""Contacts by clinician and window, and which clinicians have a list: what SLICC and OPR are made of."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.prepare.contacts.contact_codes import Codes

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from analysis.prepare.contacts.judged import Judged
    from analysis.prepare.contacts.registration_spans import Spans

    Integers = NDArray[np.int64]

CLINICIANS = """
SELECT practice, count(clinician) AS clinicians FROM practices LEFT JOIN clinicians USING (practice)
GROUP BY practice ORDER BY practice
"""
COUNTED = ("contacts", "own", "listed")
SEEN = """
CREATE OR REPLACE TEMP TABLE seen AS
SELECT practice::INTEGER AS practice, part::SMALLINT AS part, clinician::INTEGER AS clinician, contacts, own, listed
FROM by_clinician WHERE contacts > 0
"""
HOLDERS = """
CREATE OR REPLACE TEMP TABLE holders AS
SELECT practice::INTEGER AS practice, part::SMALLINT AS part, clinician::INTEGER AS clinician
FROM by_clinician WHERE holder
"""


@dataclass(frozen=True)
class ClinicianCounts:
    """What is counted of the clinicians of all practices, each practice's in the order of their numbers.

    Attributes
    ----------
    places : (practices + 1,) int
        Where the clinicians of each practice begin, and where the last one's end.
    windows : (windows, 3) int
        Of each the number, its first day, and the first day after it; days count from the first of the study.
    seen : (clinicians, windows, 3) int
        Contacts, those with the registered GP, and those of patients whose registered GP is known.
    holders : (clinicians, windows) bool
        Whether the clinician had patients on a list at some time in the window.
    """

    places: "Integers"
    windows: "Integers"
    seen: "Integers"
    holders: "NDArray[np.bool_]"

    @property
    def practices(self) -> int:
        """How many practices there are."""
        return len(self.places) - 1

    def add(self, judged: "Judged", codes: Codes) -> None:
        """Add contacts."""
        from analysis.prepare.indices.list_kernel import count

        count(judged.codes, judged.parts, codes.rule(), self.places, self.windows[0, 0], self.seen)

    def add_holders(self, spans: "Spans") -> None:
        """Add the registered GPs of spans."""
        from analysis.prepare.contacts.registration_spans import GP, PRACTICE, SINCE, UNTIL

        rows = spans.rows[spans.rows[:, GP] >= 0]
        clinicians = self.places[rows[:, PRACTICE]] + rows[:, GP]
        for at, (_, begins, ends) in enumerate(self.windows):
            self.holders[clinicians[(rows[:, SINCE] < ends) & (rows[:, UNTIL] >= begins)], at] = True


def empty_counts(connection: "DuckDBPyConnection", codes: Codes) -> ClinicianCounts:
    """Nothing counted yet; it needs the tables `practices` and `clinicians`."""
    import numpy as np

    from analysis.prepare.contacts.contact_codes import OUTSIDE

    clinicians = connection.execute(CLINICIANS).fetchnumpy()["clinicians"]
    places = np.concatenate([[0], np.cumsum(clinicians)]).astype(np.int64)
    windows = [
        (int(part), days[0], days[-1] + 1)
        for part in np.unique(codes.part_of[codes.part_of != OUTSIDE])
        if len(days := np.flatnonzero(codes.part_of == part))
    ]
    shape = int(places[-1]), len(windows)
    return ClinicianCounts(
        places, np.array(windows, dtype=np.int64), np.zeros((*shape, len(COUNTED)), dtype=np.int64),
        np.zeros(shape, dtype=np.bool_),
    )  # fmt: skip


def tables(connection: "DuckDBPyConnection", counts: ClinicianCounts) -> None:
    """Put the contacts by clinician and window into the table `seen`, and the GPs who have a list into `holders`."""
    import numpy as np
    import pyarrow as pa

    clinicians, windows = counts.holders.shape
    practices = np.repeat(np.arange(counts.practices), np.diff(counts.places))
    columns = {
        "practice": np.repeat(practices, windows), "part": np.tile(counts.windows[:, 0], clinicians),
        "clinician": np.repeat(np.arange(clinicians) - counts.places[practices], windows),
        "holder": counts.holders.ravel(),
    }  # fmt: skip
    columns |= {name: counts.seen[:, :, at].ravel() for at, name in enumerate(COUNTED)}
    connection.register("by_clinician", pa.table(columns))
    connection.execute(SEEN)
    connection.execute(HOLDERS)
    connection.unregister("by_clinician")
