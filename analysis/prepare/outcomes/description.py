"""What the practices were like before the start, and what the data hold of them: balance and data quality.

``python -m analysis.prepare.outcomes.description --help``
"""

from pathlib import Path

from analysis.prepare.outcomes.balance import balance
from analysis.prepare.outcomes.panel import Columns
from analysis.prepare.outcomes.quality import quality
from analysis.steps import Paths, command


def description(
    *,
    sites: Paths,
    practices: Paths,
    panel: Path,
    comparison_cluster: str,
    balance_out: Path,
    quality_out: Path,
    survey: Paths = (),
    indices: tuple[str, ...] = (),
    columns: Columns | None = None,
) -> None:
    """Write the balance table and the data-quality table, see :func:`balance` and :func:`quality`.

    Parameters
    ----------
    sites, practices : tuple of Path
        The raw tables, each one file or several parts.
    panel : Path
        The practice-month panel.
    comparison_cluster : str
        Column of the practices table that clusters comparison practices.
    balance_out, quality_out : Path
        One row per characteristic; one row per measure or item; in Parquet.
    survey : tuple of Path
        The survey panel and the panel of continuity, where the data have them.
    indices : tuple of str
        Of the indices of continuity those that an outcome reads.
    columns : dict
        By table, columns with another name in the files; as JSON.
    """
    balance(
        sites=sites,
        practices=practices,
        panel=panel,
        comparison_cluster=comparison_cluster,
        out=balance_out,
        columns=columns,
    )
    quality(panel=panel, survey=survey, indices=indices, out=quality_out)


if __name__ == "__main__":
    command(description)
