"""The change in continuity, told in several ways."""

from collections import Counter
from dataclasses import dataclass

from analysis.plan.continuity import LIST_INDICES
from analysis.plan.pilots import ContactOutcome
from analysis.present.continuity.sections.rows import DID, Beside, Rows, Way
from analysis.present.templates.findings import Finding
from analysis.present.templates.reasons import Reasoned

WEIGHTS = ("weighted_by_contacts", "unweighted", "fractional_logit")
BY_GP = ("index_slicc", "index_opr")
# The results whose truth a simulation tells, by the index of the plan.
TRUTHS = {"upc": "usual_provider", "slicc": "registered_gp"}


@dataclass(frozen=True)
class SoMany:
    """How many of some changes have one verdict."""

    number: int
    verdict: str


@dataclass(frozen=True)
class Fall:
    """The change in continuity, told in several ways.

    Attributes
    ----------
    index : str
        The index of the plan.
    of_shares : bool
        Whether it is a share of contacts, so that ten points are one contact in ten.
    truth : list of Beside
    months : Finding or None
        The share of contacts with the usual clinician, followed month by month.
    no_months : Reasoned or None
        Why that is missing.
    others : int
        How many other indices of a patient's contacts were compared.
    moved : list of SoMany
        Of these, how many fell, rose, did not clearly change, or cannot be told.
    registered : list of Way
        The indices of contacts with the GP on whose list a patient is.
    not_registered : Reasoned or None
        Why these are missing.
    weights, survey : list of Way
        By weight and model; as patients tell of it.
    """

    index: str
    of_shares: bool
    truth: list[Beside]
    months: Finding | None
    no_months: Reasoned | None
    others: int
    moved: list[SoMany]
    registered: list[Way]
    not_registered: Reasoned | None
    weights: list[Way]
    survey: list[Way]

    @property
    def alone(self) -> bool:
        """Whether only one other index was compared."""
        return self.others == 1

    @property
    def two(self) -> bool:
        """Whether there were two."""
        return self.others == 2

    @property
    def alike(self) -> bool:
        """Whether all others moved alike."""
        return len(self.moved) == 1


def fall(rows: Rows, outcome: ContactOutcome) -> Fall:
    """What happened to continuity."""
    moved = _others(rows, outcome.index)
    counts = Counter(each.direction.verdict for each in moved)
    truth = TRUTHS.get(outcome.index)
    registered = tuple(name for name in BY_GP if name.removeprefix("index_") in rows.plan.indices)
    return Fall(
        index=outcome.index,
        of_shares=outcome.index in ("upc", *LIST_INDICES),
        truth=rows.beside(truth) if truth else [],
        months=rows.effect("usual_by_month"),
        no_months=rows.why(DID, "usual_by_month"),
        others=len(moved),
        moved=[SoMany(counts[each], each) for each in ("fell", "rose", "unclear", "unknown") if counts[each]],
        registered=rows.ways(registered),
        not_registered=rows.why(DID, "index_slicc"),
        weights=rows.ways(WEIGHTS),
        survey=_survey(rows),
    )


def _others(rows: Rows, own: str) -> list[Finding]:
    names = [index for index in rows.plan.indices if index not in (own, *LIST_INDICES)]
    return [effect for index in names if (effect := rows.effect(f"index_{index}"))]


def _survey(rows: Rows) -> list[Way]:
    """The survey of patients by a model of answers."""
    table, outcomes = rows.sources.context.estimates, rows.sources.plan.outcomes
    table = table[(table["estimator"] == "binomial_logit") & (table["term"] == "effect") & (table["scale"] == "points")]
    labels = {name: each.label for name, each in outcomes.items()}
    return [
        Way("survey", change, labels.get(str(row["outcome"]), str(row["outcome"])))
        for _, row in table.iterrows()
        if (change := rows.as_finding(row))
    ]
