"""A package by its path: which files hold which table, and what it is refused for."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from analysis.pull.datasets.folder import strangers
from analysis.pull.datasets.register import read_register
from analysis.pull.package.package import Package, check_tables, read_package
from analysis.pull.package.receive import receive
from analysis.pull.package.unpack import unpack
from analysis.pull.text import encoding_of
from analysis.steps import Problem, file_digest, read_json

TABLES = ("sites", "practices", "activity", "survey")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "extract"
    place.mkdir()
    for table in TABLES:
        (place / f"{table}.csv").write_text(f"{table}_id\n1\n", encoding="utf-8")
    return place


def read(place: Path) -> Package:
    return read_package(place, "mine-data", place if place.is_dir() else place.parent / "unpacked")


def describe(folder: Path, **more: Any) -> None:
    resources = [{"name": table, "path": f"{table}.csv"} for table in TABLES]
    text = json.dumps({"name": "mine", "resources": resources} | more)
    (folder / "datapackage.json").write_text(text, encoding="utf-8")


def zipped(folder: Path, top: str = "") -> Path:
    path = folder.parent / "extract.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.rglob("*"):
            archive.write(file, top + file.relative_to(folder).as_posix())
    return path


def received(place: Path, register: Path) -> dict[str, Any]:
    package = read(place)
    if package.packed:
        unpack(place=place, out=package.folder)
    out = place.parent / "receipt.json"
    receive(place=place, id=package.id, unpacked=package.folder, register=register, out=out)
    receipt: dict[str, Any] = read_json(out)
    return receipt


def test_tables_are_found_by_the_names_of_their_files(folder: Path) -> None:
    (folder / "README.txt").touch()
    (folder / ".survey.csv.swp").touch()
    package = read(folder)
    assert set(package.tables) == set(TABLES)
    assert package.paths("sites") == (folder / "sites.csv",)
    assert package.paths("contacts") == ()
    assert not package.packed


def test_a_descriptor_may_give_any_path_and_others_do_not_count(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "sites.csv").rename(folder / "deep" / "pilot list.csv")
    (folder / "extra.csv").touch()
    resources = [{"name": "sites", "path": "deep/pilot list.csv"}, {"name": "costs", "path": "extra.csv"}]
    describe(folder, resources=resources)
    assert read(folder).tables == {"sites": ("deep/pilot list.csv",)}


def test_a_folder_of_parts_is_one_table(folder: Path) -> None:
    (folder / "activity.csv").unlink()
    (folder / "activity").mkdir()
    for part in ("2.csv", "1.csv", "_SUCCESS"):
        (folder / "activity" / part).touch()
    assert read(folder).tables["activity"] == ("activity/1.csv", "activity/2.csv")
    (folder / "activity" / "3.parquet").touch()
    with pytest.raises(Problem, match="parts of one kind"):
        read(folder)


@pytest.mark.parametrize("top", ["", "extract/"])
def test_an_archive_gives_what_its_folder_gives(folder: Path, register: Path, top: str) -> None:
    describe(folder, title="Admissions of ten practices")
    kept, packed = received(folder, register), received(zipped(folder, top), register)
    assert packed == kept
    assert kept["title"] == "Admissions of ten practices"
    assert {each["path"]: each["sha256"] for each in kept["files"]} == {
        path.name: file_digest(path) for path in folder.iterdir()
    }


def test_data_are_observed_until_something_says_otherwise(folder: Path, register: Path) -> None:
    assert received(folder, register)["kind"] == "observed"
    describe(folder, simulated=True)
    assert received(folder, register)["kind"] == "simulated"


def test_a_truth_makes_data_simulated_whatever_the_descriptor_says(folder: Path, register: Path) -> None:
    describe(folder, simulated=False)
    (folder / "truth.json").write_text("{}", encoding="utf-8")
    receipt = received(folder, register)
    assert receipt["kind"] == receipt["lineage"][0]["kind"] == "simulated"
    assert read(folder).find("truth.json") == str(folder / "truth.json")


def test_a_file_that_the_register_knows_as_simulated_stays_so(folder: Path, register: Path) -> None:
    text = register.read_text(encoding="utf-8")
    text = text.replace("transcription: From paper.", "generator: analysis.simulate.outcomes.pilots")
    known = file_digest(register.parent / "mine" / "survey.csv")
    register.write_text(text.replace(known, file_digest(folder / "activity.csv")), encoding="utf-8")
    assert received(folder, register)["kind"] == "simulated"


def test_lineage_changes_with_every_file(folder: Path, register: Path) -> None:
    before = received(folder, register)["lineage"]
    (folder / "survey.csv").write_text("survey_id\n2\n", encoding="utf-8")
    assert received(folder, register)["lineage"] != before


def test_a_hash_in_the_descriptor_is_enforced(folder: Path, register: Path) -> None:
    right = file_digest(folder / "sites.csv")
    describe(folder, resources=[{"name": "sites", "path": "sites.csv", "hash": f"sha256:{right}"}])
    received(folder, register)
    (folder / "sites.csv").write_text("site_id\n2\n", encoding="utf-8")
    with pytest.raises(Problem, match="is not the file that datapackage"):
        received(folder, register)


@pytest.mark.parametrize(
    "path", ["../sites.csv", "/etc/passwd", "a/../../b.csv", "C:\\sites.csv", "http://x/y.csv", ""]
)
def test_a_path_that_leaves_the_folder_is_refused(folder: Path, path: str) -> None:
    describe(folder, resources=[{"name": "sites", "path": path}])
    with pytest.raises(Problem, match="leaves the folder"):
        read(folder)


@pytest.mark.parametrize(
    "resources",
    [[], "sites.csv", ["sites.csv"], [{"name": "sites"}], [{"path": "sites.csv"}], [{"name": "sites", "path": 3}]],
)
def test_a_descriptor_of_another_shape_is_refused(folder: Path, resources: object) -> None:
    describe(folder, resources=resources)
    with pytest.raises(Problem, match=r"datapackage\.json"):
        read(folder)


def test_a_link_within_the_folder_is_allowed_and_one_out_of_it_is_not(folder: Path) -> None:
    (folder / "old").mkdir()
    (folder / "sites.csv").rename(folder / "old" / "s.csv")
    (folder / "sites.csv").symlink_to("old/s.csv")
    assert read(folder).tables["sites"] == ("sites.csv",)
    (folder / "old" / "s.csv").rename(folder.parent / "s.csv")
    (folder / "sites.csv").unlink()
    (folder / "sites.csv").symlink_to(folder.parent / "s.csv")
    with pytest.raises(Problem, match="a link that leads out of the folder"):
        read(folder)


def test_more_files_than_a_package_has_are_not_unpacked(folder: Path) -> None:
    path = zipped(folder)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(10_001):
            archive.writestr(f"{number}.csv", "")
    with pytest.raises(Problem, match=r"holds 10,00\d files"):
        read(path)


@pytest.mark.parametrize(
    ("tables", "survey", "lacking"),
    [
        (["sites", "activity"], False, "practices"),
        (["sites", "practices"], False, "activity"),
        (["sites", "practices", "activity"], True, "survey"),
        (["sites", "practices", "spells"], False, None),
    ],
)
def test_what_a_study_needs_is_named_when_it_lacks(tables: list[str], survey: bool, lacking: str | None) -> None:
    if lacking is None:
        check_tables(tables, "it", survey=survey)
    else:
        with pytest.raises(Problem, match=f"it has no table {lacking}"):
            check_tables(tables, "it", survey=survey)


def test_packages_that_were_fetched_are_no_strangers(register: Path) -> None:
    packages = register.parent / ".packages"
    packages.mkdir()
    (packages / "mine.zip").touch()
    assert strangers(read_register(register), register.parent) == []


# The last but one has a letter of two bytes across the border of two blocks.
ENCODINGS = [
    (b"abc", "utf-8-sig"),
    ("\ufeffé".encode(), "utf-8-sig"),
    (b"\xe9", "cp1252"),
    (("a" + "é" * (1 << 20)).encode(), "utf-8-sig"),
    (b"\xc3", "cp1252"),
]


@pytest.mark.parametrize(("content", "encoding"), ENCODINGS, ids=range(5))
def test_encodings_are_told_apart(tmp_path: Path, content: bytes, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    assert encoding_of(tmp_path / "a.csv") == encoding
