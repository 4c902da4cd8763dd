"""How a module becomes a command: ``python -m analysis.estimate.admissions --panel … --out …``.

A step is a function with keyword-only arguments: paths in, plan values in, paths out. ``command`` turns
it into a command line whose help comes from the docstring, and turns a :class:`Problem` into a sentence.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

from cyclopts import App, Parameter

# Several paths after one option: --parts one.parquet two.parquet
Paths = Annotated[tuple[Path, ...], Parameter(consume_multiple=True)]


def _parsed(kind: Any, tokens: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind).validate_json(tokens[0].value)


# A part of the plan that holds lists within lists or mappings, given whole as one JSON text.
AsJson = Parameter(converter=_parsed, n_tokens=1, accepts_keys=False)


class Problem(Exception):
    """Something the user can mend, told in a sentence.

    Parameters
    ----------
    sentence : str
        What is wrong and where (file, row, key).
    mend : str
        The command or the edit that mends it.
    """

    def __init__(self, sentence: str, mend: str) -> None:
        super().__init__(f"{sentence}\n  To mend it: {mend}")
        self.sentence = sentence
        self.mend = mend


def command(step: Callable[..., None], *, shared: bool = False) -> None:
    """Run a step from the command line; a problem is printed as a sentence and exits with 1.

    Parameters
    ----------
    step : callable
        A function whose arguments are keyword-only and typed; its numpy docstring becomes the help.
    shared : bool
        Whether what it writes is meant for others to read; else nobody else on this machine may, whatever the umask.
    """
    if not shared:
        os.umask(0o077)
    app = App(default_parameter=Parameter(negative=(), json_dict=True, json_list=True), version_flags=[])
    app.default(step)
    try:
        app()
        status = 0
    except Problem as problem:
        print(f"error: {problem}", file=sys.stderr)
        status = 1
    except SystemExit as end:
        status = int(end.code or 0)
    leave(status)


def leave(status: int = 0) -> NoReturn:
    """End the process at once: Python would tidy up every object first, half a second where statsmodels is loaded."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a temporary path that becomes `path` only when the block ends well.

    Parameters
    ----------
    path : Path
        Where the finished file will stand. Its folder is made where missing.

    Yields
    ------
    Path
        A path in the same folder and with the same suffix, to write to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with LF line ends, whole or not at all."""
    with whole(path) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")


def canonical_json(value: object) -> str:
    """The one JSON text of a value: sorted keys, no spaces, so that equal values have equal digests."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def write_json(path: Path, value: object) -> None:
    """Write a value as sorted, indented JSON."""
    write_text(path, json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False) + "\n")


def read_json(path: Path) -> Any:
    """Read a JSON file that an earlier step wrote."""
    return json.loads(path.read_text(encoding="utf-8"))


def read_yaml(path: Path) -> Any:
    """Read a YAML file that a person wrote; a key that stands twice is an error of `ruamel.yaml`."""
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def digest(content: bytes | str) -> str:
    """The sha256 of some content, in hexadecimal."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def file_digest(path: Path) -> str:
    """The sha256 of a file, read in blocks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def seed(step: str, root: int = 0) -> int:
    """A 64-bit seed that derives from a step's name, so that adding a step moves no other step's draws.

    Parameters
    ----------
    step : str
        The step's name, for instance ``"simulate.activity"``.
    root : int
        The study's or data set's own seed.
    """
    return int(digest(f"{root}/{step}")[:16], 16)
