"""Did continuity change, or who has contacts: the effect with other weights, and at equal numbers of contacts.

An index of one patient's contacts falls as contacts rise, whatever clinicians do: the chance of having seen somebody
else grows. Where pilots change how often patients are seen, the plain effect mixes that with a change of continuity.
Adjusted for the number of contacts the mixture is gone; but the pilots may have changed that number, and then to hold
it constant compares patients whom the pilots sorted differently (a bad control: Angrist & Pischke 2009, Mostly Harmless
Econometrics, 3.2.3). Neither is right by itself, so both are told, and beside them whether the number changed.

Weights say whom an effect is about. The plan's own weights a practice by its patients, so each patient counts once.
Weighted by contacts each contact counts once, so those who come often count most; of the Usual Provider of Care that is
the share of all contacts that were with the patient's usual clinician. Unweighted, each practice counts once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from analysis.estimate.continuity.continuity import DESIGN, ESTIMATOR, share_effect, share_labels
from analysis.estimate.models import weighted_fixed_effects
from analysis.estimates import Estimate, Row, attempt
from analysis.plan.continuity import INDICES, PATIENT_INDICES, ContactRules, Continuity
from analysis.reason_codes import ReasonCode
from analysis.reasons import NotEstimable

if TYPE_CHECKING:
    import pandas as pd

CONTACTS_DESIGN = "contacts_per_patient"
POISSON: Final = "poisson_fixed_effects"
# ASSUME: from so many contacts in a window on, how many more there are hardly moves an index; they share one indicator.
MOST = 24
# The table of patients has one row per practice, patient and window. Means are rounded to 12 digits, so that the order
# in which threads add up does not show.
CELLS = """
SELECT practice_id, wave, contacts, count(*) AS responses, {value} AS value
FROM read_parquet({path}) WHERE contacts >= {fewest} GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True)
class Subject:
    """Whose continuity is estimated.

    Attributes
    ----------
    name, index, population : str
        The outcome in the study, its index, and whom it is about.
    confidence : float
        Confidence level of the intervals.
    """

    name: str
    index: str
    population: str
    confidence: float

    def effect(self, rows: "pd.DataFrame", covariates: "pd.DataFrame | None" = None, time: str = "wave") -> Estimate:
        """The effect on it as these rows tell it."""
        return share_effect(rows, self.name, self.confidence, self.population, covariates=covariates, time=time)

    def attempted(
        self, specification: str, make: Callable[[], Estimate], subgroup: str = "all", **labels: str
    ) -> list[Row]:
        """The row that `make` returns, under its name; where it meets a problem, one row that tells it."""
        usual = {"outcome": self.name, "design": DESIGN, "estimator": ESTIMATOR}
        named = usual | labels | {"specification": specification, "subgroup": subgroup}
        return attempt(lambda: [replace(make(), specification=specification, subgroup=subgroup)], **named)


def contact_cells(patients: Path, panel: "pd.DataFrame", index: str, fewest: int, beside: Path) -> "pd.DataFrame":
    """How many patients of each practice had how many contacts in each window, and their mean index.

    Parameters
    ----------
    patients : Path
        Indices by patient, practice and window, which may be larger than memory.
    panel : DataFrame
        The practices and windows that count, with their groups.
    index : str
        The index; one of a whole list has no mean over patients, and is missing.
    fewest : int
        Patients with fewer contacts are left out.
    beside : Path
        Where DuckDB may spill.

    Returns
    -------
    DataFrame
        practice_id, wave, contacts (their number), responses (patients), value, cluster_id, pilot, after.
    """
    from analysis.prepare.events.events import engine
    from analysis.prepare.events.sql import mean, quoted

    value = mean(index) if index in PATIENT_INDICES else "NULL::DOUBLE"
    with engine(beside) as (connection, _):
        cells = connection.execute(CELLS.format(path=quoted(str(patients)), value=value, fewest=fewest)).df()
    groups = panel[["practice_id", "wave", *weighted_fixed_effects.GROUPS]].drop_duplicates()
    return cells.merge(groups, on=["practice_id", "wave"], validate="many_to_one")


def composition(cells: "pd.DataFrame", plan: Continuity, rules: ContactRules, subject: Subject) -> list[Row]:
    """The effect with other weights, at equal numbers of contacts, and with other minima of contacts.

    Parameters
    ----------
    cells : DataFrame
        What :func:`contact_cells` returns.
    plan : Continuity
        Where strata of contacts begin.
    rules : ContactRules
        How many contacts a patient needs, and what other minima are shown.
    subject : Subject
        The outcome.
    """
    if subject.index not in PATIENT_INDICES:
        return subject.attempted("adjusted_for_contacts", partial(_refuse, subject))
    counted = cells[cells["contacts"] >= rules.fewest]
    parts = contact_strata(counted, plan.contacts, rules.fewest)
    rows = [
        *subject.attempted(
            "weighted_by_contacts", lambda: subject.effect(weighted_fixed_effects.pooled(by_contact(counted)))
        ),
        *subject.attempted("adjusted_for_contacts", partial(adjusted_for_contacts, counted, subject)),
        *subject.attempted("same_contacts", partial(same_contacts, parts, subject)),
    ]
    for name, part in parts.items():
        rows += subject.attempted("by_contacts", partial(subject.effect, part), name)
    for fewest in (each for each in rules.fewest_shown if each != rules.fewest):
        rows += subject.attempted(f"fewest_{fewest}", partial(_at_least, cells, fewest, subject))
    return rows


def by_contact(cells: "pd.DataFrame") -> "pd.DataFrame":
    """The cells with each contact, and no longer each patient, counted once."""
    return cells.assign(responses=cells["responses"] * cells["contacts"])


def contact_strata(cells: "pd.DataFrame", begins: Sequence[int], fewest: int) -> "dict[str, pd.DataFrame]":
    """Practices and windows by stratum of contacts, under the strata's names, for instance `2 to 3 contacts`."""
    starts = [fewest, *(each for each in begins if each > fewest)]
    ends = [*(each - 1 for each in starts[1:]), None]
    return {
        stratum(start, end): weighted_fixed_effects.pooled(cells[cells["contacts"].between(start, end or float("inf"))])
        for start, end in zip(starts, ends, strict=True)
    }


def stratum(start: int, end: int | None) -> str:
    """What a stratum of contacts is called; without an end it is open."""
    if end is None:
        return f"{start} contacts or more"
    return f"{start} contacts" if start == end else f"{start} to {end} contacts"


def adjusted_for_contacts(cells: "pd.DataFrame", subject: Subject) -> Estimate:
    """The effect across patients, with an indicator of each number of contacts held constant.

    The cells stand for their patients: least squares of the patients themselves, on the same terms, has the same
    coefficients and the same clustered errors (see :mod:`analysis.estimate.models.weighted_fixed_effects`).
    """
    import pandas as pd

    number = cells["contacts"].clip(upper=MOST).astype(int)
    # One number is left out because the practice effects already tell the level.
    row = subject.effect(cells, pd.get_dummies(number, dtype=float).iloc[:, 1:])
    return replace(row, n_obs=int(cells["responses"].sum()))


def same_contacts(parts: "dict[str, pd.DataFrame]", subject: Subject) -> Estimate:
    """The effects in strata of contacts, averaged with the pilots' patients before the start as weights.

    Each stratum has practice and window effects of its own, so the estimate is standardised to one mix of contacts.
    """
    import pandas as pd

    before = {name: float(rows.loc[rows["pilot"] & ~rows["after"], "responses"].sum()) for name, rows in parts.items()}
    # ASSUME: the pilots' mix of contacts before the start is taken as known.
    mix = {name: patients / sum(before.values()) for name, patients in before.items() if patients}
    if not mix:
        raise weighted_fixed_effects.nobody()
    fitted = {name: weighted_fixed_effects.fit(parts[name], weighted_fixed_effects.after(parts[name])) for name in mix}
    labels = share_labels(pd.concat([parts[name] for name in mix]), subject.name, subject.population)
    return weighted_fixed_effects.in_points(
        weighted_fixed_effects.averaged(fitted, mix), 0, subject.confidence, **labels
    )


def contacts_per_patient(cells: "pd.DataFrame", rules: ContactRules, subject: Subject) -> list[Row]:
    """Whether the pilots changed the mean number of contacts of those who are counted: a ratio.

    A Poisson model of contacts with practice and window effects. Where it says that they did, the plain effect on
    continuity is partly one of composition.
    """
    counted = cells[cells["contacts"] >= rules.fewest]
    # ASSUME: patients with fewer contacts than are counted are in no index, so they are not in this mean either.
    make = partial(_contacts_ratio, weighted_fixed_effects.pooled(counted.assign(value=counted["contacts"])), subject)
    return subject.attempted("primary", make, design=CONTACTS_DESIGN, estimator=POISSON)


def _contacts_ratio(rows: "pd.DataFrame", subject: Subject) -> Estimate:
    from analysis.estimate.models.effect import Rates, estimates_of
    from analysis.estimate.models.models import fitted

    model = fitted(POISSON, weighted_fixed_effects.share_panel(rows, weighted_fixed_effects.after(rows)))
    labels = share_labels(rows, subject.name, subject.population) | {"design": CONTACTS_DESIGN, "estimator": POISSON}
    before = labels.pop("baseline") / weighted_fixed_effects.POINTS
    return estimates_of(model, 0, Rates(before), subject.confidence, **labels)[0]


def _at_least(cells: "pd.DataFrame", fewest: int, subject: Subject) -> Estimate:
    return subject.effect(weighted_fixed_effects.pooled(cells[cells["contacts"] >= fewest]))


def _refuse(subject: Subject) -> Estimate:
    raise NotEstimable(
        ReasonCode.INDEX_OF_NO_PATIENT,
        "ask for an index of patients, such as upc, as the outcome",
        index=INDICES[subject.index],
    )
