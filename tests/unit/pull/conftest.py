"""A register with one data set of one file, in a folder of its own."""

from pathlib import Path

import pytest

from analysis.steps import file_digest

REGISTER = """\
# The register.
datasets:
  - id: survey  # asked by post
    title: A survey
    producer: Nobody
    licence: CC0 1.0
    accessed: 2026-11-21
    transcription: From paper.
    files:
      - path: mine/survey.csv
        sha256: {sha256}
        bytes: 22
        columns: [practice_id, value]
"""


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """The folder of raw data: datasets.yaml and mine/survey.csv, which agree."""
    folder = tmp_path / "raw"
    (folder / "mine").mkdir(parents=True)
    (folder / "mine" / "survey.csv").write_bytes(b"practice_id,value\n7,1\n")
    text = REGISTER.format(sha256=file_digest(folder / "mine" / "survey.csv"))
    (folder / "datasets.yaml").write_text(text, encoding="utf-8", newline="\n")
    return folder


@pytest.fixture
def register(raw: Path) -> Path:
    return raw / "datasets.yaml"
