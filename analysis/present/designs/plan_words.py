"""What the plan said beforehand: which outcomes and estimates are primary, and what could not have moved."""

from collections.abc import Sequence

from analysis.estimates import verdict_row
from analysis.plan.sensitivity import Checks
from analysis.present.designs.design_rows import asked
from analysis.present.provenance.context import Context, Outcomes
from analysis.wording import CANNOT, changed, listed, sentence


def primary_statement(outcomes: Outcomes) -> str:
    """Which outcomes and estimates the plan calls primary, and that the others are sensitivity."""
    labels = [each.label for each in outcomes.values() if each.primary]
    others = [each.label for each in outcomes.values() if not each.primary and not getattr(each, "placebo", False)]
    if not labels:
        return (
            "The plan calls no outcome primary, so all stand on one footing, and some would seem to have changed by "
            "chance alone. For each, the difference-in-differences is the estimate that was to be read first; every "
            "other estimate is sensitivity."
        )
    one = len(labels) == 1
    second = f" {sentence(listed(others))} {'is' if len(others) == 1 else 'are'} secondary." if others else ""
    return (
        f"The plan names {'one primary outcome' if one else 'the primary outcomes'} beforehand: {listed(labels)}."
        f"{second} For every outcome the difference-in-differences is the primary estimate, with intervals by cluster. "
        "Every other design, model, group of practices and method of inference in this paper is sensitivity: it can "
        "strengthen a primary finding or take it away, and it is no finding of its own."
    )


def other_ways(outcomes: Outcomes, checks: Checks, methods: Sequence[str]) -> str:
    """What the plan names beside the primary estimate: designs, checks, other ways to tell uncertainty."""
    others = {design for outcome in outcomes.values() for design in asked(outcome)} - {"difference_in_differences"}
    named = ["other designs that make different assumptions"] * bool(others)
    named += ["checks that change one choice at a time"] * bool(checks)
    named += ["other ways to tell the uncertainty of the same estimate"] * bool(methods)
    if not named:
        return "The plan names no other design and no check, so each finding rests on one design alone."
    return (
        f"The plan therefore names {listed(named)}. They are not further chances to find something. Each is set beside "
        "the primary estimate, which alone is read as the finding."
    )


def scope(checks: Checks) -> str:
    """What the section on robustness changes."""
    if not checks:
        other = "this section tells the uncertainty of the same estimates in other ways"
        return f"The plan asks for no other choice, so {other}."
    together = " and then all together" * any(check.kind == "curve" for check in checks.values())
    return f"This section changes the choices, one at a time{together}, for the outcomes that the plan checks."


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
