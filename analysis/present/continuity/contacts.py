"""What was left out of the contacts and what looks wrong about them: a table of counts."""

import re
from dataclasses import dataclass
from typing import Any

from analysis.disclosure import MARK, protected, rounded
from analysis.plan.continuity import ContactRules
from analysis.prepare.contacts.contact_rules import FATES
from analysis.prepare.contacts.contact_words import ABOUT
from analysis.present.continuity.captions import Captions
from analysis.present.look.markdown import Table
from analysis.wording import counted, percentage

NAME = "continuity-contacts"
# What looks wrong, in the order of the table.
CHECKS = (
    "one_clinician_id", "clinician_ids_of_several_practices", "unknown_clinicians", "all_remote", "open_or_close",
    "without_contacts",
)  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """From where on contacts look wrong, as the plan has it."""

    single: str
    gps: str
    unknown: str
    remote: str
    fewest: str
    several: bool


@dataclass(frozen=True)
class Kinds:
    """The roles and the modes whose contacts count."""

    roles: list[str]
    modes: list[str]


def contacts_table(facts: dict[str, Any], rules: ContactRules, words: Captions, *, simulated: bool) -> Table:
    """How many contacts were left out and why, and how many practices look wrong.

    Parameters
    ----------
    facts : dict
        What :mod:`analysis.prepare.continuity.contacts` counted: contacts by fate, and under ``told`` practices by
        check.
    rules : ContactRules
        Which contacts count, and from where on they look wrong.
    words : Captions
        The library of phrases.
    simulated : bool
        Whether the contacts are simulated.
    """
    read = facts.get("read", 0)
    if not read:
        return words.empty(NAME, "tables/no-contacts")
    fates = [fate for fate in FATES if fate != "counted" and facts.get(fate)]
    limits = _limits(rules)
    counts = {key: count for key in CHECKS if (count := _count(facts, key)) is not None}
    checks = {words.say(limits, f"tables/looks/{key}"): count for key, count in counts.items()}
    numbers = [facts[key] for key in ("read", "counted", *fates)]
    columns = {
        "Contacts": ["read", "counted", *(f"left out: {fate}{_named(facts, fate)}" for fate in fates), *checks],
        "Number": [*map(protected, numbers), *map(counted, checks.values())],
        "Share of those read": [*(_share(number, read) for number in numbers), *[""] * len(checks)],
    }
    kinds = Kinds(*([printable(each) for each in kinds] for kinds in (rules.roles, rules.modes)))
    return Table(NAME, words.say(kinds, "tables/contacts"), columns, simulated, (64, 16, 20))


def _named(facts: dict[str, Any], fate: str) -> str:
    """The words of roles or modes that the plan does not count, except those of a few contacts."""
    named = facts.get("words", {}).get(ABOUT.get(fate), [])
    shown = [f"{printable(word)} {_share(count, facts['read'])}" for word, count in named if rounded(count)]
    return f" ({', '.join(shown)})" if shown else ""


def printable(word: str) -> str:
    """A word of the data as the paper may print it, without anything that could be markup."""
    return " ".join(re.sub(r"[^\w /.,()&'+-]|_", " ", word).split()) or "a sign"


def _count(facts: dict[str, Any], key: str) -> int | None:
    value = facts.get("told", {}).get(key)
    return len(value) if isinstance(value, list) else value


def _share(count: int, read: int) -> str:
    """A share in per cent; hidden where the count is."""
    return MARK if rounded(count) is None or rounded(read) is None else percentage(count, read)


def _limits(rules: ContactRules) -> Limits:
    checks = rules.checks
    return Limits(
        single=f"{100 * checks.single_clinician:g}%",
        gps=f"{checks.single_clinician_gps:g}",
        unknown=f"{100 * checks.unknown_share:g}%",
        remote=f"{100 * checks.remote_share:g}%",
        fewest=counted(checks.fewest_contacts),
        several=checks.fewest_contacts > 1,
    )
