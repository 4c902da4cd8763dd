"""The chapter on continuity of care: its sections follow from what the plan asks."""

from analysis.plan.continuity import Continuity


def continuity_methods(asked: Continuity) -> str:
    """The sections on how continuity is measured and modelled."""
    return ""


def continuity_chapter(asked: Continuity) -> str:
    """The chapter itself."""
    return ""
