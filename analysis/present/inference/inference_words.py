"""The uncertainty of a primary estimate, told in other ways: the words."""

from typing import TYPE_CHECKING, Any

from analysis.estimates import pick, verdict_row
from analysis.present.provenance.context import Context
from analysis.wording import changed, in_words, p_value

if TYPE_CHECKING:
    import pandas as pd

METHODS = {
    "crv3": "leaving out one cluster at a time (CRV3)",
    "score_bootstrap": "score bootstrap, by cluster",
    "wild_bootstrap": "wild cluster bootstrap, linear model",
    "randomisation": "all or many other assignments of the pilots",
    "holm": "primary, adjusted for several outcomes (Holm)",
    "romano_wolf": "primary, adjusted by resampling (Romano–Wolf)",
}
ADJUSTED = ("holm", "romano_wolf")
LEVEL = 0.05


def inference_words(context: Context, name: str) -> str:
    """Whether the methods agree that there is a finding, and what is left after adjusting for several outcomes."""
    primary = verdict_row(context.estimates, name, "difference_in_differences")
    rows = [(method, row) for method, row in by_method(context.estimates, name) if row["p_value"] == row["p_value"]]
    if primary is None or not rows:
        return "Its uncertainty was not told in any other way."
    others = [row for method, row in rows if method not in ADJUSTED]
    adjusted = [(method, row) for method, row in rows if method in ADJUSTED]
    said = [_others(context, name, primary, others)] if others else []
    return " ".join(said + [_adjusted(context, name, adjusted)] * bool(adjusted))


def by_method(estimates: "pd.DataFrame", name: str) -> "list[tuple[str, pd.Series[Any]]]":
    """The rows of one outcome that tell its uncertainty in another way, in the order of the methods."""
    rows = pick(estimates, outcome=name, design="difference_in_differences", term="inference", specification="primary")
    told = {row["horizon"]: row for _, row in rows.sort_values("scale").iterrows()}
    return [(method, told[method]) for method in METHODS if method in told]


def _others(context: Context, name: str, primary: "pd.Series[Any]", rows: "list[pd.Series[Any]]") -> str:
    if changed(primary).few:
        return _few(context, name, primary, rows)
    first = context.cite(f"inference.{name}.primary", p_value(primary["p_value"]), primary)
    low, high = min(rows, key=lambda row: row["p_value"]), max(rows, key=lambda row: row["p_value"])
    least = context.cite(f"inference.{name}.least", p_value(low["p_value"]), low)
    most = context.cite(f"inference.{name}.most", p_value(high["p_value"]), high)
    span = f"at {most}" if p_value(low["p_value"]) == p_value(high["p_value"]) else f"between {least} and {most}"
    same = {row["p_value"] < LEVEL for row in (primary, *rows)}
    verdict = "they agree" if len(same) == 1 else "they do not agree, so the finding hangs on the method"
    return f"Clustered errors give {first}; the other methods put it {span}: {verdict} (@tbl-inference)."


def _few(context: Context, name: str, primary: "pd.Series[Any]", rows: "list[pd.Series[Any]]") -> str:
    """What randomisation says, where it alone can say anything."""
    treated, others = (
        context.cite(f"inference.{name}.{side}", f"{primary[f'{side}_clusters']:.0f}", primary)
        for side in ("treated", "comparison")
    )
    value = context.cite(f"inference.{name}.randomisation", p_value(rows[0]["p_value"]), rows[0])
    limit = "" if changed(primary).known else ", and other assignments are too few, or too alike, for an interval"
    return (
        f"Clusters that the pilots reach: {treated}; clusters to compare with: {others}. That is too few for clustered "
        f"errors, so randomisation decides: {value}{limit} (@tbl-inference)."
    )


def _adjusted(context: Context, name: str, rows: "list[tuple[str, pd.Series[Any]]]") -> str:
    names = {"holm": "Holm", "romano_wolf": "Romano–Wolf"}
    told = [
        f"{context.cite(f'inference.{name}.{method}', p_value(row['p_value']), row)} by {names[method]}"
        for method, row in rows
    ]
    counts = [in_words(family(context.estimates, method)) for method, _ in rows]
    if len(set(counts)) == 1:
        return f"Adjusted for {counts[0]} primary outcomes it is {' and '.join(told)}."
    each = [f"{said} over {count} outcomes" for said, count in zip(told, counts, strict=True)]
    return f"Adjusted for several primary outcomes it is {' and '.join(each)}."


def family(estimates: "pd.DataFrame", method: str) -> int:
    """Over how many outcomes a method adjusts."""
    rows = pick(estimates, design="difference_in_differences", term="inference", specification="primary")
    return int(rows.loc[rows["horizon"] == method, "outcome"].nunique())
