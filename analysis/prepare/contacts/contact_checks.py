"""What looks wrong with the contacts of a practice, so that the paper says so: limits are those of the study file."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis.plan.continuity import ContactChecks
from analysis.plan.limits import Limits
from analysis.prepare.events import fates
from analysis.steps import Problem

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NAMED = 5
# What stands before a fate of registrations.
LISTED = "registrations "
# The limits in whose place `broken_share` stands.
OWN = ("broken", "twice")
# One id for a whole practice: nobody can see all patients of a practice that has more than one full-time GP. Where that
# begins with some window, the index rises to 1 from one window to the next, so no window of the practice is used.
SINGLE = """
CREATE OR REPLACE TEMP TABLE single AS
SELECT DISTINCT practice_id FROM (
  SELECT practice_id, part, clinician_id, sum(n) AS n FROM tally WHERE fate = 'counted' GROUP BY ALL
) JOIN practices USING (practice_id)
WHERE gp_fte >= {gps} GROUP BY practice_id, part HAVING max(n) >= {share} * sum(n) AND sum(n) >= {contacts}
"""
# Each is asked of every window: what is wrong in one is wrong with a comparison of them.
NOTICED = {
    "one_clinician_id": "SELECT practice_id FROM single",
    "clinician_ids_of_several_practices": """
        SELECT clinician_id FROM tally WHERE fate = 'counted' GROUP BY clinician_id
        HAVING count(DISTINCT practice_id) > 1""",
    "unknown_clinicians": """
        SELECT DISTINCT practice_id FROM tally WHERE fate IN ('counted', 'nobody named') GROUP BY practice_id, part
        HAVING sum(n) FILTER (fate = 'nobody named') >= {unknown} * sum(n)""",
    "all_remote": """
        SELECT DISTINCT practice_id FROM tally WHERE fate IN ('counted', 'nobody named') GROUP BY practice_id, part
        HAVING sum(n) FILTER (remote) >= {remote} * sum(n)""",
    "without_contacts": """
        SELECT DISTINCT practices.practice_id FROM practices ANTI JOIN single USING (practice_id) CROSS JOIN windows
        LEFT JOIN (SELECT practice, part, sum(contacts) AS n FROM seen GROUP BY ALL) AS seen
          ON seen.practice = practices.practice AND seen.part = windows.part
        WHERE coalesce(n, 0) < {fewest}""",
}


def single(connection: "DuckDBPyConnection", checks: ContactChecks) -> int:
    """Put the practices with one clinician id into the table `single`, and count their contacts."""
    connection.execute(
        SINGLE.format(
            share=checks.single_clinician, gps=checks.single_clinician_gps, contacts=checks.single_clinician_contacts
        )
    )
    rows = connection.execute(
        "SELECT coalesce(sum(n), 0)::BIGINT FROM tally SEMI JOIN single USING (practice_id) WHERE fate = 'counted'"
    ).fetchall()
    return int(rows[0][0])


def contact_limits(limits: Limits, checks: ContactChecks) -> Limits:
    """The limits of contacts: those of every table of events, unless the study has one for contacts alone."""
    return limits if checks.broken_share is None else limits.model_copy(update=dict.fromkeys(OWN, checks.broken_share))


def refuse(counts: Mapping[str, int], checks: ContactChecks, limits: Limits) -> None:
    """Stop where more rows have one fate than the study file allows, or no patient is registered.

    Parameters
    ----------
    counts : mapping
        How many contacts, and with ``registrations`` before its name how many registrations, have which fate.
    checks : ContactChecks
        Its `broken_share` goes before the limits for contacts that are broken or stand twice.
    limits : Limits
        The limits of every table of events.

    Raises
    ------
    Problem
        With the kind, how many there are, and how to mend it.
    """
    listed = {fate.removeprefix(LISTED): rows for fate, rows in counts.items() if fate.startswith(LISTED)}
    if listed:
        fates.refuse("registrations", listed, limits)
    own = {} if checks.broken_share is None else dict.fromkeys(OWN, "pilots.contacts.checks.broken_share")
    fates.refuse("contacts", counts, contact_limits(limits, checks), own)
    if listed.get("counted") and counts.get("counted") and counts["visitors"] == counts["counted"]:
        raise Problem(
            "No contact is of a patient who is registered with that practice.",
            "write patient_id and practice_id in registrations as in contacts, or leave registrations out",
        )


def noticed(connection: "DuckDBPyConnection", checks: ContactChecks, moved: list[str]) -> dict[str, dict[str, Any]]:
    """By check, how many practices (or ids) are noticed, and the first five of them.

    It reads the tables `tally`, `single`, `practices`, `windows` and `seen`; `moved` are the practices that open or
    close.
    """
    limits = {"unknown": checks.unknown_share, "remote": checks.remote_share, "fewest": checks.fewest_contacts}
    practices = {
        name: [each for (each,) in connection.execute(f"{query.format(**limits)} ORDER BY 1").fetchall()]
        for name, query in NOTICED.items()
    } | {"open_or_close": moved}
    return {
        "told": {name: len(ids) for name, ids in practices.items()},
        "named": {name: ids[:NAMED] for name, ids in practices.items()},
    }
