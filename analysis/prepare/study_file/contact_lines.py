"""The part of a new study file that says which contacts count: each rule, and words as the data have them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from analysis.closest import bare
from analysis.plan.continuity import ContactChecks, ContactRules
from analysis.prepare.contacts.contact_words import comparable_word
from analysis.prepare.study_file.guess import Guess
from analysis.prepare.study_file.study_lines import line
from analysis.wording import percentage

# By word of the usual rules: other words, without capitals, spaces and signs, that mean the same beyond doubt.
ROLES = {"gp": "gp generalpractitioner gppartner salariedgp gpsalaried gpprincipal generalmedicalpractitioner"}
MODES = {
    "face_to_face": "facetoface f2f inperson faceface",
    "telephone": "telephone tel phone telephonecall telephoneconsultation",
    "online": "online video videoonline onlinevideo videocall videoconsultation onlineconsultation",
    "home": "home homevisit",
}
REMOTE = ("telephone", "online")
ALSO = 8
RULES = {
    "fewest": "contacts in a window that a patient needs to be counted: decide it now",
    "fewest_shown": "minima beside it, of which the paper shows what each drops",
    "window_months": "months of one window, counted from the first pilot's start",
    "same_day": "each or once: contacts of one day with one clinician; SECON takes a day's in the order of their ids",
    "unknown": "clinician ids, or words in them, that name nobody; these contacts are left out and counted",
}
CHECKS = {
    "single_clinician": "share of a window's contacts from which one id is taken to stand for the practice",
    "single_clinician_gps": "in a practice with as many full-time GPs or more",
    "single_clinician_contacts": "and with as many contacts or more",
    "unknown_share": "share of a window's contacts with nobody named from which a practice is told",
    "remote_share": "share of a window's contacts by telephone or online from which a practice is told",
    "remote": "modes in which nobody is met",
    "counted_share": "share of contacts that has to count, or the run stops",
    "fewest_contacts": "contacts in a window below which a practice is told to have none",
}


def contact_lines(guess: Guess) -> list[str]:
    """The block ``contacts`` of ``pilots``; nothing where the data have no contacts.

    Roles and modes are those of the data whose words are well known; where none is, the usual ones, to be corrected.
    """
    if "contacts" not in guess.tables:
        return []
    rules = ContactRules()
    modes = guess.words.get("mode", {})
    remote = {comparable_word(word) for word in rules.checks.remote}
    beside = [
        word for each in REMOTE for word in words_meaning(modes, MODES[each]) if comparable_word(word) not in remote
    ]
    checks = rules.checks.model_copy(update={"remote": (*rules.checks.remote, *beside)})
    return [
        line("  contacts:", "which contacts count towards continuity: the rules as they are, unless you change them"),
        *_counted("role", guess.words.get("role", {}), ROLES, rules.roles),
        *_counted("mode", modes, MODES, rules.modes),
        *_values("    ", rules, RULES),
        line("    checks:", "from where on contacts look wrong, so that the paper says so"),
        *_values("      ", checks, CHECKS),
    ]


def words_meaning(present: Iterable[str], meaning: str) -> list[str]:
    """The words that mean a thing, one of each way of writing it."""
    words = {comparable_word(word): word for word in present if bare(word) in meaning.split() and word.isprintable()}
    return list(words.values())


def _counted(
    column: str, present: Mapping[str, float], meanings: Mapping[str, str], usual: Sequence[str]
) -> Iterable[str]:  # fmt: skip
    """The words that count, and as a comment those that the data have beside them."""
    counting = [word for meaning in meanings.values() for word in words_meaning(present, meaning)]
    named = {comparable_word(word) for word in counting or usual}
    others = [
        f"{json.dumps(word, ensure_ascii=False)} ({percentage(present[word], 1)})" for word in present
        if comparable_word(word) not in named and word.isprintable()
    ]  # fmt: skip
    if present and not counting:
        yield f"    # MISSING: no well-known {column}; write here those words of the data that count"
    what = f"SUGGESTED, please check: the {column}s that count" if counting else f"the {column}s that count"
    yield line(f"    {column}s: {_flow(counting or usual)}", what)
    if others:
        more = f" and {len(others) - ALSO} more" if len(others) > ALSO else ""
        yield f"    # Not counted: {', '.join(others[:ALSO])}{more}"


def _values(indent: str, values: ContactRules | ContactChecks, meanings: Mapping[str, str]) -> list[str]:
    return [line(f"{indent}{name}: {_flow(getattr(values, name))}", what) for name, what in meanings.items()]


def _flow(value: Any) -> str:
    """A value as YAML writes it in one line."""
    return json.dumps(list(value) if isinstance(value, list | tuple) else value, ensure_ascii=False)
