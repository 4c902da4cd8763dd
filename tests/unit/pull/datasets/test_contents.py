"""Contents decide: what is in a file is seen whatever its stamp says, and what its step did not write is noticed."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.pull.datasets.contents import Contents, Written
from analysis.steps import Problem, digest, file_digest

OLD = 1_000_000_000  # seconds: 2001


def put_in_place(path: Path) -> None:
    """Another file of the same size and stamp takes its place, as `mv` does."""
    facts, other = path.stat(), path.with_name("other")
    other.write_bytes(b"b" * facts.st_size)
    os.utime(other, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    other.replace(path)


def flip(path: Path) -> None:
    """One bit changes, and the stamp does not."""
    facts, content = path.stat(), path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def correct(path: Path) -> None:
    """A corrected file comes with an older stamp, as from `cp -p`, `unzip` and `rsync -a`."""
    path.write_bytes(b"corrected")
    os.utime(path, (OLD, OLD))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "data" / "activity.csv"
    file.parent.mkdir()
    file.write_bytes(b"a" * 100)
    os.utime(file, (OLD, OLD))
    return file


def looked_up(tmp_path: Path, path: Path, most: int | None) -> str | None:
    contents = Contents(tmp_path / "contents.json", most)
    found = contents.digest(path)
    contents.keep()
    return found


@pytest.mark.parametrize("most", [None, 1000, 0], ids=["all is read", "small enough to be read", "facts decide"])
@pytest.mark.parametrize("change", [put_in_place, flip, correct])
def test_another_content_is_seen_whatever_the_stamp(
    tmp_path: Path, path: Path, change: Callable[[Path], None], most: int | None
) -> None:
    before = looked_up(tmp_path, path, most)
    change(path)
    after = looked_up(tmp_path, path, most)
    assert before == digest(b"a" * 100)
    assert after == file_digest(path) != before


def remembering(tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that are read, after one look when nothing had changed for long."""
    monkeypatch.setattr("analysis.pull.datasets.contents.SETTLED", -1)
    looked_up(tmp_path, path, 0)
    read: list[Path] = []
    monkeypatch.setattr("analysis.pull.datasets.contents.file_digest", lambda each: read.append(each) or "read")
    return read


def test_a_large_file_that_nobody_touched_is_not_read_again(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = remembering(tmp_path, path, monkeypatch)
    assert looked_up(tmp_path, path, 0) == digest(b"a" * 100)
    assert read == []
    assert (looked_up(tmp_path, path, 1000), looked_up(tmp_path, path, None)) == ("read", "read")


@pytest.mark.parametrize("change", [put_in_place, flip, correct, Path.touch])
def test_a_large_file_that_somebody_touched_is_read_again(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    read = remembering(tmp_path, path, monkeypatch)
    change(path)
    assert looked_up(tmp_path, path, 0) == "read"
    assert read == [path]


def test_a_folder_is_the_names_and_contents_in_it(tmp_path: Path, path: Path) -> None:
    found = {looked_up(tmp_path, path.parent, None)}
    (path.parent / "part.csv").write_text("b", encoding="utf-8")
    found.add(looked_up(tmp_path, path.parent, None))
    (path.parent / "part.csv").rename(path.parent / "other.csv")
    found.add(looked_up(tmp_path, path.parent, None))
    (path.parent / "other.csv").unlink()
    assert len(found) == 3
    assert looked_up(tmp_path, path.parent, None) in found


def test_what_cannot_be_read_has_no_digest(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.zip")
    contents = Contents(tmp_path / "contents.json")
    assert [contents.digest(tmp_path / name) for name in ("pipe.zip", "nothing.csv")] == [None, None]


@pytest.mark.parametrize("text", ["", "[1]", '{"a', "\x00"])
def test_a_damaged_record_is_none(tmp_path: Path, path: Path, text: str) -> None:
    (tmp_path / "contents.json").write_text(text, encoding="utf-8")
    assert looked_up(tmp_path, path, 0) == file_digest(path)


class Results:
    """A folder of results whose one output a step wrote."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out = folder, folder / "estimates.csv"
        folder.mkdir()
        self.make()

    def seen(self) -> Written:
        contents = Contents(self.folder / "contents.json")
        beside = self.folder.with_name
        return Written(self.folder / "written.json", contents, beside("seal.json"), beside("made.json"))

    def make(self) -> int:
        """Run the step; how often its output had to be made anew before."""
        written = self.seen()
        times = written.times(str(self.out))
        written.begun([str(self.out)])
        self.out.write_text("estimate\n1.6\n", encoding="utf-8")
        written.ended([str(self.out)], {})
        assert written.times(str(self.out)) == times
        return times

    def times(self) -> int:
        return self.seen().times(str(self.out))


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return Results(tmp_path / "results")


def test_an_output_as_written_is_left_alone(results: Results) -> None:
    os.utime(results.out, (OLD, OLD))
    assert (results.times(), results.seen().altered(str(results.out))) == (0, False)


@pytest.mark.parametrize("change", [flip, correct, lambda path: os.truncate(path, 3)])
def test_an_altered_output_counts_once_until_it_is_made_anew_or_put_back(
    results: Results, change: Callable[[Path], object]
) -> None:
    as_written = results.out.read_bytes()
    change(results.out)
    assert (results.times(), results.times()) == (1, 1)
    assert results.seen().altered(str(results.out))
    results.out.write_bytes(as_written)
    assert results.times() == 0
    change(results.out)
    assert results.make() == 1
    assert (results.times(), results.seen().altered(str(results.out))) == (1, False)
    change(results.out)
    assert results.times() == 2


def test_an_output_whose_step_was_killed_is_not_called_altered(results: Results) -> None:
    results.seen().begun([str(results.out)])
    results.out.write_text("half", encoding="utf-8")
    assert (results.times(), results.seen().known(str(results.out))) == (0, "")


def test_a_lost_output_is_made_anew_and_not_called_altered(results: Results) -> None:
    as_written = results.out.read_bytes()
    results.out.unlink()
    seen = results.seen()
    assert (seen.altered(str(results.out)), seen.lost(str(results.out)), results.times()) == (False, True, 1)
    results.out.write_bytes(as_written)
    assert (results.seen().lost(str(results.out)), results.times()) == (False, 0)


def test_an_output_that_a_failed_step_took_away_is_made_anew(results: Results) -> None:
    before = results.times()
    results.seen().begun([str(results.out)])
    results.out.unlink()
    assert results.times() == before + 1
    results.make()
    assert (results.times(), results.seen().lost(str(results.out))) == (before + 1, False)


def test_raw_data_are_held_to_the_register_and_not_to_what_was_written(results: Results, tmp_path: Path) -> None:
    raw = tmp_path / "raw.csv"
    raw.write_text("a", encoding="utf-8")
    results.seen().ended([str(raw)], {})
    raw.write_text("b", encoding="utf-8")
    assert not results.seen().altered(str(raw))
    assert results.seen().known(str(raw)) == digest("a")
    # A later step reads what an earlier one wrote there: that is no longer what its maker wrote.
    results.seen().ended([], {str(raw): digest("b")})
    assert results.seen().known(str(raw)) == digest("a")
    raw.unlink()
    assert results.seen().times(str(raw)) == 1


def test_studies_share_what_is_known_of_raw_data(results: Results, tmp_path: Path) -> None:
    raw, other = tmp_path / "raw.csv", tmp_path / "other"
    for _ in range(2):
        results.seen().begun([str(raw)])
        raw.write_text("a", encoding="utf-8")
        results.seen().ended([str(raw)], {})
        raw.unlink()
    contents = Contents(other / "contents.json")
    there = Written(other / "written.json", contents, tmp_path / "other.json", tmp_path / "made.json")
    assert (there.known(str(raw)), there.times(str(raw))) == (digest("a"), 2)
    assert there.known(str(results.out)) is None


def test_an_output_can_be_asked_for_anew(results: Results) -> None:
    written = results.seen()
    written.spoil(str(results.out))
    assert written.times(str(results.out)) == 1


def test_inputs_are_changed_until_a_step_has_read_them(results: Results) -> None:
    assert results.seen().changed({"a.csv": "1", "b.csv": None}) == ["a.csv", "b.csv"]
    results.seen().ended([], {"a.csv": "1", "b.csv": None})
    assert results.seen().changed({"a.csv": "1", "b.csv": None}) == []
    assert results.seen().changed({"a.csv": "2", "b.csv": "1"}) == ["a.csv", "b.csv"]
    assert results.times() == 0


def test_results_from_elsewhere_or_from_an_earlier_copy_are_refused(results: Results, tmp_path: Path) -> None:
    shutil.copytree(results.folder, tmp_path / "earlier")
    results.make()
    assert results.times() == 0
    # The record of the first run is one of the last two: a run may be killed before it has written the second.
    shutil.copytree(tmp_path / "earlier", results.folder, dirs_exist_ok=True)
    assert results.times() == 0
    results.seen().ended([], {"a.csv": "1"})
    results.seen().ended([], {"a.csv": "2"})
    shutil.copytree(tmp_path / "earlier", results.folder, dirs_exist_ok=True)
    with pytest.raises(Problem, match="is not as the last run here left it"):
        results.seen()
    shutil.rmtree(results.folder)
    assert not results.seen().altered(str(results.out))


def test_results_without_the_record_of_how_they_were_made_are_refused(results: Results) -> None:
    results.folder.with_name("seal.json").unlink()
    with pytest.raises(Problem) as refused:
        results.seen()
    assert refused.value.mend.startswith(f"`rm -r {results.folder}`")
