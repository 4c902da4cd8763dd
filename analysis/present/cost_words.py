"""What the changes in activity cost, in words and as a table."""

from typing import TYPE_CHECKING, Any

from analysis.estimates import NET_COST, one, pick
from analysis.present.context import Context

if TYPE_CHECKING:
    import pandas as pd


def cost_words(context: Context, *, planned: bool) -> dict[str, str]:
    """What the paper says of costs; that there are none is said too."""
    row = one(pick(context.estimates, term="cost", specification="primary"), outcome=NET_COST)
    if row is None:
        why = "Costs are in the plan and could not be worked out." if planned else "Costs are not analysed at all."
        return {"net": why, "limit": why}
    amount = context.cite("costs.net", f"£{abs(row['estimate']):,.0f}", row)
    interval = context.cite("costs.interval", pounds(row["ci_low"]) + " to " + pounds(row["ci_high"]), row)
    year = context.cite("costs.year", str(row["horizon"]), row)
    net = (
        f"Taken together, the changes {_verdict(row)}: the estimate is {amount} {_more(row)} per 1,000 patients a year "
        f"(interval {interval}), at the unit costs of {year}."
    )
    limit = (
        "Costs are those of hospital activity at national unit costs: what the pilots themselves cost, and what fell "
        "on general practice and social care, is not in them."
    )
    return {"net": net, "limit": limit}


def _more(row: "pd.Series[Any]") -> str:
    return "more" if row["estimate"] > 0 else "less"


def _verdict(row: "pd.Series[Any]") -> str:
    if row["ci_low"] > 0:
        return "cost money"
    return "saved money" if row["ci_high"] < 0 else "neither clearly cost nor clearly saved money"


def pounds(value: float) -> str:
    """Pounds with a sign, without pence."""
    sign = "" if round(value) == 0 else "+" if value > 0 else "\N{MINUS SIGN}"
    return f"{sign}£{abs(value):,.0f}"
