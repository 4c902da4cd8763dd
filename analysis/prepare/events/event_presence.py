"""Practices that open or close, as the records of events tell of them before anything is counted."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.terms import Period
from analysis.prepare.outcomes.presence import during, presence, presence_notes
from analysis.prepare.outcomes.silence import silence_notes, silences
from analysis.steps import Paths

if TYPE_CHECKING:
    import pandas as pd

COUNTED = """
SELECT {practice} AS practice_id, strftime({date}, '%Y-%m') AS month, count(*) AS count FROM ({typed})
WHERE {practice} IN (SELECT practice_id FROM practices) AND strftime({date}, '%Y-%m') BETWEEN ? AND ? GROUP BY ALL
"""


def event_notes(
    tables: Mapping[str, Paths],
    columns: Mapping[str, Mapping[str, str]],
    practices: list[str],
    months: Period,
    silent: float,
    zone: str,
) -> list[str]:
    """What is worth knowing of practices without events from some month on, until some month, or in between.

    Parameters
    ----------
    tables : mapping
        By name, the files of tables of events whose practices have events in every month.
    columns : mapping
        By table, columns that have other names in the files.
    practices : list of str
        The practices of the study.
    months : Period
        Its months.
    silent : float
        See :func:`analysis.prepare.outcomes.presence.presence`.
    zone : str
        The time zone in which a time that has a zone becomes a day.
    """
    import pandas as pd

    counted = [_counts(name, files, columns.get(name, {}), practices, months, zone) for name, files in tables.items()]
    frame = pd.concat([each for each in counted if len(each)] or counted)
    if frame.empty:
        return []
    spans, names = presence(frame, silent), " and ".join(tables)
    notes = presence_notes(spans, names, (frame["month"].min(), frame["month"].max()))
    return [*notes, *silence_notes(silences(during(frame, spans), silent), names)]


def _counts(
    name: str, files: Paths, columns: Mapping[str, str], practices: list[str], months: Period, zone: str
) -> "pd.DataFrame":
    """Rows of every practice in every month in which the table has rows at all."""
    import tempfile

    import pandas as pd

    from analysis.prepare.events.event_contract import EVENT_TABLES
    from analysis.prepare.events.events import engine, event_select

    table, own = EVENT_TABLES[name], pd.DataFrame({"practice_id": practices})
    with tempfile.TemporaryDirectory() as folder, engine(Path(folder) / "spill", zone=zone) as (connection, _):
        connection.register("practices", own)
        typed = event_select(connection, table, files, columns)
        query = COUNTED.format(practice=table.practice, date=table.date, typed=typed)
        rows = connection.execute(query, [months.first, months.last]).df()
    every = own.merge(rows[["month"]].drop_duplicates(), how="cross")
    whole = every.merge(rows, on=["practice_id", "month"], how="left").fillna({"count": 0})
    return whole.assign(measure=name, population=1.0)
