"""The Medicaid example of the HonestDiD package: its data, its event study, and its random draws.

Data: `ehec_data` of Mixtape-Sessions/Advanced-DID, carried by moderndid; event study as in HonestDiD's README,
``feols(dins ~ i(year, D, ref = 2013) | stfips + year, cluster = "stfips")``.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.estimate.numerics.bounds.honest_did import EventStudy

BEFORE, STATES, YEARS = 5, 43, 8


def event_study(*weights: float) -> EventStudy:
    """Five years before 2013 and two after; weights of the two."""
    found = find_spec("moderndid")
    assert found is not None
    assert found.origin is not None
    frame = pd.read_pickle(Path(found.origin).parent / "core" / "datasets" / "ehec_data.pkl.gz")
    frame = frame[(frame["year"] < 2016) & (frame["yexp2"] != 2015)]
    table = frame.pivot(index="stfips", columns="year", values="dins")
    expanded = (frame.groupby("stfips")["yexp2"].first() == 2014).to_numpy(float)
    dummies = [np.outer(expanded, table.columns == year) for year in table.columns if year != 2013]
    design = np.stack([_demeaned(each).ravel() for each in dummies], axis=1)
    outcome = _demeaned(table.to_numpy()).ravel()
    inverse = np.linalg.inv(design.T @ design)
    coefficients = inverse @ design.T @ outcome
    residual = (outcome - design @ coefficients).reshape(table.shape)
    scores = np.einsum("sty,st->sy", design.reshape(*table.shape, -1), residual)
    rows, used = outcome.size, len(dummies) + YEARS  # fixest: state effects lie within clusters and are not counted
    adjust = STATES / (STATES - 1) * (rows - 1) / (rows - used)
    return EventStudy(coefficients, adjust * inverse @ scores.T @ scores @ inverse, BEFORE, np.array(weights))


def _demeaned(table: Any) -> Any:
    return table - table.mean(axis=0) - table.mean(axis=1, keepdims=True) + table.mean()


def r_normal(size: int, seed: int = 0) -> Any:
    """What R's ``set.seed(seed); rnorm(size)`` gives: Mersenne Twister, inversion with two draws a number."""
    word = seed
    for _ in range(50):
        word = (69069 * word + 1) % 2**32
    state = []
    for _ in range(625):
        word = (69069 * word + 1) % 2**32
        state.append(word)
    twister = np.random.RandomState()
    twister.set_state(("MT19937", np.array(state[1:], dtype=np.uint32), 624, 0, 0.0))
    uniform = twister.randint(0, 2**32, size=2 * size, dtype=np.uint32) * 2.3283064365386963e-10
    return special.ndtri((np.floor(2.0**27 * uniform[::2]) + uniform[1::2]) / 2.0**27)
