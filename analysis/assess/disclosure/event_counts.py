"""How many events stand behind the estimates of each outcome: what decides how exactly they may be told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.tables import read_table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class EventCounts:
    """Events by outcome.

    Attributes
    ----------
    before : dict
        By measure and whether the practices are pilots: events before the first start.
    together : dict
        By measure: the fewest events of pilots or comparison practices, before the start or after it.
    least : dict
        By measure: the fewest events of any one site, before its start or after it.
    cohort : dict
        By measure, and for ``mortality``: the fewest events of cases or controls, before the index month or after it.
    """

    before: Mapping[tuple[str, bool], float]
    together: Mapping[str, float]
    least: Mapping[str, float]
    cohort: Mapping[str, float]


def event_counts(panel: Iterable[Path], matched: Iterable[Path]) -> EventCounts:
    """Count the events in the practice-month panel and among the matched patients, where the study has them."""
    before: dict[tuple[str, bool], float] = {}
    together: dict[str, float] = {}
    least: dict[str, float] = {}
    cohort: dict[str, float] = {}
    for path in panel:
        rows, _ = read_table(path, ["measure", "month", "count", "pilot", "site_id", "after"])
        before |= _before(rows)
        together |= _fewest(rows, ["pilot", "after"])
        least |= _fewest(rows[rows["pilot"]], ["site_id", "after"])
    for path in matched:
        cohort |= _cohort(read_table(path)[0])
    return EventCounts(before, together, least, cohort)


def _before(rows: "pd.DataFrame") -> dict[tuple[str, bool], float]:
    started = rows.loc[rows["after"], "month"].min()
    early = rows[rows["month"] < started] if started == started else rows
    sums = early.groupby(["measure", "pilot"])["count"].sum().reset_index()
    return {(str(row["measure"]), bool(row["pilot"])): float(row["count"]) for row in sums.to_dict("records")}


def _fewest(rows: "pd.DataFrame", groups: list[str]) -> dict[str, float]:
    """The smallest sum over groups of rows, by measure."""
    sums = rows.groupby(["measure", *groups])["count"].sum().groupby("measure").min()
    return {str(measure): float(count) for measure, count in sums.items()}


def _cohort(people: "pd.DataFrame") -> dict[str, float]:
    case = people["role"] == "case"
    columns = [str(name) for name in people if str(name).endswith(("_before", "_after"))]
    counts: dict[str, float] = {"mortality": float(people.groupby(case)["died"].sum().min())}
    for name in (each for each in columns if each != "months_after"):
        measure = name.rpartition("_")[0]
        counts[measure] = min(counts.get(measure, float("inf")), float(people.groupby(case)[name].sum().min()))
    return counts
