"""Does continuity go with fewer admissions? The words."""

from typing import TYPE_CHECKING, Any

from analysis.disclosure import protected
from analysis.present.continuity.words.continuity_shared import Chapter, joined, step_words
from analysis.present.provenance.address import slug
from analysis.wording import changed, listed, signed, spanned

if TYPE_CHECKING:
    import pandas as pd

DESIGN, OUTCOME = "continuity_admissions", "admissions_by_continuity"
COUNTED = {
    "acsc": "admissions for ambulatory-care-sensitive conditions",
    "emergency": "emergency admissions",
}
LEVELS = (
    ("list_level", "admissions.list", "the other patients of the same GP"),
    ("patient_level", "admissions.patient", "patients' own contacts"),
)
# Why the list's ratio is clearly above 1 where that of the patient's own continuity is below it.
APART = (
    "It is above nought because the step goes with fewer admissions within lists than between them. Of two patients "
    "with the same continuity of their own, the one on the list with more has less than is usual there, and within a "
    "list less goes with more admissions."
)
BANDS = {"medium_against_low": "medium", "high_against_low": "high"}


def admission_words(chapter: Chapter) -> dict[str, str]:
    """What continuity goes with, by key; empty where the plan does not ask."""
    if chapter.asked.admissions is None:
        return {}
    own, lists = _row(chapter, "patient_level"), _row(chapter, "list_level")
    words = {
        "observed": chapter.beside("observed", None, about=" for patients' own contacts"),
        "between_practices": chapter.beside(
            "between_practices", None, about=" for admissions in practices with poorer continuity"
        ),
        "levels": "",
        "both": _both(chapter),
        "bands": joined(_bands(chapter), _others(chapter)),
    }
    any_row = lists if own is None else own
    if any_row is None:
        reason = chapter.why(DESIGN, outcome=OUTCOME)
        return words | {
            "admissions": joined("Whether continuity goes with fewer admissions, these data cannot tell.", reason)
        }
    return words | {
        "admissions": joined(_who(chapter, any_row), _by_patient(chapter, own)),
        "levels": joined(_by_list(chapter, lists), _alone(chapter), _nearer(chapter, own, lists)),
    }


def _row(chapter: Chapter, specification: str, term: str = "per_step") -> "pd.Series[Any] | None":
    return chapter.row(DESIGN, outcome=OUTCOME, specification=specification, term=term, scale="ratio")


def _who(chapter: Chapter, row: "pd.Series[Any]") -> str:
    people = chapter.cite("admissions.people", protected(int(row["n_obs"])), row)
    population = chapter.cite("admissions.population", str(row["population"]), row)
    assert chapter.asked.admissions is not None
    what = COUNTED[chapter.asked.admissions.measure]
    return f"The {what} of {people} people were counted ({population})."


def _goes(chapter: Chapter, key: str, row: "pd.Series[Any]") -> str:
    """What goes with a step of the index, no more than the interval allows."""
    told = changed(row)
    interval = spanned(told, chapter.cite(f"{key}.interval", told.interval(), row), chapter.context.level)
    if not told.clear:
        return f"do not clearly go with more or fewer admissions ({chapter.cite(key, told.signed(), row)}; {interval})"
    size = chapter.cite(f"{key}.size", told.size(), row)
    return f"go with {size} {'more' if told.estimate > 0 else 'fewer'} admissions ({interval})"


def _step(chapter: Chapter) -> str:
    assert chapter.asked.admissions is not None
    return f"{step_words(chapter.asked.admissions.step)} with the usual clinician"


def _by_patient(chapter: Chapter, row: "pd.Series[Any] | None") -> str:
    if row is None:
        return f"Measured by patients' own contacts: {chapter.why(DESIGN, 'patient_level', OUTCOME)}"
    bare = _row(chapter, "patient_level_unadjusted")
    held = "Before age, sex, deprivation, conditions, contacts and pilot status were held constant, it was"
    without = "" if bare is None else f"{held} {chapter.size('admissions.unadjusted', bare)}."
    return joined(
        f"Measured by patients' own contacts, {_step(chapter)} {_goes(chapter, 'admissions.patient', row)}.",
        without,
        chapter.beside("patient_level", row),
        _events(chapter, "patient_level"),
    )


def _by_list(chapter: Chapter, row: "pd.Series[Any] | None") -> str:
    if row is None:
        reason = chapter.why(DESIGN, "list_level", OUTCOME)
        return f"Measured by the other patients of the same GP, it was not told. {reason}".strip()
    goes = _goes(chapter, "admissions.list", row)
    return joined(
        f"Measured by the other patients of the same GP, {_step(chapter)} {goes}.",
        _corrected(chapter),
        chapter.beside("list_level", row),
        _events(chapter, "list_level"),
    )


def _events(chapter: Chapter, specification: str) -> str:
    """The same step in admissions per 1,000 patients a year, beside how many there are."""
    row = chapter.row(DESIGN, outcome=OUTCOME, specification=specification, term="per_step", scale="difference")
    if row is None:
        return ""
    key = f"admissions.{specification}.events"
    size = chapter.cite(key, signed(row["estimate"]), row)
    interval = chapter.cite(f"{key}.interval", f"{signed(row['ci_low'])} to {signed(row['ci_high'])}", row)
    of = chapter.cite(f"{key}.of", f"{row['baseline']:.1f}", row)
    return (
        f"In admissions per 1,000 patients a year the step is {size} (interval {interval}), of {of} in these patients."
    )


def _corrected(chapter: Chapter) -> str:
    """The estimate by list without the chance that is in the mean of few patients."""
    row = _row(chapter, "list_level_corrected")
    share = chapter.row(DESIGN, outcome=OUTCOME, specification="list_level", term="reliability")
    if row is None or share is None:
        return "The mean of few patients is partly chance, which draws such an estimate towards none."
    reliable = chapter.cite("admissions.reliability", f"{100 * share['estimate']:.0f}%", share)
    return (
        f"Of the differences between such means {reliable} are real and the rest is chance, which draws the estimate "
        f"towards none. Corrected for that, it is {chapter.size('admissions.corrected', row)}."
    )


def _both(chapter: Chapter) -> str:
    """What the list's ratio means where the patient's own continuity is held constant too."""
    own, lists = (_row(chapter, "both_levels", term) for term in ("per_step", "per_step_of_list"))
    if own is None or lists is None:
        return ""
    told = [chapter.size(f"admissions.both.{key}", row) for key, row in (("own", own), ("list", lists))]
    return joined(
        f"With both in one model, the difference is {told[0]} by patients' own contacts and {told[1]} by those of the "
        "other patients of the same GP. The second is a comparison and no effect of the list. Own continuity can carry "
        "illness as well as what the list offers. Held constant, it leaves to the list the difference between two "
        "associations: that between lists less that within them.",
        APART if own["estimate"] < 1 < lists["ci_low"] else "",
    )


def _alone(chapter: Chapter) -> str:
    """The same step among patients of practices where no pilot ran."""
    named = {"patient": "by patients' own contacts", "list": "by those of the other patients of the same GP"}
    rows = {key: _row(chapter, f"{key}_level_comparison") for key in named}
    told = [
        f"{chapter.size(f'admissions.comparison.{key}', row)} {named[key]}"
        for key, row in rows.items()
        if row is not None
    ]
    return f"In comparison practices alone, the difference is {listed(told)}." if told else ""


def _nearer(chapter: Chapter, own: "pd.Series[Any] | None", lists: "pd.Series[Any] | None") -> str:
    """How far each estimate is from what was planted, in percentage points."""
    truth = chapter.truth("patient_level")
    rows = {"by patient": own, "by list": lists, "by list, corrected": _row(chapter, "list_level_corrected")}
    made = {how: row for how, row in rows.items() if row is not None}
    if truth is None or len(made) < len(LEVELS):
        return ""
    far = {how: abs(changed(row).estimate - truth) for how, row in made.items()}
    told = [
        f"{chapter.cite(f'admissions.from_truth.{slug(how)}', f'{gap:.1f}', made[how])} ({how})"
        for how, gap in far.items()
    ]
    return f"From the planted effect, the estimates lie {listed(told)} percentage points away."


def _bands(chapter: Chapter) -> str:
    parts = []
    for term, band in BANDS.items():
        row = _row(chapter, "patient_level_bands", term)
        if row is not None:
            parts.append(f"{chapter.size(f'admissions.{term}', row)} for {band} continuity")
    where = "with low continuity (@tbl-continuity-admissions has the bands)"
    return f"Against patients {where}, the difference is {listed(parts)}." if parts else ""


def _others(chapter: Chapter) -> str:
    row = _row(chapter, "heavy_users")
    if row is None:
        return ""
    return f"Among those who come most often, {_step(chapter)} {_goes(chapter, 'admissions.heavy', row)}."


def admission_point(chapter: Chapter) -> str:
    """The estimate by list in one sentence, or else the one by patient."""
    for name, key, how in LEVELS:
        row = _row(chapter, name)
        if row is not None:
            return f"Measured by {how}, {_step(chapter)} {_goes(chapter, key, row)}."
    return "Whether continuity goes with fewer admissions, these data cannot tell."
