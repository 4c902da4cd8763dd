"""What the paper is told from, in one object: the rows, the parts of the plan, and what other steps left beside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from analysis.plan.calibration import Calibration
from analysis.plan.continuity import ContactRules, Continuity
from analysis.plan.experiment import Experiment
from analysis.plan.inference import Inference
from analysis.plan.pilots import ActivityOutcome, ContactOutcome, SurveyOutcome
from analysis.plan.practices import Questions
from analysis.plan.sensitivity import Checks
from analysis.present.provenance.context import Context, Outcomes, Syntheses
from analysis.steps import AsJson, Paths
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
    experiment : Experiment
        The plan of the experiment; none where the study has none.
    continuity : Continuity
        What is asked of continuity; none where the study asks nothing.
    calibration : Calibration
        The kinds of world; none where the plan asks for no calibration.
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
    checks: Annotated[Checks, AsJson] = field(default_factory=dict)
    supplied: tuple[str, ...] = ()
    costs: bool = False
    experiment: Annotated[Experiment | None, AsJson] = None
    continuity: Annotated[Continuity | None, AsJson] = None
    calibration: Annotated[Calibration | None, AsJson] = None
    digest: str = ""
    contacts: Annotated[ContactRules, AsJson] = field(default_factory=ContactRules)
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
class PaperFiles:
    """What other steps left for the paper, and where its own words stand.

    Attributes
    ----------
    estimates, lineage : Path
        The table of estimates and the data sets behind its rows.
    verdicts : Path
        What each result is taken to say.
    tests : Path
        The readings of the five tests.
    benchmarks : Path
        Truth and published values of the outcomes.
    reports : Path
        The paper's sources, of which sections and the library of phrases are read.
    document : str
        The paper, by its path below `reports`.
    unmade : tuple of Path
        What could not be estimated, and why.
    quality : tuple of Path
        The data-quality table; none where the study has no pilots.
    arms : tuple of Path
        What others published of the arms of an experiment.
    states : tuple of Path
        What the prepare stage says of each question; none where the study has no questions.
    cohort : tuple of Path
        Numbers, balance and benchmarks of the matched cohort; none where the study has none.
    contact_facts : tuple of Path
        What each minimum of contacts drops, what was left out of the contacts, truth and published values.
    tried : tuple of Path
        How often the primary model's intervals held the truth; none where `make calibrate` never ran.
    power : tuple of Path
        What `make calibrate` wrote last for this study, table and record; none where it never ran.
    published : tuple of Path
        The prepared evidence; none where the study names no published evidence.
    """

    estimates: Path
    lineage: Path
    verdicts: Path
    tests: Path
    benchmarks: Path
    reports: Path
    document: str
    unmade: Paths = ()
    quality: Paths = ()
    arms: Paths = ()
    states: Paths = ()
    cohort: Paths = ()
    contact_facts: Paths = ()
    tried: Paths = ()
    power: Paths = ()
    published: Paths = ()

    def by_topic(self) -> dict[str, Paths]:
        """The files that pages read by themselves, by the name that they know them by."""
        return {
            "quality": self.quality, "arms": self.arms, "states": self.states, "cohort": self.cohort,
            "continuity": self.contact_facts, "calibration": self.tried, "published": self.published,
            "power": self.power, "tests": (self.tests,),
        }  # fmt: skip


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
        What other steps left, as :meth:`PaperFiles.by_topic` gives it; no files where the study has none.
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
        paths = [path for path in self.files.get(name, ()) if path.name.endswith(suffix)]
        return paths[0] if paths else None
