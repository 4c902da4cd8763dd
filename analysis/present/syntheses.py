"""The words of one synthesis: what the published evaluations say together."""

from typing import TYPE_CHECKING, Any

from analysis.estimates import pick, verdict_row
from analysis.present.address import Origin
from analysis.present.context import Context
from analysis.present.not_estimated_words import why
from analysis.study import Synthesis
from analysis.wording import changed, counted, in_words, listed

if TYPE_CHECKING:
    import pandas as pd


def synthesis_words(context: Context, name: str, synthesis: Synthesis) -> dict[str, str]:
    """Everything the paper says of one synthesis, by key."""
    pooled = verdict_row(context.estimates, name, "synthesis")
    studies = pick(context.estimates, outcome=name, design="synthesis", term="study")
    words = {
        "label": synthesis.label,
        "counts": _counts(context, name, studies),
        "reasons": _reasons(context, name, studies, synthesis.leave_out),
    }
    if pooled is None:
        together = int((studies["specification"] == "in_synthesis").sum())
        few = f"only {in_words(together)} {'gives' if together == 1 else 'give'} an interval"
        found = f"cannot be pooled: {_reason(context, name) or few}"
        whole = f"The published evaluations of {synthesis.label} {found}."
        return words | {
            "found": found, "together": whole, "heterogeneity": "With nothing pooled, there is no spread to measure."
        }  # fmt: skip
    told = _pooled(context, name, synthesis, pooled)
    return words | told | {"together": f"Taken together, the published evaluations {told['found']}."}


def _reason(context: Context, name: str) -> str:
    """Why estimates were not pooled that are enough to be, in a clause; empty where they are too few."""
    reason = why(context.unmade, name, "synthesis").removeprefix("Not estimated: ").removesuffix(".")
    return f"{reason[:1].lower()}{reason[1:]}"


def _pooled(context: Context, name: str, synthesis: Synthesis, row: "pd.Series[Any]") -> dict[str, str]:
    told = changed(row)
    change = context.cite(f"synthesis.{name}.pooled", told.signed(), row)
    interval = context.cite(f"synthesis.{name}.interval", told.interval(), row)
    size = context.cite(f"synthesis.{name}.size", told.size(), row)
    more = "more" if told.estimate > 0 else "fewer"
    point = f"point to {size} {more} {synthesis.label}"
    known = "leaves out" if told.clear else "includes"
    found = f"{point}, {'and' if told.clear else 'but'} the interval ({interval}) {known} no change"
    return {"pooled": change, "interval": interval, "found": found, "heterogeneity": _spread(context, name)}


def _spread(context: Context, name: str) -> str:
    row = context.row(outcome=name, design="synthesis", term="i2")
    assert row is not None
    share = context.cite(f"synthesis.{name}.i2", f"{100 * row['estimate']:.0f}%", row)
    verdict = "so one average hides real differences" if row["estimate"] >= 0.5 else "so they agree fairly well"
    return f"Of the variation between them, {share} is more than chance would give, {verdict}."


def _reasons(context: Context, name: str, studies: "pd.DataFrame", leave_out: dict[str, str]) -> str:
    """Which controlled estimates are left out, and why."""
    reasons = []
    for row in pick(studies, specification="left_out").to_dict("records"):
        id = row["horizon"]
        origin = Origin(f"evaluations.csv: {id}", "analysis.prepare.evidence", context.data(row["data_digest"]))
        population = context.book.cite(f"synthesis.{name}.{id}", row["population"], origin)
        reasons.append(f"{population} ({leave_out[id].removesuffix('.')})")
    return listed(reasons)


def _counts(context: Context, name: str, studies: "pd.DataFrame") -> str:
    count = studies["specification"].value_counts()
    data = context.data(studies["data_digest"].iloc[0]) if len(studies) else "published-evidence"
    origin = Origin(f"estimates.csv: {name.replace('_', ' ')}, study", "analysis.estimate.synthesis", data)

    def cite(key: str, number: int) -> str:
        return context.book.cite(f"synthesis.{name}.{key}", counted(number), origin)

    pooled, bare, left = (int(count.get(each, 0)) for each in ("in_synthesis", "no_interval", "left_out"))
    controlled = int(len(studies) - count.get("uncontrolled", 0))
    return (
        f"The register holds {cite('estimates', controlled)} controlled estimates: {cite('pooled_count', pooled)} with "
        f"an interval, {cite('no_interval', bare)} without one, and {cite('left_out', left)} left out for a stated "
        "reason."
    )
