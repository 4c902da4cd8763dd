"""Downloads through the real step: what comes is recorded, what was recorded is enforced, and every no is told."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis.pull.datasets.accept import accept
from analysis.pull.datasets.folder import folder
from analysis.pull.datasets.register import RawFile, read_register
from analysis.pull.datasets.verify import check_unaltered, verify
from analysis.pull.web.download import download
from analysis.pull.web.limits import WebLimits
from analysis.pull.web.record import absent, outdated
from analysis.steps import Problem, digest, file_digest, read_json
from tests.replay import Replay, broken_off, page, redirect, status, versioned

OWN = ("127.0.0.1",)  # the server of these tests
QUICK = WebLimits(own_hosts=OWN, tries=2, first_wait=0.01, connect=1, read=0.5, total=5, pause=0)
FIRST = b"practice_id,value,patients\nA81001,0.5,4000\nA81002,0.7,6000\n"
SECOND = b"practice_id,share,patients\nA81001,0.5,4000\nA81002,0.7,6500\nA81003,0.6,3000\n"


class World:
    """A register with one data set to download, its raw folder, and the server that has it."""

    def __init__(self, folder: Path, web: Replay) -> None:
        self.web, self.raw, self.out = web, folder / "raw", folder / "results" / "gpps.download.json"
        self.register, self.path = self.raw / "datasets.yaml", self.raw / "gpps" / "2025.csv"
        self.raw.mkdir()
        self.entry(url=web.on("/2025.csv", versioned(FIRST, '"1"')))

    def entry(
        self,
        files: list[dict[str, Any]] | None = None,
        parameters: dict[str, Any] | None = None,
        connector: str | None = None,
        **file: Any,
    ) -> None:
        """Register the data set; its one file, unless several are given."""
        known = {
            "id": "gpps", "title": "A survey", "producer": "Somebody", "licence": "OGL 3.0", "download": "By us.",
            "connector": connector,
            "parameters": parameters or {}, "files": files or [{"path": "gpps/2025.csv", **file}],
        }  # fmt: skip
        self.written(known, "127.0.0.1")

    def written(self, known: dict[str, Any], *own_hosts: str) -> None:
        """The register with one data set and the hosts of one's own network."""
        self.register.write_text(yaml.safe_dump({"own_hosts": [*own_hosts], "datasets": [known]}), encoding="utf-8")

    def download(self, **options: Any) -> None:
        download(dataset="gpps", register=self.register, raw=self.raw, out=self.out, limits=QUICK, **options)

    def accept(self, **options: Any) -> None:
        accept(dataset="gpps", register=self.register, raw=self.raw, limits=QUICK, **options)

    def refused(self, **options: Any) -> Problem:
        """Why the step refuses; nothing that was there before changes."""
        before = self.files()
        with pytest.raises(Problem) as problem:
            self.download(**options)
        assert self.files() == before
        assert not self.out.exists() or options.get("ask")
        return problem.value

    def files(self) -> dict[str, bytes]:
        """Every file below data/raw, hidden ones too."""
        return {str(path): path.read_bytes() for path in self.raw.rglob("*") if path.is_file()}

    def record(self) -> dict[str, Any]:
        (only,) = read_json(self.raw / "gpps" / ".download.json")
        return dict(only)


@pytest.fixture
def world(tmp_path: Path, web: Replay) -> World:
    return World(tmp_path, web)


def test_a_study_may_name_hosts_of_its_own_network_beside_those_of_the_register(world: World) -> None:
    known = yaml.safe_load(world.register.read_text(encoding="utf-8"))["datasets"][0]
    world.written(known, "files.example")
    for others in ((), ("localhost", "127.0.0.10")):
        told = world.refused(own_hosts=others).sentence
        assert "127.0.0.1 is a loopback address, one of your own network" in told
        assert "`own_hosts` in data/raw/datasets.yaml or in the study file" in told
    assert world.web.asked == []
    world.download(own_hosts=("127.0.0.1",))
    assert world.path.read_bytes() == FIRST


def test_a_download_is_recorded_and_vouched_for(world: World) -> None:
    world.download()
    assert world.path.read_bytes() == FIRST
    record = world.record()
    assert (record["sha256"], record["bytes"], record["etag"]) == (digest(FIRST), len(FIRST), '"1"')
    assert record["url"] == record["final_url"] == f"{world.web.address}/2025.csv"
    assert read_json(world.out) == [record]
    receipt = world.raw / "receipt.json"
    verify(dataset="gpps", register=world.register, raw=world.raw, out=receipt)
    told = read_json(receipt)
    assert (told["kind"], told["accessed"]) == ("observed", record["downloaded"][:10])
    assert (told["files"][0]["sha256"], told["files"][0]["bytes"]) == (digest(FIRST), len(FIRST))


def test_lineage_changes_with_the_content(world: World, tmp_path: Path) -> None:
    digests = set()
    for content in (FIRST, SECOND):
        shutil.rmtree(world.raw / "gpps", ignore_errors=True)
        world.web.on("/2025.csv", page(content))
        world.download()
        verify(dataset="gpps", register=world.register, raw=world.raw, out=tmp_path / "receipt.json")
        digests.add(read_json(tmp_path / "receipt.json")["lineage"][0]["sha256"])
    assert len(digests) == 2


def test_the_record_is_no_stranger(world: World, tmp_path: Path) -> None:
    world.download()
    folder(register=world.register, raw=world.raw, out=tmp_path / "folder.json")
    assert read_json(tmp_path / "folder.json") == ["gpps"]


def test_what_is_here_is_not_asked_for_again(world: World) -> None:
    world.download()
    world.download()
    assert len(world.web.asked) == 1


def test_asking_brings_nothing_where_nothing_changed(world: World) -> None:
    world.download()
    before, written = world.record(), world.path.stat().st_mtime_ns
    world.download(ask=True)
    assert world.web.asked[1][1]["if-none-match"] == '"1"'
    assert (world.record(), world.path.stat().st_mtime_ns) == (before, written)


def test_asking_a_server_that_sends_the_same_again_changes_no_fact(world: World) -> None:
    world.web.on("/2025.csv", page(FIRST))
    world.download()
    before = world.record()
    world.download(ask=True)
    assert world.record() == before


def test_a_changed_source_is_told_and_the_earlier_file_stays(world: World) -> None:
    world.download()
    world.web.on("/2025.csv", versioned(SECOND, '"2"'))
    problem = world.refused(ask=True)
    assert f"The source of {world.path} has changed" in problem.sentence
    assert "rows: 2 before, 3 now; column value is now share" in problem.sentence
    assert "`make pull ACCEPT=gpps`" in problem.mend
    world.download()
    assert world.path.read_bytes() == FIRST


def test_accepting_tells_the_difference_and_takes_the_new_file(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.download()
    register = world.register.read_bytes()
    world.web.on("/2025.csv", versioned(SECOND, '"2"'))
    world.accept()
    told = capsys.readouterr().out
    assert "rows: 2 before, 3 now" in told
    assert "column value is now share" in told
    assert "total of patients: 10,000 before, 13,500 now" in told
    assert world.path.read_bytes() == SECOND
    assert world.record()["sha256"] == digest(SECOND)
    assert world.register.read_bytes() == register
    world.download(ask=True)


def test_accepting_an_unchanged_source_changes_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.download()
    before = world.files()
    world.accept()
    assert "unchanged at its source" in capsys.readouterr().out
    assert world.files() == before


def test_accepting_what_cannot_be_had_keeps_the_earlier_file(world: World) -> None:
    world.download()
    before = world.files()
    world.web.on("/2025.csv", status(404))
    with pytest.raises(Problem, match="404"):
        world.accept()
    assert world.files() == before


def test_accepting_brings_the_register_along_where_it_knows_the_file(world: World) -> None:
    url = f"{world.web.address}/2025.csv"
    world.entry(url=url, sha256=digest(FIRST), columns=["practice_id", "value", "patients"])
    world.download()
    world.web.on("/2025.csv", versioned(SECOND, '"2"'))
    world.accept()
    (file,) = read_register(world.register).dataset("gpps").files
    assert (file.sha256, file.columns) == (digest(SECOND), ("practice_id", "share", "patients"))
    assert file.bytes is None
    world.download(ask=True)


@pytest.mark.parametrize("change", [b"x", b""])
def test_a_file_that_was_tampered_with_is_told(world: World, change: bytes) -> None:
    world.download()
    world.path.write_bytes(FIRST[:-2] + change)
    world.out.unlink()
    problem = world.refused()
    assert f"{world.path} is not the file that the register knows" in problem.sentence
    assert digest(FIRST)[:12] in problem.sentence
    assert f"`rm {world.path} && make pull STUDY=<study>` restores it" in problem.mend
    with pytest.raises(Problem, match="is not the file that the register knows"):
        verify(dataset="gpps", register=world.register, raw=world.raw, out=world.out)


def test_the_register_wins_over_the_record(world: World) -> None:
    world.download()
    world.entry(url=f"{world.web.address}/2025.csv", sha256="0" * 64)
    world.out.unlink()
    assert "registered is 000000000000" in world.refused().sentence


def test_another_file_than_the_registered_one_is_not_kept(world: World) -> None:
    world.entry(url=f"{world.web.address}/2025.csv", sha256="0" * 64)
    problem = world.refused()
    assert f"What was downloaded is not the {world.path} that the register knows" in problem.sentence
    assert digest(FIRST)[:12] in problem.sentence
    assert "`make pull ACCEPT=gpps`" in problem.mend


def test_a_file_that_vanished_comes_back_only_as_it_was(world: World) -> None:
    world.download()
    world.path.unlink()
    world.out.unlink()
    world.web.on("/2025.csv", versioned(SECOND, '"2"'))
    assert "is not the" in world.refused().sentence
    world.web.on("/2025.csv", versioned(FIRST, '"1"'))
    world.download()
    assert world.path.read_bytes() == FIRST


@pytest.mark.parametrize(
    "columns", [["practice_id", "share", "patients"], ["practice_id", "value"], ["value", "practice_id", "patients"]]
)
def test_a_header_that_changed_before_the_first_download_is_told(world: World, columns: list[str]) -> None:
    world.entry(url=f"{world.web.address}/2025.csv", columns=columns)
    problem = world.refused()
    assert f"The new {world.path} has the columns practice_id, value, patients" in problem.sentence
    assert f"registered are {', '.join(columns)}" in problem.sentence


def test_a_file_that_cannot_be_had_is_told_with_every_way_out(world: World) -> None:
    world.web.on("/2025.csv", status(403))
    problem = world.refused()
    address = f"{world.web.address}/2025.csv"
    assert f"{world.path} of data set gpps cannot be had from {address}: the server answers 403" in problem.sentence
    for way in ("`make pull STUDY=<study>` again", f"put the file at {world.path}", "ACCEPT=gpps", "OFFLINE=1"):
        assert way in problem.mend


def test_what_came_before_a_failure_is_kept_and_known(world: World) -> None:
    files = [{"path": f"gpps/{year}.csv", "url": f"{world.web.address}/{year}.csv"} for year in (2025, 2026)]
    world.entry(files=files)
    with pytest.raises(Problem, match=r"2026\.csv of data set gpps"):
        world.download()
    assert world.record()["path"] == "gpps/2025.csv"
    world.web.on("/2026.csv", page(SECOND))
    world.download()
    assert [path for path, _ in world.web.asked] == ["/2025.csv", "/2026.csv", "/2026.csv"]


def test_offline_uses_what_is_on_disk(world: World) -> None:
    world.download()
    world.download(offline=True, ask=True)
    world.accept(offline=True)
    assert len(world.web.asked) == 1


def test_offline_names_what_is_missing(world: World) -> None:
    problem = world.refused(offline=True)
    assert f"OFFLINE=1 forbids to download it: {world.path}" in problem.sentence
    assert "put the files there and run `make pull ACCEPT=gpps`" in problem.mend
    with pytest.raises(Problem, match="OFFLINE=1"):
        world.accept(offline=True)
    assert world.web.asked == []


def test_a_file_put_there_by_hand_must_be_accepted(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.path.parent.mkdir()
    world.path.write_bytes(SECOND)
    problem = world.refused()
    assert f"{world.path} of data set gpps was put there by hand" in problem.sentence
    assert "`make pull ACCEPT=gpps`" in problem.mend
    world.accept()
    assert "was put there by hand" in capsys.readouterr().out
    assert (world.record()["sha256"], world.record()["url"]) == (digest(SECOND), "")
    world.download(ask=True)
    assert world.path.read_bytes() == SECOND
    assert world.web.asked == []


TABLE: dict[str, Any] = {"practice_id": "practice_id", "measures": {"share": {"column": "value", "year": 2025}}}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<!doctype html><html><body>Not found</body></html>", "is a web page"),
        (b"", "is empty"),
        (SECOND, "has no column `value`"),
        (FIRST.replace(b"0.7", b"high"), "1 cell(s) in value that are no number"),
        (FIRST + b"A81003,0.4\n", "cannot be read as a table"),
        (b"practice_id,value\nE12000007,0.4\n", "has no row of a general practice"),
    ],
)
def test_what_the_connector_cannot_read_is_not_accepted(content: bytes, told: str, world: World) -> None:
    world.entry(connector="practice_table", parameters=TABLE)
    world.path.parent.mkdir()
    world.path.write_bytes(content)
    before = world.files()
    with pytest.raises(Problem) as problem:
        world.accept(offline=True)
    assert told in problem.value.sentence
    assert str(world.path) in problem.value.sentence
    assert world.files() == before


def test_a_web_page_is_accepted_as_nobodys_data(world: World) -> None:
    world.path.parent.mkdir()
    world.path.write_bytes(b"\xef\xbb\xbf <HTML>")
    with pytest.raises(Problem, match="is a web page, and no data"):
        world.accept(offline=True)


def test_a_registered_file_put_there_by_hand_needs_no_word(world: World) -> None:
    world.entry(url=f"{world.web.address}/2025.csv", sha256=digest(FIRST))
    world.path.parent.mkdir()
    world.path.write_bytes(FIRST)
    world.download()
    assert world.web.asked == []


PAGE = b"""<!DOCTYPE html><html><body><a href="/about">About</a> <a name="x">no link</a>
<a href="/files/2025.csv?a=1&amp;b=2">Practice data</a> <a href="/files/2025.csv?a=1&amp;b=2">again</a>
<a href="/files/2024.csv">Older</a></body></html>"""


def test_the_address_is_found_on_a_page(world: World) -> None:
    world.web.on("/files/2025.csv", page(FIRST))
    there = world.web.on("/new/page", page(PAGE, Content_Type="text/html"))
    world.entry(page=world.web.on("/page", redirect(there)), link=r"2025\.csv")
    world.download()
    assert world.path.read_bytes() == FIRST
    assert world.record()["url"] == f"{world.web.address}/files/2025.csv?a=1&b=2"


@pytest.mark.parametrize(("link", "found"), [(r"2026\.csv", "has 0 links"), (r"files/20", "has 2 links")])
def test_a_page_without_the_one_link_is_told(world: World, link: str, found: str) -> None:
    address = world.web.on("/page", page(PAGE, Content_Type="text/html"))
    world.entry(page=address, link=link)
    problem = world.refused()
    assert f"{address} {found} that match `{link}`" in problem.sentence
    assert "correct `page` or `link`" in problem.mend


def test_a_page_that_is_gone_is_told(world: World) -> None:
    world.entry(page=f"{world.web.address}/page", link="csv")
    assert f"The page that links to {world.path} cannot be had" in world.refused().sentence


def test_a_file_without_an_address_is_told(world: World) -> None:
    world.entry()
    assert f"Nobody knows from where {world.path}" in world.refused().sentence


class Connector:
    """A connector that knows an address, and wants the column `value`."""

    def address(self, file: RawFile, parameters: dict[str, Any]) -> str | None:
        return f"{parameters['site']}/{Path(file.path).name}"

    def check_whole(self, path: Path, parameters: dict[str, Any]) -> None:
        if b"value" not in path.read_bytes():
            raise Problem(f"{path} has no column `value`.", f"look into {path}")


def test_a_connector_knows_the_address_and_the_columns(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.pull.web.source._connector", lambda entry: Connector())
    world.entry(parameters={"site": world.web.address})
    world.web.on("/2025.csv", page(SECOND))
    problem = world.refused()
    assert problem.sentence == f"The new {world.path} has no column `value`."
    assert problem.mend == f"look into {world.path}"
    world.web.on("/2025.csv", page(FIRST))
    world.download()
    assert world.path.read_bytes() == FIRST


def test_a_record_that_was_spoilt_is_told(world: World) -> None:
    world.download()
    world.out.unlink()
    (world.raw / "gpps" / ".download.json").write_text("[{}]", encoding="utf-8")
    problem = world.refused()
    assert "the record of what was downloaded, is wrong" in problem.sentence
    assert "make pull ACCEPT=gpps" in problem.mend


def test_a_data_set_of_another_origin_is_not_downloaded(register: Path, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="Data set survey is not downloaded"):
        download(dataset="survey", register=register, raw=register.parent, out=tmp_path / "out.json")


def test_what_is_absent_and_what_was_altered(world: World) -> None:
    entry = read_register(world.register).dataset("gpps")
    assert absent(entry, world.raw) == ["gpps/2025.csv"]
    world.download()
    assert absent(entry, world.raw) == []
    os.utime(world.path, (time.time() + 60, time.time() + 60))
    check_unaltered(entry, world.raw)
    world.path.write_bytes(SECOND)
    with pytest.raises(Problem, match="is not the file that the register knows"):
        check_unaltered(entry, world.raw)
    world.path.unlink()
    assert absent(entry, world.raw) == ["gpps/2025.csv"]
    check_unaltered(entry, world.raw)


def test_a_flipped_byte_is_seen_under_the_same_stamp(world: World) -> None:
    world.download()
    facts, content = world.path.stat(), world.path.read_bytes()
    world.path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    os.utime(world.path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    with pytest.raises(Problem, match="is not the file that the register knows"):
        check_unaltered(read_register(world.register).dataset("gpps"), world.raw)


def test_what_was_accepted_since_makes_what_the_step_wrote_outdated(world: World) -> None:
    entry = read_register(world.register).dataset("gpps")
    assert not outdated(entry, world.raw, world.out)
    world.download()
    assert not outdated(entry, world.raw, world.out)
    world.path.write_bytes(SECOND)
    world.accept(offline=True)
    assert outdated(entry, world.raw, world.out)
    world.out.write_text("[", encoding="utf-8")
    assert outdated(entry, world.raw, world.out)


def command(world: World, **limits: float) -> list[str]:
    return [
        sys.executable, "-m", "analysis.pull.web.download", "--dataset", "gpps", "--register", str(world.register),
        "--raw", str(world.raw), "--out", str(world.out), "--limits", json.dumps({"pause": 0, **limits}),
    ]  # fmt: skip


def test_a_killed_download_goes_on_and_ends_in_the_same_file(world: World, root: Path) -> None:
    content = b"practice_id,value\n" + os.urandom(200_000)
    world.web.on("/2025.csv", versioned(content, '"1"', block=10_000, rest=0.1))
    running = subprocess.Popen(command(world), cwd=root)
    part = world.path.with_name(".2025.csv.part")
    while not part.exists() or part.stat().st_size < 20_000:
        assert running.poll() is None
        time.sleep(0.02)
    running.kill()
    running.wait()
    came = part.stat().st_size
    assert 20_000 <= came < len(content)
    assert not world.path.exists()
    world.web.on("/2025.csv", versioned(content, '"1"'))
    subprocess.run(command(world), cwd=root, check=True)
    assert file_digest(world.path) == digest(content)
    assert world.web.asked[1][1]["range"] == f"bytes={came}-"
    assert not part.exists()


def test_the_command_tells_a_failure_in_a_sentence(world: World, root: Path) -> None:
    world.web.on("/2025.csv", broken_off(FIRST, 10))
    done = subprocess.run(command(world, tries=1), cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {world.path} of data set gpps cannot be had from")
    assert "To mend it: run `make pull STUDY=<study>` again later" in done.stderr
    assert "Traceback" not in done.stderr
