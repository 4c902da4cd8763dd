"""The sha256 of every file of a folder, in the format of ``sha256sum --check``."""

from pathlib import Path

from analysis.steps import file_digest

NAME = "SHA256SUMS"


def sums(folder: Path) -> str:
    """One line per file below a folder, sorted; the list itself and hidden files do not count."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != NAME and path.name[0] != ".")
    return "".join(f"{file_digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)


def damaged(folder: Path) -> list[str]:
    """The files that are missing or not what the folder's list says."""
    register = folder / NAME
    if not register.is_file():
        return [NAME]
    lines = [line.split("  ", 1) for line in register.read_text(encoding="utf-8").splitlines()]
    return [name for sha, name in lines if not (folder / name).is_file() or file_digest(folder / name) != sha]
