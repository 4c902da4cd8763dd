"""The register of practices of the Organisation Data Service (epraccur): a table without a header."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.pull.connectors.base import MEASURES, Connector, Tidy, practice_rows, practices_only
from analysis.pull.connectors.cells import iso_dates
from analysis.pull.connectors.source import header_of, read_columns
from analysis.steps import Problem

if TYPE_CHECKING:
    import pandas as pd

    from analysis.pull.datasets.register import RawFile

ADDRESS = "https://www.odsdatasearchandexport.nhs.uk/api/getReport?report=epraccur"
MEMBER = r"epraccur[^/]*\.csv$"
POSITIONS = 27
# What stands where, counted from 0.
PLACES = {
    "practice_id": 0, "name": 1, "region": 2, "postcode": 9, "opened": 10, "closed": 11, "status": 12,
    "commissioner": 14, "setting": 25,
}  # fmt: skip
# A general practice is prescribing setting 4; since the export was renewed it is role RO76.
SETTINGS = {"4", "RO76"}
OPEN_AND_CLOSED = {"A", "ACTIVE", "C", "CLOSED", "INACTIVE", "D", "DORMANT", "P", "PROPOSED"}


class PracticeRegister(Connector):
    """Names, commissioners, opening and closing dates of general practices in England, open and closed."""

    name = "practice_register"
    title = "the register of practices (epraccur)"

    def address(self, file: "RawFile", parameters: Mapping[str, Any]) -> str | None:
        """The report of the search and export service."""
        return ADDRESS

    def check(self, path: Path, parameters: Mapping[str, Any]) -> None:
        """Check the first row, as there is no header: 27 positions, a status and a date where they belong."""
        first = header_of(path, MEMBER)
        status = first[PLACES["status"]].strip().upper() if len(first) == POSITIONS else ""
        if status not in OPEN_AND_CLOSED:
            raise Problem(
                f"{path} is not {self.title}: its first row has {len(first)} of {POSITIONS} positions, and position "
                f"{PLACES['status'] + 1} is {status!r}, which is no status.",
                "check that it is the right file; the report has no header line",
            )

    def read(self, paths: tuple[Path, ...], parameters: Mapping[str, Any]) -> Tidy:
        """The practices; this source measures nothing."""
        import pandas as pd

        for path in paths:
            self.check(path, parameters)
        parts = [self._read(path) for path in paths]
        others = frozenset().union(*(others for _, others in parts))
        practices = practice_rows(pd.concat([practices for practices, _ in parts]))
        return Tidy(pd.DataFrame(columns=MEASURES), practices, others - set(practices["practice_id"]))

    def _read(self, path: Path) -> "tuple[pd.DataFrame, frozenset[str]]":
        """The general practices, and the codes of other prescribers."""
        rows = practices_only(read_columns(path, PLACES, MEMBER, header=False), path, self.title)
        general = rows["setting"].str.split("|").map(lambda roles: bool(SETTINGS & {role.strip() for role in roles}))
        practices = rows[general]
        if practices.empty:
            raise Problem(
                f"{path} has no general practice: position 26 is never {' or '.join(sorted(SETTINGS))}.",
                "check that it is the right file",
            )
        dates = {each: iso_dates(practices[each], each, path) for each in ("opened", "closed")}
        return practices.assign(**dates), frozenset(rows.loc[~general, "practice_id"])
