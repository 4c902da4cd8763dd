"""What is wrong with a study file, told with the line, the whole key and what may stand there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from analysis.closest import closest_name
from analysis.steps import Problem

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

Place = Sequence[int | str]
MOST = 3  # faults that are told at once
FEW = 12  # keys that are named where none is alike
# Mistakes of which pydantic tells the shape of a text, and the description of the key tells what it is.
SHAPES = ("string_pattern_mismatch",)
# Names that pydantic has for a place that should hold keys of its own.
NESTED = ("model_type", "model_attributes_type", "dict_type")

# A key that says of which kind something is, which is not there or says what nobody knows.
KINDS = ("union_tag_not_found", "union_tag_invalid")


@dataclass(frozen=True)
class StudyFault:
    """One thing that is wrong with a study file.

    Attributes
    ----------
    key : str
        The whole key, for instance ``outcomes.emergency.smallest_change``.
    line : int
        The line of the file on which it stands, or on which what lacks it begins; 0 where it is of the whole file.
    said : str
        What is wrong.
    mend : str
        The edit that mends it, without the place.
    """

    key: str
    line: int
    said: str
    mend: str

    def sentence(self) -> str:
        """What is wrong, with its place."""
        return f"`{self.key or 'file'}`{f' (line {self.line})' if self.line else ''}: {self.said}"


def refuse_study(error: ValidationError, path: Path, text: str, schema: Mapping[str, Any]) -> Problem:
    """The first faults of a study file in one sentence.

    Parameters
    ----------
    error : ValidationError
        What pydantic found.
    path : Path
        The study file.
    text : str
        What stands in it.
    schema : dict
        The JSON Schema of a study: which keys may stand where, and what each is.
    """
    faults = study_faults(error, text, schema)
    more = f"; and {len(faults) - MOST} more" if len(faults) > MOST else ""
    first = faults[0]
    where = f"line {first.line} of {path}" if first.line else str(path)
    sentence = f"{path} is not a study: {'; '.join(each.sentence() for each in faults[:MOST])}{more}."
    return Problem(sentence.replace("?.", "?"), f"{first.mend} {where}")


def study_faults(error: ValidationError, text: str, schema: Mapping[str, Any]) -> list[StudyFault]:
    """Every fault of a study file; a key that is missing because it is misspelt is told once."""
    from ruamel.yaml import YAML

    root = YAML(typ="safe", pure=True).compose(text)
    faults, slips = list[StudyFault](), set[tuple[int | str, ...]]()
    for each in sorted(error.errors(), key=lambda each: each["type"] == "missing"):
        place = (*each["loc"], _tag(dict(each))) if each["type"] in KINDS else each["loc"]
        allowed = keys_at(schema, place[:-1])
        key, line = _stands(root, place, missing=each["type"] in ("missing", KINDS[0]))
        if each["type"] == "extra_forbidden":
            guess = closest_name(str(place[-1]), allowed)
            slips |= {(*place[:-1], guess)} if guess else set()
            faults.append(_unknown(key, line, str(place[-1]), guess, allowed))
        elif each["type"] == "missing" and place not in slips:
            meaning = allowed.get(str(place[-1]), "")
            faults.append(
                StudyFault(key, line, f"is missing{': ' * bool(meaning)}{meaning}".rstrip("."), _give(place, line))
            )
        elif each["type"] != "missing":
            mend = _give(place, line) if each["type"] == KINDS[0] else _write(each["type"], each["msg"])
            faults.append(StudyFault(key, line, _said(dict(each), allowed, schema), mend))
    return faults


def _give(place: Place, line: int) -> str:
    return f"give `{place[-1]}` {'below' if line else 'in'}"


def _unknown(key: str, line: int, name: str, guess: str, allowed: Mapping[str, str]) -> StudyFault:
    if guess:
        return StudyFault(
            key, line, f"there is no such key; did you mean `{guess}`?", f"write `{guess}` for `{name}` in"
        )
    listed = ", ".join(f"`{each}`" for each in list(allowed)[:FEW])
    may = f"; here may stand {listed}{' and others' * (len(allowed) > FEW)}" if allowed else ""
    return StudyFault(key, line, f"there is no such key{may}", f"take `{name}` out of")


def _said(error: dict[str, Any], allowed: Mapping[str, str], schema: Mapping[str, Any]) -> str:
    """What pydantic says of a value, with the value and with what the key is."""
    kind, value = error["type"], error["input"]
    if kind in NESTED and (inner := keys_at(schema, error["loc"])):
        return f"holds keys of its own, such as {', '.join(f'`{each}`' for each in list(inner)[:FEW])}"
    if kind == KINDS[0]:
        return f"is missing, and says what it is: one of {_tags(schema, error['loc'])}"
    if kind == KINDS[1]:
        guess = closest_name(error["ctx"]["tag"], _mapping(schema, error["loc"]))
        hint = f"did you mean `{guess}`?" if guess else f"write one of {_tags(schema, error['loc'])}"
        return f"there is no `{_tag(error)}` called {error['ctx']['tag']!r}; {hint}"
    said = str(error["msg"]).removeprefix("Value error, ")
    if isinstance(value, str | int | float) and kind != "value_error":
        said += f", not {str(value)[:60]!r}"
    meaning = allowed.get(str(error["loc"][-1]), "") if error["loc"] and kind in SHAPES else ""
    return f"{said} ({meaning.rstrip('.')})" if meaning else said


def _tag(error: dict[str, Any]) -> str:
    return str(error["ctx"]["discriminator"]).strip("'")


def _tags(schema: Mapping[str, Any], place: Place) -> str:
    return ", ".join(f"`{each}`" for each in _mapping(schema, place))


def _mapping(schema: Mapping[str, Any], place: Place) -> list[str]:
    """The kinds among which what may stand at a place is chosen."""
    whole = [each for node in _nodes(schema, place) for each in _expanded(node, schema)]
    return [kind for each in whole for kind in each.get("discriminator", {}).get("mapping", {})]


def _write(kind: str, said: str) -> str:
    """The edit that a complaint of pydantic asks for."""
    wanted = said.removeprefix("Input should be ").partition(", unable")[0]
    if wanted == said.partition(", unable")[0] or kind in NESTED:
        return "correct"
    return f"write {'a value ' * wanted.startswith(('greater', 'less'))}{wanted} in"


def keys_at(schema: Mapping[str, Any], place: Place) -> dict[str, str]:
    """The keys that may stand at a place of the study, each with what it is."""
    whole = [each for node in _nodes(schema, place) for each in _expanded(node, schema)]
    keys = [pair for node in whole for pair in node.get("properties", {}).items()]
    return {name: str(each.get("description", "")) for name, each in keys}


def _nodes(schema: Mapping[str, Any], place: Place) -> list[dict[str, Any]]:
    """The parts of the schema that say what may stand at a place."""
    nodes = [dict(schema)]
    for part in place:
        # What pydantic adds to a place, such as the kind of an outcome, chooses among what may stand there, or nothing.
        nodes = list(_below(nodes, part, schema)) or nodes
    return nodes


def _below(nodes: Sequence[dict[str, Any]], part: int | str, schema: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    whole = [each for node in nodes for each in _expanded(node, schema)]
    chosen = [each["discriminator"]["mapping"].get(part) for each in whole if "discriminator" in each]
    if any(chosen):
        yield from ({"$ref": each} for each in chosen if each)
        return
    for node in whole:
        if isinstance(part, int):
            yield from [node["items"]] if isinstance(node.get("items"), dict) else node.get("prefixItems", [])
        elif part in node.get("properties", {}):
            yield node["properties"][part]
        else:
            free = [node.get("additionalProperties"), *node.get("patternProperties", {}).values()]
            yield from (each for each in free if isinstance(each, dict))


def _expanded(node: dict[str, Any], schema: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A node of the schema, what it refers to, and each of its alternatives."""
    yield node
    if "$ref" in node:
        yield from _expanded(schema["$defs"][node["$ref"].rpartition("/")[2]], schema)
    for way in ("anyOf", "oneOf", "allOf"):
        for each in node.get(way, ()):
            yield from _expanded(each, schema)


def _stands(node: "Node | None", place: Place, *, missing: bool) -> tuple[str, int]:
    """The key as the file has it, and its line; of a missing one the line of what lacks it."""
    names, line = list[str](), 0
    for part in place:
        child = _child(node, part)
        if child:
            line, node = child
            names.append(str(part))
    return ".".join([*names, *([str(place[-1])] if missing else [])]), line


def _child(node: "Node | None", part: int | str) -> "tuple[int, Node] | None":
    values = getattr(node, "value", None)
    if not isinstance(values, list):
        return None
    if isinstance(part, int) and part < len(values) and not isinstance(values[part], tuple):
        return values[part].start_mark.line + 1, values[part]
    pairs = [each for each in values if isinstance(each, tuple)]
    return next(((key.start_mark.line + 1, value) for key, value in pairs if str(key.value) == str(part)), None)
