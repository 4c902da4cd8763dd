"""The words that say what was analysed: how many sites and practices, and when."""

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.months import month_count
from analysis.plan.pilots import SurveyOutcome
from analysis.present.provenance.address import STAYS, Book, Origin
from analysis.present.provenance.context import Outcomes
from analysis.tables import read_table
from analysis.wording import counted, listed, plural

if TYPE_CHECKING:
    import pandas as pd

# What cannot be told without a table of the data contract; a table stands for those that could be made from it.
LACKING = {
    ("survey",): "No survey was supplied, so continuity of care as patients tell of it is no part of this paper.",
    ("contacts",): "No table of contacts was supplied, so continuity indices were not calculated.",
    ("spells", "episodes"): "No table of hospital spells was supplied, so length of stay and readmission were not "
    "studied.",
    ("patients",): "No table of patients was supplied, so no patients were matched and compared one by one.",
}
# Of records of persons, from which the counts are made; counts that were supplied need none of these.
LACKING_OF_RECORDS = {
    ("outpatients",): "No table of outpatient attendances was supplied, so they were not counted.",
    ("emergency_care",): "No table of emergency-care attendances was supplied, so they were not counted.",
    ("populations",): "No table of populations was supplied, so each practice's list is taken to have had the same "
    "size in every month.",
}
# Without contacts there is nothing to be told of them, so that registrations are not missed.
UNREGISTERED = (
    "No table of registrations was supplied, so who has less continuity, how much of it is with the registered GP, and "
    "whether it goes with fewer admissions were not studied."
)
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def panel_words(quality: Path, book: Book) -> dict[str, str]:
    """How many, and when; and what is simulated, by lineage."""
    table, lineage = read_table(quality)
    activity = table[table["source"] == "activity"]
    first, last = activity["first"].min(), activity["last"].max()
    data = ", ".join(f"{source.id}{' (simulated)' * (source.kind == 'simulated')}" for source in lineage.sources)
    origin = Origin(f"quality.parquet, {STAYS}", "analysis.prepare.outcomes.quality", data)
    columns = ("sites", "pilot_practices", "comparison_practices", "clusters")
    counts = {name: int(activity[name].max()) for name in columns}
    words = {name: book.cite(f"data.{name}", counted(count), origin) for name, count in counts.items()}
    words["months"] = book.cite("data.months", str(month_count(first, last)), origin)
    words |= {"first": month_words(first), "last": month_words(last)}
    words["starts"] = _starts(activity, counts["sites"])
    adjective = "simulated reference " if lineage.simulated else ""
    extract = "" if lineage.simulated else " in this extract"
    many = f"the {words['sites']} {adjective}pilots{extract}"
    words["pilots"] = f"the one {adjective}pilot{extract}" if counts["sites"] == 1 else many
    return words | {"extent": _extent(words, counts)}


def _starts(activity: "pd.DataFrame", sites: int) -> str:
    """When the pilots started: one month, or the first and the last."""
    if activity["start"].isna().all():  # as where all of them stop giving counts when they start
        return "no pilot practice has counts from its start on"
    first, last = activity["start"].min(), activity["last_start"].max()
    if first == last:
        return f"the {plural(sites, 'pilot')} started in {month_words(first)}"
    return f"the first pilot started in {month_words(first)} and the last in {month_words(last)}"


def _extent(words: dict[str, str], counts: dict[str, int]) -> str:
    """How many practices at how many sites, beside how many others, and in which months; each number cited."""

    def told(name: str, one: str) -> str:
        return f"{words[name]} {plural(counts[name], one)}"

    return (
        f"{told('pilot_practices', 'pilot practice')} at {told('sites', 'site')}, set beside "
        f"{told('comparison_practices', 'comparison practice')} and followed month by month from {words['first']} to "
        f"{words['last']} ({words['starts']})"
    )


# Tables with a row for a person, or for an event in a person's life.
PERSONS = {
    "episodes": "hospital episodes", "spells": "hospital spells", "outpatients": "outpatient attendances",
    "emergency_care": "emergency-care attendances", "patients": "patients",
    "contacts": "contacts with general practice", "registrations": "registrations with a practice",
}  # fmt: skip


def persons(supplied: tuple[str, ...], *, simulated: bool) -> str:
    """Whether records of single persons were used, which, and where they stay."""
    held = [label for table, label in PERSONS.items() if table in supplied]
    if not held:
        return "Records of single persons were not used."
    whose = "simulated" if simulated else "single"
    return (
        f"The data hold records of {whose} persons: {listed(held)}. They stay where the analysis was run; no row of "
        "them is part of this paper or its release."
    )


ONCE = (
    "The survey was taken twice, once before the start and once after it. So it cannot be examined at all whether the "
    "two groups were already drifting apart, and such a drift would look like this change."
)
ONCE_SHORT = (
    "Of continuity no such drift could be seen, because the survey was taken once before the start and once after."
)
WAVES = (
    "The survey was taken in waves, so there is no month-by-month picture of the kind that counts allow, and whether "
    "the two groups were already drifting apart was not examined."
)


def wave_words(quality: Path, outcomes: Outcomes) -> dict[str, dict[str, str]]:
    """By outcome of a survey, what can be seen of it before the start."""
    table, _ = read_table(quality)
    asked = {name: each.item for name, each in outcomes.items() if isinstance(each, SurveyOutcome)}
    return {
        name: {"waves": ONCE, "once": ONCE_SHORT} if waves(table, item) == 2 else {"waves": WAVES, "once": ""}
        for name, item in asked.items()
    }


def waves(quality: "pd.DataFrame", item: str) -> float:
    """How many waves of a survey the data hold: practice-waves by practice."""
    rows = quality[(quality["source"] == "survey") & (quality["series"] == item)]
    practices = rows["pilot_practices"] + rows["comparison_practices"]
    return float((rows["cells_expected"] / practices).max()) if len(rows) else 0.0


def lacking(supplied: tuple[str, ...]) -> str:
    """Which tables the data hold, and what could not be analysed for want of another."""
    wanted = LACKING | ({} if "activity" in supplied else LACKING_OF_RECORDS)
    told = [sentence for tables, sentence in wanted.items() if not set(tables) & set(supplied)]
    told += [UNREGISTERED] * ("contacts" in supplied and "registrations" not in supplied)
    held = listed([each.replace("_", " ") for each in supplied])
    which = [f"The data hold {plural(len(supplied), 'the table', 'the tables')} {held}."] * bool(supplied)
    return " ".join([*which, *told])


def month_words(month: str) -> str:
    """``2007-04`` as ``April 2007``."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"
