"""What is the change in continuity worth in admissions? The words, of bounds and never of a point."""

from typing import TYPE_CHECKING

from analysis.present.continuity_shared import Chapter, joined
from analysis.wording import sentence, signed

if TYPE_CHECKING:
    pass

ASSUMED = {
    "list_level_at_most": "if continuity spares admissions, but no more of them than the estimate by list says",
    "patient_level_at_most": "if it spares no more of them than the estimate by patient says",
    "any_sign": "if it may spare admissions or add to them, by as much as either estimate says",
}


def worth_words(chapter: Chapter) -> dict[str, str]:
    """What the change in continuity is worth in admissions, as bounds; empty where the plan does not ask."""
    if chapter.asked.mediation is None:
        return {}
    outcome = chapter.asked.mediation.outcome
    label = chapter.labels.get(outcome, outcome.replace("_", " "))
    parts = [text for name, how in ASSUMED.items() if (text := _bounds(chapter, name, how, label))]
    if not parts:
        reason = chapter.why("mediation", outcome=outcome)
        return {"worth": joined("What the change is worth in admissions could not be bounded.", reason), "total": ""}
    return {"worth": joined(*parts, chapter.beside("mediated", None)), "total": _total(chapter, outcome, label)}


def _bounds(chapter: Chapter, assumption: str, how: str, label: str) -> str:
    assert chapter.asked.mediation is not None
    rows = [
        chapter.row(
            "mediation",
            outcome=chapter.asked.mediation.outcome,
            specification=assumption,
            term=term,
            scale="difference",
        )
        for term in ("bound_low", "bound_high")
    ]
    low, high = rows
    if low is None or high is None:
        return ""
    between = span(
        *(
            (row["estimate"], chapter.cite(f"worth.{assumption}.{row['term']}", f"{abs(row['estimate']):.1f}", row))
            for row in (low, high)
        )
    )
    return f"{sentence(how)}, the change in continuity comes to between {between} {label} per 1,000 patients a year."


def span(low: tuple[float, str], high: tuple[float, str]) -> str:
    """Two bounds in words, each a value and its size as printed, for instance ``0.3 fewer and 1.2 more``."""
    (low_value, low_text), (high_value, high_text) = low, high
    if low_value < 0 and high_value <= 0:
        return f"{high_text} and {low_text} fewer"
    if low_value >= 0:
        return f"{low_text} and {high_text} more"
    return f"{low_text} fewer and {high_text} more"


def _total(chapter: Chapter, outcome: str, label: str) -> str:
    row = chapter.row("mediation", outcome=outcome, term="total", scale="difference")
    if row is None:
        return ""
    size = chapter.cite("worth.total", signed(row["estimate"]), row)
    interval = chapter.cite("worth.total.interval", f"{signed(row['ci_low'])} to {signed(row['ci_high'])}", row)
    clear = row["ci_low"] > 0 or row["ci_high"] < 0
    said = "" if clear else " As it is not clear that there was one at all, no share of it can be told."
    return f"The whole change in {label} was {size} per 1,000 patients a year (interval {interval}).{said}"


def worth_point(chapter: Chapter) -> str:
    """The bounds under the first assumption that gives any."""
    told = worth_words(chapter)["worth"]
    return told.split(". ")[0].removesuffix(".") + "."
