"""What others published of the arms of an experiment, ready to stand beside our estimates.

``python -m analysis.prepare.experiment.arms --help``
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from analysis.plan.experiment import Experiment
from analysis.steps import AsJson, command
from analysis.tables import read_table, write_csv

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["outcome", "subgroup", "evidence_id", "study", "value", "ratio", "certainty", "data"]


def arms(*, evidence: Path, experiment: Annotated[Experiment, AsJson], out: Path) -> None:
    """Collect the published means of each arm, and their ratio to the reference arm's.

    Parameters
    ----------
    evidence : Path
        The prepared evidence; `outcome_detail` names the arm, or the column of the published specification.
    experiment : Experiment
        The plan of the experiment, as JSON.
    out : Path
        One row per outcome, arm and study, as CSV; `ratio` is missing where the study gives no reference mean.
    """
    published, lineage = read_table(evidence)
    data = ", ".join(source.id for source in lineage.sources)
    write_csv(out, published_arms(published.assign(data=data), experiment.reference))


def published_arms(published: "pd.DataFrame", reference: str) -> "pd.DataFrame":
    """Published means with their ratios, and published coefficients as they are."""
    rows = published.rename(columns={"outcome_detail": "subgroup", "estimate": "value"})
    means = rows[rows["measure"] == "mean_per_person_year"]
    base = means[means["subgroup"] == reference].set_index(["outcome", "study"])["value"].rename("base")
    rows = rows.join(base, on=["outcome", "study"])
    ratio = (rows["value"] / rows["base"]).where(rows["measure"] == "mean_per_person_year")
    return rows.assign(ratio=ratio)[COLUMNS]


if __name__ == "__main__":
    command(arms)
