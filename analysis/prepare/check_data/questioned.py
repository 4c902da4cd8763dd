"""Ask about values that look like slips, for the end of the run and for the paper.

``python -m analysis.prepare.check_data.questioned --help``
"""

from dataclasses import asdict
from pathlib import Path

from analysis.plan.limits import Limits
from analysis.plan.terms import Period
from analysis.prepare.contract.reach import outside
from analysis.prepare.outcomes.panel import Columns
from analysis.steps import Paths, command, write_json


def questioned(
    *,
    sites: Paths,
    practices: Paths,
    activity: Paths,
    receipt: Path,
    months: Period,
    odd: float,
    out: Path,
    survey: Paths = (),
    columns: Columns | None = None,
) -> None:
    """Write down what is asked about the tables; nothing is left out of them.

    Parameters
    ----------
    sites, practices, activity, survey : tuple of Path
        The raw tables, each one file or several parts; `activity` may be what was made of records of persons.
    receipt : Path
        What the pull stage vouched for.
    months : Period
        The months of the study; how many rows of activity lie outside is counted.
    odd : float
        From where on a value stands out, see :mod:`analysis.prepare.check_data.outliers`.
    out : Path
        The questions (JSON), each with its sentence, its rule, and the first place without a value.
    columns : dict
        By table, columns with another name in the files; as JSON.
    """
    from analysis.prepare.check_data.plausible import questions
    from analysis.prepare.contract import contract
    from analysis.prepare.contract.raw import read_checked, read_receipt

    models = {
        "sites": (contract.Sites, sites),
        "practices": (contract.Practices, practices),
        "activity": (contract.Activity, activity),
        "survey": (contract.Survey, survey),
    }
    named = columns or {}
    tables = {
        name: read_checked(files, model, named.get(name), notes=False)
        for name, (model, files) in models.items()
        if files
    }
    asked_about = questions(Limits(odd=odd), **tables)
    rows = [asdict(each) | {"sentence": each.question()} for each in asked_about]
    facts = {"questions": rows, "outside": outside(tables["activity"], months)}
    write_json(out, facts | {"lineage": read_receipt(receipt).to_records()})


if __name__ == "__main__":
    command(questioned)
