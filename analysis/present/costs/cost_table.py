"""What the changes in activity cost, as a table."""

from typing import TYPE_CHECKING

from analysis.estimates import NET_COST, one, pick
from analysis.present.costs.amounts import amount_text, interval_text
from analysis.present.look.markdown import Table
from analysis.present.provenance.context import Outcomes
from analysis.wording import sentence

if TYPE_CHECKING:
    import pandas as pd


def cost_table(estimates: "pd.DataFrame", outcomes: Outcomes) -> Table:
    """Cost of each change and of all together, in pounds per 1,000 patients a year."""
    rows = pick(estimates, term="cost", specification="primary")
    names = {name: sentence(outcome.label) for name, outcome in outcomes.items()} | {NET_COST: "**Net**"}
    made = [(label, row) for name, label in names.items() if (row := one(rows, outcome=name)) is not None]
    others = pick(estimates, outcome=NET_COST, term="cost")
    others = others[others["specification"] != "primary"]
    made += [(f"Net, with {str(row['specification']).replace('_', ' ')}", row) for _, row in others.iterrows()]
    columns = {
        "Change in": [label for label, _ in made] or ["Not estimated"],
        "Pounds per 1,000 patients a year": [amount_text(row) for _, row in made] or ["–"],
        "Interval": [interval_text(row) for _, row in made] or ["–"],
    }
    year = f" at the unit costs of {rows['horizon'].iloc[0]}" if len(rows) else ""
    caption = (
        f"What the changes in activity cost{year}; more than nought is dearer. The intervals hold the uncertainty of "
        "the changes and of the unit costs. Amounts are rounded as their intervals bear, so rows need not add "
        "up to the last digit. What the pilots themselves cost is not in it."
    )
    return Table("costs", caption, columns, bool(rows["simulated"].any()), (40, 32, 28))
