"""What templates see: by the name of each topic, what its sections are told from."""

from analysis.present.advice import page as advice
from analysis.present.assumptions import page as assumptions
from analysis.present.calibration import page as calibration
from analysis.present.continuity import page as continuity
from analysis.present.costs import page as costs
from analysis.present.designs import page as designs
from analysis.present.document import data, missing, simulation
from analysis.present.evidence import page as evidence
from analysis.present.experiment import page as experiment
from analysis.present.five_tests import page as five_tests
from analysis.present.inference import page as inference
from analysis.present.matched_cohort import page as matched_cohort
from analysis.present.outcomes import beside
from analysis.present.outcomes import page as outcomes
from analysis.present.provenance.sources import Sources
from analysis.present.questions import asked
from analysis.present.questions import page as questions
from analysis.present.robustness import page as robustness
from analysis.present.summary import page as summary
from analysis.present.templates.sections import Pages


def pages(sources: Sources) -> Pages:
    """By topic, what it has to tell; None where the plan asks nothing of it.

    Every topic has its name in every study, so that a template may ask ``<% if continuity %>``.
    """
    changes, pooled = outcomes.page(sources), evidence.page(sources)
    topics = {
        "study": sources.plan,
        "simulated": sources.simulated,
        "continuity": continuity.page(sources),
        "evidence": pooled,
        "designs": designs.page(sources),
        "assumptions": assumptions.page(sources),
        "robustness": robustness.page(sources),
        "inference": inference.page(sources),
        "tests": five_tests.page(sources),
        "data": data.page(sources),
        "calibration": calibration.page(sources),
        "missing": missing.page(sources),
        "availability": data.availability(sources),
        "simulation": simulation.page(sources),
        "beside": beside.page(sources),
        "costs": costs.page(sources),
        "experiment": experiment.page(sources),
        "questions": questions.page(sources),
        "asked": asked.asked_page(sources),
        "matched_cohort": matched_cohort.page(sources),
        "outcomes": changes,
        "summary": summary.page(changes, pooled),
        "advice": advice.page(sources, changes),
    }
    return topics | {"headlines": tuple(summary.headlines(topics))}
