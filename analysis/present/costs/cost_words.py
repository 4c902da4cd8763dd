"""What the changes in activity cost, in words and as a table."""

from math import floor, log10
from typing import TYPE_CHECKING, Any

from analysis.estimates import NET_COST, one, pick
from analysis.present.provenance.context import Context

if TYPE_CHECKING:
    import pandas as pd


LEFT_OUT = "what the pilots themselves cost is not in it"


def cost_words(context: Context, *, planned: bool) -> dict[str, str]:
    """What the paper says of costs; that there are none is said too."""
    rows = net_rows(context)
    if not rows:
        why = "Costs are in the plan and could not be worked out." if planned else "Costs are not analysed at all."
        return {"net": why, "limit": why}
    year = context.cite("costs.year", str(rows[0]["horizon"]), rows[0])
    ends = span(context, "net", rows)
    net = (
        f"Taken together, the changes in activity {verdict(rows)} of {year}: {ends}, per 1,000 patients a "
        f"year{mix(rows)}; {LEFT_OUT}."
    )
    limit = (
        "Costs are those of hospital activity at national unit costs: what the pilots themselves cost, and what fell "
        "on general practice and social care, is not in them."
    )
    return {"net": net, "limit": limit}


def net_rows(context: Context) -> "list[pd.Series[Any]]":
    """The net cost under the plan's prices and under each alternative, from the lowest; empty where there is none."""
    rows = pick(context.estimates, outcome=NET_COST, term="cost")
    if one(rows, specification="primary") is None:
        return []
    return [row for _, row in rows.sort_values("estimate", kind="stable").iterrows()]


def priced(row: "pd.Series[Any]") -> str:
    """At what prices a row of costs is."""
    name = str(row["specification"])
    return "at the plan's prices" if name == "primary" else f"with {name.replace('_', ' ')}"


def span(context: Context, key: str, rows: "list[pd.Series[Any]]") -> str:
    """Both ends of the net cost over what is not known of prices, each with its interval."""

    def told(row: "pd.Series[Any]", place: str) -> str:
        amount = context.cite(f"costs.{key}{place}", size(row), row)
        ends = interval_text(row)
        interval = context.cite(f"costs.{key}{place}.interval", ends, row)
        return (
            f"{amount} {'more' if row['estimate'] > 0 else 'less'} {priced(row)} ({context.level} interval {interval})"
        )

    if len(rows) == 1:
        return told(rows[0], "").replace(" at the plan's prices", "")
    return f"from {told(rows[0], '.low')} to {told(rows[-1], '.high')}"


def verdict(rows: "list[pd.Series[Any]]") -> str:
    """What is clear of the net cost, whatever is not known of prices."""
    less, more = (all(each) for each in zip(*((row["ci_high"] < 0, row["ci_low"] > 0) for row in rows), strict=True))
    if less or more:
        return f"come to hospital care worth {'less' if less else 'more'} at national unit costs"
    if any(row["ci_high"] < 0 or row["ci_low"] > 0 for row in rows):
        return "come to less or more as prices are taken, which the data do not settle, at national unit costs"
    return "come to hospital care worth neither clearly more nor clearly less at national unit costs"


def mix(rows: "list[pd.Series[Any]]") -> str:
    """That the truth may lie between the plan's prices and others, where there are others."""
    return " (which prices hold, or what mix of them, these data do not say)" if len(rows) > 1 else ""


def pounds(value: float, unit: int = 1) -> str:
    """Pounds with a sign, rounded to so many pounds."""
    rounded = unit * round(value / unit)
    sign = "" if rounded == 0 else "+" if value > 0 else "\N{MINUS SIGN}"
    return f"{sign}£{abs(rounded):,.0f}"


def amount_text(row: "pd.Series[Any]") -> str:
    """What a row of costs comes to, with a sign, as exactly as its interval bears."""
    return pounds(row["estimate"], borne(row))


def size(row: "pd.Series[Any]") -> str:
    """The same without sign."""
    return amount_text(row).lstrip("+\N{MINUS SIGN}")


def interval_text(row: "pd.Series[Any]") -> str:
    """The interval of a row of costs, as exactly as it bears."""
    return f"{pounds(row['ci_low'], borne(row))} to {pounds(row['ci_high'], borne(row))}"


def borne(row: "pd.Series[Any]") -> int:
    """To how many pounds a row is rounded: two digits of half its interval, finer where an end would become nought."""
    ends = [float(row[key]) for key in ("ci_low", "ci_high", "estimate")]
    half = (ends[1] - ends[0]) / 2
    unit = 10 ** max(0, floor(log10(half)) - 1) if half >= 1 else 1
    while unit > 1 and any(round(each) and not round(each / unit) for each in ends):
        unit //= 10
    return unit
