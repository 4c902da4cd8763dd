"""A model as a step."""

from workflow.step import Files, Step
from workflow.study_data import StudyData

STAGE, PREPARED = "<results>/estimate", "<results>/prepare"
PANEL = f"{PREPARED}/panel.parquet"


def model(
    name: str,
    module: str,
    message: str,
    data: StudyData,
    *,
    reads: dict[str, Files],
    plan: dict[str, object],
    writes: dict[str, Files] | None = None,
) -> Step:
    """A model, which writes rows of the table of estimates with intervals of the study's level."""
    part = name.removeprefix("estimate_")
    return Step(
        name,
        module,
        message,
        reads=reads,
        plan=plan | {"confidence": data.study.inference.confidence},
        writes=writes or {"out": f"{STAGE}/{part}.parquet"},
    )
