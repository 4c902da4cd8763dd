"""Accept a data set's files as they are now: write their sha256, size and header into the register.

``python -m analysis.pull.accept --help``
"""

from io import StringIO
from pathlib import Path
from typing import Any

from analysis.pull.register import Dataset, read_register
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
    from ruamel.yaml import YAML

    entry = read_register(register).dataset(dataset)
    yaml = YAML()
    yaml.width, yaml.preserve_quotes = 120, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    whole = yaml.load(register.read_text(encoding="utf-8"))
    found = next(each for each in whole["datasets"] if each["id"] == dataset)
    changed = [_register(file, raw / file["path"], entry) for file in found["files"]]
    if any(changed):
        text = StringIO()
        yaml.dump(whole, text)
        write_text(register, text.getvalue())


def _register(file: dict[str, Any], path: Path, entry: Dataset) -> bool:
    """Bring one file's facts up to date; say and return whether they changed."""
    from ruamel.yaml.comments import CommentedSeq

    if not path.is_file():
        raise Problem(f"{path} of data set {entry.id} is missing.", f"`{entry.restore}`")
    facts: dict[str, Any] = {"sha256": file_digest(path), "bytes": path.stat().st_size}
    if path.suffix == ".csv":
        facts["columns"] = CommentedSeq(header_of(path))
        facts["columns"].fa.set_flow_style()
    changed = any(file.get(key) != value for key, value in facts.items())
    file.update({key: value for key, value in facts.items() if file.get(key) != value})
    print(f"{path}: {'accepted as it is now' if changed else 'unchanged'}")
    return changed


if __name__ == "__main__":
    command(accept)
