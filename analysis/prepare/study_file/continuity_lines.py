"""The part of a new study file that asks about continuity of care, as far as the data can answer."""

from collections.abc import Iterable, Mapping

from analysis.months import month_number, month_text
from analysis.plan.continuity import PATIENT_INDICES
from analysis.prepare.study_file.guess import Guess
from analysis.prepare.study_file.study_lines import line

# Stays in hospital, from which admissions of persons are counted.
STAYS = {"spells", "episodes"}
MONTHS = 24


def continuity_lines(guess: Guess, outcomes: Mapping[str, tuple[str, str]]) -> list[str]:
    """The block ``continuity``; nothing where the data have no contacts.

    Parameters
    ----------
    guess : Guess
        What the data seem to hold.
    outcomes : mapping
        By the outcome's name, its series and its kind.
    """
    names = {series: name for name, (series, _) in outcomes.items()}
    if "upc" not in names:
        return []
    return [
        line("continuity:", "what is asked of continuity: whether it fell, for whom, in which practices"),
        line(f"  outcome: {names['upc']}", "the outcome of contacts that the chapter is about"),
        *_missing(guess),
        *_admissions(guess, names),
        "",
    ]


def _missing(guess: Guess) -> Iterable[str]:
    """What is not asked where nobody's registration is known."""
    if "registrations" in guess.tables:
        return
    yield "  # MISSING: the table registrations; without it nobody's age, deprivation, conditions or GP is known"
    yield line(f"  indices: [{', '.join(PATIENT_INDICES)}]", "the indices that need no registered GP")
    yield line("  gaps: null", "who has less continuity: not asked")


def _admissions(guess: Guess, names: Mapping[str, str]) -> Iterable[str]:
    """Admissions by continuity, where it is known who is registered and who was admitted."""
    if "registrations" not in guess.tables or not STAYS & set(guess.tables):
        return
    measure = "acsc" if "acsc" in names else "emergency"
    yield line("  admissions:", "whether patients who keep seeing one clinician have fewer admissions")
    months = f"    months: {{first: {_latest(guess)}, last: {guess.last}}}" if guess.last else "    # months: {}"
    yield line(months, "when contacts and admissions are counted: decide it now")
    yield line(f"    measure: {measure}", "the admissions: acsc or emergency")
    if measure in names:
        what = "how much of a change in it could run through continuity"
        yield line(f"  mediation: {{outcome: {names[measure]}}}", what)


def _latest(guess: Guess) -> str:
    """The first of the last two years, or of all months where there are fewer."""
    return max(month_text(month_number(guess.last) + 1 - MONTHS), guess.first)
