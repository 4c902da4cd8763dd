"""The written truth on continuity of care in the reference pilots: what models of its data should find.

Effects are means over those who had them: the same patients with the same random numbers, once with the pilots and once
without. Slopes are least-squares projections of what is expected of patients as they are: the simulated patients, with
chances drawn anew for each, which owe nothing to those of the same list, practice or area. In both, windows are of
twelve months and count from the first pilot's start, patients need two contacts with somebody named, and a window in
which the practice's own pilot starts is left out.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.simulate.continuity.contact_lives import (
    HIGHEST,
    LOWEST,
    Chances,
    Places,
    Seen,
    chances_of,
    contacts_of,
    registered_alive,
    states,
)
from analysis.simulate.continuity.continuity_world import CareWorld
from analysis.simulate.continuity.gap_truth import gap_changes
from analysis.simulate.continuity.merger_truth import merger
from analysis.simulate.continuity.patient_windows import (
    NONE,
    WINDOW,
    PatientWindows,
    parts_of,
    since_start,
    slope,
    standing,
    windows,
)
from analysis.simulate.continuity.registered import People, redrawn
from analysis.steps import seed

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Truth = dict[str, dict[str, str | float]]
# So many times, so that slopes are exact to about a tenth of a point.
REDRAWN = 3


def truths(
    care: CareWorld, people: People, places: Places, chances: Chances, seen: Seen, practices: "pd.DataFrame", root: int
) -> Truth:
    """All that is true of continuity, under the keys of truth.json.

    Returns
    -------
    dict
        ``upc`` and ``slicc``: the pilots' effect in points, over patients and over contacts of patients with a recorded
        GP. ``continuity.acsc``: the rate ratio per +0.2 of the chance of the own GP. ``continuity.size`` and
        ``.growth``: points of UPC per doubling of the list (deprivation and age held constant), and per growth by a
        tenth; ``.merger``: what a merger does, from the first window to the last. ``continuity.imd``, ``.age``,
        ``.conditions``: slope index of UPC in points, from the lowest to the highest; ``.imd_change``, ``.age_change``,
        ``.conditions_change``: what the pilots do to it. ``continuity.mediated``: the ratio of admissions that the
        pilots' mean change in the chance brings about. What the months are too few for is left out.
    """
    points = (
        _effects(people, places, chances, seen)
        | _slopes(care, people, places, practices, root)
        | merger(people, places, chances, seen)
    )
    ratios = {"continuity.acsc": _truth("ratio", care.admitting.effect, care.admitting.set_to)}
    if (change := _change(people, places, chances)) is not None:
        ratios["continuity.mediated"] = _truth("ratio", care.admitting.effect ** (change / 0.2))
    return {name: _truth("points", value) for name, value in points.items()} | ratios


def _truth(scale: str, effect: float, set_to: str = "") -> dict[str, str | float]:
    return {"scale": scale, "effect": round(float(effect), 6), "set_to": set_to}


def _effects(people: People, places: Places, chances: Chances, seen: Seen) -> dict[str, float]:
    """The same contacts with the pilots and without them, from the start of the own pilot."""
    import numpy as np

    part = _counted(people, places, seen)
    whom_seen, without = (
        seen.whom(people, chances.actual),
        np.where(seen.extra, -1, seen.whom(people, chances.no_pilots)),
    )
    whole = windows(people, seen, whom_seen, part)
    after = since_start(people, places, whole.person, whole.part) >= 0
    late = np.where(since_start(people, places, seen.person, np.where(part > NONE, part, 0)) >= 0, part, NONE)
    with_them, without_them = whole.where(after), windows(people, seen, without, late)
    if not (len(with_them.upc) and len(without_them.upc)):
        return {}
    listed = (late > NONE) & people.listed[seen.person]
    shares = [(whom == people.gp[seen.person])[listed & (whom >= 0)].mean() for whom in (whom_seen, without)]
    return {
        "upc": 100 * (with_them.upc.mean() - without_them.upc.mean()),
        "slicc": 100 * (shares[0] - shares[1]),
        **gap_changes(people, whole, with_them, without_them),
    }


def _counted(people: People, places: Places, seen: Seen) -> "np.ndarray":
    """The window of each contact; NONE for no window, and for one in which the own pilot starts."""
    import numpy as np

    part = parts_of(places)[0][seen.month]
    since = since_start(people, places, seen.person, np.where(part > NONE, part, 0))
    return np.where((since > -WINDOW) & (since < 0), NONE, part)


def _change(people: People, places: Places, chances: Chances) -> float | None:
    """The pilots' mean change in the chance of the own GP, over their patients and months since the start."""
    import numpy as np

    late = (places.since >= 0).T[:, people.practice] & registered_alive(people, places.months)
    if not late.any():
        return None
    one, other = (np.clip(each, LOWEST, HIGHEST)[late].mean() for each in (chances.actual, chances.no_pilots))
    return float(one - other)


def _slopes(care: CareWorld, people: People, places: Places, practices: "pd.DataFrame", root: int) -> dict[str, float]:
    """What is expected of patients as they are, had there been no pilots and no mergers."""
    import numpy as np

    if not (parts_of(places)[0] > NONE).any():
        return {}
    calm = care.model_copy(update={"seeing": care.seeing.model_copy(update={"shock": 0.0})})
    untouched = replace(places, since=np.full_like(places.since, np.nan), merged=np.zeros_like(places.merged))
    drawn = [
        _redrawn(calm, people, untouched, parts_of(places), practices, seed(f"simulate.contacts.truth.{number}", root))
        for number in range(REDRAWN)
    ]
    return {f"continuity.{name}": float(np.mean([each[name] for each in drawn])) for name in drawn[0]}


def _redrawn(
    care: CareWorld, people: People, places: Places, parts: "tuple[np.ndarray, int]", practices: "pd.DataFrame",
    root: int,
) -> dict[str, float]:  # fmt: skip
    """The slopes among patients whose chances are drawn anew, which are held constant so that they do not blur them."""
    anew = redrawn(care, people, root)
    chances = chances_of(care, anew, places, root)
    seen = contacts_of(care, anew, places, states(care, len(people), places.months, root), root)
    actual, still = (
        windows(anew, seen, seen.whom(anew, each), parts[0][seen.month]) for each in (chances.actual, chances.no_growth)
    )
    facts = {"imd": anew.imd, "age": anew.age, "conditions": anew.conditions}
    who = actual.person
    gaps = {
        name: 100 * slope(actual.upc, standing(fact[who], fact[who]), anew.own[who]) for name, fact in facts.items()
    }
    growth = [_growth(anew, places, each, parts[1]) for each in (actual, still)]
    return gaps | {"size": _size(anew, who, actual.upc, practices), "growth": growth[0] - growth[1]}


def _size(people: People, who: "np.ndarray", upc: "np.ndarray", practices: "pd.DataFrame") -> float:
    """The slope in points on doublings of the list, each practice counting the same."""
    import numpy as np

    home = people.practice[who]
    size, *held = (practices[name].to_numpy()[home] for name in ("list_size", "imd", "share_65plus"))
    alike = 1 / np.bincount(home)[home]
    return 100 * slope(upc, np.log2(size), *held, people.own[who], weight=alike)


def _growth(people: People, places: Places, of: PatientWindows, start: int) -> float:
    """The slope in points on the tenths by which the list has grown at the middle of the window."""
    grown = places.grown[people.practice[of.person], start + of.part * WINDOW + WINDOW // 2]
    return 100 * slope(of.upc, grown, people.own[of.person])
