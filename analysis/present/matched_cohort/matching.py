"""Who was matched, and how alike the two groups are, as templates are told it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.answers import About, Question
from analysis.assess.verdicts.matched_cohort import DESIGN, disclosed
from analysis.disclosure import protected
from analysis.present.provenance.address import STAYS, Origin
from analysis.present.provenance.sources import Sources
from analysis.present.templates.values import Printed, Value
from analysis.steps import read_json
from analysis.tables import Lineage, read_table
from analysis.verdicts import Verdict

if TYPE_CHECKING:
    import pandas as pd

STEP = "analysis.estimate.matched_cohort.matching"


@dataclass(frozen=True, kw_only=True)
class Flow:
    """How many persons there were at each step, as may be told.

    Attributes
    ----------
    cases, cases_followed, cases_matched, controls_matched, candidates_at_risk : Printed
    nearly_all : bool
        Whether as many were followed as there were, but for a few that rounding hides.
    simulated : bool
        Whether these persons are simulated.
    """

    cases: Printed
    cases_followed: Printed
    cases_matched: Printed
    controls_matched: Printed
    candidates_at_risk: Printed
    nearly_all: bool
    simulated: bool


@dataclass(frozen=True, kw_only=True)
class Largest:
    """The largest standardised difference, without its sign, and of what it is."""

    size: Value
    characteristic: str


@dataclass(frozen=True, kw_only=True)
class Balance:
    """How alike the groups are: the largest difference before and after matching, and whether all are small."""

    before: Largest
    after: Largest
    means: Verdict
    variances: Verdict


def flow(numbers: Path, lineage: Lineage) -> Flow:
    """The counts of the matching.

    Parameters
    ----------
    numbers : Path
        What the matching counted (JSON), of which rounded and hidden counts are made here.
    lineage : Lineage
        The data behind them.
    """
    counts = read_json(numbers)
    origin = Origin(f"matched.json, {STAYS}", STEP, _data(lineage))
    keys = ("cases", "cases_followed", "cases_matched", "controls_matched", "candidates_at_risk")
    texts = {key: protected(counts[key]) for key in keys}
    return Flow(
        **{key: Printed(text, f"cohort.{key}", origin) for key, text in texts.items()},
        # Rounded counts that are the same may differ by a few people.
        nearly_all=texts["cases"] == texts["cases_followed"] and texts["cases"][:1].isdigit(),
        simulated=lineage.simulated,
    )


def balance(sources: Sources, table: Path) -> Balance | None:
    """How alike the groups are; None where too few persons stand behind them to tell it."""
    rows, lineage = read_table(table)
    rows = disclosed(rows)
    if rows.empty:
        return None
    stages = {str(stage): _largest(str(stage), part, lineage) for stage, part in rows.groupby("stage")}
    means, variances = (
        sources.verdicts.of(DESIGN, question, about=About.DESIGN) for question in (Question.BALANCE, Question.VARIANCES)
    )
    return Balance(before=stages["before"], after=stages["after"], means=means, variances=variances)


def _largest(stage: str, rows: "pd.DataFrame", lineage: Lineage) -> Largest:
    row: pd.Series[Any] = rows.iloc[int(rows["standardised_difference"].abs().to_numpy().argmax())]
    origin = Origin("figures/cohort-balance.csv", STEP, _data(lineage))
    size = Value(abs(float(row["standardised_difference"])), f"cohort.balance.{stage}", origin)
    return Largest(size=size, characteristic=str(row["characteristic"]))


def _data(lineage: Lineage) -> str:
    return ", ".join(f"{each.id}{' (simulated)' * (each.kind == 'simulated')}" for each in lineage.sources)
