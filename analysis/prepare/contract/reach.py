"""Which months the study names, which the data have, and whether both reach over the start of every site.

The steps of the pipeline and ``make check-data`` both use these, so both say the same.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.plan.terms import Period
from analysis.prepare.contract.faults import Fault, shown
from analysis.prepare.contract.raw_files import MOST_ROWS, Raw
from analysis.wording import listed, number_of, plural

if TYPE_CHECKING:
    import pandas as pd

# What is no month is a fault of its own, and left out of these checks.
MONTH = r"\d{4}-(0[1-9]|1[0-2])"
OUT = "export the tables without the site, its practices and their activity"


def site_faults(sites: Raw, months: Period) -> list[Fault]:
    """Sites that start when the months of the study cannot show it."""
    starts = sites.frame["start_month"]
    written = starts.str.fullmatch(MONTH)
    early, late = written & (starts <= months.first), written & (starts > months.last)
    cases = [
        (early, f"the site was treated before the panel begins: it started in {starts[early].min()}", "earlier"),
        (late, f"the site starts after the panel ends: in {starts[late].max()}", "later"),
    ]
    expected = f"a start after {months.first} and not after {months.last}"
    mend = "correct start_month; or choose other `pilots.months` in the study file, if activity has {} ones; or {}"
    return [
        sites.fault("months", "start_month", sites.frame.index[wrong], found, expected, mend.format(other, OUT))
        for wrong, found, other in cases
        if wrong.any()
    ]


def reach_faults(sites: Raw, practices: Raw, activity: Raw, months: Period) -> list[Fault]:
    """Sites whose practices have counts on one side of the start only, so that nothing can be said of them.

    A start that lies outside the months of the study is told by :func:`site_faults`.
    """
    inside = activity.frame[within(activity, months)]
    here = inside.assign(site=inside["practice_id"].map(_site_of(practices))).groupby("site")["month"]
    ends = here.agg(["min", "max"])
    starts = sites.frame.drop_duplicates("site_id").set_index("site_id")["start_month"]
    starts = starts[starts.str.fullmatch(MONTH) & (starts > months.first) & (starts <= months.last)]
    joined = ends.join(starts, how="inner")
    cases = [
        (joined["max"] < joined["start_month"], "end", "max", "from then on"),
        (joined["min"] >= joined["start_month"], "begin", "min", "before it"),
    ]
    return [
        fault for wrong, verb, end, when in cases
        for fault in _one_sided(sites, joined[wrong], verb, end, when)
    ]  # fmt: skip


def _one_sided(sites: Raw, silent: "pd.DataFrame", verb: str, end: str, when: str) -> Iterator[Fault]:
    if silent.empty:
        return
    first = silent.iloc[0]
    rows = sites.frame.index[sites.frame["site_id"].isin(silent.index)]
    yield sites.fault(
        "months", "start_month", rows,
        f"the site {shown(silent.index[0])} starts in {first['start_month']}, and the counts of its practices {verb} "
        f"in {first[end]}",
        "counts before the start and from the start on",
        f"correct start_month; or add the months {when} to activity; or {OUT}",
    )  # fmt: skip


def _site_of(practices: Raw) -> dict[str, str]:
    frame = practices.frame[practices.frame["site_id"] != ""]
    return dict(zip(frame["practice_id"], frame["site_id"], strict=True))


def within(activity: Raw, months: Period) -> "pd.Series[bool]":
    """Which rows of activity lie within the months of the study."""
    month = activity.frame["month"]
    return month.between(months.first, months.last) & month.str.fullmatch(MONTH)


def outside(activity: Raw, months: Period) -> dict[str, int | str]:
    """How many rows of activity lie outside the months, of how many, and the first and the last month that has rows."""
    dates = activity.frame.loc[activity.frame["month"].str.fullmatch(MONTH), "month"]
    left = int((~dates.between(months.first, months.last)).sum())
    return {"rows": left, "of": len(dates), "first": str(dates.min()), "last": str(dates.max())} if len(dates) else {}


def month_notes(activity: Raw, months: Period) -> list[str]:
    """Rows outside the months of the study, with their lines where they are few, and months that have no rows."""
    return _outside(activity, months) + _beyond(activity, months)


def _outside(activity: Raw, months: Period) -> list[str]:
    counts = outside(activity, months)
    left, every = int(counts.get("rows", 0)), int(counts.get("of", 0))
    if not left:
        return []
    month = activity.frame["month"]
    rows = activity.frame.index[month.str.fullmatch(MONTH) & ~month.between(months.first, months.last)]
    where = f" ({activity.places(rows)})" * (left <= MOST_ROWS)
    return [
        f"activity: {left:,} of {number_of(every, 'row')}{where} {plural(left, 'lies', 'lie')} outside "
        f"{months.first} to {months.last}, the `pilots.months` of the study file, and "
        f"{plural(left, 'is', 'are')} left out; the table has {counts['first']} to {counts['last']}"
    ]


def _beyond(activity: Raw, months: Period) -> list[str]:
    """The months of the study before the first and after the last that the table has, by measure."""
    inside = activity.frame[within(activity, months)]
    ends = inside.groupby("measure")["month"].agg(["min", "max"])
    notes = []
    for verb, key, end, own in (("begin", "first", "min", months.first), ("end", "last", "max", months.last)):
        lacking = ends.loc[ends[end] != own, end]
        # Months that others have are no reason to shorten the months of all.
        alike = len(lacking) == len(ends) and lacking.nunique() == 1
        mend = f". Add them, or write `{key}: {lacking.iloc[0]}`" if alike else ""
        notes += [
            f"activity: `pilots.months` of the study file {verb} in {own}, and the counts of {listed([*names])} in "
            f"{month}; the months without rows are missing, and not zero{mend}"
            for month, names in lacking.groupby(lacking).groups.items()
        ]
    return notes
