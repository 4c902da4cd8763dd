"""The parts of a paper that follow from its plan: a section for each outcome, test and synthesis.

What they say of results are variables; sections with prose of their own stand in reports/sections/.

``python -m analysis.present.document.text --help``
"""

from pathlib import Path

from analysis.plain_text import escaped_plan
from analysis.plan.pilots import ActivityOutcome, Outcome, SurveyOutcome
from analysis.present.look.markdown import include, var
from analysis.present.provenance.address import slug
from analysis.present.provenance.context import Outcomes, Syntheses
from analysis.steps import command, write_text
from analysis.wording import sentence


def text(*, outcomes: Outcomes, syntheses: Syntheses, out: Path) -> None:
    """Write the parts of the paper that follow from the plan.

    Parameters
    ----------
    outcomes, syntheses : dict
        Their plans by name, as JSON; the last may be empty.
    out : Path
        Folder for findings.md and results.md; a part that the plan gives no reason for is an empty file.
    """
    parts = {
        "findings": findings(outcomes, syntheses),
        "results": "\n\n".join(_outcome(name, outcomes[name]) for name in outcomes),
    }
    for name, part in parts.items():
        write_text(out / f"{name}.md", f"{part}\n" if part else "")


def findings(outcomes: Outcomes, syntheses: Syntheses) -> str:
    """A list of what was found, one point each."""
    points = [var(f"outcomes.{name}.finding") for name in outcomes]
    lines = [f"- {point}" for point in points]
    lines += [include("/sections/evidence/findings-own.qmd")] * bool(syntheses)
    return "\n".join(lines)


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


if __name__ == "__main__":
    command(text, given=escaped_plan)
