"""Values that may be right and look like slips: each becomes a question, told with its file and line.

Nothing is left out and nothing is changed. What cannot be is no question but a fault:
:mod:`analysis.prepare.contract.absurd`.
"""

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

from analysis.plan.limits import Limits
from analysis.prepare.contract.faults import Question
from analysis.prepare.contract.raw_files import Raw

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

# What each rule asks about; the words of each stand in reports/phrases/document.yaml.
Kind = Literal[
    "cell",
    "month",
    "level",
    "silent",
    "copied_month",
    "copied_practice",
    "flat",
    "absent",
    "thin",
    "rare",
    "list",
    "unrelated",
    "rounded",
    "value",
    "gps",
    "constant",
    "start",
    "empty_site",
    "share",
    "responses",
]
# ASSUME: a name of so small a share of the rows may be a slip, where another is as much like it as this.
RARE, ALIKE = 0.02, 0.85
# ASSUME: a month in which so small a share of the usual practices has a row is a slip of a date.
THIN = 0.2
MEND = (
    "where the source says otherwise, correct it there and export again; where it is right, leave it: nothing is left "
    "out or changed"
)


def question(
    raw: Raw, kind: Kind, column: str, rows: "Sequence[int] | pd.Index[int]", found: str, where: str = ""
) -> Question:
    """A question about some rows, told with the file and the lines of the first of them."""
    fault = raw.fault("plausible", column, rows, found, "", MEND)
    return Question(**(vars(fault) | {"kind": kind, "where": where}))


def questions(
    limits: Limits,
    *,
    sites: Raw | None = None,
    practices: Raw | None = None,
    activity: Raw | None = None,
    survey: Raw | None = None,
) -> list[Question]:
    """Everything that is asked about a study's tables, whichever could be read.

    Parameters
    ----------
    limits : Limits
        From where on a value stands out.
    sites, practices, activity, survey : Raw, optional
        The tables, in the contract's names and types.
    """
    from analysis.prepare.check_data.plausible_activity import activity_questions
    from analysis.prepare.check_data.plausible_groups import practice_questions, site_questions
    from analysis.prepare.check_data.plausible_survey import survey_questions

    rows: list[Question] = []
    if sites and practices:
        rows += site_questions(sites, practices)
    if practices:
        rows += practice_questions(practices, limits.odd)
    if activity:
        rows += activity_questions(activity, practices, limits.odd)
    if survey:
        rows += survey_questions(survey, practices, limits.odd)
    return rows


def alike_names(raw: Raw, column: str, *, misspelt: bool = True) -> list[Question]:
    """Names that are another's but for capitals, spaces and signs, or that are rare and differ by a letter or two.

    Parameters
    ----------
    raw : Raw
        The table.
    column : str
        Its column of names.
    misspelt : bool
        Whether letters are looked at too: North East and North West are both names.
    """
    counts = raw.frame[column].value_counts()
    names = [str(name) for name in counts.index if name]
    questions = []
    for place, name in enumerate(names):
        few = misspelt and counts[name] <= RARE * len(raw.frame)
        like = next((each for each in names[:place] if _same(name, each) or (few and _misspelt(name, each))), None)
        if like:
            rows = raw.frame.index[raw.frame[column] == name]
            found = f"{name!r} has {len(rows)} of {len(raw.frame)} rows, and is like {like!r}"
            questions.append(question(raw, "rare", column, rows, found, name))
    return questions


def _same(one: str, other: str) -> bool:
    return _bare(one) == _bare(other) != ""


def _bare(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _misspelt(one: str, other: str) -> bool:
    """Names that differ in their numbers are different names: bed_days_65 and bed_days_75."""
    digits = ["".join(letter for letter in name if letter.isdigit()) for name in (one, other)]
    return digits[0] == digits[1] and SequenceMatcher(None, one, other).ratio() > ALIKE


def thin_times(raw: Raw, time: str, series: str) -> list[Question]:
    """Months or waves of which a series has rows of far fewer practices than usual."""
    questions = []
    for name, rows in raw.frame.groupby(series, sort=True):
        have = rows.groupby(time)["practice_id"].nunique()
        thin = have.index[have <= THIN * have.median()]
        if len(thin):
            there = rows.index[rows[time].isin(thin)]
            few = int(have[thin[0]])
            found = (
                f"{name} has rows of {few} practice{'s' * (few != 1)} in {thin[0]}, and usually of {have.median():.0f}"
            )
            questions.append(question(raw, "thin", time, there, found, str(thin[0])))
    return questions


def first_of(sentence: str, count: int, what: str) -> str:
    """The first of several that are asked about, and how many there are."""
    return sentence if count == 1 else f"{sentence}; {count} {what}s stand out so"
