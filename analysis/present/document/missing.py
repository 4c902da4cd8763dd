"""What the plan asks for and the data could not give."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.estimates import NotEstimated
from analysis.plain_text import escaped, escaped_reason
from analysis.present.provenance.sources import Sources
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
    reason : str
        Why, a sentence.
    """

    label: str
    design: str
    named: bool
    which: str
    reason: str


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
    return missing_page(sources.context.unmade, {name: each.label for name, each in plans.items()})


def missing_page(unmade: Sequence[NotEstimated], labels: dict[str, str]) -> MissingPage | None:
    """The page of some rows; `labels` are the outcomes in words, as Markdown."""
    return MissingPage([_missing(row, labels) for row in unmade]) if unmade else None


def _missing(row: NotEstimated, labels: dict[str, str]) -> MissingEstimate:
    return MissingEstimate(
        label=labels.get(row.outcome) or escaped(row.outcome.replace("_", " ")),
        design=row.design if row.design in NAMED else row.design.replace("_", " "),
        named=row.design in NAMED,
        which=_which(row),
        reason=escaped_reason(row.reason),
    )


def _which(row: NotEstimated) -> str:
    parts = [row.estimator, "" if row.specification == "primary" else row.specification]
    parts += ["" if row.subgroup == "all" else row.subgroup]
    return ", ".join(part.replace("_", " ") for part in parts if part)
