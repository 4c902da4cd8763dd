"""What outcomes show that the pilots are not expected to move."""

from analysis.estimates import verdict_row
from analysis.present.provenance.context import Context, Outcomes
from analysis.wording import CANNOT, changed


def placebo_words(context: Context, outcomes: Outcomes) -> str:
    """What outcomes show that the pilots are not expected to move; empty where the plan has none."""
    said = [
        _placebo(context, name, outcome.label)
        for name, outcome in outcomes.items()
        if getattr(outcome, "placebo", False)
    ]
    return " ".join(said)


def _placebo(context: Context, name: str, label: str) -> str:
    row = verdict_row(context.estimates, name, "difference_in_differences")
    start = f"The pilots are not expected to move {label} (a placebo outcome), so a change in them would be a warning."
    if row is None:
        return f"{start} They were not estimated."
    told = changed(row)
    size = context.cite(f"placebo.{name}.change", told.signed(), row)
    interval = context.cite(f"placebo.{name}.interval", told.interval(), row)
    if not told.known:
        return f"{start} {CANNOT} there is one ({size}; {interval})."
    if told.clear:
        return (
            f"{start} A change is clear ({size}; interval {interval}): something other than the pilots moved the two "
            "groups apart, and it may have moved the other outcomes too."
        )
    return f"{start} No such change is clear ({size}; interval {interval})."
