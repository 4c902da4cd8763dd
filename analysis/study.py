"""The typed study: what is analysed, how, and by which rules it is judged.

A study file is the analysis plan. It parses once into frozen objects; a key that nobody knows is an error;
its canonical JSON is hashed to the *plan digest* that the paper prints.
"""

import re
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator
from ruamel.yaml.error import YAMLError

from analysis.closest import closest_name
from analysis.plain_text import check_seen
from analysis.plan.calibration import Calibration
from analysis.plan.continuity import Continuity
from analysis.plan.designs import Costs, Design, Designs
from analysis.plan.experiment import Experiment
from analysis.plan.faults import refuse_study
from analysis.plan.inference import Inference
from analysis.plan.pilots import ActivityOutcome, AnyOutcome, ContactOutcome, Pilots, SurveyOutcome
from analysis.plan.practices import AnyQuestion, PracticeData
from analysis.plan.release import COVER, Release
from analysis.plan.sensitivity import AnyCheck, Checks
from analysis.plan.terms import SLUG, Name, Plan, Slug, Text
from analysis.plan.tests import FiveTest, Test
from analysis.steps import Problem, canonical_json, digest, ordinary
from analysis.yaml_files import read_yaml, yaml_fault


class Synthesis(Plan):
    """Random-effects synthesis of published estimates of one outcome."""

    label: Text = Field(description="Name in text, lower case.")
    outcome: Name = Field(description="The outcome in the evidence table.")
    good_direction: Literal["up", "down"] = Field(description="The direction in which patients or the service gain.")
    smallest_change: float = Field(gt=0, description="The smallest change that matters, in per cent.")
    fewest: int = Field(default=3, ge=2, description="Estimates with an interval that are needed to pool anything.")
    leave_out: dict[str, Text] = Field(
        default={}, description="evidence_id of estimates left out, each with the reason."
    )


# Rows of the table of estimates that no outcome and no check of the plan has named.
TAKEN_CHECKS = {"primary"}
TAKEN_OUTCOMES = {"net_cost", "mortality"}
# A host as its address names it, without scheme and port.
Host = Annotated[str, Field(pattern=r"^[a-z0-9._:-]+$")]


class Study(Plan):
    """A whole study: the analysis plan."""

    config_version: Literal[1] = Field(description="Version of this file's shape; this pipeline reads version 1.")
    name: Slug = Field(description="The study's name; also its folder in results/.")
    title: Text = Field(description="Title of the paper.")
    subtitle: Text = Field(description="Subtitle of the paper.")
    evidence: Slug | None = Field(
        default=None,
        description="Data set id of the published evidence; leave out to set none beside the results.",
    )
    pilots: Pilots | None = Field(
        default=None, description="The pilots' data; leave out to use published evidence alone."
    )
    outcomes: dict[Name, AnyOutcome] = Field(default={}, description="The outcomes by name.")
    experiment: Experiment | None = Field(default=None, description="An experiment with people drawn by lot into arms.")
    practices: PracticeData | None = Field(default=None, description="Open practice-level data.")
    questions: dict[Name, AnyQuestion] = Field(
        default={}, description="What is asked of the practice-level data, by name."
    )
    inference: Inference = Field(default=Inference(), description="Confidence level and clusters.")
    designs: Designs = Field(default=Designs(), description="Settings of the designs.")
    sensitivity: dict[Name, AnyCheck] = Field(
        default={}, description="Checks of the difference-in-differences, by name."
    )
    continuity: Continuity | None = Field(
        default=None, description="What is asked of continuity of care, beside whether the pilots changed it."
    )
    costs: Costs | None = Field(default=None, description="What the changes in activity cost.")
    calibration: Calibration | None = Field(
        default=None, description="How the models are tried on worlds with a known truth, by `make calibrate`."
    )
    own_hosts: tuple[Host, ...] = Field(
        default=(),
        description="Hosts of one's own network that this study's data sets may be downloaded from, beside those of the"
        " register; without them no address of one's own network is asked.",
    )
    syntheses: dict[Name, Synthesis] = Field(
        default={}, description="Published outcomes that are synthesised, by name."
    )
    tests: dict[Test, FiveTest] = Field(
        default={}, description="The five tests, T1 to T5; leave out those that are not read."
    )
    release: Release = Field(description="What is released.")

    @model_validator(mode="after")
    def _own_names(self) -> "Study":
        """Names of the plan are neither those of the table of estimates nor those of two things."""
        if taken := sorted(set(self.sensitivity) & TAKEN_CHECKS):
            raise ValueError(f"the check `{taken[0]}` has a name of the table of estimates; give it another")
        if taken := sorted((set(self.outcomes) | set(self.syntheses) | set(self.questions)) & TAKEN_OUTCOMES):
            raise ValueError(f"`{taken[0]}` is a name of the table of estimates; give the outcome another")
        if both := set(self.questions) & (set(self.outcomes) | set(self.syntheses)):
            raise ValueError(f"`{min(both)}` is a question and something else; give one of them another name")
        if both := set(self.outcomes) & set(self.syntheses):
            raise ValueError(f"`{min(both)}` is an outcome and a synthesis; give one of them another name")
        return self

    @model_validator(mode="after")
    def _whole(self) -> "Study":
        """Parts that need each other are there."""
        if bool(self.outcomes) != bool(self.pilots):
            raise ValueError("`outcomes` and `pilots` go together: give both or neither")
        if bool(self.questions) != bool(self.practices):
            raise ValueError("`questions` and `practices` go together: give both or neither")
        if not (self.outcomes or self.questions or self.syntheses or self.experiment):
            raise ValueError("there is nothing to estimate: give `outcomes`, `questions`, `syntheses` or `experiment`")
        beside = [*self.outcomes.values(), *([self.costs] if self.costs else [])]
        published = self.syntheses or self.experiment or any(each.published for each in beside)
        if published and not self.evidence:
            raise ValueError("`syntheses`, `experiment` and `published` need `evidence`, the published estimates")
        return self

    @model_validator(mode="after")
    def _names_that_are(self) -> "Study":
        """Whatever names an outcome names one of its kind."""
        for place, names, outcomes, kind in self._references():
            if strange := [name for name in names if name not in outcomes]:
                raise ValueError(f"{place} `{strange[0]}`, which is no {kind}")
        # How admissions go with continuity is told for UPC, so its change must be one of UPC.
        mediated = self.continuity and self.continuity.mediation
        if mediated and self.continuity and self.contacts()[self.continuity.outcome].index != "upc":
            raise ValueError("`continuity.mediation` needs a `continuity.outcome` whose index is `upc`")
        return self

    def _references(self) -> Iterator[tuple[str, Iterable[str], Container[str], str]]:
        """Each place that names outcomes, what it names, and of which outcomes it may name one."""
        counts = (self.activity(), "activity outcome")
        for name, check in self.sensitivity.items():
            yield f"the check `{name}` names", check.outcomes, *counts
        if self.costs:
            yield "`costs.activities` names", self.costs.activities, *counts
        if self.continuity:
            yield "`continuity.outcome` is", [self.continuity.outcome], self.contacts(), "outcome of contacts"
        if self.continuity and self.continuity.mediation:
            yield "`continuity.mediation` names", [self.continuity.mediation.outcome], *counts
        if self.calibration:
            yield "`calibration.outcome` is", [self.calibration.outcome], *counts
        yield "`designs.matched_cohort.published` names", self.designs.matched_cohort.published, *counts
        read: dict[str, Container[str]] = {"difference_in_differences": self.outcomes, "synthesis": self.syntheses}
        for key, test in self.tests.items():
            for indicator in test.indicators:
                yield f"test {key} reads", [indicator.outcome], read[indicator.design], f"{indicator.design} outcome"

    def activity(self) -> dict[str, ActivityOutcome]:
        """The outcomes that are counts of hospital activity."""
        return {name: each for name, each in self.outcomes.items() if isinstance(each, ActivityOutcome)}

    def designed(self, design: Design) -> dict[str, ActivityOutcome]:
        """The activity outcomes on which a design runs."""
        return {name: each for name, each in self.activity().items() if design in each.designs}

    def checks(self, *kinds: str) -> Checks:
        """The checks of some kinds, each with the outcomes that it checks: those it names, or the primary ones."""
        primary = tuple(name for name, each in self.activity().items() if each.primary)
        return {
            name: check if check.outcomes else check.model_copy(update={"outcomes": primary or tuple(self.activity())})
            for name, check in self.sensitivity.items()
            if check.kind in kinds
        }

    def asked_columns(self) -> list[str]:
        """The columns of practices and sites that the checks ask for."""
        named = (getattr(check, key, None) for check in self.sensitivity.values() for key in ("by", "dose"))
        return sorted({name for name in named if name and name != "years"})

    def survey(self) -> dict[str, SurveyOutcome]:
        """The outcomes that are survey shares."""
        return {name: each for name, each in self.outcomes.items() if isinstance(each, SurveyOutcome)}

    def contacts(self) -> dict[str, ContactOutcome]:
        """The outcomes that are indices of continuity from general-practice contacts."""
        return {name: each for name, each in self.outcomes.items() if isinstance(each, ContactOutcome)}

    def plan_digest(self) -> str:
        """The sha256 of the plan's canonical JSON.

        The words of the cover are no part of it, nor is where data may be fetched from. A part that the study does not
        have, or whose settings are the usual ones, is left out, so that a new kind of study changes no other study's
        digest.
        """
        parts = self.model_dump(mode="json", exclude=COVER | {"own_hosts"})
        parts["designs"] = self.designs.model_dump(mode="json", exclude_defaults=True)
        return digest(canonical_json({name: part for name, part in parts.items() if part not in (None, {})}))

    def cover_digest(self) -> str:
        """The sha256 of what is only printed: another title is another text and no other plan."""
        return digest(canonical_json(self.model_dump(mode="json", include=COVER)))


def study_path(name: str, root: Path = Path()) -> Path:
    """Where a study's file stands: ``config.yaml`` for the default, ``studies/<name>.yaml`` for others.

    Raises
    ------
    Problem
        When it is no name, such as a path.
    """
    if not re.fullmatch(SLUG, name):
        raise Problem(f"{name[:60]!r} is no name of a study.", _choose(Path(name[:60]).stem, root / "studies"))
    return root / ("config.yaml" if name == "default" else f"studies/{name}.yaml")


def _choose(name: str, folder: Path) -> str:
    """How to name a study that there is; the one that is most like a name, where one is."""
    there = ["default", *sorted(each.stem for each in folder.glob("*.yaml") if re.fullmatch(SLUG, each.stem))]
    guess = closest_name(name, there)
    mean = f"write STUDY={guess}, if you mean that; " if guess else ""
    return f"{mean}`make paper STUDY=<name>` takes one of {', '.join(there)}; `make study` writes another"


def read_study(path: Path) -> Study:
    """Read and check a study file.

    Raises
    ------
    Problem
        When the file is missing, is no YAML, or breaks the plan's rules: says which key and why.
    """
    if not ordinary(path).is_file():
        raise Problem(f"There is no study file {path}.", _choose(path.stem, path.parent))
    try:
        read = read_yaml(path)
        check_seen(read, str(path))
        study = Study.model_validate(read)
    except (YAMLError, UnicodeDecodeError) as error:
        raise Problem(f"{path} is not readable as YAML: {yaml_fault(error)}.", f"correct {path}") from None
    except ValidationError as error:
        raise refuse_study(error, path, path.read_text(encoding="utf-8"), Study.model_json_schema()) from None
    expected = "default" if path.name == "config.yaml" else path.stem
    if study.name != expected:
        raise Problem(f"{path} names its study `{study.name}`.", f"write `name: {expected}` in {path}")
    return study
