"""What calibration says of the intervals of outcomes, where such intervals from so few sites are too narrow."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.answers import About, Question
from analysis.assess.calibration.narrow import nearest_worlds, read_tried
from analysis.present.provenance.address import Origin
from analysis.present.provenance.sources import Sources
from analysis.present.templates.values import Value

if TYPE_CHECKING:
    import pandas as pd

STEP = "analysis.estimate.calibration.calibration"


@dataclass(frozen=True)
class Caution:
    """What is to be said beside an interval; outcomes for which the same is to be said have equal ones.

    Attributes
    ----------
    tried : bool
        Whether intervals of this kind were tried; of shares nobody knows.
    promised : str
        What the intervals promise, for instance ``95%``.
    sites : int
        With how many sites such intervals were tried.
    held : Value or None
        In what share of worlds they held the truth, in per cent.
    """

    tried: bool
    promised: str
    sites: int = 0
    held: Value | None = None


def caution(sources: Sources, name: str, row: "pd.Series[Any] | None") -> Caution | None:
    """What stands beside an outcome's interval; None where it keeps its promise, or nobody knows."""
    verdict = sources.verdicts.of(name, Question.NARROW, about=About.OUTCOME)
    if verdict.untried:
        return Caution(tried=False, promised=sources.context.level)
    if not verdict.too_narrow:
        return None
    (path,) = sources.files["calibration"]
    worlds = nearest_worlds(read_tried(path), row)
    assert worlds is not None
    return Caution(True, sources.context.level, int(worlds["sites"]), _held(worlds))


def _held(worlds: "pd.Series[Any]") -> Value:
    sites = int(worlds["sites"])
    origin = Origin(f"reports/calibration/default.csv: no effect, {sites} sites", STEP, "simulated worlds")
    return Value(100 * float(worlds["coverage"]), f"calibration.held.{sites}", origin)
