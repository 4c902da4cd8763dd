"""What the plan asks for and the data could not give."""

from dataclasses import dataclass

from analysis.estimates import NotEstimated
from analysis.plain_text import escaped
from analysis.present.provenance.context import Context
from analysis.present.provenance.sources import Sources
from analysis.present.templates.reasons import Reasoned, reasoned
from analysis.wording import counted

# Designs whose names in words are not those of the plan; the phrases `design_name` have them.
NAMED = ("difference_in_differences", "staggered")


@dataclass(frozen=True, kw_only=True)
class MissingEstimate:
    """An estimate that could not be made.

    Attributes
    ----------
    label : str
        Of what, in words.
    design : str
        By which design; a code of the phrases `design_name` where it is `named` there.
    named : bool
    which : str
        Which of several: estimator, check, group; empty where there is one.
    reason : Reasoned
        Why.
    """

    label: str
    design: str
    named: bool
    which: str
    reason: Reasoned


@dataclass(frozen=True)
class MissingPage:
    """Everything that could not be estimated."""

    rows: list[MissingEstimate]

    @property
    def one(self) -> bool:
        """Whether it is one estimate."""
        return len(self.rows) == 1

    @property
    def count(self) -> str:
        """How many, in figures."""
        return counted(len(self.rows))


def page(sources: Sources) -> MissingPage | None:
    """What could not be estimated; None where everything could."""
    plans = sources.plan.outcomes | sources.plan.syntheses
    return missing_page(sources.context, {name: each.label for name, each in plans.items()})


def missing_page(context: Context, labels: dict[str, str]) -> MissingPage | None:
    """The page of some rows; `labels` are the outcomes in words, as Markdown."""
    return MissingPage([_missing(context, row, labels) for row in context.unmade]) if context.unmade else None


def _missing(context: Context, row: NotEstimated, labels: dict[str, str]) -> MissingEstimate:
    return MissingEstimate(
        label=labels.get(row.outcome) or escaped(row.outcome.replace("_", " ")),
        design=row.design if row.design in NAMED else row.design.replace("_", " "),
        named=row.design in NAMED,
        which=_which(row),
        reason=reasoned(context, row),
    )


def _which(row: NotEstimated) -> str:
    parts = [row.estimator, "" if row.specification == "primary" else row.specification]
    parts += ["" if row.subgroup == "all" else row.subgroup]
    return ", ".join(part.replace("_", " ") for part in parts if part)
