"""An experiment: does each arm clearly differ from the reference, and do our intervals hold what others published."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.answers import About, Question
from analysis.assess.verdicts.judged import Basis, direction_verdict, judged, value_of
from analysis.assess.verdicts.rules import changes
from analysis.estimates import one
from analysis.plan.experiment import Experiment
from analysis.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd


def experiment_verdicts(basis: Basis) -> Iterator[Verdict]:
    """Every arm beside the reference, the leading one under the other reading of the arms, and published values."""
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
            check = arm if reading == "primary" else f"{arm}/{reading}"
            yield direction_verdict(row, about=About.EXPERIMENT, subject=outcome, check=check)
    for published in [basis.benchmarks[About.EXPERIMENT]] if About.EXPERIMENT in basis.benchmarks else []:
        yield from _published(basis.estimates, plan, published)


def _published(estimates: "pd.DataFrame", plan: Experiment, published: "pd.DataFrame") -> Iterator[Verdict]:
    """Whether our interval of each mean, and of each coefficient of the published model, holds the published one."""
    for value in published.to_dict("records"):
        name, part = str(value["outcome"]), str(value["subgroup"])
        if name in plan.outcomes and value["study"] in plan.beside:
            kind = {"term": "arm_mean", "specification": "primary"}
        elif plan.specification is not None and name == plan.specification.outcome:
            kind = {"term": "coefficient", "specification": "published"}
        else:
            continue
        row = one(estimates, outcome=name, design="experiment", subgroup=part, **kind)
        span = value_of(row, "ci_low"), value_of(row, "ci_high")
        yield judged(
            [row], about=About.EXPERIMENT, subject=name, check=f"{part}/{value['study']}", question=Question.PUBLISHED,
            verdict=changes.holds(span, float(value["value"])), rule="holds",
        )  # fmt: skip
