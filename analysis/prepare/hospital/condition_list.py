"""Versioned lists of ambulatory-care-sensitive conditions, and the SQL that reads a condition from codes.

The lists stand in ``analysis/prepare/hospital/conditions/``, one file each. Codes are prefixes without dots: ``I10`` is
``I10``, ``I10X`` and ``I10.9``.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError

from analysis.plan.terms import Frozen
from analysis.steps import Problem
from analysis.yaml_files import read_yaml

Prefix = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{0,3}$")]


class Procedures(Frozen):
    """Procedures whose presence means that the admission was for them."""

    field: Literal["any", "primary"] = Field(description="Whether any procedure counts or only the main one.")
    codes: tuple[Prefix, ...] = Field(min_length=1, description="OPCS-4 codes.")


class Condition(Frozen):
    """One condition."""

    name: str = Field(description="Name in text.")
    group: Literal["acute", "chronic", "vaccine-preventable"] = Field(description="Its group.")
    field: Literal["primary", "any"] = Field(description="Whether the code must be the primary diagnosis.")
    codes: tuple[Prefix, ...] = Field(min_length=1, description="ICD-10 codes.")
    requires_secondary: tuple[Prefix, ...] = Field(default=(), description="Codes of which one must be secondary.")
    exclude_secondary: tuple[Prefix, ...] = Field(default=(), description="Codes none of which may be secondary.")
    exclude_procedures: Procedures | None = Field(default=None, description="Procedures that may not be there.")

    @property
    def key(self) -> str:
        """Its name as a value in a table: two entries of one name are one condition."""
        return self.name.lower().replace(" ", "_").replace("-", "_")


class ConditionList(Frozen):
    """A list of conditions."""

    id: str = Field(pattern=r"^[a-z0-9_]+$", description="Id by which studies name it.")
    title: str = Field(description="Title in text.")
    version: str = Field(description="Version or date of the list.")
    verified: bool = Field(description="Whether the codes were compared with the source.")
    source: str = Field(description="Where the codes were read.")
    note: str = Field(description="What the list leaves out or assumes.")
    conditions: tuple[Condition, ...] = Field(min_length=1, description="The conditions, in the order of reading.")


def read_list(path: Path) -> ConditionList:
    """Read a list of conditions.

    Raises
    ------
    Problem
        When it is missing or not as it must be.
    """
    if not path.is_file():
        lists = ", ".join(sorted(each.stem for each in path.parent.glob("*.yaml")))
        raise Problem(
            f"There is no list of conditions {path.stem}; there are {lists}.", "correct `pilots.hospital.conditions`"
        )
    try:
        return ConditionList.model_validate(read_yaml(path))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise Problem(f"{path} is no list of conditions: `{place}`: {first['msg']}.", f"correct {path}") from None


def condition_sql(conditions: ConditionList) -> str:
    """The expression that gives the first condition of the list that a spell has, or NULL.

    It reads four columns of codes in capitals without dots: `primary_diagnosis` and `primary_procedure`, and
    `secondary_diagnoses` and `secondary_procedures`, each code after a space.
    """
    cases = " ".join(f"WHEN {_has(each)} THEN '{each.key}'" for each in conditions.conditions)
    return f"CASE {cases} END"


def _has(condition: Condition) -> str:
    here = _primary("primary_diagnosis", condition.codes)
    if condition.field == "any":
        here = f"({here} OR {_among('secondary_diagnoses', condition.codes)})"
    rules = [here]
    if condition.requires_secondary:
        rules.append(_among("secondary_diagnoses", condition.requires_secondary))
    if condition.exclude_secondary:
        rules.append(f"NOT {_among('secondary_diagnoses', condition.exclude_secondary)}")
    if without := condition.exclude_procedures:
        rules.append(f"NOT {_primary('primary_procedure', without.codes)}")
        rules += [f"NOT {_among('secondary_procedures', without.codes)}"] * (without.field == "any")
    return " AND ".join(rules)


def _primary(column: str, codes: tuple[str, ...]) -> str:
    """Whether the one code in a column begins with one of the prefixes."""
    return f"coalesce(regexp_matches({column}, '^(?:{'|'.join(codes)})'), false)"


def _among(column: str, codes: tuple[str, ...]) -> str:
    """Whether any code in a column of many begins with one of the prefixes."""
    return f"regexp_matches({column}, ' (?:{'|'.join(codes)})')"
