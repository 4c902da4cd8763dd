"""How a module becomes a command: ``python -m analysis.estimate.outcomes.admissions --panel … --out …``.

A step is a function with keyword-only arguments: paths in, plan values in, paths out. ``command`` turns
it into a command line whose help comes from the docstring, and turns any failure into a sentence.
"""

import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any, NoReturn

from cyclopts import App, CycloptsError, Parameter

# Several paths after one option: --parts one.parquet two.parquet
Paths = Annotated[tuple[Path, ...], Parameter(consume_multiple=True)]


def _parsed(kind: Any, tokens: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind).validate_json(tokens[0].value)


# Set in the environment where standard error goes to the log of a step, in which a traceback is welcome.
LOGGED = "STEP_IS_LOGGED"


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
        super().__init__(sentence, mend)
        self._sentence, self.mend = sentence, mend

    @property
    def sentence(self) -> str:
        """What is wrong and where."""
        return self._sentence

    def __str__(self) -> str:
        return f"{_on_one_line(self.sentence)}\n  To mend it: {_on_one_line(self.mend)}"


def _on_one_line(text: str) -> str:
    """A text without line breaks and without what steers a terminal."""
    return re.sub(r"[\x00-\x20\x7f-\x9f]+", " ", text).strip()


def again(target: str = "paper") -> str:
    """What a person types to run a target once more on the study of this run, which make puts into the environment."""
    study = os.environ.get("STUDY", "default")
    return f"make {target}" if study == "default" else f"make {target} STUDY={study}"


def command(step: Callable[..., None], *, shared: bool = False, given: Callable[[Any], Any] | None = None) -> None:
    """Run a step from the command line; any failure is printed as a sentence and exits with 1.

    Parameters
    ----------
    step : callable
        A function whose arguments are keyword-only and typed; its numpy docstring becomes the help. Of an argument that
        is a dataclass each field is an option of its own.
    shared : bool
        Whether what it writes is meant for others to read; else nobody else on this machine may, whatever the umask.
    given : callable, optional
        What becomes of each argument before the step has it.
    """
    if not shared:
        os.umask(0o077)
    paths: list[Path] = []
    try:
        function, arguments = _parse(step)
        paths = [each for each in _flat(arguments.values()) if isinstance(each, Path)]
        function(**{name: given(value) if given else value for name, value in arguments.items()})
        status = 0
    except SystemExit as end:
        status = int(end.code or 0)
    except BrokenPipeError:
        status = 1  # nobody listens any more
    except CycloptsError as error:
        status = tell(Problem(f"The command line cannot be read: {error}", "`--help` lists its options"))
    except BaseException as error:
        status = tell(error, paths)
    leave(status)


def _parse(step: Callable[..., None]) -> tuple[Callable[..., Any], dict[str, Any]]:
    """What to call with which arguments: those of the command line, and of the file that it names."""
    from analysis.commands.arguments import HELP, flat, read_arguments, split, with_defaults

    step = flat(step)
    words, file = split(sys.argv[1:])
    from_file = read_arguments(step, file) if file else {}
    parameter = Parameter(negative=(), json_dict=True, json_list=True)
    app = App(default_parameter=parameter, version_flags=[], help_epilogue=HELP)
    target = with_defaults(step, from_file)
    app.default(target)
    function, bound, _ = app.parse_args(words, exit_on_error=False, print_error=False)
    # Instead of the step it may be the help, which takes none of its arguments.
    return (step, from_file | bound.arguments) if function is target else (function, bound.arguments)


def _flat(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        yield from _flat(value) if isinstance(value, tuple | list) else [value]


def tell(error: BaseException, paths: Iterable[Path] = ()) -> int:
    """Print any failure as a sentence and its mend, and return the exit code for it.

    Parameters
    ----------
    error : BaseException
        What was raised.
    paths : iterable of Path
        The files that were read; one that is damaged is named.
    """
    from analysis.commands.failure import problem_of

    problem = problem_of(error, paths)
    with suppress(OSError):  # what was said so far comes first
        sys.stdout.flush()
    print(f"error: {problem}", file=sys.stderr)
    return 130 if isinstance(error, KeyboardInterrupt) else 1


def leave(status: int = 0) -> NoReturn:
    """End the process at once: Python would tidy up every object first, half a second where statsmodels is loaded."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
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
    return json.loads(ordinary(path).read_text(encoding="utf-8"))


def ordinary(path: Path) -> Path:
    """The path itself, unless a pipe, a device or a folder stands there, from which nothing would ever be read.

    Raises
    ------
    Problem
        Names it.
    """
    if path.exists() and not path.is_file():
        raise Problem(f"{path} is no ordinary file.", f"put the file itself in its place, then `{again()}`")
    return path


def digest(content: bytes | str) -> str:
    """The sha256 of some content, in hexadecimal."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def file_digest(path: Path) -> str:
    """The sha256 of a file, read in blocks."""
    with ordinary(path).open("rb") as stream:
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
