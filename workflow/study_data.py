"""What the steps of a study follow from: its plan, the register of data sets, and which tables its data hold."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from analysis.plan.continuity import Continuity
from analysis.plan.sensitivity import Checks
from analysis.prepare.questions.corrections import read_corrections
from analysis.pull.datasets.register import Dataset, Register, read_register
from analysis.pull.package.package import Package, check_tables, read_package
from analysis.pull.web.record import absent
from analysis.study import Study, read_study, study_path
from workflow.step import plain

RAW = Path("data/raw")


@dataclass(frozen=True)
class StudyData:
    """A study and its data.

    Attributes
    ----------
    study : Study
        The plan.
    register : Register
        All data sets.
    draft : bool
        Whether what is built is no release yet.
    offline : bool
        Whether no network may be touched.
    """

    study: Study
    register: Register
    draft: bool = False
    offline: bool = False

    @property
    def results(self) -> str:
        """The folder of everything that is computed."""
        return f"results/{self.study.name}"

    @property
    def release(self) -> str:
        """The folder of the paper: what is no release yet is built beside it, so that neither makes the other anew."""
        return f"{self.results}/{'draft' if self.draft else 'release'}"

    @cached_property
    def evidence(self) -> Dataset | None:
        """The data set of published estimates."""
        return self.register.dataset(self.study.evidence) if self.study.evidence else None

    @cached_property
    def experiment(self) -> Dataset | None:
        """The data set of an experiment."""
        return self.register.dataset(self.study.experiment.dataset) if self.study.experiment else None

    @cached_property
    def unit_costs(self) -> Dataset | None:
        """The data set of unit costs."""
        return self.register.dataset(self.study.costs.dataset) if self.study.costs else None

    @cached_property
    def open_data(self) -> list[Dataset]:
        """The data sets by general practice."""
        return [*map(self.register.dataset, self.study.practices.datasets)] if self.study.practices else []

    @cached_property
    def missing(self) -> list[Dataset]:
        """Open data that are not on disk and may not be downloaded: they are left out, and the paper names them."""
        return [each for each in self.open_data if self.offline and each.download and absent(each, RAW)]

    @cached_property
    def pilots(self) -> Dataset | Package | None:
        """The pilots' data: a registered data set, or a package that the study names by its path."""
        asked = self.study.pilots
        if asked is None:
            return None
        if asked.dataset:
            return self.register.dataset(asked.dataset)
        place = asked.package or ""  # a plan without a data set names a package
        package = read_package(Path(place), f"{self.study.name}-data", Path(self.results) / "pull/package")
        check_tables(package.tables, place, survey=bool(self.study.survey()))
        return package

    @property
    def registered(self) -> list[Dataset]:
        """The data sets of the register that this study uses."""
        known = (self.evidence, self.pilots, self.unit_costs, self.experiment, *self.open_data)
        return [each for each in known if isinstance(each, Dataset)]

    @property
    def receipts(self) -> list[str]:
        """What the pull stage says of each data set."""
        known = (self.evidence, self.pilots, self.unit_costs, self.experiment, *self.open_data)
        return [self.receipt(each) for each in known if each and each not in self.missing]

    def receipt(self, dataset: Dataset | Package | None) -> str:
        """What the pull stage says of a data set; empty where the study has no such data set."""
        return f"{self.results}/pull/{dataset.id}.json" if dataset else ""

    def raw(self, dataset: Dataset | Package | None, name: str) -> str:
        """Path of a data set's file; empty where the data set has none, or the study no such data set."""
        found = dataset.find(name) if dataset else None
        return "" if not found else found if isinstance(dataset, Package) else f"{RAW}/{found}"

    def table(self, name: str) -> list[str]:
        """Paths of the files of one of the pilots' tables; none where the data lack the table, or the study pilots."""
        if isinstance(self.pilots, Package):
            return [str(path) for path in self.pilots.paths(name)]
        return [f"{RAW}/{path}" for path in self.pilots.tables().get(name, ())] if self.pilots else []

    def mapped(self, *names: str) -> dict[str, Any]:
        """The columns of some tables that have another name in the files; nothing where none has."""
        columns = self.study.pilots.columns if self.study.pilots else {}
        found = {name: columns[name] for name in names if name in columns}
        return {"columns": found} if found else {}

    def row_limits(self) -> dict[str, Any]:
        """From where on rows of events are refused; what is asked about other tables moves no step of theirs."""
        limits = plain(self.study.pilots.limits) if self.study.pilots else {}
        return {name: limit for name, limit in limits.items() if name not in ("odd", "silent")}

    @cached_property
    def checks(self) -> Checks:
        """All checks of the plan, each with the outcomes that it checks."""
        return self.study.checks(*{check.kind for check in self.study.sensitivity.values()})

    def calibrated(self, study: str) -> list[str]:
        """What `make calibrate` wrote last for a study: its rows, and what was calibrated."""
        paths = (Path(f"reports/calibration/{study}.{ending}") for ending in ("csv", "json"))
        return [str(path) for path in paths if path.exists()]

    @property
    def spells(self) -> bool:
        """Whether the pilots' data hold stays in hospital."""
        return bool(self.table("episodes") + self.table("spells"))

    @property
    def cohort(self) -> bool:
        """Whether a cohort can be matched: with a table of patients, and spells to follow them by."""
        return bool(self.study.designed("matched_cohort") and self.table("patients") and self.spells)

    @property
    def continuity(self) -> Continuity | None:
        """What is asked of continuity of care."""
        return self.study.continuity if self.pilots else None

    @property
    def continuity_evidence(self) -> bool:
        """Whether published estimates on continuity are at hand."""
        return bool(self.continuity and self.raw(self.evidence, "continuity.csv"))

    @property
    def continuity_cohort(self) -> bool:
        """Whether admissions can be set beside continuity: it takes to know who is registered and who was admitted."""
        asked = self.continuity is not None and self.continuity.admissions is not None
        return asked and bool(self.table("contacts") and self.table("registrations")) and self.spells

    @property
    def records(self) -> list[str]:
        """What was counted of the records of persons that counts were made of."""
        known = {"spells": ("episodes", "spells"), "activity": ("outpatients", "emergency_care")}
        if not self.pilots or self.table("activity"):
            return []
        return [facts for facts, names in known.items() if any(map(self.table, names))]


def measures(outcomes: dict[str, Any]) -> dict[str, str]:
    """By outcome, the measure in the activity table."""
    return {name: each.measure for name, each in outcomes.items()}


def read_study_data(study: str, *, draft: bool = False, offline: bool = False) -> StudyData:
    """A study by its name, with all that its steps follow from.

    Raises
    ------
    Problem
        Where the study, the register or the study's data cannot be read, or the study names what is not there.
    """
    found = StudyData(read_study(study_path(study)), read_register(RAW / "datasets.yaml"), draft, offline)
    assert found.receipts is not None  # each data set that the study names is looked up
    if found.open_data:
        # A correction of a data set that nobody knows would never be applied.
        for correction in read_corrections(RAW / "corrections.yaml"):
            found.register.dataset(correction.dataset)
    return found
