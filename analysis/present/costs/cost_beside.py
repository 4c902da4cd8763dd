"""What the net cost is made of, what it would be at other prices, and what others published of costs."""

from typing import TYPE_CHECKING, Any

from analysis.estimates import NET_COST, pick
from analysis.present.costs.cost_words import (
    LEFT_OUT,
    amount_text,
    interval_text,
    mix,
    net_rows,
    pounds,
    size,
    span,
    verdict,
)
from analysis.present.provenance.address import Origin
from analysis.present.provenance.context import Context
from analysis.wording import change, listed, sentence

if TYPE_CHECKING:
    import pandas as pd

SECOND_HAND = "; reported second-hand"


def cost_beside(context: Context, benchmarks: "pd.DataFrame") -> dict[str, str]:
    """The pattern, the alternatives, the published costs and the headline, each empty where there is nothing to say.

    Parameters
    ----------
    context : Context
        The table of estimates and the book of numbers.
    benchmarks : DataFrame
        Truth and published values; those of the outcome `net_cost` are costs.
    """
    published = pick(benchmarks, outcome=NET_COST)
    said = [_published(context, row) for _, row in published.iterrows()]
    return {
        "pattern": _pattern(context),
        "otherwise": _otherwise(context),
        "beside": f"Published beside it: {'; '.join(said)}." if said else "",
        "headline": _headline(context),
    }


def _row(context: Context, outcome: str) -> "pd.Series[Any] | None":
    return context.row(outcome=outcome, term="cost", specification="primary")


def _pattern(context: Context) -> str:
    """What elective and emergency admissions come to, and whether it is the pattern of the first evaluation."""
    elective, emergency = _row(context, "elective_admissions"), _row(context, "emergency_admissions")
    if elective is None or emergency is None:
        return ""
    if not (elective["estimate"] < 0 < emergency["estimate"]):
        return (
            "The pattern that the first national evaluation told of, fewer elective and more emergency admissions, "
            "is not seen here."
        )
    less = context.cite("costs.elective", size(elective), elective)
    more = context.cite("costs.emergency", size(emergency), emergency)
    clear = {"fewer elective admissions": elective["ci_high"] < 0, "more emergency admissions": emergency["ci_low"] > 0}
    unclear = [what for what, sure in clear.items() if not sure]
    told = (
        f"At the plan's unit costs the change in elective admissions comes to {less} less per 1,000 patients a year "
        f"and that in emergency admissions to {more} more."
    )
    pattern = "the pattern that the first national evaluation told of, fewer elective and more emergency admissions"
    if unclear:
        return f"{told} It is not clear that there were {listed(unclear)}, so {pattern}, is not shown."
    return f"{told} That is {pattern}."


def _otherwise(context: Context) -> str:
    """The net cost at the plan's other prices."""
    rows = pick(context.estimates, outcome=NET_COST, term="cost")
    told = []
    for _, row in rows[rows["specification"] != "primary"].iterrows():
        name = row["specification"]
        amount = context.cite(f"costs.{name}.net", amount_text(row), row)
        interval = context.cite(f"costs.{name}.interval", interval_text(row), row)
        told.append(f"{sentence(name.replace('_', ' '))}, the net would be {amount} (interval {interval}).")
    return f"With {' With '.join(_lower(each) for each in told)}" if told else ""


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _published(context: Context, row: "pd.Series[Any]") -> str:
    value = float(row["value"])
    told = change("ratio", value, value, value).signed() if row["scale"] == "ratio" else pounds(value)
    origin = Origin(
        f"evaluations.csv: evidence_id={row['evidence_id']}",
        "analysis.prepare.evidence.benchmarks",
        "published-evidence",
    )
    text = context.book.cite(f"costs.published.{row['evidence_id']}", told, origin)
    sure = {"yes": ", significant", "no": ", not significant"}.get(row["significant"], "")
    second_hand = SECOND_HAND if row["certainty"] == "F-2nd" else ""
    return f"{text} of {row['detail']}{sure} ({row['programme']}{second_hand})"


def _headline(context: Context) -> str:
    """The net cost in a sentence that can stand alone, over what is not known of prices."""
    rows = net_rows(context)
    if not rows:
        return "What the changes in activity cost could not be worked out."
    where = "In the simulated pilots, the changes" if rows[0]["simulated"] else "The changes"
    ends = span(context, "headline", rows)
    return f"{where} in activity {verdict(rows)}: {ends}, per 1,000 patients a year{mix(rows)}; {LEFT_OUT}."
