"""What files contain, and what steps wrote: contents decide what is made anew, never time stamps."""

import json
import stat
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.steps import Problem, canonical_json, digest, file_digest, write_json, write_text

# Bytes that are read in one run whatever a file's facts say, in about a quarter of a second: so a flipped bit is seen
# that left no trace, and file systems are safe whose facts tell nothing. Beyond them the facts decide.
MOST = 256 << 20
# ASSUME: a file system notes a change to a second or better; what was changed just now may be changed once more
# without a trace.
SETTLED = 2_000_000_000  # nanoseconds

Facts = tuple[int, int, int, int]


class Contents:
    """The sha256 of files; a file is read again where its size, time of writing, time of change or inode differ.

    Parameters
    ----------
    record : Path
        Where facts and digests are remembered from run to run (JSON).
    most : int or None
        Bytes that are read whatever the facts say; None reads everything.
    """

    def __init__(self, record: Path, most: int | None = MOST) -> None:
        self._record, self._most = record, most
        self._remembered: dict[str, list[Any]] = _remembered(record)
        self._here: dict[Path, str | None] = {}
        self._read = 0
        self._news = False

    def digest(self, path: Path) -> str | None:
        """The sha256 of a file, or of the names and files in a folder; None where nothing can be read."""
        if path not in self._here:
            self._here[path] = self._looked(path)
        return self._here[path]

    def anew(self, path: Path) -> str | None:
        """The same, looked up once more: the file may have been written since."""
        self._here.pop(path, None)
        if path.is_dir():
            for part in [each for each in self._here if each.is_relative_to(path)]:
                del self._here[part]
        return self.digest(path)

    def keep(self) -> None:
        """Remember what was found, where the folder for it is there."""
        if self._news and self._record.parent.is_dir():
            write_json(self._record, self._remembered)
            self._news = False

    def _looked(self, path: Path) -> str | None:
        if path.is_dir():
            parts = sorted(each for each in path.rglob("*") if not each.is_dir())
            return digest(canonical_json([[each.relative_to(path).as_posix(), self.digest(each)] for each in parts]))
        try:
            return self._file(path)
        except OSError:
            return None

    def _file(self, path: Path) -> str | None:
        facts = _facts(path)
        if facts is None:
            return None
        earlier = self._remembered.get(str(path))
        if (
            isinstance(earlier, list)
            and tuple(earlier[:4]) == facts
            and self._most is not None
            and self._read + facts[0] > self._most
        ):
            return str(earlier[4])
        self._read += facts[0]
        sha256 = file_digest(path)
        if time.time_ns() - facts[2] > SETTLED and _facts(path) == facts and earlier != [*facts, sha256]:
            self._remembered[str(path)] = [*facts, sha256]
            self._news = True
        return sha256


def _facts(path: Path) -> Facts | None:
    """Size, time of writing, time of change and inode of a file; None where it is something else, such as a pipe."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


class Written:
    """What each output was when its step had written it, how often it had to be made anew, and what steps read.

    Parameters
    ----------
    record : Path
        Where that is remembered from run to run (JSON), in the folder of the outputs.
    contents : Contents
        What is in the files now.
    seal : Path
        Where the sha256 of that record is kept, apart from the outputs (JSON).
    elsewhere : Path
        Where outputs in other folders are remembered (JSON): these are raw data, which several studies share, and the
        register says what they must be.

    Raises
    ------
    Problem
        When the record is another than was kept: the outputs as a whole are from elsewhere, or from an earlier copy.
    """

    def __init__(self, record: Path, contents: Contents, seal: Path, elsewhere: Path) -> None:
        self._record, self._contents, self._seal, self._elsewhere = record, contents, seal, elsewhere
        self._sealed = _sealed(record, seal)
        own, raw = _remembered(record), _remembered(elsewhere)
        self._outputs: dict[str, list[Any]] = {path: each for path, each in own.items() if isinstance(each, list)}
        self._inputs: dict[str, str] = {path: each for path, each in own.items() if isinstance(each, str)}
        self._outputs |= {path: each for path, each in raw.items() if isinstance(each, list)}
        self._altered = {path for path, own in self._outputs.items() if self._differs(path, str(own[0]))}
        # Snakemake makes a lost output anew only where something else needs it: it would call the rest up to date.
        self._lost = {path for path in self._outputs if not Path(path).exists()}
        self._spoilt: set[str] = set()

    def _ours(self, path: str) -> bool:
        return Path(path).is_relative_to(self._record.parent)

    def _differs(self, path: str, sha256: str) -> bool:
        """Whether an output is there and is another; one whose step did not end is not known."""
        return bool(sha256) and self._ours(path) and self._contents.digest(Path(path)) not in {None, sha256}

    def altered(self, path: str) -> bool:
        """Whether an output is not what its step wrote."""
        return path in self._altered

    def lost(self, path: str) -> bool:
        """Whether an output is gone that its step wrote, or was about to write."""
        return path in self._lost

    def spoil(self, path: str) -> None:
        """Have an output made anew although it is what its step wrote."""
        self._spoilt.add(path)

    def times(self, path: str) -> int:
        """How often an output had to be made anew; once more where it is altered or lost now.

        It stays the same while the output is put back as it was, and after it has been made anew.
        """
        output = self._outputs.get(path)
        return (int(output[1]) if output else 0) + (path in self._altered | self._lost | self._spoilt)

    def known(self, path: str) -> str | None:
        """The sha256 of an output as its step wrote it; empty while that has not ended, None where nothing is known."""
        output = self._outputs.get(path)
        return str(output[0]) if output else None

    def changed(self, inputs: Mapping[str, str | None]) -> list[str]:
        """Of inputs with their sha256 now, those that are not what a step read last."""
        return [path for path, sha256 in inputs.items() if self._inputs.get(path) != (sha256 or "")]

    def begun(self, outputs: Sequence[str]) -> None:
        """Forget what outputs were, because their step begins to write them."""
        self._note({path: ["", self.times(path)] for path in outputs})

    def ended(self, outputs: Sequence[str], inputs: Mapping[str, str | None]) -> None:
        """Note what outputs are, because their step has written them, and what it read."""
        digests = {path: self._contents.anew(Path(path)) for path in outputs}
        self._inputs |= {path: sha256 or "" for path, sha256 in inputs.items()}
        self._note({path: [sha256, self.times(path)] for path, sha256 in digests.items() if sha256})

    def _note(self, outputs: dict[str, list[Any]]) -> None:
        self._outputs |= outputs
        for marked in (self._altered, self._lost, self._spoilt):
            marked -= set(outputs)
        raw = {path: facts for path, facts in self._outputs.items() if not self._ours(path)}
        if raw.keys() & outputs.keys():
            write_json(self._elsewhere, raw)
        text = canonical_json({path: self._outputs[path] for path in self._outputs.keys() - raw.keys()} | self._inputs)
        # A run that is killed between the two leaves a record that the seal knows.
        sealed, self._sealed = [self._sealed, digest(text)], digest(text)
        write_json(self._seal, sealed)
        write_text(self._record, text)


def written_of(study: str, contents: Contents) -> Written:
    """What the steps of a study wrote, of the run in this folder."""
    kept = Path(".snakemake")
    return Written(Path(f"results/{study}/written.json"), contents, kept / f"written/{study}.json", kept / "made.json")


def _sealed(record: Path, seal: Path) -> str | None:
    """The sha256 of a record, which its seal knows; None where there is no record."""
    if not record.is_file():
        return None
    sha256 = file_digest(record)
    try:
        seals = json.loads(seal.read_bytes())
    except (OSError, ValueError):
        seals = []
    if sha256 not in seals:
        folder = record.parent
        raise Problem(
            f"{folder} is not as the last run here left it: it was copied from elsewhere or put back from an earlier "
            "copy, so that nobody knows what belongs to what.",
            f"`rm -r {folder}`, then run the same command again: all of it is made anew, releases stay",
        )
    return sha256


def _remembered(record: Path) -> dict[str, Any]:
    """What a record holds; nothing where there is none, or a damaged one: then everything is looked up anew."""
    try:
        content = json.loads(record.read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
