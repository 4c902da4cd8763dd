"""estimate: models write rows of one table of estimates; those on continuity are in estimate_continuity.py."""

from collections.abc import Iterator

from analysis.plan.designs import MatchedCohort
from workflow.step import Step
from workflow.steps import estimate_continuity
from workflow.steps.model import PANEL, PREPARED, STAGE, model
from workflow.study_data import StudyData, measures

# Kinds of check that have a step of their own; all others are one step.
APART = {"curve", "parallel_trends", "confounder"}


def steps(data: StudyData) -> Iterator[Step]:
    """The steps of this stage; the last one joins the rows of all models."""
    if data.cohort:
        yield matching(data)
    models = [*outcomes(data), *syntheses(data), *experiment(data), *questions(data), *together(data), *costs(data)]
    if data.study.pilots:
        models += [*inference(data), *matched_cohort(data)]
    if data.continuity:
        models += estimate_continuity.steps(data, data.continuity)
    yield from models
    if data.study.activity():
        yield influence(data)
    yield table(data, models)


def outcomes(data: StudyData) -> Iterator[Step]:
    """The primary model of each outcome, and each count period by period."""
    for name, each in data.study.activity().items():
        known: dict[str, object] = {"name": name, "measure": each.measure}
        yield model(
            f"estimate_admissions.{name}",
            "analysis.estimate.outcomes.admissions",
            f"Estimating the pilots' effect on {name}",
            data,
            reads={"panel": PANEL},
            plan=known,
            writes={"out": f"{STAGE}/{name}.admissions.parquet"},
        )
        yield model(
            f"estimate_event_study.{name}",
            "analysis.estimate.outcomes.event_study",
            f"Following {name} period by period",
            data,
            reads={"panel": PANEL},
            plan=known | {"bin_months": each.bin_months},
            writes={"out": f"{STAGE}/{name}.event_study.parquet"},
        )
    for name, share in (data.study.survey() | data.study.contacts()).items():
        source = "continuity" if name in data.study.contacts() else "survey"
        yield model(
            f"estimate_continuity.{name}",
            "analysis.estimate.continuity.continuity",
            f"Estimating the pilots' effect on {name}",
            data,
            reads={"survey": f"{PREPARED}/{source}.parquet"},
            plan={"name": name, "item": share.item, "population": share.population},
            writes={"out": f"{STAGE}/{name}.continuity.parquet"},
        )


def influence(data: StudyData) -> Step:
    """Whether one practice decides a finding; no rows of the table."""
    return model(
        "estimate_influence",
        "analysis.estimate.robustness.influence",
        "Asking whether one practice decides a finding",
        data,
        reads={"panel": PANEL},
        plan={"outcomes": measures(data.study.activity())},
        writes={"out": f"{STAGE}/influence.json"},
    )


def syntheses(data: StudyData) -> Iterator[Step]:
    """Published estimates, pooled."""
    for name, each in data.study.syntheses.items():
        yield model(
            f"estimate_synthesis.{name}",
            "analysis.estimate.evidence.synthesis",
            f"Pooling the published estimates of {name}",
            data,
            reads={"evidence": f"{PREPARED}/evidence.parquet"},
            plan={"name": name, "outcome": each.outcome, "leave_out": each.leave_out, "fewest": each.fewest},
            writes={"out": f"{STAGE}/{name}.synthesis.parquet"},
        )


def experiment(data: StudyData) -> Iterator[Step]:
    """The arms of an experiment."""
    if data.experiment:
        yield model(
            "estimate_experiment",
            "analysis.estimate.experiment.experiment",
            "Comparing the arms of the experiment",
            data,
            reads={"persons": f"{PREPARED}/persons.parquet"},
            plan={"experiment": data.study.experiment},
        )


def questions(data: StudyData) -> Iterator[Step]:
    """Questions to practice-level data."""
    for name, each in data.study.questions.items():
        yield model(
            f"estimate_questions.{name}",
            "analysis.estimate.questions.questions",
            f"Answering the question {name}",
            data,
            reads={"frame": f"{PREPARED}/questions/{name}.parquet"},
            plan={"questions": {name: each}},
            writes={"out": f"{STAGE}/{name}.question.parquet"},
        )


def together(data: StudyData) -> Iterator[Step]:
    """Designs and checks of many outcomes at once that read the panel alone."""
    study = data.study
    for name, module, message, wanted in (
        (
            "staggered",
            "analysis.estimate.designs.staggered",
            "Estimating effects of staggered starts",
            study.designed("staggered"),
        ),
        (
            "synthetic_control",
            "analysis.estimate.designs.synthetic_control",
            "Building a synthetic control for each site",
            study.designed("synthetic_control"),
        ),
        (
            "interrupted_time_series",
            "analysis.estimate.designs.interrupted",
            "Setting each site against its own past",
            study.designed("interrupted_time_series"),
        ),
    ):
        if wanted:
            part = module.rpartition(".")[2]
            settings: dict[str, object] = {"outcomes": measures(wanted), "settings": getattr(study.designs, name)}
            yield model(f"estimate_{part}", module, message, data, reads={"panel": PANEL}, plan=settings)
    others = {check.kind for check in study.sensitivity.values()} - APART
    binned = {"bin_months": {name: each.bin_months for name, each in study.activity().items()}}
    for module, message, kinds, more in (
        ("analysis.estimate.robustness.sensitivity", "Asking what survives other choices", others, {}),
        (
            "analysis.estimate.robustness.specification_curve",
            "Trying every combination of declared choices",
            ("curve",),
            {},
        ),
        (
            "analysis.estimate.assumptions.parallel_trends",
            "Bounding effects under diverging trends",
            ("parallel_trends",),
            binned,
        ),
        (
            "analysis.estimate.assumptions.confounding",
            "Asking what a confounder would have to be like",
            ("confounder",),
            {},
        ),
    ):
        if checks := study.checks(*kinds):
            part = module.rpartition(".")[2]
            asked: dict[str, object] = {"outcomes": measures(study.activity()), "checks": checks, **more}
            yield model(f"estimate_{part}", module, message, data, reads={"panel": PANEL}, plan=asked)


def inference(data: StudyData) -> Iterator[Step]:
    """Uncertainty with few clusters, told in other ways."""
    study = data.study
    if not (study.outcomes and study.inference.methods):
        return
    yield model(
        "estimate_inference",
        "analysis.estimate.inference.inference",
        "Telling uncertainty with few clusters in other ways",
        data,
        reads={
            "panel": [PANEL] if study.activity() else [],
            "survey": [f"{PREPARED}/survey.parquet"] if study.survey() else [],
            "continuity": [f"{PREPARED}/continuity.parquet"] if study.contacts() else [],
        },
        plan={
            "outcomes": measures(study.activity()),
            "items": {name: each.item for name, each in study.survey().items()},
            "indices": {name: each.index for name, each in study.contacts().items()},
            "populations": {name: each.population for name, each in study.contacts().items()},
            "primary": primary(data),
            "methods": study.inference.methods,
            "draws": study.inference.draws,
        },
    )


def primary(data: StudyData) -> list[str]:
    """The primary outcomes of the plan."""
    return [name for name, each in data.study.outcomes.items() if each.primary]


def cohort_settings(data: StudyData) -> MatchedCohort:
    """How the cohort is matched: what stands beside its results does not change them."""
    return data.study.designs.matched_cohort.model_copy(update={"published": {}})


def matching(data: StudyData) -> Step:
    """Patients matched to controls."""
    return Step(
        "estimate_matching",
        "analysis.estimate.matched_cohort.matching",
        "Matching patients to controls",
        reads={"cohort": f"{PREPARED}/cohort.parquet", "facts": f"{PREPARED}/cohort.json"},
        plan={"settings": cohort_settings(data)},
        writes={
            "out": f"{STAGE}/matched.parquet",
            "balance": f"{STAGE}/matched_balance.parquet",
            "flow": f"{STAGE}/matched.json",
        },
    )


def matched_cohort(data: StudyData) -> Iterator[Step]:
    """Matched patients before and after; without a table of patients the rows say that none could be matched."""
    if designed := data.study.designed("matched_cohort"):
        yield model(
            "estimate_matched_cohort",
            "analysis.estimate.matched_cohort.matched_cohort",
            "Comparing matched patients before and after",
            data,
            reads={
                "receipt": data.receipt(data.pilots),
                "matched": [f"{STAGE}/matched.parquet"] if data.cohort else [],
                "cohort": [f"{PREPARED}/cohort.parquet"] if data.cohort else [],
            },
            plan={"outcomes": measures(designed), "settings": cohort_settings(data)},
        )


def costs(data: StudyData) -> Iterator[Step]:
    """What the changes in activity cost."""
    if asked := data.study.costs:
        yield model(
            "estimate_costs",
            "analysis.estimate.costs.costs",
            "Costing the changes in activity",
            data,
            reads={"panel": PANEL, "unit_costs": f"{PREPARED}/unit_costs.parquet"},
            plan={
                "outcomes": measures({name: data.study.outcomes[name] for name in asked.activities}),
                "costs": asked,
            },
        )


def table(data: StudyData, models: list[Step]) -> Step:
    """The one table of estimates."""
    return Step(
        "estimate_table",
        "analysis.estimate.table",
        "Joining all estimates into one table",
        reads={"parts": [path for model in models for path in model.outputs()]},
        plan={
            "study": data.study.name,
            "plan_digest": data.study.plan_digest(),
            "primary": primary(data),
        },
        writes={
            "out": f"{STAGE}/estimates.csv",
            "unmade": f"{STAGE}/not_estimated.csv",
            "lineage": f"{STAGE}/lineage.json",
        },
    )
