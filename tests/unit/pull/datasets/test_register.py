"""The register: what it refuses, and that each refusal names the place and what mends it."""

from pathlib import Path

import pytest

from analysis.pull.datasets.accept import accept
from analysis.pull.datasets.register import read_register
from analysis.steps import Problem, digest, file_digest


def edit(register: Path, old: str, new: str) -> None:
    text = register.read_text(encoding="utf-8")
    assert old in text
    register.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def refused(register: Path) -> str:
    with pytest.raises(Problem) as problem:
        read_register(register)
    assert str(register) in problem.value.sentence
    assert f"git checkout -- {register}" in problem.value.mend
    return problem.value.sentence


def test_a_good_register_is_read(register: Path) -> None:
    (entry,) = read_register(register).datasets
    assert (entry.id, entry.kind, entry.find("survey.csv")) == ("survey", "published", "mine/survey.csv")
    assert entry.find("other.csv") is None
    assert entry.restore == "git checkout -- data/raw/mine"


def test_a_missing_register_is_told(tmp_path: Path) -> None:
    assert "is missing" in refused(tmp_path / "datasets.yaml")


@pytest.mark.parametrize("content", [b"datasets: [", b"title: \xe9t\xe9\n"])
def test_an_unreadable_register_is_told(register: Path, content: bytes) -> None:
    register.write_bytes(content)
    assert "not readable as YAML" in refused(register)


@pytest.mark.parametrize("content", ["", "datasets:\n", "- a\n"])
def test_an_empty_register_is_told(register: Path, content: str) -> None:
    register.write_text(content, encoding="utf-8")
    assert "is wrong at" in refused(register)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("producer: Nobody", "producer: Nobody\n    colour: blue", "datasets.0.colour"),
        ("    title: A survey\n", "", "datasets.0.title"),
        ("id: survey", "id: My Survey", "datasets.0.id"),
        ("accessed: 2026-11-21", "accessed: yesterday", "datasets.0.accessed"),
        ("bytes: 22", "bytes: -1", "datasets.0.files.0.bytes"),
        ("sha256: ", "sha256: x", "datasets.0.files.0.sha256"),
        ("bytes: 22", "bytes: 22\n        mode: read", "datasets.0.files.0.mode"),
        ("    transcription: From paper.\n", "", "datasets.0"),
        ("From paper.", "From paper.\n    generator: analysis.simulate.outcomes.pilots", "datasets.0"),
        ("transcription: From paper.", "generator: os.system", "datasets.0.generator"),
    ],
)
def test_an_entry_that_is_wrong_is_told_with_its_place(register: Path, old: str, new: str, place: str) -> None:
    edit(register, old, new)
    assert f"`{place}`" in refused(register)


def test_only_a_download_may_leave_its_digest_open(register: Path) -> None:
    text = register.read_text(encoding="utf-8")
    register.write_text("\n".join(line for line in text.splitlines() if "sha256" not in line), encoding="utf-8")
    assert "give `sha256` and `bytes` of mine/survey.csv" in refused(register)
    edit(register, "transcription: From paper.", "download: From a web page.")
    assert read_register(register).dataset("survey").kind == "observed"


def test_only_a_download_may_leave_its_date_open(register: Path) -> None:
    edit(register, "    accessed: 2026-11-21\n", "")
    assert "give `accessed`" in refused(register)
    edit(register, "transcription: From paper.", "download: From a web page.")
    assert read_register(register).dataset("survey").accessed is None


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("page: https://example.org/", "`page` and `link` go together"),
        ("link: csv", "`page` and `link` go together"),
        ("page: https://example.org/\n        link: '('", "`link` is no regular expression"),
        ("url: ftp://example.org/a.csv", "datasets.0.files.0.url"),
    ],
)
def test_an_address_that_is_no_use_is_told(register: Path, keys: str, told: str) -> None:
    edit(register, "bytes: 22", f"bytes: 22\n        {keys}")
    assert told in refused(register)


def test_both_origins_or_none_are_told(register: Path) -> None:
    edit(register, "From paper.", "From paper.\n    generator: analysis.simulate.outcomes.pilots")
    assert "give one of `transcription`, `generator`, `extract`, `shipped` and `download`" in refused(register)


@pytest.mark.parametrize("path", ["../survey.csv", "/etc/hosts", "mine/../../a.csv", "mine//a.csv", ".hidden", "mine/"])
def test_a_path_that_leaves_the_folder_is_refused(register: Path, path: str) -> None:
    edit(register, "path: mine/survey.csv", f"path: {path}")
    assert "`datasets.0.files.0.path`" in refused(register)


def test_an_unknown_data_set_is_told_beside_the_known(register: Path) -> None:
    with pytest.raises(Problem, match="no data set `pilots`; it has survey") as problem:
        read_register(register).dataset("pilots")
    assert "correct the id in the study file" in problem.value.mend


def test_a_generator_makes_it_simulated(register: Path) -> None:
    edit(register, "transcription: From paper.", "generator: analysis.simulate.outcomes.pilots")
    (entry,) = read_register(register).datasets
    assert (entry.kind, entry.source().kind) == ("simulated", "simulated")
    assert entry.restore == "rm -r data/raw/mine && make paper"


def test_an_extract_makes_it_observed(register: Path) -> None:
    edit(register, "transcription: From paper.", "extract: From hospital records, by us.")
    (entry,) = read_register(register).datasets
    assert (entry.kind, entry.source().kind) == ("observed", "observed")
    assert entry.restore == "cp <your extract>/* data/raw/mine/"


def test_the_source_changes_with_the_files_alone(register: Path) -> None:
    before = read_register(register).datasets[0].source()
    edit(register, "title: A survey", "title: Another")
    assert read_register(register).datasets[0].source() == before
    edit(register, "sha256: ", f"sha256: {digest('other')} # ")
    assert read_register(register).datasets[0].source().sha256 != before.sha256


HEADER = "practice_id,wave,value\n"


def test_accept_writes_the_facts_and_keeps_the_rest(register: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, path = register.read_text(encoding="utf-8").splitlines(), register.parent / "mine" / "survey.csv"
    path.write_text(f"{HEADER}7,1,0.5\n", encoding="utf-8", newline="\n")
    accept(dataset="survey", register=register, raw=register.parent)
    after = register.read_text(encoding="utf-8").splitlines()
    assert {line.strip() for line in set(after) - set(before)} == {
        f"sha256: {file_digest(path)}", "bytes: 31", "columns: [practice_id, wave, value]",
    }  # fmt: skip
    assert [line for line in before if line in after] == before[:-3]
    (file,) = read_register(register).datasets[0].files
    assert (file.sha256, file.bytes) == (file_digest(path), 31)
    assert file.columns == ("practice_id", "wave", "value")
    assert "accepted as it is now" in capsys.readouterr().out


def test_accept_of_an_unchanged_file_changes_nothing(register: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = register.read_bytes()
    accept(dataset="survey", register=register, raw=register.parent)
    assert register.read_bytes() == before
    assert "unchanged" in capsys.readouterr().out


def test_accept_touches_only_its_data_set(register: Path) -> None:
    other = register.read_text(encoding="utf-8").partition("datasets:\n")[2]
    twin = other.replace("id: survey", "id: twin").replace("mine/", "twin/")
    register.write_text(register.read_text(encoding="utf-8") + twin, encoding="utf-8", newline="\n")
    (register.parent / "mine" / "survey.csv").write_text(HEADER, encoding="utf-8", newline="\n")
    accept(dataset="survey", register=register, raw=register.parent)
    assert register.read_text(encoding="utf-8").endswith(twin)


def test_accept_of_a_missing_file_says_how_to_restore_it(register: Path) -> None:
    (register.parent / "mine" / "survey.csv").unlink()
    with pytest.raises(Problem, match=r"survey\.csv of data set survey is missing") as problem:
        accept(dataset="survey", register=register, raw=register.parent)
    assert "git checkout -- data/raw/mine" in problem.value.mend


@pytest.mark.parametrize("name", ["2010", "no", "#", "a: b"])
def test_accept_writes_any_header_as_text(register: Path, name: str) -> None:
    (register.parent / "mine" / "survey.csv").write_text(f"practice_id,{name}\n", encoding="utf-8")
    accept(dataset="survey", register=register, raw=register.parent)
    assert read_register(register).datasets[0].files[0].columns == ("practice_id", name)


@pytest.mark.parametrize("line", ["- path: mine/survey.csv  # by post", "- path: 'mine/survey.csv'"])
def test_accept_finds_a_path_however_it_is_written(register: Path, line: str) -> None:
    edit(register, "- path: mine/survey.csv", line)
    (register.parent / "mine" / "survey.csv").write_text(HEADER, encoding="utf-8")
    accept(dataset="survey", register=register, raw=register.parent)
    assert read_register(register).datasets[0].files[0].columns == ("practice_id", "wave", "value")


def test_the_same_id_twice_is_refused(register: Path) -> None:
    text = register.read_text(encoding="utf-8")
    register.write_text(text + text.partition("datasets:\n")[2], encoding="utf-8")
    with pytest.raises(Problem):
        read_register(register)


def test_a_misspelt_key_is_told_once_with_its_line_and_what_is_meant(register: Path) -> None:
    edit(register, "licence:", "license:")
    line = 1 + register.read_text(encoding="utf-8").partition("license:")[0].count("\n")
    said = refused(register)
    assert f"`datasets.0.license` (line {line}): there is no such key; did you mean `licence`?" in said
    assert "is missing" not in said
