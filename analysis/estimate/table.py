"""Join every model's rows into the one table of estimates.

``python -m analysis.estimate.table --help``
"""

from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.estimates import COLUMNS, KEY, MISSING, REASON, WHOLE, NotEstimated, contract
from analysis.steps import Paths, Problem, command, write_json
from analysis.tables import Lineage, read_table, validated, write_csv

if TYPE_CHECKING:
    import pandas as pd


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
    from analysis.estimate.inference.multiplicity import with_adjusted_p_values

    family = partial(with_adjusted_p_values, primary=primary, step=__spec__.name)
    estimates, not_estimated, lineages = stamped(parts, study, plan_digest, family)
    write_csv(out, estimates)
    write_csv(unmade, not_estimated)
    write_json(lineage, {digest: each.to_records() for digest, each in lineages.items()})


def stamped(
    parts: Iterable[Path],
    study: str,
    plan_digest: str,
    adjusted: "Callable[[pd.DataFrame], pd.DataFrame] | None" = None,
) -> "tuple[pd.DataFrame, pd.DataFrame, dict[str, Lineage]]":
    """Join the models' parts into the one table and check it.

    Parameters
    ----------
    parts : iterable of Path
        What :func:`write_part` wrote.
    study, plan_digest : str
        The study's name and the digest of its plan.
    adjusted : callable, optional
        Fills `p_adjusted` once all rows are known, and may add rows; without it nothing is adjusted.

    Returns
    -------
    DataFrame
        Columns ``COLUMNS``, one row per ``KEY``, sorted. ``simulated`` and ``data_digest`` come from lineage.
    DataFrame
        What could not be estimated: the columns of :class:`NotEstimated`.
    dict
        Each ``data_digest`` in the table with the lineage that it stands for.

    Raises
    ------
    Problem
        When nothing at all could be estimated.
    """
    import pandas as pd

    frames, lineages = zip(*(_stamp(part) for part in parts), strict=True)
    rows = pd.concat([frame for frame in frames if len(frame)], ignore_index=True)
    unmade = rows.loc[rows["reason"].notna(), [field.name for field in fields(NotEstimated)]]
    if rows["reason"].notna().all():
        first = NotEstimated(**unmade.iloc[0].to_dict())
        raise Problem(
            f"Nothing at all could be estimated. The first reason, for {first.outcome}: {first.why.sentence}",
            "correct the data or the study file",
        )
    table = rows[rows["reason"].isna()].drop(columns=REASON).astype(dict.fromkeys(WHOLE, int))
    table = table.assign(study=study, plan_digest=plan_digest, p_adjusted=MISSING)
    table = adjusted(table) if adjusted else table
    table = table.sort_values(KEY, kind="stable", ignore_index=True)[COLUMNS]
    return validated(table, contract(), "the table of estimates"), unmade, {each.digest: each for each in lineages}


def _stamp(part: Path) -> "tuple[pd.DataFrame, Lineage]":
    frame, lineage = read_table(part)
    return frame.assign(simulated=lineage.simulated, data_digest=lineage.digest), lineage


if __name__ == "__main__":
    command(table)
