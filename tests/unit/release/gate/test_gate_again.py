"""Thirty more leaks, written down by somebody who knew of the gate only what the documentation says of it."""

import base64
import gzip
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import typst
from PIL import Image, PngImagePlugin

from analysis.release.gate.machine import leaks_of_machine
from analysis.release.gate.reader import Passage
from tests.planted import SVG, WORDS, docx, found, html, new, pdf, put, says

TABLE = base64.b64encode(b"n\n3646\n").decode()
WORD = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def member(name: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    """Change one part of the DOCX, or add it where there is nothing old."""

    def plant(folder: Path) -> None:
        path = folder / "paper.docx"
        with zipfile.ZipFile(path) as archive:
            parts = {each: archive.read(each) for each in archive.namelist()}
        parts[name] = parts[name].replace(old, new) if old else new
        with zipfile.ZipFile(path, "w") as archive:
            for each, content in parts.items():
                archive.writestr(each, content)

    return plant


def page(markup: str) -> Callable[[Path], None]:
    return put("paper.html", "</body>", f"{markup}</body>")


def drawn(markup: str) -> Callable[[Path], None]:
    return put("figures/flow.svg", "</svg>", f"{markup}</svg>")


def packed(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(content) and None


def typeset(markup: str) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        source = folder / "paper.typ"
        source.write_text(markup, encoding="utf-8")
        typst.compile(str(source), output=str(folder / "paper.pdf"))
        source.unlink()

    return plant


def picture(folder: Path) -> None:
    about = PngImagePlugin.PngInfo()
    about.add_text("Description", "3,646 patients", zip=True)
    Image.new("RGB", (2, 2)).save(folder / "figures/flow.png", pnginfo=about)


def archive(folder: Path) -> None:
    with zipfile.ZipFile(folder / "data.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("rows.csv", "who,age\n" + "H0042137,77\n" * 50)


LEAKS: dict[str, list[Callable[[Path], None]]] = {
    "a count in a cell of a DOCX table": [says(docx, "| Box | n |\n|---|---|\n| Cases | 3,646 |\n")],
    "a small count in a DOCX comment": [
        member(
            "word/comments.xml",
            b"",
            b"<w:comments " + WORD + b"><w:comment><w:p><w:r><w:t>only 3 patients"
            b"</w:t></w:r></w:p></w:comment></w:comments>",
        )
    ],
    "a count in a DOCX property": [
        member("docProps/core.xml", b"</cp:core", b"<dc:description>2,239 pairs</dc:description></cp:core")
    ],
    "the user as author": [
        member("docProps/core.xml", b"</cp:core", b"<cp:lastModifiedBy>jsmith</cp:lastModifiedBy></cp:core"),
        typeset('#set document(title: "P", author: "JSmith")\nText'),
    ],
    "what was deleted from a DOCX": [
        member(
            "word/document.xml",
            b"</w:body>",
            b"<w:p><w:del><w:r><w:delText>3,646</w:delText></w:r></w:del></w:p></w:body>",
        )
    ],
    "a small count in an HTML cell": [
        page("<table><tr><th>Group</th><th>Patients</th></tr><tr><td>Unmatched</td><td>3</td></tr></table>")
    ],
    "a count in an attribute": [page('<span data-n="3646">x</span>'), page('<img alt="" aria-label="2239">')],
    "a count with another mark of thousands": [
        page("<p>3&#8239;646 of them</p>"),
        page("<p>3&thinsp;646 of them</p>"),
        page("<p>3&nbsp;646 of them</p>"),
        page("<p>3'646 of them</p>"),
        page("<p>3&rsquo;646 of them</p>"),
    ],
    "a table embedded in a page": [page(f'<a href="data:text/csv;base64,{TABLE}">Data</a>')],
    "a link in a PDF": [typeset('#link("file:///home/jsmith/x")[data]'), typeset('#link("mailto:j@trust.example")[x]')],
    "an id among a PDF's keywords": [typeset('#set document(title: "P", keywords: ("H0042137",))\nText')],
    "a figure's text in pieces": [drawn("<text><tspan>3,</tspan><tspan>646</tspan></text>")],
    "a path in a figure's metadata": [
        drawn("<metadata>/mnt/nhs/extract/spells.csv</metadata>"),
        put("figures/flow.svg", "<svg ", '<svg xmlns:i="i" i:export-filename="/Users/ann/fig.png" '),
    ],
    "an id in a figure's title": [put("figures/flow.svg", "Flow", "Flow of h0042137")],
    "a file's name": [
        new("figures/patient-h0042137.svg", SVG.format("3,645")),
        new("figures/flow-3646.svg", SVG.format("3,645")),
        new("figures/spells-2009-05-17.svg", SVG.format("3,645")),
        new("figures/3_patients.md", "Nothing."),
    ],
    "a count in JSON": [
        new("x.json", '{"cases": 3646.0}'),
        new("x.json", '{"flow": [{"cases_unmatched": 3}]}'),
        new("x.json", '{"patients": "3"}'),
    ],
    "a small count in YAML": [
        put("plan.yaml", "package: extract", "package: extract\n  unmatched_patients: 3"),
        put("plan.yaml", "package: extract", "package: extract # patients left: 3"),
    ],
    "a path with a drive's letter": [put("plan.yaml", "package: extract", "package: D:/trial/extract")],
    "a table with other marks between columns": [
        new("figures/a.csv", "group;patients\ncases;3\n"),
        new("figures/a.tsv", "group\tpatients\ncases\t3\n"),
        packed("figures/a.csv", "group,patients\ncases,3\n".encode("utf-16")),
    ],
    "a packed file": [
        packed("figures/a.csv.gz", gzip.compress(b"group,patients\ncases,3\n")),
        packed("figures/a.svgz", gzip.compress(SVG.format("3,646").encode())),
        archive,
        lambda folder: pd.DataFrame({"who": ["H0042137"] * 9}).to_parquet(folder / "a.parquet", compression="zstd"),
    ],
    "what a picture says, compressed": [picture],
    "rows of persons": [
        new("rows.csv", "age,sex,admitted,discharged\n77,f,2010-01-02,2010-01-04\n"),
        new("rows.csv", "spell_id,method\nS1,21\n"),
        new("rows.csv", "Patient ID,Age\nA,20\n"),
        new("rows.csv", "patient_id;age\nA;20\n"),
        new("rows.json", '[{"patient_id": "A"}, {"patient_id": "B"}]'),
        new("rows.csv", "practice,period,count\nA81001,2009-04,10\n"),
    ],
    "a total that gives a hidden count back": [
        put("figures/flow.csv", "left out,0,Outside,*", 'left out,0,Outside,*\nall,0,Total,"3,650"')
    ],
    "a part and its whole": [
        says(html, "It was 7/38 before."),
        says(docx, "Seven in 38 had one."),
        says(pdf, "It was 7 out of 38."),
        put("figures/balance.csv", "sex,0.55", "emergency_recent,7/38"),
    ],
    "a share in words, and what is missing to the whole": [
        says(html, "It was 18.4 per cent of the patients."),
        says(docx, "It was 81.6% of the patients."),
    ],
    "what happened to one, to few, to each": [
        says(html, "One patient died."),
        says(pdf, "There were two deaths."),
        says(docx, "Only one of the cases died."),
        says(html, "Both patients died."),
        says(html, "All cases died."),
        says(html, "Every patient was admitted."),
        says(html, "Not one patient died."),
        says(html, "Zero patients died."),
        says(html, "A single patient survived."),
    ],
    "a small count told otherwise": [
        says(html, "Three of the patients had none."),
        says(docx, "3 of the cases had none."),
        says(html, "Patients unmatched: 3."),
    ],
    "a date written otherwise": [
        says(html, f"It was {day}.")
        for day in (
            "17.05.2009",
            "May 17, 2009",
            "17th May 2009",
            "the 17th of May 2009",
            "17-May-2009",
            "05/17/2009",
            "2009/05/17",
            "20090517",
            "17 may 2009",
        )
    ],
    "a secret": [
        new("a.yaml", "ICP_TOKEN=abcdefghij0123456789"),
        new("a.yaml", 'PGPASSWORD="hunter2x"'),
        new("a.yaml", "url: https://x.example/c?sv=2020&sig=abcdEFGH0123%3D"),
    ],
    "a host of one's own network": [
        new("a.md", "http://sql01.trust.local/x"),
        new("a.md", "http://localhost:8080/x"),
        new("a.md", "http://[fd12:3456::1]/x"),
        new("a.md", "NHS-WS-0417.trust.example"),
    ],
}


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_planted_by_another_hand_is_found(name: str, clean: Path, known: Path, tmp_path: Path) -> None:
    for at, plant in enumerate(LEAKS[name]):
        folder = tmp_path / str(at) / "ours-1.0.0"
        shutil.copytree(clean, folder)
        plant(folder)
        assert found(folder, known), f"{name} was not found (form {at + 1})"


@pytest.mark.parametrize(
    "sentence",
    [
        "In 7 of 12 practices it fell.",
        "Of 38 practices 7 had none.",
        "Read on 21 November 2026.",
        "Version 1.10.2009.",
        "One in five was older.",
        "Two of the sites began late.",
        "See https://www.example.org/local/x:80.",
        "A share of 18.5% of the practices.",
        "The 2,009 practices' lists.",
        "Controls: 10 for each.",
    ],
)
def test_what_is_no_leak_raises_no_alarm(sentence: str, clean: Path, known: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ours-1.0.0"
    shutil.copytree(clean, folder)
    html(folder, f"{WORDS}\n{sentence}\n")
    assert found(folder, known) == []


def test_a_total_of_what_is_shown_raises_no_alarm(clean: Path, known: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ours-1.0.0"
    shutil.copytree(clean, folder)
    put("figures/flow.csv", "left out,0,Outside,*", 'left out,0,Outside,*\nall,0,Total,"3,645"')(folder)
    assert found(folder, known) == []


def test_a_user_named_like_a_word_of_the_paper_raises_no_alarm() -> None:
    machine = {"user": "nhs", "host": "nhs-ws-0417", "home": "/home/nhs", "here": "/home/nhs/icp"}
    assert list(leaks_of_machine([Passage("paper.html", "NHS")], machine, "Costs of the NHS")) == []
    assert list(leaks_of_machine([Passage("paper.html", "NHS")], machine, "Costs"))
