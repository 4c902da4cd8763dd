"""Accept a data set's files as they are now: write their sha256, size and header into the register.

``python -m analysis.pull.accept --help``
"""

import re
from pathlib import Path

from analysis.pull.register import read_register
from analysis.pull.verify import header_of
from analysis.steps import Problem, command, file_digest, write_text


def accept(*, dataset: str, register: Path, raw: Path) -> None:
    """Register a data set's files as they are on disk now, and say what changed.

    Parameters
    ----------
    dataset : str
        Id in the register.
    register : Path
        The register, data/raw/datasets.yaml; its comments and order are kept.
    raw : Path
        The folder of raw data, data/raw.
    """
    entry = read_register(register).dataset(dataset)
    text = register.read_text(encoding="utf-8")
    for file in entry.files:
        path = raw / file.path
        if not path.is_file():
            raise Problem(f"{path} of data set {entry.id} is missing.", f"`{entry.restore}`")
        text, changed = _registered(text, file.path, path)
        print(f"{path}: {'accepted as it is now' if changed else 'unchanged'}")
    write_text(register, text)


def _registered(text: str, name: str, path: Path) -> tuple[str, bool]:
    """The register's text with one file's facts brought up to date, and whether they changed."""
    facts = {"sha256": file_digest(path), "bytes": str(path.stat().st_size)}
    if path.suffix == ".csv":
        facts["columns"] = f"[{', '.join(header_of(path))}]"
    entry = re.search(rf"- path: {re.escape(name)}\n(?:(?!\s*- ).*\n?)*", text)
    assert entry is not None  # the register was read, so the file stands in it
    updated = entry.group()
    for key, value in facts.items():
        updated = re.sub(rf"(\n\s*{key}: ).*", rf"\g<1>{value}", updated)
    return text.replace(entry.group(), updated), updated != entry.group()


if __name__ == "__main__":
    command(accept)
