"""The words that stand where a result would stand that could not be estimated."""

from collections.abc import Sequence

from analysis.estimates import NotEstimated
from analysis.wording import sentence


def why(rows: Sequence[NotEstimated], outcome: str, design: str) -> str:
    """Why the plan's own estimate of an outcome by a design is missing, a sentence; empty where it is not."""
    found = [row.reason for row in rows if (row.outcome, row.design) == (outcome, design)]
    return f"Not estimated: {found[0]}" if found else ""


def missing_words(label: str, reason: str, benchmarks: str, activity: bool) -> dict[str, str]:
    """What the paper says of an outcome whose primary estimate is missing, by the keys of an outcome that has one."""
    told = {
        "label": label, "change": "not estimated", "interval": "not estimated", "size": "not estimated",
        "found": "could not be estimated", "baseline": reason, "beside": benchmarks,
        "matters": "Whether a change that would matter took place, these data cannot tell.",
        "headline": f"{sentence(label)} could not be estimated.", "waves": "", "once": "",
    }  # fmt: skip
    return told | ({"events": "", "pretrend": ""} if activity else {})
