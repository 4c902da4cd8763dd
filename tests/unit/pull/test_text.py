"""The encoding of a file is found, wherever its first byte beyond ASCII stands."""

from pathlib import Path

import pytest

from analysis.pull import text

SENTENCE = "Dr O’Neill & Søn, £9"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("filler", [0, 1, text.BLOCK - 5, text.BLOCK - 4, text.BLOCK])
def test_text_is_read_as_it_was_written(encoding: str, filler: int, tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("x" * filler + SENTENCE, encoding=encoding)
    assert path.read_text(encoding=text.encoding_of(path)) == "x" * filler + SENTENCE


def test_a_file_that_ends_inside_a_character_is_no_utf8(tmp_path: Path) -> None:
    path = tmp_path / "cut.csv"
    path.write_bytes("é".encode()[:1])
    assert text.encoding_of(path) == "cp1252"
