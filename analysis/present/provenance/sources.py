"""What the paper is told from, in one object: the rows, the parts of the plan, and what other steps left beside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.plan.calibration import Calibration
from analysis.plan.continuity import ContactRules, Continuity
from analysis.plan.experiment import Experiment
from analysis.plan.pilots import ActivityOutcome, ContactOutcome, SurveyOutcome
from analysis.plan.practices import Questions
from analysis.plan.sensitivity import Checks
from analysis.present.provenance.context import Context, Outcomes, Syntheses
from analysis.steps import Paths
from analysis.study import Inference
from analysis.verdicts import Verdicts

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class PaperPlan:
    """The parts of the plan that the paper tells of.

    Attributes
    ----------
    outcomes, syntheses, questions, checks : dict
        Their plans by name; empty where the study has none.
    inference : Inference
        How uncertainty is told.
    supplied : tuple of str
        The tables that the pilots' data hold.
    costs : bool
        Whether the plan costs the changes in activity.
    experiment, continuity, calibration
        None where the study has none.
    digest : str
        The digest of what the plan wants calibrated.
    contacts : ContactRules
        Which contacts count towards continuity.
    evidence : str
        The data set of published evidence; empty where the study has none.
    """

    inference: Inference
    outcomes: Outcomes = field(default_factory=dict)
    syntheses: Syntheses = field(default_factory=dict)
    questions: Questions = field(default_factory=dict)
    checks: Checks = field(default_factory=dict)
    supplied: tuple[str, ...] = ()
    costs: bool = False
    experiment: Experiment | None = None
    continuity: Continuity | None = None
    calibration: Calibration | None = None
    digest: str = ""
    contacts: ContactRules = field(default_factory=ContactRules)
    evidence: str = ""

    @property
    def methods(self) -> tuple[str, ...]:
        """Other ways to tell the uncertainty of counts; none where the study has no counts."""
        return tuple(self.inference.methods) if self.has_counts else ()

    @property
    def has_counts(self) -> bool:
        """Whether there are counts of activity."""
        return self._has(ActivityOutcome)

    @property
    def has_shares(self) -> bool:
        """Whether there are shares of a survey."""
        return self._has(SurveyOutcome)

    @property
    def has_contacts(self) -> bool:
        """Whether there are indices of contacts."""
        return self._has(ContactOutcome)

    def _has(self, kind: type) -> bool:
        return any(isinstance(each, kind) for each in self.outcomes.values())

    @property
    def of_records(self) -> bool:
        """Whether counts are made of records of persons."""
        return "activity" not in self.supplied

    @property
    def compared(self) -> bool:
        """Whether a published value is set beside any outcome."""
        return any(each.published for each in self.outcomes.values())


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What the paper is told from.

    Attributes
    ----------
    context : Context
        The table of estimates with its lineage, the book of numbers, what could not be estimated.
    plan : PaperPlan
        What the study asks.
    verdicts : Verdicts
        What each result is taken to say.
    benchmarks : DataFrame
        Truth and published values of the outcomes.
    files : dict
        What other steps left, by the name of the option: ``quality``, ``arms``, ``states``, ``cohort``,
        ``continuity``, ``calibration``, ``published``, ``power``; no files where the study has none.
    """

    context: Context
    plan: PaperPlan
    verdicts: Verdicts
    benchmarks: "pd.DataFrame"
    files: Mapping[str, Paths] = field(default_factory=dict)

    @property
    def simulated(self) -> bool:
        """Whether anything in the table rests on simulated data."""
        return bool(self.context.estimates["simulated"].any())

    def file(self, name: str, suffix: str) -> Path | None:
        """The one file of an option whose name ends so; None where there is none."""
        found = [path for path in self.files.get(name, ()) if path.name.endswith(suffix)]
        return found[0] if found else None
