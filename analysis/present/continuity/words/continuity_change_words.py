"""Did continuity fall, and is it more than a change in how often patients came? The words."""

from typing import TYPE_CHECKING, Any

from analysis.plan.continuity import LIST_INDICES
from analysis.present.continuity.words.continuity_shared import DID, Chapter, joined
from analysis.present.outcomes.outcomes import pre_trend
from analysis.present.provenance.address import slug
from analysis.wording import CANNOT, UNTOLD, Change, changed, in_words, listed, sentence

if TYPE_CHECKING:
    import pandas as pd

WEIGHTS = {
    "weighted_by_contacts": "weighted by contacts in place of patients",
    "unweighted": "with every practice counting alike",
    "fractional_logit": "by a model made for shares",
}
BY_GP = {
    "index_slicc": "the share of contacts with the patient's registered GP",
    "index_opr": "the share of GPs' contacts that were with patients of their own lists",
}


def change_words(chapter: Chapter) -> dict[str, str]:
    """What happened to continuity, by key."""
    return {
        "months": _months(chapter),
        "pretrend": pre_trend(chapter.context, chapter.asked.outcome),
        "indices": _indices(chapter),
        "registered": _registered(chapter),
        "weights": _weights(chapter),
        "survey": _survey(chapter),
        "truth": chapter.beside("usual_provider", None, chapter.primary()),
        "contacts": _contacts(chapter),
        "strata": _strata(chapter),
        "mix": _mix(chapter),
    }


def _effect(chapter: Chapter, specification: str) -> "pd.Series[Any] | None":
    return chapter.row(DID, specification=specification, term="effect", subgroup="all", scale="points")


def _months(chapter: Chapter) -> str:
    row = _effect(chapter, "usual_by_month")
    if row is None:
        return chapter.why(DID, "usual_by_month")
    return (
        "Followed month by month, the share of contacts with the clinician whom the patient had seen most in the year "
        f"before {chapter.found('months', row)}."
    )


def _indices(chapter: Chapter) -> str:
    """How many of the other indices tell the same."""
    made = [(index, _effect(chapter, f"index_{index}")) for index in chapter.asked.indices]
    told = [changed(row) for index, row in made if row is not None and index not in LIST_INDICES]
    if not told:
        return "No other index of a patient's contacts could be compared."
    fell = sum(each.high < 0 for each in told)
    rose = sum(each.low > 0 for each in told)
    untold = sum(not each.known for each in told)
    parts = {"fell": fell, "rose": rose, "did not clearly change": len(told) - fell - rose - untold, UNTOLD: untold}
    said = [f"{in_words(number)} {verb}" for verb, number in parts.items() if number]
    if len(told) == 1:
        return f"The one other index of a patient's contacts {said[0].removeprefix('one ')}."
    every, other = in_words(len(told)), "other indices of a patient's contacts"
    if len(said) == 1:
        return f"{'Both' if len(told) == 2 else f'All {every}'} {other} {said[0].split(' ', 1)[1]}."
    return f"Of the {every} {other}, {listed(said)}."


def _registered(chapter: Chapter) -> str:
    """Continuity with the GP on whose list a patient is."""
    parts = [
        f"{what} {chapter.found(name, row)}"
        for name, what in BY_GP.items()
        if name.removeprefix("index_") in chapter.asked.indices and (row := _effect(chapter, name)) is not None
    ]
    if not parts:
        return joined(chapter.why(DID, "index_slicc"))
    return f"{sentence(listed(parts))}."


def _weights(chapter: Chapter) -> str:
    rows = [(name, how, _effect(chapter, name)) for name, how in WEIGHTS.items()]
    parts = [f"{how} it is {chapter.size(name, row)}" for name, how, row in rows if row is not None]
    return f"The estimate can be told in other ways: {listed(parts)}." if parts else ""


def _survey(chapter: Chapter) -> str:
    """The survey of patients by a model of answers."""
    rows = chapter.context.estimates
    rows = rows[(rows["estimator"] == "binomial_logit") & (rows["term"] == "effect") & (rows["scale"] == "points")]
    parts = []
    for _, row in rows.iterrows():
        name = str(row["outcome"])
        parts.append(f"{chapter.labels.get(name, name)} {chapter.found(f'survey.{name}', row)}")
    return f"In the survey, by a binomial model of patients' answers, {listed(parts)}." if parts else ""


def _contacts(chapter: Chapter) -> str:
    """Whether the pilots changed how often patients came."""
    row = chapter.row("contacts_per_patient", term="effect")
    if row is None:
        return chapter.why("contacts_per_patient") or "Whether patients came more or less often could not be estimated."
    return f"The number of contacts per patient {chapter.found('contacts', row)}."


def _mix(chapter: Chapter) -> str:
    """Whether the change remains among patients with equal numbers of contacts."""
    same, adjusted = _effect(chapter, "same_contacts"), _effect(chapter, "adjusted_for_contacts")
    primary = chapter.primary()
    if same is None or primary is None:
        reason = chapter.why(DID, "same_contacts")
        return reason or "What remains at equal numbers of contacts could not be estimated."
    told = changed(same)
    said = (
        f"With the mix of contacts held as it was before the start, the change is {chapter.size('same_contacts', same)}"
    )
    if adjusted is not None:
        said += (
            f"; adjusted for each patient's number of contacts, it is {chapter.size('adjusted_for_contacts', adjusted)}"
        )
    return f"{said}. {_verdict(primary, told)}"


def mix_point(chapter: Chapter) -> str:
    """Whether the change is more than one of how often patients came, in one sentence."""
    same, primary = _effect(chapter, "same_contacts"), chapter.primary()
    if same is None or primary is None:
        return "Whether patients only came more or less often, these data cannot tell."
    return sentence(_verdict(primary, changed(same)).removeprefix("So "))


def _verdict(primary: Change, same: Change) -> str:
    if not (primary.known and same.known):
        return f"{CANNOT} how often patients came explains the change."
    if not primary.clear:
        return "The primary estimate shows no clear change, so there is none that contacts would have to explain."
    if same.clear and (same.estimate > 0) == (primary.estimate > 0):
        return "So the change is more than one of how often patients came."
    return "A change is then no longer clear in the same direction, so how often patients came may explain it."


def _strata(chapter: Chapter) -> str:
    """The change among patients with few and with many contacts."""
    rows = chapter.context.estimates
    rows = rows[
        (rows["outcome"] == chapter.asked.outcome)
        & (rows["specification"] == "by_contacts")
        & (rows["term"] == "effect")
    ]
    # Strata begin at the numbers of the plan, which are the first in their names.
    rows = rows.assign(first=rows["subgroup"].str.extract(r"(\d+)", expand=False).astype(float)).sort_values("first")
    if len(rows) < 2:
        return ""
    few, many = (
        f"{chapter.size(f'strata.{slug(str(row.subgroup))}', row)} in patients with {_stratum(chapter, row)}"
        for _, row in rows.iloc[[0, -1]].iterrows()
    )
    return f"In a window, the change is {few}, and {many}."


def _stratum(chapter: Chapter, row: "pd.Series[Any]") -> str:
    return chapter.cite(f"strata.{slug(str(row['subgroup']))}.who", str(row["subgroup"]), row)
