"""The codebook of the five tests: what is looked at for each, who needs it, and what counts as which code."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator
from ruamel.yaml.error import YAMLError

from analysis.plan.terms import Name, Plan, Text
from analysis.plan.tests import Test
from analysis.steps import Problem
from analysis.yaml_files import read_yaml, yaml_fault

Code = Literal[0, 1, 2, 3]
CODES: tuple[Code, ...] = (0, 1, 2, 3)
# What is coded where the facts at hand do not say.
NOT_ASSESSABLE = "na"


class Example(Plan):
    """How one programme is coded, for coders to learn from; its cell does not count in their agreement."""

    programme: str = Field(description="programme_id.")
    code: Code = Field(description="Its code.")
    because: Text = Field(description="Why, one sentence.")


class _Indicator(Plan):
    asks: Text = Field(description="What is asked, as a question.")
    needed: bool = Field(description="Whether the test can be no stronger than this indicator.")
    can_show: bool = Field(default=True, description="Whether it can show, with the others needed, that a test is met.")
    can_fail: bool = Field(default=True, description="Whether it can fail the test; else it can leave it uncertain.")


class DocumentIndicator(_Indicator):
    """Read by people from documentary facts."""

    kind: Literal["document"] = Field(description="Coded from documents.")
    codes: dict[Code, Text] = Field(description="What counts as which code: 3 in line, 0 against the test.")
    example: Example | None = Field(default=None, description="One coded programme.")

    @model_validator(mode="after")
    def _every_code(self) -> Self:
        if set(self.codes) != set(CODES):
            raise ValueError("say what counts as each of the codes 0, 1, 2 and 3")
        return self


class EffectIndicator(_Indicator):
    """Read by rule from controlled estimates."""

    kind: Literal["effect"] = Field(description="Read from controlled estimates by rule.")
    outcomes: tuple[Name, ...] = Field(min_length=1, description="Outcomes in the evidence table.")
    good_direction: Literal["up", "down"] = Field(description="The direction in which patients or the service gain.")
    margin: float = Field(gt=0, description="The smallest change that matters, in per cent or points.")
    rule: Literal["improves", "no_worse"] = Field(
        description="'improves' asks for a gain of at least the margin, 'no_worse' for no loss of the margin or more."
    )


Indicator = Annotated[DocumentIndicator | EffectIndicator, Field(discriminator="kind")]


class CodedTest(Plan):
    """What is looked at for one test."""

    indicators: dict[Name, Indicator] = Field(min_length=1, description="By name.")

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if not any(each.needed and each.can_show for each in self.indicators.values()):
            raise ValueError("no indicator that is needed can show that the test is met")
        return self


class Codebook(Plan):
    """All five tests."""

    version: int = Field(ge=1, description="Raised with every change of a code's meaning.")
    codes: dict[Code | Literal["na"], Text] = Field(description="The codes in a word or two.")
    tests: dict[Test, CodedTest] = Field(description="By test.")

    @model_validator(mode="after")
    def _one_name_once(self) -> Self:
        names = [name for test in self.tests.values() for name in test.indicators]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"the indicator `{twice[0]}` stands in two tests; give each its own name")
        return self

    @property
    def documents(self) -> dict[str, DocumentIndicator]:
        """The indicators that people code, by name."""
        every = {name: each for test in self.tests.values() for name, each in test.indicators.items()}
        return {name: each for name, each in every.items() if isinstance(each, DocumentIndicator)}


def read_codebook(path: Path) -> Codebook:
    """Read the codebook.

    Raises
    ------
    Problem
        When it is no YAML, or breaks a rule; names the line or the key.
    """
    try:
        return Codebook.model_validate(read_yaml(path))
    except YAMLError as error:
        raise Problem(f"{path} is no YAML: {yaml_fault(error)}.", "correct the codebook") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Problem(f"{path}, {where}: {first['msg']}.", "correct the codebook") from error
