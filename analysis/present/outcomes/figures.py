"""The figures and the table of the pilots' effects on all outcomes.

``python -m analysis.present.outcomes.figures --help``
"""

from pathlib import Path

from analysis.plain_text import escaped_plan
from analysis.plan.pilots import ActivityOutcome
from analysis.present.outcomes.effects import effects
from analysis.present.outcomes.event_study import event_studies
from analysis.present.provenance.context import Outcomes
from analysis.steps import Paths, command


def outcome_figures(
    *, estimates: Path, verdicts: Path, benchmarks: Path, outcomes: Outcomes, phrases: Paths, figures: Path, table: Path
) -> None:
    """Draw all effects in one figure and each count period by period, see :func:`effects` and :func:`event_studies`.

    Parameters
    ----------
    estimates, verdicts, benchmarks : Path
        The table of estimates; what each result is taken to say; truth and published values.
    outcomes : dict
        Their plans by name, as JSON.
    phrases : tuple of Path
        The phrases that it may tell from.
    figures : Path
        Folder for effects and event-NAME, each as .svg, .png, .csv and .md.
    table : Path
        The table of effects (Markdown).
    """
    effects(
        estimates=estimates,
        verdicts=verdicts,
        benchmarks=benchmarks,
        outcomes=outcomes,
        phrases=phrases,
        figures=figures,
        table=table,
    )
    counts = {name: each for name, each in outcomes.items() if isinstance(each, ActivityOutcome)}
    event_studies(estimates=estimates, verdicts=verdicts, outcomes=counts, phrases=phrases, figures=figures)


if __name__ == "__main__":
    command(outcome_figures, given=escaped_plan)
