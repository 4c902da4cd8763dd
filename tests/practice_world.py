"""Invented practice-level data in the shape of the tidy tables, with a truth that is known."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.plan.practices import Gradient, Growth, Inequality, Questions, Trend, Value
from analysis.tables import Lineage, Source, write_table

YEARS = range(2018, 2024)
LINEAGE = Lineage(tuple(Source(id, "0" * 64, "observed") for id in ("deprivation", "lists", "register", "survey")))
# The truth: points per unit of the log list between practices, per year, and per unit of log growth of a list.
SLOPE, YEARLY, GROWTH = -10.0, -1.5, -8.0


def value(measure: str, year: int) -> Value:
    return Value(measure=measure, year=year)


def questions() -> Questions:
    """A question of every kind, and one that no data answer."""
    seen, facts = value("see_preferred_gp", 2023), {"good_direction": "up"}
    years: dict[str, Any] = {"outcome": "see_preferred_gp", "first": 2018, "last": 2023, "good_direction": "up"}
    attended = value("ae_attendances_0_4", 2021)
    poverty: dict[str, Any] = {"exposure": value("imd", 2019), "log_exposure": False, "step": 10, "family": "count"}
    return {
        "larger_practices": Gradient(
            kind="gradient", label="do patients of larger practices see their preferred GP less often", claim="down",
            outcome=seen, exposure=value("list_size", 2023), adjust=(value("imd", 2019),), knots=4, **facts,
        ),
        "children": Gradient(
            kind="gradient", label="do poor children come to A&E more often", outcome=attended, good_direction="down",
            **poverty,
        ),
        "trend": Trend(kind="trend", label="how has continuity changed", **years),
        "inequality": Inequality(
            kind="inequality", label="is continuity lower in poor areas", outcome=seen, by=value("imd", 2019), **facts
        ),
        "growth": Growth(kind="growth", label="what happens when practices grow", claim="down", **years),
        "payments": Gradient(
            kind="gradient", label="is more paid to larger practices", outcome=seen, good_direction="up",
            exposure=value("payments_per_patient", 2023),
        ),
    }  # fmt: skip


def tidy(seed: int = 1, practices: int = 240, areas: int = 12) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Practice measures and the register; every twentieth practice takes over a list in 2021."""
    random = np.random.default_rng(seed)
    ids = [f"P{number:04}" for number in range(practices)]
    area = np.arange(practices) % areas
    imd = random.uniform(5, 60, practices)
    lists = np.exp(random.normal(8.8, 0.5, practices)).clip(1200)
    level = 60 + SLOPE * (np.log(lists) - 8.8) - 0.2 * (imd - 30) + random.normal(0, 3, areas)[area]
    tables = [_measured(ids, 2019, "imd", imd, "deprivation")]
    grown = np.zeros(practices)
    for year in YEARS:
        grown = grown + random.normal(0.01, 0.01, practices) + 0.4 * ((np.arange(practices) % 20 == 0) & (year == 2021))
        share = level + YEARLY * (year - 2018) + GROWTH * grown + random.normal(0, 1, practices)
        tables += [_measured(ids, year, "list_size", np.round(lists * np.exp(grown)), "lists")]
        tables += [_measured(ids, year, "see_preferred_gp", share.clip(0, 100) / 100, "survey", base=100.0)]
    children = np.round(lists / 15)
    count = random.poisson(children * np.exp(0.01 * imd - 0.7)).astype(float)
    tables += [_measured(ids, 2021, "ae_attendances_0_4", count, "survey", base=children)]
    register = pd.DataFrame({"practice_id": ids, "commissioner": [f"C{each:02}" for each in area], "region": "R"})
    return pd.concat(tables, ignore_index=True), register


def _measured(
    ids: list[str], year: int, measure: str, values: "np.ndarray[Any, Any]", dataset: str, base: Any = np.nan
) -> pd.DataFrame:
    facts = {"practice_id": ids, "year": year, "measure": measure, "value": values, "base": base}
    return pd.DataFrame(facts | {"series": f"{measure}_series", "dataset": dataset})


def write_tidy(folder: Path, measures: pd.DataFrame, register: pd.DataFrame) -> None:
    """The three tables of the stage prepare; one data set of the study is not on disk."""
    grouped = measures.groupby(["dataset", "measure", "year"], as_index=False)
    rows = grouped.agg(practices=("practice_id", "nunique")).assign(title="A data set", missing=3, status="read")
    absent = {"dataset": "payments", "title": "Payments", "measure": "", "practices": 0, "missing": 0}
    coverage = pd.concat([rows, pd.DataFrame([absent | {"status": "not on disk"}])], ignore_index=True)
    write_table(folder / "practice_measures.parquet", measures, LINEAGE)
    write_table(folder / "practice_register.parquet", register, LINEAGE)
    write_table(folder / "practice_coverage.parquet", coverage, LINEAGE)
