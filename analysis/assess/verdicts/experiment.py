"""An experiment: does each arm clearly differ from the reference."""

from collections.abc import Iterator

from analysis.answers import About, Question
from analysis.assess.verdicts.judged import Basis, interval, judged
from analysis.assess.verdicts.rules import changes
from analysis.estimates import one
from analysis.verdicts import Verdict


def experiment_verdicts(basis: Basis) -> Iterator[Verdict]:
    """Every arm beside the reference, and the leading one under the other reading of the arm column."""
    plan = basis.plan.experiment
    if plan is None:
        return
    for outcome in plan.outcomes:
        arms = [(arm, "primary") for arm in plan.arms if arm != plan.reference]
        for arm, reading in [*arms, *[(plan.headline, "other_reading")] * (plan.other_reading is not None)]:
            row = one(
                basis.estimates, outcome=outcome, design="experiment", term="arm_effect", subgroup=arm,
                specification=reading,
            )  # fmt: skip
            yield judged(
                [row], about=About.EXPERIMENT, subject=outcome,
                check=arm if reading == "primary" else f"{arm}/{reading}", question=Question.DIRECTION,
                verdict=changes.direction(*interval(row)), rule="direction",
            )  # fmt: skip
