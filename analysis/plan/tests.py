"""The five tests: what is read to judge them."""

from typing import Literal

from pydantic import Field

from analysis.plan.terms import Name, Plan, Text

Test = Literal["T1", "T2", "T3", "T4", "T5"]


class Indicator(Plan):
    """One estimate that speaks to a test."""

    outcome: Name = Field(description="An outcome of this study, or a synthesis.")
    design: Literal["difference_in_differences", "synthesis"] = Field(description="The design whose estimate is read.")
    rule: Literal["improves", "no_worse"] = Field(
        description="With m the smallest change that matters: 'improves' asks for a gain of at least m, 'no_worse' for "
        "no loss of m or more."
    )
    because: Text = Field(description="Why this indicator speaks to the test, one sentence.")


class FiveTest(Plan):
    """One of the five tests, with what is read to judge it."""

    title: Text = Field(description="Short title.")
    requirement: Literal["should", "must_not"] = Field(description="Whether the test asks or forbids.")
    statement: Text = Field(description="The test in our words.")
    indicators: tuple[Indicator, ...] = Field(default=(), description="The estimates that are read.")
    gap: Text = Field(description="What the data cannot say about this test, one sentence.")
