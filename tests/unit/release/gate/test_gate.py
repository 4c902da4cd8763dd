"""Thirty leaks, planted one by one into a release of data that are taken as observed: the gate finds each of them."""

import base64
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image, PngImagePlugin

from analysis.release.gate.gate import check_release
from analysis.release.gate.private import private
from analysis.steps import Problem, write_json
from tests.planted import SVG, WORDS, docx, found, html, new, pdf, put, says


def test_a_clean_release_raises_no_alarm(clean: Path, known: Path) -> None:
    assert found(clean, known) == []
    check_release(clean, known / "private.json", known / "ids.parquet", (known / "plan.yaml",))


def picture(folder: Path) -> None:
    about = PngImagePlugin.PngInfo()
    about.add_text("Source", "/home/jsmith/icp/results/flow.png")
    Image.new("RGB", (2, 2)).save(folder / "figures/flow.png", pnginfo=about)


def embedded(folder: Path) -> None:
    image = base64.b64encode(SVG.format("3,646").encode()).decode()
    text = (folder / "paper.html").read_text(encoding="utf-8")
    (folder / "paper.html").write_text(
        text.replace("</body>", f'<img alt="" src="data:image/svg+xml;base64,{image}"></body>'), encoding="utf-8"
    )


def author(folder: Path) -> None:
    path = folder / "paper.docx"
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    core = members["docProps/core.xml"].replace(b"</cp:coreProperties>", b"<a>/home/jsmith/x</a></cp:coreProperties>")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (members | {"docProps/core.xml": core}).items():
            archive.writestr(name, content)


LEAKS: dict[str, Callable[[Path], None]] = {
    "a small count in a figure's data": put("figures/flow.csv", ",*", ",3"),
    "an unrounded count in a figure's data": put("figures/flow.csv", "3,645", "3,646"),
    "an unrounded count in a figure's text": put("figures/flow.svg", "3,645", "3,646"),
    "an unrounded count in a figure's title": put("figures/flow.svg", "Flow", "Flow of 3646 patients"),
    "an unrounded count in an embedded figure": embedded,
    "a count of the table of estimates": put("estimates.csv", "4480,2240,265", "4480,2239,265"),
    "a count of cases as clusters": put("estimates.csv", "4480,2240,265", "4480,2240,267"),
    "a share in full": put("figures/balance.csv", "sex,0.55", "emergency_recent,0.1842105263"),
    "a share in three digits": put("figures/balance.csv", "sex,0.55", "emergency_recent,0.184"),
    "a share in HTML": says(html, "It was 18.42% before."),
    "a share of people in DOCX": says(docx, "It was 18.4% of the patients."),
    "a share in PDF": says(pdf, "It was 0.1842 before."),
    "an exact count in HTML": says(html, "There were 3646 of them."),
    "an exact count in DOCX": says(docx, "There were 2,239 of them."),
    "an exact count in PDF": says(pdf, "There were 5,127 of them."),
    "a small count in words": says(html, "Only three patients were without a match."),
    "a small count in PDF": says(pdf, "There were 3 unmatched cases."),
    "nobody": put("not_estimated.csv", "few_persons_or_events", "Nobody died among the cases"),
    "nobody in DOCX": says(docx, "No controls died."),
    "an id in a table": new("figures/points.csv", "x,y\nH0042137,2\n"),
    "an id in PDF": says(pdf, "See H0042137."),
    "an NHS number": says(docx, "See 943 476 5919."),
    "rows of persons": new("figures/rows.csv", "patient_id,age\nA,20\n"),
    "rows of practices and months": new("figures/months.csv", "practice_id,month,count\nA81001,2009-04,10\n"),
    "a date in JSON": put("data.json", '"spells.csv"', '"spells.csv", "first": "2009-05-17"'),
    "a date in words": says(html, "The first came on 17 May 2009."),
    "a path in the plan": put("plan.yaml", "package: extract", "package: /home/jsmith/trial/extract"),
    "a path in a picture": picture,
    "a path in what a document says of itself": author,
    "a path in what a PDF says of itself": lambda folder: pdf(folder, WORDS, "file:///C:/trial"),
    "a Windows path": put("data.json", "ours-data", "C:\\\\\\\\Users\\\\\\\\jsmith"),
    "the host's name": put("CHANGES.md", "no earlier", "no nhs-ws-0417"),
    "an address of mail": says(html, "Ask j.smith@trust.example."),
    "a token": put("plan.yaml", "package: extract", "package: extract # ghp_0123456789abcdefghij0123456789abcdef"),
    "an address of the own network": put("plan.yaml", "package: extract", "package: extract # http://10.2.3.4/x"),
}


@pytest.mark.parametrize("name", LEAKS)
def test_a_planted_leak_is_found(name: str, clean: Path, known: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ours-1.0.0"
    shutil.copytree(clean, folder)
    LEAKS[name](folder)
    told = found(folder, known)
    assert told, f"{name} was not found"
    with pytest.raises(Problem, match="Nothing is released: the paper would give away") as problem:
        check_release(folder, known / "private.json", known / "ids.parquet", (known / "plan.yaml",))
    assert "please" in problem.value.mend


def test_what_the_study_file_says_is_no_leak(clean: Path, known: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ours-1.0.0"
    shutil.copytree(clean, folder)
    says(html, "Ask team@example.org.")(folder)
    assert found(folder, known) == []


def test_the_private_record_is_private(known: Path) -> None:
    assert (known / "ids.parquet").stat().st_mode & 0o777 == 0o600


def test_public_data_have_no_private_record(known: Path, tmp_path: Path) -> None:
    write_json(tmp_path / "receipt.json", {"id": "reference-pilots", "disclosure": "public"})
    private(
        receipts=(tmp_path / "receipt.json",), estimates=known / "estimates.csv", facts=(known / "matched.json",),
        persons=(known / "spells.parquet",), out=tmp_path / "private.json", ids=tmp_path / "ids.parquet",
    )  # fmt: skip
    record = json.loads((tmp_path / "private.json").read_text(encoding="utf-8"))
    assert (record["guarded"], record["counts"], record["shares"], record["dates"]) == (False, [], [], [])
    assert pd.read_parquet(tmp_path / "ids.parquet").empty
