"""The arguments of a step from a file: a run writes one for each step, so that its command fits on a line."""

import functools
import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from itertools import chain
from pathlib import Path
from typing import Any, get_type_hints

from analysis.steps import Problem, again, ordinary

OPTION = "--arguments"
HELP = f"{OPTION} FILE takes arguments by name from a JSON file; what is given beside it comes first."

# Where a docstring begins to tell of arguments and of fields.
PARAMETERS, ATTRIBUTES = (f"{title}\n----------\n" for title in ("Parameters", "Attributes"))


def split(words: list[str]) -> tuple[list[str], Path | None]:
    """The words of a command line without the option that names the file of arguments, and that file.

    Parameters
    ----------
    words : list of str
        What follows the module's name.
    """
    kept, file = [], None
    left = iter(words)
    for word in left:
        if word == OPTION:
            file = next(left, "")
        elif word.startswith(f"{OPTION}="):
            file = word.partition("=")[2]
        else:
            kept.append(word)
    if file == "":
        raise Problem(
            f"{OPTION} names no file.", f"give it one, such as `{OPTION} results/default/steps/pull_folder.json`"
        )
    return kept, Path(file) if file else None


def flat(step: Callable[..., None]) -> Callable[..., None]:
    """The step with the fields of its arguments that are dataclasses, and have no default, as arguments of their own.

    Parameters
    ----------
    step : callable
        Its arguments are keyword-only and typed, and no two fields share a name. The docstrings of the dataclasses end
        with their attributes.
    """
    kinds: dict[str, Any] = get_type_hints(step, include_extras=True)
    given = inspect.signature(step).parameters.values()
    needed = [each.name for each in given if each.default is inspect.Parameter.empty]
    objects: dict[str, Any] = {name: kinds[name] for name in needed if is_dataclass(kinds[name])}
    if not objects:
        return step

    def called(**values: Any) -> None:
        grouped = {
            name: kind(**{each.name: values.pop(each.name) for each in fields(kind) if each.name in values})
            for name, kind in objects.items()
        }
        step(**grouped, **values)

    own = [each.replace(annotation=kinds[each.name]) for each in given if each.name not in objects]
    signature = inspect.Signature([*own, *chain.from_iterable(map(_options, objects.values()))])
    functools.update_wrapper(called, step)
    del called.__wrapped__  # type: ignore[attr-defined]  # its signature is its own
    called.__signature__ = signature  # type: ignore[attr-defined]
    called.__annotations__ = {name: each.annotation for name, each in signature.parameters.items()}
    attributes = "".join(f"{(inspect.getdoc(kind) or '').partition(ATTRIBUTES)[2]}\n" for kind in objects.values())
    called.__doc__ = (inspect.getdoc(step) or "").replace(PARAMETERS, PARAMETERS + attributes, 1)
    return called


def _options(kind: Any) -> Iterator[inspect.Parameter]:
    """An argument for each field of a dataclass; one that is made anew each time is made once, as its default."""
    hints = get_type_hints(kind, include_extras=True)
    factories = {each.name: each.default_factory for each in fields(kind)}
    for name, each in inspect.signature(kind).parameters.items():
        make = factories[name]
        default = each.default if make is MISSING else make()
        yield each.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[name], default=default)


def read_arguments(step: Callable[..., None], path: Path) -> dict[str, Any]:
    """The arguments that a file gives, each of the type that the step asks for.

    Parameters
    ----------
    step : callable
        The step; its arguments are keyword-only and typed.
    path : Path
        A JSON object: arguments by their names.

    Raises
    ------
    Problem
        Where the file cannot be read, or holds an argument that the step does not take or that is of another type.
    """
    values = _read(path)
    kinds = get_type_hints(step, include_extras=True)
    if unknown := sorted(values.keys() - kinds.keys()):
        raise Problem(f"{path} gives `{unknown[0]}`, which this step does not take.", _mend(path))
    return {name: _typed(path, name, kinds[name], value) for name, value in values.items()}


def _read(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(ordinary(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Problem(f"{path} is missing.", _mend(path)) from None
    except ValueError as error:
        raise Problem(f"{path} is no JSON: {error}.", _mend(path)) from None
    if not isinstance(values, dict):
        raise Problem(f"{path} holds no arguments by name.", _mend(path))
    return values


def _typed(path: Path, name: str, kind: Any, value: object) -> Any:
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(kind).validate_json(json.dumps(value))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, [name, *first["loc"]]))
        raise Problem(f"{path} is wrong at `{place}`: {first['msg']}.", _mend(path)) from None


def _mend(path: Path) -> str:
    return f"correct {path} where you wrote it by hand; else `{again()}`, which writes it anew"


def with_defaults(step: Callable[..., None], values: dict[str, Any]) -> Callable[..., None]:
    """The step, of whose arguments some need not be given any more."""
    filled = functools.partial(step, **values)
    functools.update_wrapper(filled, step)
    for of_the_step in ("__wrapped__", "__signature__"):  # its signature is the partial's own
        filled.__dict__.pop(of_the_step, None)
    return filled
