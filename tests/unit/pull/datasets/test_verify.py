"""Verification: what is on disk is what the register says, and every difference is told with its mend."""

from pathlib import Path

import pytest

from analysis.pull.datasets.folder import folder
from analysis.pull.datasets.register import Dataset, read_register
from analysis.pull.datasets.verify import check_there, check_unaltered, csv_header, verify
from analysis.steps import Problem, file_digest, read_json


@pytest.fixture
def raw(register: Path) -> Path:
    return register.parent


def verified(raw: Path) -> Path:
    out = raw.parent / "receipt.json"
    verify(dataset="survey", register=raw / "datasets.yaml", raw=raw, out=out)
    return out


def refused(raw: Path) -> Problem:
    with pytest.raises(Problem) as problem:
        verified(raw)
    assert not (raw.parent / "receipt.json").exists()
    return problem.value


def test_the_receipt_names_files_kind_and_lineage(raw: Path) -> None:
    receipt = read_json(verified(raw))
    source = read_register(raw / "datasets.yaml").datasets[0].source()
    assert receipt["kind"] == "published"
    assert receipt["lineage"] == [{"id": "survey", "sha256": source.sha256, "kind": "published"}]
    assert receipt["files"][0]["sha256"] == file_digest(raw / "mine" / "survey.csv")


def test_a_changed_file_is_told_with_both_mends(raw: Path) -> None:
    path = raw / "mine" / "survey.csv"
    path.write_bytes(path.read_bytes().replace(b"7,1", b"7,2"))
    problem = refused(raw)
    assert f"{path} is not the file that the register knows" in problem.sentence
    assert file_digest(path)[:12] in problem.sentence
    assert "`git checkout -- data/raw/mine` restores it" in problem.mend
    assert "`make pull ACCEPT=survey` accepts it" in problem.mend


def test_a_missing_file_is_told(raw: Path) -> None:
    (raw / "mine" / "survey.csv").unlink()
    problem = refused(raw)
    assert f"{raw / 'mine' / 'survey.csv'} of data set survey is missing" in problem.sentence
    assert problem.mend == "`git checkout -- data/raw/mine`"


@pytest.fixture
def generated(raw: Path) -> Dataset:
    """The same files as a generator would have made them."""
    entry = read_register(raw / "datasets.yaml").dataset("survey")
    return entry.model_copy(update={"transcription": None, "generator": "analysis.simulate.outcomes.pilots"})


@pytest.mark.parametrize("made", [None, "0" * 64], ids=["nothing is known of its maker", "its maker wrote another"])
def test_a_generated_file_that_somebody_changed_is_refused(raw: Path, generated: Dataset, made: str | None) -> None:
    check_unaltered(generated, raw, digest_of_output=lambda _: made)
    (raw / "mine" / "survey.csv").write_bytes(b"practice_id,value\nP1,7\n")
    with pytest.raises(Problem) as refused:
        check_unaltered(generated, raw, digest_of_output=lambda _: made)
    assert refused.value.mend.startswith("`rm -r data/raw/mine && make paper` restores it")


@pytest.mark.parametrize("made", ["its digest", ""], ids=["as its maker wrote it", "its maker was killed"])
def test_a_generated_file_is_left_to_its_maker(raw: Path, generated: Dataset, made: str) -> None:
    path = raw / "mine" / "survey.csv"
    path.write_bytes(b"practice_id,value\nP1,7\n")
    check_unaltered(generated, raw, digest_of_output=lambda _: made and file_digest(path))


def test_a_generated_file_that_is_missing_is_made_and_not_removed_first(raw: Path, generated: Dataset) -> None:
    check_there(generated, raw)
    (raw / "mine" / "survey.csv").unlink()
    with pytest.raises(Problem, match="of data set survey is missing") as refused:
        check_there(generated, raw)
    assert refused.value.mend == "`make pull`"


@pytest.mark.parametrize("name", ["stranger.csv", "mine/old.csv", "other/deep/note.txt"])
def test_a_stranger_is_told(raw: Path, name: str) -> None:
    stranger, out = raw / name, raw.parent / "folder.json"
    stranger.parent.mkdir(parents=True, exist_ok=True)
    stranger.write_text("?", encoding="utf-8")
    with pytest.raises(Problem) as problem:
        folder(register=raw / "datasets.yaml", raw=raw, out=out)
    assert f"{stranger} is in no data set" in problem.value.sentence
    assert f"move {stranger} out of {raw}, or register it" in problem.value.mend
    assert not out.exists()


def test_the_register_of_corrections_is_no_stranger(raw: Path) -> None:
    (raw / "corrections.yaml").write_text("corrections: []\n", encoding="utf-8")
    folder(register=raw / "datasets.yaml", raw=raw, out=raw.parent / "folder.json")
    assert read_json(raw.parent / "folder.json") == ["survey"]


def test_hidden_files_are_no_strangers(raw: Path) -> None:
    (raw / "mine" / ".DS_Store").write_text("?", encoding="utf-8")
    folder(register=raw / "datasets.yaml", raw=raw, out=raw.parent / "folder.json")
    assert read_json(raw.parent / "folder.json") == ["survey"]


def test_another_header_is_told(raw: Path) -> None:
    register = raw / "datasets.yaml"
    text = register.read_text(encoding="utf-8").replace("[practice_id, value]", "[value, practice_id]")
    register.write_text(text, encoding="utf-8")
    problem = refused(raw)
    path = raw / "mine" / "survey.csv"
    assert f"{path} has the columns practice_id, value; registered are value, practice_id" in problem.sentence
    assert "correct `columns` of this file in data/raw/datasets.yaml" in problem.mend


@pytest.mark.parametrize("content", ["a,b\n", "\ufeffa,b\n", '"a","b"\r\n', "a,b"])
def test_header_as_a_spreadsheet_may_write_it(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.csv").write_bytes(content.encode())
    assert csv_header(tmp_path / "a.csv") == ("a", "b")


def test_the_registers_own_files_are_what_it_says(root: Path) -> None:
    register = read_register(root / "data/raw/datasets.yaml")
    for file in register.dataset("published-evidence").files:
        path = root / "data/raw" / file.path
        assert (file_digest(path), path.stat().st_size, csv_header(path)) == (file.sha256, file.bytes, file.columns)


def test_a_header_in_another_encoding_is_told(raw: Path) -> None:
    path, register = raw / "mine" / "survey.csv", raw / "datasets.yaml"
    before = file_digest(path)
    path.write_bytes("practice_id,größe\n".encode("latin-1"))
    text = register.read_text(encoding="utf-8").replace(before, file_digest(path))
    register.write_text(text, encoding="utf-8")
    assert str(path) in refused(raw).sentence
