"""The contacts of some patients beside their registrations: which count, and which were with the registered GP."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.plan.continuity import ContactRules
from analysis.prepare.contacts.contact_codes import Codes
from analysis.prepare.contacts.part_contacts import PartContacts
from analysis.prepare.contacts.registration_spans import Spans

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

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
        :class:`analysis.prepare.contacts.contact_codes.Codes` reads, and the window.
    """

    people: int
    patients: "NDArray[np.int32]"
    codes: "Integers"
    parts: "NDArray[np.int16]"

    def starts(self) -> "Integers":
        """Where the contacts of each patient begin."""
        import numpy as np

        return np.searchsorted(self.patients, np.arange(self.people + 1, dtype=np.int32)).astype(np.int64)


def judged(part: PartContacts, spans: Spans, rules: ContactRules, codes: Codes) -> tuple[dict[str, int], Judged]:
    """Judge the contacts of one part beside its patients' registrations; give the fates of those in windows too."""
    import numpy as np

    from analysis.prepare.indices.judge_kernel import judge

    # One contact gives one at most.
    most = len(part.codes)
    patients, kept, parts = np.empty(most, np.int32), np.empty(most, np.int64), np.empty(most, np.int16)
    fates = np.zeros(len(FATES), dtype=np.int64)
    rows = judge(
        part.codes, part.starts, codes.rule(), codes.part_of, spans.rows, spans.starts, spans.died,
        rules.same_day == "once", patients, kept, parts, fates,
    )  # fmt: skip
    counts = dict(zip(FATES, fates.tolist(), strict=True))
    return counts, Judged(len(part.ids), patients[:rows], kept[:rows], parts[:rows])
