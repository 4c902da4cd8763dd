"""What happened to the patients of the reference pilots, as tables of hospital events."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.simulate.matched_cohort.patient_world import Cohort
from analysis.steps import seed

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

CODES = {"emergency": ("J440", "N390", "I500", "J189", "S720", "R074"), "elective": ("H269", "M179", "K409", "D509")}
STAY = {"emergency": 6.0, "elective": 1.2}


@dataclass
class Lives:
    """What happened to everybody: counts by kind of use, the month of the intervention and of death (-1: none).

    Attributes
    ----------
    events : dict
        By kind of use: (months, persons) counts.
    index_month, death_month : (persons,) int
        Months from the first one.
    """

    events: "dict[str, list[np.ndarray]]" = field(default_factory=dict)
    index_month: "np.ndarray" = field(default_factory=lambda: none(0))
    death_month: "np.ndarray" = field(default_factory=lambda: none(0))


def none(persons: int) -> "np.ndarray":
    """No month for anybody."""
    import numpy as np

    return np.full(persons, -1)


def stream(root: int, name: str) -> "np.random.Generator":
    """The random numbers of one table, which no other table moves."""
    import numpy as np

    return np.random.default_rng(seed(f"simulate.{name}", root))


def _days(
    counts: "list[np.ndarray]", table: "pd.DataFrame", lives: Lives, calendar: "np.ndarray", kept: "np.ndarray",
    random: "np.random.Generator",
) -> "pd.DataFrame":  # fmt: skip
    """One row per event: the person and the day; in the month of death only its first half has events."""
    import numpy as np
    import pandas as pd

    grid = np.array(counts) * kept
    month, person = np.nonzero(grid)
    times = grid[month, person]
    month, person = np.repeat(month, times), np.repeat(person, times)
    last = np.where(lives.death_month[person] == month, 14, 28)
    day = pd.to_datetime(calendar)[month] + pd.to_timedelta((random.random(len(month)) * last).astype(int), unit="D")
    rows = table.iloc[person][["patient_id", "practice_id"]].reset_index(drop=True)
    return rows.assign(day=day)


def spells(
    table: "pd.DataFrame", lives: Lives, calendar: "np.ndarray", kept: "np.ndarray", root: int
) -> "pd.DataFrame":
    """The table of spells."""
    import numpy as np
    import pandas as pd

    random, parts = stream(root, "spells"), []
    for method, codes in CODES.items():
        rows = _days(lives.events[method], table, lives, calendar, kept, random)
        nights = random.geometric(1 / (1 + STAY[method]), len(rows)) - 1
        stay = {"admitted": rows["day"], "discharged": rows["day"] + pd.to_timedelta(nights, unit="D")}
        code = np.array(codes)[random.integers(0, len(codes), len(rows))]
        parts.append(rows.drop(columns="day").assign(**stay, method=method, diagnosis_1=code))
    spells = pd.concat(parts).sort_values(["admitted", "patient_id", "method"], kind="stable", ignore_index=True)
    return spells.assign(**{name: spells[name].dt.strftime("%Y-%m-%d") for name in ("admitted", "discharged")})


def outpatients(
    cohort: Cohort, table: "pd.DataFrame", lives: Lives, calendar: "np.ndarray", kept: "np.ndarray", root: int
) -> "pd.DataFrame":
    """The table of outpatient appointments, kept and missed."""
    import numpy as np
    import pandas as pd

    random = stream(root, "outpatients")
    seen = _days(lives.events["outpatient"], table, lives, calendar, kept, random).assign(ATTENDED="5")
    # ASSUME: appointments that were not kept are spread over the same people.
    missed = seen.sample(frac=1 / cohort.attended - 1, random_state=np.random.RandomState(random.bit_generator))
    rows = pd.concat([seen, missed.assign(ATTENDED="3")])
    names = {"patient_id": "HESID", "practice_id": "GPPRAC", "day": "APPTDATE"}
    rows = rows.rename(columns=names).sort_values(["APPTDATE", "HESID", "ATTENDED"], kind="stable", ignore_index=True)
    return rows.assign(APPTDATE=rows["APPTDATE"].dt.strftime("%Y-%m-%d"))
