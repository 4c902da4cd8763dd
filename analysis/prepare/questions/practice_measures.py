"""Open practice-level data, tidy: measures by practice and year, the practices, and what each data set covers.

``python -m analysis.prepare.questions.practice_measures --help``
"""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.prepare.questions.practice_sources import Read, check_copies, check_twins, without_others
from analysis.steps import Paths, Problem, command, read_json
from analysis.tables import union, write_table

if TYPE_CHECKING:
    import pandas as pd

    from analysis.prepare.questions.corrections import Correction

KEY = ["practice_id", "year", "measure"]
MEASURES = [*KEY, "value", "base", "series", "dataset"]
COVERAGE = ["dataset", "title", "measure", "year", "practices", "missing", "corrected", "status"]


def practice_measures(
    *, raw: Path, corrections: Path, missing: dict[str, str], measures: Path, practices: Path, coverage: Path,
    receipts: Paths = (),
) -> None:  # fmt: skip
    """Read the study's practice-level data sets through their connectors and join them by practice and year.

    Parameters
    ----------
    receipts : tuple of Path
        What the pull stage vouched for, one per data set on disk, in the order of the study file.
    raw : Path
        The folder of raw data, data/raw.
    corrections : Path
        The register of corrections.
    missing : dict
        Ids and titles of the study's data sets that are not on disk, as JSON.
    measures : Path
        ``practice_id, year, measure, value, base, series, dataset``, one row per practice, year and measure (Parquet).
        Shares are from 0 to 1. Values that a source suppresses are not here; they are counted in the coverage.
    practices : Path
        ``practice_id, name, commissioner, region, postcode, opened, closed``, one row per practice (Parquet).
    coverage : Path
        One row per data set, measure and year: practices with a value, values that are missing, rows that a correction
        changed, and whether the data set was read (Parquet).
    """
    from analysis.prepare.contract.raw import read_receipt
    from analysis.prepare.questions.corrections import read_corrections, with_corrections

    if not receipts:
        raise Problem(
            f"None of the study's practice-level data sets is on disk: {', '.join(missing)}.",
            "run without OFFLINE=1; or put files where data/raw/datasets.yaml says and run `make pull ACCEPT=<id>`",
        )
    declared = read_corrections(corrections)
    about = [read_json(receipt) for receipt in receipts]
    check_twins(about)
    sources = without_others([read_one(each, raw, declared) for each in about])
    lineage = with_corrections(union(*(read_receipt(receipt) for receipt in receipts)), declared)
    write_table(measures, all_measures(sources), lineage)
    write_table(practices, register_of(sources), lineage)
    write_table(coverage, coverage_of(sources, missing), lineage)


def read_one(about: dict[str, Any], raw: Path, declared: "tuple[Correction, ...]") -> Read:
    """Read one data set through its connector, and correct it.

    Raises
    ------
    Problem
        When it has no connector, or its connector or a correction refuses it.
    """
    from analysis.prepare.questions.corrections import corrected
    from analysis.pull.connectors.registry import connector

    if not about.get("connector"):
        raise Problem(
            f"Data set {about['id']} names no connector, so it cannot be read as practice-level data.",
            "give `connector` in data/raw/datasets.yaml, or take it out of the study's `practices.datasets`",
        )
    paths = tuple(raw / file["path"] for file in about["files"])
    tidy = connector(about["connector"]).read(paths, about["parameters"])
    measures, applied = corrected(tidy.measures, tuple(each for each in declared if each.dataset == about["id"]))
    for each in applied:
        print(f"corrected {each}", file=sys.stderr)
    return Read(about, replace(tidy, measures=measures), sum(each.rows for each in applied))


def all_measures(sources: list[Read]) -> "pd.DataFrame":
    """All known values, one row per practice, year and measure.

    Raises
    ------
    Problem
        When two data sets, or two rows of one, give different values for the same practice, year and measure.
    """
    import pandas as pd

    tables = [each.tidy.measures.assign(dataset=each.about["id"]) for each in sources]
    every = pd.concat([table for table in tables if len(table)] or tables, ignore_index=True)[MEASURES]
    filled = every.dropna(subset=["value"])
    check_copies(filled, {each.about["id"]: str(each.about.get("connector")) for each in sources})
    twice = filled[filled.duplicated(KEY, keep=False)]
    spread = twice.groupby(KEY)["value"].agg(["min", "max"])
    unequal = spread[spread["max"] - spread["min"] > 1e-9 * spread.abs().max(axis=1)]
    if len(unequal):
        raise _conflict(twice, unequal.index[0], len(unequal))
    return filled.drop_duplicates(KEY).sort_values(["measure", "year", "practice_id"], ignore_index=True)


def _conflict(twice: "pd.DataFrame", key: tuple[str, int, str], count: int) -> Problem:
    practice, year, measure = key
    rows = twice[(twice["practice_id"] == practice) & (twice["year"] == year) & (twice["measure"] == measure)]
    both = " and ".join(f"{value:g} ({dataset})" for value, dataset in zip(rows["value"], rows["dataset"], strict=True))
    return Problem(
        f"The data sets disagree on {measure} of practice {practice} in {year}: {both} ({count} such in all).",
        "take one of them out of `practices.datasets` in the study file, or that measure out of one's `parameters`",
    )


def register_of(sources: list[Read]) -> "pd.DataFrame":
    """One row per practice; each fact from the first data set, in the study's order, that has it."""
    import pandas as pd

    every = pd.concat([each.tidy.practices for each in sources], ignore_index=True)
    first = every.replace("", None).groupby("practice_id", as_index=False).first()
    return first.fillna("").astype(str).sort_values("practice_id", ignore_index=True)


def coverage_of(sources: list[Read], missing: dict[str, str]) -> "pd.DataFrame":
    """What each data set covers; a data set without measures, or not on disk, has one row without measure and year."""
    import pandas as pd

    rows = [row for each in sources for row in _covered(each)]
    rows += [[id, title, "", None, 0, 0, 0, "not on disk"] for id, title in missing.items()]
    return pd.DataFrame(rows, columns=COVERAGE).astype({"year": "Int64"})


def _covered(read: Read) -> list[list[object]]:
    id, title, measures = read.about["id"], read.about["title"], read.tidy.measures
    if measures.empty:
        return [[id, title, "", None, len(read.tidy.practices), 0, read.corrected, "read"]]
    return [
        [id, title, measure, year, int(rows.notna().sum()), int(rows.isna().sum()), read.corrected, "read"]
        for (measure, year), rows in measures.groupby(["measure", "year"])["value"]
    ]


if __name__ == "__main__":
    command(practice_measures)
