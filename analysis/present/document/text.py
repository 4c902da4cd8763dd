"""The parts of a paper that follow from its plan: a section for each outcome, test and synthesis.

What they say of results are variables; sections with prose of their own stand in reports/sections/.

``python -m analysis.present.document.text --help``
"""

from pathlib import Path
from typing import Annotated

from analysis.plain_text import escaped_plan
from analysis.plan.continuity import Continuity
from analysis.plan.pilots import ActivityOutcome, ContactOutcome, Outcome, SurveyOutcome
from analysis.plan.tests import FiveTest
from analysis.present.look.markdown import include, var
from analysis.present.provenance.address import slug
from analysis.present.provenance.context import Outcomes, Syntheses
from analysis.steps import AsJson, command, write_text
from analysis.wording import sentence

Tests = dict[str, FiveTest]


def text(
    *,
    outcomes: Outcomes,
    syntheses: Syntheses,
    tests: Tests,
    evidence: str,
    supplied: tuple[str, ...],
    out: Path,
    continuity: Annotated[Continuity | None, AsJson] = None,
) -> None:
    """Write the parts of the paper that follow from the plan.

    Parameters
    ----------
    outcomes, syntheses, tests : dict
        Their plans by name, as JSON; the last two may be empty.
    evidence : str
        The data set of published evidence; empty where the study has none.
    supplied : tuple of str
        The tables that the pilots' data hold, as JSON.
    out : Path
        Folder for findings.md, methods.md, results.md, evidence.md, annexes.md and checklists.md; a part
        that the plan gives no reason for is an empty file.
    continuity : Continuity
        What is asked of continuity, as JSON; none where the plan asks nothing.
    """
    parts = {
        "findings": findings(outcomes, syntheses),
        "methods": methods(outcomes, syntheses, tests, records="activity" not in supplied, asked=bool(continuity)),
        "results": "\n\n".join(_outcome(name, outcomes[name]) for name in outcomes),
        "evidence": beside(outcomes, syntheses),
        "annexes": annexes(syntheses, bool(evidence)),
        "checklists": checklists("D" if evidence else "C"),
    }
    for name, part in parts.items():
        write_text(out / f"{name}.md", f"{part}\n" if part else "")


def checklists(letter: str) -> str:
    """The annex of reporting checklists."""
    heading = f"# Annex {letter}: reporting checklists {{#sec-annex-checklists .unnumbered}}"
    return f"{heading}\n\n{include('/sections/document/annex-checklist.qmd')}"


def findings(outcomes: Outcomes, syntheses: Syntheses) -> str:
    """A list of what was found, one point each."""
    points = [var(f"outcomes.{name}.finding") for name in outcomes]
    lines = [f"- {point}" for point in points]
    lines += [include("/sections/evidence/findings-own.qmd")] * bool(syntheses)
    return "\n".join(lines)


def methods(outcomes: Outcomes, syntheses: Syntheses, tests: Tests, *, records: bool, asked: bool) -> str:
    """The sections on the methods that this plan uses.

    Counts were made of records of persons where `records`; contacts have a chapter of their own where `asked`.
    """
    kinds = {type(each) for each in outcomes.values()}
    used = {
        "outcomes/methods-records-own": records and ActivityOutcome in kinds,
        "outcomes/methods-activity-own": ActivityOutcome in kinds,
        "outcomes/methods-survey-own": SurveyOutcome in kinds,
        "outcomes/methods-contacts-own": ContactOutcome in kinds and not asked,
        "evidence/methods": bool(syntheses),
        "five_tests/methods": bool(tests),
    }
    return "\n\n".join(include(f"/sections/{name}.qmd") for name, uses in used.items() if uses)


def _outcome(name: str, outcome: Outcome) -> str:
    """One outcome's section: what was found, whether it matters, and how it moved through time."""
    key, heading = f"outcomes.{name}", f"## {sentence(outcome.label)} {{#sec-outcome-{slug(name)}}}"
    told = [heading, f"{var(f'{key}.headline')} {var(f'{key}.caution')} {var(f'{key}.baseline')}"]
    if isinstance(outcome, ActivityOutcome):
        told[-1] += f" {var(f'{key}.events')}"
        told += [var(f"{key}.matters"), f"@fig-event-{slug(name)} shows each period. {var(f'{key}.pretrend')}"]
        return "\n\n".join([*told, include(f"/figures/event-{slug(name)}.md")])
    if isinstance(outcome, SurveyOutcome):
        told[-1] += f" {var(f'{key}.waves')}"
    return "\n\n".join([*told, var(f"{key}.matters")])


def beside(outcomes: Outcomes, syntheses: Syntheses) -> str:
    """The section that sets the results beside published ones; empty where nothing is published."""
    compared = [include("/sections/outcomes/beside-published.qmd")] * any(each.published for each in outcomes.values())
    if not (compared or syntheses):
        return ""
    told = ["# Beside the published evidence {#sec-beside}", include("/sections/outcomes/beside-own.qmd"), *compared]
    told += [include("/sections/evidence/beside-own.qmd")] * bool(syntheses)
    return "\n\n".join(part for part in told if part)


def annexes(syntheses: Syntheses, evidence: bool) -> str:
    """The annexes, lettered in order."""
    parts = [include("/sections/document/annex-quality.qmd")]
    if evidence:
        parts += ["# Annex B: published estimates {#sec-annex-published .unnumbered}"]
        parts += [include("/sections/evidence/left-out-own.qmd")] * bool(syntheses)
        parts += [include("/tables/evidence.md")]
    addresses = "document/annex-addresses" if evidence else "document/annex-addresses-evidence"
    return "\n\n".join([*parts, include(f"/sections/{addresses}.qmd")])


if __name__ == "__main__":
    command(text, given=escaped_plan)
