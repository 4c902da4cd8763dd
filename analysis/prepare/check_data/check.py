"""Check a study's data, tell every fault, and write nothing.

``python -m analysis.prepare.check_data.check --help``
"""

import tempfile
from pathlib import Path

from analysis.plan.pilots import Pilots
from analysis.prepare.check_data.examine import CHECKS, Examined, Tables, examine
from analysis.prepare.check_data.last_paper import since_last_paper
from analysis.pull.datasets.register import read_register
from analysis.pull.datasets.verify import check_there
from analysis.pull.package.package import check_tables
from analysis.pull.package.receive import check_descriptor
from analysis.pull.package.unpack import open_package
from analysis.steps import Problem, again, command
from analysis.study import Study, read_study, study_path


def check(*, study: str, register: Path, results: Path = Path("results")) -> None:
    """Print a grid of tables and checks, and each fault with its place and how to mend it.

    Parameters
    ----------
    study : str
        The study's name.
    register : Path
        The register, data/raw/datasets.yaml.
    results : Path
        The folder of results: whether the data are still those of the last paper is worth a note.

    Raises
    ------
    Problem
        When there is any fault, or the study or its package cannot be opened at all.
    """
    plan = read_study(study_path(study))
    if plan.pilots is None:
        print(f"The study {study} has no data of pilots to check.")
        for note in since_last_paper({}, plan, register, results):
            print(f"\nnote: {note}.")
        return
    with tempfile.TemporaryDirectory() as folder:
        tables = files_of_tables(plan, plan.pilots, register, Path(folder))
        seen = examine(tables, plan, plan.pilots)
        seen.notes += since_last_paper(tables, plan, register, results)
    print(grid(seen))
    for fault in seen.faults:
        print(f"\n✗ {fault.table}, {fault.check}: {fault.sentence()}\n  To mend it: {fault.mend}.")
    for each in seen.questions:
        print(f"\n? {each.table}, {each.check}: {each.question()}\n  {each.mend[0].upper()}{each.mend[1:]}.")
    for note in seen.notes:
        print(f"\nnote: {note}.")
    if seen.faults:
        print()
        count, those = ("one fault", "it") if len(seen.faults) == 1 else (f"{len(seen.faults)} faults", "each")
        raise Problem(
            f"The data of the study {study} have {count}, told above.", f"mend {those}, then `{again('check-data')}`"
        )
    print(f"\nThe data of the study {study} keep the contract. Next: make paper STUDY={study}")


def files_of_tables(plan: Study, pilots: Pilots, register: Path, folder: Path) -> Tables:
    """The files of each table; an archive is unpacked into a folder that goes again."""
    if pilots.dataset:
        entry = read_register(register).dataset(pilots.dataset)
        check_there(entry, register.parent)
        tables = {table: tuple(register.parent / path for path in paths) for table, paths in entry.tables().items()}
        where = f"The data set {entry.id}"
    else:
        package = open_package(Path(str(pilots.package)), "package", folder)
        check_descriptor(package)
        tables, where = {table: package.paths(table) for table in package.tables}, str(pilots.package)
    check_tables(tables, where, survey=bool(plan.survey()))
    return tables


def grid(seen: Examined) -> str:
    """A table of tables and checks: ✓ kept, ✗ broken, ? asked about, – not checked."""
    width = max(map(len, seen.checked))
    lines = ["  ".join([" " * width, *CHECKS])]
    for table, checked in seen.checked.items():
        broken = {fault.check for fault in seen.faults if fault.table == table}
        questioned = {each.check for each in seen.questions if each.table == table}
        marks = [
            "✗" if check in broken else "?" if check in questioned else "✓" if check in checked else "–"
            for check in CHECKS
        ]
        cells = [mark.ljust(len(check)) for mark, check in zip(marks, CHECKS, strict=True)]
        lines.append("  ".join([table.ljust(width), *cells]).rstrip())
    return "\n".join(lines)


if __name__ == "__main__":
    command(check)
