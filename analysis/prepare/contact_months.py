"""How many contacts of each practice and month were with the patient's usual and registered clinician.

The usual clinician is the one whom the patient saw most over a window's length before the month began, within the
study's months; of several the one seen last, then the first by id. So the month's own contacts say nothing of who is
usual, and the share does not fall as contacts of the month rise. In the first months of the study less is known of whom
a patient saw before than later.
"""

from typing import TYPE_CHECKING, Any

from analysis.months import month_count, month_number, month_text
from analysis.plan.terms import Period
from analysis.prepare.contact_windows import Windows

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

COLUMNS = ("contacts", "with_usual", "of_known", "with_registered", "of_listed")
# A contact as one number, which sorts by practice, day and clinician; then whether it is within a window, and whether
# with the registered GP (2 yes, 1 no, 0 not known). A study has fewer than 2^16 days.
DAY, CLINICIAN, INSIDE = 24, 3, 2
CODED = """
SELECT patient, (practice::BIGINT << 40) | ((date - {first})::BIGINT << {day}) | (clinician::BIGINT << {clinician})
  | ((part IS NOT NULL)::BIGINT << {inside}) | coalesce(own::BIGINT + 1, 0) AS code
FROM counted WHERE fate = 'counted'
"""


def empty_counts(practices: int, months: Period) -> "Integers":
    """No contacts yet, by practice, month of the study and what is counted (:data:`COLUMNS`)."""
    import numpy as np

    return np.zeros((practices, month_count(months.first, months.last), len(COLUMNS)), dtype=np.int64)


def add(connection: "DuckDBPyConnection", months: Period, windows: Windows, counts: "Integers") -> None:
    """Add the contacts of the table `counted`, which are all contacts of some patients, to the counts."""
    from analysis.prepare.month_kernel import count, grouped

    first = f"DATE '{months.first}-01'"
    query = CODED.format(first=first, day=DAY, clinician=CLINICIAN, inside=INSIDE)
    found: dict[str, Any] = connection.execute(query).fetchnumpy()
    if len(found["code"]):
        codes, starts = grouped(found["patient"], found["code"])
        count(codes, starts, month_of_day(months), windows.months, counts)


def month_of_day(months: Period) -> "Integers":
    """By day of the study from 0 on, its month from 0 on."""
    import numpy as np

    first, last = np.datetime64(months.first, "M"), np.datetime64(months.last, "M")
    days = np.arange(first.astype("datetime64[D]"), (last + 1).astype("datetime64[D]"))
    return (days.astype("datetime64[M]") - first).astype(np.int64)


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
        See :func:`analysis.prepare.presence.presence`.
    """
    import pandas as pd

    from analysis.prepare.presence import presence

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
    told = pd.DataFrame(counts[practice, month], columns=[*COLUMNS])
    own = groups.iloc[practice].reset_index(drop=True)
    since = month + month_number(months.first) - own["start"]
    names = [month_text(month_number(months.first) + int(at)) for at in month]
    group = own[["site_id", "cluster_id", "pilot"]].assign(after=(since >= 0).fillna(False).astype(bool))
    keys = pd.DataFrame({"practice_id": own["practice_id"], "month": names})
    return pd.concat([keys, told, group], axis=1).assign(event_time=since.astype("Float64").astype(float))
