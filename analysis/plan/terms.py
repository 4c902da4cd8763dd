"""What every part of a study file is made of: names, months, days."""

import datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


def _day(value: str) -> str:
    """A day of the calendar."""
    try:
        return datetime.date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise ValueError(f"write a day as YYYY-MM-DD, for instance 2026-11-28, not {str(value)[:60]!r}") from None


Day = Annotated[
    str,
    BeforeValidator(lambda value: value.isoformat() if isinstance(value, datetime.date) else value),
    AfterValidator(_day),
]


def _known_zone(name: str) -> str:
    """A name of the IANA time zone database."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}; write one as Europe/London or UTC") from None
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]
# The time zone of a study whose file names none.
ZONE = "Europe/London"
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
SLUG = r"[a-z][a-z0-9-]*"
Slug = Annotated[str, Field(pattern=f"^{SLUG}$")]


class Words:
    """Marks a text that is printed in the paper, so that it is escaped where it enters the text."""


Text = Annotated[str, Words()]


class Frozen(BaseModel):
    """What is written by hand and checked when it is read: it cannot change, and has no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Plan(Frozen):
    """What every part of a study shares: all of its numbers are finite, too."""

    model_config = ConfigDict(allow_inf_nan=False)


class Period(Plan):
    """The months analysed, both ends included."""

    first: Month = Field(description="First month of the panel, YYYY-MM.")
    last: Month = Field(description="Last month of the panel, YYYY-MM.")

    @model_validator(mode="after")
    def _ordered(self) -> "Period":
        if self.first >= self.last:
            raise ValueError(f"the first month ({self.first}) must come before the last ({self.last})")
        return self
