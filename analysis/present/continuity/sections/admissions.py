"""What goes with continuity in admissions, by the patient and by the list."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.present.continuity.sections.rows import Beside, Rows, Way
from analysis.present.templates.findings import Finding
from analysis.present.templates.reasons import Reasoned
from analysis.present.templates.values import Printed, Row, Value

if TYPE_CHECKING:
    import pandas as pd

DESIGN, OUTCOME = "continuity_admissions", "admissions_by_continuity"
BANDS = ("medium", "high")
# What was planted is the effect of the chance to see one's own GP, which each of these estimates is about.
ESTIMATED = ("patient_level", "list_level", "list_level_corrected")


@dataclass(frozen=True)
class Step:
    """A step of the index in contacts: so many in ten where it is that, or else in a hundred."""

    tenths: int
    hundredths: int

    @property
    def single(self) -> bool:
        """Whether it is one contact."""
        return 1 in (self.tenths, self.hundredths)


@dataclass(frozen=True)
class Level:
    """What a step goes with, by one way to measure it.

    Attributes
    ----------
    code : str
        The way.
    step : Step
    finding : Finding or None
    events : Row or None
        The same in admissions per 1,000 patients a year.
    beside : list of Beside
    reason : Reasoned or None
        Why it is missing.
    """

    code: str
    step: Step
    finding: Finding | None
    events: Row | None
    beside: list[Beside]
    reason: Reasoned | None


@dataclass(frozen=True)
class Distance:
    """How far an estimate is from what was planted, in percentage points."""

    code: str
    points: Value


@dataclass(frozen=True)
class Admissions:
    """What continuity goes with in admissions.

    Attributes
    ----------
    measure : str
        What is counted.
    people : Row or None
        The row whose people were counted; None where nothing was estimated.
    population : Printed or None
        Who they are.
    reason : Reasoned or None
        Why nothing was.
    by_patient, by_list : Level
        By patients' own contacts, and by those of the other patients of the same GP.
    unadjusted, corrected, heavy : Finding or None
        Before anything was held constant; without the chance in a list's mean; among those who come most often.
    own, of_list : Finding or None
        Both in one model.
    reliability : Row or None
        Which share of the differences between lists' means is real.
    alone, bands : list of Way
        In comparison practices alone; against patients with low continuity.
    distances : list of Distance
        From what was planted; none where not all three are known.
    observed, between_practices : list of Beside
    """

    measure: str
    people: Row | None
    population: Printed | None
    reason: Reasoned | None
    by_patient: Level
    by_list: Level
    unadjusted: Finding | None
    corrected: Finding | None
    heavy: Finding | None
    own: Finding | None
    of_list: Finding | None
    reliability: Row | None
    alone: list[Way]
    bands: list[Way]
    distances: list[Distance]
    observed: list[Beside]
    between_practices: list[Beside]


def admissions(rows: Rows) -> Admissions | None:
    """What continuity goes with; None where the plan does not ask."""
    plan = rows.plan.admissions
    if plan is None:
        return None
    series = [row for name in ("patient_level", "list_level") if (row := _series(rows, name)) is not None]
    return Admissions(
        measure=plan.measure,
        people=rows.seen(series[0]) if series else None,
        population=rows.printed(series[0], "population", "admissions.population") if series else None,
        reason=rows.why(DESIGN, outcome=OUTCOME),
        by_patient=_level(rows, "patient_level", step(plan.step)),
        by_list=_level(rows, "list_level", step(plan.step)),
        unadjusted=_finding(rows, "patient_level_unadjusted"),
        corrected=_finding(rows, "list_level_corrected"),
        heavy=_finding(rows, "heavy_users"),
        own=_finding(rows, "both_levels"),
        of_list=_finding(rows, "both_levels", "per_step_of_list"),
        reliability=rows.row(DESIGN, outcome=OUTCOME, specification="list_level", term="reliability"),
        alone=_ways({each: _finding(rows, f"{each}_comparison") for each in ("patient_level", "list_level")}),
        bands=_ways({each: _finding(rows, "patient_level_bands", f"{each}_against_low") for each in BANDS}),
        distances=list(_distances(rows)),
        observed=rows.beside("observed"),
        between_practices=rows.beside("between_practices"),
    )


def step(share: float) -> Step:
    """A step of an index in contacts."""
    tenths = round(10 * share)
    return Step(tenths if abs(10 * share - tenths) < 1e-9 else 0, round(100 * share))


def _series(rows: Rows, specification: str, term: str = "per_step") -> "pd.Series[Any] | None":
    return rows.series(DESIGN, outcome=OUTCOME, specification=specification, term=term, scale="ratio")


def _finding(rows: Rows, specification: str, term: str = "per_step") -> Finding | None:
    return rows.as_finding(_series(rows, specification, term))


def _ways(told: dict[str, Finding | None]) -> list[Way]:
    return [Way(code, each) for code, each in told.items() if each]


def _level(rows: Rows, specification: str, by: Step) -> Level:
    level = _finding(rows, specification)
    return Level(
        code=specification,
        step=by,
        finding=level,
        events=rows.row(DESIGN, outcome=OUTCOME, specification=specification, term="per_step", scale="difference"),
        beside=rows.beside(specification) if level else [],
        reason=rows.why(DESIGN, specification, OUTCOME),
    )


def _distances(rows: Rows) -> Iterator[Distance]:
    truth = rows.truth("patient_level")
    estimates = {name: _finding(rows, name) for name in ESTIMATED}
    if truth is None or estimates["patient_level"] is None or estimates["list_level"] is None:
        return
    for name, each in estimates.items():
        if each:
            far = abs(each.estimate.number - truth.number)
            yield Distance(name, Value(far, f"continuity.admissions.from_truth.{name}", each.estimate.origin))
