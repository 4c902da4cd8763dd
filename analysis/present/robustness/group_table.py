"""Who gained and who did not: the effect by group, beside the test that the groups differ."""

from typing import TYPE_CHECKING

from analysis.assess.verdicts.checks import check_rows
from analysis.estimates import one, pick
from analysis.plan.sensitivity import Checks
from analysis.present.look.markdown import Table, dashed, size
from analysis.present.provenance.context import Outcomes
from analysis.present.robustness.checks import compared_groups, named
from analysis.wording import listed, p_value, sentence

if TYPE_CHECKING:
    import pandas as pd


def group_table(estimates: "pd.DataFrame", outcomes: Outcomes, checks: Checks) -> Table:
    """A row per group and one per test, a column per outcome that is checked."""
    import pandas as pd

    asked = grouped(checks)
    names = [name for name in outcomes if any(name in check.outcomes for check in asked.values())]
    lines: list[tuple[str, ...]] = []
    for key, check in asked.items():
        rows = pd.concat([check_rows(estimates, name, key) for name in names if name in check.outcomes])
        groups = _groups(rows)
        lines.append((f"*{sentence(check.label)}*", *[""] * len(names)))
        lines += [(named(each), *(_effect(rows, name, each) for name in names)) for each in groups]
        lines.append(("test that they differ", *(_test(rows, name) for name in names)))
    heads = ("Group", *(sentence(outcomes[name].label) for name in names))
    columns = {head: [line[place] for line in lines] for place, head in enumerate(heads)}
    caption = (
        "The effect by group of practices, as change in per cent with interval. Groups of a number run from the lowest "
        "values (first) to the highest. A group in fewer than three sites has no interval."
        f"{dashed(columns, 'nothing was estimated')}"
    )
    widths = (28, *[72 // len(names)] * len(names))
    simulated = bool(estimates.loc[estimates["outcome"].isin(names), "simulated"].any())
    return Table("groups", caption, columns, simulated, widths)


def grouped(checks: Checks) -> Checks:
    """The checks that ask who benefits."""
    return {name: check for name, check in checks.items() if check.kind == "heterogeneity"}


def _groups(rows: "pd.DataFrame") -> list[str]:
    """The groups with an estimate, numbers in their order."""
    found = set(pick(rows, term="effect")["subgroup"]) - {"all"}
    return sorted(found, key=lambda each: (int(each) if each.isdigit() else 0, each))


def _effect(rows: "pd.DataFrame", name: str, group: str) -> str:
    row = one(rows, outcome=name, term="effect", subgroup=group)
    return "–" if row is None else size(row).replace("%", "")


def _test(rows: "pd.DataFrame", name: str) -> str:
    own, row = pick(rows, outcome=name), one(rows, outcome=name, term="interaction")
    if pick(own, term="effect").empty:
        return "–"
    if row is None or row["p_value"] != row["p_value"]:
        return "cannot be told"
    some = compared_groups(own)
    return f"{p_value(row['p_value'])}{f' ({listed(some)})' * bool(some)}"
