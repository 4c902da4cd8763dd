"""Checks across tables: each practice has its site, each count its practice, each series its months.

The steps of the pipeline and ``make check-data`` both use these, so both say the same.
"""

from collections.abc import Mapping

from analysis.closest import closest_name
from analysis.plan.clusters import FEWEST_COMPARISON, FEWEST_TREATED, too_few
from analysis.plan.terms import Period
from analysis.prepare.contract.absurd import activity_absurd, practice_absurd
from analysis.prepare.contract.faults import Fault, meant, shown
from analysis.prepare.contract.gaps import gap_faults, jump_faults
from analysis.prepare.contract.marks import bare_id, missing_words, rounded_ids
from analysis.prepare.contract.raw_files import Raw
from analysis.prepare.contract.reach import MONTH


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
        closest_name(first, of_sites),
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
        faults += gap_faults(activity, ordered, follows)
    return faults + jump_faults(activity, ordered, follows)


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
    strange = ~ids.isin(own) & ~rounded_ids(ids) & ~missing_words(ids) & (ids != "")
    if not strange.any():
        return []
    first = table.frame.loc[strange, "practice_id"].iloc[0]
    alike = next((each for each in own if bare_id(each) == bare_id(first) != ""), "")
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
            f"one of {', '.join(present[:12])}", _reads(outcome, column, closest_name(series, present)),
        )
        for outcome, series in named.items() if series not in present
    ]  # fmt: skip


def _reads(outcome: str, column: str, guess: str) -> str:
    key = f"outcomes.{outcome}.{column}"
    return meant(guess, f"write `{key}: {guess}`", f"write one of these as `{key}`, or leave the outcome out")
