"""The reference pilots: simulated sites, practices, activity and survey with a written truth.

``python -m analysis.simulate.outcomes.pilots --parameters '{"seed": 1}' --out data/raw/reference-pilots``
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.months import month_number
from analysis.simulate.continuity.contacts import continuity
from analysis.simulate.matched_cohort.patients import patients
from analysis.simulate.outcomes.lists import Lists, lists_of
from analysis.simulate.outcomes.world import Activity, Share, World
from analysis.steps import command, seed, write_json
from analysis.tables import write_csv

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MODELS = ("case management", "disease pathway", "care coordination", "whole population")


def pilots(*, parameters: World, out: Path) -> None:
    """Simulate the reference pilots and write their tables and their truth.

    Parameters
    ----------
    parameters : World
        Sizes, rates, effects and the seed, as JSON; what is left out keeps its default.
    out : Path
        Folder for sites.csv, practices.csv, activity.csv, survey.csv and truth.json; of the matched-cohort study
        patients.csv, spells.csv and outpatients.csv; of continuity contacts.csv, registrations.csv and more spells.
    """
    import pandas as pd

    tables, truth = simulate(parameters), parameters.truth()
    if parameters.cohort:
        tables |= patients(
            parameters.cohort, tables["sites"], tables["practices"],
            first=parameters.first, months=parameters.months, root=parameters.seed,
        )  # fmt: skip
    if parameters.contacts:
        more, effects = continuity(
            parameters.contacts, tables["practices"], event_time(parameters, tables["practices"])[1],
            lists_of(parameters, tables["practices"]), first=parameters.first, root=parameters.seed,
        )  # fmt: skip
        # The spells of registered patients come after those of the cohort.
        spells = [each["spells"] for each in (tables, more) if "spells" in each]
        tables, truth = tables | more | {"spells": pd.concat(spells, ignore_index=True)}, truth | effects
    for name, table in tables.items():
        write_csv(out / f"{name}.csv", table)
    write_json(out / "truth.json", truth)


def simulate(world: World) -> "dict[str, pd.DataFrame]":
    """The four tables of the reference pilots, by name; the same world gives the same tables."""
    sites, practices = sites_of(world), practices_of(world)
    return {
        "sites": sites,
        "practices": practices,
        "activity": _activity(world, practices),
        "survey": _survey(world, practices),
    }


def _stream(world: World, table: str) -> "np.random.Generator":
    import numpy as np

    return np.random.default_rng(seed(f"simulate.{table}", world.seed))


def sites_of(world: World) -> "pd.DataFrame":
    """The table of sites."""
    import pandas as pd

    ids = [f"S{number:02d}" for number in range(1, world.sites + 1)]
    names = [f"Reference pilot {number}" for number in range(1, world.sites + 1)]
    models = [MODELS[number % len(MODELS)] for number in range(world.sites)]
    return pd.DataFrame({"site_id": ids, "name": names, "model": models, "start_month": _starts(world)})


def _starts(world: World) -> list[str]:
    """The start of each site; as many sites of each model start in each month, as far as numbers allow."""
    return [world.starts[number // len(MODELS) % len(world.starts)] for number in range(world.sites)]


def practices_of(world: World) -> "pd.DataFrame":
    """The table of practices."""
    import numpy as np
    import pandas as pd

    random = _stream(world, "practices")
    sizes = np.maximum(2, random.poisson(world.practices_per_site, world.sites))
    site = np.repeat([f"S{number:02d}" for number in range(1, world.sites + 1)], sizes)
    home = np.repeat(np.arange(world.sites) % world.regions, sizes)
    region = np.concatenate([home, np.repeat(np.arange(world.regions), world.comparison_per_region)])
    pilot = np.arange(region.size) < site.size
    # ASSUME: list sizes have the mean and spread of English practices (7,459; 4,444), log-normal and at least 1,000.
    list_size = np.maximum(1000, random.lognormal(8.765, 0.551, region.size)).round()
    # ASSUME: pilot practices are a little more deprived and older than others, so that balance is worth a table.
    imd = np.clip(random.gamma(4, 5.5, region.size) + 2.0 * pilot, 1, 80)
    share_65plus = np.clip(random.normal(0.165, 0.05, region.size) + 0.008 * pilot, 0.02, 0.45)
    return pd.DataFrame(
        {
            "practice_id": [f"P{number:04d}" for number in range(1, region.size + 1)],
            "site_id": np.concatenate([site, np.full(region.size - site.size, "")]),
            "region": [f"R{number + 1:02d}" for number in region],
            "list_size": list_size.astype(int),
            "imd": imd.round(1),
            "gp_fte": (list_size / random.normal(1800, 200, region.size).clip(1200)).round(2),
            "share_65plus": share_65plus.round(3),
        }
    )


def _activity(world: World, practices: "pd.DataFrame") -> "pd.DataFrame":
    import numpy as np
    import pandas as pd

    lists = lists_of(world, practices)
    grid = {
        "practice_id": np.repeat(practices["practice_id"].to_numpy(), world.months),
        "month": np.tile(months(world), len(practices)),
    }
    tables = [
        pd.DataFrame(
            grid
            | {
                "measure": name,
                "count": counts(world, name, practices, lists).ravel(),
                "population": lists.population.ravel(),
            }
        )
        for name in world.activity
    ]
    return pd.concat(tables, ignore_index=True)


def months(world: World) -> "np.ndarray":
    """The months of a world, YYYY-MM."""
    import numpy as np
    import pandas as pd

    return np.asarray(pd.period_range(world.first, periods=world.months, freq="M").astype(str))


def counts(world: World, name: str, practices: "pd.DataFrame", lists: Lists) -> "np.ndarray":
    """Events of one measure by practice and month."""
    import numpy as np

    random, measure = _stream(world, f"activity.{name}"), world.activity[name]
    calendar = _calendar(world, measure)
    level = random.normal(0, 0.15, len(practices)) + 2.5 * (practices["share_65plus"].to_numpy() - 0.165)
    log_rate = np.log(measure.rate / 1000) + level[:, None] + calendar + _area_shocks(world, practices, random.normal)
    log_rate += _pilot_change(world, name, practices)
    expected = lists.own * np.exp(log_rate)
    if world.overdispersion > 0:
        expected *= random.gamma(1 / world.overdispersion, world.overdispersion, log_rate.shape)
    # ASSUME: patients who come with a merger use as much as those of the practice, so a merger moves no rate. They have
    # random numbers of their own, so that it moves nothing in other practices.
    gained = _stream(world, f"mergers.{name}").poisson(expected * lists.gained / lists.own)
    return np.asarray(random.poisson(expected) + gained)


def _calendar(world: World, measure: Activity) -> "np.ndarray":
    import numpy as np

    month = np.arange(world.months) + int(world.first[5:])
    return measure.growth * np.arange(world.months) / 12 + measure.season * np.cos(2 * np.pi * (month - 1) / 12)


def _pilot_change(world: World, name: str, practices: "pd.DataFrame") -> "np.ndarray":
    """What is different in pilot practices, on the log scale: the site's effect since its start, and a trend."""
    import numpy as np

    site, since = event_time(world, practices)
    # The sites' ratios have the mean `effect`: the mean of a log-normal is exp(variance / 2).
    own = _stream(world, f"effects.{name}").normal(-(world.effect_spread**2) / 2, world.effect_spread, world.sites)
    effect = np.log(world.activity[name].effect) + own[site]
    trend = world.pilot_trend * np.arange(world.months) / 12
    return np.asarray(np.where(since >= 0, effect[:, None], 0) + np.where(np.isnan(since), 0, trend))


def event_time(world: World, practices: "pd.DataFrame") -> "tuple[np.ndarray, np.ndarray]":
    """The number of a practice's site (0 for comparison practices), and months since its start (NaN for them)."""
    import numpy as np

    number = {name: at for at, name in enumerate(sites_of(world)["site_id"])}
    site = practices["site_id"].map(number).to_numpy(float)
    start = np.array([month_number(month) for month in _starts(world)], float)
    month = month_number(world.first) + np.arange(world.months)
    pilot = ~np.isnan(site)
    own = np.where(pilot, site, 0).astype(int)
    return own, np.where(pilot[:, None], month - start[own][:, None], np.nan)


def _area_shocks(world: World, practices: "pd.DataFrame", draw: "Callable[..., np.ndarray]") -> "np.ndarray":
    import numpy as np

    area = np.unique(practices["site_id"].where(practices["site_id"] != "", practices["region"]), return_inverse=True)[
        1
    ]
    shocks = draw(0, world.area_shock, (area.max() + 1, -(-world.months // 12)))
    return np.repeat(shocks, 12, axis=1)[:, : world.months][area]


def _survey(world: World, practices: "pd.DataFrame") -> "pd.DataFrame":
    import pandas as pd

    tables = [_item(world, name, share, practices) for name, share in world.shares.items()]
    return pd.concat(tables, ignore_index=True)


def _item(world: World, name: str, share: Share, practices: "pd.DataFrame") -> "pd.DataFrame":
    import numpy as np
    import pandas as pd

    random = _stream(world, f"survey.{name}")
    level = random.normal(share.mean, share.spread, len(practices)).clip(0.15, 0.97)
    after = share.drift + share.effect * (practices["site_id"] != "").to_numpy()
    area = _area_shocks(world, practices, random.normal)
    waves = []
    for wave, change, shock in zip(world.waves, (0.0, after), (area[:, 0], area[:, -1]), strict=True):
        responses = 20 + random.poisson(80, len(practices))
        seen = random.binomial(responses, np.clip(level + change + shock, 0.01, 0.99))
        columns = {"practice_id": practices["practice_id"], "wave": wave, "item": name, "responses": responses}
        waves.append(pd.DataFrame(columns | {"value": (seen / responses).round(4)}))
    return pd.concat(waves, ignore_index=True)


if __name__ == "__main__":
    command(pilots)
