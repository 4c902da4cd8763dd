"""How uncertainty is told."""

from pydantic import Field

from analysis.plan.designs import Method
from analysis.plan.terms import Name, Plan


class Inference(Plan):
    """How uncertainty is told."""

    confidence: float = Field(default=0.95, gt=0.5, lt=1, description="Confidence level of every interval.")
    comparison_cluster: Name = Field(
        default="region",
        description="Column of the practices table that clusters comparison practices; pilots cluster by site.",
    )
    methods: tuple[Method, ...] = Field(
        default=(), description="Other ways to tell the uncertainty of the primary estimates."
    )
    draws: int = Field(default=9999, ge=99, description="Draws of a bootstrap or of assignments that are too many.")
