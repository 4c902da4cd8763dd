"""What must not stand in a release: each check gives the leaks that it finds, and repeats none of them whole."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from analysis.release.gate.dates import dates
from analysis.release.gate.reader import Grid, Passage, Seen

# Nouns that a number of persons, or of what happened to them, stands before.
_PERSONS = (
    "patients?|people|persons?|individuals?|cases?|controls?|candidates?|deaths?|died|admissions?|attendances?|spells?"
    "|episodes?|respondents?|women|men|children"
)
_WORDS = {"a single": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
# A capital after a number begins a sentence after a citation; synthetic controls are areas.
_COUNT = re.compile(
    rf"(?<![\w.,–−/-])(\d{{1,3}}(?:,\d{{3}})+|\d+)\s+(?:of\s+(?:the|these|our)\s+)?(?!synthetic)(?:[a-z]+\s+)?(?:{_PERSONS})\b"
)
_NAMED = re.compile(
    rf"\b({'|'.join(_WORDS)})\s+(?:of\s+(?:the|these|our)\s+)?(?:[a-z]+\s+)?(?:{_PERSONS})\b", re.IGNORECASE
)
_LABELLED = re.compile(
    rf"(?<![A-Za-z])(?:{_PERSONS})(?:[ _][a-z]+)?\s*[:=]\s*(\d{{1,3}}(?:,\d{{3}})+|\d+)(?!\w|[.,]\d)", re.I
)
# What happened to so few, or to each, is not told whatever the record holds.
_HAPPENED = re.compile(
    rf"\b(?:(?:{'|'.join(_WORDS)}|[1-7]|both|not one|zero|every|all)\s+(?:of\s+)?"
    rf"(?:(?:the|these|our)\s+)?(?:[a-z]+\s+)?(?:{_PERSONS})\s+(?:had\s+)?(?:died|survived|(?:was|were)\s+(?:re)?admitted|(?:was|were)\s+left\s+out)"
    rf"|(?:{'|'.join(_WORDS)}|[1-7])\s+(?:[a-z]+\s+)?deaths?)\b",
    re.IGNORECASE,
)
# A part of a whole, as two numbers.
_PART = re.compile(
    rf"(?<![\w./-])(?<!\d,)(\d+|{'|'.join(_WORDS)})(?:\s*/\s*|\s(?:of|in|out of)\s(?:the\s)?)"
    r"(\d{1,3}(?:,\d{3})+|\d+)(?![\w/]|\.\d)",
    re.IGNORECASE,
)
# Of what happened, a nought may be told; of persons it says something of each.
_NONE = re.compile(
    r"\b(?:nobody|no one|none of (?:the|them)|no)\s+(?:[a-z]+\s+)?"
    r"(?:patients?|people|persons?|individuals?|cases?|controls?|candidates?|deaths?|died|women|men|children)\b",
    re.IGNORECASE,
)
_BIG = re.compile(r"(?<![\w.,–−/-])(\d{1,3}(?:,\d{3})+|\d{4,})(?![\w,]|\.(?!0+(?![\d.]))\d)")
_DECIMAL = re.compile(r"(?<![\w.,])(0?\.\d{4,}|\d{1,2}\.\d{2,}(?=\s*(?:%|per\s?cent)))")
_SHARE = re.compile(rf"(\d{{1,2}}\.\d+)\s*(?:%|per\s?cent)\s+of\s+(?:the\s+|all\s+)?(?:{_PERSONS})", re.IGNORECASE)
# Headings of columns that hold counts of persons, and of columns that no release has.
_COLUMN = re.compile(
    r"(?:n_)?(?:patients?|people|persons?|cases|controls|candidates|deaths|died|events|admissions|attendances|contacts"
    r"|spells|episodes|records|responses|respondents|kept|dropped)"
    r"(?:[ _](?:kept|dropped|matched|unmatched|followed|alive))?",
    re.IGNORECASE,
)
_ROWS = re.compile(
    r"(?:enc(?:rypted)?_?)?(?:patient|person|token_person|nhs|nhs_number|hes|epi|respondent|pseudo\w*)"
    r"[_ ]?(?:id|key|no|number)?"
    r"|(?:spell|episode|admission|attendance)[_ ]?(?:id|key|no|number)"
    r"|hesid|encrypted_hesid|epikey|nhsno|nhs_number|dob|date_of_birth|birth_?date|postcode|surname|forename",
    re.IGNORECASE,
)
_PRACTICES = ("practice_id", "practice_code", "practice", "gppractice")
_KEYS = [{practice, when} for practice in _PRACTICES for when in ("month", "date", "period")]
_STAYS = ({"admitted", "discharged"}, {"age", "sex", "admitted"}, {"age", "sex", "date"})
_TOTAL = re.compile(r"total|all|overall|sum", re.IGNORECASE)
# Between the digits of a thousand; a blank alone may part two numbers.
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3})[\u00a0\u2009\u202f'’](?=\d{3}(?!\d))")
_FRACTIONS = re.compile(r"mean|share|value|proportion|percent|%|rate", re.IGNORECASE)
_OF_PERSONS = ("matched_cohort", "continuity_admissions", "continuity_by_site", "continuity_gaps")
_NHS = re.compile(r"(?<![\w.-])(\d{3})[ -]?(\d{3})[ -]?(\d{4})(?![\w-]|\.\d)")


@dataclass(frozen=True)
class Leak:
    """Something that must not be released: where it stands, what kind it is, and how it begins."""

    file: str
    kind: str
    found: str

    def clause(self) -> str:
        """A clause for a message, which does not repeat a secret whole."""
        return f"{self.file}: {self.kind} ({self.found[:12]}{'…' * (len(self.found) > 12)})"


@dataclass(frozen=True)
class Private:
    """What the gate knows: exact counts, shares and dates of persons, and what anybody may know anyway."""

    counts: frozenset[int]
    shares: tuple[float, ...]
    dates: frozenset[str]
    public: str

    def unrounded(self, number: int) -> bool:
        """Whether a number is an exact count of persons that should have been hidden or rounded."""
        return number in self.counts and (0 < number <= 7 or number % 5 != 0)


def leaks_of_persons(seen: Iterable[Seen], private: Private) -> Iterator[Leak]:
    """The leaks about protected persons in what was read of a release, apart from their ids."""
    for each in seen:
        if isinstance(each, Grid):
            yield from _grid(each, private)
        else:
            yield from _passage(each, private)


def _passage(each: Passage, private: Private) -> Iterator[Leak]:
    text = " ".join(_THOUSANDS.sub(r"\1,", each.text).split())
    for match in (*_COUNT.finditer(text), *_LABELLED.finditer(text)):
        if private.unrounded(_int(match[1])) and _own(match[0], private):
            yield Leak(each.file, "an exact count of persons", match[0])
    for match in _NAMED.finditer(text):
        if _WORDS[match[1].lower()] in private.counts and _own(match[0], private):
            yield Leak(each.file, "a small count of persons in words", match[0])
    for match in _HAPPENED.finditer(text):
        if _own(match[0], private):
            yield Leak(each.file, "a small number of persons, or each of a group", match[0])
    for match in _NONE.finditer(text):
        if _own(match[0], private):
            yield Leak(each.file, "a sentence that says something of every person of a group", match[0])
    for match in _BIG.finditer(text):
        number = _int(match[1])
        if not 1900 <= number <= 2100 and private.unrounded(number) and _own(match[1], private):
            yield Leak(each.file, "an exact count of persons", match[1])
    yield from _fractions(each.file, text, private)
    yield from _dates(each.file, text, private)
    for match in _NHS.finditer(text):
        if _is_nhs_number("".join(match.groups())):
            yield Leak(each.file, "what looks like an NHS number", match[0])


def _own(words: str, private: Private) -> bool:
    """Whether a phrase is of these data, and not of what the project, the plan or a published table says anyway."""
    return not re.search(rf"(?<!\w){re.escape(words)}(?!\w)", private.public, re.IGNORECASE)


def _int(digits: str) -> int:
    return int(digits.replace(",", ""))


def _fractions(file: str, text: str, private: Private) -> Iterator[Leak]:
    for match in _DECIMAL.finditer(text):
        percent = re.match(r"\s*(?:%|per\s?cent)", text[match.end() :][:12]) is not None
        if _is_share(match[1], percent, 4, private):
            yield Leak(file, "a share that gives a small count back", match[1])
    for match in _PART.finditer(text):
        part, all_of = _WORDS.get(match[1].lower()) or _int(match[1]), _int(match[2])
        if all_of in private.counts and any(abs(part / all_of - share) < 1e-9 for share in private.shares):
            yield Leak(file, "a part of a whole that gives a small count back", match[0])
    for match in _SHARE.finditer(text):
        rest = replace(private, shares=tuple(1 - share for share in private.shares))
        if _is_share(match[1], True, 3, private) or (_is_share(match[1], True, 3, rest) and _own(match[0], private)):
            yield Leak(file, "a share that gives a small count back", match[0])


def _is_share(digits: str, percent: bool, fewest: int, private: Private) -> bool:
    """Whether a decimal is one of the shares that must not be told, to as many digits as it has."""
    places = len(digits.partition(".")[2])
    if len(digits.replace(".", "").lstrip("0")) < fewest:
        return False
    value, unit = (float(digits) / 100, 0.01) if percent else (float(digits), 1.0)
    return any(abs(value - share) <= 0.5001 * unit * 10**-places for share in private.shares)


def _dates(file: str, text: str, private: Private) -> Iterator[Leak]:
    for words, day in dates(text):
        if day in private.dates and _own(words, private) and _own(day, private):
            yield Leak(file, "an exact date of a person", words)


def _is_nhs_number(digits: str) -> bool:
    """Whether ten digits end in the check digit of an NHS number (modulus 11)."""
    check = 11 - sum(int(digit) * (10 - at) for at, digit in enumerate(digits[:9])) % 11
    return len(set(digits)) > 1 and check % 11 == int(digits[9]) and check != 10


def _grid(each: Grid, private: Private) -> Iterator[Leak]:
    header = [name.strip() for name in each.header]
    for name in header:
        if _ROWS.fullmatch(name):
            yield Leak(each.file, "a table with a row for each person", name)
    if any(keys <= {name.lower() for name in header} for keys in _KEYS):
        yield Leak(each.file, "a table with a row for each practice and month", header[0])
    if any(keys <= {name.lower() for name in header} for keys in _STAYS):
        yield Leak(each.file, "a table with a row for each person", header[0])
    for at, name in enumerate(header):
        cells = [row[at] for row in each.rows if at < len(row)]
        if _COLUMN.fullmatch(name):
            yield from (Leak(each.file, f"an exact count in the column {name}", cell) for cell in cells if _exact(cell))
            yield from _given_back(each, at)
        if _FRACTIONS.search(name):
            yield from _column_shares(each.file, name, cells, private)
    yield from _estimates(each, header)


def _exact(cell: str) -> bool:
    """Whether a cell is a count that is neither nought nor rounded, or a small one."""
    digits = cell.strip().replace(",", "").removesuffix(".0")
    return digits.isdigit() and int(digits) > 0 and (int(digits) <= 7 or int(digits) % 5 != 0)


def _given_back(each: Grid, at: int) -> Iterator[Leak]:
    """A total from which one takes what is shown, and has what is hidden."""
    rows = [row for row in each.rows if at < len(row)]
    totals = [row for row in rows if any(_TOTAL.fullmatch(cell.strip()) for cell in row)]
    shown = [row[at].strip().replace(",", "") for row in rows if row not in totals]
    if len(totals) != 1 or shown.count("*") != 1 or not totals[0][at].replace(",", "").strip().isdigit():
        return
    if 0 < _int(totals[0][at].strip()) - sum(int(cell) for cell in shown if cell.isdigit()) <= 7:
        yield Leak(each.file, "a total that gives a hidden count back", totals[0][at])


def _column_shares(file: str, name: str, cells: list[str], private: Private) -> Iterator[Leak]:
    for cell in cells:
        digits = cell.strip().rstrip("%").strip()
        if re.fullmatch(r"\d*\.\d+", digits) and _is_share(digits, "%" in cell or float(digits) > 1, 3, private):
            yield Leak(file, f"a share in the column {name} that gives a small count back", cell)


def _estimates(each: Grid, header: list[str]) -> Iterator[Leak]:
    """Counts in a table of estimates whose design counts persons."""
    if not {"design", "n_obs", "n_units"} <= set(header):
        return
    rows: list[dict[str, Any]] = [dict(zip(header, row, strict=False)) for row in each.rows]
    for row in (row for row in rows if row["design"] in _OF_PERSONS):
        counted = ["n_obs"] + ["n_units"] * (row["design"] in ("matched_cohort", "continuity_admissions"))
        if row["design"] == "matched_cohort" and row["horizon"] != "site_clusters":
            counted.append("n_clusters")
        for name in counted:
            if _exact(row[name]):
                yield Leak(each.file, f"an exact count in the column {name}", row[name])
