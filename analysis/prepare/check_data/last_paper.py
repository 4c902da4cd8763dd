"""Whether data are still those that the last paper of a study rests on."""

from collections.abc import Mapping
from pathlib import Path

from analysis.pull.datasets.register import Dataset, read_register
from analysis.pull.datasets.verify import check_unaltered
from analysis.steps import Paths, Problem, file_digest, read_json
from analysis.study import Study

# Files of a data package that are no tables.
BESIDE = ("datapackage.json", "truth.json")


def since_last_paper(tables: Mapping[str, Paths], plan: Study, register: Path, results: Path) -> list[str]:
    """What is worth a note on data that are not those of the register, or of the last paper.

    Parameters
    ----------
    tables : dict
        The files of each table of the pilots' data.
    plan : Study
        The study.
    register : Path
        The register, data/raw/datasets.yaml.
    results : Path
        The folder of results.
    """
    whole, own = read_register(register), f"{plan.name}-data"
    registered = [note for id in datasets(plan) for note in register_notes(whole.dataset(id), register.parent)]
    receipt = results / plan.name / "pull" / f"{(plan.pilots and plan.pilots.dataset) or own}.json"
    return registered or change_notes(tables, receipt, plan.name)


def datasets(plan: Study) -> list[str]:
    """The ids of the registered data sets that a study reads."""
    named = [plan.evidence, *(part.dataset for part in (plan.pilots, plan.costs, plan.experiment) if part)]
    return [id for id in [*named, *(plan.practices.datasets if plan.practices else ())] if id]


def changed_since(tables: Mapping[str, Paths], receipt: Path) -> list[str]:
    """The names of files that came, went or changed since a receipt was written; none where there is no receipt.

    Parameters
    ----------
    tables : dict
        The files of each table.
    receipt : Path
        What the pull stage vouched for (JSON).
    """
    if not receipt.is_file():
        return []
    vouched = {(Path(each["path"]).name, each["sha256"]) for each in read_json(receipt)["files"]}
    here = {(path.name, file_digest(path)) for paths in tables.values() for path in paths}
    return sorted({name for name, _ in vouched ^ here} - set(BESIDE))


def change_notes(tables: Mapping[str, Paths], receipt: Path, study: str) -> list[str]:
    """What is worth a note on data that changed since the last paper."""
    if not (changed := changed_since(tables, receipt)):
        return []
    more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
    return [f"the last paper rests on other data: {changed[0]}{more}. `make paper STUDY={study}` makes it anew"]


def register_notes(entry: Dataset, raw: Path) -> list[str]:
    """What is worth a note on a data set whose files are not those that the register knows."""
    try:
        check_unaltered(entry, raw, file_digest)
    except Problem as problem:
        return [f"{problem.sentence.removesuffix('.')}; {problem.mend}"]
    return []
