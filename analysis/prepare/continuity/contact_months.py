"""How many contacts of each practice and month were with the patient's usual and registered clinician.

The usual clinician is the one whom the patient saw most over a window's length before the month began, within the
study's months; of several the one seen last, then the first by id. So the month's own contacts say nothing of who is
usual, and the share does not fall as contacts of the month rise. In the first months of the study less is known of whom
a patient saw before than later.
"""

from typing import TYPE_CHECKING

from analysis.months import month_count, month_number, month_text
from analysis.plan.terms import Period

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from analysis.prepare.contacts.contact_codes import Codes
    from analysis.prepare.contacts.judged import Judged

    Integers = NDArray[np.int64]

COLUMNS = ("contacts", "with_usual", "of_known", "with_registered", "of_listed")


def empty_counts(practices: int, months: Period) -> "Integers":
    """No contacts yet, by practice, month of the study and what is counted (:data:`COLUMNS`)."""
    import numpy as np

    return np.zeros((practices, month_count(months.first, months.last), len(COLUMNS)), dtype=np.int64)


def add(judged: "Judged", codes: "Codes", length: int, counts: "Integers") -> None:
    """Add contacts, which are all contacts of some patients, to the counts; a window has `length` months."""
    from analysis.prepare.indices.month_kernel import count

    count(judged.codes, judged.starts(), codes.rule(), codes.month_of, codes.part_of, length, counts)


def come_and_go(counts: "Integers", groups: "pd.DataFrame", months: Period, silent: float) -> "pd.DataFrame":
    """The practices that open or close within the months that have contacts at all, with their first and last month.

    Parameters
    ----------
    counts : (practices, months, columns) int
        What :func:`add` counted.
    groups : DataFrame
        The practices in the order of their numbers.
    months : Period
        First and last month of the study.
    silent : float
        See :func:`analysis.prepare.outcomes.presence.presence`.
    """
    import pandas as pd

    from analysis.prepare.outcomes.presence import presence

    names = [month_text(month_number(months.first) + at) for at in range(counts.shape[1])]
    table = pd.DataFrame(counts[:, :, 0], columns=names)
    table = table.loc[:, (table > 0).any()].assign(practice_id=groups["practice_id"].to_numpy())
    rows = table.melt("practice_id", var_name="month", value_name="count")
    return presence(rows.assign(measure="contacts", population=1.0), silent)


def panel(counts: "Integers", groups: "pd.DataFrame", months: Period) -> "pd.DataFrame":
    """One row per practice and month that has contacts.

    Parameters
    ----------
    counts : (practices, months, columns) int
        What :func:`add` counted.
    groups : DataFrame
        The practices in the order of their numbers, with their group and `start`, the month counted from year 0.
    months : Period
        First and last month of the study.
    """
    import pandas as pd

    practice, month = counts[:, :, 0].nonzero()
    measured = pd.DataFrame(counts[practice, month], columns=[*COLUMNS])
    own = groups.iloc[practice].reset_index(drop=True)
    since = month + month_number(months.first) - own["start"]
    names = [month_text(month_number(months.first) + int(at)) for at in month]
    group = own[["site_id", "cluster_id", "pilot"]].assign(after=(since >= 0).fillna(False).astype(bool))
    keys = pd.DataFrame({"practice_id": own["practice_id"], "month": names})
    return pd.concat([keys, measured, group], axis=1).assign(event_time=since.astype("Float64").astype(float))
