"""Describe a folder of tables as a Frictionless Data Package."""

from typing import Any

from analysis.prepare.study_file.guess import Guess, column_types
from analysis.pull.package.package import Package
from analysis.pull.text import encoding_of

ENCODINGS = {"utf-8-sig": "utf-8", "cp1252": "windows-1252"}


def package_text(package: Package, name: str, guess: Guess, *, date: str, simulated: bool) -> dict[str, Any]:
    """The content of datapackage.json, inferred from the files.

    Parameters
    ----------
    package : Package
        The tables, by their files' names.
    name : str
        The package's name.
    guess : Guess
        Which columns have other names.
    date : str
        When it was made, YYYY-MM-DD.
    simulated : bool
        Whether the data are simulated: what is made from them says so.
    """
    return {
        "name": name,
        "title": f"Data of the study {name}",
        "created": f"{date}T00:00:00Z",
        "simulated": simulated,
        "contributors": [{"title": "not stated"}],
        "licenses": [{"name": "not-for-sharing", "title": "Not for sharing"}],
        "resources": [_resource(package, table, guess.columns.get(table, {})) for table in package.tables],
    }


def _resource(package: Package, table: str, columns: dict[str, str]) -> dict[str, Any]:
    import frictionless

    files, types = package.tables[table], column_types(table)
    first = package.folder / files[0]
    resource: dict[str, Any] = frictionless.Resource.describe(files[0], basepath=str(package.folder)).to_dict()
    renamed = {columns.get(name, name): kind for name, kind in types.items()}
    for field in resource.get("schema", {}).get("fields", []):
        # Frictionless would take the id 0012 for a number.
        field["type"] = renamed.get(field["name"], field["type"])
    place = files[0] if len(files) == 1 else files[0].rpartition("/")[0]
    encoding = {} if first.suffix == ".parquet" else {"encoding": ENCODINGS[encoding_of(first)]}
    return resource | {"name": table, "path": place} | encoding
