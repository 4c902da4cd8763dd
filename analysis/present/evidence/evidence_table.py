"""The tables of published estimates: those with a figure, and those told in words alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.present.look.markdown import Table
from analysis.present.templates.language import Filters
from analysis.tables import read_table
from analysis.wording import DASH, sentence, signed

if TYPE_CHECKING:
    import pandas as pd

DESIGN = {
    "before_after_survey": "survey before and after",
    "meta_analysis": "meta-analysis",
    "matched_difference_in_differences": "matched difference-in-differences",
    "difference_in_differences": "difference-in-differences",
    "synthetic_difference_in_differences": "synthetic difference-in-differences",
}
UNITS = {
    "percent_change": "%", "percent_growth": "%", "percent_difference": "%", "points": " points",
    "rate_difference_per_1000_month": " per 1,000 a month",
    "years": " years", "smd": " SD", "mean_per_person_year": " per person-year",
}  # fmt: skip
# What a number without a unit is.
KINDS = {"rate_ratio": "ratio ", "hazard_ratio": "hazard ratio ", "log_rate_ratio": "log rate ratio "}
PLAIN = ("rate_ratio", "hazard_ratio", "smd", "years", "mean_per_person_year", "log_rate_ratio")
RATIOS = ("rate_ratio", "hazard_ratio")
# Which way a result that was told in words points; any other gave no direction.
DIRECTIONS = ("up", "down", "none", "mixed")
NAMES = {"mdvis": "visits to a doctor"}
# How much longer than the other one side of an interval may be, by rounding in print, before it is called lopsided.
LOPSIDED = 1.25
# What tells rows apart, before what exactly was counted and when.
ALIKE = ["outcome", "programme", "population", "design"]
# What the register notes of a figure whose unit we could not confirm.
READ_AS = "read here as percentage points"


@dataclass(frozen=True, kw_only=True)
class Size:
    """An estimate as it is printed, and whether its unit is not confirmed."""

    text: str
    unsure: bool


@dataclass(frozen=True, kw_only=True)
class Design:
    """The design of a study in words, and whether a comparison group is not described where the name does not tell."""

    name: str
    alone: bool


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What a caption explains: whether a figure is from public code, and whether an interval is lopsided."""

    code: bool
    lopsided: bool


def evidence_table(path: Path, words: Filters) -> Table:
    """Every published estimate that is a number, with where it was found."""
    rows, lineage = read_table(path)
    rows = _listed(rows[rows["estimate"].notna() & (rows["role"] == "estimate")])
    sizes = [Size(text=size_text(row), unsure=READ_AS in str(row["note"])) for _, row in rows.iterrows()]
    texts = [words["say"](size, "evidence/tables/size") for size in sizes]
    stars = [" \\*" * lopsided(row) for _, row in rows.iterrows()]
    columns = _columns(rows, _details(rows), words) | {
        "Estimate": [f"{text}{star}" for text, star in zip(texts, stars, strict=True)],
        "Certainty": list(rows["certainty"]),
    }
    marks = Marks(code=bool((rows["certainty"] == "F-code").any()), lopsided=any(stars))
    caption = words["say"](marks, "evidence/tables/estimates")
    return Table("evidence", caption, columns, lineage.simulated, (16, 38, 18, 18, 10))


def directions_table(path: Path, words: Filters) -> Table:
    """Every published result that was told in words alone."""
    rows, lineage = read_table(path)
    rows = _listed(rows[rows["estimate"].isna() & (rows["role"] == "estimate")])
    alike = rows.duplicated([*ALIKE, "outcome_detail"], keep=False)
    when = [f": {text}" * bool(same) for text, same in zip(rows["followup"], alike, strict=True)]
    columns = _columns(rows, when, words) | {
        "Outcome": [f"{sentence(text)}{more}" for text, more in zip(rows["outcome_detail"], when, strict=True)],
        "Reported": [words["phrase"](reported_direction(each), "reported") for each in rows["direction"]],
        "Certainty": list(rows["certainty"]),
    }
    caption = words["say"](None, "evidence/tables/words")
    order = ["Outcome", "Programme and population", "Design", "Reported", "Certainty"]
    return Table(
        "evidence-words", caption, {key: columns[key] for key in order}, lineage.simulated, (26, 36, 14, 14, 10)
    )


def reported_direction(reported: object) -> str:
    """Which way a result in words points, a code of the phrases `reported`."""
    return str(reported) if reported in DIRECTIONS else "not_given"


def _listed(rows: "pd.DataFrame") -> "pd.DataFrame":
    return rows.sort_values(["outcome", "programme"], kind="stable")


def _columns(rows: "pd.DataFrame", details: Sequence[str], words: Filters) -> dict[str, list[str]]:
    named = zip(rows.to_dict("records"), details, strict=True)
    return {
        "Outcome": [f"{_outcome(row['outcome'], row['outcome_detail'])}{detail}" for row, detail in named],
        "Programme and population": [f"{row.programme}: {row.population}[@{row.study}]" for row in rows.itertuples()],
        "Design": [words["say"](_design(row), "evidence/tables/design") for _, row in rows.iterrows()],
    }


def _design(row: "pd.Series[Any]") -> Design:
    name = DESIGN.get(row["design"], row["design"].replace("_", " "))
    plain = row["design"] in ("uncontrolled", "systematic_review", "formative")
    return Design(name=name, alone=row["controlled"] == "no" and not plain)


def _details(rows: "pd.DataFrame") -> list[str]:
    """What tells a row from others that would look the same, and what an amount of money or of continuity is of."""
    twins = rows.duplicated(ALIKE, keep=False) | (rows["measure"] == "currency_gbp") | (rows["outcome"] == "continuity")
    still = twins & rows.duplicated([*ALIKE, "outcome_detail"], keep=False)
    named = (rows["outcome"] == "other") | (rows["outcome_detail"] == rows["outcome"].str.replace("_", " "))
    detail = (": " + rows["outcome_detail"]).where(twins & ~named, "")
    return list(detail.where(~still, ": " + rows["followup"].fillna("")))


def _outcome(name: str, detail: str) -> str:
    plain = detail if name == "other" else NAMES.get(name, name.replace("_", " "))
    return sentence(plain.replace("ae attendances", "A&E attendances").replace("gp contacts", "GP contacts"))


def size_text(row: "pd.Series[Any]") -> str:
    """A published estimate with its unit and, where it has one, its interval: for instance ``−23% (−39 to −3)``."""
    digits = _decimals(row)
    if row["measure"] == "currency_gbp":
        return f"{_pounds(row['estimate'], sign=True)}{_interval(_pounds(row['ci_low']), _pounds(row['ci_high']))}"
    plain = row["measure"] in PLAIN
    numbers = [_number(row[key], digits, plain=plain) for key in ("estimate", "ci_low", "ci_high")]
    return f"{KINDS.get(row['measure'], '')}{numbers[0]}{_unit(row['measure'])}{_interval(*numbers[1:])}"


def _unit(measure: str) -> str:
    """The unit of a number; of a measure that has none here, its name."""
    return UNITS.get(measure, "" if measure in KINDS else f" ({measure.replace('_', ' ')})")


def _decimals(row: "pd.Series[Any]") -> int:
    """As many decimals as were printed, of estimate and interval alike; those of what we calculated are ours."""
    if row["certainty"] == "C" and row["measure"] not in PLAIN:
        return 1
    if row["measure"] == "log_rate_ratio":
        return 4
    values = [row[key] for key in ("estimate", "ci_low", "ci_high") if row[key] == row[key]]
    return max(len(f"{value:.10f}".rstrip("0").partition(".")[2]) for value in values)


def _number(value: float, decimals: int, *, plain: bool) -> str:
    text = signed(value, "", decimals)
    return text.removeprefix("+") if plain else text


def _pounds(value: float, *, sign: bool = False) -> str:
    """Pounds, with pence where there are any."""
    text = f"£{abs(value):,.2f}".removesuffix(".00")
    return f"{'+' if sign and value > 0 else '−' if value < 0 else ''}{text}" if value == value else DASH


def _interval(low: str, high: str) -> str:
    return "" if DASH in (low, high) else f" ({low} to {high})"


def lopsided(row: "pd.Series[Any]") -> bool:
    """Whether a published interval does not lie about its estimate, on the scale on which such intervals do."""
    import numpy as np

    sides = row[["estimate", "ci_low", "ci_high"]].astype(float).to_numpy()
    if np.isnan(sides).any():
        return False
    if UNITS.get(row["measure"]) == "%":
        sides = np.log1p(sides / 100)
    if row["measure"] in RATIOS:
        sides = np.log(sides)
    below, above = sides[0] - sides[1], sides[2] - sides[0]
    return bool(max(below, above) > LOPSIDED * min(below, above))
