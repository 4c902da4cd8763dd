"""Receive a study's own data package: check it against its datapackage.json, and vouch for it.

``python -m analysis.pull.package.receive --help``
"""

import hashlib
import re
from pathlib import Path
from typing import Any

from analysis.pull.datasets.register import read_register
from analysis.pull.package.package import DESCRIPTOR, Package, read_package
from analysis.steps import Problem, canonical_json, command, digest, file_digest, write_json
from analysis.tables import Kind, Lineage, Source

# What may stand in a printed table: no markup, no shortcode, no line break.
PRINTABLE = r"[^<>{}\[\]@`*|\\\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f]{1,200}"
# What a receipt says of data that no register knows.
BROUGHT = "Brought by the study"
LENGTHS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}


def receive(*, place: Path, id: str, unpacked: Path, register: Path, out: Path) -> None:
    """Check a data package and write its receipt.

    Parameters
    ----------
    place : Path
        The folder or the zip archive.
    id : str
        The id of its data in lineage.
    unpacked : Path
        Where an archive was unpacked.
    register : Path
        The register, data/raw/datasets.yaml: a file that it knows as simulated is simulated here too.
    out : Path
        The receipt (JSON): what the package says of itself, its files with their sha256, and its lineage.
    """
    package = read_package(place, id, unpacked)
    check_descriptor(package)
    files = [_file(package, name) for name in package.files()]
    kind = kind_of(package, {str(each["sha256"]) for each in files}, register)
    source = Source(id, digest(canonical_json([[each["path"], each["sha256"]] for each in files])), kind)
    # Whatever a package says of itself, its persons are protected: only the register makes data public.
    receipt = {"id": id, "kind": kind, "files": files, "extract": BROUGHT, "disclosure": "persons"}
    write_json(out, receipt | about(package) | {"lineage": Lineage((source,)).to_records()})


def check_descriptor(package: Package) -> None:
    """Check datapackage.json as Frictionless does, and the hashes that it gives.

    Raises
    ------
    Problem
        Says what is wrong with it, or which file is not the one that it describes.
    """
    path = f"{package.place}/{DESCRIPTOR}"
    if package.descriptor:
        import frictionless

        report = frictionless.Package.validate_descriptor(_dated(package.descriptor))
        if not report.valid:
            raise Problem(f"{path} is no data package: {report.errors[0].message}.", f"correct {path}")
    about(package)
    for each in package.descriptor.get("resources", []):
        if each.get("hash") and each["name"] in package.tables:
            _check_hash(package, each["name"], each["hash"])


def _dated(descriptor: dict[str, Any]) -> dict[str, Any]:
    """The descriptor with a full time where `created` is a day, which the standard does not know and people write."""
    created = descriptor.get("created")
    day = isinstance(created, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", created)
    return descriptor | {"created": f"{created}T00:00:00Z"} if day else descriptor


def _check_hash(package: Package, table: str, declared: str) -> None:
    algorithm, _, value = declared.rpartition(":")
    algorithm = algorithm or LENGTHS.get(len(value), "")
    paths, mend = package.paths(table), f"restore the file, or correct `hash` in {package.place}/{DESCRIPTOR}"
    if algorithm not in LENGTHS.values() or len(paths) != 1:
        raise Problem(f"The hash of {table} in {package.place}/{DESCRIPTOR} cannot be checked: {declared}.", mend)
    with paths[0].open("rb") as stream:
        digest = hashlib.file_digest(stream, algorithm).hexdigest()
    if digest != value.lower():
        raise Problem(
            f"{paths[0]} is not the file that {DESCRIPTOR} describes: its {algorithm} begins {digest[:12]}, described "
            f"is {value[:12]}.",
            mend,
        )


def kind_of(package: Package, digests: set[str], register: Path) -> Kind:
    """Simulated where the package says so, has a written truth, or holds a file that the register knows as simulated.

    A truth can only be known of simulated data, so nobody makes them observed by leaving a word out.
    """
    simulated = {
        file.sha256
        for each in read_register(register).datasets if each.kind == "simulated"
        for file in each.files
    }  # fmt: skip
    said = package.descriptor.get("simulated", False) or "truth.json" in package.others
    return "simulated" if said or digests & simulated else "observed"


def _file(package: Package, name: str) -> dict[str, str | int]:
    path = package.folder / name
    if not path.is_file():
        raise Problem(f"{path} is missing.", "bring the file back")
    return {"path": name, "sha256": file_digest(path), "bytes": path.stat().st_size}


def about(package: Package) -> dict[str, str]:
    """Title, producer, licence and date, as the descriptor gives them and the paper prints them."""
    said = {
        "title": package.descriptor.get("title", "Data brought by the study"),
        "producer": _first(package.descriptor, "contributors", "title"),
        "licence": _first(package.descriptor, "licenses", "title", "name"),
        "accessed": str(package.descriptor.get("created", "date not stated")).partition("T")[0],
    }
    for key, text in said.items():
        if not re.fullmatch(PRINTABLE, str(text)):
            mend = f"write a plain {key} in {package.place}/{DESCRIPTOR}, without markup"
            raise Problem(f"The {key} in {package.place}/{DESCRIPTOR} cannot be printed: {str(text)[:60]!r}.", mend)
    return {key: str(text) for key, text in said.items()}


def _first(descriptor: dict[str, Any], part: str, *keys: str) -> str:
    entries = descriptor.get(part) or [{}]
    return next((str(entries[0][key]) for key in keys if entries[0].get(key)), "not stated")


if __name__ == "__main__":
    command(receive)
