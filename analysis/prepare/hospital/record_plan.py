"""What the study says of records of hospital care, whatever is made of them."""

from dataclasses import dataclass, field

from analysis.plan.hospital import HospitalRules
from analysis.plan.terms import ZONE, Period
from analysis.prepare.outcomes.panel import Columns


@dataclass(frozen=True, kw_only=True)
class RecordPlan:
    """What the study says of records.

    Attributes
    ----------
    months : Period
        First and last month of the study.
    rules : HospitalRules
        The codes and days that the study chose; as JSON.
    time_zone : str
        In which a time that has a zone becomes a day.
    columns : dict
        By table, the columns that have other names in the files; as JSON.
    """

    months: Period
    rules: HospitalRules
    time_zone: str = ZONE
    columns: Columns = field(default_factory=dict)

    def named(self, table: str) -> dict[str, str]:
        """The columns of a table that have other names in the files."""
        return self.columns.get(table, {})
