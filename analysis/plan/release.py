"""What is released: the document, and what its cover says."""

from typing import Literal

from pydantic import Field, model_validator

from analysis.plan.terms import Day, Plan, Text

# What study files have held in place of a name.
UNNAMED = ("", "write your name here")


class Author(Plan):
    """An author of the paper."""

    name: Text = Field(description="Name as printed.")
    affiliation: Text | None = Field(default=None, description="Affiliation as printed.")


class Release(Plan):
    """What the cover says and which document is rendered."""

    document: str = Field(pattern=r"^[a-z-]+\.qmd$", description="The document in reports/.")
    date: Day = Field(description="Date on the cover; there is no clock in the pipeline.")
    status: Literal["draft", "final"] = Field(default="draft", description="Status on the cover.")
    authors: tuple[Author, ...] = Field(
        default=(), description="Authors as printed; a draft may have none, a final paper needs them."
    )

    @model_validator(mode="after")
    def _signed(self) -> "Release":
        if self.status == "final" and not self.named:
            raise ValueError("a final paper needs its authors: give `authors`, each with a `name`")
        return self

    @property
    def named(self) -> tuple[Author, ...]:
        """The authors whose names somebody wrote; none of the words that stand for a name until then."""
        return tuple(author for author in self.authors if author.name.strip().lower() not in UNNAMED)


# The parts of a study that are printed and decide no number.
COVER = {"title", "subtitle", "release"}
