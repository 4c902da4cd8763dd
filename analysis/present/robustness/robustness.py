"""Would it survive a sceptic? The specification curves, the tables of checks and of uncertainty.

``python -m analysis.present.robustness.robustness --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from analysis.estimates import pick, read_estimates
from analysis.plain_text import escaped_plan
from analysis.plan.pilots import ActivityOutcome
from analysis.plan.sensitivity import Checks
from analysis.present.inference.inference_table import inference_table
from analysis.present.look.markdown import Table
from analysis.present.provenance.address import slug
from analysis.present.provenance.context import Outcomes
from analysis.present.robustness.check_lines import lines
from analysis.present.robustness.curve import curve
from analysis.present.robustness.group_table import group_table, grouped
from analysis.present.verdict import Line, check_rows, primary_change
from analysis.steps import AsJson, command, write_text

if TYPE_CHECKING:
    import pandas as pd


def robustness(
    *,
    estimates: Path,
    outcomes: Outcomes,
    checks: Annotated[Checks, AsJson],
    methods: tuple[str, ...],
    figures: Path,
    tables: Path,
) -> None:
    """Draw the specification curves and tabulate checks and uncertainty.

    Parameters
    ----------
    estimates : Path
        The table of estimates.
    outcomes : dict
        The plans of the outcomes by name, as JSON.
    checks : dict
        The checks by name, each with the outcomes that it checks, as JSON.
    methods : tuple of str
        The other ways to tell uncertainty, as JSON.
    figures : Path
        Folder for curve-OUTCOME.svg, .png, .csv and .md where the plan has a curve.
    tables : Path
        Folder for sensitivity-OUTCOME.md, groups.md where the plan asks who benefits, and inference.md where it has
        methods.
    """
    table = read_estimates(estimates)
    for name in checked(checks):
        write_text(tables / f"sensitivity-{slug(name)}.md", sensitivity_table(table, name, outcomes, checks).markdown())
    for name, key in curves(checks).items():
        curve(check_rows(table, name, key), name, outcomes[name].label, figures)
    if grouped(checks):
        write_text(tables / "groups.md", group_table(table, activity(outcomes), checks).markdown())
    if methods:
        primary = {name: each for name, each in outcomes.items() if each.primary} or outcomes
        write_text(tables / "inference.md", inference_table(table, primary).markdown())


def activity(outcomes: Outcomes) -> Outcomes:
    """The outcomes that are counts, which checks are made of."""
    return {name: each for name, each in outcomes.items() if isinstance(each, ActivityOutcome)}


def checked(checks: Checks) -> list[str]:
    """The outcomes that are checked, each once, in the order of the plan."""
    return list(dict.fromkeys(name for check in checks.values() for name in check.outcomes))


def curves(checks: Checks) -> dict[str, str]:
    """By outcome, the first check that tries every combination."""
    first: dict[str, str] = {}
    for key, check in checks.items():
        if check.kind == "curve":
            first = dict.fromkeys(check.outcomes, key) | first
    return first


def sensitivity_table(estimates: "pd.DataFrame", name: str, outcomes: Outcomes, checks: Checks) -> Table:
    """The checks of one outcome, a line each."""
    label, primary = outcomes[name].label, primary_change(estimates, name)
    made = [] if primary is None else check_lines(estimates, name, checks)
    first = (
        Line("The plan's own estimate", "not estimated", "There is nothing to check.")
        if primary is None
        else Line("The plan's own estimate", f"{primary.signed()} ({primary.interval()})", "This is what is checked.")
    )
    columns = {
        "What was changed": [line.changed for line in (first, *made)],
        "Estimate": [line.estimate for line in (first, *made)],
        "What it means": [line.meaning for line in (first, *made)],
    }
    caption = f"Would the finding on {label} survive a sceptic? One line for each check of the plan."
    simulated = bool(pick(estimates, outcome=name)["simulated"].any())
    return Table(f"sensitivity-{slug(name)}", caption, columns, simulated, (33, 25, 42))


def check_lines(estimates: "pd.DataFrame", name: str, checks: Checks) -> list[Line]:
    """The lines of every check of one outcome."""
    primary = primary_change(estimates, name)
    if primary is None:
        return []
    asked = {key: check for key, check in checks.items() if name in check.outcomes}
    return [line for key, check in asked.items() for line in lines(estimates, name, primary, key, check)]


if __name__ == "__main__":
    command(robustness, given=escaped_plan)
