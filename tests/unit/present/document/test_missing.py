"""The annex of what could not be estimated names each estimate with its reason, and is empty where all were made."""

import pandas as pd

from analysis.estimates import NotEstimated
from analysis.present.document.missing import missing_page
from analysis.present.provenance.address import Book
from analysis.present.provenance.context import Context
from tests.unit.present.phrases import section

LABELS = {"a": "outcome A"}


def told(*rows: NotEstimated) -> str:
    return section(
        "document/not-estimated", {"missing": missing_page(Context(pd.DataFrame(), {}, 0.95, Book(), rows), LABELS)}
    )


def test_each_estimate_that_is_missing_has_its_line_and_its_reason() -> None:
    first = NotEstimated(
        outcome="a",
        design="difference_in_differences",
        reason="size_column_missing",
        reason_values='{"column":"`x` | y_of_*z*"}',
    )
    other = NotEstimated(
        outcome="not_planned", design="synthetic_control", estimator="synthetic_did", specification="half_early",
        subgroup="S1", reason="one_site",
    )  # fmt: skip
    text = told(first, other)
    assert "2 estimates of the plan could not be made. @tbl-not-estimated says which and why." in text
    why = r"The practices have no \`x\` \| y\_of\_\*z\*, so continuity cannot be set against it."
    assert f"| Outcome A | Difference-in-differences | – | {why} |" in text
    assert "| Not planned | Synthetic control | Synthetic did, half early, S1 | There is one site only," in text


def test_one_is_told_in_the_singular() -> None:
    assert "One estimate of the plan could not be made." in told(
        NotEstimated(outcome="a", design="staggered", reason="one_cluster")
    )


def test_nothing_missing_leaves_no_trace() -> None:
    assert told() == ""
