"""The words that say what was analysed: how many sites and practices, and when."""

from pathlib import Path

from analysis.months import month_count
from analysis.present.address import Book, Origin
from analysis.tables import read_table
from analysis.wording import counted

# What cannot be told without a table of the data contract; a table stands for those that could be made from it.
LACKING = {
    ("survey",): "No survey was supplied, so continuity of care as patients tell of it is no part of this paper.",
    ("contacts",): "No table of contacts was supplied, so continuity indices were not calculated.",
    ("spells", "episodes"): "No table of hospital spells was supplied, so length of stay and readmission were not "
    "studied.",
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
    origin = Origin("data-quality table", "analysis.prepare.quality", data)
    columns = ("sites", "pilot_practices", "comparison_practices", "clusters")
    words = {name: book.cite(f"data.{name}", counted(activity[name].max()), origin) for name in columns}
    words["months"] = book.cite("data.months", str(month_count(first, last)), origin)
    words |= {"first": month_words(first), "last": month_words(last), "start": month_words(activity["start"].min())}
    adjective = "simulated reference pilots" if lineage.simulated else "pilots in this extract"
    return words | {"pilots": f"the {words['sites']} {adjective}"}


def lacking(supplied: tuple[str, ...]) -> str:
    """What could not be analysed for want of a table."""
    told = [sentence for tables, sentence in LACKING.items() if not set(tables) & set(supplied)]
    told += [UNREGISTERED] * ("contacts" in supplied and "registrations" not in supplied)
    return " ".join(told) or "Every table that this paper can use was supplied."


def month_words(month: str) -> str:
    """``2007-04`` as ``April 2007``."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"
