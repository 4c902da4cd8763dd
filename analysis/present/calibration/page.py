"""What sections are told of the last calibration: which promises were kept, and how often a test saw an effect."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.answers import About, Question
from analysis.assess.calibration.narrow import ENOUGH, MARGIN, read_tried
from analysis.assess.calibration.worlds import powered_worlds
from analysis.estimates import verdict_row
from analysis.plan.calibration import Calibration
from analysis.present.calibration.misses import JOINT, PRIMARY, Fault, Missed, missed
from analysis.present.provenance.address import Origin
from analysis.present.provenance.sources import Sources
from analysis.present.templates.values import Value
from analysis.steps import read_json

if TYPE_CHECKING:
    import pandas as pd

STEP = "analysis.estimate.calibration.calibration"


@dataclass(frozen=True)
class Saw:
    """In what share of the worlds of a kind the test saw the effect."""

    label: str
    share: Value


@dataclass(frozen=True)
class Power:
    """How often the primary test saw an effect that was there, with as many sites.

    Attributes
    ----------
    saw : list of Saw
        By kind of world.
    weak : bool
        Whether in one of them so seldom that a test which sees nothing says little.
    """

    saw: list[Saw]
    weak: bool

    @property
    def first(self) -> Saw:
        """In the first kind of world of the plan."""
        return self.saw[0]


@dataclass(frozen=True, kw_only=True)
class CalibrationPage:
    """What the last calibration says, if it is that of this plan.

    Attributes
    ----------
    power : Power or None
        Of a finding that is not clear; None where it is, or too few worlds with as many sites were tried.
    sites : list of str
        The numbers of sites that were tried.
    level, low, high : str
        What the intervals promise, and the range in which they keep their promise, ``93%`` to ``97%``.
    missed : list of Missed
        The estimates that did not.
    few : bool
        Whether some of them ran in too few worlds to say anything of them.
    enough : int
        In how many they have to run.
    """

    power: Power | None
    sites: list[str]
    level: str
    low: str
    high: str
    missed: list[Missed]
    few: bool
    enough: int = ENOUGH

    @property
    def primary(self) -> list[Fault]:
        """The faults of the primary model."""
        return self._of(PRIMARY)

    @property
    def joint(self) -> Fault | None:
        """The first fault of the joint test of the periods before the start."""
        return next(iter(self._of(JOINT)), None)

    def _of(self, estimate: str) -> list[Fault]:
        return [fault for each in self.missed if each.estimate == estimate for fault in each.faults]


def page(sources: Sources) -> CalibrationPage | None:
    """What sections are told of the calibration; None where this plan has none."""
    plan, table, record = sources.plan.calibration, sources.file("power", ".csv"), sources.file("power", ".json")
    if plan is None or table is None or record is None or read_json(record)["digest"] != sources.plan.digest:
        return None
    tried = read_tried(table)
    confidence = sources.context.confidence
    low, high = (f"{100 * (confidence + each):.0f}%" for each in (-MARGIN, MARGIN))
    return CalibrationPage(
        power=primary_power(sources, plan, tried, table.name),
        sites=[str(number) for number in sorted(set(tried["sites"]), reverse=True)],
        level=f"{100 * confidence:g}%",
        low=low,
        high=high,
        missed=missed(sources.verdicts, plan),
        few=bool((tried["worlds"] < ENOUGH).any()),
    )


def primary_power(sources: Sources, plan: Calibration, table: "pd.DataFrame", file: str) -> Power | None:
    """How often the primary test saw an effect that was there, beside a finding that is not clear.

    Parameters
    ----------
    sources : Sources
        The finding, and what it was judged to say.
    plan : Calibration
        The scenarios.
    table : DataFrame
        What `make calibrate` wrote for this plan.
    file : str
        The table's file in reports/calibration.
    """
    row = verdict_row(sources.context.estimates, plan.outcome, "difference_in_differences")
    if row is None or not sources.verdicts.of(plan.outcome, Question.DIRECTION, about=About.OUTCOME).unclear:
        return None
    saw = [_saw(each, plan, file) for each in powered_worlds(table, plan, row).to_dict("records")]
    if not saw:
        return None
    return Power(saw, sources.verdicts.of(plan.outcome, Question.POWER, about=About.CALIBRATION).weak)


def _saw(row: "dict[Any, Any]", plan: Calibration, file: str) -> Saw:
    name = str(row["scenario"])
    place = f"reports/calibration/{file}: scenario={name}, sites={row['sites']}, effect={row['effect']}"
    share = Value(float(str(row["rejection"])), f"calibration.power.{name}", Origin(place, STEP, "simulated worlds"))
    return Saw(plan.scenarios[name].label, share)
