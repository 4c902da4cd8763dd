"""Continuity against the size and growth of practices: planted truths, values by hand, and what is not told."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.estimate.continuity.practice_size import practice_size
from analysis.plan.continuity import Continuity, PracticeSize
from analysis.tables import Lineage, Source, read_table, write_table
from tests.reasons import sentences

WAVES = ("2007-04", "2008-04", "2009-04", "2010-04")
LINEAGE = Lineage((Source("reference", "0" * 64, "simulated"),))
PER_DOUBLING, PER_TENTH, EFFECT = -5.0, -3.0, -8.0
ASKED = Continuity(outcome="usual_provider", size=PracticeSize())
Edit = Callable[[pd.DataFrame], pd.DataFrame]


def practices(seed: int = 1, size: int = 240) -> pd.DataFrame:
    """Practices in twelve regions, two of them pilots; deprived practices are smaller."""
    random = np.random.default_rng(seed)
    imd = random.uniform(5, 60, size)
    lists = np.exp(random.normal(8.8, 0.5, size) - 0.01 * (imd - 30))
    region = np.arange(size) % 12
    return pd.DataFrame(
        {
            "practice_id": [f"P{number:03}" for number in range(size)], "list_size": lists,
            "gp_fte": np.round(lists / 1700, 1), "imd": imd, "share_65plus": random.uniform(0.1, 0.25, size),
            "region": [f"R{each:02}" for each in region], "pilot": region < 2, "grown": random.normal(0.05, 0.08, size),
            "luck": random.normal(0, 2, 12)[region] + random.normal(0, 2, size),
        }
    )  # fmt: skip


def windows(facts: pd.DataFrame, noise: float = 0.5) -> pd.DataFrame:
    """Continuity by practice and window: size, deprivation, growth and the pilots move it."""
    level = 60 + PER_DOUBLING * np.log2(facts["list_size"] / 7000) - 0.2 * (facts["imd"] - 30) + facts["luck"]
    parts = []
    for number, wave in enumerate(WAVES):
        after = facts["pilot"] & (number >= 2)
        # A list grows from window to window, a third of it each time.
        grown = PER_TENTH * facts["grown"] * number / 3 / np.log(1.1)
        chance = np.random.default_rng(number).normal(0, noise, len(facts))
        value = (level + grown + EFFECT * after + chance) / 100
        rows = facts.drop(columns=["grown", "luck"]).assign(
            wave=wave, item="upc", responses=100, value=value, after=after, contacts=6.0, site_id="", cluster_id="c"
        )
        parts += [rows, rows.assign(item="coc", value=rows["value"] - 0.2)]
    return pd.concat(parts, ignore_index=True)


def months(facts: pd.DataFrame) -> pd.DataFrame:
    """Lists that grow on the first of every April and stay for a year, in two measures."""
    parts = []
    for number in range(48):
        population = facts["list_size"] * np.exp(facts["grown"] * (number // 12) / 3)
        month = f"{2007 + (number + 3) // 12}-{(number + 3) % 12 + 1:02}"
        parts.append(facts[["practice_id"]].assign(month=month, population=population, count=1, measure="emergency"))
    return pd.concat([each.assign(measure=name) for name in ("ae", "emergency") for each in parts], ignore_index=True)


def answered(
    folder: Path,
    facts: pd.DataFrame,
    edit: Edit = lambda rows: rows,
    asked: Continuity = ASKED,
    noise: float = 0.5,
    cluster: str = "region",
) -> pd.DataFrame:
    write_table(folder / "windows.parquet", edit(windows(facts, noise)), LINEAGE)
    # The panel keeps the column that clusters where the windows lack it.
    kept = [name for name in (cluster,) if name in facts and name != "region"]
    write_table(folder / "panel.parquet", months(facts).merge(facts[["practice_id", *kept]]), LINEAGE)
    out = folder / "out.parquet"
    practice_size(
        panel=folder / "windows.parquet", activity=folder / "panel.parquet", asked=asked, item="upc",
        comparison_cluster=cluster, confidence=0.95, out=out,
    )  # fmt: skip
    rows, lineage = read_table(out)
    assert lineage == LINEAGE
    return rows


def without(*columns: str) -> Edit:
    return lambda rows: rows.drop(columns=list(columns))


def one(rows: pd.DataFrame, **where: str) -> pd.Series:
    for column, value in where.items():
        rows = rows[rows[column] == value]
    (row,) = rows.to_dict("records")
    return pd.Series(row)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return answered(tmp_path_factory.mktemp("size"), practices())


def test_the_planted_slope_is_found_where_deprivation_is_held_constant(rows: pd.DataFrame) -> None:
    adjusted = one(rows, term="per_doubling", specification="adjusted", subgroup="list_size")
    assert adjusted["ci_low"] <= PER_DOUBLING <= adjusted["ci_high"]
    assert adjusted["std_error"] < 0.6
    # Smaller practices are more deprived here and so less continuous: the plain slope is too flat.
    plain = one(rows, term="per_doubling", specification="unadjusted", subgroup="list_size")
    assert plain["estimate"] > adjusted["estimate"] + 1
    assert (adjusted["n_units"], adjusted["n_clusters"]) == (240, 12)


def test_the_plan_says_what_clusters(rows: pd.DataFrame, tmp_path: Path) -> None:
    facts = practices()
    named = facts.assign(area=facts["region"].str.replace("R", "area ").where(facts["region"] != "R05", "area 00"))
    fewer = answered(tmp_path, named, without("area"), cluster="area")
    where = {"term": "per_doubling", "specification": "adjusted", "subgroup": "list_size"}
    one_way, other = one(rows, **where), one(fewer, **where)
    assert (one_way["n_clusters"], other["n_clusters"]) == (12, 11)
    assert one_way["estimate"] == pytest.approx(other["estimate"])
    nowhere = answered(tmp_path, facts, cluster="area")
    told = sentences(nowhere[nowhere["design"] == "practice_size"])
    assert told.str.contains("have no area").all()


def test_after_the_start_nothing_counts(rows: pd.DataFrame, tmp_path: Path) -> None:
    worse = answered(tmp_path, practices(), lambda rows: rows.assign(value=rows["value"].where(~rows["after"], 0.1)))
    section, other = (each[each["design"] == "practice_size"].reset_index(drop=True) for each in (rows, worse))
    pd.testing.assert_frame_equal(section, other)


def test_a_straight_gradient_has_no_bend_and_its_curve_runs_along_it(rows: pd.DataFrame) -> None:
    assert one(rows, term="nonlinearity", subgroup="list_size")["p_value"] > 0.05
    curve = rows[(rows["term"] == "fitted") & (rows["subgroup"] == "list_size")]
    doublings = np.log2(curve["horizon"].astype(float))
    slope = np.polyfit(doublings, curve["estimate"], 1)[0]
    assert slope == pytest.approx(PER_DOUBLING, abs=1)
    assert set(curve["scale"]) == {"level"}


def test_a_bend_is_found(tmp_path: Path) -> None:
    facts = practices()
    facts["luck"] += 6 * (np.log2(facts["list_size"]) - np.log2(facts["list_size"]).mean()) ** 2
    bent = answered(tmp_path, facts)
    assert one(bent, term="nonlinearity", subgroup="list_size")["p_value"] < 0.001


def test_means_of_fourths_are_those_of_the_data(rows: pd.DataFrame) -> None:
    facts = practices()
    early = windows(facts).query('item == "upc" and wave < "2009-04"')
    mean = 100 * early.groupby("practice_id")["value"].mean()
    fourth = pd.qcut(facts.set_index("practice_id")["list_size"], 4, labels=False)
    told = [one(rows, term="mean", subgroup=f"{number} of 4: list_size")["estimate"] for number in range(1, 5)]
    assert told == pytest.approx(list(mean.groupby(fourth).mean()))


def test_growth_by_hand_without_chance(tmp_path: Path) -> None:
    exact = answered(tmp_path, practices(), noise=0.0)
    growth = exact[exact["term"] == "per_tenth"].set_index("specification")["estimate"]
    # The pilots' fall is theirs alone, and no part of what growth does.
    assert list(growth[["primary", "with_pilots"]]) == pytest.approx([PER_TENTH, PER_TENTH])


def test_growth_is_found_in_chance(rows: pd.DataFrame) -> None:
    row = one(rows, term="per_tenth", specification="primary")
    assert row["ci_low"] <= PER_TENTH <= row["ci_high"]
    assert row["n_units"] == 200
    assert one(rows, term="per_tenth", specification="with_pilots")["n_units"] == 240


def test_mergers_stand_apart(tmp_path: Path) -> None:
    facts = practices()
    facts["grown"] = np.where(np.arange(240) % 8 == 5, 0.6, 0.03)  # a fifth in every one of three years
    merged = answered(tmp_path, facts, noise=0.0)
    jump = one(merged, term="jump")
    assert jump["estimate"] == pytest.approx(PER_TENTH * (0.6 - 0.03) / np.log(1.1))
    assert one(merged, term="change", subgroup="jumped")["n_units"] == sum(
        number % 8 == 5 and number % 12 >= 2 for number in range(240)
    )


def test_what_a_merger_does_is_no_part_of_what_growth_does(tmp_path: Path) -> None:
    facts, merges = practices(), np.arange(240) % 8 == 5
    facts["grown"] += 0.6 * merges
    fell = pd.Series(merges, index=facts["practice_id"])

    def step(rows: pd.DataFrame) -> pd.DataFrame:
        late = rows["practice_id"].map(fell) & (rows["wave"] > WAVES[0])
        return rows.assign(value=rows["value"] + 0.2 * late)

    merged = answered(tmp_path, facts, step, noise=0.0)
    slopes = merged[merged["term"] == "per_tenth"]["estimate"]
    assert list(slopes) == pytest.approx([PER_TENTH, PER_TENTH])
    mean = facts[~facts["pilot"]].groupby(merges[~facts["pilot"]])["grown"].mean()
    assert one(merged, term="jump")["estimate"] == pytest.approx(
        20 + PER_TENTH * (mean[True] - mean[False]) / np.log(1.1)
    )


def test_where_lists_change_by_mergers_alone_the_mergers_are_told(tmp_path: Path) -> None:
    facts = practices().assign(grown=np.where(np.arange(240) % 8 == 5, 0.6, 0.0))
    rows = answered(tmp_path, facts)
    assert rows["reason"].isna().all()
    assert one(rows, term="jump")["estimate"] < 0
    assert "per_tenth" not in set(rows["term"])


def test_without_mergers_nothing_is_said_of_them(rows: pd.DataFrame) -> None:
    assert "jump" not in set(rows["term"])


def test_what_the_practices_lack_is_told_and_the_rest_is_estimated(tmp_path: Path) -> None:
    rows = answered(tmp_path, practices(), without("gp_fte"))
    unmade = rows[rows["reason"].notna()]
    assert set(unmade["subgroup"]) == {"gp_fte"}
    assert sentences(unmade).str.contains("have no gp_fte").all()
    assert set(rows.loc[rows["reason"].isna(), "subgroup"]) >= {"list_size", "1 of 4: list_size"}


def test_without_deprivation_the_plain_gradient_is_told(tmp_path: Path) -> None:
    rows = answered(tmp_path, practices(), lambda rows: rows.assign(imd=float("nan")))
    section = rows[(rows["design"] == "practice_size") & rows["reason"].isna()]
    assert set(section["specification"]) == {"unadjusted", "primary"}


def test_too_few_practices_are_told_and_lists_that_stand_still_are_no_question(tmp_path: Path) -> None:
    rows = answered(tmp_path, practices(size=24))
    assert sentences(rows).str.contains("Only 2[04]").all()
    still = answered(tmp_path, practices().assign(grown=0.0))
    # Nobody asked about growth where nothing grew, so nothing of the plan is missing.
    assert still["reason"].isna().all()
    assert "practice_growth" not in set(still["design"])


def test_the_order_of_rows_does_not_matter(rows: pd.DataFrame, tmp_path: Path) -> None:
    shuffled = answered(tmp_path, practices(), lambda rows: rows.sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(rows, shuffled)
