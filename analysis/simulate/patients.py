"""The matched-cohort study of the reference pilots: patients, month by month, and their hospital events.

Patients are followed month by month because whom a site chooses depends on what happened to them before. They are
chosen after a run of bad months, so their admissions fall again by themselves: without controls who had bad months,
too, any intervention would look like a success.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.simulate.patient_world import Cohort
from analysis.steps import seed

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

RECENT, HISTORY = 3, 12
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
    index_month: "np.ndarray" = field(default_factory=lambda: _none(0))
    death_month: "np.ndarray" = field(default_factory=lambda: _none(0))


def _none(persons: int) -> "np.ndarray":
    import numpy as np

    return np.full(persons, -1)


def patients(
    cohort: Cohort, sites: "pd.DataFrame", practices: "pd.DataFrame", *, first: str, months: int, root: int
) -> "dict[str, pd.DataFrame]":
    """The tables patients, spells and outpatients.

    Parameters
    ----------
    cohort : Cohort
        Sizes, rates and effects.
    sites, practices : DataFrame
        The reference pilots' own.
    first : str
        First month, YYYY-MM.
    months : int
        Number of months.
    root : int
        The data set's seed; every table draws from a stream of its own.
    """
    import pandas as pd

    chosen = _choosing(cohort, sites)
    people = _people(cohort, chosen, practices, root)
    lives = _lives(cohort, people, _quotas(cohort, chosen, first, months), months, root)
    calendar = pd.period_range(first, periods=months, freq="M").astype(str).to_numpy()
    kept = ((people["site"] == "") | (lives.index_month >= 0)).to_numpy()
    table = _told(people, lives, calendar)
    return {
        "patients": table[kept].sort_values("patient_id", ignore_index=True),
        "spells": _spells(table, lives, calendar, kept, root),
        "outpatients": _outpatients(cohort, table, lives, calendar, kept, root),
    }


def _stream(root: int, name: str) -> "np.random.Generator":
    import numpy as np

    return np.random.default_rng(seed(f"simulate.{name}", root))


def _choosing(cohort: Cohort, sites: "pd.DataFrame") -> "pd.DataFrame":
    """The sites that choose patients: those whose model is case management first, then care coordination."""
    order = {"case management": 0, "care coordination": 1}
    rank = sites["model"].map(order).fillna(2)
    return sites.loc[rank.sort_values(kind="stable").index].head(cohort.sites).sort_values("site_id")


def _quotas(cohort: Cohort, chosen: "pd.DataFrame", first: str, months: int) -> "dict[int, dict[str, int]]":
    """By month and site, how many patients it chooses; what does not divide evenly goes to the first months."""
    import pandas as pd

    calendar = pd.period_range(first, periods=months, freq="M").astype(str).tolist()
    cells = [
        (calendar.index(start) + step, site)
        for step in range(cohort.months)
        for site, start in zip(chosen["site_id"].tolist(), chosen["start_month"].tolist(), strict=True)
        if calendar.index(start) + step < months
    ]
    quotas: dict[int, dict[str, int]] = {}
    for place, (month, site) in enumerate(cells):
        quotas.setdefault(month, {})[site] = (cohort.cases + len(cells) - 1 - place) // len(cells)
    return quotas


def _people(cohort: Cohort, chosen: "pd.DataFrame", practices: "pd.DataFrame", root: int) -> "pd.DataFrame":
    import numpy as np
    import pandas as pd

    random = _stream(root, "patients")
    own = practices[practices["site_id"].isin(chosen["site_id"])]
    others = practices[practices["site_id"] == ""]
    places = [
        frame.iloc[random.choice(len(frame), size, p=frame["list_size"] / frame["list_size"].sum())]
        for frame, size in ((own, cohort.residents), (others, cohort.candidates))
    ]
    home = pd.concat(places, ignore_index=True)
    size, pilot = len(home), (home["site_id"] != "").to_numpy()
    # A pseudonym says nothing of the group.
    number = random.permutation(size) + 1
    # ASSUME: patients of the sites are half a year older, and have a few more conditions, than those elsewhere.
    age = np.clip(random.normal(77.5 + 0.5 * pilot, 7.5), 65, 100).astype(int)
    return pd.DataFrame(
        {
            "patient_id": [f"H{each:06d}" for each in number],
            "practice_id": home["practice_id"],
            "age": age,
            "sex": np.where(random.random(size) < 0.54, "female", "male"),
            "imd": home["imd"],
            "conditions": np.minimum(random.poisson(1.9 + 0.1 * pilot), 8),
            "site": home["site_id"],
        }
    )


def _lives(
    cohort: Cohort, people: "pd.DataFrame", quotas: "dict[int, dict[str, int]]", months: int, root: int
) -> Lives:
    import numpy as np

    streams = {name: _stream(root, f"cohort.{name}") for name in (*cohort.use, "state", "death", "choice")}
    base = {name: _log_rate(cohort, name, people, streams[name]) for name in cohort.use}
    size, sites = len(people), people["site"].to_numpy()
    lives = Lives({name: [] for name in cohort.use}, _none(size), _none(size))
    state = streams["state"].normal(0, cohort.state, size)
    for month in range(months):
        _choose(lives, people, sites, quotas.get(month, {}), month, streams["choice"])
        dies = (lives.death_month < 0) & (streams["death"].random(size) < _hazard(cohort, people, state))
        alive = np.where(dies, 0.5, lives.death_month < 0)  # who dies is there for half of the month on average
        for name, use in cohort.use.items():
            effect = np.where(lives.index_month >= 0, use.effect, 1.0)
            rate = alive * effect * np.exp(base[name] + use.crisis * state)
            lives.events[name].append(streams[name].poisson(rate))
        lives.death_month[dies] = month
        shock = streams["state"].normal(0, cohort.state * (1 - cohort.memory**2) ** 0.5, size)
        state = cohort.memory * state + shock
    return lives


def _log_rate(cohort: Cohort, name: str, people: "pd.DataFrame", random: "np.random.Generator") -> "np.ndarray":
    import numpy as np

    use, age, ill = cohort.use[name], (people["age"] - 78) / 10, people["conditions"] - 2
    own = random.normal(0, use.spread, len(people))
    return np.asarray(np.log(use.rate) + use.conditions * ill + use.age * age + own)


def _hazard(cohort: Cohort, people: "pd.DataFrame", state: "np.ndarray") -> "np.ndarray":
    import numpy as np

    log_hazard = 0.9 * (people["age"] - 78) / 10 + 0.15 * (people["conditions"] - 2) + 0.4 * state
    return np.asarray(np.minimum(cohort.hazard * np.exp(log_hazard), 0.5))


def _choose(
    lives: Lives, people: "pd.DataFrame", sites: "np.ndarray", quota: dict[str, int], month: int,
    random: "np.random.Generator",
) -> None:  # fmt: skip
    """Each site takes the patients who look worst at the start of the month, among those not yet chosen."""
    import numpy as np

    if not quota:
        return
    past = np.array(lives.events["emergency"][max(0, month - HISTORY) :])
    recent, earlier = past[-RECENT:].sum(0), past[:-RECENT].sum(0)
    score = 1.0 * recent + 0.4 * earlier + 0.2 * people["conditions"].to_numpy() + 0.02 * people["age"].to_numpy()
    score = score + random.normal(0, 1, len(people))
    free = (lives.index_month < 0) & (lives.death_month < 0)
    for site, number in quota.items():
        members = np.flatnonzero(free & (sites == site))
        worst = members[np.argsort(-score[members], kind="stable")[:number]]
        lives.index_month[worst] = month


def _told(people: "pd.DataFrame", lives: Lives, calendar: "np.ndarray") -> "pd.DataFrame":
    import numpy as np

    months = {
        name: np.where(codes >= 0, calendar[codes], "")
        for name, codes in (("index_month", lives.index_month), ("death_month", lives.death_month))
    }
    treated = (lives.index_month >= 0).astype(int)
    return people.drop(columns="site").assign(treated=treated, **months)


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


def _spells(
    table: "pd.DataFrame", lives: Lives, calendar: "np.ndarray", kept: "np.ndarray", root: int
) -> "pd.DataFrame":
    import numpy as np
    import pandas as pd

    random, parts = _stream(root, "spells"), []
    for method, codes in CODES.items():
        rows = _days(lives.events[method], table, lives, calendar, kept, random)
        nights = random.geometric(1 / (1 + STAY[method]), len(rows)) - 1
        stay = {"admitted": rows["day"], "discharged": rows["day"] + pd.to_timedelta(nights, unit="D")}
        code = np.array(codes)[random.integers(0, len(codes), len(rows))]
        parts.append(rows.drop(columns="day").assign(**stay, method=method, diagnosis_1=code))
    spells = pd.concat(parts).sort_values(["admitted", "patient_id", "method"], kind="stable", ignore_index=True)
    return spells.assign(**{name: spells[name].dt.strftime("%Y-%m-%d") for name in ("admitted", "discharged")})


def _outpatients(
    cohort: Cohort, table: "pd.DataFrame", lives: Lives, calendar: "np.ndarray", kept: "np.ndarray", root: int
) -> "pd.DataFrame":
    import numpy as np
    import pandas as pd

    random = _stream(root, "outpatients")
    seen = _days(lives.events["outpatient"], table, lives, calendar, kept, random).assign(ATTENDED="5")
    # ASSUME: appointments that were not kept are spread over the same people.
    missed = seen.sample(frac=1 / cohort.attended - 1, random_state=np.random.RandomState(random.bit_generator))
    rows = pd.concat([seen, missed.assign(ATTENDED="3")])
    names = {"patient_id": "HESID", "practice_id": "GPPRAC", "day": "APPTDATE"}
    rows = rows.rename(columns=names).sort_values(["APPTDATE", "HESID", "ATTENDED"], kind="stable", ignore_index=True)
    return rows.assign(APPTDATE=rows["APPTDATE"].dt.strftime("%Y-%m-%d"))
