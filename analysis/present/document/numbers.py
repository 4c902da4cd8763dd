"""The paper's sections that are templates, and the address of each number in them.

``python -m analysis.present.document.numbers --help``
"""

from pathlib import Path
from typing import Annotated, Any

from analysis.plain_text import escaped_plan
from analysis.plan.calibration import Calibration
from analysis.plan.continuity import ContactRules, Continuity
from analysis.plan.experiment import Experiment
from analysis.plan.practices import Questions
from analysis.plan.sensitivity import Checks
from analysis.present.document.pages import pages
from analysis.present.provenance.context import Outcomes, Syntheses, read_context
from analysis.present.provenance.sources import PaperPlan, Sources
from analysis.present.summary.page import HEADLINES
from analysis.present.templates.formats import formats
from analysis.present.templates.sections import render_sections
from analysis.steps import AsJson, Paths, command, write_json
from analysis.study import Inference
from analysis.verdicts import read_verdicts

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
    addresses: Path,
    sections: Path,
    document: str,
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
    """Write the sections that templates become, and the address of every number in them.

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
    addresses : Path
        Key, text and origin of each number (JSON).
    sections : Path
        The sections that templates became, by their path (JSON).
    document : str
        The paper, by its path below `reports`.
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
    write_json(sections, render_sections(reports, [reports / document], pages(sources), filters, (HEADLINES,)))
    entries = context.book.entries.items()
    write_json(addresses, {key: {"text": text} | vars(origin) for key, (text, origin) in entries})


if __name__ == "__main__":
    command(numbers, given=escaped_plan)
