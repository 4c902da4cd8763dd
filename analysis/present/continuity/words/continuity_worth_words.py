"""What is the change in continuity worth in admissions? The words, of bounds and never of a point."""

from typing import TYPE_CHECKING, Any

from analysis.present.continuity.words.continuity_shared import Chapter, joined
from analysis.wording import in_words, sentence, signed

if TYPE_CHECKING:
    import pandas as pd

# What is told first, by assumption; one on a list level that was not corrected is told only where no other is.
ASSUMED = {
    "list_level_corrected_at_most": (
        "if continuity does between nothing and what the estimate from the same GP's other patients says, corrected for"
        " chance"
    ),
    "patient_level_at_most": "if it does between nothing and what the estimate from patients' own contacts says",
    "any_sign": (
        "if it may spare admissions or add to them, as far as the interval of the first of these estimates goes"
    ),
}
# What others found in place of our own estimates.
PUBLISHED = {
    "published_list_level_at_most": "if it does between nothing and what others found by list",
    "published_patient_level_at_most": "if it does between nothing and what others found by patients' own contacts",
}
UNCORRECTED = {
    "list_level_at_most": (
        "if continuity does between nothing and what the estimate from the same GP's other patients says"
    ),
}


def worth_words(chapter: Chapter) -> dict[str, str]:
    """What the change in continuity is worth in admissions, as bounds; empty where the plan does not ask."""
    if chapter.asked.mediation is None:
        return {}
    outcome = chapter.asked.mediation.outcome
    parts = _told(chapter)
    if not parts:
        reason = chapter.why("mediation", outcome=outcome)
        return {"worth": joined("What the change is worth in admissions could not be bounded.", reason), "total": ""}
    return {"worth": joined(*parts, _truth(chapter)), "total": _total(chapter, outcome)}


def _truth(chapter: Chapter) -> str:
    """What was planted, and under how many of the assumptions it lies within the limits."""
    planted = chapter.truth("mediated")
    limits = [_limits(chapter, name) for name in ASSUMED]
    known = [limit for limit in limits if limit]
    if planted is None or not known:
        return ""
    within = sum(low <= planted <= high for low, high in known)
    of = f"{in_words(within)} of the {in_words(len(known))} assumptions" if within < len(known) else "each assumption"
    told = chapter.beside("mediated", None, about=" for what runs through continuity").removesuffix(".")
    return f"{told} of these admissions. Allowing for chance, it lies within the bounds under {of}."


def _limits(chapter: Chapter, assumption: str) -> tuple[float, float] | None:
    """The limits of the bounds under an assumption, in per cent."""
    low, high = _rows(chapter, assumption, "ratio")
    return None if low is None or high is None else (100 * (low["ci_low"] - 1), 100 * (high["ci_high"] - 1))


def _rows(chapter: Chapter, assumption: str, scale: str) -> "tuple[pd.Series[Any] | None, pd.Series[Any] | None]":
    assert chapter.asked.mediation is not None
    low, high = (
        chapter.row(
            "mediation", outcome=chapter.asked.mediation.outcome, specification=assumption, term=term, scale=scale
        )
        for term in ("bound_low", "bound_high")
    )
    return low, high


def _told(chapter: Chapter) -> list[str]:
    """A sentence for each assumption under which there are bounds."""
    found = {name: _bounds(chapter, name) for name in ASSUMED | UNCORRECTED | PUBLISHED}
    made = {name: bounds for name, bounds in found.items() if bounds}
    told = [name for name in made if not (name in UNCORRECTED and next(iter(ASSUMED)) in made)]
    each = f"{_label(chapter)} per 1,000 patients a year"
    return [_sentence(name, *made[name], each if name == told[0] else "") for name in told]


def _sentence(assumption: str, between: str, chance: str, each: str) -> str:
    """The bounds under one assumption; what they count is said with the first."""
    how = sentence((ASSUMED | UNCORRECTED | PUBLISHED)[assumption])
    said = f"the change in continuity comes to between {between} {each}" if each else f"it is between {between}"
    return f"{how}, {said} (allowing for chance, between {chance})."


def _label(chapter: Chapter) -> str:
    assert chapter.asked.mediation is not None
    outcome = chapter.asked.mediation.outcome
    return chapter.labels.get(outcome, outcome.replace("_", " "))


def _bounds(chapter: Chapter, assumption: str) -> tuple[str, str] | None:
    """The bounds under one assumption, and how far chance may move them."""
    low, high = _rows(chapter, assumption, "difference")
    if low is None or high is None:
        return None
    return (
        _between(chapter, f"worth.{assumption}", low, high, ("estimate", "estimate")),
        _between(chapter, f"worth.{assumption}.limit", low, high, ("ci_low", "ci_high")),
    )


def _between(
    chapter: Chapter, key: str, low: "pd.Series[Any]", high: "pd.Series[Any]", columns: tuple[str, str]
) -> str:
    ends = [
        (round(float(row[column]), 2), chapter.cite(f"{key}.{end}", amount(float(row[column])), row))
        for end, row, column in zip(("low", "high"), (low, high), columns, strict=True)
    ]
    return span(ends[0], ends[1])


def amount(events: float) -> str:
    """A number of admissions without its sign; what rounds to nought is ``none``."""
    return f"{abs(events):.2f}" if round(events, 2) else "none"


def span(low: tuple[float, str], high: tuple[float, str]) -> str:
    """Two bounds in words, each a value and its size as printed, for instance ``0.3 fewer and 1.2 more``."""
    (low_value, low_text), (high_value, high_text) = low, high
    if low_value < 0 and high_value <= 0:
        return f"{high_text} and {low_text} fewer"
    if low_value >= 0:
        return f"{low_text} and {high_text} more"
    return f"{low_text} fewer and {high_text} more"


def _total(chapter: Chapter, outcome: str) -> str:
    row = chapter.row("mediation", outcome=outcome, term="total", scale="difference")
    if row is None:
        return ""
    whole, *ends = (signed(row[column], decimals=2) for column in ("estimate", "ci_low", "ci_high"))
    size = chapter.cite("worth.total", whole, row)
    interval = chapter.cite("worth.total.interval", " to ".join(ends), row)
    before = chapter.cite("worth.before", f"{row['baseline']:.1f}", row) if row["baseline"] > 0 else ""
    of = f" In pilot practices there were {before} before the start." if before else ""
    clear = row["ci_low"] > 0 or row["ci_high"] < 0
    said = "" if clear else " As it is not clear that there was one at all, no share of it can be told."
    change = f"The whole change in {_label(chapter)} was {size} per 1,000 patients a year (interval {interval})."
    return f"{change}{said}{of}"


def worth_point(chapter: Chapter) -> str:
    """The bounds under the first assumption that gives any."""
    return next(iter(_told(chapter)), "What the change is worth in admissions could not be bounded.")
