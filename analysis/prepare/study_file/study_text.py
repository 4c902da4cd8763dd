"""The text of a new study file: a plan to be read and corrected, with a word on each line."""

import json
from collections.abc import Iterable
from typing import Any

from analysis.plan.designs import DESIGNS
from analysis.prepare.study_file.check_lines import check_lines
from analysis.prepare.study_file.contact_lines import contact_lines
from analysis.prepare.study_file.continuity_lines import continuity_lines
from analysis.prepare.study_file.guess import KNOWN, Guess
from analysis.prepare.study_file.study_lines import line
from analysis.study import Study
from analysis.wording import listed

# By kind of outcome: the key that names its series, what it is, what the key says, and the unit of a change.
KINDS = {
    "activity": ("measure", "a count per month", "its name in the table activity", "per cent"),
    "survey": ("item", "a share of answers per wave", "its name in the table survey", "percentage points"),
    "contacts": (
        "index",
        "an index of contacts",
        "the index of continuity: usual provider of care",
        "percentage points",
    ),
}


def study_text(name: str, data: dict[str, str], guess: Guess, template: Study, *, document: str, date: str) -> str:
    """A study file.

    Parameters
    ----------
    name : str
        The study's name.
    data : dict
        Where the pilots' data are: ``package`` and a path, or ``dataset`` and an id.
    guess : Guess
        What the data seem to hold.
    template : Study
        The default study, for the five tests and the published evidence.
    document : str
        The document in reports/.
    date : str
        Date on the cover, YYYY-MM-DD.
    """
    outcomes = _named(guess)
    return "\n".join(
        [
            "# yaml-language-server: $schema=../workflow/schemas/study.schema.json",
            "#",
            f"# The study {name}, written by `make study`. It is the analysis plan: read every line, and settle it",
            "# before you look at a result. What was suggested from the data is marked; correct what is wrong.",
            *_head(name, template),
            *_pilots(data, guess),
            *_outcomes(outcomes, guess.starts),
            *continuity_lines(guess, outcomes),
            *check_lines(guess),
            *_rest(template, set(outcomes)),
            *_release(document, date),
            "",
        ]
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _head(name: str, template: Study) -> list[str]:
    title = f"Integrated care in {name.replace('-', ' ')}"
    return [
        line("config_version: 1", "the shape of this file; leave it"),
        line(f"name: {name}", "the study's name, as in STUDY=; also its folder in results/"),
        line(f"title: {_quoted(title)}", "on the cover: write your own"),
        line('subtitle: "An evaluation of pilots"', "below the title: write your own"),
        "",
        line(f"evidence: {template.evidence}", "the published evaluations that come with this project"),
        "",
    ]


def _pilots(data: dict[str, str], guess: Guess) -> list[str]:
    (key, place), *_ = data.items()
    what = (
        "the folder or zip archive with your tables" if key == "package" else "the data set in data/raw/datasets.yaml"
    )
    lines = ["pilots:", line(f"  {key}: {_quoted(place)}", what)]
    lines += [line("  columns:", "columns that have another name in your files")] * bool(guess.columns)
    for table, names in guess.columns.items():
        lines.append(line(f"    {table}:", f"in the table {table}"))
        lines += [line(f"      {name}: {_quoted(own)}", "SUGGESTED, please check") for name, own in names.items()]
    lines += [f"  # MISSING: no column looks like {each}; add it, or name it under `columns`" for each in guess.missing]
    return [*lines, *_months(guess), *contact_lines(guess), ""]


def _months(guess: Guess) -> list[str]:
    """The months, where the data tell; else they are left open, and the file is no study until somebody writes them."""
    if not guess.first:
        missing = "  # MISSING: no months written as YYYY-MM were found; write the months of the comparison here:"
        return [missing, "  # months: {first: YYYY-MM, last: YYYY-MM}"]
    thin = guess.seen and guess.seen != (guess.first, guess.last)
    more = f" (any rows: {guess.seen[0]} to {guess.seen[-1]})" if thin else ""
    months = f"  months: {{first: {guess.first}, last: {guess.last}}}"
    return [line(months, f"the months of the comparison: the complete ones in the data{more}")]


def _series(guess: Guess) -> Iterable[tuple[str, str]]:
    kinds = {"activity": guess.measures, "survey": guess.items, "contacts": guess.indices}
    return [(kind, each) for kind, series in kinds.items() for each in series]


def _named(guess: Guess) -> dict[str, tuple[str, str]]:
    """Each series and its kind by the outcome's name; an index of continuity keeps its own beside a survey."""
    named: dict[str, tuple[str, str]] = {}
    for kind, series in _series(guess):
        name = KNOWN.get(series, (series,))[0]
        named[series if name in named else name] = (series, kind)
    return named


def _outcomes(outcomes: dict[str, tuple[str, str]], starts: tuple[str, ...]) -> list[str]:
    lines = [
        line("outcomes:", "what is compared; the first and the last become headlines"),
        "  # Under those that were to decide, write `primary: true`; where none has it, all stand on one footing.",
    ]
    for name, (series, kind) in outcomes.items():
        column, what, place, unit = KINDS[kind]
        default = (name, series.replace("_", " "), "down" if kind == "activity" else "up")
        _, label, good = KNOWN.get(series, default)
        checked = "" if series in KNOWN else "SUGGESTED, please check: "
        lines += [
            line(f"  {name}:", "the outcome's name in this file"),
            line(f"    kind: {kind}", what),
            line(f"    label: {_quoted(label)}", "its name in the paper, lower case"),
            line(f"    {column}: {series}", place),
            line(f"    good_direction: {good}", f"{checked}the direction in which patients or the service gain"),
            line("    smallest_change: 3", f"the smallest change that matters, in {unit}: decide it now"),
        ]
        if kind == "activity" and len(starts) > 1:
            designs = f"    designs: [{', '.join((*DESIGNS, 'staggered'))}]"
            lines.append(line(designs, f"SUGGESTED, please check: sites start in {len(starts)} different months"))
    return [*lines, ""]


def _rest(template: Study, outcomes: set[str]) -> list[str]:
    """Inference, published evidence and the five tests, as the default study has them."""
    values = template.model_dump(mode="json", exclude_defaults=True)
    readable = outcomes | set(values.get("syntheses", {}))
    for test in values.get("tests", {}).values():
        named = test.pop("indicators", [])
        kept = [each for each in named if each["outcome"] in readable]
        lost = [template.outcomes[each["outcome"]].label for each in named if each not in kept]
        test |= {"indicators": kept} if kept else {}
        test |= {"gap": f"{_lost(lost, kept)} {test['gap']}"} if lost else {}
    parts = {
        "inference": "how uncertain: intervals, and the column of practices that clusters comparison practices",
        "syntheses": "published estimates that are pooled and set beside yours; leave out what you do not need",
        "tests": "how the five tests are read: the rules of this project; an indicator names an outcome of yours",
    }
    values["inference"] = template.inference.model_dump(mode="json")
    texts = [[f"# {comment}", _yaml({key: values[key]})] for key, comment in parts.items() if values.get(key)]
    return [line for text in texts for line in text]


def _lost(labels: list[str], kept: list[Any]) -> str:
    """What a test would be read by that these data do not hold."""
    return f"These data tell nothing of {listed(labels)}, by which it {'is read too' if kept else 'would be read'}."


def _yaml(values: dict[str, Any]) -> str:
    import yaml

    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=110)


def _release(document: str, date: str) -> list[str]:
    return [
        "release:",
        line(f"  document: {document}", "the document in reports/ that is rendered"),
        line(f"  date: {date}", "the date on the cover; no data may be from later"),
        line("  status: draft", "draft or final"),
        line("  authors: []", 'as printed, [{name: "…", affiliation: "…"}]; a final paper needs them'),
    ]
