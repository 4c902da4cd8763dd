"""Were pilot and comparison practices alike before the start? The balance table."""

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.hospital import MEASURES
from analysis.prepare.outcomes.panel import Columns, assigned
from analysis.steps import Paths
from analysis.tables import read_table, write_table

if TYPE_CHECKING:
    import pandas as pd

CHARACTERISTICS = {
    "list_size": "Registered patients",
    "imd": "Deprivation score (Index of Multiple Deprivation)",
    "patients_per_gp": "Patients per full-time GP",
    "share_65plus": "Share aged 65 and over",
}


def balance(
    *,
    sites: Paths,
    practices: Paths,
    panel: Path,
    comparison_cluster: str,
    out: Path,
    columns: Columns | None = None,
) -> None:
    """Compare pilot and comparison practices before the start.

    Parameters
    ----------
    sites, practices : tuple of Path
        The raw tables, each one file or several parts.
    panel : Path
        The practice-month panel, for activity before the start.
    comparison_cluster : str
        Column of the practices table that clusters comparison practices.
    out : Path
        One row per characteristic: mean and standard deviation in each group, standardised difference,
        ratio of variances; in Parquet.
    columns : dict
        By table, columns with another name in the files; as JSON.
    """
    import pandas as pd

    counts, lineage = read_table(panel)
    groups = assigned(sites, practices, comparison_cluster, columns)
    groups = groups.assign(patients_per_gp=(groups["list_size"] / groups["gp_fte"]).where(groups["gp_fte"] > 0))
    rates = baseline_rates(counts)
    together = groups.set_index("practice_id").join(rates)
    labels = CHARACTERISTICS | {str(name): f"{_label(str(name))}, per 1,000 patients a year" for name in rates}
    named = {name: {"series": name, "characteristic": label} for name, label in labels.items()}
    rows = [compared(together[name], together["pilot"]) | named[name] for name in labels]
    write_table(out, pd.DataFrame(rows), lineage)


def baseline_rates(panel: "pd.DataFrame") -> "pd.DataFrame":
    """Events per 1,000 patients a year by practice and measure, in the months before the first start."""
    untreated = panel[~panel["after"]]
    started = panel[panel["after"] & panel["practice_id"].isin(untreated["practice_id"])]
    before = untreated[untreated["month"] < started["month"].min()]
    sums = before.groupby(["practice_id", "measure"])[["count", "population"]].sum()
    rates: pd.DataFrame = (12_000 * sums["count"] / sums["population"]).unstack("measure")
    return rates


def compared(values: "pd.Series", pilot: "pd.Series") -> dict[str, float]:
    """Means, standard deviations, standardised mean difference and variance ratio of two groups.

    The standardised difference is the difference of means over the root of the mean variance
    (Austin 2009, Stat Med 28:3083-3107). What has no meaning is missing: spread with fewer than two values in a group,
    and what is divided by a spread that is nil.
    """
    treated, others = values[pilot], values[~pilot]
    spread = ((treated.var() + others.var()) / 2) ** 0.5
    return {
        "pilot_mean": treated.mean(),
        "pilot_sd": treated.std(),
        "comparison_mean": others.mean(),
        "comparison_sd": others.std(),
        "standardised_difference": (treated.mean() - others.mean()) / spread if spread > 0 else float("nan"),
        "variance_ratio": treated.var() / others.var() if others.var() > 0 else float("nan"),
    }


def _label(measure: str) -> str:
    label = MEASURES.get(measure, measure)
    return label[0].upper() + label[1:]
