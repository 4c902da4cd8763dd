"""The RAND Health Insurance Experiment, from the file that statsmodels ships.

statsmodels gives the original file of Deb and Trivedi (2002), as Cameron and Trivedi (2005) distribute it, beside its
own smaller one with the same rows. Only the original holds the person and the insurance plan. The smaller one takes the
logarithm of the coinsurance from another column, and models with its `lncoins` are those that others have published.

``python -m analysis.pull.connectors.rand_hie --out data/raw/rand-hie``
"""

from pathlib import Path

from analysis.steps import Problem, command
from analysis.tables import write_csv

ORIGINAL, SMALLER = Path("src", "randhie.csv"), Path("randhie.csv")
# Who, where, when and under which plan; what was used; what the published models hold constant.
COLUMNS = [
    "zper", "year", "site", "plan", "coins", "mdvis", "notmdvis", "totadm", "idp", "lpi", "fmde", "physlm", "disea",
    "hlthg", "hlthf", "hlthp",
]  # fmt: skip


def rand_hie(*, out: Path) -> None:
    """Write the person-years of the experiment.

    Parameters
    ----------
    out : Path
        Folder for persons.csv: one row per person and year, with the names that statsmodels gives the columns.

    Raises
    ------
    Problem
        When the installed statsmodels ships other files.
    """
    import pandas as pd
    import statsmodels

    folder = Path(statsmodels.__file__).parent / "datasets" / "randhie"
    mend = "install the version that requirements.lock names"
    try:
        original, smaller = (pd.read_csv(folder / file) for file in (ORIGINAL, SMALLER))
    except FileNotFoundError as error:
        raise Problem(f"The installed statsmodels lacks {error.filename}.", mend) from None
    if not original[["mdvis", "idp"]].equals(smaller[["mdvis", "idp"]]):
        raise Problem(f"The two tables in {folder} no longer have the same rows.", mend)
    write_csv(out / "persons.csv", original[COLUMNS].assign(lncoins=smaller["lncoins"]))


if __name__ == "__main__":
    command(rand_hie)
