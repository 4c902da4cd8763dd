"""Join every model's rows into the one table of estimates.

``python -m analysis.estimate.table --help``
"""

from functools import partial
from pathlib import Path

from analysis.estimates import stamped
from analysis.steps import Paths, command, write_json
from analysis.tables import write_csv


def table(
    *,
    parts: Paths,
    study: str,
    plan_digest: str,
    primary: tuple[str, ...] = (),
    out: Path,
    unmade: Path,
    lineage: Path,
) -> None:
    """Join the parts, stamp them with study, plan and data, adjust the primary effects, check them, write them once.

    Parameters
    ----------
    parts : list of Path
        What the models wrote.
    study : str
        The study's name.
    plan_digest : str
        The sha256 of the study's canonical JSON.
    primary : tuple of str
        The primary outcomes, which form one family; as JSON.
    out : Path
        The table of estimates (CSV).
    unmade : Path
        What could not be estimated, and why (CSV).
    lineage : Path
        The data sets behind each `data_digest` of the table (JSON).
    """
    from analysis.estimate.inference.multiplicity import adjusted

    family = partial(adjusted, primary=primary, step=__spec__.name)
    estimates, not_estimated, lineages = stamped(parts, study, plan_digest, family)
    write_csv(out, estimates)
    write_csv(unmade, not_estimated)
    write_json(lineage, {digest: each.to_records() for digest, each in lineages.items()})


if __name__ == "__main__":
    command(table)
