"""What the chapter on continuity is made from, made by hand."""

from pathlib import Path
from typing import Any

import pandas as pd

from analysis.estimates import Estimate
from analysis.plan.continuity import AdmissionsByContinuity, ContactRules, Continuity, Mediation
from analysis.plan.pilots import ContactOutcome
from analysis.plan.terms import Period
from analysis.steps import write_json
from analysis.tables import Lineage, Source, write_table
from analysis.verdicts import write_verdicts
from tests.unit.present.made_rows import row, sources, statistic, table

NAME = "usual_provider"
RULES = ContactRules(fewest_shown=(2, 3, 4))
OUTCOME = ContactOutcome(
    kind="contacts",
    label="the share of contacts with the usual GP",
    index="upc",
    good_direction="up",
    smallest_change=3,
)
ASKED = Continuity(
    outcome=NAME,
    indices=("upc", "coc", "slicc"),
    admissions=AdmissionsByContinuity(months=Period(first="2009-04", last="2011-03")),
    mediation=Mediation(outcome="acsc_admissions"),
)
FACTS: dict[str, Any] = {
    "read": 100_004, "counted": 90_001, "of other roles": 9_998, "after death": 3,
    "before registration": 25, "visitors": 40,
    "told": {"one_clinician_id": 1, "clinician_ids_of_several_practices": 0, "unknown_clinicians": 2},
    "named": {"one_clinician_id": ["P0001"]},
    "words": {"role": [["Nurse_{{< x >}}", 9_992], ["Mrs Jones", 6]], "mode": []},
}  # fmt: skip


def points(term: str, value: float, half: float = 1.0, **more: Any) -> Estimate:
    """A row of the chapter's outcome in percentage points."""
    usual = {"scale": "points", "estimator": "weighted_least_squares", "baseline": 61.2}
    return row(NAME, term, value, half, **(usual | more))


def effects() -> list[Estimate]:
    """The pilots' effect, told in many ways; without the index COC, which could not be estimated."""
    told = (
        "weighted_by_contacts",
        "unweighted",
        "fewest_3",
        "same_contacts",
        "index_slicc",
        "usual_by_month",
        "fractional_logit",
    )
    strata = {"12 contacts or more": -4.0, "2 to 3 contacts": -2.0}
    survey = {"specification": "binomial_weights", "estimator": "binomial_logit", "scale": "points"}
    return [
        points("effect", -3.4, specification="primary"),
        *(points("effect", -3.0 - 0.1 * at, specification=name) for at, name in enumerate(told)),
        *(points("effect", size, specification="by_contacts", subgroup=name) for name, size in strata.items()),
        row("continuity", "effect", -7.0, 2.0, **survey),
        row(NAME, "effect", 1.04, 0.01, design="contacts_per_patient"),
    ]


def sites() -> list[Estimate]:
    """Two sites and the comparison, before and after."""
    levels = {"comparison practices": (63.0, 62.4), "S01": (62.0, 57.5), "S02": (60.0, 58.0)}
    return [
        points(term, value, scale=scale, design="continuity_by_site", subgroup=site, n_units=9)
        for site, (before, after) in levels.items()
        for term, value, scale in (
            ("before", before, "level"), ("after", after, "level"), ("change", after - before, "points")
        )
    ]  # fmt: skip


def periods() -> list[Estimate]:
    """The event study by month."""
    common: dict[str, Any] = {"design": "event_study", "specification": "usual_by_month"}
    sizes = {-3: 0.2, -2: -0.3, 0: -2.5, 1: -3.1, 2: -3.6}
    return [
        *(points("period", size, horizon=str(at), **common) for at, size in sizes.items()),
        statistic(NAME, "pre_trend", 1.1, p_value=0.34, horizon="before", **common),
    ]


def sizes() -> list[Estimate]:
    """The gradient by list size; full-time-equivalent GPs could not be estimated."""
    common: dict[str, Any] = {"design": "practice_size"}
    spline = common | {"specification": "spline"}
    line = {2000: 70.0, 4000: 66.0, 8000: 61.0, 16000: 57.0}
    level = {"scale": "level"}
    return [
        points("per_doubling", -4.4, specification="adjusted", subgroup="list_size", **common),
        statistic(NAME, "nonlinearity", 0.7, p_value=0.5, subgroup="list_size", **spline),
        *(points("fitted", y, horizon=str(x), subgroup="list_size", **spline, **level) for x, y in line.items()),
        *(
            points("mean", 71.0 - 4 * at, horizon=str(2500 * at), subgroup=f"{at} of 4: list_size", **spline, **level)
            for at in range(1, 5)
        ),
    ]


def gaps() -> list[Estimate]:
    """Levels by deprivation with effects, and levels by age without."""
    common: dict[str, Any] = {"design": "continuity_gaps"}
    fifths = [f"{at} of 5" for at in range(1, 6)]
    return [
        *(
            points("mean", 60.0 - at, specification=by, subgroup=fifth, scale="level", **common)
            for by in ("imd", "age")
            for at, fifth in enumerate(fifths)
        ),
        points("slope_index", -5.1, specification="imd", **common),
        row(NAME, "relative_index", 0.92, 0.02, specification="imd", **common),
        points("gap_change", -1.7, specification="gap_imd"),
        *(points("effect", -2.0 - 0.4 * at, specification="by_imd", subgroup=each) for at, each in enumerate(fifths)),
    ]


def admissions() -> list[Estimate]:
    """Admissions by continuity; the list-level model could not be fitted."""
    common: dict[str, Any] = {
        "design": "continuity_admissions", "estimator": "negative_binomial",
        "population": "registered patients aged 62 to 82 with at least 2 contacts",
    }  # fmt: skip
    name = "admissions_by_continuity"
    whom = common["population"].replace("patients", "patients of comparison practices")
    alone = common | {"specification": "patient_level_comparison", "population": whom}
    return [
        row(name, "per_step", 0.93, 0.015, **alone),
        row(name, "per_step", 0.92, 0.01, specification="patient_level", **common),
        row(name, "per_step", -8.0, 1.0, specification="patient_level", scale="difference", **common),
        row(name, "per_step_of_list", 0.98, 0.02, specification="both_levels", **common),
        row(name, "high_against_low", 0.86, 0.02, specification="patient_level_bands", **common),
        statistic(name, "alpha", 0.42, specification="patient_level", **common),
    ]


def bounds() -> list[Estimate]:
    """Bounds of what runs through continuity."""
    common: dict[str, Any] = {"design": "mediation", "estimator": "product_bounds"}
    name, least = "acsc_admissions", common | {"specification": "list_level_at_most"}
    return [
        row(name, "bound_low", 1.0, ci_low=0.998, ci_high=1.0, **least),
        row(name, "bound_high", 1.007, ci_low=1.0, ci_high=1.02, **least),
        row(name, "bound_low", 0.0, scale="difference", **least),
        row(name, "bound_high", 0.06, scale="difference", **least),
        row(name, "total", 1.02, 0.03, **common),
        row(name, "total", 0.4, 0.5, scale="difference", **common),
    ]


def everything() -> list[Estimate]:
    """All rows."""
    return [*effects(), *sites(), *periods(), *sizes(), *gaps(), *admissions(), *bounds()]


def benchmarks(*, simulated: bool = True) -> pd.DataFrame:
    """Published values, and the truth where the data are simulated."""
    published = {"patient_level": (0.919, "Norway"), "observed": (0.94, "England"), "list_level": (0.981, "Norway")}
    truths = {"usual_provider": ("points", -3.5), "patient_level": ("ratio", 0.981), "mediated": ("ratio", 1.006),
              "gap_change_imd": ("points", -1.5), "survey_continuity": ("points", -9.0)}  # fmt: skip
    rows = [
        {
            "outcome": name,
            "source": "published",
            "scale": "ratio",
            "value": value,
            "programme": where,
            "population": "people",
        }
        | {"evidence_id": f"published-{name}"}
        for name, (value, where) in published.items()
    ]
    rows += [
        {"outcome": name, "source": "truth", "scale": scale, "value": value, "programme": None}
        for name, (scale, value) in truths.items()
        if simulated
    ]
    return pd.DataFrame(rows, columns=["outcome", "source", "scale", "value", "programme", "population", "evidence_id"])


def distribution() -> pd.DataFrame:
    """Patients by group, time and bin of the index; one bin holds few."""
    edges = [round(0.1 * at, 1) for at in range(10)]
    counts = [0, 0, 40, 120, 150, 400, 260, 200, 5, 700]
    return pd.DataFrame(
        [
            {"pilot": pilot, "after": after, "low": low, "high": round(low + 0.1, 1), "patients": count}
            for pilot in (True, False)
            for after in (False, True)
            for low, count in zip(edges, counts, strict=True)
        ]
    )


def dropped() -> pd.DataFrame:
    """What each minimum of contacts drops."""
    rows = {2: (1000, 900, 100, 0.1, 0.02), 3: (1000, 702, 298, 0.298, 0.11), 4: (1000, 997, 3, 0.003, 0.001)}
    names = ["patients", "kept", "dropped", "share_patients_dropped", "share_contacts_dropped"]
    return pd.DataFrame([{"fewest": key} | dict(zip(names, values, strict=True)) for key, values in rows.items()])


def files(
    folder: Path, rows: list[Estimate], *, simulated: bool = True, patients: bool = True, read: bool = True
) -> dict[str, Path]:
    """The files that the step reads."""
    lineage = Lineage((Source("ours", "0" * 64, "simulated" if simulated else "observed"),))
    paths = {name: folder / f"{name}.{kind}" for name, kind in (
        ("estimates", "csv"), ("verdicts", "csv"), ("distribution", "parquet"), ("fewest", "parquet"),
        ("facts", "json"), ("benchmarks", "csv"),
    )}  # fmt: skip
    table(rows).assign(simulated=simulated).to_csv(paths["estimates"], index=False)
    judged = sources(
        rows, outcomes={NAME: OUTCOME}, continuity=ASKED, continuity_benchmarks=benchmarks(simulated=simulated)
    ).verdicts
    write_verdicts(paths["verdicts"], judged, "made", "0" * 64)
    write_table(paths["distribution"], distribution() if patients else distribution().iloc[:0], lineage)
    write_table(paths["fewest"], dropped() if patients else dropped().iloc[:0], lineage)
    write_json(paths["facts"], FACTS if read else {"read": 0})
    benchmarks(simulated=simulated).to_csv(paths["benchmarks"], index=False)
    return paths
