"""An experiment: people drawn by lot into arms, and counts of what they used."""

from pydantic import Field, model_validator

from analysis.plan.terms import Name, Plan, Slug, Text


class Arm(Plan):
    """One arm of the experiment."""

    label: Text = Field(description="Name in text, lower case.")
    values: tuple[int, ...] = Field(min_length=1, description="The values of the arm column that make it up.")


class OtherReading(Plan):
    """Another arm to which some values of the arm column may belong."""

    values: tuple[int, ...] = Field(min_length=1, description="The values of the arm column whose arm is in doubt.")
    arm: Name = Field(description="The arm to which they would belong instead.")


class CountOutcome(Plan):
    """A count of events per person and year."""

    label: Text = Field(description="Name in text, lower case, for instance 'visits'.")
    columns: tuple[Name, ...] = Field(min_length=1, description="The columns whose sum is counted.")


class Specification(Plan):
    """A model that somebody else published, to be estimated again as it was."""

    outcome: Name = Field(description="The column that was counted.")
    covariates: tuple[Name, ...] = Field(min_length=1, description="The columns that explained it.")
    labels: dict[Name, Text] = Field(default={}, description="What each of these columns is, in a few words.")

    @model_validator(mode="after")
    def _coherent(self) -> "Specification":
        if strange := set(self.labels) - set(self.covariates):
            raise ValueError(f"`labels` names {min(strange)}, which is none of the covariates")
        return self


class Experiment(Plan):
    """The data of an experiment, its arms and its outcomes."""

    dataset: Slug = Field(description="Data set id in data/raw/datasets.yaml that holds the table of persons.")
    arm_column: Name = Field(description="The column that says into which arm a person was drawn.")
    arms: dict[str, Arm] = Field(min_length=2, description="The arms by name.")
    reference: Name = Field(description="The arm with which the others are compared.")
    person: Name = Field(description="The column that names a person; the years of one person cluster.")
    outcomes: dict[str, CountOutcome] = Field(min_length=1, description="The outcomes by name.")
    adjust: tuple[Name, ...] = Field(
        default=(), description="Columns that are held constant, each value a category, in a second model."
    )
    other_reading: OtherReading | None = Field(
        default=None, description="Another reading of the arm column, under which everything is estimated once more."
    )
    headline: Name = Field(description="The arm whose result leads the paper.")
    beside: dict[str, str] = Field(
        default={},
        description="Studies whose published means stand beside ours: the key in references.bib, and the name in text.",
    )
    specification: Specification | None = Field(default=None, description="A published model to estimate again.")

    @model_validator(mode="after")
    def _coherent(self) -> "Experiment":
        for name in (self.reference, self.headline):
            if name not in self.arms:
                raise ValueError(f"`{name}` is none of the arms {', '.join(self.arms)}")
        if odd := [name for name in (*self.arms, *self.outcomes) if not (name.isidentifier() and name.islower())]:
            raise ValueError(f"`{odd[0]}` is no name: use lower-case letters, digits and underscores")
        values = [value for arm in self.arms.values() for value in arm.values]
        if twice := {value for value in values if values.count(value) > 1}:
            raise ValueError(f"the value {min(twice)} of `{self.arm_column}` stands in two arms")
        return self

    @model_validator(mode="after")
    def _read_otherwise(self) -> "Experiment":
        if self.other_reading is None:
            return self
        moved, to = set(self.other_reading.values), self.other_reading.arm
        if to not in self.arms:
            raise ValueError(f"`other_reading.arm` {to} is none of the arms {', '.join(self.arms)}")
        if strange := moved - {value for arm in self.arms.values() for value in arm.values}:
            raise ValueError(f"`other_reading.values` has {min(strange)}, which is in no arm")
        if empty := [name for name, arm in self.arms.items() if name != to and set(arm.values) <= moved]:
            raise ValueError(f"`other_reading` would leave nobody in the arm {empty[0]}")
        return self
