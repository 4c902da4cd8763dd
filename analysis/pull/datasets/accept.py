"""Accept a data set's files as they are now: write their sha256, size and header into the register.

``python -m analysis.pull.datasets.accept --help``
"""

from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

from analysis.pull.datasets.register import Dataset, read_register
from analysis.pull.datasets.verify import csv_header
from analysis.pull.web.accept_update import take
from analysis.pull.web.fetch import POLITE
from analysis.pull.web.limits import WebLimits
from analysis.steps import Problem, command, file_digest, write_text


def accept(*, dataset: str, register: Path, raw: Path, offline: bool = False, limits: WebLimits = POLITE) -> None:
    """Register a data set's files as they are on disk now, and say what changed.

    The source of a download is asked for a new version first; what changed in it is printed before it is taken.

    Parameters
    ----------
    dataset : str
        Id in the register.
    register : Path
        The register, data/raw/datasets.yaml; its comments and order are kept.
    raw : Path
        The folder of raw data, data/raw.
    offline : bool
        Take downloads as they are on disk and touch no network.
    limits : Limits
        Times, sizes and tries of a download.
    """
    from ruamel.yaml import YAML

    registered = read_register(register)
    entry = registered.dataset(dataset)
    if entry.download:
        take(entry, raw, offline=offline, limits=replace(limits, own_hosts=registered.own_hosts))
    yaml = YAML()
    yaml.width, yaml.preserve_quotes = 120, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    whole = yaml.load(register.read_text(encoding="utf-8"))
    own = next(each for each in whole["datasets"] if each["id"] == dataset)
    changed = [_register(file, raw / file["path"], entry) for file in own["files"]]
    if any(changed):
        text = StringIO()
        yaml.dump(whole, text)
        write_text(register, text.getvalue())


def _register(file: dict[str, Any], path: Path, entry: Dataset) -> bool:
    """Bring one file's facts up to date; say and return whether they changed."""
    from ruamel.yaml.comments import CommentedSeq

    if not path.is_file():
        raise Problem(f"{path} of data set {entry.id} is missing.", f"`{entry.bring}`")
    facts: dict[str, Any] = {"sha256": file_digest(path), "bytes": path.stat().st_size}
    # The record keeps the facts of a download; the register has only those that somebody wrote there.
    if entry.download:
        facts = {key: value for key, value in facts.items() if key in file}
    if path.suffix == ".csv" and ("columns" in file or not entry.download):
        facts["columns"] = CommentedSeq(csv_header(path))
        facts["columns"].fa.set_flow_style()
    changed = any(file.get(key) != value for key, value in facts.items())
    file.update({key: value for key, value in facts.items() if file.get(key) != value})
    if changed or not entry.download:
        print(f"{path}: {'accepted as it is now' if changed else 'unchanged'}")
    return changed


if __name__ == "__main__":
    command(accept, shared=True)
