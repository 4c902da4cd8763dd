"""Published unit costs, checked.

``python -m analysis.prepare.costs.unit_costs --help``
"""

from pathlib import Path

from analysis.steps import command
from analysis.tables import write_table


def unit_costs(*, table: Path, receipt: Path, out: Path) -> None:
    """Check the transcribed unit costs.

    Parameters
    ----------
    table : Path
        One row per activity and price year (CSV).
    receipt : Path
        What the pull stage vouched for.
    out : Path
        The same rows in Parquet: pounds per unit of activity, of which source, and how sure the transcription is.
    """
    from analysis.prepare.contract.contract import UnitCosts
    from analysis.prepare.contract.raw import read_raw, read_receipt

    write_table(out, read_raw(table, UnitCosts), read_receipt(receipt))


if __name__ == "__main__":
    command(unit_costs)
