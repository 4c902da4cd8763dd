"""Faults that no text file can show: each is made in a copy of the valid package."""

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd


def huge_field(folder: Path) -> Path:
    path = folder / "sites.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("First", "F" * 1_000_000), encoding="utf-8")
    return folder


def wrong_dtype(folder: Path) -> Path:
    table = pd.read_csv(folder / "practices.csv")
    codes = table["practice_id"].str.removeprefix("P").astype(int)
    table.assign(practice_id=codes, share_65plus=True).to_parquet(folder / "practices.parquet")
    (folder / "practices.csv").unlink()
    return folder


def truncated_gzip(folder: Path) -> Path:
    (folder / "activity.csv.gz").write_bytes(gzip.compress((folder / "activity.csv").read_bytes())[:-12])
    (folder / "activity.csv").unlink()
    return folder


def gzip_bomb(folder: Path) -> Path:
    (folder / "activity.csv.gz").write_bytes(gzip.compress(b"0" * (120 << 20), compresslevel=1))
    (folder / "activity.csv").unlink()
    return folder


def broken_parquet(folder: Path) -> Path:
    pd.read_csv(folder / "activity.csv").to_parquet(folder / "activity.parquet")
    content = (folder / "activity.parquet").read_bytes()
    (folder / "activity.parquet").write_bytes(content[: len(content) // 2])
    (folder / "activity.csv").unlink()
    return folder


def parts_that_differ(folder: Path) -> Path:
    table = pd.read_csv(folder / "activity.csv")
    (folder / "activity").mkdir()
    table.iloc[:18].to_csv(folder / "activity/part-1.csv", index=False)
    table.iloc[18:].rename(columns={"month": "when"}).to_csv(folder / "activity/part-2.csv", index=False)
    (folder / "activity.csv").unlink()
    return folder


def link_out_of_the_folder(folder: Path) -> Path:
    outside = folder.parent / f"{folder.name}-sites.csv"
    (folder / "sites.csv").rename(outside)
    (folder / "sites.csv").symlink_to(outside)
    return folder


def zipped(folder: Path, *, leave: str = "") -> Path:
    path = folder / "package.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.glob("*.csv")):
            if file.name != leave:
                archive.write(file, file.name)
    return path


def zip_bomb(folder: Path) -> Path:
    path = zipped(folder, leave="activity.csv")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("activity.csv", b"0" * (200 << 20))
    return path


def zip_that_climbs_out(folder: Path) -> Path:
    path = zipped(folder, leave="sites.csv")
    with zipfile.ZipFile(path, "a") as archive:
        archive.write(folder / "sites.csv", "../sites.csv")
    return path


def zip_with_a_link(folder: Path) -> Path:
    path, link = zipped(folder, leave="sites.csv"), zipfile.ZipInfo("sites.csv")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    return path


def zip_encrypted(folder: Path) -> Path:
    path = zipped(folder)
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flags of a member, twice
        content[content.find(signature) + offset] |= 1
    path.write_bytes(content)
    return path


def zip_cut_off(folder: Path) -> Path:
    path = zipped(folder)
    path.write_bytes(path.read_bytes()[:-100])
    return path


def no_zip_no_folder(folder: Path) -> Path:
    (folder / "package.tar").write_bytes(b"")
    return folder / "package.tar"


MADE: dict[str, Callable[[Path], Path]] = {
    each.__name__.replace("_", "-"): each
    for each in (
        huge_field, wrong_dtype, truncated_gzip, gzip_bomb, broken_parquet, parts_that_differ, link_out_of_the_folder,
        zip_bomb, zip_that_climbs_out, zip_with_a_link, zip_encrypted, zip_cut_off, no_zip_no_folder,
    )
}  # fmt: skip
