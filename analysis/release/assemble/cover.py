"""What only a release knows of a paper: its version, its cover, and how it is cited."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis.months import MONTHS
from analysis.plan.release import Release
from analysis.present.templates.phrases import Phrases, phrase
from analysis.release.publish.version import DRAFT
from analysis.wording import listed


@dataclass(frozen=True)
class Cover:
    """The cover of a paper, and the variables that its text takes from it.

    Attributes
    ----------
    phrases : dict
        The library of phrases.
    record : dict
        What the version step wrote.
    title, subtitle : str
        As on the cover, but for what simulated data add.
    release : Release
        Date, status and authors.
    sources : sequence of dict
        What the data sets say of themselves; they decide whether the cover says "simulated".
    """

    phrases: Phrases
    record: dict[str, Any]
    title: str
    subtitle: str
    release: Release
    sources: Sequence[dict[str, Any]]

    @property
    def simulated(self) -> bool:
        """Whether any data set is."""
        return any(each["kind"] == "simulated" for each in self.sources)

    @property
    def named(self) -> str:
        """The subtitle, with what nobody who cites a paper on simulated pilots should leave out."""
        return f"{self.subtitle} {self._say('worked_example')}" if self.simulated else self.subtitle

    @property
    def edition(self) -> str:
        """What the paper is called where it is cited."""
        return self._say("draft") if self._draft else f"{self._say('version')} {self.record['version']}"

    @property
    def _draft(self) -> bool:
        return bool(self.record["version"] == DRAFT)

    def _say(self, code: str) -> str:
        return phrase(self.phrases, "cover", code)

    def variables(self) -> dict[str, str]:
        """What the text takes from the release, by the name of the variable."""
        authors = ", ".join(author.name for author in self.release.named)
        day = datetime.date.fromisoformat(self.release.date)
        written = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
        subtitle = f"{self.named[:1].lower()}{self.named[1:]}"
        work = f"*{self.title}: {subtitle}.* {self.edition.capitalize()}, {written}."
        return {
            "version": self.edition,
            "date": written,
            "plan": self.record["digests"]["plan"][:12],
            "data": listed([f"*{each['title']}* ({each['kind']})" for each in self.sources]),
            "authors": f"{authors}." if authors else self._say("no_authors"),
            "cite": f"{authors}. {work}" if authors else work,
            "code": self.record["digests"]["code"][:12],
        }

    def metadata(self) -> dict[str, Any]:
        """What the cover of every format says."""
        status = "unreleased" if self._draft else self.release.status
        metadata: dict[str, Any] = {
            "title": self.title,
            "subtitle": self.named,
            "author": [author.model_dump(exclude_none=True) for author in self.release.named],
            "date": self.release.date,
            "version": self.record["version"],
            "status": phrase(self.phrases, "status", status),
            "data-vintage": "; ".join(f"{each['title']} ({each['accessed']})" for each in self.sources),
            "licence": self._say("licence"),
            "description": f"{self.title}. {self.named}.",
        }
        notice = {"notice": self._say("notice"), "notice-short": self._say("short_notice")}
        return metadata | (notice if self.simulated else {})
