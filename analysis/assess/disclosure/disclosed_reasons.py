"""Why something could not be estimated, in words that tell no number of persons and no place on this machine."""

import re

# What a number or a word such as "nobody" counts where it counts persons, or what happened to them.
_PERSONS = (
    r"patients?|people|persons?|cases?|controls?|candidates?|deaths?|events?|admissions?|attendances?|contacts?|spells?"
    r"|episodes?|records?|answers?|responses?|respondents?|rows?"
)
_NUMBER = re.compile(rf"(?<![\w.,])(\d[\d,]*)(?=(?: [a-z-]+)? (?:{_PERSONS})\b)")
# What says something of every person of a group. That practices had no event is a nought, which may be told.
_SOMEBODY = r"(?:patients?|people|persons?|cases?|controls?|candidates?|deaths?)"
_NONE = re.compile(
    rf"\b(?:nobody|no one|only one|no (?:[a-z_]+ )?{_SOMEBODY}|no (?:[a-z_]+ )?events? among)\b", re.IGNORECASE
)
_PLACE = re.compile(r"(?:/|[A-Za-z]:\\)[^\s:;,'\"()]*[/\\]([^\s:;,'\"()/\\]+)")
FEW = "There are too few persons or events for this estimate."


def disclosed_reason(reason: str) -> str:
    """A reason as it may be told of protected persons.

    A sentence that says that nobody is left, or that something never happened, says so of everyone in a group, so it
    becomes one that holds for any small number. Other counts of persons are left out.
    """
    if _NONE.search(reason):
        return FEW
    return _PLACE.sub(r"\1", _NUMBER.sub("some", reason))
