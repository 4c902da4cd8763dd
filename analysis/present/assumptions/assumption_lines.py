"""The checks that ask how wrong an assumption would have to be: trends, confounders, all choices at once."""

from math import floor, isnan, log10
from typing import TYPE_CHECKING, Any

from analysis.estimates import one, pick
from analysis.present.verdict import UNTOLD, Line
from analysis.wording import Change, changed, in_words, listed, number_of, plural

if TYPE_CHECKING:
    import pandas as pd

# Beyond this many times the largest movement before the start, or this slope, a violation means nothing any more.
WITHOUT_END = 100.0
INTERVAL = ", interval"
NOTHING = "There was no clear finding to survive."
TRENDS = {
    "relative_magnitudes": "movements up to a multiple of the largest before the start",
    "smoothness": "a change of slope from one period to the next",
}


def parallel_trends(rows: "pd.DataFrame", primary: Change, label: str) -> list[Line]:
    """How large a violation of parallel trends the finding survives, in each of the two measures."""
    return [
        line for kind, told in TRENDS.items() if (line := _trend(rows, primary, kind, f"{label}: {told}")) is not None
    ]


def _trend(rows: "pd.DataFrame", primary: Change, kind: str, label: str) -> Line | None:
    bounds = pick(rows, term=kind, scale="ratio")
    broken = one(rows, term="breakdown", horizon=kind)
    if bounds.empty and broken is None:
        return None
    told = "–" if bounds.empty else _widest(bounds)
    if not primary.clear:
        return Line(label, told, NOTHING, "stays unclear")
    if broken is None:
        return Line(label, told, "At what size the finding breaks was not worked out.")
    size = broken["estimate"]
    return Line(label, told, breakdown(kind, size), "fades" if size <= 0 or fragile(kind, size) else "survives")


def _widest(bounds: "pd.DataFrame") -> str:
    """The interval under the largest violation that was tried."""
    row = max((each for _, each in bounds.iterrows()), key=lambda each: float(each["horizon"]))
    return f"{changed(row).interval()} at {violation(str(row['term']), float(row['horizon']))}"


def violation(kind: str, size: float) -> str:
    """A violation in words: ``1.5 times`` or ``0.5% a period``."""
    return f"{size:.2g} times" if kind == "relative_magnitudes" else f"{_rough(100 * size)}% a period"


def _rough(value: float) -> str:
    """A positive number with one decimal or, below one, the first digit that is no nought."""
    return f"{value:.1f}" if value >= 1 else f"{value:.{max(1, -floor(log10(value)))}f}"


def breakdown(kind: str, size: float) -> str:
    """Up to what size of violation the finding survives."""
    if size >= WITHOUT_END:
        return "The finding survives every violation of this kind, however large."
    if size <= 0:
        return "The finding does not survive even a small violation."
    told = violation(kind, size)
    if kind == "relative_magnitudes":
        return drift(told, weak=fragile(kind, size))
    return f"The finding survives a change of slope up to {told}."


def fragile(kind: str, size: float) -> bool:
    """Whether a drift of the two groups no larger than was seen before the start already undoes a finding."""
    return kind == "relative_magnitudes" and size < 1


def drift(told: str, *, weak: bool) -> str:
    """Up to what multiple of the largest movement before the start a finding survives; less than one is no survival."""
    if weak:
        return (
            "The finding does not survive drift as large as that already seen: it is gone beyond "
            f"{told} the largest movement before the start."
        )
    return f"The finding survives a violation up to {told} the largest movement before the start."


def confounder(rows: "pd.DataFrame", primary: Change, label: str) -> list[Line]:
    """What a confounder that nobody observed would have to be like."""
    value = one(rows, term="e_value", horizon="estimate")
    bound = one(rows, term="e_value", horizon="interval")
    made = [] if value is None else [_e_value(value, bound, primary, label)]
    tips = pick(rows, term="tipping") if primary.clear else rows[:0]
    ends = [row for _, row in tips.iterrows() if str(row["horizon"]).endswith(INTERVAL)]
    return made + [_tipping(row, label) for row in ends]


def _e_value(value: "pd.Series[Any]", bound: "pd.Series[Any] | None", primary: Change, label: str) -> Line:
    told = f"E-value {value['estimate']:.2f}" + ("" if bound is None else f" (interval {bound['estimate']:.2f})")
    if not primary.clear:
        return Line(label, told, f"{NOTHING} The interval includes no change without any confounder.", "stays unclear")
    if bound is None:
        return Line(label, told, "What would bring the interval to no change was not worked out.")
    said = (
        "With the start something would have to become "
        f"{bound['estimate']:.2f} times as common, or as rare, among patients of pilot practices, and to multiply or "
        "divide the rate by as much, for the interval to include no change; by a factor of "
        f"{value['estimate']:.2f} each to explain the whole estimate."
    )
    return Line(label, told, said)


def _tipping(row: "pd.Series[Any]", label: str) -> Line:
    share = float(str(row["horizon"]).removeprefix("prevalence ").removesuffix(INTERVAL))
    said = f"It would have to multiply the rate by {row['estimate']:.2f} for the interval to include no change."
    return Line(f"{label}: in {share:.0%} of pilot practices", f"× {row['estimate']:.2f}", said)


def curve(rows: "pd.DataFrame", primary: Change, label: str) -> list[Line]:
    """What every combination of the declared choices says."""
    points, fewer = whole_points(rows)
    found = sorted((changed(row) for _, row in points.iterrows()), key=lambda each: each.estimate)
    verbs = plural(len(fewer), "loses sites and is", "lose sites and are")
    left = f" {number_of(len(fewer), 'other')} {verbs} not counted: {span_of(fewer)}, {sides(fewer)}."
    if not found:
        return [Line(label, "–", f"No combination keeps every site.{left}")] if len(fewer) else []
    span = f"{found[0].signed()} to {found[-1].signed()} in {number_of(len(found), 'combination')}"
    below, above = clear_shares(rows)
    return [Line(label, span, _shares(below, above, primary) + left * bool(len(fewer)))]


def sites_of(rows: "pd.DataFrame") -> dict[str, tuple[float, float]]:
    """By combination of choices, the sites that tell it, and all sites; empty where nobody counted them."""
    counts = pick(rows, term="sites")
    return {row["horizon"]: (row["estimate"], row["n_units"]) for row in counts.to_dict("records")}


def whole_points(rows: "pd.DataFrame") -> "tuple[pd.DataFrame, pd.DataFrame]":
    """The combinations that rest on every site, and those that lose some."""
    counts, points = sites_of(rows), pick(rows, term="curve")
    lose = points["horizon"].map({key: sites < every for key, (sites, every) in counts.items()}).eq(True)
    return points[~lose], points[lose]


def span_of(points: "pd.DataFrame") -> str:
    """From where to where estimates run: ``+5.4% to +5.7%``, or the one that there is; empty where there is none."""
    told = [changed(row).signed() for _, row in points.sort_values("estimate").iterrows()]
    return " to ".join(dict.fromkeys([*told[:1], *told[-1:]]))


def sides(points: "pd.DataFrame") -> str:
    """In how many of the estimates a rise is clear, and in how many a fall."""
    found = [changed(row) for _, row in points.iterrows() if changed(row).clear]
    if not found:
        return "none of them clear" if len(points) > 1 else "not clear"
    rises = sum(each.estimate > 0 for each in found)
    told = {"rise": rises, "fall": len(found) - rises}
    where = {len(points): " in each" if len(points) > 1 else ""}
    return listed(
        [f"a clear {word}{where.get(count, f' in {in_words(count)}')}" for word, count in told.items() if count]
    )


def clear_shares(rows: "pd.DataFrame") -> tuple[float, float]:
    """The shares of combinations with a clear fall and with a clear rise, as estimated; worked out of none."""
    below, above = (one(rows, term=f"share_clear_{side}") for side in ("below", "above"))
    missing = float("nan")
    return (
        missing if below is None else float(below["estimate"]),
        missing if above is None else float(above["estimate"]),
    )


def _shares(below: float, above: float, primary: Change) -> str:
    if isnan(below + above):
        return UNTOLD
    if not primary.clear:
        return f"{NOTHING} A rise is clear in {above:.0%} of the combinations and a fall in {below:.0%}."
    same, other = (above, below) if primary.estimate > 0 else (below, above)
    return f"The finding is clear in {same:.0%} of the combinations, and the opposite in {other:.0%}."
