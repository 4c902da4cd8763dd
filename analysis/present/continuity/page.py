"""What sections on continuity are told from."""

from dataclasses import dataclass

from analysis.plan.continuity import ContactRules, Continuity
from analysis.plan.pilots import ContactOutcome
from analysis.prepare.contacts.contact_words import comparable_word
from analysis.present.continuity.contacts import printable
from analysis.present.continuity.sections.admissions import Admissions, admissions
from analysis.present.continuity.sections.composition import Composition, composition
from analysis.present.continuity.sections.contacts import Contacts, contacts
from analysis.present.continuity.sections.fall import Fall, fall
from analysis.present.continuity.sections.gaps import Gaps, gaps
from analysis.present.continuity.sections.rows import Rows
from analysis.present.continuity.sections.size import Size, size
from analysis.present.continuity.sections.worth import Worth, worth
from analysis.present.outcomes.page import OutcomePage, outcome_page
from analysis.present.provenance.sources import Sources

# Words of the data that a reader is told in other words, as they are compared.
ROLES = ("gp", "nurse", "pharmacist")
MODES = ("facetoface", "telephone", "online", "home")


@dataclass(frozen=True)
class Counted:
    """Which contacts count, by the plan.

    Attributes
    ----------
    roles, modes : list of Kind
        Whom they are with, and how they take place.
    window_months, fewest : int
        Months of a window, and contacts that a patient needs in one.
    each : bool
        Whether several contacts with one clinician on one day count each.
    """

    roles: "list[Kind]"
    modes: "list[Kind]"
    window_months: int
    fewest: int
    each: bool


@dataclass(frozen=True)
class Kind:
    """A role or a mode: its code where a reader is told it in other words, and the word of the plan."""

    code: str
    word: str


@dataclass(frozen=True)
class ContinuityPage:
    """What sections on continuity are told from; a part that the plan does not ask about is None.

    Attributes
    ----------
    asked : Continuity
        What is asked of it.
    outcome : OutcomePage
        The index, as an outcome of the study.
    rules : Counted
        Which contacts count.
    indices : list of str
        The indices that the chapter tells, the main one first.
    fall, composition, gaps, size, admissions, worth, contacts
        What each section is told from.
    """

    asked: Continuity
    outcome: OutcomePage
    rules: Counted
    indices: list[str]
    fall: Fall
    composition: Composition
    gaps: Gaps | None
    size: Size | None
    admissions: Admissions | None
    worth: Worth | None
    contacts: Contacts


def page(sources: Sources) -> ContinuityPage | None:
    """Everything that the chapter on continuity tells; None where the study asks nothing of it."""
    import pandas as pd

    plan, place = sources.plan.continuity, sources.file("continuity", "benchmarks.csv")
    if plan is None or place is None:
        return None
    rows, outcome = Rows(sources, plan, pd.read_csv(place)), sources.plan.outcomes[plan.outcome]
    assert isinstance(outcome, ContactOutcome)
    return ContinuityPage(
        asked=plan,
        outcome=outcome_page(sources, plan.outcome),
        rules=counted_contacts(sources.plan.contacts),
        indices=list(dict.fromkeys(("upc", outcome.index, *plan.indices))),
        fall=fall(rows, outcome),
        composition=composition(rows),
        gaps=gaps(rows),
        size=size(rows),
        admissions=admissions(rows),
        worth=worth(rows),
        contacts=contacts(rows),
    )


def counted_contacts(rules: ContactRules) -> Counted:
    """Which contacts count, as a reader is told it."""
    return Counted(
        roles=[_kind(role, ROLES) for role in rules.roles],
        modes=[_kind(mode, MODES) for mode in rules.modes],
        window_months=rules.window_months,
        fewest=rules.fewest,
        each=rules.same_day == "each",
    )


def _kind(word: str, known: tuple[str, ...]) -> Kind:
    return Kind(comparable_word(word) if comparable_word(word) in known else "", printable(word))
