"""What is said where the pilots are simulated; of observed data every one of these is empty."""

from typing import TYPE_CHECKING

from analysis.present.provenance.benchmark_words import circular, set_to_words

if TYPE_CHECKING:
    import pandas as pd

SUMMARY = "These pilots are simulated, so nothing of this is a finding about a real one."
DISCUSSION = (
    "The pilots analysed here are simulated, so nothing below is a finding about real ones. It says what such results "
    "would mean if real pilots showed them."
)
BESIDE = (
    "The pilots analysed here are simulated: where the truth of an outcome was set to a published value, that an "
    "estimate comes near this value tests the method and is no evidence."
)


def simulation_words(labels: dict[str, str], benchmarks: "pd.DataFrame", *, simulated: bool) -> dict[str, str]:
    """By place in the paper, what simulated pilots can and cannot show.

    Parameters
    ----------
    labels : dict
        The outcomes by name, in words.
    benchmarks : DataFrame
        Truths and published values.
    simulated : bool
        Whether the pilots are simulated, by lineage.
    """
    if not simulated:
        return dict.fromkeys(("summary", "discussion", "beside", "set_to"), "")
    return {
        "summary": SUMMARY,
        "discussion": DISCUSSION,
        "beside": BESIDE * any(circular(benchmarks, name) for name in labels),
        "set_to": set_to_words(labels, benchmarks),
    }
