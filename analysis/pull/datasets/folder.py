"""Check that every file below data/raw belongs to a registered data set.

``python -m analysis.pull.datasets.folder --help``
"""

from pathlib import Path

from analysis.pull.datasets.register import Register, read_register
from analysis.steps import Problem, command, write_json

# What is known of the data, and what is corrected in them.
REGISTERS = ("datasets.yaml", "corrections.yaml")


def folder(*, register: Path, raw: Path, out: Path) -> None:
    """Refuse files that no data set owns, and note which data sets there are.

    Parameters
    ----------
    register : Path
        The register, data/raw/datasets.yaml.
    raw : Path
        The folder of raw data, data/raw.
    out : Path
        The ids of the registered data sets (JSON).
    """
    registered = read_register(register)
    check_no_strangers(registered, raw)
    write_json(out, [entry.id for entry in registered.datasets])


def check_no_strangers(register: Register, raw: Path) -> None:
    """Refuse files below data/raw that no data set owns.

    Raises
    ------
    Problem
        Names the first such file.
    """
    if strange := strangers(register, raw):
        raise Problem(
            f"{strange[0]} is in no data set of {raw / 'datasets.yaml'} ({len(strange)} such in all).",
            f"move {strange[0]} out of {raw}, or register it",
        )


def strangers(register: Register, raw: Path) -> list[Path]:
    """The files below data/raw that no data set owns; neither the registers themselves nor what is hidden counts."""
    owned = {raw / file.path for entry in register.datasets for file in entry.files}
    files = {path for path in raw.rglob("*") if path.is_file()}
    present = {path for path in files if not any(part.startswith(".") for part in path.relative_to(raw).parts)}
    return sorted(present - owned - {raw / name for name in REGISTERS})


if __name__ == "__main__":
    command(folder)
