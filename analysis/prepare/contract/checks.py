"""Checks across tables: each practice has its site, each count its practice, each series its months.

The steps of the pipeline and ``make check-data`` both use these, so both say the same.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analysis.months import month_numbers
from analysis.plan.clusters import FEWEST_COMPARISON, FEWEST_TREATED, too_few
from analysis.plan.terms import Period
from analysis.prepare.contract.absurd import activity_absurd, practice_absurd
from analysis.prepare.contract.faults import Fault, meant, nearest, shown
from analysis.prepare.contract.marks import missing, plain, rounded
from analysis.prepare.contract.raw_files import MOST_ROWS, Raw
from analysis.prepare.contract.reach import MONTH
from analysis.wording import listed, plural

if TYPE_CHECKING:
    import pandas as pd

# ASSUME: no list grows or shrinks tenfold from one month to the next, not even where practices merge; it is a digit
# too many or too few.
JUMP = 10


def practice_faults(practices: Raw, sites: Raw, comparison_cluster: str) -> list[Fault]:
    """Practices of unknown sites, codes that overlap, groups that are empty, and clusters that are not there."""
    faults = _unknown_sites(practices, sites) + _overlapping_codes(practices) + _empty_groups(practices)
    faults += practice_absurd(practices)
    if comparison_cluster in practices.frame:
        return faults
    mend = "name one of its columns as `inference.comparison_cluster` in the study file"
    found = "this column, which clusters the comparison practices, is missing"
    return [*faults, practices.fault("columns", comparison_cluster, (), found, "", mend)]


def cluster_notes(practices: Raw, comparison_cluster: str) -> list[str]:
    """What is worth a note where clusters are too few for clustered errors."""
    frame = practices.frame
    if comparison_cluster not in frame or "site_id" not in frame:
        return []
    pilot = frame["site_id"] != ""
    treated, others = frame.loc[pilot, "site_id"].nunique(), frame.loc[~pilot, comparison_cluster].nunique()
    if not too_few(treated, others):
        return []
    return [
        f"practices: pilot practices lie in {treated} site{'s' * (treated != 1)}, the others in {others} "
        f"{comparison_cluster}{'s' * (others != 1)}. Clustered errors need {FEWEST_TREATED} and {FEWEST_COMPARISON}, "
        "so intervals will be those of randomisation inference, or none where it cannot tell any. A column with more "
        "groups as `inference.comparison_cluster`, or practices of other places, would help"
    ]


def _unknown_sites(practices: Raw, sites: Raw) -> list[Fault]:
    named, of_sites = practices.frame["site_id"], sites.frame["site_id"]
    unknown = named[~named.isin([*of_sites, ""])]
    if unknown.empty:
        return []
    first = unknown.iloc[0]
    guess, other = (
        nearest(first, of_sites),
        (
            f"add {first} to the table of sites; where it is no part of the study, export practices and their activity "
            "without it; empty the cell of a practice that was no pilot, and of no other"
        ),
    )
    mend = meant(guess, f"write `{guess}` in this cell", other)
    expected = "a site_id of the table of sites, or an empty cell for a comparison practice"
    return [
        practices.fault("references", "site_id", unknown.index, f"no site has the id {shown(first)}", expected, mend)
    ]


def _overlapping_codes(practices: Raw) -> list[Fault]:
    codes = practices.frame["practice_id"].drop_duplicates()
    plain = codes.str.replace(r"[\s-]", "", regex=True).str.upper()
    again = plain[plain.duplicated()]
    if again.empty:
        return []
    alike = codes[plain == again.iloc[0]].head(2)
    found = f"{' and '.join(map(shown, alike))} differ only in capitals, spaces or hyphens"
    mend = "write each practice's code in one way, and keep one row of it"
    return [practices.fault("keys", "practice_id", again.index, found, "each practice once", mend)]


def _empty_groups(practices: Raw) -> list[Fault]:
    pilot = practices.frame["site_id"] != ""
    groups = {
        "pilot": (pilot, "give the pilot practices their site_id"),
        "comparison": (~pilot, "add practices with an empty site_id, whose care nobody changed"),
    }
    return [
        practices.fault("values", "site_id", (), f"there is no {name} practice", "both groups", mend)
        for name, (members, mend) in groups.items()
        if not members.any()
    ]


def activity_faults(
    activity: Raw,
    practices: Raw,
    *,
    months: Period,
    until: str = "",
    measures: Mapping[str, str] | None = None,
    allow_gaps: bool = False,
) -> list[Fault]:
    """What is wrong with the activity table beside the practices and the plan.

    Parameters
    ----------
    activity, practices : Raw
        The two tables.
    months : Period
        The months of the panel.
    until : str
        The month of the paper, YYYY-MM; no data are from later.
    measures : mapping
        By outcome: the measure that it reads.
    allow_gaps : bool
        Whether a series may lack months between its first and its last.
    """
    frame = activity.frame
    inside = frame["month"].between(months.first, months.last) & frame["month"].str.fullmatch(MONTH)
    faults = unknown_practices(activity, practices) + _future(activity, "month", until)
    faults += activity_absurd(activity, practices)
    faults += _unknown_series(activity, "measure", measures or {})
    if not inside.any():
        found = f"its months run from {frame['month'].min()} to {frame['month'].max()}"
        mend = "correct `pilots.months` in the study file"
        expected = f"months from {months.first} to {months.last}"
        return [*faults, activity.fault("months", "month", (), found, expected, mend)]
    ordered = frame[inside].sort_values(["practice_id", "measure", "month"])
    follows = ordered.duplicated(["practice_id", "measure"])
    if not allow_gaps:
        faults += _gaps(activity, ordered, follows)
    return faults + _jumps(activity, ordered, follows)


def survey_faults(
    survey: Raw, practices: Raw, sites: Raw, *, until: str = "", items: Mapping[str, str] | None = None
) -> list[Fault]:
    """What is wrong with the survey table beside practices, sites and plan; `items` by outcome."""
    faults = unknown_practices(survey, practices) + _future(survey, "wave", until)
    faults += _unknown_series(survey, "item", items or {})
    joined = practices.frame.merge(sites.frame, on="site_id").drop_duplicates("practice_id")
    starts = joined.set_index("practice_id")["start_month"]
    start = survey.frame["practice_id"].map(starts).dropna().astype(str)
    after = survey.frame.loc[start.index, "wave"] >= start
    for item in sorted(set((items or {}).values()) & set(survey.frame["item"])) if len(starts) else []:
        here = after[survey.frame.loc[start.index, "item"] == item]
        if here.all() or not here.any():
            when = "before or after" if here.empty else "before" if here.all() else "after"
            found = f"for {shown(item)} the pilot practices have no wave {when} their start"
            mend = f"add the waves, correct start_month, or leave the outcome that reads {item} out of the study"
            faults.append(survey.fault("months", "wave", (), found, "a wave before and a wave after the start", mend))
    return faults


def unknown_practices(table: Raw, practices: Raw) -> list[Fault]:
    """Rows of practices that are not in the table of practices."""
    own = practices.frame["practice_id"]
    ids = table.frame["practice_id"]
    # What is no id at all is told by itself.
    strange = ~ids.isin(own) & ~rounded(ids) & ~missing(ids) & (ids != "")
    if not strange.any():
        return []
    first = table.frame.loc[strange, "practice_id"].iloc[0]
    alike = next((each for each in own if plain(each) == plain(first) != ""), "")
    mend = (
        f"the table of practices writes {alike!r}: write the id in one way, as text with all its noughts"
        if alike
        else "correct the id, or add the practice to the table of practices; where it is no part of the study, export "
        f"{table.table} without it too"
    )
    found = f"no practice has the id {shown(first)}"
    expected = "a practice_id of the table of practices"
    return [table.fault("references", "practice_id", table.frame.index[strange], found, expected, mend)]


def _future(table: Raw, column: str, until: str) -> list[Fault]:
    late = table.frame[column].str.fullmatch(MONTH) & (table.frame[column] > (until or "9999-12"))
    if not late.any():
        return []
    found = f"{shown(table.frame.loc[late, column].max())} lies after the date of the paper"
    mend = "correct the month, or `release.date` in the study file"
    return [table.fault("months", column, table.frame.index[late], found, f"a month up to {until}", mend)]


def _unknown_series(table: Raw, column: str, named: Mapping[str, str]) -> list[Fault]:
    present = sorted(table.frame[column].unique())
    return [
        table.fault(
            "values", column, (), f"the outcome {outcome} reads {shown(series)}, and no row has it",
            f"one of {', '.join(present[:12])}", _reads(outcome, column, nearest(series, present)),
        )
        for outcome, series in named.items() if series not in present
    ]  # fmt: skip


def _reads(outcome: str, column: str, guess: str) -> str:
    key = f"outcomes.{outcome}.{column}"
    return meant(guess, f"write `{key}: {guess}`", f"write one of these as `{key}`, or leave the outcome out")


def _gaps(activity: Raw, ordered: "pd.DataFrame", follows: "pd.Series[bool]") -> list[Fault]:
    gap = follows & (month_numbers(ordered["month"]).diff() > 1)
    if not gap.any():
        return []
    broken = list(zip(ordered.loc[gap, "practice_id"], ordered.loc[gap, "measure"], strict=True))
    astray = _astray(activity.frame, ordered.index, broken)
    # The first gap; of those for which a row may be had, where there are any.
    series = (activity.frame.loc[astray[0], "practice_id"], activity.frame.loc[astray[0], "measure"]) if astray else ()
    place = int(gap.to_numpy().nonzero()[0][broken.index(series) if series else 0])
    row, before = ordered.iloc[place], ordered.iloc[place - 1]
    found = (
        f"practice {row['practice_id']} has no {row['measure']} between {before['month']} and {row['month']}: "
        "a month gap within its series"
    )
    mend = (
        "add the missing months, with a count of 0 where nothing happened; or write `allow_gaps: true` under `pilots` "
        "in the study file"
    )
    if astray:
        where, months = activity.places(astray), listed([shown(each) for each in activity.frame.loc[astray, "month"]])
        found += f"; {where} of the same series {plural(len(astray), 'has', 'have')} {months}"
        mend = f"correct the month of {where}, if it is a missing one's; otherwise {mend}"
    return [activity.fault("months", "month", ordered.index[gap], found, "every month from first to last", mend)]


def _astray(frame: "pd.DataFrame", inside: "pd.Index[int]", broken: list[tuple[str, str]]) -> list[int]:
    """Up to ten rows of series with a gap that may be the missing ones: outside the months, no month, or twice."""
    import pandas as pd

    odd = ~frame.index.isin(inside) | frame.duplicated(["practice_id", "measure", "month"], keep=False)
    series = pd.MultiIndex.from_frame(frame[["practice_id", "measure"]])
    return [int(row) for row in frame.index[odd & series.isin(broken)][:MOST_ROWS]]


def _jumps(activity: Raw, ordered: "pd.DataFrame", follows: "pd.Series[bool]") -> list[Fault]:
    growth = ordered["population"] / ordered["population"].shift()
    jump = follows & ((growth >= JUMP) | (growth <= 1 / JUMP))
    if not jump.any():
        return []
    place = int(jump.to_numpy().argmax())
    old, new = ordered["population"].iloc[place - 1], ordered["population"].iloc[place]
    found = f"the population of practice {ordered['practice_id'].iloc[place]} jumps from {old:g} to {new:g} in a month"
    mend = "correct the population: a digit may be too many or too few"
    expected = f"less than a {JUMP}-fold change from month to month"
    return [activity.fault("values", "population", ordered.index[jump], found, expected, mend)]
