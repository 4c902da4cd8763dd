"""What was left out of the contacts and what looks wrong about them: a table of counts."""

import re
from typing import Any

from analysis.disclosure import MARK, protected, rounded
from analysis.plan.continuity import ContactRules
from analysis.prepare.continuity.contact_rules import FATES
from analysis.prepare.continuity.contact_words import ABOUT
from analysis.present.continuity.ways import empty_table
from analysis.present.look.markdown import Table
from analysis.wording import counted, listed, percentage

NAME = "continuity-contacts"


def contacts_table(facts: dict[str, Any], rules: ContactRules, simulated: bool) -> Table:
    """How many contacts were left out and why, and how many practices look wrong.

    Parameters
    ----------
    facts : dict
        What :mod:`analysis.prepare.continuity.contacts` counted: contacts by fate, and under ``told`` practices by
        check.
    rules : ContactRules
        Which contacts count, and from where on they look wrong.
    simulated : bool
        Whether the contacts are simulated.
    """
    read = facts.get("read", 0)
    if not read:
        return empty_table(NAME, "The data hold no contacts, so nothing could be left out.")
    fates = [fate for fate in FATES if fate != "counted" and facts.get(fate)]
    checks = {words: count for key, words in _checks(rules).items() if (count := _found(facts, key)) is not None}
    numbers = [facts[key] for key in ("read", "counted", *fates)]
    columns = {
        "Contacts": ["read", "counted", *(f"left out: {fate}{_named(facts, fate)}" for fate in fates), *checks],
        "Number": [*map(protected, numbers), *map(counted, checks.values())],
        "Share of those read": [*(_share(number, read) for number in numbers), *[""] * len(checks)],
    }
    return Table(NAME, _caption(rules), columns, simulated, (64, 16, 20))


def _named(facts: dict[str, Any], fate: str) -> str:
    """The words of roles or modes that the plan does not count, except those of a few contacts."""
    found = facts.get("words", {}).get(ABOUT.get(fate), [])
    shown = [f"{printable(word)} {_share(count, facts['read'])}" for word, count in found if rounded(count)]
    return f" ({', '.join(shown)})" if shown else ""


def printable(word: str) -> str:
    """A word of the data as the paper may print it, without anything that could be markup."""
    return " ".join(re.sub(r"[^\w /.,()&'+-]|_", " ", word).split()) or "a sign"


def _found(facts: dict[str, Any], key: str) -> int | None:
    value = facts.get("told", {}).get(key)
    return len(value) if isinstance(value, list) else value


def _share(count: int, read: int) -> str:
    """A share in per cent; hidden where the count is."""
    return MARK if rounded(count) is None or rounded(read) is None else percentage(count, read)


def _checks(rules: ContactRules) -> dict[str, str]:
    """What looks wrong, with the limit of the plan from which it does."""
    checks = rules.checks
    return {
        "one_clinician_id": (
            f"practices with {100 * checks.single_clinician:g}% of a window's contacts or more under one clinician id, "
            f"and more than {checks.single_clinician_gps:g} full-time GPs"
        ),
        "clinician_ids_of_several_practices": "clinician ids that stand in several practices",
        "unknown_clinicians": (
            f"practices with nobody named in {100 * checks.unknown_share:g}% of a window's contacts or more"
        ),
        "all_remote": (
            f"practices with {100 * checks.remote_share:g}% of a window's contacts or more in modes where nobody is met"
        ),
        "open_or_close": (
            "practices without contacts until some month, or from some month on, which are left out of the windows in "
            "which they are not there throughout"
        ),
        "without_contacts": (
            f"practices with fewer than {counted(checks.fewest_contacts)} contacts that count in some window"
            if checks.fewest_contacts > 1
            else "practices without any contact that counts in some window"
        ),
    }


def _caption(rules: ContactRules) -> str:
    roles, modes = (listed([printable(each) for each in kinds]) for kinds in (rules.roles, rules.modes))
    return (
        "What was left out of the contacts, and what looks wrong about them. Counted are contacts with the role "
        f"{roles} and the mode {modes}. A contact is left out for the first reason that applies; beside other "
        "roles and modes stand the most frequent words of the data with their share of the contacts read. Counts of "
        "contacts are rounded to the nearest five and hidden up to seven; counts of practices are exact."
    )
