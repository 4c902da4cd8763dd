"""An experiment, as templates are told it: what each arm used, and how that agrees with what was published."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.plan.experiment import Experiment
from analysis.present.experiment.agreement import Agreement, Model, agreements, mean_text, model
from analysis.present.provenance.sources import Sources
from analysis.present.templates.findings import Finding, finding
from analysis.present.templates.values import Names, Printed, Row

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class ArmFinding:
    """One arm against the reference arm.

    Attributes
    ----------
    arm, reference, label : str
        The two arms and the outcome, in words.
    finding : Finding or None
        The change; None where it could not be estimated.
    """

    arm: str
    reference: str
    label: str
    finding: Finding | None


@dataclass(frozen=True, kw_only=True)
class OtherReading:
    """The leading arm where values in doubt are counted under another one: how many, which arm, and the finding."""

    values: int
    arm: str
    found: ArmFinding


@dataclass(frozen=True, kw_only=True)
class OutcomeFindings:
    """One outcome of the experiment.

    Attributes
    ----------
    label : str
    reference : str
        The reference arm, in words.
    mean : Printed or None
        Of that arm, per person and year.
    arms : tuple of ArmFinding
        In the order of the plan.
    leading : ArmFinding
        The arm whose result leads the paper.
    beside : tuple of Agreement
        How far published means lie from ours.
    otherwise : OtherReading or None
    """

    label: str
    reference: str
    mean: Printed | None
    arms: tuple[ArmFinding, ...]
    leading: ArmFinding
    beside: tuple[Agreement, ...]
    otherwise: OtherReading | None


@dataclass(frozen=True, kw_only=True)
class ExperimentPage:
    """The experiment: a row that counts its persons and their years, its outcomes by name, the published model.

    What could not be estimated is None.
    """

    persons: Row | None
    outcomes: Names[OutcomeFindings]
    model: Model | None


def page(sources: Sources) -> ExperimentPage | None:
    """What there is to tell; None where the study has no experiment."""
    import pandas as pd

    plan = sources.plan.experiment
    if plan is None:
        return None
    published = pd.concat([pd.read_csv(path) for path in sources.files["arms"]])
    # The model of any outcome is of all persons.
    means = [_mean(sources, plan, name) for name in plan.outcomes]
    counted = [Row(sources.context, row) for row in means if row is not None]
    return ExperimentPage(
        persons=counted[0] if counted else None,
        outcomes=Names({name: _outcome(sources, plan, name, published) for name in plan.outcomes}),
        model=model(sources, plan, published),
    )


def _mean(sources: Sources, plan: Experiment, name: str) -> "pd.Series[Any] | None":
    return sources.context.row(
        design="experiment", outcome=name, term="arm_mean", subgroup=plan.reference, specification="primary"
    )  # fmt: skip


def _outcome(sources: Sources, plan: Experiment, name: str, published: "pd.DataFrame") -> OutcomeFindings:
    row, key = _mean(sources, plan, name), f"experiment.{name}.{plan.reference}.mean"
    mean = None if row is None else Printed(mean_text(row["estimate"]), key, sources.context.origin(row))
    return OutcomeFindings(
        label=plan.outcomes[name].label,
        reference=plan.arms[plan.reference].label,
        mean=mean,
        arms=tuple(_arm_finding(sources, plan, name, arm) for arm in plan.arms if arm != plan.reference),
        leading=_arm_finding(sources, plan, name, plan.headline),
        beside=tuple(agreements(sources, plan, name, published)),
        otherwise=_otherwise(sources, plan, name),
    )


def _arm_finding(sources: Sources, plan: Experiment, name: str, arm: str, reading: str = "primary") -> ArmFinding:
    row = sources.context.row(
        design="experiment", outcome=name, term="arm_effect", subgroup=arm, specification=reading
    )  # fmt: skip
    return ArmFinding(
        arm=plan.arms[arm].label,
        reference=plan.arms[plan.reference].label,
        label=plan.outcomes[name].label,
        finding=finding(sources, row),
    )


def _otherwise(sources: Sources, plan: Experiment, name: str) -> OtherReading | None:
    """What the leading arm comes to under the other reading of the arm column; None where there is none."""
    if plan.other_reading is None:
        return None
    return OtherReading(
        values=len(plan.other_reading.values),
        arm=plan.arms[plan.other_reading.arm].label,
        found=_arm_finding(sources, plan, name, plan.headline, "other_reading"),
    )
