"""The words of role and mode: how they are compared, and which of them the data have and the study does not count.

Data write one thing in many ways, ``Face-to-face`` or ``face_to_face``. Words are alike where they differ in capitals
and in what separates their parts only. What is still another word is left out and told, with its share of the contacts.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from analysis.plan.continuity import ContactRules
from analysis.prepare.contract.faults import Fault
from analysis.prepare.events.events import event_select
from analysis.prepare.events.sql import in_list, quoted
from analysis.steps import Paths, Problem
from analysis.wording import percentage

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# By column, its words from the most to the least frequent with the number of contacts.
Words = dict[str, list[tuple[str, int]]]
SEPARATORS = " -_"
# By fate: the column whose word it is about.
ABOUT = {"of other roles": "role", "of other modes": "mode"}
NAMED = 5
# A cell that holds a text in place of a word is about a person, so no more of it is shown.
LONGEST = 40
LEFT_OUT = f"""
SELECT fate, left(word, {LONGEST}) AS shown, sum(n)::BIGINT AS contacts FROM tally WHERE word IS NOT NULL
GROUP BY fate, shown QUALIFY row_number() OVER (PARTITION BY fate ORDER BY contacts DESC, shown) <= {NAMED}
ORDER BY fate, contacts DESC, shown
"""
PRESENT = f"""
SELECT left({{column}}, {LONGEST}) AS shown, sum(n)::BIGINT AS contacts FROM words
WHERE {{word}} NOT IN {{counted}} GROUP BY ALL ORDER BY contacts DESC, shown LIMIT {NAMED}
"""


def comparable_word(word: str) -> str:
    """A word as it is compared: in lower case, without what separates its parts."""
    return word.lower().translate(dict.fromkeys(map(ord, SEPARATORS)))


def comparable(words: Sequence[str]) -> list[str]:
    """Words as they are compared."""
    return [comparable_word(word) for word in words]


def word_sql(column: str) -> str:
    """What :func:`comparable_word` does, as an expression of SQL."""
    # On a table of contacts `translate` and expressions take three times as long as single replacements.
    for separator in SEPARATORS:
        column = f"replace({column}, {quoted(separator)}, '')"
    return f"lower({column})"


def nobody_sql(column: str, unknown: tuple[str, ...]) -> str:
    """Whether a clinician's id names nobody, as an expression of SQL; missing where there is no id.

    It does where it is one of the unknown as words are compared, or where one of its words is, so that ``LOCUM DR``
    names nobody. Words end at whatever is no letter or digit. An unknown without letters, such as ``0``, and one of
    several words are compared with the whole id only.
    """
    whole = f"{word_sql(column)} IN {in_list(comparable(unknown))}"
    words = [word.lower() for word in unknown if word.isalnum() and not word.isdigit()]
    if not words:
        return whole
    pattern = rf"(^|[^\p{{L}}\p{{N}}])({'|'.join(words)})($|[^\p{{L}}\p{{N}}])"
    return f"({whole} OR regexp_matches(lower({column}), {quoted(pattern)}))"


def left_out(connection: "DuckDBPyConnection") -> Words:
    """The most frequent words that the study does not count, of the table `tally`.

    They explain the fates of roles and modes, so a contact of another role is not told again for its mode.
    """
    words: Words = {column: [] for column in ABOUT.values()}
    for fate, word, contacts in connection.execute(LEFT_OUT).fetchall():
        words[ABOUT[fate]].append((word, contacts))
    return words


def notes(words: Words, read: int) -> Iterator[str]:
    """What is worth a note: by column, the words that the study does not count, with their shares of the contacts."""
    for column, unnamed in words.items():
        if unnamed:
            yield (
                f"contacts, {column}: `pilots.contacts.{column}s` does not name {_shares(unnamed, read)}, so these "
                "contacts are left out and counted"
            )


def refuse(connection: "DuckDBPyConnection", counts: Mapping[str, int], rules: ContactRules) -> None:
    """Stop where hardly a contact of the study's practices and windows counts.

    Raises
    ------
    Problem
        With how many there are, what became of the others, and the words that the data have.
    """
    elsewhere = ("of other practices", "outside the months", "outside the windows")
    within = counts["read"] - sum(counts.get(fate, 0) for fate in elsewhere)
    counted, least = counts.get("counted", 0), rules.checks.counted_share
    if counted >= least * within:
        return
    words = left_out(connection)
    fates = [
        f"{count:,} {fate}{_named(words.get(ABOUT.get(fate, ''), []))}" for fate, count in sorted(counts.items())
        if count and fate not in ("read", "counted", *elsewhere)
    ]  # fmt: skip
    raise Problem(
        f"Of {within:,} contacts of the study's practices and windows {counted:,} count, less than {least:.0%}: "
        f"{', '.join(fates)} are left out.",
        "name in `pilots.contacts` of the study file the roles and modes that the data have, or allow less: "
        "`pilots.contacts.checks.counted_share`",
    )


def _named(words: Sequence[tuple[str, int]]) -> str:
    return f" ({', '.join(word for word, _ in words)})" if words else ""


def _shares(words: Sequence[tuple[str, int]], read: int) -> str:
    return ", ".join(f"{word!r} ({percentage(count, read)})" for word, count in words)


def word_faults(
    connection: "DuckDBPyConnection", files: Paths, columns: Mapping[str, str], rules: ContactRules
) -> tuple[list[Fault], list[str]]:
    """What is wrong with the words of a table of contacts that can be read, and what is worth a note.

    Parameters
    ----------
    connection : DuckDBPyConnection
        From :func:`analysis.prepare.events.events.engine`.
    files : tuple of Path
        Files or folders, CSV or Parquet.
    columns : mapping
        By the contract's name, the name in the files, where it is another.
    rules : ContactRules
        Which contacts count.

    Returns
    -------
    tuple
        A fault where fewer contacts have a role and a mode that count than the study file asks for; and notes.
    """
    from analysis.prepare.events.event_contract import CONTACTS

    source = event_select(connection, CONTACTS, files, columns)
    counted = {"role": in_list(comparable(rules.roles)), "mode": in_list(comparable(rules.modes))}
    both = " AND ".join(f"{word_sql(column)} IN {words}" for column, words in counted.items())
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE words AS SELECT role, mode, count(*) AS n FROM ({source}) GROUP BY ALL"
    )
    read, kept = connection.execute(
        f"SELECT coalesce(sum(n), 0)::BIGINT, coalesce(sum(n) FILTER ({both}), 0)::BIGINT FROM words"
    ).fetchall()[0]
    words = {
        column: connection.execute(PRESENT.format(column=column, word=word_sql(column), counted=named)).fetchall()
        for column, named in counted.items()
    }
    sentence = "; ".join(f"{column} {_shares(unnamed, read)}" for column, unnamed in words.items() if unnamed)
    broken = kept < rules.checks.counted_share * read and sentence
    return [_unlike(str(files[0]), columns, read - kept, sentence, rules)] * bool(broken), [*notes(words, read)]


def _unlike(file: str, columns: Mapping[str, str], count: int, found: str, rules: ContactRules) -> Fault:
    names = ", ".join(columns.get(column, column) for column in ABOUT.values())
    return Fault(
        "contacts", "values", file, names, (), count, found,
        f"a role and a mode that the study counts in {rules.checks.counted_share:.0%} of the contacts or more",
        "name the data's words in the study file: `pilots.contacts.roles` and `pilots.contacts.modes`",
    )  # fmt: skip
