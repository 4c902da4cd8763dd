"""Who has less continuity, and did the pilots change that? Is there less of it in larger practices? The words."""

from typing import TYPE_CHECKING, Any

from analysis.present.continuity.words.continuity_shared import DID, Chapter, held_words, joined, part_words
from analysis.present.outcomes.outcomes import found
from analysis.wording import CANNOT, Change, changed, counted, measured, p_value, plural, sentence

if TYPE_CHECKING:
    import pandas as pd

GAPS = "continuity_gaps"
# What ranks patients: the two ends, as people, from low to high.
ENDS = {
    "imd": ("the least deprived", "the most deprived"),
    "age": ("the youngest", "the oldest"),
    "conditions": ("those with the fewest conditions", "those with the most conditions"),
}
STILL = "The list of no practice changes in these data, so what happens where practices grow was not asked."
RANKED = {"imd": "deprivation", "age": "age", "conditions": "the number of conditions"}
# What was planted of all gaps but that by deprivation.
ALIKE = (
    "In the simulation the pilots lower the chance of seeing the own GP by as much at every age and with any number of "
    "conditions, so these two slopes change by the arithmetic of the index alone."
)


def gap_words(chapter: Chapter) -> dict[str, str]:
    """For whom continuity is low, and for whom the pilots changed it, by key; empty where the plan does not ask."""
    if chapter.asked.gaps is None:
        return {}
    ranked = chapter.asked.gaps.by
    reason = chapter.why(GAPS) or "Who has less continuity could not be estimated."
    # Age, deprivation and conditions come from one table, so where they are missing they are missing for one reason.
    return {
        "gaps": joined(*(_gap(chapter, by) for by in ranked)) or reason,
        "gap_changes": joined(*(_gap_change(chapter, by) for by in ranked)) or chapter.why(DID, "gap_imd"),
        "gap_truth": _alike(chapter),
    }


def _gap(chapter: Chapter, by: str) -> str:
    """How continuity differs between the ends of a ranking."""
    row = chapter.row(GAPS, specification=by, term="slope_index")
    if row is None:
        return ""
    low, high = ENDS[by]
    told, where = changed(row), f"from {low} patients to {high}" if by != "conditions" else f"from {low} to {high}"
    slope = _slope(chapter, f"gap.{by}", row, clear=told.clear)
    return f"{sentence(where)}, continuity {slope}{_relative(chapter, by)}{_means(chapter, by)}."


def _relative(chapter: Chapter, by: str) -> str:
    """The ratio of the ends of the same line."""
    row = chapter.row(GAPS, specification=by, term="relative_index")
    if row is None:
        return ""
    value = chapter.cite(f"gap.{by}.relative", f"{row['estimate']:.2f}", row)
    interval = chapter.cite(f"gap.{by}.relative.interval", f"{row['ci_low']:.2f} to {row['ci_high']:.2f}", row)
    return f", a relative index of {value} (interval {interval})"


def _slope(chapter: Chapter, key: str, row: "pd.Series[Any]", *, clear: bool) -> str:
    told = changed(row)
    interval = f"interval {chapter.cite(f'{key}.interval', told.interval(), row)}"
    if not clear:
        return f"does not clearly differ ({chapter.cite(key, told.signed(), row)}; {interval})"
    verb = "rises" if told.estimate > 0 else "falls"
    return f"{verb} by {chapter.cite(f'{key}.size', told.size(), row)} ({interval})"


def _means(chapter: Chapter, by: str) -> str:
    """The means of the first and the last group."""
    assert chapter.asked.gaps is not None
    groups = chapter.asked.gaps.groups
    rows = chapter.context.estimates
    rows = rows[
        (rows["design"] == GAPS) & (rows["outcome"] == chapter.asked.outcome) & (rows["specification"] == by)
        & (rows["term"] == "mean")
    ].sort_values("subgroup")  # fmt: skip
    if len(rows) < 2:
        return ""
    first, last = (
        chapter.cite(f"gap.{by}.{place}", f"{row['estimate']:.1f}%", row)
        for place, row in (("first", rows.iloc[0]), ("last", rows.iloc[-1]))
    )
    # Equal values stay together, so there may be fewer groups than the plan asks for.
    kind = part_words(groups) if len(rows) == groups else "group"
    return f"; it is {first} in the first {kind} and {last} in the last"


def _gap_change(chapter: Chapter, by: str) -> str:
    """What the pilots did to the difference between the ends."""
    row = chapter.row(DID, specification=f"gap_{by}", term="gap_change")
    if row is None:
        return ""
    told, (low, high) = changed(row), ENDS[by]
    interval = chapter.cite(f"gap_change.{by}.interval", told.interval(), row)
    if not told.known:
        size = chapter.cite(f"gap_change.{by}", told.signed(), row)
        return f"{CANNOT} the gap by {RANKED[by]} changed with the pilots ({size}; {interval})."
    if not told.clear:
        size = chapter.cite(f"gap_change.{by}", told.signed(), row)
        return f"The gap by {RANKED[by]} did not clearly change with the pilots ({size}; interval {interval})."
    worse, better = (high, low) if told.estimate < 0 else (low, high)
    amount = chapter.cite(f"gap_change.{by}.size", told.size(), row)
    lost = f"With the pilots, {worse} lost {amount} of continuity against {better} (interval of the change {interval})"
    return f"{lost}{_wider(chapter, by, told)}."


def _wider(chapter: Chapter, by: str, change: Change) -> str:
    """Whether that widened or narrowed the gap before the start, where there clearly was one."""
    row = chapter.row(GAPS, specification=by, term="slope_index")
    if row is None or not (before := changed(row)).clear:
        return ""
    if before.estimate * change.estimate > 0:
        return ", so the gap widened"
    return ", so the gap narrowed" if abs(change.estimate) < abs(before.estimate) else ", so the gap turned round"


def gap_point(chapter: Chapter) -> str:
    """What the pilots did to the first of the gaps that the plan asks about, in one sentence."""
    assert chapter.asked.gaps is not None
    told = (_gap_change(chapter, by) for by in chapter.asked.gaps.by)
    return next((each for each in told if each), "Whether some patients lost more than others, these data cannot tell.")


def _alike(chapter: Chapter) -> str:
    """Why slopes change that nobody planted a change of."""
    known = [chapter.truth(f"gap_change_{by}") for by in ("age", "conditions")]
    return ALIKE if None not in known else ""


def size_words(chapter: Chapter) -> dict[str, str]:
    """Whether larger practices have less continuity, by key; empty where the plan does not ask."""
    if chapter.asked.size is None:
        return {}
    told = joined(*(_doubling(chapter, exposure) for exposure in chapter.asked.size.exposures))
    return {
        "size": told or chapter.why("practice_size") or "How continuity goes with size could not be estimated.",
        "held": held_words(chapter.asked.size),
        "quarters": _quarters(chapter),
        "growth": _growth(chapter),
    }


def _doubling(chapter: Chapter, exposure: str) -> str:
    """What twice the size goes with, whether the relation is a straight line, and what was planted."""
    said = _doubled(chapter, exposure)
    if not said:
        return ""
    row = chapter.row("practice_size", specification="adjusted", subgroup=exposure, term="per_doubling")
    truth = chapter.beside("size", row) if exposure == "list_size" else ""
    return joined(said, _bend(chapter, exposure), truth)


def _doubled(chapter: Chapter, exposure: str) -> str:
    row = chapter.row("practice_size", specification="adjusted", subgroup=exposure, term="per_doubling")
    if row is None:
        return ""
    told, key = changed(row), f"size.{exposure}"
    interval = f"interval {chapter.cite(f'{key}.interval', told.interval(), row)}"
    if told.clear:
        much = chapter.cite(f"{key}.size", told.size(), row)
        said = f"goes with {much} {'more' if told.estimate > 0 else 'less'} continuity ({interval})"
    else:
        change = chapter.cite(key, told.signed(), row)
        said = f"does not clearly go with more or less continuity ({change}; {interval})"
    return f"Twice {measured(exposure)} {said}."


def size_point(chapter: Chapter) -> str:
    """What twice the size goes with, in one sentence."""
    assert chapter.asked.size is not None
    told = (_doubled(chapter, exposure) for exposure in chapter.asked.size.exposures)
    return next((each for each in told if each), "How continuity goes with size, these data cannot tell.")


def _bend(chapter: Chapter, exposure: str) -> str:
    row = chapter.row("practice_size", specification="spline", subgroup=exposure, term="nonlinearity")
    if row is None or row["p_value"] != row["p_value"]:
        return ""
    value = chapter.cite(f"size.{exposure}.bend", p_value(row["p_value"]), row)
    if row["p_value"] < 0.05:
        return f"The relation is not the same at every size (test {value})."
    return f"No bend in the relation can be shown (test {value})."


def _quarters(chapter: Chapter) -> str:
    """The means of the smallest and the largest quarter of practices."""
    rows = [
        chapter.context.row(
            outcome=chapter.asked.outcome, design="practice_size", term="mean", subgroup=f"{at} of 4: list_size"
        )
        for at in (1, 4)
    ]
    told = [
        chapter.cite(f"size.quarter.{at}", f"{row['estimate']:.1f}%", row)
        for at, row in zip((1, 4), rows, strict=True) if row is not None
    ]  # fmt: skip
    if len(told) < 2:
        return ""
    shortest, longest = told
    return f"In the quarter of practices with the shortest lists the mean is {shortest}, with the longest {longest}."


def _growth(chapter: Chapter) -> str:
    """What happened where lists grew, and where they jumped."""
    row = chapter.row("practice_growth", specification="primary", term="per_tenth")
    if row is None:
        return joined(chapter.why("practice_growth") or STILL, _merger(chapter))
    said = found(changed(row), lambda part, text: chapter.cite(f"growth.{part}", text, row), chapter.context.level)
    return joined(
        f"For each tenth by which a practice's list grew, continuity {said}.", chapter.beside("growth", row),
        _merger(chapter),
    )  # fmt: skip


def _merger(chapter: Chapter) -> str:
    """The change where lists jumped, beside that in other practices; empty where too few jumped."""
    row = chapter.row("practice_growth", term="jump")
    jumped, others = (chapter.row("practice_growth", term="change", subgroup=each) for each in ("jumped", "others"))
    if row is None or jumped is None or others is None:
        return ""
    count = chapter.cite("jump.practices", counted(jumped["n_units"]), jumped)
    doubt = "" if changed(row).clear else ", which chance alone may have made"
    return joined(
        f"In the {count} {plural(jumped['n_units'], 'practice')} whose list jumped within a year, as it does when two "
        f"practices merge, continuity changed by {chapter.size('jump.jumped', jumped)}, and in the others by "
        f"{chapter.size('jump.others', others)}: a difference of {chapter.size('jump', row)}{doubt}.",
        chapter.beside("merger", row, about=" for a merger"),
    )
