"""The register of claims: what the paper says of the world, and what has to hold for it to be said."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator
from ruamel.yaml.error import YAMLError

from analysis.answers import ANSWERS, UNKNOWN, About, Question
from analysis.plan.terms import SLUG, Plan, Text
from analysis.steps import Problem
from analysis.yaml_files import read_yaml, yaml_fault

Place = Literal["summary", "findings", "recommendations"]


class Condition(Plan):
    """A judgement, and the answers to it under which the claim can be made."""

    subject: Text = Field(description="What is judged, by its name in the study.")
    question: Question = Field(description="What is asked of it.")
    check: str = Field(default="", description="Which check, design, site or indicator, where there are several.")
    about: About | Literal[""] = Field(default="", description="What the subject is, where its name is not enough.")
    holds: tuple[str, ...] = Field(min_length=1, description="The answers under which the claim holds.")
    weakened: tuple[str, ...] = Field(default=(), description="Those under which it is weaker than it was written.")

    @model_validator(mode="after")
    def _answers(self) -> Self:
        for answer in (*self.holds, *self.weakened):
            if answer not in (UNKNOWN, *ANSWERS[self.question]):
                known = ", ".join(ANSWERS[self.question])
                raise ValueError(f"`{answer}` is no answer to the question `{self.question}`; these are: {known}")
        if both := set(self.holds) & set(self.weakened):
            raise ValueError(f"the claim both holds and is weakened under `{min(both)}`")
        return self


class Claim(Plan):
    """One sentence of the paper that can fail; its words stand in ``reports/phrases/claims/<name>.md.j2``."""

    places: tuple[Place, ...] = Field(min_length=1, description="Where in the paper it is made.")
    conditions: tuple[Condition, ...] = Field(default=(), description="The judgements that it rests on.")
    facts: tuple[str, ...] = Field(default=(), description="The published facts and estimates, by their ids.")
    certainty: Literal["high", "moderate", "low", "very_low"] = Field(description="How certain it is.")
    looks: Text = Field(description="Who is to look at it when it fails.")

    @model_validator(mode="after")
    def _rests_on_something(self) -> Self:
        if not (self.conditions or self.facts):
            raise ValueError("a claim rests on judgements or on facts: give `conditions` or `facts`")
        return self


class Recommendation(Plan):
    """What follows for somebody; its words stand in ``reports/phrases/recommendations/<name>.md.j2``."""

    who: Text = Field(description="Who is to act.")
    audience: Literal["policy", "professionals"] = Field(
        description="Whether it is for policy makers or professionals."
    )
    by_when: Text = Field(description="By when.")
    claims: tuple[str, ...] = Field(min_length=1, description="The claims that it follows from.")
    whatever_is_found: bool = Field(default=False, description="Whether it holds whatever the evidence says.")


class Register(Plan):
    """All claims, and what is recommended on the ground of them."""

    claims: dict[str, Claim] = Field(min_length=1, description="By name: lower-case letters, digits, hyphens.")
    recommendations: dict[str, Recommendation] = Field(default={}, description="By name.")

    @model_validator(mode="after")
    def _names(self) -> Self:
        import re

        for name in (*self.claims, *self.recommendations):
            if not re.fullmatch(SLUG, name):
                raise ValueError(f"`{name}` is no name: write lower-case letters, digits and hyphens")
        for name, each in self.recommendations.items():
            if gone := sorted(set(each.claims) - set(self.claims)):
                raise ValueError(f"the recommendation `{name}` follows from `{gone[0]}`, which is no claim")
        return self


def read_register(path: Path) -> Register:
    """Read the register of claims.

    Raises
    ------
    Problem
        When it is no YAML, or breaks a rule; names the line or the key.
    """
    try:
        return Register.model_validate(read_yaml(path))
    except YAMLError as error:
        raise Problem(f"{path} is no YAML: {yaml_fault(error)}.", "correct the register of claims") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the register"
        said = first["msg"].removeprefix("Value error, ")
        raise Problem(f"{path}, {where}: {said}.", "correct the register of claims") from error
