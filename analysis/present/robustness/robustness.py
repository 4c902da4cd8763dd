"""Would it survive a sceptic? The specification curves.

``python -m analysis.present.robustness.robustness --help``
"""

from pathlib import Path
from typing import Annotated

from analysis.estimates import read_estimates
from analysis.plain_text import escaped_plan
from analysis.plan.inference import Inference
from analysis.plan.sensitivity import Checks
from analysis.present.provenance.address import Book
from analysis.present.provenance.context import Context, Outcomes
from analysis.present.provenance.sources import PaperPlan, Sources
from analysis.present.robustness.checks import check_source
from analysis.present.robustness.curve import draw_curve
from analysis.present.templates.formats import formats
from analysis.steps import AsJson, Paths, command
from analysis.verdicts import read_verdicts


def robustness(
    *,
    estimates: Path,
    verdicts: Path,
    outcomes: Outcomes,
    checks: Annotated[Checks, AsJson],
    inference: Inference,
    phrases: Paths,
    figures: Path,
) -> None:
    """Draw the specification curves.

    Parameters
    ----------
    estimates, verdicts : Path
        The table of estimates, and what its rows are taken to say.
    outcomes : dict
        The plans of the outcomes by name, as JSON.
    checks : dict
        The checks by name, each with the outcomes that it checks, as JSON.
    inference : Inference
        How uncertainty is told, as JSON.
    phrases : tuple of Path
        The phrases that it may tell from.
    figures : Path
        Folder for curve-OUTCOME.svg, .png, .csv and .md.
    """
    import pandas as pd

    # Nothing here leads to its address, which the text has, so that the lineage of rows is not asked for.
    context = Context(read_estimates(estimates), {}, inference.confidence, Book())
    plan = PaperPlan(outcomes=outcomes, checks=checks, inference=inference)
    sources = Sources(context=context, plan=plan, verdicts=read_verdicts(verdicts), benchmarks=pd.DataFrame())
    filters = formats(context.book, *phrases)
    for name, key in curves(checks).items():
        draw_curve(check_source(sources, name, key, cited=False), outcomes[name].label, filters, figures)


def curves(checks: Checks) -> dict[str, str]:
    """By outcome, the first check that tries every combination."""
    first: dict[str, str] = {}
    for key, check in checks.items():
        if check.kind == "curve":
            first = dict.fromkeys(check.outcomes, key) | first
    return first


if __name__ == "__main__":
    command(robustness, given=escaped_plan)
