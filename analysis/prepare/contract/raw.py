"""Read a raw table, check it against its contract, and say where it came from."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.closest import closest_name
from analysis.prepare.contract.faults import Fault, Faulty, meant, refuse
from analysis.prepare.contract.formats import read_files
from analysis.prepare.contract.raw_files import Raw
from analysis.prepare.contract.synonyms import synonym
from analysis.steps import Paths, read_json
from analysis.tables import Lineage, lineage_from

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

# For one table: the contract's name of a column, then the file's.
Mapped = Mapping[str, str]


def read_raw(files: Path | Paths, contract: "type[pa.DataFrameModel]", columns: Mapped | None = None) -> "pd.DataFrame":
    """The rows of a raw table, read as its contract says; see :func:`read_checked`."""
    return read_checked(files, contract, columns).frame


def read_checked(
    files: Path | Paths, contract: "type[pa.DataFrameModel]", columns: Mapped | None = None, *, notes: bool = True
) -> Raw:
    """Read a raw table as its contract says; what is worth a note is told on standard error.

    Text columns are read as text (an id such as 0012 keeps its zeros; an empty cell is an empty text),
    numbers as numbers.

    Parameters
    ----------
    files : Path or tuple of Path
        The file, or the parts of the table.
    contract : pandera model
        Columns, types and checks.
    columns : mapping
        Columns with another name in the files: the contract's name, then the files'.
    notes : bool
        Whether notes are told; not where another step of the run has told them.

    Raises
    ------
    Faulty
        When a file is unreadable or the table breaks the contract: names the file, the column, the rule and the lines.
    """
    raw, faults = examined(files, contract, columns)
    refuse(faults)
    assert raw is not None  # what cannot be read is a fault
    for note in raw.notes() if notes else ():
        print(f"note: {note}", file=sys.stderr)
    return raw


def examined(
    files: Path | Paths, contract: "type[pa.DataFrameModel]", columns: Mapped | None = None
) -> tuple[Raw | None, list[Fault]]:
    """Read a raw table and collect everything that is wrong with it by itself.

    Returns
    -------
    Raw or None
        The table in the contract's names and types; None where it could not be read, or lacks a column that other
        tables are checked against.
    list of Fault
        Its faults; where columns are missing, those of the others too.
    """
    from analysis.prepare.contract.cells import checked

    table = contract.__name__.lower()
    try:
        raw = read_files((files,) if isinstance(files, Path) else files, table)
    except Faulty as faulty:
        return None, list(faulty.faults)
    wanted = contract.to_schema().columns
    raw, faults = _renamed(raw, columns or {}, list(wanted))
    unknown = [name for name in wanted if name not in raw.frame and wanted[name].nullable]
    typed, more = checked(raw, contract)
    usable = all(name in raw.frame or name in unknown for name in wanted)
    # A number that may be unknown is unknown everywhere where its column is missing.
    frame = typed.frame.assign(**dict.fromkeys(unknown, float("nan")))
    return (Raw(typed.table, frame, typed.parts, typed.said) if usable else None), faults + more


def _renamed(raw: Raw, columns: Mapped, wanted: list[str]) -> tuple[Raw, list[Fault]]:
    """The table with the contract's names."""
    present, place = [str(name) for name in raw.frame.columns], f"`pilots.columns.{raw.table}` of the study file"

    def column_fault(column: str, found: str, names: list[str], mend: str) -> Fault:
        return raw.fault("columns", column, (), found, f"one of {', '.join(names)}" if names else "", mend)

    faults = []
    for name, own in columns.items():
        if name not in wanted:
            guess = closest_name(name, wanted)
            mend = meant(guess, f"write `{guess}: {own}` under {place}", f"take `{name}` out of {place}")
            faults.append(column_fault(name, f"{place} maps a column that the contract does not have", wanted, mend))
        if own not in present:
            guess = closest_name(own, present)
            other = f"write `{name}: <the column's name in the file>` under {place}"
            mend = meant(guess, f"write `{name}: {guess}` under {place}", other)
            faults.append(column_fault(own, f"{place} names this column, and the file lacks it", present, mend))
        if name in present and own != name:
            found = f"the file has this column, and {place} gives its name to {own}"
            faults.append(column_fault(name, found, [], f"delete `{name}: {own}`, or rename the column in the file"))
    given = {own: name for name, own in columns.items() if name not in present or own == name}
    frame = raw.frame.rename(columns=given)
    for name in wanted:
        if name not in frame and name not in columns:
            guess = synonym(name, present) or closest_name(name, present)
            own = guess or "<the column's name in the file>"
            mend = f"write `{name}: {own}` under {place}, or add the column"
            mend = meant(guess, mend, mend)
            faults.append(column_fault(name, f"the column is missing; the file has {', '.join(present)}", [], mend))
    return Raw(raw.table, frame, raw.parts), faults


def read_receipt(path: Path) -> Lineage:
    """The lineage that the pull stage vouched for."""
    return lineage_from(read_json(path)["lineage"])
