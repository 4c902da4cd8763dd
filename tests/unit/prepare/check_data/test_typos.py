"""Fifty-odd kinds of slips in a valid folder: each is refused or asked about, but for three that nobody could see."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.plan.limits import Limits
from analysis.prepare.check_data.examine import Examined, examine
from analysis.study import Study

Tables = dict[str, pd.DataFrame]
MONTHS = [str(each) for each in pd.period_range("2008-04", periods=36, freq="M")]


def valid() -> Tables:
    """28 practices, 12 of them at four sites, 36 months, two measures: 2,016 counts; three waves of a survey."""
    random = np.random.default_rng(7)
    ids = [f"P{number:02}" for number in range(1, 29)]
    lists = np.round(np.exp(random.normal(8.8, 0.4, 28))).astype(int)
    sites = pd.DataFrame(
        {
            "site_id": ["S1", "S2", "S3", "S4"],
            "name": ["North", "South", "East", "West"],
            "model": ["case management"] * 2 + ["care coordination"] * 2,
            "start_month": ["2009-10"] * 4,
        }
    )
    practices = pd.DataFrame(
        {
            "practice_id": ids,
            "site_id": [f"S{1 + number // 3}" if number < 12 else "" for number in range(28)],
            "region": [f"R{1 + number % 4}" for number in range(28)],
            "list_size": lists,
            "imd": np.round(random.gamma(4, 5.5, 28) + 2, 1),
            "gp_fte": np.round(lists / random.normal(1900, 150, 28), 2),
            "share_65plus": np.round(random.beta(12, 58, 28), 3),
        }
    )
    rows = []
    for practice, size, level in zip(ids, lists, np.exp(random.normal(0, 0.2, 28)), strict=True):
        for number, month in enumerate(MONTHS):
            registered = round(size * 1.001**number)
            season = 1 + 0.08 * np.cos(2 * np.pi * number / 12)
            for measure, rate in (("emergency", 0.008), ("outpatient", 0.08)):
                rows.append((practice, month, measure, random.poisson(rate * registered * level * season), registered))
    activity = pd.DataFrame(rows, columns=["practice_id", "month", "measure", "count", "population"])
    answers = [
        (practice, wave, "see_preferred_gp", int(random.normal(110, 10)), round(float(random.beta(60, 40)), 4))
        for practice in ids
        for wave in ("2008-07", "2009-07", "2010-07")
    ]
    survey = pd.DataFrame(answers, columns=["practice_id", "wave", "item", "responses", "value"])
    return {"sites": sites, "practices": practices, "activity": activity, "survey": survey}


def seen(tables: Tables, folder: Path, study: Study) -> Examined:
    """What `make check-data` finds in the folder, in this process."""
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    assert study.pilots is not None
    kept = {"emergency_admissions": "emergency", "outpatient_attendances": "outpatient", "continuity": ""}
    outcomes = {name: study.outcomes[name] for name in kept}
    months = study.pilots.months.model_copy(update={"first": MONTHS[0], "last": MONTHS[-1]})
    pilots = study.pilots.model_copy(update={"months": months, "limits": Limits()})
    plan = study.model_copy(update={"outcomes": outcomes, "pilots": pilots, "continuity": None})
    return examine({name: (folder / f"{name}.csv",) for name in tables}, plan, pilots)


def told(found: Examined) -> list[str]:
    return [each.sentence() for each in found.faults] + [each.question() for each in found.questions]


def cell(table: str, row: int, column: str, value: object) -> Callable[[Tables], None]:
    """One cell with another value."""

    def change(tables: Tables) -> None:
        tables[table] = tables[table].astype({column: object})
        tables[table].loc[row, column] = value

    return change


def column(table: str, name: str, new: Callable[[pd.DataFrame], object], where: str = "") -> Callable[[Tables], None]:
    """A column with other values, in the rows that fit a query."""

    def change(tables: Tables) -> None:
        frame = tables[table].astype({name: object})
        rows = frame.query(where).index if where else frame.index
        values = new(frame.loc[rows])
        frame.loc[rows, name] = values.to_numpy() if isinstance(values, pd.Series) else values
        tables[table] = frame

    return change


def swap(table: str, first: str, second: str, where: str = "") -> Callable[[Tables], None]:
    """Two columns, exchanged in the rows that fit a query."""

    def change(tables: Tables) -> None:
        frame = tables[table].astype({first: object, second: object})
        rows = frame.query(where).index if where else frame.index
        frame.loc[rows, [first, second]] = frame.loc[rows, [second, first]].to_numpy()
        tables[table] = frame

    return change


def rows(table: str, new: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Tables], None]:
    """A table with other rows."""

    def change(tables: Tables) -> None:
        tables[table] = new(tables[table])

    return change


def over(source: str, target: str, by: str) -> Callable[[Tables], None]:
    def change(tables: Tables) -> None:
        frame = tables["activity"]
        frame.loc[frame[by] == target, "count"] = frame.loc[frame[by] == source, "count"].to_numpy()

    return change


P5, JULY = "practice_id == 'P05'", "month == '2009-07'"
SLIPS: dict[str, Callable[[Tables], None]] = {
    # One count.
    "a count of 99999999": cell("activity", 200, "count", 99999999),
    "a count with a nought too many": column("activity", "count", lambda rows: rows["count"] * 10, f"{P5} & {JULY}"),
    "a count of nought": cell("activity", 201, "count", 0),
    "a count doubled and a half": column("activity", "count", lambda rows: rows["count"] * 5 // 2, f"{P5} & {JULY}"),
    "a negative count": cell("activity", 200, "count", -40),
    "a count with decimals": cell("activity", 200, "count", 40.5),
    "an empty count": cell("activity", 200, "count", ""),
    "an infinite count": cell("activity", 200, "count", "inf"),
    "a count of 1e308": cell("activity", 200, "count", "1e308"),
    "a suppressed count": cell("activity", 200, "count", "<5"),
    "a star for a count": cell("activity", 200, "count", "*"),
    "a thousands separator": cell("activity", 201, "count", "1,234"),
    "a decimal comma": cell("activity", 200, "population", "5293,5"),
    "the letter O for a nought": cell("activity", 200, "count", "4O"),
    "a count above the population": column("activity", "count", lambda rows: rows["population"] + 1, f"{P5} & {JULY}"),
    # Many counts.
    "count and population swapped": swap("activity", "count", "population"),
    "count and population swapped in a row": swap("activity", "count", "population", f"{P5} & {JULY}"),
    "count and population swapped at a practice": swap("activity", "count", "population", P5),
    "a month of noughts": column("activity", "count", lambda rows: 0, JULY),
    "a month that ended early": column("activity", "count", lambda rows: rows["count"] // 3, "month == '2011-03'"),
    "a practice times 100": column("activity", "count", lambda rows: rows["count"] * 100, P5),
    "a practice times 10 from a month on": column(
        "activity", "count", lambda rows: rows["count"] * 10, f"{P5} & month > '2009-12'"
    ),
    "a practice of noughts": column("activity", "count", lambda rows: 0, P5),
    "a practice with one count": column("activity", "count", lambda rows: 55, P5),
    "two measures swapped at a practice": column(
        "activity",
        "measure",
        lambda rows: rows["measure"].map({"emergency": "outpatient", "outpatient": "emergency"}),
        P5,
    ),
    "two measures swapped in a month": column(
        "activity",
        "measure",
        lambda rows: rows["measure"].map({"emergency": "outpatient", "outpatient": "emergency"}),
        JULY,
    ),
    "a month copied": over("2009-06", "2009-07", "month"),
    "a practice copied": over("P04", "P05", "practice_id"),
    "counts sorted without their practices": column(
        "activity", "count", lambda rows: rows["count"].sort_values(), "measure == 'outpatient'"
    ),
    "no event at all": column("activity", "count", lambda rows: 0),
    "counts rounded to tens": column("activity", "count", lambda rows: rows["count"].round(-1)),
    # Populations.
    "one population for all": column("activity", "population", lambda rows: 6000),
    "a population of nought": cell("activity", 200, "population", 0),
    "a population with a nought too many": column(
        "activity", "population", lambda rows: rows["population"] * 10, f"{P5} & {JULY}"
    ),
    "a practice's population times 10": column("activity", "population", lambda rows: rows["population"] * 10, P5),
    "populations in thousands": column("activity", "population", lambda rows: rows["population"] / 1000),
    # Keys and months.
    "an unknown practice": cell("activity", 200, "practice_id", "P99"),
    "a practice in small letters": column("activity", "practice_id", lambda rows: rows["practice_id"].str.lower(), P5),
    "a row twice": rows("activity", lambda frame: pd.concat([frame, frame.iloc[[200]]])),
    "a row left out": rows("activity", lambda frame: frame.drop(index=200)),
    "a practice left out": rows("activity", lambda frame: frame.query(f"not ({P5})")),
    "month 13": cell("activity", 200, "month", "2009-13"),
    "a month of another year": cell("activity", 200, "month", "1999-07"),
    "a measure misspelt at the end": column(
        "activity",
        "measure",
        lambda rows: "emergancy",
        "practice_id == 'P05' & month == '2011-03' & measure == 'emergency'",
    ),
    # Practices and sites.
    "imd 1e308": cell("practices", 4, "imd", 1e308),
    "imd with a nought too many": column("practices", "imd", lambda rows: rows["imd"] * 100, P5),
    "imd and share swapped": swap("practices", "imd", "share_65plus"),
    "imd and GPs swapped": swap("practices", "imd", "gp_fte"),
    "list and GPs swapped": swap("practices", "list_size", "gp_fte"),
    "list and imd swapped": swap("practices", "list_size", "imd"),
    "no GP": cell("practices", 4, "gp_fte", 0),
    "GPs with a lost point": column("practices", "gp_fte", lambda rows: rows["gp_fte"] * 100, P5),
    "lists sorted without their practices": column(
        "practices", "list_size", lambda rows: rows["list_size"].sort_values()
    ),
    "GPs sorted without their practices": column("practices", "gp_fte", lambda rows: rows["gp_fte"].sort_values()),
    "a list of one": cell("practices", 4, "list_size", 1),
    "a list with a nought too many": column("practices", "list_size", lambda rows: rows["list_size"] * 10, P5),
    "a share in per cent": cell("practices", 4, "share_65plus", 17),
    "a share with a point too far left": column(
        "practices", "share_65plus", lambda rows: rows["share_65plus"] / 100, P5
    ),
    "an unknown site": cell("practices", 4, "site_id", "S9"),
    "a site without practices": column("practices", "site_id", lambda rows: "S1", "site_id == 'S2'"),
    "a region misspelt": cell("practices", 4, "region", "R 1"),
    "a model in capitals": cell("sites", 1, "model", "Case management"),
    "a start in another century": cell("sites", 1, "start_month", "1909-10"),
    "a start a year early": cell("sites", 1, "start_month", "2008-10"),
    "a site's name that runs backwards": cell("sites", 1, "name", "South\u202ehtroN"),
    # The survey.
    "every answer 1": column("survey", "value", lambda rows: 1),
    "an answer 1": cell("survey", 30, "value", 1),
    "an answer in per cent": cell("survey", 30, "value", 62),
    "responses and value swapped": swap("survey", "responses", "value"),
    "one response": cell("survey", 30, "responses", 1),
    "more responses than patients": cell("survey", 30, "responses", 110_000),
    "a wave of its own": cell("survey", 30, "wave", "2010-08"),
    "a wave turned round": column("survey", "value", lambda rows: 1 - rows["value"] ** 3, "practice_id == 'P05'"),
    # What nobody could see.
    "two digits of a count exchanged": cell("activity", 200, "count", 64),
    "a pilot practice called a comparison": cell("practices", 4, "site_id", ""),
    "two practices' names exchanged": column(
        "practices", "practice_id", lambda rows: rows["practice_id"].to_numpy()[::-1], "practice_id in ('P13', 'P17')"
    ),
}
UNSEEN = ("two digits of a count exchanged", "a pilot practice called a comparison", "two practices' names exchanged")


def test_the_valid_folder_is_asked_nothing(tmp_path: Path, study: Study) -> None:
    assert told(seen(valid(), tmp_path, study)) == []


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_refused_or_asked_about(slip: str, tmp_path: Path, study: Study) -> None:
    tables = valid()
    SLIPS[slip](tables)
    found = told(seen(tables, tmp_path, study))
    assert bool(found) == (slip not in UNSEEN), found


def test_what_passes_is_named() -> None:
    assert len(SLIPS) - len(UNSEEN) >= 47
    assert len(UNSEEN) <= 3


def test_a_practice_that_closed_is_noted_and_its_zeros_are_not_asked_about(tmp_path: Path, study: Study) -> None:
    tables = valid()
    closed = (tables["activity"]["practice_id"] == "P20") & (tables["activity"]["month"] > MONTHS[20])
    tables["activity"].loc[closed, "count"] = 0
    found = seen(tables, tmp_path, study)
    assert told(found) == []
    assert [note for note in found.notes if note.startswith("activity: 1 practice stops within the months: P20 after")]
