"""Rows on continuity made by hand, for tests of what is said of them."""

from pathlib import Path
from typing import Any

import pandas as pd

from analysis.estimates import Estimate, NotEstimated
from analysis.plan.continuity import AdmissionsByContinuity, ContactRules, Continuity, Mediation
from analysis.plan.pilots import ActivityOutcome, ContactOutcome
from analysis.plan.terms import Period
from analysis.present.continuity.page import page
from analysis.present.provenance.context import Context, Outcomes
from analysis.present.templates.formats import formats
from analysis.present.templates.sections import render_sections
from analysis.steps import write_json
from analysis.tables import Lineage, Source, write_table
from tests.unit.present.made_rows import row, sources, statistic

REPORTS = Path(__file__).parents[3] / "reports"

FILES = ("fewest_contacts.parquet", "contacts.json", "continuity_benchmarks.csv")
NAME = "usual_provider"
OUTCOMES: Outcomes = {
    NAME: ContactOutcome(
        kind="contacts", label="the share of contacts with the usual GP", index="upc", good_direction="up",
        smallest_change=3,
    ),
    "acsc": ActivityOutcome(
        kind="activity", label="avoidable admissions", measure="acsc", good_direction="down", smallest_change=3
    ),
}  # fmt: skip
ASKED = Continuity(
    outcome=NAME,
    admissions=AdmissionsByContinuity(months=Period(first="2009-04", last="2011-03")),
    mediation=Mediation(outcome="acsc"),
)
POINTS: dict[str, Any] = {"scale": "points", "estimator": "weighted_least_squares"}
ADMISSIONS: dict[str, Any] = {
    "design": "continuity_admissions", "estimator": "negative_binomial", "n_obs": 12_343,
    "population": "registered patients aged 62 to 82 with at least 2 contacts",
}  # fmt: skip
BOUNDS: dict[str, Any] = {"design": "mediation", "estimator": "product_bounds", "scale": "difference"}
BENCHMARKS = (
    "outcome,source,scale,value,evidence_id,programme,population,certainty,detail,significant\n"
    "patient_level,truth,ratio,0.98,,,,,,\n"
    "list_level,truth,ratio,0.98,,,,,,\n"
    "patient_level,published,ratio,0.919,hetlevik-upc-patient,Norway,patients aged 60 to 90,F,,\n"
    "usual_provider,truth,points,-4,,,,,,\n"
    "merger,truth,points,-4.1,,,,,,\n"
    "gap_change_imd,truth,points,-3.5,,,,,,\n"
    "gap_change_age,truth,points,0.3,,,,,,\n"
    "gap_change_conditions,truth,points,-0.8,,,,,,\n"
    "usual_provider,published,ratio,,barker-upc-mean,England,patients aged 62 to 82,F,,\n"
)


def primary(estimate: float = -4.0, half: float = 1.0) -> Estimate:
    """The change in the share of contacts with the usual clinician."""
    return row(NAME, "effect", estimate, half, baseline=61.0, **POINTS)


def same_contacts(estimate: float = -3.8, half: float = 1.2) -> Estimate:
    """The change at equal numbers of contacts."""
    return row(NAME, "effect", estimate, half, specification="same_contacts", **POINTS)


def every_row() -> list[Estimate]:
    """A row for everything that the chapter tells."""
    return [primary(), *_others(), *_gaps(), *_size(), *by_level(0.9, 0.97), *_around(), *bounds(0.3, 1.4)]


def _others() -> list[Estimate]:
    specified = {
        "index_coc": -3.0, "index_secon": 0.5, "index_slicc": -5.0, "index_opr": -4.0, "weighted_by_contacts": -4.4,
        "unweighted": -3.9, "adjusted_for_contacts": -3.7, "fewest_3": -4.2, "usual_by_month": -3.1,
    }  # fmt: skip
    strata = {"2 to 3 contacts": -2.0, "12 contacts or more": -6.0, "4 to 6 contacts": -3.0}
    return [
        same_contacts(),
        *(row(NAME, "effect", value, 1.0, specification=name, **POINTS) for name, value in specified.items()),
        *(
            row(NAME, "effect", value, 1.0, specification="by_contacts", subgroup=name, **POINTS)
            for name, value in strata.items()
        ),
        row(NAME, "effect", 1.03, 0.01, design="contacts_per_patient"),
        row("continuity", "effect", -7.0, 2.0, specification="binomial_weights", estimator="binomial_logit",
            scale="points"),
        statistic(NAME, "pre_trend", 1.1, design="event_study", specification="usual_by_month", p_value=0.4),
    ]  # fmt: skip


def _gaps() -> list[Estimate]:
    slopes = {"imd": -5.0, "age": 8.0, "conditions": 0.2}
    means = [
        row(NAME, "mean", 65.0 - at, 1.0, design="continuity_gaps", specification="imd", subgroup=f"{at} of 5",
            scale="level")
        for at in range(1, 6)
    ]  # fmt: skip
    changes = {"imd": -2.0, "age": 0.1}
    return [
        *(row(NAME, "slope_index", each, 1.0, design="continuity_gaps", specification=by, **POINTS)
          for by, each in slopes.items()),
        *means,
        *(row(NAME, "gap_change", each, 0.5, specification=f"gap_{by}", **POINTS) for by, each in changes.items()),
    ]  # fmt: skip


def _size() -> list[Estimate]:
    common: dict[str, Any] = {"design": "practice_size"}
    return [
        row(NAME, "per_doubling", -2.5, 1.0, specification="adjusted", subgroup="list_size", **POINTS, **common),
        row(NAME, "per_doubling", -0.5, 1.0, specification="adjusted", subgroup="gp_fte", **POINTS, **common),
        statistic(NAME, "nonlinearity", 2.0, specification="spline", subgroup="list_size", p_value=0.2, **common),
        row(NAME, "mean", 64.0, 1.0, specification="spline", subgroup="1 of 4: list_size", scale="level", **common),
        row(NAME, "mean", 58.0, 1.0, specification="spline", subgroup="4 of 4: list_size", scale="level", **common),
        row(NAME, "per_tenth", -0.8, 0.3, design="practice_growth", **POINTS),
        *jump(-4.5),
    ]


def jump(difference: float) -> list[Estimate]:
    """The change of continuity where lists jumped, and in the other practices."""
    groups = {"jumped": difference - 0.5, "others": -0.5}
    return [
        *(row(NAME, "change", each, 1.0, subgroup=name, n_units=21, design="practice_growth", **POINTS)
          for name, each in groups.items()),
        row(NAME, "jump", difference, 1.0, design="practice_growth", **POINTS),
    ]  # fmt: skip


def by_level(patient: float, by_list: float) -> list[Estimate]:
    """What a step of continuity goes with, by the patient's own contacts and by those of the GP's other patients."""
    values = {"patient_level": patient, "list_level": by_list, "list_level_corrected": by_list - 0.005}
    outcome = "admissions_by_continuity"
    return [row(outcome, "per_step", each, 0.02, specification=name, **ADMISSIONS) for name, each in values.items()]


def together(own: float, of_list: float) -> list[Estimate]:
    """What the same step goes with by both in one model."""
    values = {"per_step": own, "per_step_of_list": of_list}
    common = {"specification": "both_levels"} | ADMISSIONS
    return [row("admissions_by_continuity", term, each, 0.02, **common) for term, each in values.items()]


def _around() -> list[Estimate]:
    outcome = "admissions_by_continuity"
    return [
        row(outcome, "per_step", 0.85, 0.02, specification="patient_level_unadjusted", **ADMISSIONS),
        row(outcome, "per_step", 0.88, 0.04, specification="heavy_users", **ADMISSIONS),
        row(outcome, "per_step", 0.89, 0.03, specification="patient_level_comparison", **ADMISSIONS),
        row(outcome, "per_step", 0.96, 0.03, specification="list_level_comparison", **ADMISSIONS),
        *together(0.88, 1.05),
        statistic(outcome, "reliability", 0.62, specification="list_level", **ADMISSIONS),
        row(outcome, "medium_against_low", 0.92, 0.03, specification="patient_level_bands", **ADMISSIONS),
        row(outcome, "high_against_low", 0.86, 0.03, specification="patient_level_bands", **ADMISSIONS),
    ]


def bounds(low: float, high: float) -> list[Estimate]:
    """What the change comes to, in admissions per 1,000 patients a year."""
    return [
        *(
            row("acsc", term, value, 0.5, specification="list_level_corrected_at_most", **BOUNDS)
            for term, value in (("bound_low", low), ("bound_high", high))
        ),
        row("acsc", "total", 2.0, 3.0, **BOUNDS),
    ]


def told(
    folder: Path,
    rows: list[Estimate],
    *,
    asked: Continuity = ASKED,
    unmade: tuple[NotEstimated, ...] = (),
    benchmarks: str = BENCHMARKS,
    rules: ContactRules | None = None,
    index: str = "upc",
) -> tuple[dict[str, str], Context]:
    """The text of each section that these rows give, by its name, and the context with the book of their numbers."""
    source = Source(id="reference-pilots", sha256="0" * 64, kind="simulated")
    minima = pd.DataFrame(
        {"fewest": [2, 3], "patients": [100, 100], "kept": [80, 69], "dropped": [20, 31],
         "share_patients_dropped": [0.2, 0.31], "share_contacts_dropped": [0.08, 0.15]}
    )  # fmt: skip
    write_table(folder / "fewest_contacts.parquet", minima, Lineage((source,)))
    write_json(
        folder / "contacts.json",
        {"read": 1000, "counted": 900, "of other roles": 60, "in the future": 40, "twice": 0,
         "told": {"one_clinician_id": 1, "all_remote": 2}},
    )  # fmt: skip
    (folder / "continuity_benchmarks.csv").write_text(benchmarks, encoding="utf-8")
    files = {"continuity": tuple(folder / name for name in FILES)}
    outcomes = OUTCOMES | {NAME: OUTCOMES[NAME].model_copy(update={"index": index})}
    made = sources(
        rows, unmade=unmade, files=files, continuity=asked, contacts=rules or ContactRules(), outcomes=outcomes,
        continuity_benchmarks=pd.read_csv(folder / FILES[-1]),
    )  # fmt: skip
    document = folder / "chapter.qmd"
    parts = [f"{{{{< include /sections/continuity/{name}.qmd >}}}}\n" for name in ("chapter", "methods")]
    document.write_text("".join(parts), encoding="utf-8")
    seen = {"continuity": page(made), "simulated": made.simulated}
    sections = render_sections(REPORTS, [document], seen, formats(made.context.book, REPORTS / "phrases"))
    texts = {Path(place).stem: text for place, text in sections.items()}
    return {name: " ".join(text.split()) for name, text in texts.items()}, made.context
