"""What the step of contacts is given: files to read, what the study says of them, and files to write."""

from dataclasses import dataclass
from pathlib import Path

from analysis.plan.continuity import ContactRules
from analysis.plan.limits import LIMITS, Limits
from analysis.plan.terms import ZONE, Period
from analysis.prepare.outcomes.panel import Columns
from analysis.steps import Paths


@dataclass(frozen=True, kw_only=True)
class ContactFiles:
    """What is read.

    Attributes
    ----------
    sites : tuple of Path
        The raw table of sites, one file or several parts.
    practices : tuple of Path
        The raw table of practices, one file or several parts.
    receipt : Path
        What the pull stage vouched for.
    contacts : tuple of Path
        Files or folders, CSV or Parquet.
    registrations : tuple of Path
        The same; without them nobody's age, deprivation or GP is known.
    """

    sites: Paths
    practices: Paths
    receipt: Path
    contacts: Paths = ()
    registrations: Paths = ()


@dataclass(frozen=True, kw_only=True)
class ContactPlan:
    """What the study says of contacts.

    Attributes
    ----------
    months : Period
        First and last month of the study.
    rules : ContactRules
        Which contacts count; as JSON.
    limits : Limits
        From where on the run stops; as JSON.
    time_zone : str
        In which a time that has a zone becomes a day.
    columns : dict
        By table, the columns that have other names in the files; as JSON.
    comparison_cluster : str
        Column of the practices table that clusters comparison practices.
    silent : float
        The chance below which months without contacts are those of a practice that is not there.
    """

    months: Period
    rules: ContactRules
    limits: Limits = LIMITS
    time_zone: str = ZONE
    columns: Columns
    comparison_cluster: str
    silent: float = LIMITS.silent


@dataclass(frozen=True, kw_only=True)
class ContactResults:
    """What is written.

    Attributes
    ----------
    out : Path
        One row per practice, window (`wave` is its first month) and index (`item`), in Parquet. `value` is the mean
        over patients with enough contacts, `responses` their number, `contacts` their mean number of contacts; of the
        indices of lists (SLICC, OPR) `value` is a share of contacts, and `responses` are those.
    patients : Path
        One row per practice, patient and window with two contacts or more, in Parquet: rows about persons.
    by_month : Path
        One row per practice and month of the windows, in Parquet: contacts, and how many were with the usual and with
        the registered clinician.
    distribution : Path
        How many patients have which UPC, by group and time, in Parquet.
    fewest : Path
        What each minimum of contacts drops, in Parquet.
    facts : Path
        How many contacts were counted and left out and why, the words of role and mode that the study does not
        count, and which practices look wrong, as JSON.
    """

    out: Path
    patients: Path
    by_month: Path
    distribution: Path
    fewest: Path
    facts: Path
