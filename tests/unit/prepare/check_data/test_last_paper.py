"""`make check-data` says when the last paper rests on other data, or the register knows other files."""

import os
from pathlib import Path

from analysis.prepare.check_data.last_paper import change_notes, changed_since, datasets, register_notes
from analysis.pull.datasets.register import read_register
from analysis.steps import file_digest, write_json, write_text
from analysis.study import read_study, study_path


def received(folder: Path) -> tuple[dict[str, tuple[Path, ...]], Path]:
    """Two parts of a table, and the receipt of them."""
    parts = (folder / "activity/2008.csv", folder / "activity/2009.csv")
    for part in parts:
        write_text(part, part.name)
    files = [{"path": f"activity/{part.name}", "sha256": file_digest(part)} for part in parts]
    beside = [{"path": "datapackage.json", "sha256": "0" * 64}]
    write_json(folder / "receipt.json", {"files": files + beside})
    return {"activity": parts}, folder / "receipt.json"


def test_the_same_data_are_worth_no_note(tmp_path: Path) -> None:
    tables, receipt = received(tmp_path)
    os.utime(tables["activity"][0], (1, 1))
    assert change_notes(tables, receipt, "ours") == []
    assert change_notes(tables, tmp_path / "nothing.json", "ours") == []


def test_a_corrected_part_with_an_older_stamp_is_noted(tmp_path: Path) -> None:
    tables, receipt = received(tmp_path)
    write_text(tables["activity"][0], "corrected")
    os.utime(tables["activity"][0], (1, 1))
    assert change_notes(tables, receipt, "ours") == [
        "the last paper rests on other data: 2008.csv. `make paper STUDY=ours` makes it anew"
    ]


def test_parts_that_came_went_and_were_renamed(tmp_path: Path) -> None:
    tables, receipt = received(tmp_path)
    first, second = tables["activity"]
    assert changed_since({"activity": (first,)}, receipt) == ["2009.csv"]
    renamed = second.rename(second.with_name("b.csv"))
    assert changed_since({"activity": (first, renamed)}, receipt) == ["2009.csv", "b.csv"]


def test_a_file_that_the_register_does_not_know_is_noted(register: Path) -> None:
    entry, raw = read_register(register).dataset("survey"), register.parent
    assert register_notes(entry, raw) == []
    path, facts = raw / "mine/survey.csv", (raw / "mine/survey.csv").stat()
    path.write_bytes(path.read_bytes().replace(b"7,1", b"7,2"))
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    (note,) = register_notes(entry, raw)
    assert "survey.csv is not the file that the register knows" in note
    assert "`make pull ACCEPT=survey` accepts it as it is now" in note


def test_every_registered_data_set_of_a_study_is_looked_at(root: Path) -> None:
    found = {name: datasets(read_study(study_path(name, root))) for name in ("default", "evidence", "open-nhs")}
    assert found["default"] == ["published-evidence", "reference-pilots", "unit-costs"]
    assert found["evidence"] == ["published-evidence"]
    assert found["open-nhs"][:2] == ["published-evidence", "ods-practices"]
