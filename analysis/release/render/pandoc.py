"""The pandoc that the lock file pins, and what it says turned into sentences."""

import os
import re
import shutil
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from analysis.release.render.shortcodes import locate
from analysis.steps import Problem

# New objects have room for 256 MB before pandoc clears up, in place of 8: half the seconds, 280 MB more at the peak.
MEMORY = ("+RTS", "-A256m", "-RTS")
_UNKNOWN_CITATION = re.compile(r"\[WARNING\] Citeproc: citation (\S+) not found")


@cache
def pandoc_path() -> str:
    """Where the wheel keeps its pandoc; one that happens to be on PATH may be of another version.

    Raises
    ------
    Problem
        When there is no pandoc at all.
    """
    package = find_spec("pypandoc")
    if package and package.origin:
        inside = Path(package.origin).parent / "files" / ("pandoc.exe" if os.name == "nt" else "pandoc")
        if inside.exists():
            return str(inside)
    path = shutil.which("pandoc")
    if not path:
        raise Problem("pandoc is not installed.", "pip install pypandoc_binary==1.17")
    return path


def run_pandoc(arguments: list[str], folder: Path, epoch: int, text: str) -> None:
    """Run pandoc in a folder on some text; a warning fails as an error does.

    Parameters
    ----------
    arguments : list of str
        Everything after the program's name.
    folder : Path
        Where relative paths start.
    epoch : int
        The seconds that pandoc takes for the present.
    text : str
        The document.

    Raises
    ------
    Problem
        One sentence for each thing that pandoc or the filters found wrong.
    """
    done = subprocess.run(
        [pandoc_path(), *MEMORY, *arguments, "--fail-if-warnings"],
        cwd=folder,
        input=text.encode(),
        capture_output=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
        check=False,
    )
    if done.returncode:
        raise _problem(done.stderr.decode(errors="replace"), folder)


def default_reference() -> bytes:
    """The Word document that pandoc takes styles from when told nothing else."""
    order = [pandoc_path(), "--print-default-data-file", "reference.docx"]
    return subprocess.run(order, capture_output=True, check=True).stdout


def _problem(said: str, folder: Path) -> Problem:
    faults = list(dict.fromkeys(_from_filter(said, folder) + _from_citations(said, folder)))
    if not faults:
        faults = [(f"pandoc could not render the paper: {' '.join(said.split())}", "correct the place it names")]
    sentences, mends = zip(*faults, strict=True)
    return Problem("\n".join(sentences), "; ".join(dict.fromkeys(mends)))


def _from_filter(said: str, folder: Path) -> list[tuple[str, str]]:
    lines = [line.split("\t") for line in said.splitlines() if line.startswith("problem\t")]
    return [(f"{locate(folder, needle)}{sentence}.", mend) for _, sentence, mend, needle in lines]


def _from_citations(said: str, folder: Path) -> list[tuple[str, str]]:
    keys = dict.fromkeys(_UNKNOWN_CITATION.findall(said))
    return [
        (f"{locate(folder, '@' + key)}The citation @{key} is not in references.bib.", f"add {key} to references.bib")
        for key in keys
    ]
