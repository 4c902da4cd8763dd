"""The annex of what could not be estimated names each estimate with its reason, and is empty where all were made."""

from analysis.estimates import NotEstimated
from analysis.present.document.missing import missing_page
from tests.unit.present.phrases import section

LABELS = {"a": "outcome A"}


def told(*rows: NotEstimated) -> str:
    return section("document/not-estimated", {"missing": missing_page(rows, LABELS)})


def test_each_estimate_that_is_missing_has_its_line_and_its_reason() -> None:
    first = NotEstimated(outcome="a", design="difference_in_differences", reason="The `x` | y column has _none_.")
    other = NotEstimated(
        outcome="not_planned", design="synthetic_control", estimator="synthetic_did", specification="half_early",
        subgroup="S1", reason="Too few areas.",
    )  # fmt: skip
    text = told(first, other)
    assert "2 estimates of the plan could not be made. @tbl-not-estimated says which and why." in text
    assert r"| Outcome A | Difference-in-differences | – | The `x` \| y column has \_none\_. |" in text
    assert "| Not planned | Synthetic control | Synthetic did, half early, S1 | Too few areas. |" in text


def test_one_is_told_in_the_singular() -> None:
    assert "One estimate of the plan could not be made." in told(
        NotEstimated(outcome="a", design="staggered", reason="Too few sites.")
    )


def test_nothing_missing_leaves_no_trace() -> None:
    assert told() == ""
