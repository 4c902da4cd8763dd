"""A small clean release with its private record, and ways to plant something in it."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import typst

from analysis.release.gate.gate import leaks
from analysis.release.render.pandoc import pandoc_path

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
    "not_estimated.csv": "outcome,reason,reason_values\nmortality,few_persons_or_events,{}\n",
    "plan.yaml": "name: ours\npilots:\n  package: extract\nrelease:\n  date: 2026-11-21\n",
    "data.json": '[{"id": "ours-data", "files": [{"path": "spells.csv", "bytes": 3646123}]}]',
    "tables/quality.md": "| Series | Events |\n|:---|---:|\n| Emergency | 124,265 |\n",
    "CHANGES.md": "# Version 1.0.0\n\nThere is no earlier release.\n",
}


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


def found(folder: Path, known: Path) -> list[str]:
    return [
        each.clause() for each in leaks(folder, known / "private.json", known / "ids.parquet", (known / "plan.yaml",))
    ]


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
