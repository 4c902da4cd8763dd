"""Check changed data before a run makes anything of them, so that data with a fault cost no earlier result.

``python -m analysis.prepare.check_data.check_ahead --help``
"""

import tempfile
from pathlib import Path

from analysis.prepare.check_data.check import files_of_tables
from analysis.prepare.check_data.examine import PERSONS, Tables, examine
from analysis.prepare.contract.faults import refuse
from analysis.pull.package.package import EVENTS
from analysis.steps import command
from analysis.study import Study, read_study, study_path

MOST = 200 << 20  # bytes of a table of events; looking twice at a larger one would take long


def check_ahead(*, study: str, register: Path) -> None:
    """Look for faults in the tables that a run of the study reads.

    Tables of events beyond 200 MB are left to the steps that read them.

    Parameters
    ----------
    study : str
        The study's name.
    register : Path
        The register, data/raw/datasets.yaml.

    Raises
    ------
    Problem
        Tells the first fault, as the step that reads the table would.
    """
    plan = read_study(study_path(study))
    if plan.pilots is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        tables = files_of_tables(plan, plan.pilots, register, Path(folder))
        refuse(examine(_read(tables, plan), plan, plan.pilots).faults)


def _read(tables: Tables, plan: Study) -> Tables:
    """The tables that a run reads, without those of events that are too large."""
    admissions = plan.continuity is not None and plan.continuity.admissions is not None
    cohort = bool(plan.designed("matched_cohort"))
    read = {
        *("sites", "practices", "activity"),
        *(["survey"] if plan.survey() else []),
        *(["patients"] if cohort else []),
        *(["contacts", "registrations"] if plan.contacts() else []),
        *(EVENTS if "activity" not in tables or cohort or admissions else []),
    }
    small = {table for table in PERSONS if sum(path.stat().st_size for path in tables.get(table, ())) <= MOST}
    return {
        table: paths for table, paths in tables.items() if table in read and (table not in PERSONS or table in small)
    }


if __name__ == "__main__":
    command(check_ahead)
