"""Thirty leaks, planted one by one into a release of data that are taken as observed: the gate finds each of them."""

import base64
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import typst
from PIL import Image, PngImagePlugin

from analysis.release.gate import check_release, leaks
from analysis.release.pandoc import pandoc_path
from analysis.release.private import private
from analysis.steps import Problem, write_json

WORDS = """\
# What was found

Of 3,645 patients of the intervention, 3,560 were matched. Emergency admissions fell by 2.4% (95% confidence interval
−4.1% to −0.7%). A mean of 0.452 was seen. The start was April 2009; the paper is of 2026-11-21. See section 4.1.2.
No patient was one twice, says the plan. In 2,009 practices nothing was done. Per 1,000 patients a year.
"""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg"><title>Flow</title><g id="text_1"><!-- {} -->'
    '<path d="M 2166 2239"/></g></svg>'
)
ESTIMATES = """\
outcome,design,estimator,term,horizon,estimate,n_obs,n_units,n_clusters
emergency,difference_in_differences,poisson,effect,after,0.976,1008,28,6
emergency,matched_cohort,poisson,effect,after,1.107,4480,2240,265
emergency,matched_cohort,poisson,inference,site_clusters,1.107,4480,2240,6
"""
RELEASE = {
    "figures/flow.csv": 'group,step,box,patients\ncases,0,Patients,"3,645"\nleft out,0,Outside,*\n',
    "figures/flow.svg": SVG.format("3,645"),
    "figures/balance.csv": "covariate,cases_mean,controls_mean\nage,78.15,77.1\nsex,0.55,0.5\n",
    "estimates.csv": ESTIMATES,
    "not_estimated.csv": "outcome,reason\nmortality,There are too few persons or events for this estimate.\n",
    "plan.yaml": "name: ours\npilots:\n  package: extract\nrelease:\n  date: 2026-11-21\n",
    "data.json": '[{"id": "ours-data", "files": [{"path": "spells.csv", "bytes": 3646123}]}]',
    "tables/quality.md": "| Series | Events |\n|:---|---:|\n| Emergency | 124,265 |\n",
    "CHANGES.md": "# Version 1.0.0\n\nThere is no earlier release.\n",
}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The private record, from exact tables as the pipeline has them."""
    folder = tmp_path_factory.mktemp("private")
    write_json(folder / "receipt.json", {"id": "ours-data", "kind": "simulated", "disclosure": "persons"})
    write_json(folder / "matched.json", {
        "cases": 3646, "cases_followed": 38, "cases_matched": 38, "cases_unmatched": 3, "candidates": 5127,
    })  # fmt: skip
    pd.DataFrame([{"stage": "after", "cases_mean": 7 / 38, "controls_mean": 0.5}]).to_parquet(
        folder / "matched_balance.parquet"
    )
    (folder / "estimates.csv").write_text(
        "design,n_obs,n_units,n_clusters\nmatched_cohort,4478,2239,267\ndifference_in_differences,1008,28,6\n",
        encoding="utf-8",
    )
    pd.DataFrame({"patient_id": ["H0042137", "4010232137"], "admitted": pd.to_datetime(["2009-05-17"] * 2)}).to_parquet(
        folder / "spells.parquet"
    )
    private(
        receipts=(folder / "receipt.json",), estimates=folder / "estimates.csv", facts=(folder / "matched.json",),
        tables=(folder / "matched_balance.parquet",), persons=(folder / "spells.parquet",),
        out=folder / "private.json", ids=folder / "ids.parquet",
    )  # fmt: skip
    record = json.loads((folder / "private.json").read_text(encoding="utf-8"))
    record["machine"] = {"user": "jsmith", "host": "nhs-ws-0417", "home": "/home/jsmith", "here": "/home/jsmith/icp"}
    write_json(folder / "private.json", record)
    (folder / "plan.yaml").write_text("says: No patient was one twice\nmail: team@example.org\n", encoding="utf-8")
    return folder


def html(folder: Path, words: str) -> None:
    _pandoc(folder, words, "html", "--standalone", "--metadata=title:Paper")


def docx(folder: Path, words: str) -> None:
    _pandoc(folder, words, "docx")


def _pandoc(folder: Path, words: str, to: str, *more: str) -> None:
    order = [pandoc_path(), "--from=markdown", f"--to={to}", *more, f"--output={folder / f'paper.{to}'}"]
    subprocess.run(order, input=words.encode(), check=True)


def pdf(folder: Path, words: str, title: str = "Paper") -> None:
    source = folder / "paper.typ"
    source.write_text(f"#set document(title: {json.dumps(title)})\n#{json.dumps(words)}\n", encoding="utf-8")
    typst.compile(str(source), output=str(folder / "paper.pdf"))
    source.unlink()


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean") / "ours-1.0.0"
    for name, text in RELEASE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for make in (html, docx, pdf):
        make(folder, WORDS)
    Image.new("RGB", (2, 2)).save(folder / "figures/flow.png")
    return folder


def found(folder: Path, known: Path) -> list[str]:
    return [
        each.told() for each in leaks(folder, known / "private.json", known / "ids.parquet", (known / "plan.yaml",))
    ]


def test_a_clean_release_raises_no_alarm(clean: Path, known: Path) -> None:
    assert found(clean, known) == []
    check_release(clean, known / "private.json", known / "ids.parquet", (known / "plan.yaml",))


def put(name: str, old: str, new: str) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return plant


def new(name: str, text: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_text(text, encoding="utf-8") and None


def says(make: Callable[[Path, str], None], sentence: str) -> Callable[[Path], None]:
    return lambda folder: make(folder, f"{WORDS}\n{sentence}\n")


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
    "nobody": put("not_estimated.csv", "There are too few persons or events", "Nobody died among the cases"),
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
