"""The matched-cohort study of the reference pilots: patients, month by month, and their hospital events.

Patients are followed month by month because whom a site chooses depends on what happened to them before. They are
chosen after a run of bad months, so their admissions fall again by themselves: without controls who had bad months,
too, any intervention would look like a success.
"""

from typing import TYPE_CHECKING

from analysis.simulate.matched_cohort.patient_events import Lives, none, outpatients, spells, stream
from analysis.simulate.matched_cohort.patient_world import Cohort

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

RECENT, HISTORY = 3, 12


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
    table = _recorded(people, lives, calendar)
    return {
        "patients": table[kept].sort_values("patient_id", ignore_index=True),
        "spells": spells(table, lives, calendar, kept, root),
        "outpatients": outpatients(cohort, table, lives, calendar, kept, root),
    }


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

    random = stream(root, "patients")
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

    streams = {name: stream(root, f"cohort.{name}") for name in (*cohort.use, "state", "death", "choice")}
    base = {name: _log_rate(cohort, name, people, streams[name]) for name in cohort.use}
    size, sites = len(people), people["site"].to_numpy()
    lives = Lives({name: [] for name in cohort.use}, none(size), none(size))
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


def _recorded(people: "pd.DataFrame", lives: Lives, calendar: "np.ndarray") -> "pd.DataFrame":
    import numpy as np

    months = {
        name: np.where(codes >= 0, calendar[codes], "")
        for name, codes in (("index_month", lives.index_month), ("death_month", lives.death_month))
    }
    treated = (lives.index_month >= 0).astype(int)
    return people.drop(columns="site").assign(treated=treated, **months)
