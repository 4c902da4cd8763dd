"""The paper's numbers and result-dependent words, each number with its address.

``python -m analysis.present.document.numbers --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import yaml

from analysis.plain_text import escaped_plan
from analysis.plan.calibration import Calibration
from analysis.plan.continuity import ContactRules, Continuity
from analysis.plan.experiment import Experiment
from analysis.plan.practices import Questions
from analysis.plan.sensitivity import Checks
from analysis.present.calibration.cautions import cautious
from analysis.present.document.pages import pages
from analysis.present.evidence import page as syntheses_page
from analysis.present.experiment import page as experiments
from analysis.present.five_tests import page as five_tests
from analysis.present.outcomes import readings
from analysis.present.outcomes.outcomes import effect_row, groups, headline, outcome_words, pre_trend, primary
from analysis.present.outcomes.panel import wave_words
from analysis.present.provenance.context import Context, Outcomes, Syntheses, read_context
from analysis.present.provenance.sources import PaperPlan, Sources
from analysis.present.questions import page as asking
from analysis.present.templates.formats import formats
from analysis.present.templates.language import Filters
from analysis.present.templates.sections import render_sections
from analysis.steps import AsJson, Paths, command, write_json, write_text
from analysis.study import Inference
from analysis.verdicts import read_verdicts
from analysis.wording import Change, changed

if TYPE_CHECKING:
    import pandas as pd

Words = dict[str, Any]


def numbers(
    *,
    estimates: Path,
    lineage: Path,
    tests: Path,
    verdicts: Path,
    benchmarks: Path,
    outcomes: Outcomes,
    syntheses: Syntheses,
    inference: Inference,
    reports: Path,
    out: Path,
    addresses: Path,
    sections: Path,
    document: str,
    pieces: Paths = (),
    quality: Paths = (),
    supplied: tuple[str, ...] = (),
    experiment: Annotated[Experiment | None, AsJson] = None,
    arms: Paths = (),
    questions: Questions | None = None,
    states: Paths = (),
    checks: Annotated[Checks | None, AsJson] = None,
    costs: bool = False,
    unmade: Paths = (),
    cohort: Paths = (),
    asked: Annotated[Continuity | None, AsJson] = None,
    contacts: Annotated[ContactRules | None, AsJson] = None,
    continuity: Paths = (),
    calibration: Paths = (),
    published: Paths = (),
    evidence: str = "",
    digest: str = "",
    kinds: Annotated[Calibration | None, AsJson] = None,
    power: Paths = (),
) -> None:
    """Write every variable that the paper's text uses, and the address of every number among them.

    Parameters
    ----------
    estimates, lineage : Path
        The table of estimates and the data sets behind its rows.
    tests : Path
        The readings of the five tests.
    verdicts : Path
        What each result is taken to say.
    benchmarks : Path
        Truth and published values.
    outcomes, syntheses : dict
        Their plans by name, as JSON.
    inference : Inference
        How uncertainty is told, as JSON.
    reports : Path
        The paper's sources, of which sections that are templates and the library of phrases are read.
    out : Path
        The variables (YAML) for the Quarto project.
    addresses : Path
        Key, text and origin of each number (JSON).
    sections : Path
        The sections that templates became, by their path (JSON).
    document : str
        The paper, by its path below `reports`.
    pieces : tuple of Path
        The parts of the text that follow from the plan.
    quality : tuple of Path
        The data-quality table; none where the study has no pilots.
    supplied : tuple of str
        The tables that the pilots' data hold, as JSON; the paper says what could not be analysed without the others.
    experiment : Experiment
        The plan of the experiment, as JSON; none where the study has none.
    arms : tuple of Path
        What others published of its arms.
    questions : dict
        The plans of the questions to practice-level data by name, as JSON.
    states : tuple of Path
        What the prepare stage says of each question; none where the study has no questions.
    checks : dict
        The checks by name, each with the outcomes that it checks, as JSON; none where the plan has none.
    costs : bool
        Whether the plan costs the changes in activity.
    unmade : tuple of Path
        What could not be estimated, and why.
    cohort : tuple of Path
        Numbers, balance and benchmarks of the matched cohort; none where the study has none.
    asked : Continuity
        What is asked of continuity, as JSON; none where the study asks nothing.
    contacts : ContactRules
        Which contacts count, as JSON; the plan's usual rules where none are given.
    continuity : tuple of Path
        What each minimum of contacts drops, what was left out of the contacts, truth and published values.
    calibration : tuple of Path
        How often the primary model's intervals held the truth; none where `make calibrate` never ran.
    published : tuple of Path
        The prepared evidence; none where the study names no published evidence.
    evidence : str
        The data set of published evidence; empty where the study has none.
    digest : str
        The digest of what the plan wants calibrated.
    kinds : Calibration
        The kinds of world, as JSON; none where the plan asks for no calibration.
    power : tuple of Path
        What `make calibrate` wrote last for this study, table and record; none where it never ran.
    """
    import pandas as pd

    context = read_context(estimates, lineage, inference.confidence, unmade)
    plan = PaperPlan(
        outcomes=outcomes, syntheses=syntheses, questions=questions or {}, checks=checks or {}, inference=inference,
        supplied=supplied, costs=costs, experiment=experiment, continuity=asked, calibration=kinds, digest=digest,
        contacts=contacts or ContactRules(), evidence=evidence,
    )  # fmt: skip
    files = {
        "quality": quality, "arms": arms, "states": states, "cohort": cohort, "continuity": continuity,
        "calibration": calibration, "published": published, "power": power, "tests": (tests,),
    }  # fmt: skip
    judged, beside = read_verdicts(verdicts), pd.read_csv(benchmarks)
    sources = Sources(context=context, plan=plan, verdicts=judged, benchmarks=beside, files=files)
    filters = formats(context.book, reports / "phrases")
    read = five_tests.page(sources)
    said = filters["say"](read, "five_tests/summary") if read else ""
    lines = [] if outcomes else _evidence_headlines(sources, filters, said)
    words = _words(context, outcomes, beside, lines)
    words = cautious(context, words, outcomes, calibration, inference.confidence)
    if about := asking.asked(sources):
        told = [_question_line(line, about, filters, said) for line in about.headlines]
        words["headlines"] = dict(zip(("one", "two", "three"), told, strict=True))
    for path in quality:
        for name, waves in wave_words(path, outcomes).items():
            words["outcomes"][name] |= waves
    if asked:
        words["continuity"] = {"pretrend": pre_trend(context, asked.outcome)}
    if trial := experiments.page(sources):
        leading = [each.leading for each in trial.outcomes]
        found = filters["each"](leading, "experiment/found")
        words["headlines"] = dict(zip(("one", "two", "three"), found, strict=False))
    begin = [reports / document, *pieces]
    write_json(sections, render_sections(reports, begin, pages(sources), filters))
    write_text(out, yaml.safe_dump(words, allow_unicode=True, sort_keys=True, width=10_000))
    entries = context.book.entries.items()
    write_json(addresses, {key: {"text": text} | vars(origin) for key, (text, origin) in entries})


def _words(context: Context, outcomes: Outcomes, benchmarks: "pd.DataFrame", lines: list[str]) -> Words:
    told = {name: outcome_words(context, name, each, benchmarks) for name, each in outcomes.items()}
    first = {name: told[name] for name in primary(outcomes)}
    lines = _pilot_headlines(context, first) if told else lines
    return {
        "outcomes": told,
        "headlines": dict(zip(("one", "two", "three"), lines, strict=False)),
        "reading": _readings(context, outcomes),
    }


def _simulated(context: Context) -> bool:
    return bool(context.estimates["simulated"].any())


def _pilot_headlines(context: Context, told: dict[str, dict[str, str]]) -> list[str]:
    """Three headlines at most: the first of the outcomes, those between together, the last."""
    return [headline(context, {name: told[name] for name in group}) for group in groups(list(told))]


def _question_line(line: asking.Headline, about: asking.AskedPage, filters: Filters, tests: str) -> str:
    if line.tests:
        return tests
    return filters["say"](about, "questions/summary") if line.asked else filters["say"](line, "questions/headline")


def _evidence_headlines(sources: Sources, filters: Filters, read: str) -> list[str]:
    told = list(syntheses_page.page(sources))
    if not told:
        return []
    rest = " ".join(filters["each"](told[1:], "evidence/headline"))
    return [line for line in (filters["say"](told[0], "evidence/together"), rest, read) if line]


def _readings(context: Context, outcomes: Outcomes) -> Words:
    words: Words = {}
    if "emergency_admissions" in outcomes and "continuity" in outcomes:
        rows = {name: effect_row(context, name) for name in outcomes}
        told = {name: None if row is None else changed(row) for name, row in rows.items()}
        words |= _pilot_readings(told, outcomes, simulated=_simulated(context))
    return words


def _pilot_readings(changes: "dict[str, Change | None]", outcomes: Outcomes, *, simulated: bool) -> Words:
    emergency, continuity = changes["emergency_admissions"], changes["continuity"]
    rest = [name for name in primary(outcomes) if name not in ("emergency_admissions", "continuity")]
    between = {name: changes[name] for name in rest}
    known = {outcomes[name].label: told for name, told in between.items() if told}
    nothing = {name: readings.unknown(outcomes[name].label) for name in ("emergency_admissions", "continuity")}
    told = {
        "emergency": nothing["emergency_admissions"],
        "planned": readings.unknown("planned care"),
        "continuity": nothing["continuity"],
        "together": readings.unknown("the two together"),
    }
    if known or not between:
        told["planned"] = readings.planned(known, simulated=simulated)
    if emergency:
        smallest = outcomes["emergency_admissions"].smallest_change
        told["emergency"] = readings.emergency(emergency, smallest, simulated=simulated)
    if continuity:
        smallest = outcomes["continuity"].smallest_change
        told["continuity"] = readings.continuity(continuity, smallest, simulated=simulated)
    if emergency and continuity:
        told["together"] = readings.together(emergency, continuity, simulated=simulated)
    return told


if __name__ == "__main__":
    command(numbers, given=escaped_plan)
